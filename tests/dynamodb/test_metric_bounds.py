"""The bounds of metric-math expressions: known ones, and laws against an evaluation of random expressions on random data."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dyncheck.dynamodb.metric_bounds import UNBOUNDED, Bounds, Machine, breaches
from dyncheck.dynamodb.metric_math import steps_of

INF = math.inf
# Events that have data points only while there are some, the capacity of a table, and a metric in percent.
METRICS = {"r": Bounds(1, INF, period=60), "w": Bounds(1, INF), "c": Bounds(0, INF, period=300), "u": Bounds(0, 100)}


def evaluated(expression: str, grown: str | None = None) -> Any:
    """The bounds of an expression, after a metric has grown where one is given."""
    values = dict(METRICS)
    if grown:
        values[grown] = replace(values[grown], low=values[grown].high, has_gaps=False)
    return Machine(values, tuple(values), is_growing=grown is not None).run(steps_of(expression))


def shown(value: Any) -> str:
    """Bounds in short: `[0, 1]`, with `?` where data points may be missing, `#` for a number and `*` where it may be many series."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return " ".join(map(shown, value))
    marks = "?" * value.has_gaps + "#" * value.is_scalar + "*" * value.may_be_many
    return f"[{value.low:g}, {value.high:g}]{marks}"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("r", "[1, inf]?"),
        ("5", "[5, 5]#"),
        ("1e999", "[-inf, inf]?*"),
        ("'text'", "text"),
        ("c - r / PERIOD(r)", "[-inf, inf]?"),
        ("r + w", "[0, inf]?"),
        ("r + 1", "[2, inf]?"),
        ("1 + r", "[2, inf]?"),
        ("r - 1", "[0, inf]?"),
        ("100 - u", "[0, 100]?"),
        ("u - c", "[-inf, 100]?"),
        ("c - u", "[-100, inf]?"),
        ("-u", "[-100, 0]?"),
        ("u * 2", "[0, 200]?"),
        ("u * -2", "[-200, 0]?"),
        ("u * u", "[0, 10000]?"),
        ("u * 0", "[0, 0]?"),
        ("c * 0", "[0, 0]?"),
        ("2 * 3", "[6, 6]#"),
        ("u / 4", "[0, 25]?"),
        ("u / -4", "[-25, 0]?"),
        ("1 / u", "[0.01, inf]?"),
        ("-1 / u", "[-inf, -0.01]?"),
        ("1 / -u", "[-inf, -0.01]?"),
        ("u / c", "[0, inf]?"),
        ("c / r", "[0, inf]?"),
        ("r / w", "[0, inf]?"),
        ("100 * (1 - r / w)", "[-inf, 100]?"),
        ("1 / (u - 50)", "[-inf, inf]?*"),
        ("1 / (10 + u)", "[0.00909091, 0.1]?"),
        ("1 / 0", "[-inf, inf]?*"),
        ("r ^ 2", "[-inf, inf]?*"),
        ("1e308 * 10", "[1.79769e+308, 1.79769e+308]#"),
        ("u > 5", "[0, 1]?"),
        ("u > 100", "[0, 0]?"),
        ("u >= 100", "[0, 1]?"),
        ("u < 0", "[0, 0]?"),
        ("u <= 0", "[0, 1]?"),
        ("r < 1", "[0, 0]?"),
        ("r >= 1", "[1, 1]?"),
        ("r == 0", "[0, 0]?"),
        ("r != 0", "[1, 1]?"),
        ("5 == 5", "[1, 1]#"),
        ("5 != 5", "[0, 0]#"),
        ("u == 200", "[0, 0]?"),
        ("-5 == u", "[0, 0]?"),
        ("u == 5", "[0, 1]?"),
        ("r > w", "[0, 1]?"),
        ("r > TIME_SERIES(-1)", "[1, 1]"),
        ("r > TIME_SERIES(0)", "[0, 1]"),
        ("r > 0 && w > 0", "[0, 1]?"),
        ("FILL(r, 1) > 0 && 1", "[1, 1]"),
        ("r > 0 || w > 0", "[0, 1]?"),
        ("FILL(r, 1) > 0 || w > 0", "[1, 1]?"),
        ("FILL(r, 1) > 0 || 0", "[1, 1]"),
        ("r < 1 && w > 0", "[0, 0]?"),
        ("r < 1 || w < 1", "[0, 0]?"),
        ("FILL(r, 0) < 0 && w > 0", "[0, 0]?"),
        ("1 && 0", "[0, 0]#"),
        ("1 || 0", "[1, 1]#"),
        ("1 && 2", "[1, 1]#"),
        ("IF(r > 0, 1, 0)", "[0, 1]?"),
        ("IF(FILL(r, 0) >= 0, 7, 9)", "[7, 7]"),
        ("IF(FILL(r, 0) < 0, 7, 9)", "[9, 9]"),
        ("IF(FILL(r, 0) > 0, 7, 9)", "[7, 9]"),
        ("IF(FILL(r, 0) > 0, 7)", "[7, 7]?"),
        ("IF(FILL(r, 0) >= 0, 7)", "[7, 7]"),
        ("IF(1, r, 9)", "[0, inf]?"),
        ("IF(0, 7, r)", "[1, inf]?"),
        ("IF(r, 7, 9)", "[7, 9]?"),
        ("FILL(r, 0)", "[0, inf]"),
        ("FILL(r, 5)", "[1, inf]"),
        ("FILL(r, -5)", "[-5, inf]"),
        ("FILL(r, REPEAT)", "[1, inf]?"),
        ("FILL(r, c)", "[0, inf]?"),
        ("FILL(FILL(r, 1), -5)", "[1, inf]"),
        ("ABS(u - 50)", "[0, 50]?"),
        ("ABS(-u)", "[0, 100]?"),
        ("ABS(u - 150)", "[50, 150]?"),
        ("ABS(u + 5)", "[5, 105]?"),
        ("CEIL(u / 3)", "[0, 34]?"),
        ("FLOOR(u / 3)", "[0, 33]?"),
        ("FLOOR(c)", "[0, inf]?"),
        ("LOG(r)", "[0, inf]?"),
        ("LOG10(u + 1)", "[0, 2.00432]?"),
        ("LOG(u)", "[-inf, inf]?*"),
        ("PERIOD(r)", "[60, 60]#"),
        ("PERIOD(w)", "[1, inf]#"),
        ("TIME_SERIES(5)", "[5, 5]"),
        ("MINUTE(r)", "[0, 59]?"),
        ("HOUR(r)", "[0, 23]?"),
        ("DAY(r)", "[1, 7]?"),
        ("DATE(r)", "[1, 31]?"),
        ("MONTH(r)", "[1, 12]?"),
        ("RATE(r)", "[-inf, inf]?"),
        ("DIFF(r)", "[-inf, inf]?"),
        ("DIFF_TIME(r)", "[0, inf]?"),
        ("RUNNING_SUM(r)", "[0, inf]?"),
        ("RUNNING_SUM(-r)", "[-inf, 0]?"),
        ("SUM(r)", "[0, inf]?#"),
        ("SUM(-r)", "[-inf, 0]?#"),
        ("SUM(u - 50)", "[-inf, inf]?#"),
        ("AVG(r)", "[0, inf]?#"),
        ("MIN(r)", "[1, inf]?#"),
        ("MAX(u)", "[0, 100]?#"),
        ("STDDEV(u)", "[0, inf]?#"),
        ("SUM([r, w])", "[0, inf]?"),
        ("SUM([u, u])", "[0, 200]?"),
        ("SUM([FILL(r, 5), u])", "[1, inf]"),
        ("SUM([FILL(u, 0) - 150, u])", "[-150, 50]"),
        ("SUM([u, -u])", "[-100, 100]?"),
        ("SUM([5, 6])", "[11, 11]"),
        ("AVG([u, 50 - u])", "[-50, 100]?"),
        ("AVG([FILL(r, 3), FILL(w, 3)])", "[1, inf]"),
        ("AVG([FILL(r, 3), c])", "[0.5, inf]"),
        ("MAX([u, 5])", "[5, 100]"),
        ("MAX([u, r])", "[0, inf]?"),
        ("MIN([u, 5])", "[0, 5]"),
        ("MIN([r, c + 3])", "[1, inf]?"),
        ("MIN([r, 0])", "[0, 0]"),
        ("STDDEV([u, 5])", "[0, inf]"),
        ("SUM(METRICS())", "[0, inf]?"),
        ('MAX(METRICS("u"))', "[0, 100]?"),
        ("METRICS()", "[1, inf]? [1, inf]? [0, inf]? [0, 100]?"),
        ("METRICS('none')", ""),
        ("METRICS() > 200", "[0, 1]? [0, 1]? [0, 1]? [0, 0]?"),
        ("200 < METRICS('u')", "[0, 0]?"),
        ("SUM(METRICS('none'))", "[-inf, inf]?*"),
        ("METRICS() + METRICS()", "[-inf, inf]?*"),
        ("METRICS(r)", "[-inf, inf]?*"),
        ("METRICS('a', 'b')", "[-inf, inf]?*"),
        ("ANOMALY_DETECTION_BAND(r, 2)", "[-inf, inf]?*"),
        ("SUM([ANOMALY_DETECTION_BAND(r), r])", "[-inf, inf]?*"),
        ("SUM(SORT(METRICS(), MAX, DESC))", "[-inf, inf]?*"),
        ("STDDEV(SLICE(METRICS(), 0))", "[0, inf]?*"),
        ("['a', r]", "[-inf, inf]?*"),
        ("r + 'a'", "[-inf, inf]?*"),
        ("IF(r)", "[-inf, inf]?*"),
        ("FILL(r)", "[-inf, inf]?*"),
        ("ABS(r, r)", "[-inf, inf]?*"),
        ("SUM(r, w)", "[-inf, inf]?*"),
        ("r > REPEAT", "[-inf, inf]?*"),
        ("IF(ANOMALY_DETECTION_BAND(r) > 1, 1, 0)", "[0, 1]?*"),
    ],
)
def test_the_bounds_of_an_expression(expression: str, expected: str) -> None:
    assert shown(evaluated(expression)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("r", "[inf, inf]"),
        ("w", "[1, inf]?"),
        ("r + w", "[inf, inf]?"),
        ("r + FILL(w, 0)", "[inf, inf]"),
        ("SUM([r, w])", "[inf, inf]"),
        ("SUM(METRICS())", "[inf, inf]"),
        ("MAX([r, w])", "[inf, inf]"),
        ("AVG([r, w])", "[inf, inf]"),
        ("MIN([r, w])", "[1, inf]"),
        ("r - FILL(w, 0)", "[-inf, inf]"),
        ("100 - r", "[-inf, -inf]"),
        ("r / PERIOD(r)", "[inf, inf]"),
        ("r / FILL(w, 1)", "[0, inf]"),
        ("100 / r", "[0, 100]"),
        ("r * FILL(w, 0)", "[0, inf]"),
        ("r * 0", "[0, 0]"),
        ("r > 5", "[1, 1]"),
        ("r > FILL(w, 0)", "[0, 1]"),
        ("r >= r", "[0, 1]"),
        ("r == r", "[0, 1]"),
        ("r == 5", "[0, 0]"),
        ("r < 5", "[0, 0]"),
        ("IF(r > 5, 1, 0)", "[1, 1]"),
        ("IF(r > 5, 0, 1)", "[0, 0]"),
        ("IF(r, FILL(w, 3) + 2, 0)", "[3, inf]"),
        ("r > 0 || w > 0", "[1, 1]?"),
        ("r > 0 || FILL(w, 0) > 0", "[1, 1]"),
        ("r > 0 && FILL(w, 0) > 0", "[0, 1]"),
        ("FILL(r, 0)", "[inf, inf]"),
        ("FILL(r, REPEAT)", "[inf, inf]"),
        ("FILL(w, REPEAT)", "[-inf, inf]?*"),
        ("CEIL(r)", "[inf, inf]"),
        ("ABS(r)", "[inf, inf]"),
        ("ABS(-r)", "[inf, inf]"),
        ("LOG(r)", "[-inf, inf]?*"),
        ("RATE(r)", "[-inf, inf]?*"),
        ("RUNNING_SUM(w)", "[-inf, inf]?*"),
        ("SUM(r)", "[-inf, inf]?*"),
        ("MAX(r)", "[-inf, inf]?*"),
    ],
)
def test_the_bounds_of_an_expression_after_a_metric_has_grown(expression: str, expected: str) -> None:
    assert shown(evaluated(expression, "r")) == expected


def test_a_metric_grows_to_its_highest_value() -> None:
    assert shown(evaluated("u", "u")) == "[100, 100]"


def test_an_expression_with_more_series_than_cloudwatch_returns_has_no_bounds() -> None:
    assert evaluated(f"SUM([{', '.join(['METRICS()'] * 125)}])") == Bounds(0, INF)
    assert evaluated(f"SUM([{', '.join(['METRICS()'] * 126)}])") == UNBOUNDED


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ("GreaterThanThreshold", [False, False, None, True]),
        ("GreaterThanOrEqualToThreshold", [False, None, True, True]),
        ("LessThanThreshold", [True, None, False, False]),
        ("LessThanOrEqualToThreshold", [True, True, None, False]),
        ("GreaterThanUpperThreshold", [None, None, None, None]),
    ],
)
def test_the_comparison_with_a_threshold(comparison: str, expected: list[bool | None]) -> None:
    assert [breaches(Bounds(2, 4), comparison, threshold) for threshold in (5, 4, 2, 1)] == expected


# A random expression: its text, and a function that evaluates it on the data of the metrics.
Series: TypeAlias = "list[float | None]"
Result: TypeAlias = "float | Series | None"
Evaluate: TypeAlias = "Callable[[dict[str, Series], bool], Result]"
Expression: TypeAlias = "tuple[str, Evaluate]"
LENGTH = 5


def points(value: Result) -> Series:
    """A number as the series that has it everywhere."""
    return value if isinstance(value, list) else [value] * LENGTH


def binary(symbol: str, apply: Callable[[float, float], float | None]) -> Callable[[tuple[Expression, Expression]], Expression]:
    """An operator. `True` for the data says that the missing data point of one of two series is zero."""

    def made(operands: tuple[Expression, Expression]) -> Expression:
        (left, first), (right, second) = operands

        def evaluate(data: dict[str, Series], zero: bool) -> Result:
            one, other = first(data, zero), second(data, zero)
            if not isinstance(one, list) and not isinstance(other, list):
                return None if one is None or other is None else sound(apply, one, other)
            both = isinstance(one, list) and isinstance(other, list)
            fills = both and (zero or symbol in COMPARED)
            pairs = zip(points(one), points(other), strict=True)
            return [
                None if (a is None and b is None) or (not fills and (a is None or b is None)) else sound(apply, a or 0, b or 0)
                for a, b in pairs
            ]

        return f"({left} {symbol} {right})", evaluate

    return made


def sound(apply: Callable[..., float | None], *operands: float) -> float | None:
    """The result, None where it is no finite number."""
    try:
        result = apply(*operands)
    except ZeroDivisionError:
        return None
    return None if result is None or not math.isfinite(result) else result


COMPARED = ("<", ">", "<=", ">=", "==", "!=")
OPERATORS: dict[str, Callable[[float, float], float | None]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "&&": lambda a, b: bool(a) and bool(b),
    "||": lambda a, b: bool(a) or bool(b),
}
UNARY: dict[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor, "-": lambda a: -a}


def unary(name: str, operand: Expression) -> Expression:
    """A function of each data point."""
    text, inner = operand

    def evaluate(data: dict[str, Series], zero: bool) -> Result:
        value = inner(data, zero)
        if isinstance(value, list):
            return [None if each is None else float(UNARY[name](each)) for each in value]
        return None if value is None else float(UNARY[name](value))

    return f"{name}({text})", evaluate


def fill(operand: Expression, filler: float | None) -> Expression:
    """FILL with a number, or with the last data point."""
    text, inner = operand

    def evaluate(data: dict[str, Series], zero: bool) -> Result:
        last = filler
        found: Series = []
        for each in points(inner(data, zero)):
            if each is not None and filler is None:
                last = each
            found.append(last if each is None else each)
        return found

    return f"FILL({text}, {'REPEAT' if filler is None else filler})", evaluate


def condition(parts: list[Expression]) -> Expression:
    """IF with two or three arguments."""

    def evaluate(data: dict[str, Series], zero: bool) -> Result:
        test, chosen, *others = (points(inner(data, zero)) for _, inner in parts)
        other = others[0] if others else [None] * LENGTH
        return [(0.0 if c is None else c) if t else (None if t is None else o) for t, c, o in zip(test, chosen, other, strict=True)]

    return f"IF({', '.join(text for text, _ in parts)})", evaluate


AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "SUM": lambda values: sum(values, start=0.0),
    "AVG": lambda values: sum(values, start=0.0) / len(values),
    "MIN": min,
    "MAX": max,
    "STDDEV": lambda values: math.dist(values, [sum(values) / len(values)] * len(values)) / math.sqrt(len(values)),
}


def of_list(name: str, parts: list[Expression]) -> Expression:
    """An aggregate of several series. AVG may count missing data points as zero."""

    def evaluate(data: dict[str, Series], zero: bool) -> Result:
        columns = zip(*(points(inner(data, zero)) for _, inner in parts), strict=True)
        found: Series = []
        for column in columns:
            present = [each for each in column if each is not None]
            counted = [each or 0.0 for each in column] if name == "AVG" and zero else present
            found.append(sound(AGGREGATES[name], counted) if present else None)  # type: ignore[arg-type]
        return found

    return f"{name}([{', '.join(text for text, _ in parts)}])", evaluate


def over_time(name: str, operand: Expression) -> Expression:
    """An aggregate of one series: a number."""
    text, inner = operand

    def evaluate(data: dict[str, Series], zero: bool) -> Result:
        value = inner(data, zero)
        present = [each for each in points(value) if each is not None]
        return sound(AGGREGATES[name], present) if present else None  # type: ignore[arg-type]

    return f"{name}({text})", evaluate


def difference(operand: Expression) -> Expression:
    """DIFF: from the last data point."""
    text, inner = operand

    def evaluate(data: dict[str, Series], zero: bool) -> Result:
        values = points(inner(data, zero))
        return [
            None,
            *(None if a is None or b is None else sound(lambda x, y: y - x, a, b) for a, b in pairwise(values)),
        ]

    return f"DIFF({text})", evaluate


def number(value: float) -> Expression:
    """A constant."""
    return f"{value}", lambda *_: value


def metric(name: str) -> Expression:
    """A metric."""
    return name, lambda data, _: data[name]


def larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Expressions of smaller ones."""
    lists = st.lists(inner, min_size=1, max_size=3)
    names = st.sampled_from(sorted(AGGREGATES))
    return st.one_of(
        *(st.tuples(inner, inner).map(binary(symbol, apply)) for symbol, apply in OPERATORS.items()),
        st.builds(unary, st.sampled_from(sorted(UNARY)), inner),
        st.builds(fill, inner, st.sampled_from([0.0, 3.0, None])),
        st.lists(inner, min_size=2, max_size=3).map(condition),
        st.builds(of_list, names, lists),
        st.builds(over_time, names, inner),
        st.builds(difference, inner),
    )


LEAVES = st.one_of(st.sampled_from(sorted(METRICS)).map(metric), st.sampled_from([0.0, 0.5, 1.0, 2.0, 5.0, 100.0]).map(number))
EXPRESSIONS = st.recursive(LEAVES, larger, max_leaves=8)


def data_of(most: float = 1e6) -> st.SearchStrategy[dict[str, Series]]:
    """Data points of every metric within its bounds."""

    def one(bounds: Bounds) -> st.SearchStrategy[Series]:
        values = st.floats(bounds.low, min(bounds.high, most)) | st.sampled_from([bounds.low, min(bounds.high, most)])
        return st.lists(st.none() | values, min_size=LENGTH, max_size=LENGTH)

    return st.fixed_dictionaries({name: one(bounds) for name, bounds in METRICS.items()})


def hold(result: Result, bounds: Any) -> None:
    """Every data point is within the bounds, and none is missing where none may be."""
    assert isinstance(bounds, Bounds)
    found = points(result)
    assert all(bounds.low <= each <= bounds.high for each in found if each is not None)
    assert bounds.has_gaps or None not in found


@settings(deadline=None, max_examples=200)
@given(EXPRESSIONS, data_of(), st.booleans())
def test_no_value_of_an_expression_is_out_of_its_bounds(expression: Expression, data: dict[str, Series], zero: bool) -> None:
    text, evaluate = expression
    hold(evaluate(data, zero), evaluated(text))


@settings(deadline=None, max_examples=200)
@given(EXPRESSIONS, data_of(1e3), st.booleans())
def test_an_expression_is_within_its_bounds_after_a_metric_has_grown(expression: Expression, data: dict[str, Series], zero: bool) -> None:
    text, evaluate = expression
    bounds = evaluated(text, "r")
    # What grows without limit is above all that the other metrics and constants make of themselves.
    finite = replace(bounds, low=min(bounds.low, 1e9), high=max(bounds.high, -1e9)) if isinstance(bounds, Bounds) else bounds
    hold(evaluate(data | {"r": [1e60] * LENGTH}, zero), finite)
