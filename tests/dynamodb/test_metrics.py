"""The metrics that DynamoDB sends and the names that AWS uses, listed a second time to prevent an accidental change."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.dynamodb import CAUSES, DIMENSIONS, NAMESPACE, nearest_metric
from dyncheck.dynamodb.metrics import COUNTING_STATISTICS
from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, INDEX, REPLICA, RESOURCE_TYPES, TABLE

# One metric per line: its name and its sets of dimensions; "-" is the empty set.
METRICS = Path(__file__).parent / "metrics.txt"


def test_every_metric_has_the_dimensions_in_the_list() -> None:
    lines = (line.split() for line in METRICS.read_text().splitlines())
    assert {
        name: tuple(frozenset() if names == "-" else frozenset(names.split("+")) for names in sets) for name, *sets in lines
    } == DIMENSIONS
    assert {type(names) for sets in DIMENSIONS.values() for names in sets} == {frozenset}


@pytest.mark.parametrize("direction", ["Read", "Write"])
def test_every_throttle_metric_has_its_causes(direction: str) -> None:
    assert CAUSES[f"{direction}ThrottleEvents"] == (
        f"{direction}AccountLimitThrottleEvents",
        f"{direction}KeyRangeThroughputThrottleEvents",
        f"{direction}MaxOnDemandThroughputThrottleEvents",
        f"{direction}ProvisionedThroughputThrottleEvents",
    )
    assert len(CAUSES) == 2
    assert {*CAUSES, *(cause for causes in CAUSES.values() for cause in causes)} <= DIMENSIONS.keys()


def test_the_names_that_aws_uses() -> None:
    assert (NAMESPACE, COUNTING_STATISTICS) == ("AWS/DynamoDB", ("Sum", "SampleCount"))
    assert (TABLE, INDEX, REPLICA) == ("aws_dynamodb_table", "aws_dynamodb_global_secondary_index", "aws_dynamodb_table_replica")
    assert (ALARM, COMPOSITE_ALARM) == ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
    assert isinstance(RESOURCE_TYPES, frozenset)
    assert frozenset({TABLE, INDEX, REPLICA, ALARM, COMPOSITE_ALARM}) == RESOURCE_TYPES


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
