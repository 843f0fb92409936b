"""The `metric_query` blocks of an alarm together: what CloudWatch rejects, which metrics raise the alarm, and the bounds of its value.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec.structs import replace

from dyncheck.dynamodb.alarm_limits import OUTSIDE_BAND, Refusal
from dyncheck.dynamodb.insights import is_grouped, is_query
from dyncheck.dynamodb.metric_bounds import UNBOUNDED, Bounds, Machine, Operand, breaches
from dyncheck.dynamodb.metric_math import NotUnderstood, Step, steps_of
from dyncheck.dynamodb.signals import MOST_METRICS, Signal, UnknownExpression, expression_of, signals_of
from dyncheck.logic import each
from dyncheck.model import Block, quoted
from dyncheck.model.sensitive import SENSITIVE, Sensitive

_ID = r"[a-z]\w{0,254}"
_SEARCH = r"(?i)\bSEARCH\s*\("

# CloudWatch accepts at most so many characters in an expression.
_MOST_CHARACTERS = 2_048


class _Circular(Exception):
    """Expressions need their own results; the argument is the first of their ids."""


class MetricQueries:
    """The queries of an alarm by their ids. What it reads may raise `Unknown`."""

    def __init__(self, alarm: Block) -> None:
        self._alarm = alarm

    @cached_property
    def _queries(self) -> tuple[Block, ...]:
        """The queries by their ids: a plan has them in any order."""
        return tuple(sorted(self._alarm.blocks("metric_query"), key=lambda query: query.string("id")))

    @cached_property
    def _by_id(self) -> dict[str, Block]:
        return {query.string("id"): query for query in self._queries}

    @cached_property
    def _returned(self) -> tuple[str, ...]:
        """The ids of the queries that return data, without that of an anomaly band."""
        band = self._alarm.text("threshold_metric_id")
        return tuple(name for query in self._queries if query.read("return_data") and (name := query.string("id")) != band)

    @cached_property
    def _metrics(self) -> tuple[str, ...]:
        """The ids of the metrics."""
        return tuple(name for name, query in self._by_id.items() if query.block("metric") is not None)

    @cached_property
    def _signals(self) -> dict[str, tuple[Signal, ...]]:
        """The metrics by id; a Metrics Insights query has several, one for each set of dimensions that it reads."""
        found = {name: signals_of(query) for name, query in self._by_id.items()}
        return {name: signals for name, signals in found.items() if signals}

    @cached_property
    def _steps(self) -> dict[str, tuple[Step, ...] | None]:
        """The steps of the metric-math expressions by id; None for one that dyncheck does not understand."""
        return {name: _read(expression_of(query)) for name, query in self._by_id.items() if name not in self._signals}

    # What CloudWatch rejects.

    def refusals(self) -> Iterator[Refusal]:
        """The reasons why CloudWatch rejects the alarm. Ends in `Unknown` when not all can be determined."""
        parts = (self._wrong_ids, self._wrong_number, self._wrong_queries, self._wrong_references, self._wrong_result)
        yield from each(parts, lambda part: part())

    def _wrong_ids(self) -> Iterator[Refusal]:
        ids = Counter(query.string("id") for query in self._queries)
        for query in self._queries:
            name = query.string("id")
            if ids.pop(name, 1) > 1:
                yield Refusal(f"two queries have the id {quoted(name)}; expected different ids", "id", inside=query)
            elif not re.fullmatch(_ID, name, re.ASCII):
                expected = "a lower-case letter, then letters, digits and underscores"
                yield Refusal(f"the id of a query is {quoted(name)}; expected {expected}", "id", 'id = "m1"', query)

    def _wrong_number(self) -> Iterator[Refusal]:
        if len(self._metrics) > MOST_METRICS:
            yield Refusal(f"it has {len(self._metrics)} metrics; expected {MOST_METRICS} at most", "metric_query")
        band, returned = self._alarm.text("threshold_metric_id"), self._returned
        if len(returned) > 1:
            names = ", ".join(map(quoted, sorted(returned)[:MOST_METRICS]))
            yield Refusal(f"{len(returned)} queries return data ({names}); expected one", "metric_query")
        elif not returned and band is None:
            yield Refusal("no query returns data; expected return_data = true in one of them", "metric_query", "return_data = true")
        if band is not None and band not in self._by_id:
            yield Refusal(f"threshold_metric_id is {quoted(band)}, and no query has that id", "threshold_metric_id")
        elif band is not None and "ANOMALY_DETECTION_BAND" not in expression_of(self._by_id[band]).upper():
            expected = "expected an expression with ANOMALY_DETECTION_BAND"
            yield Refusal(f"threshold_metric_id is {quoted(band)}; {expected}", "threshold_metric_id")

    def _wrong_queries(self) -> Iterator[Refusal]:
        yield from each(self._queries, _wrong_query)

    def _wrong_references(self) -> Iterator[Refusal]:
        for name, steps in self._steps.items():
            query = self._by_id[name]
            for missing in _names_in(steps or (), but=self._by_id):
                expression = expression_of(query)
                named = SENSITIVE if isinstance(expression, Sensitive) else quoted(missing)
                why = f"the expression {quoted(expression)} names {named}, and no query has that id"
                yield Refusal(why, "expression", inside=query)
        try:
            self._sorted(self._by_id)
        except _Circular as circular:
            query = self._by_id[str(circular)]
            why = f"the expression {quoted(query.string('expression'))} needs its own result"
            yield Refusal(why, "expression", inside=query)

    def _wrong_result(self) -> Iterator[Refusal]:
        if len(self._returned) != 1 or self._returned[0] in self._signals:
            return
        query, result = self._by_id[self._returned[0]], self._result
        found = f"the expression {quoted(query.string('expression'))} returns"
        if isinstance(result, tuple) and len(result) > 1:
            yield Refusal(f"{found} {len(result)} time series; expected one", "expression", inside=query)
        elif isinstance(result, Bounds) and result.is_scalar:
            yield Refusal(f"{found} a number; expected a time series", "expression", inside=query)

    # What the alarm compares with its threshold.

    @property
    def bounds(self) -> Bounds:
        """The bounds of the value that the alarm compares with its threshold."""
        return UNBOUNDED if len(self._returned) != 1 else _single(self._result) or UNBOUNDED

    @cached_property
    def _result(self) -> Operand:
        (name,) = self._returned
        try:
            return self._evaluated(self._needed(name), {})[name]
        except UnknownExpression:
            return UNBOUNDED

    def raising(self) -> tuple[Signal, ...]:
        """The metrics that raise the alarm when they grow. Raises `UnknownExpression` when dyncheck cannot determine them."""
        if len(self._metrics) > MOST_METRICS or len(self._returned) > 1:
            return tuple(signal for signals in self._signals.values() for signal in signals)
        if not self._returned:
            return self._without_returned()
        (name,) = self._returned
        return self._signals[name] if name in self._signals else tuple(self._raising_expression(name))

    def _without_returned(self) -> tuple[Signal, ...]:
        band = self._alarm.text("threshold_metric_id")
        if band is None:
            return ()
        why = f"is {quoted(band)}, and no other query returns data, so dyncheck cannot determine which metrics raise the alarm"
        raise UnknownExpression("threshold_metric_id", why)

    def _raising_expression(self, name: str) -> Iterator[Signal]:
        needed = self._needed(name)
        for metric in needed:
            if metric in self._signals:
                raises = self._is_raised(name, self._evaluated(needed, {metric: _grown(self._bounds_of(metric))}))
                yield from (signal.raising(raises) for signal in self._signals[metric])

    @property
    def is_expression(self) -> bool:
        """Whether the alarm compares the value of an expression with its threshold, not a metric itself."""
        return len(self._returned) == 1 and self._returned[0] not in self._signals

    def is_raised_from(self, least: float, metrics: tuple[str, ...]) -> bool:
        """Whether each of these metrics in the expression raises the alarm from that value on. Raises `UnknownExpression`."""
        (name,) = self._returned
        needed = self._needed(name)
        read = [each_name for each_name in needed if any(signal.metric in metrics for signal in self._signals.get(each_name, ()))]
        return all(self._is_raised_by_value(name, needed, metric, least) for metric in read)

    def _is_raised_by_value(self, name: str, needed: tuple[str, ...], metric: str, least: float) -> bool:
        present = replace(self._bounds_of(metric), low=least, has_gaps=False)
        alone = {other: Bounds(0, 0) for other in self._signals} | {metric: replace(present, high=least)}
        value = _single(self._evaluated(needed, alone)[name])
        if value is not None and self._is_breaching(value) is False:
            return False
        return self._is_raised(name, self._evaluated(needed, {metric: present}))

    def _is_raised(self, name: str, values: dict[str, Operand]) -> bool:
        """Whether the value certainly breaches the threshold, or certainly does not."""
        value = _single(values[name])
        breaching = None if value is None or value.may_be_many else self._is_breaching(value)
        if value is None or breaching is None:
            raise self._unknown(name)
        if breaching and value.has_gaps:
            raise self._unknown(name, ": it has no value where another of its metrics has none; fill the gaps, as FILL(m1, 0) does")
        return breaching

    def _is_breaching(self, value: Bounds) -> bool | None:
        comparison, threshold = self._alarm.text("comparison_operator"), self._alarm.number("threshold")
        if comparison in OUTSIDE_BAND:
            return True if value.low == math.inf and comparison != "LessThanLowerThreshold" else None
        return None if threshold is None else breaches(value, comparison, threshold)

    def _unknown(self, name: str, more: str = "") -> UnknownExpression:
        query = self._by_id[name]
        why = f"is {quoted(query.string('expression'))}, and dyncheck cannot determine which metrics raise it{more}"
        return UnknownExpression(query.at("expression"), why, query.locate("expression"))

    def _needed(self, name: str) -> tuple[str, ...]:
        """The ids that a query needs, itself last, each after those that it needs. Raises `UnknownExpression`."""
        try:
            needed = self._sorted((name,))
        except _Circular as circular:
            raise self._unknown(str(circular)) from None
        for each_name in needed:
            if each_name not in self._signals and not self._steps[each_name]:
                raise self._unknown(each_name)
        return needed

    def _sorted(self, names: Iterable[str]) -> tuple[str, ...]:
        """These ids and all that they need, each after those that it needs. Raises `_Circular`."""
        done: dict[str, bool] = {}
        for name in names:
            if name not in done:
                self._visit(name, done)
        return tuple(done)

    def _visit(self, name: str, done: dict[str, bool]) -> None:
        path = {name: iter(self._needs(name))}
        while path:
            current, rest = next(reversed(path.items()))
            for needed in rest:
                if needed in path:
                    around = list(path)
                    raise _Circular(min(around[around.index(needed) :]))
                if needed not in done:
                    path[needed] = iter(self._needs(needed))
                    break
            else:
                done[current] = True
                del path[current]

    def _needs(self, name: str) -> tuple[str, ...]:
        steps = self._steps.get(name) or ()
        named = tuple(step.value for step in steps if step.kind == "id" and step.value in self._by_id)
        reads_all = any(step.value == "METRICS" for step in steps) and len(self._metrics) <= MOST_METRICS
        return (*named, *self._metrics) if reads_all else named

    def _evaluated(self, needed: tuple[str, ...], given: dict[str, Bounds]) -> dict[str, Operand]:
        """The bounds of these queries, with the given bounds of metrics that have changed."""
        values: dict[str, Operand] = {}
        machine = Machine(values, self._metrics, is_growing=bool(given))
        for current in needed:
            if len(self._metrics) > MOST_METRICS:
                values[current] = UNBOUNDED
            elif current in self._signals:
                values[current] = given.get(current) or self._bounds_of(current)
            else:
                values[current] = machine.run(self._steps[current] or ())
        return values

    def _bounds_of(self, name: str) -> Bounds:
        """The bounds of the data points of a metric, or of the several series of a Metrics Insights query."""
        signals, query = self._signals[name], self._by_id[name]
        low, high = min(signal.lowest for signal in signals), max(signal.highest for signal in signals)
        many = name not in self._metrics and is_grouped(expression_of(query))
        return Bounds(low, high, may_be_many=many, period=signals[0].period)


def _single(operand: Operand) -> Bounds | None:
    """The bounds of the only series, None where there are several."""
    if isinstance(operand, tuple) and len(operand) == 1:
        return operand[0]
    return operand if isinstance(operand, Bounds) else None


def _grown(metric: Bounds) -> Bounds:
    """The bounds of a metric that has grown as far as it can."""
    return replace(metric, low=metric.high, has_gaps=False)


def _wrong_query(query: Block) -> Iterator[Refusal]:
    expression = expression_of(query)
    has_metric = query.block("metric") is not None
    if has_metric and expression:
        yield Refusal("a query has both a metric and an expression; expected one of them", "expression", inside=query)
    elif not has_metric and not expression:
        yield Refusal("a query has neither a metric nor an expression; expected one of them", "expression", inside=query)
    elif expression and len(expression) > _MOST_CHARACTERS:
        why = f"an expression has {len(expression)} characters; expected {_MOST_CHARACTERS} at most"
        yield Refusal(why, "expression", inside=query)
    elif expression and not is_query(expression) and re.search(_SEARCH, expression):
        why = f"an alarm cannot search for metrics, as {quoted(expression)} does; expected metrics by name or a SELECT query"
        yield Refusal(why, "expression", inside=query)


def _read(expression: str) -> tuple[Step, ...] | None:
    if len(expression) > _MOST_CHARACTERS or is_query(expression):
        return None
    try:
        return steps_of(expression)
    except NotUnderstood:
        return None


def _names_in(steps: tuple[Step, ...], but: dict[str, Block]) -> tuple[str, ...]:
    """The ids in an expression that no query has. Words in capitals, such as REPEAT, are no ids."""
    missing = (step.value for step in steps if step.kind == "id" and step.value not in but and step.value[0].islower())
    return tuple(dict.fromkeys(missing))
