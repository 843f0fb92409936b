"""The metrics that an alarm watches: its own, or those of its metric queries.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

from __future__ import annotations

import math
import re
from functools import cached_property

from dyncheck.dynamodb.metrics import COUNTING_STATISTICS, LEVELS, METRICS, NAMESPACE, Metric
from dyncheck.model import Block, Opaque, Unknown

_SEARCH = r"(?i)\b(SEARCH|SELECT)\b"

# The statistics that are between the lowest and the highest sample: percentiles and means without the outermost samples.
_BETWEEN = r"(?i)(p\d|tm|wm|iqm).*"

# CloudWatch accepts at most so many metrics in the metric math of an alarm.
MOST_METRICS = 10

_UNIT_OF_EVENTS = Metric(())


class UnknownExpression(Unknown):
    """The metrics that raise a metric-math expression cannot be determined."""


class Signal:
    """One metric that an alarm watches: the alarm's own arguments, or a `metric` block of a `metric_query`.

    `query` is the `metric_query` block around it, where there is one. `free` are the dimensions that may have any value: a Metrics Insights
    query reads many metrics. `raises`: whether the alarm is certainly raised, or certainly not, when a metric in its expression grows; None
    where the alarm compares the metric itself.
    """

    def __init__(self, block: Block, query: Block | None = None, free: frozenset[str] = frozenset(), *, raises: bool | None = None) -> None:
        self.block = block
        self.query = query
        self.free = free
        self.raises = raises

    def raising(self, raises: bool) -> Signal:
        """The same metric in an expression that it raises or does not raise."""
        return Signal(self.block, self.query, self.free, raises=raises)

    @property
    def account(self) -> str | None:
        """The account of the metric, None for the account of the alarm."""
        return self.query.text("account_id") if self.query else None

    @cached_property
    def fits_unit(self) -> bool:
        """Whether the data points have the unit of the alarm: with another unit, the alarm gets no data."""
        unit = self.block.text("unit")
        return unit is None or unit == METRICS.get(self.metric or "", _UNIT_OF_EVENTS).unit

    @property
    def _facts(self) -> Metric | None:
        """The facts about the metric; None when it is not one of DynamoDB's. May raise `Unknown`."""
        return METRICS.get(self.metric or "") if self.namespace == NAMESPACE else None

    @cached_property
    def lowest(self) -> float:
        """The lowest value of a data point, minus infinity for metrics of others than DynamoDB. May raise `Unknown`."""
        if not self.is_dynamodb:
            return -math.inf
        return float(self._facts is not None and self._facts.is_sparse and self.statistic in COUNTING_STATISTICS)

    @cached_property
    def highest(self) -> float:
        """The highest value of a data point, infinity where it has no limit or is not known. May raise `Unknown`."""
        if not self._facts or self._facts.highest is None:
            return math.inf
        statistic = self.statistic or self.block.text("extended_statistic") or ""
        return self._facts.highest if statistic in LEVELS or re.fullmatch(_BETWEEN, statistic) else math.inf

    @cached_property
    def namespace(self) -> str | None:
        """`AWS/DynamoDB` for DynamoDB's own metrics; upper and lower case matter."""
        return self.block.text("namespace")

    @cached_property
    def metric(self) -> str | None:
        """The metric's name; upper and lower case matter."""
        return self.block.text("metric_name")

    @cached_property
    def dimensions(self) -> dict[str, str]:
        """Dimension names to values. May raise `Unknown`."""
        dimensions: dict[str, str] = self.block.read("dimensions", {})
        return dimensions

    @property
    def dimension_names(self) -> frozenset[str]:
        """The names of all its dimensions. May raise `Unknown`."""
        return self.free | self.dimensions.keys()

    @property
    def dimensions_of_part(self) -> dict[str, str]:
        """The dimensions besides the name of the table: the watched part of it, such as an index. May raise `Unknown`."""
        return {name: value for name, value in self.dimensions.items() if name != "TableName"}

    @property
    def statistic_argument(self) -> str:
        """The name of the argument: `stat` in a `metric` block."""
        return "stat" if self.block.path else "statistic"

    @cached_property
    def statistic(self) -> str | None:
        """Sum, SampleCount, Average, Minimum or Maximum; None for a percentile, which has its own argument."""
        return self.block.text(self.statistic_argument)

    def show_statistic(self) -> str:
        """The statistic as a message may print it."""
        return self.block.show(self.statistic_argument if self.statistic else "extended_statistic")

    @cached_property
    def period(self) -> float | None:
        """The length of one data point, in seconds.

        CloudWatch rejects an alarm on a metric without one: "Period must not be null" (hashicorp/terraform-provider-aws#32227).
        """
        return self.block.number("period")

    @property
    def is_aws(self) -> bool:
        """Whether the namespace is one of AWS's own."""
        return (self.namespace or "").casefold().startswith("aws/")

    @cached_property
    def is_dynamodb(self) -> bool:
        """Whether the namespace is that of DynamoDB, in any case of letters."""
        return (self.namespace or "").casefold() == NAMESPACE.casefold()


def named_in(alarm: Block) -> tuple[Signal, ...]:
    """Every metric that an alarm names, whether or not it can raise the alarm. May raise `Unknown`."""
    queries = alarm.blocks("metric_query")
    if queries:
        return tuple(signal for query in queries for signal in signals_of(query))
    return (Signal(alarm),)


def signals_of(query: Block) -> tuple[Signal, ...]:
    """The metric of a `metric_query` block, or those that its Metrics Insights query reads; empty for metric math. May raise `Unknown`."""
    metrics = query.blocks("metric")
    if metrics or not (expression := expression_of(query)):
        return tuple(Signal(metric, query) for metric in metrics)
    from dyncheck.dynamodb import insights

    read = insights.metrics_of(query, expression) if insights.is_query(expression) else None
    return tuple(Signal(metric, query, metric.free) for metric in read or ())


def expression_of(query: Block) -> str:
    """The expression of a `metric_query` block, empty without one. May raise `Unknown`."""
    expression = query.text("expression") or ""
    if isinstance(expression, Opaque):
        expression.refuse()
    return expression


def is_open_search(query: Block) -> bool:
    """Whether a query finds its metrics by a search, or in a way that dyncheck does not understand. May raise `Unknown`."""
    if not re.search(_SEARCH, expression_of(query)):
        return False
    signals = signals_of(query)
    return not signals or any(signal.free for signal in signals)
