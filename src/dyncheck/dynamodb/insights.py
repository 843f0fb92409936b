"""Reads a Metrics Insights query of an alarm: `SELECT SUM(ReadThrottleEvents) FROM SCHEMA("AWS/DynamoDB", TableName)`.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
"""

from __future__ import annotations

import re

from msgspec import Struct

from dyncheck.dynamodb.metrics import METRICS
from dyncheck.model import UNSET, Block, Known, Location, Place, Related, Value
from dyncheck.model.sensitive import Sensitive

_STATISTICS = {"SUM": "Sum", "COUNT": "SampleCount", "AVG": "Average", "MAX": "Maximum", "MIN": "Minimum"}

_NAME = r"""(?:"[^"]*"|\w+)"""
_NAMES = rf"{_NAME}(?:\s*,\s*{_NAME})*"
_CONDITION = rf"{_NAME}\s*=\s*'[^']*'"
_QUERY = rf"""(?xisa)\s*
    SELECT\s+(?P<function>{"|".join(_STATISTICS)})\s*\(\s*(?P<metric>{_NAME})\s*\)
    \s*FROM\s*(?:SCHEMA\s*\(\s*(?P<schema>{_NAMES})\s*\)|(?P<namespace>{_NAME}))
    (?:\s*WHERE\s+(?P<where>{_CONDITION}(?:\s*AND\s+{_CONDITION})*))?
    (?:\s*GROUP\s+BY\s+(?P<groups>{_NAMES})
       (?:\s*ORDER\s+BY\s+(?:{"|".join(_STATISTICS)})\s*\(\s*\)(?:\s+(?:ASC|DESC))?)?)?
    \s*"""


class InsightsQuery(Struct, frozen=True):
    """A query over a metric.

    `dimensions` are the names of the only set of dimensions that it reads, None for all sets of the metric. `where` are the values that
    dimensions must have. `is_grouped`: it returns one time series for each group.
    """

    statistic: str
    metric: str
    namespace: str
    dimensions: frozenset[str] | None
    where: dict[str, str]
    is_grouped: bool


def is_query(expression: str) -> bool:
    """Whether an expression is a Metrics Insights query instead of metric math."""
    return re.match(r"\s*SELECT\b", expression, re.IGNORECASE) is not None


def read_query(expression: str) -> InsightsQuery | None:
    """The query of an expression, None where dyncheck does not understand it: with a limit, `!=` or a dimension with two values."""
    match = re.fullmatch(_QUERY, expression)
    if match is None:
        return None
    conditions = [(_plain(name), value) for name, value in re.findall(rf"({_NAME})\s*=\s*'([^']*)'", match["where"] or "", re.ASCII)]
    names = [_plain(name) for name in re.findall(_NAME, match["schema"] or match["namespace"], re.ASCII)]
    where, dimensions = dict(conditions), frozenset(names[1:]) if match["schema"] else None
    if len(where) < len(conditions) or (dimensions is not None and not dimensions >= where.keys()):
        return None
    return InsightsQuery(
        _STATISTICS[match["function"].upper()], _plain(match["metric"]), names[0], dimensions, where, match["groups"] is not None
    )


def is_grouped(expression: str) -> bool:
    """Whether a query that `read_query` understands returns one time series for each group."""
    query = read_query(expression)
    return query is not None and query.is_grouped


class InsightsMetric(Block):
    """The metric that a query reads, with the arguments of a `metric` block.

    `free` are the dimensions that may have any value. Every argument is in the expression of the `metric_query` block.
    """

    __slots__ = ("_arguments", "_query", "free")

    def __init__(self, query: Block, read: InsightsQuery, dimensions: frozenset[str], *, sensitive: bool) -> None:
        self.path = query.path
        self.free = dimensions - read.where.keys()
        self._query = query
        self._arguments: dict[str, Value] = {
            "namespace": Known(read.namespace, sensitive),
            "metric_name": Known(read.metric, sensitive),
            "stat": Known(read.statistic),
            "dimensions": Known(read.where, sensitive),
            "period": query.value("period"),
        }

    def value(self, name: str) -> Value:
        """The argument of that name."""
        return self._arguments.get(name, UNSET)

    def nested(self, name: str) -> tuple[Block, ...]:
        """No block."""
        return self._query.blocks(name)[:0]

    def configures(self, name: str) -> bool | None:
        """Whether the query has the argument."""
        return self._query.configures("period") if name == "period" else name in self._arguments

    def at(self, name: str) -> str:
        """The path of the expression, or of the period beside it."""
        return self._query.at(_beside(name))

    def locate(self, at: str) -> Location | None:
        """The lines of the expression, or of the period beside it."""
        return self._query.locate(_beside(at))

    def trace(self, at: str) -> tuple[Related, ...]:
        """The places that pass on the expression, or the period."""
        return self._query.trace(_beside(at))

    def surroundings(self, at: str) -> tuple[Place, ...]:
        """The places around the expression, or the period."""
        return self._query.surroundings(_beside(at))


def metrics_of(query: Block, expression: str) -> tuple[InsightsMetric, ...] | None:
    """The metrics that the query of a `metric_query` block reads, one for each set of dimensions; None where it is not understood."""
    read = read_query(expression)
    if read is None:
        return None
    sensitive = isinstance(expression, Sensitive)
    return tuple(InsightsMetric(query, read, dimensions, sensitive=sensitive) for dimensions in _sets_of(read))


def _sets_of(query: InsightsQuery) -> tuple[frozenset[str], ...]:
    """The sets of dimensions that a query reads."""
    if query.dimensions is not None:
        return (query.dimensions,)
    sent = METRICS[query.metric].dimensions if query.metric in METRICS else ()
    return tuple(names for names in sent if names >= query.where.keys()) or (frozenset(query.where),)


def _beside(name: str) -> str:
    return name if name == "period" else "expression"


def _plain(name: str) -> str:
    return name.strip('"')
