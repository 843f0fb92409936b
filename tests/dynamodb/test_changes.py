"""Changes of existing tables and alarms, from one Terraform file to another."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from dyncheck.dynamodb import Changes, Inventory, TableChange
from dyncheck.model import Change, Deferred, Known, Question, Unknown
from tests.dynamodb.reading import Arguments, block, inventory_of, outcome, resource

LATER = "terraform_data.later.output"
TERRAFORM_DATA = 'resource "terraform_data" "later" {}\n'


def changes(before: str, after: str, *, incomplete: frozenset[str] = frozenset(), **actions: tuple[str, ...]) -> Changes:
    """The changes between two files. `actions` has the actions of a resource by name, if not update or delete."""
    old, new = inventory_of(TERRAFORM_DATA + before).resources, inventory_of(TERRAFORM_DATA + after).resources
    there = {each.address for each in old}
    will_be = {each.address for each in new}
    usual = (("delete",), ("update",))
    made = [Change(each.address, each.type, actions.get(each.name, usual[each.address in will_be]), each) for each in old]
    kept = (replace(each, exists=each.address in there) for each in new)
    return Changes(iter(made), Inventory(kept, incomplete=incomplete, why_incomplete="the plan is partial"))


def table(label: str, name: str | None = None, **arguments: str | None) -> str:
    """A table; by default, its name equals the name of its block."""
    return block(f'resource "aws_dynamodb_table" "{label}"', {"name": name or f'"{label}"', **arguments})


def alarm(label: str = "reads", metric: str = "ReadThrottleEvents", on: str = "orders", **changed: str | None) -> str:
    """An alarm on the table of that name."""
    arguments: Arguments = {
        "alarm_name": f'"{label}"',
        "namespace": '"AWS/DynamoDB"',
        "metric_name": f'"{metric}"',
        "statistic": '"Sum"',
        "comparison_operator": '"GreaterThanThreshold"',
        "threshold": "0",
        "period": "60",
        "evaluation_periods": "1",
        "dimensions": f'{{ TableName = "{on}" }}',
    }
    return block(f'resource "aws_cloudwatch_metric_alarm" "{label}"', arguments | changed)


def metrics(label: str, *metrics_: Arguments) -> str:
    """An alarm on several metrics."""
    usual: Arguments = {
        "namespace": '"AWS/DynamoDB"',
        "dimensions": '{ TableName = "orders" }',
        "period": "60",
        "stat": '"Sum"',
    }
    queries = [block("metric_query", {"id": f'"m{n}"'}, block("metric", usual | each)) for n, each in enumerate(metrics_)]
    return block(f'resource "aws_cloudwatch_metric_alarm" "{label}"', {"alarm_name": f'"{label}"'}, *queries)


def search(label: str, namespace: str = "AWS/DynamoDB,TableName") -> str:
    """An alarm that searches for its metrics."""
    expression = f"\"SUM(SEARCH('{{{namespace}}} ReadThrottleEvents', 'Sum'))\""
    query = block("metric_query", {"id": '"all"', "expression": expression, "return_data": "true"})
    return block(f'resource "aws_cloudwatch_metric_alarm" "{label}"', {"alarm_name": f'"{label}"'}, query)


EAST_AND_WEST = 'provider "aws" {\n  region = "eu-west-1"\n}\nprovider "aws" {\n  alias  = "east"\n  region = "us-east-1"\n}\n'
READS: Arguments = {"metric_name": '"ReadThrottleEvents"'}
WRITES: Arguments = {"metric_name": '"WriteThrottleEvents"'}
CAUSES = tuple(
    f"Read{cause}ThrottleEvents" for cause in ("AccountLimit", "KeyRangeThroughput", "MaxOnDemandThroughput", "ProvisionedThroughput")
)
BY_CAUSE = "".join(alarm(f"cause{n}", cause) for n, cause in enumerate(CAUSES))
TOO_LITTLE = "unknown: the plan is partial, so the resource may exist although the input does not show it"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(alarm(), "", ["ReadThrottleEvents"], id="the alarm is destroyed"),
        pytest.param(alarm(), alarm("other"), [], id="another alarm replaces it"),
        pytest.param(alarm(), alarm("other", "WriteThrottleEvents"), ["ReadThrottleEvents"], id="another alarm on another metric"),
        pytest.param(alarm(), alarm("other", on="others"), ["ReadThrottleEvents"], id="another alarm on another table"),
        pytest.param(alarm(), alarm("other", namespace='"aws/dynamodb"'), [], id="another alarm in a misspelled namespace"),
        pytest.param(alarm(), alarm("other", namespace='"Shop"'), ["ReadThrottleEvents"], id="another alarm in another namespace"),
        pytest.param(
            alarm(),
            alarm("other", dimensions='{ TableName = "orders", GlobalSecondaryIndexName = "ByDate" }'),
            ["ReadThrottleEvents"],
            id="another alarm on an index",
        ),
        pytest.param(
            alarm(dimensions='{ TableName = "orders", GlobalSecondaryIndexName = "ByDate" }'),
            BY_CAUSE,
            ["ReadThrottleEvents"],
            id="an alarm on an index, then alarms on the table",
        ),
        pytest.param(alarm(metric="ReadThrottledEvents"), alarm("other"), [], id="a misspelled metric, then the correct one"),
        pytest.param(alarm(), alarm("other", "ReadThrottledEvents"), [], id="the correct metric, then a misspelled one"),
        pytest.param(alarm(metric="Nonsense"), alarm("other", "Nonsense"), [], id="a nonexistent metric"),
        pytest.param(alarm(metric="Nonsense"), alarm("other", "Gibberish"), ["Nonsense"], id="two nonexistent metrics"),
        pytest.param(alarm(metric="ReadThrottledEvents"), BY_CAUSE, [], id="a misspelled metric, then an alarm on each cause"),
        pytest.param(
            alarm(metric=CAUSES[0]), alarm("other", "ReadThrottledEvents"), [], id="one cause, then a misspelled metric on all causes"
        ),
        pytest.param(
            alarm(dimensions='{ TableName = "orders", GlobalSecondaryIndexName = "ByDate" }'),
            alarm("other"),
            ["ReadThrottleEvents"],
            id="an index, then the table",
        ),
        pytest.param(
            alarm(),
            metrics("other", READS | {"namespace": '"Shop"'}, WRITES),
            ["ReadThrottleEvents"],
            id="a custom metric and another metric",
        ),
        pytest.param(alarm(metric_name=None), alarm("other", metric_name=None), [], id="no metric"),
        pytest.param(alarm(), BY_CAUSE, [], id="an alarm on each cause replaces it"),
        pytest.param(alarm(metric=CAUSES[0]), alarm("other"), [], id="an alarm on all causes replaces an alarm on one cause"),
        pytest.param(alarm(), alarm("other", CAUSES[0]), ["ReadThrottleEvents"], id="an alarm on one cause does not replace it"),
        pytest.param(alarm(namespace='"Shop"'), "", [], id="an alarm on another service is destroyed"),
        pytest.param(metrics("both", READS, WRITES), alarm(), ["WriteThrottleEvents"], id="one of two metrics"),
        pytest.param(metrics("both", WRITES, READS), "", ["WriteThrottleEvents", "ReadThrottleEvents"], id="both of two metrics"),
        pytest.param(
            metrics("both", READS | {"namespace": LATER}, WRITES | {"namespace": f"{LATER}.other"}),
            "",
            [f'unknown: metric_query["m0"].metric.namespace waits for {LATER}'],
            id="the first of two unknowns",
        ),
        pytest.param(
            metrics("both", READS | {"namespace": LATER}, WRITES),
            "",
            ["WriteThrottleEvents", f'unknown: metric_query["m0"].metric.namespace waits for {LATER}'],
            id="a metric and an unknown",
        ),
        pytest.param(
            alarm(),
            alarm("other", metric_name=LATER),
            [f"unknown: aws_cloudwatch_metric_alarm.other: metric_name waits for {LATER}"],
            id="an alarm on an unknown metric",
        ),
        pytest.param(search("all"), search("others"), [], id="another search for the same metrics"),
        pytest.param(
            search("all"),
            search("others", "AWS/DynamoDB,TableName,Operation"),
            ["unknown: metric_query searches for its metrics, so the metrics that lose their alarm cannot be determined"],
            id="another search for other metrics",
        ),
        pytest.param(
            search("all"),
            alarm(),
            ["unknown: metric_query searches for its metrics, so the metrics that lose their alarm cannot be determined"],
            id="no longer a search",
        ),
    ],
)
@pytest.mark.parametrize("is_managed", [True, False], ids=["a managed table", "an unmanaged table"])
def test_metrics_that_no_alarm_watches_after_the_plan(before: str, after: str, expected: list[str], is_managed: bool) -> None:
    orders = table("orders") if is_managed else ""
    found = unwatched(changes(orders + before, orders + after))
    # Only a table determines the causes.
    assert found == (expected if is_managed or after != BY_CAUSE else EVERY_METRIC.get(before, ["ReadThrottleEvents"]))


EVERY_METRIC = {alarm(metric="ReadThrottledEvents"): ["ReadThrottledEvents"]}


def unwatched(made: Changes) -> list[str]:
    """The metrics that no alarm watches after the removal of the first alarm, and the reason if there may be more."""
    found: list[str] = []
    try:
        for signal in made.alarms[0].unwatched if made.alarms else ():
            found.append(str(signal.metric))
    except Unknown as reason:
        found.append(f"unknown: {reason}")
    return found


ALARM_TYPE = "aws_cloudwatch_metric_alarm"
BY_DATE = block("global_secondary_index", {"name": '"ByDate"', "hash_key": '"date"', "projection_type": '"ALL"'})
INDEXED = block('resource "aws_dynamodb_table" "orders"', {"name": '"orders"'}, BY_DATE)
ON_INDEX = alarm(dimensions='{ TableName = "orders", GlobalSecondaryIndexName = "ByDate" }')


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(changes(table("orders") + alarm(), ""), [], id="the alarm and its table are destroyed"),
        pytest.param(
            changes(table("orders") + alarm(), "", orders=("forget",)), ["ReadThrottleEvents"], id="its table is removed from the state"
        ),
        pytest.param(
            changes(table("orders") + alarm(), alarm("other"), orders=("forget",)),
            [],
            id="its table is removed from the state, with another alarm",
        ),
        pytest.param(
            changes(table("orders") + alarm(), table("orders", '"moved"') + alarm("other", on="moved"), orders=("delete", "create")),
            [],
            id="its table is replaced, with another alarm on the new table",
        ),
        pytest.param(
            changes(table("orders") + alarm(), table("orders", '"moved"') + alarm("other"), orders=("delete", "create")),
            ["ReadThrottleEvents"],
            id="its table is replaced, with another alarm on the old table",
        ),
        pytest.param(
            changes(table("orders") + alarm(), table("renamed", '"orders"') + alarm("other")),
            [],
            id="its table is created at another address, with another alarm",
        ),
        pytest.param(
            changes(table("orders") + alarm(), table("renamed", '"orders"')),
            ["ReadThrottleEvents"],
            id="its table is created at another address, without an alarm",
        ),
        pytest.param(
            changes(EAST_AND_WEST + table("orders") + alarm(), EAST_AND_WEST + table("orders") + alarm("other", provider="aws.east")),
            ["ReadThrottleEvents"],
            id="another alarm in another region",
        ),
        pytest.param(
            changes(
                EAST_AND_WEST + table("orders") + table("eastern", '"orders"', provider="aws.east") + alarm(provider="aws.east"),
                EAST_AND_WEST + table("orders"),
            ),
            [],
            id="the alarm and its table are destroyed, with a table of the same name in another region",
        ),
        pytest.param(changes(INDEXED + ON_INDEX, table("orders")), [], id="the alarm and its index are dropped"),
        pytest.param(changes(INDEXED + ON_INDEX, INDEXED), ["ReadThrottleEvents"], id="the alarm on an index that stays"),
        pytest.param(
            changes(table("orders") + alarm(), table("orders"), incomplete=frozenset({ALARM_TYPE})), [TOO_LITTLE], id="a partial plan"
        ),
    ],
)
def test_metrics_that_no_alarm_watches_after_a_change_of_the_table(made: Changes, expected: list[str]) -> None:
    assert unwatched(made) == expected


def the_table(made: Changes) -> TableChange:
    """The first existing table."""
    return next(each for each in made.tables if each.change.address == "aws_dynamodb_table.orders")


@pytest.mark.parametrize(
    ("made", "address"),
    [
        pytest.param(changes(table("orders"), table("renamed", '"orders"')), "aws_dynamodb_table.renamed", id="under another label"),
        pytest.param(changes(table("orders"), table("renamed", '"others"')), None, id="under another name"),
        pytest.param(changes(table("orders"), table("renamed", LATER)), None, id="under an unknown name"),
        pytest.param(changes(table("orders", LATER), table("renamed", LATER)), None, id="both names are unknown"),
        pytest.param(changes(table("orders"), table("a", '"orders"') + table("b", '"orders"')), None, id="two tables"),
        pytest.param(
            changes(table("orders") + table("renamed", '"orders"'), table("renamed", '"orders"')),
            None,
            id="an existing table",
        ),
        pytest.param(
            changes(table("orders"), table("orders", '"new"') + table("renamed", '"orders"'), orders=("delete", "create")),
            None,
            id="a second table beside the replacement",
        ),
        pytest.param(changes(table("orders"), table("orders") + table("renamed", '"orders"')), None, id="the table stays"),
        pytest.param(
            changes(table("orders"), table("renamed", '"orders"'), orders=("forget",)), None, id="the table is removed from the state"
        ),
        pytest.param(
            changes(EAST_AND_WEST + table("orders"), EAST_AND_WEST + table("renamed", '"orders"', provider="aws.east")),
            None,
            id="in another region",
        ),
        pytest.param(
            changes(
                EAST_AND_WEST + table("orders"), EAST_AND_WEST + table("far", '"orders"', provider="aws.east") + table("near", '"orders"')
            ),
            "aws_dynamodb_table.near",
            id="one in the same region and one in another",
        ),
    ],
)
def test_a_table_created_at_another_address(made: Changes, address: str | None) -> None:
    found = the_table(made)
    assert (found.created_elsewhere and found.created_elsewhere.address) == address
    moved = f"moved {{\n  from = aws_dynamodb_table.orders\n  to   = {address}\n}}" if address else ""
    assert found.moved_block == moved
    successor = found.successor
    assert (successor and successor.address) == (found.after.address if found.after else address)


def test_a_deposed_object_has_no_successor() -> None:
    made = changes(table("orders"), table("orders") + table("renamed", '"orders"'), orders=("delete",))
    (orders,) = made.tables
    left = TableChange(replace(orders.change, deposed="3e9f6e5c"), made)
    assert (left.after, left.created_elsewhere, left.successor, left.resource) == (None, None, None, orders.change.before)
    assert (left.destroys, left.forgets, left.because) == (True, False, "an earlier replacement left it behind")
    assert orders.resource is not orders.change.before


def test_a_table_without_values_in_the_plan() -> None:
    made = Changes([Change("aws_dynamodb_table.orders", "aws_dynamodb_table", ("delete",))], inventory_of(table("others")))
    (orders,) = made.tables
    assert outcome(lambda: orders.before) == "unknown: the plan does not show the resource before the change"
    assert (orders.shown, orders.created_elsewhere, orders.after, orders.resource) == ("The table", None, None, None)
    problem = orders.problem("It goes", "name", fix="c")
    assert (problem.address, problem.path, problem.summary, problem.fix) == ("aws_dynamodb_table.orders", "name", "It goes", "c")
    assert (problem.location, problem.related, problem.places, problem.severity) == (None, (), (), None)


REASONS: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({}, ""),
    "one that is not known yet": ({"reason": "because"}, "Terraform gives the reason because"),
    "by request": ({"reason": "replace_by_request"}, "the plan was made with -replace"),
    "an argument": ({"reason": "replace_because_cannot_update"}, "one of its arguments cannot be changed in place"),
    "a plan to destroy": ({"is_of_destroy_plan": True}, "the plan was made with -destroy"),
    "arguments": (
        {"forced_by": ("name", "stream_enabled", "read_capacity", "hash_key", "range_key")},
        'name (from "orders" to "moved") and stream_enabled (from true to false) and read_capacity and hash_key and range_key '
        "cannot be changed in place",
    ),
}


@pytest.mark.parametrize("reason", REASONS)
def test_the_reason_of_a_destruction(reason: str) -> None:
    given, because = REASONS[reason]
    made = changes(
        table("orders", read_capacity="1", stream_enabled="true", hash_key='"id"'),
        table("orders", '"moved"', read_capacity="2", stream_enabled="false", hash_key=LATER, range_key='"at"'),
        orders=("delete", "create"),
    )
    assert TableChange(replace(made.tables[0].change, **given), made).because == because


def test_alarms_on_dynamodb() -> None:
    before = table("orders") + alarm("ours") + alarm("lambda", namespace='"AWS/Lambda"', on="others") + alarm("kept")
    made = changes(before, alarm("kept"))
    unsaid = Change("aws_cloudwatch_metric_alarm.unsaid", ALARM_TYPE, ("delete",))
    deposed = replace(made.alarms[0].change, deposed="3e9f6e5c")
    every = [each.change for each in (*made.tables, *made.alarms)]
    more = Changes([*every, unsaid, deposed], made.after)
    assert [each.address.rpartition(".")[2] for each in more.alarms] == ["ours", "kept", "unsaid"]


def test_a_name_that_depends_on_an_input() -> None:
    asked = Deferred(question=Question("name", "null"))
    held = Changes(
        [Change("aws_dynamodb_table.orders", "aws_dynamodb_table", ("delete",), resource(name=asked))],
        Inventory([resource(name=Known("a"))]),
    )
    assert held.tables[0].created_elsewhere is None


def test_a_problem_has_the_location_of_its_argument() -> None:
    made = changes(table("orders"), 'variable "name" {\n  default = "moved"\n}\n' + table("orders", "var.name"))
    problem = made.tables[0].problem("It moves", "name")
    line = problem.location and problem.location.line
    assert (line, [(each.line, each.message) for each in problem.related]) == (6, [(3, "var.name has its default here")])
    assert [(place.kind, place.line) for place in problem.places] == [("argument", 6), ("resource", 5)]


def test_a_partial_plan_is_also_partial_before_the_change() -> None:
    made = changes(table("orders"), table("orders"), incomplete=frozenset({"aws_dynamodb_global_secondary_index"}))
    assert outcome(lambda: [*made.tables[0].before.indexes]) == TOO_LITTLE


def test_a_deposed_object_is_not_the_table_before_the_change() -> None:
    made = changes(table("orders") + alarm(), table("orders") + alarm("other"))
    (orders,) = made.tables
    left = replace(orders.change, deposed="3e9f6e5c", actions=("delete",))
    both = Changes([*(each.change for each in (*made.tables, *made.alarms)), left], made.after)
    assert [each.change.deposed for each in both.tables] == ["", "3e9f6e5c"]
    assert [each.address for each in both.before.tables] == ["aws_dynamodb_table.orders"]
    assert unwatched(both) == []
    assert unwatched(Changes([each.change for each in (*both.tables, *both.alarms)], inventory_of(table("orders")))) == [
        "ReadThrottleEvents"
    ]


def test_a_table_can_be_created_at_the_address_of_a_deposed_object() -> None:
    made = changes(table("orders"), table("renamed", '"orders"'))
    (orders,) = made.tables
    left = replace(orders.change, address="aws_dynamodb_table.renamed", deposed="3e9f6e5c")
    found = Changes([orders.change, left], made.after).tables[0].created_elsewhere
    assert (found and found.address) == "aws_dynamodb_table.renamed"


def test_an_alarm_is_not_on_a_table_without_values_in_the_plan() -> None:
    made = changes(table("orders") + alarm(), table("orders"))
    unsaid = Change("aws_dynamodb_table.unsaid", "aws_dynamodb_table", ("delete",))
    assert unwatched(Changes([unsaid, *(each.change for each in (*made.tables, *made.alarms))], made.after)) == ["ReadThrottleEvents"]


@pytest.mark.parametrize(
    ("before", "after", "actions", "expected"),
    [
        pytest.param(alarm(), alarm(), ("create", "delete"), ["ReadThrottleEvents"], id="the new one is created first"),
        pytest.param(alarm(), alarm(), ("delete", "create"), [], id="the old one is destroyed first"),
        pytest.param(alarm(), alarm(), ("update",), [], id="an update"),
        pytest.param(alarm(), alarm(alarm_name='"other"'), ("create", "delete"), [], id="another name"),
        pytest.param(alarm(), alarm(region='"eu-west-1"'), ("create", "delete"), ["ReadThrottleEvents"], id="another region"),
        pytest.param(alarm(), alarm() + alarm("other"), ("create", "delete"), [], id="another alarm on the same metric"),
        pytest.param(alarm(), "", ("delete",), ["ReadThrottleEvents"], id="no new one"),
    ],
)
@pytest.mark.parametrize("is_managed", [True, False], ids=["a managed table", "an unmanaged table"])
def test_an_alarm_that_is_replaced_by_one_of_the_same_name(
    before: str, after: str, actions: tuple[str, ...], expected: list[str], is_managed: bool
) -> None:
    provider, orders = 'provider "aws" {\n  region = "us-east-1"\n}\n', table("orders") if is_managed else ""
    made = changes(provider + orders + before, provider + orders + after, reads=actions)
    assert unwatched(made) == expected
