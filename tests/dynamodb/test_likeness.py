"""When two tables or two alarms are alike in all that a rule may ask."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from dyncheck.dynamodb import Inventory
from dyncheck.dynamodb.likeness import standing_of_alarm, standing_of_table
from dyncheck.dynamodb.types import ALARM, INDEX
from dyncheck.model import UNSET, Deferred, Known, Resource, Value
from tests.dynamodb.reading import Values, resource

ORDERS = Known("orders")
LATER = Deferred(reason="waits for something")
ARN = Known("arn:aws:dynamodb:us-east-1:123456789012:table/orders")


def table(likeness: int | None = 1, name: Value = ORDERS, arn: Value = UNSET) -> Resource:
    """A table."""
    return replace(resource(name=name, arn=arn), likeness=likeness)


def alarm(likeness: int | None = 2, dimensions: Any = None, **values: Value) -> Resource:
    """An alarm on DynamoDB."""
    given = dimensions if isinstance(dimensions, Deferred) else Known(dimensions or {"TableName": "orders"})
    return replace(resource(type_=ALARM), body=Values(namespace=Known("AWS/DynamoDB"), dimensions=given, **values), likeness=likeness)


def searching() -> Resource:
    """An alarm that finds its metrics itself."""
    query = Values(expression=Known("SEARCH('{AWS/DynamoDB,TableName}', 'Sum')"))
    return replace(resource(type_=ALARM), body=Values({"metric_query": (query,)}), likeness=4)


def on_two_metrics() -> Resource:
    """An alarm on an index of the table and on another table."""
    metrics = [
        Values(namespace=Known("AWS/DynamoDB"), dimensions=Known(dimensions))
        for dimensions in (
            {"GlobalSecondaryIndexName": "ByDate", "TableName": "orders", "Another": "x"},
            {"TableName": "others"},
            {"X": "y"},
        )
    ]
    queries = tuple(Values({"metric": (metric,)}) for metric in metrics)
    return replace(resource(type_=ALARM), body=Values({"metric_query": queries}), likeness=3)


WHOLE = (True, ())
PART = (True, (("Another", "x"), ("GlobalSecondaryIndexName", "ByDate")))


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        pytest.param([table()], ((1, None), ()), id="no alarm"),
        pytest.param([table(arn=ARN)], ((1, ("us-east-1", "123456789012")), ()), id="a place"),
        pytest.param([table(), alarm()], ((1, None), (((2, None), (WHOLE,), (True,)),)), id="an alarm"),
        pytest.param(
            [table(), alarm(arn=ARN)], ((1, None), (((2, ("us-east-1", "123456789012")), (WHOLE,), (True,)),)), id="an alarm with a place"
        ),
        pytest.param(
            [table(), on_two_metrics()],
            ((1, None), (((3, None), (PART, WHOLE, (False, (("X", "y"),))), (True, False, False)),)),
            id="two metrics",
        ),
        pytest.param([table(None)], None, id="a table like no other"),
        pytest.param([table(name=LATER)], None, id="a name that is not known"),
        pytest.param([table(), alarm(None)], None, id="an alarm like no other"),
        pytest.param([table(), alarm(), alarm(None)], None, id="an alarm like no other among others"),
        pytest.param([table(), alarm(dimensions=LATER)], None, id="dimensions that are not known"),
        pytest.param([table(), alarm(), resource(type_=INDEX)], None, id="an index of its own"),
    ],
)
def test_how_a_table_stands_to_its_alarms(resources: list[Resource], expected: Any) -> None:
    held = Inventory(resources)
    found = standing_of_table(held.tables[0])
    assert (found.likeness, found.near) == (expected, held.alarms if expected else ())


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        pytest.param([alarm()], ((2, None), (WHOLE,), ()), id="no table"),
        pytest.param([alarm(arn=ARN)], ((2, ("us-east-1", "123456789012")), (WHOLE,), ()), id="a place"),
        pytest.param([table(), alarm()], ((2, None), (WHOLE,), (((1, None), (True,)),)), id="a table"),
        pytest.param(
            [table(arn=ARN), alarm()], ((2, None), (WHOLE,), (((1, ("us-east-1", "123456789012")), (True,)),)), id="a table with a place"
        ),
        pytest.param(
            [table(), on_two_metrics()],
            ((3, None), (PART, WHOLE, (False, (("X", "y"),))), (((1, None), (True, False, False)),)),
            id="two metrics",
        ),
        pytest.param([table(), alarm(None)], None, id="an alarm like no other"),
        pytest.param([table(), alarm(dimensions=LATER)], None, id="dimensions that are not known"),
        pytest.param([table(), searching()], None, id="a search"),
        pytest.param([table(None), alarm()], None, id="a table like no other"),
        pytest.param([table(), table(None), alarm()], None, id="a table like no other among others"),
        pytest.param([table(name=LATER), alarm()], None, id="a name that is not known"),
        pytest.param([table(), alarm(), resource(type_=INDEX)], None, id="an index of its own"),
    ],
)
def test_how_an_alarm_stands_to_its_tables(resources: list[Resource], expected: Any) -> None:
    held = Inventory(resources)
    found = standing_of_alarm(held.alarms[0])
    assert (found.likeness, found.near) == (expected, held.tables if expected else ())
