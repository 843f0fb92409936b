"""Metrics Insights queries of alarms: what dyncheck reads of them, and the metrics that they watch."""

from __future__ import annotations

import pytest

from dyncheck.dynamodb.contracts import Demand
from dyncheck.dynamodb.insights import InsightsQuery, is_grouped, is_query, read_query
from tests.dynamodb.reading import alarm, block, inventory_of, outcome, table
from tests.dynamodb.test_alarm import ORDERS, READS, queries

SCHEMA = 'SELECT SUM(ReadThrottleEvents) FROM SCHEMA("AWS/DynamoDB", TableName)'


def query(expression: str, *others: str, period: str | None = "60", **changed: str | None) -> str:
    """An alarm on a Metrics Insights query."""
    text = '"' + expression.replace('"', '\\"') + '"'
    return queries(block("metric_query", {"id": '"q"', "expression": text, "return_data": "true", "period": period}), *others, **changed)


def read(
    *names: str, statistic: str = "Sum", metric: str = "A", namespace: str = "B", every: bool = False, grouped: bool = False, **where: str
) -> InsightsQuery:
    """A query of these dimensions."""
    return InsightsQuery(statistic, metric, namespace, None if every else frozenset(names), where, grouped)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("SELECT SUM(A) FROM B", read(every=True)),
        ('SELECT SUM("A") FROM "B"', read(every=True)),
        ("select sum(A) from B where C = 'd'", read(every=True, C="d")),
        ("SELECT SUM(A) FROM SCHEMA(B)", read()),
        ('SELECT SUM(A) FROM SCHEMA("B",C , "D")', read("C", "D")),
        (" SELECT  COUNT ( A )\nFROM SCHEMA ( B, C ) WHERE C='d' ", read("C", statistic="SampleCount", C="d")),
        ("SELECT AVG(A) FROM B", read(every=True, statistic="Average")),
        ("SELECT MAX(A) FROM B", read(every=True, statistic="Maximum")),
        ("SELECT MIN(A) FROM B", read(every=True, statistic="Minimum")),
        ("SELECT SUM(A) FROM SCHEMA(B, C, D) WHERE C = 'x AND y' AND \"D\" = ''", read("C", "D", C="x AND y", D="")),
        ("SELECT SUM(A) FROM SCHEMA(B, C) GROUP BY C", read("C", grouped=True)),
        ("SELECT SUM(A) FROM SCHEMA(B, C) WHERE C = 'd' GROUP BY C, D ORDER BY SUM() DESC", read("C", grouped=True, C="d")),
        ("SELECT SUM(A) FROM SCHEMA(B, C) GROUP BY C ORDER BY MAX() ASC", read("C", grouped=True)),
        ('SELECT SUM(A) FROM "AWS/X"', read(every=True, namespace="AWS/X")),
        ("SELECT SUM(A) FROM SCHEMA(B, C) GROUP BY C LIMIT 5", None),
        ("SELECT SUM(A) FROM SCHEMA(B, C) WHERE C != 'd'", None),
        ("SELECT SUM(A) FROM SCHEMA(B, C) WHERE C = 'd' OR C = 'e'", None),
        ("SELECT SUM(A) FROM SCHEMA(B, C) WHERE C = 'd' AND C = 'e'", None),
        ("SELECT SUM(A) FROM SCHEMA(B, C) WHERE D = 'd'", None),
        ("SELECT SUM(A) FROM SCHEMA()", None),
        ("SELECT SUM(A, C) FROM B", None),
        ("SELECT MEDIAN(A) FROM B", None),
        ("SELECT A FROM B", None),
        ("SELECT SUM(A) FROM B; SELECT", None),
        ("FILL(SELECT SUM(A) FROM B, 0)", None),
    ],
)
def test_what_a_query_reads(expression: str, expected: InsightsQuery | None) -> None:
    assert read_query(expression) == expected
    assert is_grouped(expression) == (expected is not None and expected.is_grouped)


@pytest.mark.parametrize(
    ("expression", "expected"), [("SELECT 1", True), (" select\n1", True), ("SELECTED", False), ("m1 + SELECT", False), ("", False)]
)
def test_a_query_begins_with_select(expression: str, expected: bool) -> None:
    assert is_query(expression) is expected


NOT_READ = (
    'unknown: aws_cloudwatch_metric_alarm.reads: metric_query["q"].expression is {}, and dyncheck cannot determine which metrics raise it'
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"{SCHEMA} WHERE TableName = 'orders'", []),
        (f"{SCHEMA} WHERE TableName = 'orders' GROUP BY TableName", []),
        (SCHEMA, []),
        ("SELECT SUM(ReadThrottleEvents) FROM \"AWS/DynamoDB\" WHERE TableName = 'orders'", []),
        ('SELECT COUNT(ReadThrottleEvents) FROM "AWS/DynamoDB"', []),
        (f"{SCHEMA} WHERE TableName = 'others'", ['dimensions are { TableName = "others" }']),
        (SCHEMA.replace("SUM", "AVG"), ['statistic is "Average"']),
        (SCHEMA.replace("Read", "Write"), ['metric is "WriteThrottleEvents"']),
        (SCHEMA.replace("AWS/DynamoDB", "AWS/Lambda"), ['namespace is "AWS/Lambda"']),
        (SCHEMA.replace(", TableName", ""), ["dimensions are {}"]),
        (SCHEMA.replace("TableName", "TableName, GlobalSecondaryIndexName"), ["dimensions are {}"]),
    ],
)
def test_mismatches_of_a_query(expression: str, expected: list[str]) -> None:
    held = inventory_of(ORDERS + query(expression))
    assert outcome(lambda: [mismatch() for mismatch in alarm(held).mismatches(table(held), READS)]) == expected


@pytest.mark.parametrize("rest", [" WHERE TableName != 'orders'", " GROUP BY TableName LIMIT 5"])
def test_a_query_that_is_not_understood_may_watch_any_table(rest: str) -> None:
    held = inventory_of(ORDERS + query(SCHEMA + rest))
    found = outcome(lambda: alarm(held).watches(table(held), READS))
    assert found.startswith('unknown: aws_cloudwatch_metric_alarm.reads: metric_query["q"].expression is "SELECT SUM(ReadThrottleEvents)')
    assert (alarm(held).searches, alarm(held).hints) == (True, None)


def test_a_query_of_indexes_watches_every_index_and_no_table() -> None:
    held = inventory_of(ORDERS + query(SCHEMA.replace("TableName", "TableName, GlobalSecondaryIndexName") + " WHERE TableName = 'orders'"))
    assert [alarm(held).watches(table(held), Demand(READS.metrics, part)) for part in ((), (("GlobalSecondaryIndexName", "ByDate"),))] == [
        False,
        True,
    ]


def test_a_query_of_all_dimensions_watches_the_table_and_its_indexes() -> None:
    held = inventory_of(ORDERS + query("SELECT SUM(ReadThrottleEvents) FROM \"AWS/DynamoDB\" WHERE TableName = 'orders'"))
    assert [alarm(held).watches(table(held), Demand(READS.metrics, part)) for part in ((), (("GlobalSecondaryIndexName", "ByDate"),))] == [
        True,
        True,
    ]


@pytest.mark.parametrize(("expression", "open_"), [(f"{SCHEMA} WHERE TableName = 'orders'", False), (SCHEMA, True)])
def test_a_query_without_a_table_is_near_every_table(expression: str, open_: bool) -> None:
    held = inventory_of(ORDERS + query(expression))
    assert (alarm(held).searches, alarm(held).hints is None) == (open_, open_)
    assert [each.resource.name for each in held.alarms_near(table(held))] == ["reads"]


def test_a_query_has_the_arguments_of_a_metric() -> None:
    (signal,) = alarm(inventory_of(ORDERS + query(f"{SCHEMA} WHERE TableName = 'orders'"))).all_signals
    block_ = signal.block
    assert (signal.namespace, signal.metric, signal.statistic, signal.period) == ("AWS/DynamoDB", "ReadThrottleEvents", "Sum", 60)
    assert (signal.dimensions, *map(set, (signal.free, signal.dimension_names))) == ({"TableName": "orders"}, set(), {"TableName"})
    assert (block_.at("dimensions"), block_.at("period")) == ('metric_query["q"].expression', 'metric_query["q"].period')
    assert (block_.nested("x"), block_.show("unit")) == ((), "not set")
    assert [block_.configures(name) for name in ("period", "stat", "unit")] == [True, True, False]
    lines = [location and location.line for location in (block_.locate("dimensions"), block_.locate("period"))]
    assert lines[0] != lines[1]
    assert block_.trace("dimensions") == ()
    assert block_.surroundings("stat") != ()


def test_a_grouped_query_in_metric_math_is_not_determined() -> None:
    others = block("metric_query", {"id": '"e"', "expression": '"FILL(q, 0)"', "return_data": "true"})
    plain, grouped = (
        inventory_of(ORDERS + query(SCHEMA + rest, others).replace("return_data = true", "return_data = false", 1))
        for rest in (" WHERE TableName = 'orders'", " WHERE TableName = 'orders' GROUP BY TableName")
    )
    assert outcome(lambda: alarm(plain).watches(table(plain), READS)) is True
    found = outcome(lambda: alarm(grouped).watches(table(grouped), READS))
    assert found == (
        'unknown: aws_cloudwatch_metric_alarm.reads: metric_query["e"].expression is "FILL(q, 0)", '
        "and dyncheck cannot determine which metrics raise it"
    )
