"""Alarm is not sensitive enough.

Why: the alarm misses what the contract wants to know of, such as short or light throttling. DynamoDB sends metrics of throttling
and of errors only while there are some, so AWS recommends to treat missing data as notBreaching. Otherwise an alarm may stay
in ALARM or change to INSUFFICIENT_DATA.
Fix:
    threshold          = 0
    period             = 300
    evaluation_periods = 2
    treat_missing_data = "notBreaching"
"""

from collections.abc import Iterator

from dyncheck.dynamodb import (
    RESOLUTION,
    Alarm,
    AlarmContract,
    Contract,
    Demand,
    DemandedAlarm,
    Inventory,
    Table,
    Watchable,
    demanded_of,
    is_whole,
)
from dyncheck.rule import Block, Problem, Problems, each, literal, note, quoted, rule, some


def _alarms(subject: Watchable, contract: Contract) -> tuple[AlarmContract, ...]:
    return contract.alarms if isinstance(subject, Table) else contract.account_alarms


@rule(Watchable, Contract, severity=note, fix="safe", applies=_alarms)
def check(subject: Watchable, contract: Contract) -> Problems:
    yield from each(demanded_of(subject, contract, _alarms(subject, contract)), _weakest)


def _weakest(demanded: DemandedAlarm) -> Problems:
    """The weaknesses of the alarms on one metric. Without any, those of the alarms on the causes that the metric adds up."""
    yield from each(demanded.met, lambda demand: _best(demanded, demand))


def _best(demanded: DemandedAlarm, demand: Demand) -> Problems:
    """The weaknesses of the most sensitive alarm that meets a demand."""
    found: list[list[Problem]] = []

    def is_sensitive(alarm: Alarm) -> bool:
        if not alarm.watches(demanded.copy, demand):
            return False
        found.append([_weak(alarm, *weakness) for weakness in _weaknesses(alarm, demanded.expected, demand)])
        return not found[-1]

    if not some(Inventory.of(demanded.copy).alarms_for(demanded.copy, demand), is_sensitive):
        # Among equally weak alarms the first by address counts, so the order of the input does not matter.
        yield from min(found, key=lambda weaknesses: (len(weaknesses), [each.address for each in weaknesses]))


def _weaknesses(alarm: Alarm, expected: AlarmContract, demand: Demand) -> Iterator[tuple[str, str, str] | tuple[str, str, str, Block]]:
    """The summary, the argument and the expected value of each weakness, and the block of the argument in a metric query."""
    slowest = max(alarm.signals, key=lambda signal: signal.period or 0)
    if alarm.is_on_expression:
        if not alarm.is_raised_above(expected.threshold, demand.metrics):
            most = literal(expected.threshold)
            yield f"Expression of the alarm does not breach its threshold for every count above {most}", "threshold", "a lower one"
    else:
        yield from _of_threshold(alarm, expected, slowest.period or expected.period)
    yield from _too_frequent(alarm)
    if (slowest.period or 0) > expected.period:
        yield "Period is longer than the contract allows", "period", f"{expected.period} seconds or fewer", slowest.block
    if alarm.datapoints_to_alarm > expected.evaluation_periods:
        yield "More periods must breach than the contract allows", "evaluation_periods", f"{expected.evaluation_periods} or fewer"
    missing = expected.expected_missing_data
    if missing and alarm.treat_missing_data.casefold() != missing.casefold():
        yield "Missing data is treated differently than in the contract", "treat_missing_data", quoted(missing)


def _of_threshold(alarm: Alarm, expected: AlarmContract, period: float) -> Iterator[tuple[str, str, str]]:
    threshold, is_strict, may_be_strict = alarm.threshold, _is_strict(alarm.comparison), _is_strict(expected.comparison)
    if threshold is None:
        yield "Threshold is an anomaly detection band instead of a number", "threshold", literal(expected.threshold)
        return
    statistic, sign = expected.expected_statistic, -1 if expected.falls else 1
    most = expected.threshold
    if not expected.falls and statistic in ("Sum", "SampleCount"):
        # The sum of a shorter period is as much smaller.
        most *= min(period / expected.period, 1)
    if is_whole(expected.metric, statistic) and is_strict != may_be_strict:
        # A count of events is a whole number: "at least 1" is "more than 0".
        most += -sign if is_strict else sign
    elif threshold == most and is_strict and not may_be_strict:
        yield "Alarm does not fire at the threshold of the contract", "comparison_operator", quoted(expected.comparison)
    if sign * (threshold - most) > 0:
        summary = f"Threshold is {'lower' if expected.falls else 'higher'} than the contract allows"
        yield summary, "threshold", f"{literal(most)} or {'higher' if expected.falls else 'lower'}"


def _is_strict(comparison: str | None) -> bool:
    return comparison in ("GreaterThanThreshold", "LessThanThreshold")


def _too_frequent(alarm: Alarm) -> Iterator[tuple[str, str, str, Block]]:
    """The data points of a shorter period come too late: CloudWatch mostly evaluates it without one."""
    for signal in alarm.signals:
        if 0 < (signal.period or 0) < RESOLUTION:
            yield "Period is shorter than the time between two data points", "period", f"{RESOLUTION} seconds or more", signal.block
            return


def _weak(alarm: Alarm, summary: str, at: str, expected: str, block: Block | None = None) -> Problem:
    value = expected.partition(" ")[0]
    return alarm.problem(summary, at=at, inside=block, expected=expected, fix=f"{at} = {value}" if value != "a" else "")
