"""The tables and alarms of one input."""

from __future__ import annotations

from msgspec.structs import replace

from dyncheck.dynamodb import Alarm, Inventory
from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM
from dyncheck.model import Known, Resource
from tests.dynamodb.reading import Values, outcome, resource

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
    assert partial.unseen == unseen
    assert outcome(lambda: partial.has_alarm(lambda _: True)) is True
    assert outcome(lambda: partial.has_alarm(lambda _: True, partial.tables[0])) == f"unknown: {unseen}"


def test_an_alarm_of_a_partial_input_may_have_a_notifier_that_the_input_does_not_show() -> None:
    silent, loud = on("orders"), replace(on("orders"), body=Values(alarm_actions=Known(["arn"])))
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
        found.append([held.watched_causes(held.tables[0], metric) for metric in ("ReadThrottleEvents", CAUSES[0])])
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
        found = held.unrelated_alarms_for(("ReadThrottleEvents",), WRITES)
        assert [alarm.resource for alarm in found] == unrelated[2:14]
    assert held.unrelated_alarms_for(("ReadThrottleEvents",), frozenset({"ReadThrottleEvents"})) == ()
    assert held.unrelated_alarms_for(("ReadThrottleEvents",), WRITES) is found
