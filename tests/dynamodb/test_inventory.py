"""What one input holds about DynamoDB, and what of it is noticed."""

from __future__ import annotations

from msgspec.structs import replace

from dyncheck.dynamodb import Alarm, Inventory
from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, INDEX
from dyncheck.model import Known, Resource, Value
from dyncheck.watch import Watch
from tests.dynamodb.reading import Values, resource, told

CAUSES = tuple(
    f"Read{cause}ThrottleEvents" for cause in ("AccountLimit", "KeyRangeThroughput", "MaxOnDemandThroughput", "ProvisionedThroughput")
)


class Counted(Values):
    """Values, and how often the namespace among them was read."""

    __slots__ = ("times",)

    def __init__(self, **values: Value) -> None:
        super().__init__(**values)
        self.times = 0

    def value(self, name: str) -> Value:
        """What was given."""
        self.times += name == "namespace"
        return super().value(name)


def on(table: str, metric: str = "ReadThrottleEvents", namespace: str = "AWS/DynamoDB", likeness: int | None = None) -> Resource:
    """An alarm that throttling of a table of that name raises."""
    body = Counted(
        namespace=Known(namespace),
        metric_name=Known(metric),
        statistic=Known("Sum"),
        period=Known(60),
        comparison_operator=Known("GreaterThanThreshold"),
        dimensions=Known({"TableName": table}),
    )
    return replace(resource(type_=ALARM), body=body, name=f"{table} {metric}", likeness=likeness)


ORDERS = resource(name=Known("orders"))


def test_tables_and_alarms() -> None:
    held = Inventory(iter([ORDERS, on("orders"), on("others"), on("orders", namespace="Shop")]))
    orders, (near, stray) = held.tables[0], held.alarms
    assert [alarm.resource.name for alarm in (near, stray)] == ["orders ReadThrottleEvents", "others ReadThrottleEvents"]
    for _ in range(2):
        assert (held.alarms_near(orders), [*held.stray_alarms], held.tables_near(near), held.tables_near(stray)) == (
            (near,),
            [stray],
            (orders,),
            (),
        )
    assert (held.why_left_out, held.left_out) == ("", frozenset())


def test_whether_there_is_an_alarm() -> None:
    held = Inventory([ORDERS, on("others")])
    orders = held.tables[0]
    assert (held.has_alarm(lambda _: True), held.has_alarm(lambda _: True, orders), held.has_alarm(lambda _: False)) == (True, False, False)
    partial = Inventory([ORDERS, on("others")], left_out=frozenset({ALARM}), why_left_out="the plan is partial")
    unseen = "the plan is partial, so the resource may exist although the input does not show it"
    assert partial.unseen == unseen
    assert told(lambda: partial.has_alarm(lambda _: True)) is True
    assert told(lambda: partial.has_alarm(lambda _: True, partial.tables[0])) == f"unknown: {unseen}"
    assert told(lambda: [*partial.every_composite_alarm()]) == []


def test_composite_alarms_and_whether_there_may_be_more() -> None:
    composite = resource(type_=COMPOSITE_ALARM)
    held = Inventory([ORDERS, composite])
    assert [[each.resource for each in held.every_composite_alarm()] for _ in range(2)] == [[composite], [composite]]
    partial = Inventory([composite], left_out=frozenset({COMPOSITE_ALARM}), why_left_out="partial")
    unseen = "unknown: partial, so the resource may exist although the input does not show it"
    assert told(lambda: [*partial.every_composite_alarm()]) == unseen


def test_the_causes_that_are_each_watched() -> None:
    every = [on("orders", cause) for cause in CAUSES]
    found = []
    for alarms in (every, every[1:], []):
        held = Inventory([ORDERS, *alarms])
        found.append([held.watched_causes(held.tables[0], metric) for metric in ("ReadThrottleEvents", CAUSES[0])])
    assert found == [[CAUSES, ()], [(), ()], [(), ()]]


def test_whoever_goes_through_all_is_noticed() -> None:
    watch = Watch()
    held = Inventory([ORDERS, on("orders")], watch=watch)
    orders, alarm = held.tables[0], held.alarms[0]
    for every in (lambda: held.tables, lambda: held.alarms, lambda: held.stray_alarms):
        assert watch.over(every)[1] is True
    for near in (lambda: held.alarms_near(orders), lambda: held.tables_near(alarm), lambda: held.is_watched(orders, CAUSES)):
        assert watch.over(near)[1] is False


def test_alarms_of_one_likeness_are_asked_once_whether_they_concern_dynamodb() -> None:
    asked = [[each.body.times for each in alarms] for alarms in (looked_at("AWS/DynamoDB"), looked_at("Shop"))]  # type: ignore[attr-defined]
    assert [[times > 0 for times in each] for each in asked] == [[True, False, True, True], [True, False, True, True]]


def looked_at(namespace: str) -> list[Resource]:
    """Two alarms of one likeness, one of another, and one of none, once all alarms have been asked for."""
    alarms = [on("orders", namespace=namespace, likeness=likeness) for likeness in (1, 1, 2, None)]
    assert len(Inventory([ORDERS, *alarms]).alarms) == (4 if namespace == "AWS/DynamoDB" else 0)
    return alarms


def test_alarms_of_one_likeness_are_asked_each_where_it_depends_on_their_tables() -> None:
    alarms = [on(table, namespace="AWS/Lambda", likeness=1) for table in ("others", "orders", "more")]
    held = Inventory([ORDERS, *alarms])
    assert [alarm.resource for alarm in held.alarms] == [alarms[1]]
    watch = Watch()
    assert watch.over(lambda: Alarm(alarms[1], Inventory([ORDERS], watch=watch)).may_concern_dynamodb) == (True, True)


def test_whoever_asks_what_belongs_together_is_noticed_where_inputs_make_the_difference() -> None:
    for of_inputs in (True, False):
        watch = Watch(of_inputs)
        held = Inventory([ORDERS, on("orders"), resource(type_=COMPOSITE_ALARM), resource(type_=INDEX)], watch=watch)
        orders, alarm = held.tables[0], held.alarms[0]
        asked = (
            lambda held=held, orders=orders: held.alarms_near(orders),
            lambda held=held, alarm=alarm: held.tables_near(alarm),
            lambda held=held: [*held.every_composite_alarm()],
            lambda held=held: held.separate_indexes,
        )
        assert [watch.over(ask)[1] for ask in asked] == [of_inputs] * 4
        none = Inventory([ORDERS], watch=watch)
        assert watch.over(lambda none=none: [*none.every_composite_alarm(), *none.separate_indexes])[1] is False  # type: ignore[misc]


WRITES = frozenset({"WriteThrottleEvents"})


def test_stray_alarms_that_lack_a_table_only() -> None:
    falling = replace(on("others"), body=Values(namespace=Known("AWS/DynamoDB"), metric_name=Known("ReadThrottleEvents")))
    stray = [on("others", "WriteThrottleEvents"), falling, *(on(f"others{number}") for number in range(20)), on("orders")]
    held = Inventory([ORDERS, *stray])
    for _ in range(2):
        found = held.stray_alarms_for(("ReadThrottleEvents",), WRITES)
        assert [alarm.resource for alarm in found] == stray[2:14]
    assert held.stray_alarms_for(("ReadThrottleEvents",), frozenset({"ReadThrottleEvents"})) == ()
    assert held.stray_alarms_for(("ReadThrottleEvents",), WRITES) is found
