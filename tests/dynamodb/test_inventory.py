"""The tables and alarms of one input."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

import dyncheck
from dyncheck.dynamodb import TABLE, Alarm, Demand, Inventory
from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM
from dyncheck.model import Known, Resource
from tests.dynamodb.reading import Values, inventory_of, outcome, resource

CAUSES = tuple(
    f"Read{cause}ThrottleEvents" for cause in ("AccountLimit", "KeyRangeThroughput", "MaxOnDemandThroughput", "ProvisionedThroughput")
)


def on(table: str, metric: str = "ReadThrottleEvents", namespace: str = "AWS/DynamoDB") -> Resource:
    """An alarm that fires on throttling of the table with this name."""
    body = Values(
        namespace=Known(namespace),
        metric_name=Known(metric),
        statistic=Known("Sum"),
        period=Known(60),
        comparison_operator=Known("GreaterThanThreshold"),
        threshold=Known(0),
        dimensions=Known({"TableName": table}),
    )
    return replace(resource(type_=ALARM), body=body, name=f"{table} {metric}")


ORDERS = resource(name=Known("orders"))


def test_the_tables_and_alarms_of_an_input() -> None:
    held = Inventory(iter([ORDERS, on("orders"), on("others"), on("orders", namespace="Shop")]))
    orders, (near, unrelated) = held.tables[0], held.alarms
    assert [alarm.resource.name for alarm in (near, unrelated)] == ["orders ReadThrottleEvents", "others ReadThrottleEvents"]
    for _ in range(2):
        assert (held.alarms_near(orders), [*held.unrelated_alarms], held.tables_near(near), held.tables_near(unrelated)) == (
            (near,),
            [unrelated],
            (orders,),
            (),
        )
    assert (held.why_incomplete, held.incomplete) == ("", frozenset())


def test_existence_of_an_alarm() -> None:
    held = Inventory([ORDERS, on("others")])
    orders = held.tables[0]
    assert (held.has_alarm(lambda _: True), held.has_alarm(lambda _: True, orders), held.has_alarm(lambda _: False)) == (True, False, False)
    partial = Inventory([ORDERS, on("others")], incomplete=frozenset({ALARM}), why_incomplete="the plan is partial")
    unseen = "the plan is partial, so the resource may exist although the input does not show it"
    assert (partial.unseen(ALARM, None), partial.unseen(TABLE, None)) == (unseen, "")
    assert outcome(lambda: partial.has_alarm(lambda _: True)) is True
    assert outcome(lambda: partial.has_alarm(lambda _: True, partial.tables[0])) == f"unknown: {unseen}"


def test_an_alarm_of_a_partial_input_may_have_a_notifier_that_the_input_does_not_show() -> None:
    silent, loud = on("orders"), replace(on("orders"), body=Values(alarm_actions=Known(["arn:aws:sns:us-east-1:123456789012:t"])))
    unseen = "unknown: partial, so the resource may exist although the input does not show it"
    assert Inventory([silent]).is_notified(Alarm(silent, Inventory([silent]))) is False
    partial = Inventory([silent], incomplete=frozenset({COMPOSITE_ALARM}), why_incomplete="partial")
    assert outcome(lambda: partial.is_notified(Alarm(silent, partial))) == unseen
    assert partial.is_notified(Alarm(loud, partial)) is True


def test_causes_count_only_when_each_has_an_alarm() -> None:
    every = [on("orders", cause) for cause in CAUSES]
    found = []
    for alarms in (every, every[1:], []):
        held = Inventory([ORDERS, *alarms])
        found.append(
            [
                tuple(cause.metrics[0] for cause in held.watched_causes(held.tables[0], Demand((metric,))))
                for metric in ("ReadThrottleEvents", CAUSES[0])
            ]
        )
    assert found == [[CAUSES, ()], [(), ()], [(), ()]]


def test_an_alarm_on_another_service_belongs_to_dynamodb_when_it_names_a_table() -> None:
    alarms = [on(table, namespace="AWS/Lambda") for table in ("others", "orders", "more")]
    held = Inventory([ORDERS, *alarms])
    assert [alarm.resource for alarm in held.alarms] == [alarms[1]]


WRITES = frozenset({"WriteThrottleEvents"})


def test_unrelated_alarms_that_lack_only_the_table() -> None:
    falling = replace(on("others"), body=Values(namespace=Known("AWS/DynamoDB"), metric_name=Known("ReadThrottleEvents")))
    unrelated = [on("others", "WriteThrottleEvents"), falling, *(on(f"others{number}") for number in range(20)), on("orders")]
    held = Inventory([ORDERS, *unrelated])
    for _ in range(2):
        found = held.unrelated_alarms_for(Demand(("ReadThrottleEvents",)), WRITES)
        assert [alarm.resource for alarm in found] == unrelated[2:14]
    assert held.unrelated_alarms_for(Demand(("ReadThrottleEvents",)), frozenset({"ReadThrottleEvents"})) == ()
    assert held.unrelated_alarms_for(Demand(("ReadThrottleEvents",)), WRITES) is found


METRIC = 'namespace = "AWS/DynamoDB"\n  metric_name = "ReadThrottleEvents"'
QUERY = 'metric_query {\n id = "m"\n metric {\n namespace = %s\n metric_name = %s\n period = 60\n stat = "Sum"\n }\n }'

# The arguments of an alarm, and whether it is on DynamoDB; None where that is in doubt.
ALARMS: dict[str, tuple[str, bool | None]] = {
    "a metric of DynamoDB": (METRIC, True),
    "a metric of DynamoDB in lower case": ('namespace = "aws/dynamodb"\n  metric_name = "x"', True),
    "a metric that does not exist": ('namespace = "AWS/DynamoDB"\n  metric_name = "x"', True),
    "a metric that is not known": ('namespace = "AWS/DynamoDB"\n  metric_name = var.x', True),
    "another service": ('namespace = "AWS/Lambda"\n  metric_name = "Errors"', False),
    "another service with a metric that is not known": ('namespace = "AWS/Lambda"\n  metric_name = var.x', False),
    "another service with dimensions that are not known": (
        'namespace = "AWS/ApplicationELB"\n  metric_name = "HTTPCode_Target_5XX_Count"\n  dimensions = { Name = aws_lb.l.name }',
        False,
    ),
    "another service with the name of a table": (
        'namespace = "AWS/Lambda"\n  metric_name = "Errors"\n  dimensions = { TableName = "orders" }',
        True,
    ),
    "another service with a metric of DynamoDB": (
        'namespace = "AWS/Usage"\n  metric_name = "UserErrors"\n  dimensions = { TableName = var.x }',
        None,
    ),
    "a namespace of one's own": ('namespace = "Shop"\n  metric_name = var.x\n  dimensions = { TableName = "orders" }', False),
    "no namespace": ('metric_name = "ReadThrottleEvents"', False),
    "a namespace that is not known": ("namespace = var.x\n  metric_name = var.x", None),
    "a namespace that is not known, with a metric of DynamoDB": ('namespace = var.x\n  metric_name = "ReadThrottleEvents"', None),
    "a namespace that is not known, with a misspelled metric": ('namespace = var.x\n  metric_name = "ReadThrottledEvents"', None),
    "a namespace that is not known, with a metric of another service": ('namespace = var.x\n  metric_name = "Errors"', False),
    "a namespace that is not known, with the name of a table": (
        'namespace = var.x\n  metric_name = var.x\n  dimensions = { TableName = "orders" }',
        None,
    ),
    "a namespace that is not known, with the dimension of another service": (
        'namespace = var.x\n  metric_name = var.x\n  dimensions = { FunctionName = "orders" }',
        False,
    ),
    "a namespace that is not known, with dimensions that are not known": (
        'namespace = var.x\n  metric_name = "UserErrors"\n  dimensions = { FunctionName = var.x }',
        None,
    ),
    "a namespace that is not known, without dimensions": ('namespace = var.x\n  metric_name = "UserErrors"\n  dimensions = {}', None),
    "the namespace of a metric filter": (
        "namespace = aws_cloudwatch_log_metric_filter.f.metric_transformation[0].namespace\n  metric_name = var.x",
        False,
    ),
    "the namespace of a metric filter or of a variable": (
        "namespace = coalesce(aws_cloudwatch_log_metric_filter.f.name, random_pet.p.id)\n  metric_name = var.x",
        None,
    ),
    "a number of instances that is not known": (f"count = var.x\n  {METRIC}", True),
    "another service and a number of instances that is not known": (
        'count = var.x\n  namespace = "AWS/Lambda"\n  metric_name = "Errors"',
        False,
    ),
    "what an existing alarm keeps": (f"{METRIC}\n  lifecycle {{\n    ignore_changes = all\n  }}", True),
    "another service that an existing alarm keeps": (
        'namespace = "AWS/Lambda"\n  metric_name = "Errors"\n  lifecycle {\n    ignore_changes = all\n  }',
        False,
    ),
    "a query": (QUERY % ('"AWS/DynamoDB"', '"ReadThrottleEvents"'), True),
    "a query on another service": (QUERY % ('"AWS/Lambda"', '"Errors"'), False),
    "a query on what is not known": (QUERY % ("var.x", "var.x"), None),
    "a query on a metric of another service": (QUERY % ("var.x", '"Errors"'), False),
    "two queries": (f"{QUERY % ('var.x', 'var.x')}\n  {QUERY % (chr(34) + 'AWS/DynamoDB' + chr(34), 'var.x')}", True),
    "an expression": (
        'metric_query {\n    id = "m"\n    expression = "SELECT SUM(x) FROM SCHEMA(\\"AWS/DynamoDB\\", TableName)"\n  }',
        True,
    ),
    "an expression on another service": (
        'metric_query {\n    id = "m"\n    expression = "SELECT SUM(x) FROM \\"AWS/Lambda\\""\n  }',
        False,
    ),
    "an expression that is not known": ('metric_query {\n    id = "m"\n    expression = var.x\n  }', None),
    "queries that are not known": ("dynamic metric_query {\n    for_each = var.x\n    content {}\n  }", None),
}


@pytest.mark.parametrize("case", ALARMS)
def test_whether_an_alarm_is_on_dynamodb(case: str) -> None:
    arguments, expected = ALARMS[case]
    inventory = inventory_of(
        f'variable "x" {{}}\n\nresource "{TABLE}" "orders" {{\n  name = "orders"\n}}\n\n'
        'resource "aws_cloudwatch_log_metric_filter" "f" {}\n\nresource "random_pet" "p" {}\n\nresource "aws_lb" "l" {}\n\n'
        f'resource "aws_cloudwatch_metric_alarm" "a" {{\n  alarm_name = "a"\n  {arguments}\n}}\n'
    )
    found = len(inventory.judged_alarms), len(inventory.doubtful_alarms), len(inventory.alarms)
    assert found == {True: (1, 0, 1), None: (0, 1, 1), False: (0, 0, 0)}[expected]


def test_alarms_in_doubt_have_one_notice_and_no_rows(tmp_path: Path) -> None:
    arguments = 'count = 5\n  alarm_name = "a-${count.index}"\n  namespace = var.x'
    alarms = f'variable "x" {{}}\n\nresource "aws_cloudwatch_metric_alarm" "a" {{\n  {arguments}\n}}\n'
    (tmp_path / "main.tf").write_text(f'{alarms}\nresource "{TABLE}" "orders" {{\n  name = "orders"\n}}\n')
    report = dyncheck.check(tmp_path, select=["dead-alarm", "silent-alarm"])
    names = [f"aws_cloudwatch_metric_alarm.a[{number}]" for number in range(5)]
    why = "the input does not show whether DynamoDB sends the metrics"
    assert report.results == ()
    assert report.inputs[0].alarms == 0
    assert [(each.path, each.reason) for each in report.inputs[0].not_checked] == [(name, why) for name in names]
    assert report.inputs[0].notices[-1] == f"{', '.join(names[:3])} and 2 more were not checked: {why}."


def test_an_address_is_as_short_as_is_unambiguous() -> None:
    def made(module: str, name: str) -> Resource:
        return replace(resource(module=module), address=f"{module}.aws_dynamodb_table.{name}".removeprefix("."), name=name)

    resources = made("", "a"), made("module.one", "a"), made("module.one", "b"), made("module.two", "c"), made("module.one", "c")
    inventory = Inventory(resources)
    assert [inventory.short_address(each) for each in (*resources, made("module.three", "d"))] == [
        "aws_dynamodb_table.a",
        "module.one.aws_dynamodb_table.a",
        "aws_dynamodb_table.b",
        "module.two.aws_dynamodb_table.c",
        "module.one.aws_dynamodb_table.c",
        "module.three.aws_dynamodb_table.d",
    ]
