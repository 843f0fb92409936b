"""The metrics that DynamoDB sends and the names that AWS uses, listed a second time to prevent an accidental change."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from dyncheck.dynamodb import CAUSES, METRICS, NAMESPACE, nearest_metric
from dyncheck.dynamodb.metrics import COUNTING_STATISTICS, RESOLUTION, Metric
from dyncheck.dynamodb.types import (
    ALARM,
    COMPOSITE_ALARM,
    DELIVERY,
    INDEX,
    ITEM,
    KEYS,
    KINESIS_DESTINATION,
    REPLICA,
    RESOURCE_TYPES,
    SCALING_POLICY,
    SCALING_TARGET,
    TABLE,
    TAG,
)

# One metric per line: its name, unit, statistics (SnAmM: Sum, SampleCount, Average, Minimum, Maximum), highest value, whether it is
# sparse, and its sets of dimensions; "-" is none, and the empty set.
LIST = Path(__file__).parent / "metrics.txt"
LETTERS = {"S": "Sum", "n": "SampleCount", "A": "Average", "m": "Minimum", "M": "Maximum"}


def test_every_metric_has_the_facts_in_the_list() -> None:
    listed = {}
    for line in LIST.read_text().splitlines():
        name, unit, statistics, highest, sparse, *sets = line.split()
        listed[name] = Metric(
            dimensions=tuple(frozenset() if names == "-" else frozenset(names.split("+")) for names in sets),
            statistics=tuple(LETTERS[letter] for letter in statistics),
            unit=unit,
            is_sparse=sparse == "sparse",
            highest=None if highest == "-" else float(highest),
        )
    facts = {
        name: replace(metric, statistics=tuple(sorted(metric.statistics, key=[*LETTERS.values()].index)))
        for name, metric in METRICS.items()
    }
    assert facts == listed


@pytest.mark.parametrize("direction", ["Read", "Write"])
def test_every_throttle_metric_has_its_causes(direction: str) -> None:
    assert CAUSES[f"{direction}ThrottleEvents"] == (
        f"{direction}AccountLimitThrottleEvents",
        f"{direction}KeyRangeThroughputThrottleEvents",
        f"{direction}MaxOnDemandThroughputThrottleEvents",
        f"{direction}ProvisionedThroughputThrottleEvents",
    )
    assert len(CAUSES) == 2
    assert {*CAUSES, *(cause for causes in CAUSES.values() for cause in causes)} <= METRICS.keys()


def test_the_names_that_aws_uses() -> None:
    assert (NAMESPACE, COUNTING_STATISTICS, RESOLUTION) == ("AWS/DynamoDB", ("Sum", "SampleCount"), 60)
    assert (TABLE, INDEX, REPLICA) == ("aws_dynamodb_table", "aws_dynamodb_global_secondary_index", "aws_dynamodb_table_replica")
    assert (ALARM, COMPOSITE_ALARM) == ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
    assert isinstance(RESOURCE_TYPES, frozenset)
    assert (SCALING_TARGET, SCALING_POLICY) == ("aws_appautoscaling_target", "aws_appautoscaling_policy")
    assert (TAG, KINESIS_DESTINATION) == ("aws_dynamodb_tag", "aws_dynamodb_kinesis_streaming_destination")
    assert ITEM == "aws_dynamodb_table_item"
    known = {TABLE, INDEX, REPLICA, ALARM, COMPOSITE_ALARM, SCALING_TARGET, SCALING_POLICY, TAG, KINESIS_DESTINATION, ITEM, *KEYS}
    assert known | DELIVERY == RESOURCE_TYPES


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("ReadThrottledEvents", "ReadThrottleEvents"),
        ("WriteThrottleEvents", "WriteThrottleEvents"),
        ("readthrottleevents", "ReadThrottleEvents"),
        ("Nonsense", None),
        ("", None),
    ],
)
def test_the_nearest_metric_to_a_name(name: str, nearest: str | None) -> None:
    assert nearest_metric(name) == nearest
