"""Throttle alarm is not sensitive enough.

Why: the alarm misses short or light throttling. DynamoDB sends the metric only while it throttles, so AWS recommends to
treat missing data as notBreaching. Otherwise an alarm may stay in ALARM or change to INSUFFICIENT_DATA.
Fix:
    threshold          = 0
    period             = 300
    evaluation_periods = 2
    treat_missing_data = "notBreaching"
"""

from collections.abc import Iterator

from dyncheck.dynamodb import Alarm, AlarmContract, Contract, Inventory, Table
from dyncheck.rule import Block, Problem, Problems, each, literal, note, quoted, rule, some


@rule(Table, Contract, severity=note, applies=lambda _, contract: bool(contract.alarms))
def check(table: Table, contract: Contract) -> Problems:
    yield from each(contract.alarms, lambda expected: _weakest(table, expected))


def _weakest(table: Table, expected: AlarmContract) -> Iterator[Problem]:
    """The weaknesses of the alarms on one metric. Without any, those of the alarms on the causes that the metric adds up."""
    accepted = (expected.metric, *expected.accepts)
    if Inventory.of(table).is_watched(table, accepted):
        yield from _best(table, expected, accepted)
    else:
        yield from each(Inventory.of(table).watched_causes(table, expected.metric), lambda cause: _best(table, expected, (cause,)))


def _best(table: Table, expected: AlarmContract, metrics: tuple[str, ...]) -> Iterator[Problem]:
    """The weaknesses of the most sensitive alarm on the metrics."""
    found: list[list[Problem]] = []

    def is_sensitive(alarm: Alarm) -> bool:
        if not alarm.watches(table, metrics):
            return False
        found.append(list(_weaknesses(alarm, expected)))
        return not found[-1]

    if not some(Inventory.of(table).alarms_near(table), is_sensitive):
        # Among equally weak alarms the first by address counts, so the order of the input does not matter.
        yield from min(found, key=lambda weaknesses: (len(weaknesses), [each.address for each in weaknesses]))


def _weaknesses(alarm: Alarm, expected: AlarmContract) -> Iterator[Problem]:
    threshold, treatment = alarm.threshold, alarm.treat_missing_data
    at_least = alarm.comparison == "GreaterThanOrEqualToThreshold"
    # A count of events is a whole number: "at least 1" is "more than 0".
    if threshold is None:
        yield _weak(alarm, "Threshold is an anomaly detection band instead of a number", "threshold", literal(expected.threshold))
    elif threshold - at_least > expected.threshold:
        yield _weak(alarm, "Threshold is higher than the contract allows", "threshold", f"{literal(expected.threshold)} or lower")
    slowest = max(alarm.signals, key=lambda signal: signal.period or 0)
    if (slowest.period or 0) > expected.period:
        yield _weak(alarm, "Period is longer than the contract allows", "period", f"{expected.period} seconds or fewer", slowest.block)
    if alarm.datapoints_to_alarm > expected.evaluation_periods:
        yield _weak(
            alarm, "More periods must breach than the contract allows", "evaluation_periods", f"{expected.evaluation_periods} or fewer"
        )
    if treatment.casefold() != expected.treat_missing_data.casefold():
        yield _weak(
            alarm, "Missing data is treated differently than in the contract", "treat_missing_data", quoted(expected.treat_missing_data)
        )


def _weak(alarm: Alarm, summary: str, at: str, expected: str, block: Block | None = None) -> Problem:
    """A weakness at an argument of the alarm, or of the given block of it."""
    return alarm.problem(summary, at=at, inside=block, expected=expected, fix=f"{at} = {expected.partition(' ')[0]}")
