"""Metric alarms: the metrics they watch, and whether they can fire.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from dyncheck.dynamodb.alarm_limits import Refusal, periods_of, refusals, too_short
from dyncheck.dynamodb.contracts import Demand
from dyncheck.dynamodb.entity import Entity
from dyncheck.dynamodb.metrics import NAMESPACE, STREAM_LABEL, is_percentile
from dyncheck.dynamodb.signals import MOST_METRICS, Signal, UnknownExpression, is_open_search, named_in
from dyncheck.dynamodb.table import Copy, Table
from dyncheck.dynamodb.wiring import Hints, Lookup, hints_of_dimensions, hints_of_references, union
from dyncheck.logic import each, foremost, some
from dyncheck.model import UNSET, Deferred, Known, Unknown, quoted

if TYPE_CHECKING:
    from dyncheck.dynamodb.metric_queries import MetricQueries

_OUTSIDE = "LessThanLowerOrGreaterThanUpperThreshold"
RISING = ("GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "GreaterThanUpperThreshold", _OUTSIDE)
FALLING = ("LessThanThreshold", "LessThanOrEqualToThreshold", "LessThanLowerThreshold", _OUTSIDE)

# The comparisons that only a high value breaches, and those that only a low one breaches.
_ABOVE = {"GreaterThanThreshold": "above {}", "GreaterThanOrEqualToThreshold": "{} or above"}
_BELOW = {"LessThanThreshold": "below {}", "LessThanOrEqualToThreshold": "{} or below"}

# The reason why an alarm does not watch a table; the text is built only when it is needed.
Mismatch: TypeAlias = "Callable[[], str]"
Test: TypeAlias = "tuple[Callable[[], bool], Mismatch]"


class Alarm(Entity):
    """A metric alarm as it will be after the change."""

    @property
    def name(self) -> str:
        """The alarm's name in the account."""
        return self.block.string("alarm_name")

    @cached_property
    def comparison(self) -> str | None:
        """The operator between the statistic and the threshold."""
        return self.block.text("comparison_operator")

    @property
    def threshold(self) -> float | None:
        """The constant threshold, None for an anomaly band."""
        return self.block.number("threshold")

    @property
    def evaluation_periods(self) -> float:
        """The number of latest data points that CloudWatch evaluates."""
        return periods_of(self.block)[1]

    @property
    def datapoints_to_alarm(self) -> float:
        """The number of data points that must breach: all, when unset."""
        return periods_of(self.block)[0]

    @property
    def treat_missing_data(self) -> str:
        """How a period without data counts. The provider accepts upper and lower case."""
        return self.block.text("treat_missing_data") or "missing"

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """The metrics that raise the alarm when they grow. Raises `Unknown` when dyncheck does not understand an expression."""
        return self._queries.raising() if self._queries else (Signal(self.block),)

    @cached_property
    def all_signals(self) -> tuple[Signal, ...]:
        """Every metric that the alarm names, whether or not it can raise the alarm."""
        return named_in(self.block)

    @cached_property
    def metrics(self) -> frozenset[str | None]:
        """The names of all its metrics. May raise `Unknown`."""
        return frozenset(signal.metric for signal in self.all_signals)

    @property
    def is_on_expression(self) -> bool:
        """Whether it compares the value of an expression with its threshold. May raise `Unknown`."""
        return self._queries is not None and self._queries.is_expression

    def is_raised_above(self, value: float, metrics: tuple[str, ...]) -> bool:
        """Whether any count of one of these metrics above that value raises the expression of the alarm. May raise `Unknown`."""
        try:
            return self._queries is not None and self._queries.is_raised_from(math.floor(value) + 1, metrics)
        except UnknownExpression as reason:
            raise Unknown(f"{self.address}: {reason.path}", reason.why) from None

    @property
    def expressions(self) -> frozenset[str]:
        """Its metric-math expressions. May raise `Unknown`."""
        return frozenset(filter(None, (query.text("expression") for query in self.block.blocks("metric_query"))))

    @property
    def searches(self) -> bool:
        """Whether an expression searches for its metrics, or reads those of any table. May raise `Unknown`."""
        return any(map(is_open_search, self.block.blocks("metric_query")))

    @cached_property
    def _queries(self) -> MetricQueries | None:
        """Its metric queries, None without any."""
        if not self.block.blocks("metric_query"):
            return None
        from dyncheck.dynamodb.metric_queries import MetricQueries

        return MetricQueries(self.block)

    @cached_property
    def hints(self) -> Hints:
        """The tables that the alarm may be on."""
        try:
            if self.searches:
                return None
            return union(hints_of_dimensions(signal.block.value("dimensions")) for signal in self.all_signals)
        except Unknown:
            return None

    @cached_property
    def unreachable(self) -> str | None:
        """The values that would raise the alarm, such as "below 0", when its value certainly never is one; None otherwise.

        Raises `Unknown` when that cannot be determined.
        """
        comparison = self.comparison or ""
        words = (_ABOVE | _BELOW).get(comparison)
        if words is None or math.isinf(self.farthest) or self.threshold is None or not self._is_beyond(self.farthest, self.threshold):
            return None
        if self.treat_missing_data.casefold() == "breaching":
            raise Unknown("treat_missing_data", 'is "breaching", so missing data may raise the alarm, although no value does')
        return words.format(self.block.show("threshold"))

    @cached_property
    def farthest(self) -> float:
        """The bound of the alarm's value on the side of the breach: the highest value for a comparison with "Greater", else the lowest."""
        bounds = self._queries.bounds if self._queries else Signal(self.block)
        if self.comparison in _ABOVE:
            return bounds.highest if isinstance(bounds, Signal) else bounds.high
        return bounds.lowest if isinstance(bounds, Signal) else bounds.low

    def _is_beyond(self, farthest: float, threshold: float) -> bool:
        """Whether even the farthest value does not breach the threshold."""
        if farthest == threshold:
            return "OrEqualTo" not in (self.comparison or "")
        return farthest < threshold if self.comparison in _ABOVE else farthest > threshold

    def _is_raised_by(self, signal: Signal, demand: Demand) -> bool:
        """Whether the change of the metric that is to raise the alarm is in the direction of the comparison. May raise `Unknown`."""
        if signal.raises is None:
            return self.comparison in (FALLING if demand.falls else RISING)
        if demand.falls:
            raise Unknown(
                "metric_query", f"has an expression, and dyncheck cannot determine whether a low {signal.metric} breaches the threshold"
            )
        return signal.raises

    def _direction(self, signal: Signal) -> str:
        if signal.raises is None:
            return f"comparison_operator is {self.block.show('comparison_operator')}"
        return "its expression does not breach the threshold when the metric grows"

    def mismatches(self, copy: Copy, demand: Demand) -> tuple[Mismatch, ...]:
        """The reasons why the demanded metric of this table or replica does not raise the alarm: empty when it does.

        A demand for a metric of the account is about the account and region of the table. The signal with the fewest reasons counts.
        Raises `Unknown` when no reason is certain and a test is unknown.
        """
        if self._is_rejected and len(self.all_signals) > MOST_METRICS:
            # No table needs a test of each of its metrics.
            return (lambda: self.refusal or "",)
        return self._mismatches(copy, demand, only_first=False)

    def watches(self, copy: Copy, demand: Demand) -> bool:
        """Whether the demanded metric of this table or replica raises the alarm: whether `mismatches` is empty."""
        return not self._is_rejected and not self._mismatches(copy, demand, only_first=True)

    @cached_property
    def _is_rejected(self) -> bool:
        """Whether CloudWatch certainly rejects the alarm. Then its metrics, any number of them, need no test."""
        try:
            return self.refusal is not None
        except Unknown:
            return False

    def _mismatches(self, copy: Copy, demand: Demand, *, only_first: bool) -> tuple[Mismatch, ...]:
        def fewest(signals: tuple[Signal, ...]) -> tuple[Mismatch, ...]:
            found: list[tuple[Mismatch, ...]] = []
            # Tests every signal: one that is unknown must be reported, even if the next one raises the alarm.
            for signal in signals:
                certain, unknown = _failing(self._tests(signal, copy, demand), only_first=only_first)
                if unknown and not certain:
                    raise unknown.at(f"{self.address}: {unknown.path}" if unknown.path else self.address)
                found.append(certain)
            return min(found, key=len, default=(lambda: "it has no metric",))

        try:
            mismatches = fewest(self.signals)
        except UnknownExpression as reason:
            # Without one of the given metrics in it, no expression can be raised by them. Its value may fall when a metric grows.
            mismatches = fewest(tuple(signal.raising(True) for signal in self.all_signals))
            if not self._is_rejected and (self.searches or not mismatches):
                raise Unknown(f"{self.address}: {reason.path}", reason.why) from None
            return mismatches
        if demand.falls and len(self.signals) > 1 and not mismatches:
            raise Unknown(self.address, "watches several metrics, and dyncheck cannot determine whether one of them alone makes it fall")
        return mismatches

    def lacks_only_table(self, demand: Demand, others: frozenset[str]) -> bool:
        """Whether it would meet the demand if it named the table, and it does not watch the `others`."""
        try:
            signals = self.all_signals
            if not others.isdisjoint(self.metrics):
                return False
            return any(not _failing(self._own_tests(signal, demand))[0] for signal in signals)
        except Unknown:
            return False

    def is_on(self, copy: Copy) -> bool:
        """Whether the alarm names a metric of this table or replica, whether or not it can raise the alarm. May raise `Unknown`."""
        signals = self.all_signals
        if len(signals) > 1 and copy.table:
            signals = self._signals_by_name.near(copy.table.hints)
        return some(signals, lambda signal: self.names(signal, copy)) and copy.is_home_of(self.resource)

    @cached_property
    def _signals_by_name(self) -> Lookup[Signal]:
        return Lookup(self.all_signals, lambda signal: None if signal.free else hints_of_dimensions(signal.block.value("dimensions")))

    def refusals(self) -> Iterator[Refusal]:
        """The reasons why CloudWatch rejects the alarm. Ends in `Unknown` when not all can be determined."""
        parts = (refusals(self.block, lambda: self.all_signals), self._refusals_of_queries())
        yield from each(parts, lambda part: part)

    def _refusals_of_queries(self) -> Iterator[Refusal]:
        if self._queries:
            yield from self._queries.refusals()

    @cached_property
    def refusal(self) -> str | None:
        """Why CloudWatch rejects the alarm; None when it accepts it. Raises `Unknown` when that cannot be determined."""
        refusal = next(self.refusals(), None)
        return refusal.why if refusal else None

    @cached_property
    def too_short(self) -> str | None:
        """Why its periods are too short to raise it; None when they are not. Raises `Unknown` when that cannot be determined."""
        return too_short(self.block, self.all_signals)

    def names(self, signal: Signal, copy: Copy) -> bool:
        """Whether the signal's TableName dimension is the name of this table, or of the table of this replica. May raise `Unknown`."""
        table, dimensions = copy.table, signal.block.value("dimensions")
        if table is None:
            return False
        if "TableName" in signal.free:
            return True
        if isinstance(dimensions, Known):
            named = dimensions.value.get("TableName")
            return named is not None and table.is_named_by(Known(named))
        if isinstance(dimensions, Deferred) and self._names_own(dimensions, copy):
            return False
        try:
            return table.is_named_by(dimensions)
        except Unknown as reason:
            raise reason.at(signal.block.at("dimensions")) from None

    def _names_own(self, dimensions: Deferred, copy: Copy) -> bool:
        """Whether the dimensions wait for tables of the alarm's own input, and the copy is of another input."""
        return self.surroundings is not copy.surroundings and hints_of_references(dimensions.references) is not None

    def _tests(self, signal: Signal, copy: Copy, demand: Demand) -> Iterator[Test]:
        """The tests that a metric of a table must pass to raise the alarm."""
        yield from self._own_tests(signal, demand)
        where = "the table" if isinstance(copy, Table) else copy.shown
        yield (lambda: self._has_dimensions(signal, copy, demand), lambda: f"dimensions are {signal.block.show('dimensions')}")
        yield (lambda: _is_of_account(signal, copy), lambda: f"account_id is {quoted(signal.account or '')}")
        yield (lambda: copy.is_home_of(self.resource), lambda: f"it is in another region or account than {where}")

    def _own_tests(self, signal: Signal, demand: Demand) -> Iterator[Test]:
        """The tests that do not depend on the table."""
        block = signal.block
        yield (lambda: signal.namespace == NAMESPACE, lambda: f"namespace is {block.show('namespace')}")
        yield (lambda: signal.metric in demand.metrics, lambda: f"metric is {block.show('metric_name')}")
        yield (lambda: _has_statistic(signal, demand), lambda: f"statistic is {signal.show_statistic()}")
        yield (lambda: self._is_raised_by(signal, demand), lambda: self._direction(signal))
        # Where the comparison is the wrong one, that is the only fault.
        yield (lambda: not self.unreachable or not self._is_raised_by(signal, demand), lambda: f"its value is never {self.unreachable}")
        yield (lambda: signal.fits_unit, lambda: f"unit is {block.show('unit')}")
        yield (lambda: bool(signal.period), lambda: f"period is {block.show('period')}")
        yield (lambda: self.refusal is None, lambda: self.refusal or "")
        yield (lambda: self.too_short is None, lambda: self.too_short or "")

    def _has_dimensions(self, signal: Signal, copy: Copy, demand: Demand) -> bool:
        """Whether the signal has exactly the dimensions of the demanded metric. May raise `Unknown`."""
        if demand.part is None:
            return not signal.dimension_names
        if not self.names(signal, copy) or signal.dimension_names != {"TableName", *(name for name, _ in demand.part)}:
            return False
        found = {name: value for name, value in signal.dimensions_of_part.items() if name not in signal.free}
        expected = {name: _stream_label(copy) if name == STREAM_LABEL else value for name, value in demand.part if name in found}
        return all(value is None or found[name] == value for name, value in expected.items())


def _failing(tests: Iterable[Test], *, only_first: bool = False) -> tuple[tuple[Mismatch, ...], Unknown | None]:
    """The reasons that certainly exclude an alarm (`only_first`: at most one), and the foremost unknown one."""
    certain: list[Mismatch] = []
    unknown: Unknown | None = None
    for holds, mismatch in tests:
        try:
            if not holds():
                certain.append(mismatch)
                if only_first:
                    break
        except Unknown as reason:
            unknown = foremost(unknown, reason)
    return tuple(certain), unknown


def _is_of_account(signal: Signal, copy: Copy) -> bool:
    account = signal.account
    if account is None:
        return True
    arn = copy.table.block.text("arn") if copy.table else None
    if arn is None:
        raise Unknown("account_id", f"is {quoted(account)}, and the account of the table is known only after apply")
    return f":{account}:" in arn


def _has_statistic(signal: Signal, demand: Demand) -> bool:
    found = signal.statistic or signal.block.text("extended_statistic") or ""
    if found in demand.statistics:
        return True
    expected = demand.statistics[0]
    # `p99` and `p99.0` are one percentile.
    return is_percentile(expected) and is_percentile(found) and float(found[1:]) == float(expected[1:])


def _stream_label(copy: Copy) -> str:
    label = copy.table.block.value("stream_label") if copy.table else UNSET
    if not isinstance(label, Known):
        raise Unknown(STREAM_LABEL, "is known only after the stream of the table exists")
    return str(label.value)
