"""Between which numbers the value of a metric-math expression certainly is.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
What is not understood has no bounds, so it proves nothing. An infinite lower bound means a value that grows without limit: in the end it
is above any number, whatever the other metrics are.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb.metric_math import Step

_INFINITE = math.inf
_LARGEST = sys.float_info.max

# CloudWatch returns at most this many time series.
_MOST_SERIES = 500


class Bounds(Struct, frozen=True):
    """The lowest and the highest possible value of one number (`is_scalar`) or of each data point of a time series.

    `has_gaps`: data points may be missing. `may_be_many`: it may be several time series. `period` is that of a metric, in seconds.
    """

    low: float = -_INFINITE
    high: float = _INFINITE
    has_gaps: bool = True
    is_scalar: bool = False
    may_be_many: bool = False
    period: float | None = None


Operand: TypeAlias = "Bounds | tuple[Bounds, ...] | str"

UNBOUNDED = Bounds(may_be_many=True)


class _Unbounded(Exception):
    """Nothing is certain of the result."""


def breaches(value: Bounds, comparison: str | None, threshold: float) -> bool | None:
    """Whether the value of an alarm certainly breaches its threshold, or certainly does not; None when neither is certain."""
    compare = _THRESHOLDS.get(comparison)
    return compare(value, Bounds(threshold, threshold)) if compare else None


class Machine:
    """Evaluates steps. `values` are the bounds of all ids, `metrics` the ids of metrics in their order.

    Where a metric grows, `is_growing`, the bounds hold after it has grown. The past is not known then, nor a function of it.
    """

    def __init__(self, values: Mapping[str, Operand], metrics: tuple[str, ...], *, is_growing: bool = False) -> None:
        self._values = values
        self._metrics = metrics
        self._is_growing = is_growing

    def run(self, steps: tuple[Step, ...]) -> Operand:
        """The bounds of an expression: of several series, where it has several."""
        stack: list[Operand] = []
        for step in steps:
            operands = stack[len(stack) - step.count :]
            del stack[len(stack) - step.count :]
            try:
                stack.append(self._result(step, operands))
            except _Unbounded:
                stack.append(UNBOUNDED)
        return stack[-1]

    def _result(self, step: Step, operands: list[Operand]) -> Operand:
        if step.kind == "number":
            return _number(step.value)
        if step.kind == "id":
            # REPEAT and LINEAR are the words that FILL knows.
            return self._values.get(step.value, step.value)
        if step.kind == "list":
            return _together(operands)
        if step.kind == "operator":
            return _each(_OPERATORS[step.value], operands)
        return self._call(step.value, operands) if step.kind == "call" else step.value

    def _call(self, name: str, operands: list[Operand]) -> Operand:
        if name == "METRICS" and len(operands) < 2:
            part = next(iter(operands), "")
            if isinstance(part, str):
                return _together([self._values[metric] for metric in self._metrics if part in metric])
        if name == "FILL" and len(operands) == 2 and isinstance(operands[1], str):
            return _each(self._fill_from_past, operands[:1])
        if name in _AGGREGATES and len(operands) == 1:
            over_time, of_all = _AGGREGATES[name]
            if not isinstance(operands[0], tuple):
                return _each(self._of_past(_number_of(over_time)), operands)
            if operands[0]:
                return replace(of_all(operands[0]), is_scalar=False)
        if name not in _FUNCTIONS or len(operands) not in _FUNCTIONS[name][1]:
            raise _Unbounded
        function = _FUNCTIONS[name][0]
        return _each(self._of_past(function) if name in _OF_PAST else function, operands)

    def _of_past(self, function: Callable[..., Bounds]) -> Callable[..., Bounds]:
        if self._is_growing:
            raise _Unbounded
        return function

    def _fill_from_past(self, value: Bounds) -> Bounds:
        if self._is_growing and value.has_gaps:
            raise _Unbounded
        # There is nothing to repeat before the first data point.
        return replace(value, is_scalar=False)


def _number(text: str) -> Bounds:
    value = float(text)
    if math.isinf(value):
        raise _Unbounded
    return Bounds(value, value, has_gaps=False, is_scalar=True)


def _together(operands: list[Operand]) -> tuple[Bounds, ...]:
    """The series of all operands as one list."""
    found: list[Bounds] = []
    for operand in operands:
        if isinstance(operand, str):
            raise _Unbounded
        found += (operand,) if isinstance(operand, Bounds) else operand
        if len(found) > _MOST_SERIES:
            raise _Unbounded
    if any(series.may_be_many for series in found):
        raise _Unbounded
    return tuple(found)


def _one(operand: Operand) -> Bounds:
    if not isinstance(operand, Bounds):
        raise _Unbounded
    return operand


def _each(function: Callable[..., Bounds], operands: list[Operand]) -> Operand:
    """The result for one series, or for each of the series where one operand is a list."""
    lists = [operand for operand in operands if isinstance(operand, tuple)]
    if not lists:
        return function(*map(_one, operands))
    if len(lists) > 1:
        raise _Unbounded
    spread = [[_one(item if operand is lists[0] else operand) for operand in operands] for item in lists[0]]
    return tuple(function(*each) for each in spread)


def _hull(*every: Bounds) -> Bounds:
    """The bounds of a value that is one of these."""
    return Bounds(
        min(each.low for each in every),
        max(each.high for each in every),
        has_gaps=any(each.has_gaps for each in every),
        is_scalar=all(each.is_scalar for each in every),
        may_be_many=any(each.may_be_many for each in every),
    )


_ZERO = Bounds(0, 0, has_gaps=False, is_scalar=True)


def _or_zero(value: Bounds) -> Bounds:
    """The bounds if a missing data point may count as zero."""
    return replace(value, low=min(value.low, 0), high=max(value.high, 0)) if value.has_gaps else value


def _like(low: float, high: float, *operands: Bounds) -> Bounds:
    """The bounds of a result, which is missing where an operand is."""
    return replace(_hull(*operands), low=low, high=high)


def _paired(one: Bounds, other: Bounds) -> tuple[Bounds, Bounds]:
    """Both operands of an operator: whether a missing one counts as zero is not documented for all of them."""
    if one.is_scalar or other.is_scalar:
        return one, other
    return _or_zero(one), _or_zero(other)


def _plus(one: Bounds, other: Bounds) -> Bounds:
    first, second = _paired(one, other)
    low, high = _finite(first.low + second.low, first.low, second.low), _finite(first.high + second.high, first.high, second.high)
    # Infinite minus infinite may be anything.
    return _like(-_INFINITE if math.isnan(low) else low, _INFINITE if math.isnan(high) else high, one, other)


def _minus(one: Bounds, other: Bounds) -> Bounds:
    return _plus(one, _negative(other))


def _negative(value: Bounds) -> Bounds:
    return _like(-value.high, -value.low, value)


def _times(one: Bounds, other: Bounds) -> Bounds:
    first, second = _paired(one, other)
    corners = [_product(x, y) for x in (first.low, first.high) for y in (second.low, second.high)]
    return _like(min(corners), max(corners), one, other)


def _over(one: Bounds, other: Bounds) -> Bounds:
    first, second = _paired(one, other)
    if second.high <= 0:
        first, second = _negative(first), _negative(second)
    if second.low < 0 or second.high == 0:
        raise _Unbounded
    # A divisor that grows is at least one in the end.
    least = 1 if math.isinf(second.low) else second.low
    corners = [corner for x in (first.low, first.high) for y in (least, second.high) for corner in _quotients(x, y)]
    # There is no data point where the divisor is zero.
    return replace(_like(min(corners), max(corners), one, other), has_gaps=one.has_gaps or other.has_gaps or second.low == 0)


def _product(one: float, other: float) -> float:
    return _finite(one * other, one, other) if one and other else 0


def _quotients(one: float, other: float) -> tuple[float, ...]:
    if math.isinf(one) and math.isinf(other):
        return 0, one
    if other == 0:
        return (math.copysign(_INFINITE, one) if one else 0,)
    return (_finite(one / other, one, other),)


def _finite(result: float, *operands: float) -> float:
    """The result, which only an infinite operand makes infinite: CloudWatch has no data points that are."""
    if math.isinf(result) and not any(map(math.isinf, operands)):
        return math.copysign(_LARGEST, result)
    return result


def _power(*_: Bounds) -> Bounds:
    raise _Unbounded


def _comparison(certain: Callable[[Bounds, Bounds], bool | None]) -> Callable[[Bounds, Bounds], Bounds]:
    """A comparison, which is 0 or 1. If only one of two series has a data point, that of the other counts as zero."""

    def compared(one: Bounds, other: Bounds) -> Bounds:
        result = certain(*_paired(one, other))
        low, high = (0, 1) if result is None else (result, result)
        are_series = not any(operand.is_scalar or operand.may_be_many for operand in (one, other))
        found = _like(low, high, one, other)
        return replace(found, has_gaps=one.has_gaps and other.has_gaps) if are_series else found

    return compared


def _is_less(one: Bounds, other: Bounds) -> bool | None:
    """Whether one value is certainly less than the other, or certainly not; None when neither is certain."""
    if one.high < other.low:
        return True
    if one.low > other.high or (one.low == other.high and math.isfinite(one.low)):
        return False
    return None


def _is_more(one: Bounds, other: Bounds) -> bool | None:
    return _is_less(other, one)


def _is_at_most(one: Bounds, other: Bounds) -> bool | None:
    return _not(_is_less(other, one))


def _is_at_least(one: Bounds, other: Bounds) -> bool | None:
    return _not(_is_less(one, other))


def _is_equal(one: Bounds, other: Bounds) -> bool | None:
    if one.high < other.low or one.low > other.high:
        return False
    return True if one.low == one.high == other.low == other.high and math.isfinite(one.low) else None


def _differs(one: Bounds, other: Bounds) -> bool | None:
    return _not(_is_equal(one, other))


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _truth(value: Bounds) -> bool | None:
    """Whether a value counts as true: whether it is not zero."""
    return _differs(value, _ZERO)


def _and(one: Bounds, other: Bounds) -> Bounds:
    return _logical(one, other, decides=False)


def _or(one: Bounds, other: Bounds) -> Bounds:
    return _logical(one, other, decides=True)


def _logical(*operands: Bounds, decides: bool) -> Bounds:
    # A missing operand may count as false.
    truths = {None if truth and operand.has_gaps else truth for operand in operands for truth in (_truth(operand),)}
    if decides in truths:
        return _like(decides, decides, *operands)
    return _like(0, 1, *operands) if None in truths else _like(not decides, not decides, *operands)


def _if(condition: Bounds, chosen: Bounds, other: Bounds | None = None) -> Bounds:
    """`IF`: a missing data point of the first choice is zero, one of the second is missing; so is all of an omitted one."""
    possible = [_or_zero(chosen), other or _or_zero(chosen)]
    truth = None if condition.has_gaps else _truth(condition)
    if truth is not None:
        possible = possible[:1] if truth else possible[1:]
    found = _hull(*possible)
    is_dropped = condition.has_gaps or (truth is not True and other is None)
    return replace(found, has_gaps=found.has_gaps or is_dropped, is_scalar=False, may_be_many=found.may_be_many or condition.may_be_many)


def _fill(value: Bounds, filler: Bounds) -> Bounds:
    found = _hull(value, filler) if value.has_gaps else value
    return replace(found, has_gaps=value.has_gaps and filler.has_gaps, is_scalar=False)


def _absolute(value: Bounds) -> Bounds:
    if value.low >= 0:
        return value
    return _like(max(0, -value.high), max(-value.low, value.high), value)


def _rounded(function: Callable[[float], float]) -> Callable[[Bounds], Bounds]:
    def applied(value: Bounds) -> Bounds:
        low, high = (each if math.isinf(each) else float(function(each)) for each in (value.low, value.high))
        return _like(low, high, value)

    return applied


def _logarithm(function: Callable[[float], float]) -> Callable[[Bounds], Bounds]:
    def applied(value: Bounds) -> Bounds:
        # Nothing grows so far that its logarithm does.
        if value.low <= 0 or math.isinf(value.low):
            raise _Unbounded
        return _like(function(value.low), function(value.high), value)

    return applied


def _constant_series(value: Bounds) -> Bounds:
    return replace(value, is_scalar=False)


def _period(value: Bounds) -> Bounds:
    if value.period:
        return Bounds(value.period, value.period, has_gaps=False, is_scalar=True)
    return Bounds(1, has_gaps=False, is_scalar=True)


def _within(low: float, high: float) -> Callable[[Bounds], Bounds]:
    """A part of the time of each data point."""
    return lambda value: replace(_like(low, high, value), is_scalar=False)


def _number_of(over_time: Callable[[Bounds], Bounds]) -> Callable[[Bounds], Bounds]:
    """The one number that is made of all data points of a series."""

    def applied(value: Bounds) -> Bounds:
        found = over_time(value)
        return replace(value, low=found.low, high=found.high, is_scalar=not value.may_be_many, period=None)

    return applied


def _sum_of(series: tuple[Bounds, ...]) -> Bounds:
    total = _ZERO
    for each in series:
        total = _plus(total, replace(_or_zero(each), has_gaps=False))
    return replace(total, has_gaps=all(each.has_gaps for each in series))


def _highest_of(series: tuple[Bounds, ...]) -> Bounds:
    certain = [each.low for each in series if not each.has_gaps]
    low = max(certain) if certain else min(each.low for each in series)
    return Bounds(low, max(each.high for each in series), has_gaps=not certain)


def _lowest_of(series: tuple[Bounds, ...]) -> Bounds:
    return _negative(_highest_of(tuple(map(_negative, series))))


def _average_of(series: tuple[Bounds, ...]) -> Bounds:
    """The average of all series or only of those with a data point: none is below zero if no series is."""
    every = _hull(*map(_or_zero, series))
    low = _sum_of(series).low / len(series) if every.low >= 0 else every.low
    return Bounds(min(low, every.high), every.high, has_gaps=all(each.has_gaps for each in series))


def _spread_of(series: tuple[Bounds, ...]) -> Bounds:
    return Bounds(0, has_gaps=all(each.has_gaps for each in series))


def _sum_over_time(value: Bounds) -> Bounds:
    return Bounds(0 if value.low >= 0 else -_INFINITE, 0 if value.high <= 0 else _INFINITE)


def _running_sum(value: Bounds) -> Bounds:
    total = _sum_over_time(value)
    return replace(_anything(value), low=total.low, high=total.high)


def _unchanged(value: Bounds) -> Bounds:
    return value


def _anything(value: Bounds) -> Bounds:
    return replace(value, low=-_INFINITE, high=_INFINITE, has_gaps=True, is_scalar=False, period=None)


def _not_negative(value: Bounds) -> Bounds:
    return replace(_anything(value), low=0)


_OPERATORS: dict[str, Callable[..., Bounds]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _over,
    "^": _power,
    "negate": _negative,
    "<": _comparison(_is_less),
    ">": _comparison(_is_more),
    "<=": _comparison(_is_at_most),
    ">=": _comparison(_is_at_least),
    "==": _comparison(_is_equal),
    "!=": _comparison(_differs),
    "&&": _and,
    "||": _or,
}
# The comparisons of alarms with a constant threshold.
_THRESHOLDS: dict[str | None, Callable[[Bounds, Bounds], bool | None]] = {
    "GreaterThanThreshold": _is_more,
    "GreaterThanOrEqualToThreshold": _is_at_least,
    "LessThanThreshold": _is_less,
    "LessThanOrEqualToThreshold": _is_at_most,
}

# Functions of one series over time, and of several series at each time.
_AGGREGATES: dict[str, tuple[Callable[[Bounds], Bounds], Callable[[tuple[Bounds, ...]], Bounds]]] = {
    "SUM": (_sum_over_time, _sum_of),
    "AVG": (_or_zero, _average_of),
    "MIN": (_unchanged, _lowest_of),
    "MAX": (_unchanged, _highest_of),
    "STDDEV": (_not_negative, _spread_of),
}

# The other functions, with the possible numbers of arguments.
_FUNCTIONS: dict[str, tuple[Callable[..., Bounds], tuple[int, ...]]] = {
    "IF": (_if, (2, 3)),
    "FILL": (_fill, (2,)),
    "ABS": (_absolute, (1,)),
    "CEIL": (_rounded(math.ceil), (1,)),
    "FLOOR": (_rounded(math.floor), (1,)),
    "LOG": (_logarithm(math.log), (1,)),
    "LOG10": (_logarithm(math.log10), (1,)),
    "PERIOD": (_period, (1,)),
    "TIME_SERIES": (_constant_series, (1,)),
    "MINUTE": (_within(0, 59), (1,)),
    "HOUR": (_within(0, 23), (1,)),
    "DAY": (_within(1, 7), (1,)),
    "DATE": (_within(1, 31), (1,)),
    "MONTH": (_within(1, 12), (1,)),
    "RATE": (_anything, (1,)),
    "DIFF": (_anything, (1,)),
    "DIFF_TIME": (_not_negative, (1,)),
    "RUNNING_SUM": (_running_sum, (1,)),
}

# Functions that read other data points than the one of the result.
_OF_PAST = frozenset({"RATE", "DIFF", "DIFF_TIME", "RUNNING_SUM"})
