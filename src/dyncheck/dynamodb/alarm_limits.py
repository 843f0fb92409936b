"""What CloudWatch rejects about an alarm although Terraform plans it, and periods that are too short for the metrics of DynamoDB.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct

from dyncheck.dynamodb.metrics import NAMESPACE, RESOLUTION
from dyncheck.dynamodb.signals import Signal
from dyncheck.logic import each
from dyncheck.model import Block, Deferred, Known, Unknown, Unset, quoted

ABOVE_OR_BELOW = (
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
OUTSIDE_BAND = ("GreaterThanUpperThreshold", "LessThanLowerThreshold", "LessThanLowerOrGreaterThanUpperThreshold")

_HOUR, _DAY, _WEEK = 3_600, 86_400, 604_800
_MOST_ACTIONS = 5
_MOST_DIMENSIONS = 30

Signals: TypeAlias = "Callable[[], tuple[Signal, ...]]"


class Refusal(Struct, frozen=True):
    """A reason why CloudWatch rejects an alarm: what was found and what is expected, the argument, and the HCL that corrects it."""

    why: str
    at: str
    fix: str = ""
    inside: Block | None = None


def refusals(alarm: Block, signals: Signals) -> Iterator[Refusal]:
    """The reasons why CloudWatch rejects an alarm with these arguments. Ends in `Unknown` when not all can be determined."""
    parts = (_datapoints(alarm), _window(alarm, signals), _threshold(alarm), _actions(alarm), _dimensions(signals))
    yield from each(parts, lambda part: part)


def periods_of(alarm: Block) -> tuple[float, float]:
    """How many data points must breach, and of how many. May raise `Unknown`."""
    evaluated = alarm.number("evaluation_periods") or 1
    return alarm.number("datapoints_to_alarm") or evaluated, evaluated


def too_short(alarm: Block, signals: tuple[Signal, ...]) -> str | None:
    """Why periods shorter than the time between two data points never raise an alarm; None when they do.

    A missing data point cannot help where it counts as not breaching, or is ignored. Raises `Unknown` where it may help: the documentation
    is not clear about missing data of DynamoDB.
    """
    longest = max((signal.period or 0 for signal in signals), default=0)
    if not 0 < longest < RESOLUTION or any(signal.namespace != NAMESPACE for signal in signals):
        return None
    breaching, evaluated = periods_of(alarm)
    if breaching <= -(-evaluated * longest // RESOLUTION):
        return None
    needed = f"{breaching:g} of {evaluated:g} periods of {longest:g} seconds need more"
    why = f"DynamoDB sends one data point in {RESOLUTION} seconds, and {needed}"
    treated = alarm.text("treat_missing_data") or "missing"
    if alarm.blocks("metric_query") or treated.casefold() not in ("notbreaching", "ignore"):
        raise Unknown("period", f"is {longest:g} seconds: {why}, unless CloudWatch fills them")
    return why


def _datapoints(alarm: Block) -> Iterator[Refusal]:
    breaching, evaluated = periods_of(alarm)
    if breaching > evaluated:
        why = f"datapoints_to_alarm ({breaching:g}) is more than evaluation_periods ({evaluated:g})"
        yield Refusal(why, "datapoints_to_alarm", f"datapoints_to_alarm = {evaluated:g}")


def _window(alarm: Block, signals: Signals) -> Iterator[Refusal]:
    _, evaluated = periods_of(alarm)
    longest = max((signal.period or 0 for signal in signals()), default=0)
    limit = _WEEK if longest >= _HOUR else _DAY
    if longest * evaluated > limit:
        why = f"{evaluated:g} periods of {longest:g} seconds exceed the limit of {limit} seconds"
        yield Refusal(why, "evaluation_periods", "evaluation_periods = 2")


def _threshold(alarm: Block) -> Iterator[Refusal]:
    comparison, band = alarm.text("comparison_operator"), alarm.text("threshold_metric_id")
    has_threshold = not isinstance(alarm.value("threshold"), Unset)
    if comparison in OUTSIDE_BAND and band is None:
        yield Refusal(f"{comparison} needs the id of an anomaly band in threshold_metric_id", "threshold_metric_id")
    elif comparison in ABOVE_OR_BELOW and band is not None:
        why = f"{comparison} compares with a number, and threshold_metric_id is {quoted(band)}"
        yield Refusal(why, "comparison_operator", 'comparison_operator = "GreaterThanUpperThreshold"')
    elif comparison in ABOVE_OR_BELOW and not has_threshold:
        yield Refusal(f"{comparison} needs a threshold", "threshold", "threshold = 0")
    elif band is not None and has_threshold:
        yield Refusal("it has both a threshold and a threshold_metric_id; expected one of them", "threshold")


def _actions(alarm: Block) -> Iterator[Refusal]:
    for name in ("alarm_actions", "ok_actions", "insufficient_data_actions"):
        value = alarm.value(name)
        if isinstance(value, Known) and isinstance(value.value, list) and len(value.value) > _MOST_ACTIONS:
            yield Refusal(f"{name} has {len(value.value)} actions; expected {_MOST_ACTIONS} at most", name)
        elif isinstance(value, Deferred) and _may_be_more(value):
            raise value.unknown(alarm.at(name), more=f"; CloudWatch accepts {_MOST_ACTIONS} actions at most")


def _may_be_more(actions: Deferred) -> bool:
    """Whether actions that are known later may be more than CloudWatch accepts: each waits for something of its own."""
    references = {reference.text for reference in actions.references}
    return len(references) > _MOST_ACTIONS or not (references or actions.reason)


def _dimensions(signals: Signals) -> Iterator[Refusal]:
    for signal in signals():
        dimensions = signal.block.value("dimensions")
        if isinstance(dimensions, Known) and isinstance(dimensions.value, dict) and len(dimensions.value) > _MOST_DIMENSIONS:
            why = f"a metric has {len(dimensions.value)} dimensions; expected {_MOST_DIMENSIONS} at most"
            yield Refusal(why, "dimensions", inside=signal.block)
