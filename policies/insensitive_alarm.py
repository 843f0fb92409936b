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

from dyncheck.dynamodb import RESOLUTION, Alarm, AlarmContract, Contract, Inventory, Table
from dyncheck.rule import Block, Problem, Problems, each, literal, note, quoted, rule, some


@rule(Table, Contract, severity=note, applies=lambda _, contract: contract.alarms)
def check(table: Table, contract: Contract) -> Problems:
    yield from each(contract.alarms, lambda expected: _weakest(table, expected))


def _weakest(table: Table, expected: AlarmContract) -> Problems:
    """The weaknesses of the alarms on one metric. Without any, those of the alarms on the causes that the metric adds up."""
    if Inventory.of(table).is_watched(table, expected.metrics):
        yield from _best(table, expected, expected.metrics)
    else:
        yield from each(Inventory.of(table).watched_causes(table, expected.metric), lambda cause: _best(table, expected, (cause,)))


def _best(table: Table, expected: AlarmContract, metrics: tuple[str, ...]) -> Problems:
    """The weaknesses of the most sensitive alarm on the metrics."""
    found: list[list[Problem]] = []

    def is_sensitive(alarm: Alarm) -> bool:
        if not alarm.watches(table, metrics):
            return False
        found.append([_weak(alarm, *weakness) for weakness in _weaknesses(alarm, expected, metrics)])
        return not found[-1]

    if not some(Inventory.of(table).alarms_near(table), is_sensitive):
        # Among equally weak alarms the first by address counts, so the order of the input does not matter.
        yield from min(found, key=lambda weaknesses: (len(weaknesses), [each.address for each in weaknesses]))


def _weaknesses(
    alarm: Alarm, expected: AlarmContract, metrics: tuple[str, ...]
) -> Iterator[tuple[str, str, str] | tuple[str, str, str, Block]]:
    """The summary, the argument and the expected value of each weakness, and the block of the argument in a metric query."""
    threshold, most = alarm.threshold, literal(expected.threshold)
    # A count of events is a whole number: "at least 1" is "more than 0".
    if threshold is None:
        yield "Threshold is an anomaly detection band instead of a number", "threshold", most
    elif alarm.is_on_expression:
        if not alarm.is_raised_above(expected.threshold, metrics):
            yield f"Expression of the alarm does not breach its threshold for every count above {most}", "threshold", "a lower one"
    elif threshold - (alarm.comparison == "GreaterThanOrEqualToThreshold") > expected.threshold:
        yield "Threshold is higher than the contract allows", "threshold", f"{most} or lower"
    yield from _too_frequent(alarm)
    slowest = max(alarm.signals, key=lambda signal: signal.period or 0)
    if (slowest.period or 0) > expected.period:
        yield "Period is longer than the contract allows", "period", f"{expected.period} seconds or fewer", slowest.block
    if alarm.datapoints_to_alarm > expected.evaluation_periods:
        yield "More periods must breach than the contract allows", "evaluation_periods", f"{expected.evaluation_periods} or fewer"
    if alarm.treat_missing_data.casefold() != expected.treat_missing_data.casefold():
        yield "Missing data is treated differently than in the contract", "treat_missing_data", quoted(expected.treat_missing_data)


def _too_frequent(alarm: Alarm) -> Iterator[tuple[str, str, str, Block]]:
    """The data points of a shorter period come too late: CloudWatch mostly evaluates it without one."""
    for signal in alarm.signals:
        if 0 < (signal.period or 0) < RESOLUTION:
            yield "Period is shorter than the time between two data points", "period", f"{RESOLUTION} seconds or more", signal.block
            return


def _weak(alarm: Alarm, summary: str, at: str, expected: str, block: Block | None = None) -> Problem:
    value = expected.partition(" ")[0]
    return alarm.problem(summary, at=at, inside=block, expected=expected, fix=f"{at} = {value}" if value != "a" else "")
