"""The metrics that an alarm watches: its own, or those of its metric queries.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from dyncheck.dynamodb.metric_math import summands
from dyncheck.dynamodb.metrics import NAMESPACE
from dyncheck.model import Block, Unknown, quoted


class UnknownExpression(Unknown):
    """The metrics that raise a metric-math expression cannot be determined."""


class Signal:
    """One metric that an alarm watches: the alarm's own arguments, or a `metric` block of a `metric_query`.

    `query` is the `metric_query` block around it, where there is one.
    """

    def __init__(self, block: Block, query: Block | None = None) -> None:
        self.block = block
        self.query = query

    @property
    def account(self) -> str | None:
        """The account of the metric, None for the account of the alarm."""
        return self.query.text("account_id") if self.query else None

    @cached_property
    def fits_unit(self) -> bool:
        """Whether the data points have the unit of the alarm: with another unit, the alarm gets no data."""
        return self.block.text("unit") in (None, "Count")

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


def raising(alarm: Block) -> tuple[Signal, ...]:
    """The metrics that raise an alarm when they grow.

    Raises `Unknown` when a metric-math expression is not understood.
    """
    queries = {query.string("id"): query for query in alarm.blocks("metric_query")}
    if not queries:
        return (Signal(alarm),)
    band = alarm.text("threshold_metric_id")
    returned = [name for name, query in queries.items() if query.read("return_data") and name != band]
    return tuple(signal for name in returned for signal in _signals_of(name, queries, frozenset()))


def named_in(alarm: Block) -> tuple[Signal, ...]:
    """Every metric that an alarm names, whether or not it can raise the alarm. May raise `Unknown`."""
    queries = alarm.blocks("metric_query")
    if queries:
        return tuple(Signal(metric, query) for query in queries for metric in query.blocks("metric"))
    return (Signal(alarm),)


def _signals_of(name: str, queries: dict[str, Block], outer: frozenset[str]) -> Iterator[Signal]:
    """The metrics that raise the query of that id; `outer` are the queries that led to it."""
    query = queries[name]
    metric = query.block("metric")
    if metric is not None:
        yield Signal(metric, query)
        return
    expression = query.text("expression") or ""
    parts = summands(expression, tuple(queries))
    so_far = outer | {name}
    if not parts or so_far & set(parts):
        raise UnknownExpression(query.at("expression"), f"is {quoted(expression)}, and dyncheck cannot determine which metrics raise it")
    for part in parts:
        yield from _signals_of(part, queries, so_far)
