"""Names of alarms and tables that are only partly known, in several modules and places, and their number in linear time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Status
from tests.support.paths import POLICIES
from tests.support.plans import without_values

pytestmark = pytest.mark.usefixtures("on_every_rule")

PROVIDERS = """
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

provider "aws" {
  alias   = "other"
  region  = "us-east-1"
  profile = "other"
}

variable "x" {}

variable "y" {}

variable "names" {}

locals {
  x      = var.x
  prefix = "${local.x}-orders"
  set    = "orders"
}
"""


def alarm(label: str, name: str, *more: str, namespace: str = '"AWS/DynamoDB"', metric: str = "ReadThrottleEvents") -> str:
    """An alarm with that expression for its name."""
    lines = [f"alarm_name = {name}", f"namespace = {namespace}", f'metric_name = "{metric}"', *more]
    return _block("aws_cloudwatch_metric_alarm", label, lines)


def other_alarm(label: str, name: str, *more: str) -> str:
    """An alarm on another service."""
    return alarm(label, name, *more, namespace='"AWS/Lambda"', metric="Errors")


def table(label: str, name: str, *more: str) -> str:
    """A table with that expression for its name."""
    return _block("aws_dynamodb_table", label, [f"name = {name}", *more])


def _block(kind: str, label: str, lines: list[str]) -> str:
    return "\n".join([f'resource "{kind}" "{label}" {{', *(f"  {line}" for line in lines), "}\n"])


def rows(directory: Path, *blocks: str, modules: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """The status and the short address of each result."""
    (directory / "main.tf").write_text(PROVIDERS + "\n".join(blocks))
    for name, text in (modules or {}).items():
        (directory / name).mkdir()
        (directory / name / "main.tf").write_text(text)
    results = dyncheck.check(directory, select=["duplicate-name"], allow_empty=True).results
    return [
        (each.status.value, each.address.replace("aws_cloudwatch_metric_alarm.", "").replace("aws_dynamodb_table.", "")) for each in results
    ]


SAME, DIFFERENT, UNDECIDED = [("pass", "a"), ("fail", "b")], [("pass", "a"), ("pass", "b")], [("unknown", "a"), ("unknown", "b")]
PARTLY = [("unknown", "a"), ("pass", "b")]
FIRST_PASSES = [("pass", "a"), ("unknown", "b")]

# Two expressions, and the results for two alarms with these names.
NAMES: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "two known names": ('"orders"', '"sessions"', DIFFERENT),
    "one known name": ('"orders"', "local.set", SAME),
    "one variable": ("var.x", "var.x", SAME),
    "a variable by two ways": ("var.x", "local.x", SAME),
    "two variables": ("var.x", "var.y", FIRST_PASSES),
    "two ends of one variable": ('"${var.x}-a"', '"${var.x}-b"', DIFFERENT),
    "two ends of two variables": ('"${var.x}-a"', '"${var.y}-b"', DIFFERENT),
    "one end of two variables": ('"${var.x}-a"', '"${var.y}-a"', FIRST_PASSES),
    "two starts": ('"a-${var.x}"', '"b-${var.y}"', DIFFERENT),
    "one start": ('"a-${var.x}"', '"a-${var.y}"', FIRST_PASSES),
    "a start in a start": ('"a-${var.x}"', '"a-b-${var.y}"', FIRST_PASSES),
    "an end in an end": ('"${var.x}-a"', '"${var.y}-b-a"', FIRST_PASSES),
    "two middles": ('"${var.x}-a-${var.y}"', '"${var.x}-b-${var.y}"', DIFFERENT),
    "one middle": ('"${var.x}-a-${var.y}"', '"${local.x}-a-${var.y}"', SAME),
    "two variables in another order": ('"${var.x}-${var.y}"', '"${var.y}-${var.x}"', FIRST_PASSES),
    "two variables in a row": ('"${var.x}${var.y}"', '"${var.x}${var.y}"', SAME),
    "two variables in a row with two ends": ('"${var.x}${var.y}-a"', '"${var.x}${var.y}-b"', DIFFERENT),
    "a text that does not start so": ('"orders-reads"', '"dev-${var.x}"', DIFFERENT),
    "a text that does not end so": ('"orders-reads"', '"${var.x}-writes"', DIFFERENT),
    "a text that is too short": ('"or"', '"or${var.x}r"', DIFFERENT),
    "a text that may be it": ('"orders-reads"', '"${var.x}-reads"', FIRST_PASSES),
    "the reverse": ('"${var.x}-reads"', '"orders-reads"', PARTLY),
    "a text with nothing between": ('"orders-reads"', '"orders${var.x}-reads"', FIRST_PASSES),
    "through a local value": ('"${local.prefix}-a"', '"${var.x}-orders-a"', SAME),
    "format": ('format("%s-%s", var.x, "a")', '"${var.x}-a"', SAME),
    "format of two": ('format("%s-%v-a", var.x, var.y)', '"${var.x}-${var.y}-b"', DIFFERENT),
    "format with a width": ('format("%5s", var.x)', "var.x", FIRST_PASSES),
    "join": ('join("-", [var.x, "a"])', '"${var.x}-a"', SAME),
    "join of what is not known": ('join("-", var.names)', 'join("-", var.names)', FIRST_PASSES),
    "another case": ("lower(var.x)", "lower(var.x)", SAME),
    "two cases": ("lower(var.x)", "upper(var.x)", FIRST_PASSES),
    "another function": ('trimspace("${var.x}a")', 'trimspace("${var.x}a")', FIRST_PASSES),
    "an attribute": ("random_pet.p.id", "random_pet.p.id", SAME),
    "two attributes": ('"${random_pet.p.id}-a"', '"${random_pet.p.length}-b"', DIFFERENT),
    "a data source": ('"${data.aws_region.r.name}-a"', '"${data.aws_region.r.name}-a"', SAME),
    "a name that differs each time": ("uuid()", "uuid()", FIRST_PASSES),
    "two names that differ each time, with an end in an end": ('"${uuid()}-a-x"', '"${uuid()}-x"', FIRST_PASSES),
    "a condition": ('var.x == "a" ? "b" : "c"', '"d"', [("unknown", "a"), ("pass", "b")]),
    "a directive": ('"${var.x}%{ if var.y == "a" }b%{ endif }-a"', '"${var.x}-b"', DIFFERENT),
    "two empty names": ('""', '""', SAME),
    "an empty name and a variable": ('""', "var.x", FIRST_PASSES),
    "no name": ("null", '"a"', [("pass", "a"), ("pass", "b")]),
}
PETS = 'resource "random_pet" "p" {}\n\ndata "aws_region" "r" {}\n'


@pytest.mark.parametrize("case", NAMES)
def test_two_names(case: str, tmp_path: Path) -> None:
    one, other, expected = NAMES[case]
    assert rows(tmp_path, alarm("a", one), alarm("b", other), PETS) == expected


def test_one_expression_is_the_same_for_each_instance(tmp_path: Path) -> None:
    assert rows(
        tmp_path, alarm("a", "lower(var.x)", "count = 2"), alarm("b", "join(var.x, [each.key])", 'for_each = toset(["x", "y"])')
    ) == [
        ("pass", "a[0]"),
        ("fail", "a[1]"),
        ("unknown", 'b["x"]'),
        ("unknown", 'b["y"]'),
    ]


def test_names_with_the_key_of_the_instance_are_different(tmp_path: Path) -> None:
    each = alarm("a", '"${var.x}-${each.key}"', 'for_each = toset(["x", "y"])')
    counted = alarm("b", 'format("%s-%d", var.x, count.index)', "count = 2")
    assert {status for status, _ in rows(tmp_path, each, counted)} == {"pass"}


def test_what_is_different_in_each_instance_and_not_known_is_not_compared(tmp_path: Path) -> None:
    found = rows(tmp_path, alarm("a", "each.value", "for_each = { x = var.x, y = var.y }"))
    assert found == [("pass", 'a["x"]'), ("unknown", 'a["y"]')]


def test_names_are_followed_through_modules(tmp_path: Path) -> None:
    module = 'variable "name" {}\n\noutput "name" {\n  value = "${var.name}-m"\n}\n' + alarm("m", '"${var.name}-reads"')
    calls = "".join(
        f'module "{name}" {{\n  source = "./inner"\n  name = {value}\n}}\n' for name, value in (("one", "var.x"), ("two", "local.x"))
    )
    outputs = alarm("a", "module.one.name"), alarm("b", '"${var.x}-m"')
    assert rows(tmp_path, calls, *outputs, modules={"inner": module}) == [
        ("pass", "a"),
        ("fail", "b"),
        ("pass", "module.one.m"),
        ("fail", "module.two.m"),
    ]


def test_a_module_with_several_instances_is_not_followed(tmp_path: Path) -> None:
    module = 'variable "name" {}\n\noutput "name" {\n  value = var.name\n}\n'
    call = 'module "m" {\n  source = "./inner"\n  count = 2\n  name = "${var.x}-${count.index}"\n}\n'
    outputs = alarm("a", '"${module.m[0].name}-a"'), alarm("b", '"${module.m[1].name}-b"'), alarm("c", '"${module.m[1].name}-b"')
    assert rows(tmp_path, call, *outputs, modules={"inner": module}) == [("pass", "a"), ("pass", "b"), ("fail", "c")]


def test_a_module_that_is_not_available_is_one_text(tmp_path: Path) -> None:
    call = 'module "label" {\n  source = "cloudposse/label/null"\n  version = "0.25.0"\n}\n'
    found = rows(
        tmp_path, call, alarm("a", '"${module.label.id}-a"'), alarm("b", '"${module.label.id}-b"'), alarm("c", '"${module.label.id}-a"')
    )
    assert found == [("pass", "a"), ("pass", "b"), ("fail", "c")]


def test_a_long_chain_of_local_values_takes_no_time(tmp_path: Path) -> None:
    chain = "".join(f'  n{number} = "${{local.n{number - 1}}}${{local.n{number - 1}}}"\n' for number in range(1, 30))
    text = f"locals {{\n  n0 = var.x\n{chain}}}\n"
    assert rows(tmp_path, text, alarm("a", "local.n29"), alarm("b", "local.n29")) == FIRST_PASSES


PLACES: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "one provider": ("", "", SAME),
    "two regions": ("", "provider = aws.west", DIFFERENT),
    "two accounts that cannot be compared": ("", "provider = aws.other", FIRST_PASSES),
    "two region arguments": ('region = "us-east-1"', 'region = "eu-west-1"', DIFFERENT),
    "the region of the provider": ('region = "us-east-1"', "", SAME),
    "a region that is not known": ("region = var.x", "", FIRST_PASSES),
    "two regions that are not known": ("region = var.x", "region = var.x", FIRST_PASSES),
}


@pytest.mark.parametrize("case", PLACES)
@pytest.mark.parametrize("make", [alarm, table], ids=["alarms", "tables"])
def test_one_name_in_two_places(case: str, make: object, tmp_path: Path) -> None:
    one, other, expected = PLACES[case]
    assert callable(make)
    assert rows(tmp_path, make("a", '"orders"', one), make("b", '"orders"', other)) == expected


def test_partly_known_names_in_two_regions_are_not_compared(tmp_path: Path) -> None:
    assert rows(tmp_path, alarm("a", "var.x"), alarm("b", "var.y", "provider = aws.west")) == DIFFERENT


def test_the_first_alarm_in_the_same_place_is_named(tmp_path: Path) -> None:
    text = alarm("a", '"o"', "provider = aws.other"), alarm("b", '"o"'), alarm("c", '"o"', "provider = aws.west"), alarm("d", '"o"')
    (tmp_path / "main.tf").write_text(PROVIDERS + "\n".join(text))
    results = dyncheck.check(tmp_path, select=["duplicate-name"]).results
    prefix = "aws_cloudwatch_metric_alarm."
    assert [(each.status, each.address.removeprefix(prefix), each.message) for each in results if each.status is not Status.PASS] == [
        (
            Status.UNKNOWN,
            "b",
            f"alarm_name is also the name of {prefix}a, and whether both are in one account and region cannot be determined: "
            "provider differs: aws and aws.other may use different regions or accounts",
        ),
        (
            Status.FAIL,
            "d",
            f"Alarm has the same name as {prefix}b, and the one that is applied last overwrites the other: "
            'alarm_name is "o"; expected a name that no other alarm has in its account and region',
        ),
    ]


def test_a_name_that_an_existing_alarm_keeps_is_not_compared(tmp_path: Path) -> None:
    kept = alarm("b", '"sessions"', "lifecycle {\n    ignore_changes = [alarm_name]\n  }")
    assert rows(tmp_path, alarm("a", '"orders"'), kept) == FIRST_PASSES


def test_an_alarm_that_may_not_exist(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        PROVIDERS + alarm("a", '"orders"', "count = var.x") + alarm("b", '"orders"') + alarm("c", '"sessions"')
    )
    results = dyncheck.check(tmp_path, select=["duplicate-name"]).results
    assert [(each.status, each.message) for each in results] == [
        (
            Status.UNKNOWN,
            "alarm_name may be the same for several instances, and the number of instances waits for var.x (no value is given)",
        ),
        (
            Status.UNKNOWN,
            "alarm_name is also the name of aws_cloudwatch_metric_alarm.a, which may not exist: "
            "the number of instances waits for var.x (no value is given)",
        ),
        (Status.PASS, ""),
    ]


# A count or for_each, and whether there may be several instances.
MAY_REPEAT = {
    "a switch": ("count = var.x ? 1 : 0", False),
    "a switch between more": ("count = var.x ? 1 : var.x ? 0 : 1", False),
    "a switch between many": ("count = var.x ? 2 : 0", True),
    "a switch with an unknown side": ("count = var.x ? 1 : var.y", True),
    "a number": ("count = var.y", True),
    "a switch of for_each": ("for_each = var.x ? { a = 1 } : {}", False),
    "a switch of for_each between many": ('for_each = var.x ? toset(["a", "b"]) : toset([])', True),
    "keys": ("for_each = var.y", True),
    "enabled": ("lifecycle {\n    enabled = var.x\n  }", False),
}


@pytest.mark.parametrize(("line", "may_repeat"), MAY_REPEAT.values(), ids=MAY_REPEAT)
def test_one_name_is_unique_where_there_is_one_instance_at_most(line: str, may_repeat: bool, tmp_path: Path) -> None:
    assert rows(tmp_path, alarm("a", '"orders"', line)) == [("unknown" if may_repeat else "pass", "a")]


OTHERS: dict[str, tuple[list[str], list[tuple[str, str]]]] = {
    "the same name": ([other_alarm("z", '"orders"')], [("fail", "a")]),
    "another name": ([other_alarm("z", '"errors"')], [("pass", "a")]),
    "a name that may be the same": ([other_alarm("z", "var.x")], [("unknown", "a")]),
    "a name with another end": ([other_alarm("z", '"${var.x}-errors"')], [("pass", "a")]),
    "a name that may end with it": ([other_alarm("z", '"${var.x}orders"')], [("unknown", "a")]),
    "two of one name": ([other_alarm("y", '"errors"'), other_alarm("z", '"errors"')], [("pass", "a")]),
    "an alarm that may be on DynamoDB": ([alarm("z", '"orders"', namespace="var.y")], [("fail", "a")]),
    "an alarm that may not exist": ([other_alarm("z", '"orders"', "count = var.y")], [("unknown", "a")]),
}


@pytest.mark.parametrize("case", OTHERS)
def test_an_alarm_beside_one_on_another_service(case: str, tmp_path: Path) -> None:
    others, expected = OTHERS[case]
    assert rows(tmp_path, alarm("a", '"orders"'), *others) == expected


def composite(label: str, name: str, rule: str) -> str:
    """A composite alarm."""
    return _block("aws_cloudwatch_composite_alarm", label, [f'alarm_name = "{name}"', f"alarm_rule = {rule}"])


@pytest.mark.parametrize(
    ("rule", "is_judged"),
    [
        ('"ALARM(orders)"', True),
        ('"OK(other) OR ALARM(\\"orders\\")"', True),
        ('"ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:orders)"', True),
        ('"ALARM(${aws_cloudwatch_metric_alarm.a.arn})"', True),
        ('"ALARM(${aws_cloudwatch_metric_alarm.z.arn})"', False),
        ('"ALARM(${var.x})"', False),
        ('"ALARM(errors)"', False),
        ("null", False),
    ],
)
def test_a_composite_alarm_is_judged_where_its_rule_names_an_alarm_on_dynamodb(rule: str, is_judged: bool, tmp_path: Path) -> None:
    blocks = alarm("a", '"orders"'), other_alarm("z", '"errors"'), composite("one", "page", rule), composite("two", "page", rule)
    found = [row for row in rows(tmp_path, *blocks) if "composite" in row[1]]
    one, two = ("aws_cloudwatch_composite_alarm.one", "aws_cloudwatch_composite_alarm.two")
    assert found == ([("pass", one), ("fail", two)] if is_judged else [])


def test_the_fix_adds_the_key_of_the_instance(tmp_path: Path) -> None:
    blocks = [
        alarm("counted", '"a"', "count = 2"),
        alarm("each", '"b"', 'for_each = toset(["x", "y"])'),
        alarm("one", '"c"'),
        alarm("two", '"c"'),
        alarm("later", "var.x", "count = 2"),
        alarm("strange", '"$${d}"', "count = 2"),
        alarm("directive", '"%%{d}"', "count = 2"),
        'module "m" {\n  source = "./inner"\n  count = 2\n}\n',
    ]
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "main.tf").write_text(alarm("m", '"m"'))
    (tmp_path / "main.tf").write_text(PROVIDERS + "\n".join(blocks))
    results = dyncheck.check(tmp_path, select=["duplicate-name"]).results
    prefix = "aws_cloudwatch_metric_alarm."
    assert {each.address.replace(prefix, ""): each.fix for each in results if each.status is Status.FAIL} == {
        "counted[1]": 'alarm_name = "a-${count.index}"',
        'each["y"]': 'alarm_name = "b-${each.key}"',
        "two": "",
        "later[1]": "",
        "strange[1]": "",
        "directive[1]": "",
        "module.m[1].m": "",
    }


def test_a_sensitive_name_is_not_in_the_fix(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(alarm("a", 'sensitive("secret")', "count = 2"))
    (_, result) = dyncheck.check(tmp_path, select=["duplicate-name"]).results
    assert (result.status, result.fix, "secret" in result.message) == (Status.FAIL, "", False)


def test_the_place_of_the_other_alarm_is_related(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(alarm("a", '"orders"') + "\n" + alarm("b", '"orders"'))
    (_, result) = dyncheck.check(tmp_path, select=["duplicate-name"]).results
    assert [(each.line, each.message) for each in result.related] == [(2, "aws_cloudwatch_metric_alarm.a is here")]
    assert result.location
    assert result.location.line == 8


def test_an_alarm_that_is_created_before_the_old_one_of_its_name_is_destroyed(tmp_path: Path) -> None:
    plan = without_values(json.loads((POLICIES / "dead_alarm.plan.json").read_bytes()))
    plan["resource_changes"] = [entry for entry in plan["resource_changes"] if entry["name"] == "fine"]
    (entry,) = plan["resource_changes"]
    entry["change"] |= {"actions": ["create", "delete"], "before": entry["change"]["after"]}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    results = dyncheck.check(tmp_path / "plan.json", select=["alarm-removed"]).results
    assert [(each.status, each.message) for each in results] == [
        (
            Status.FAIL,
            'Alarm "fine" is created again before the old one of the same name is destroyed, and that removes the new one; '
            'after the plan, no alarm watches "ReadThrottleEvents" with the dimensions { TableName = "products" }',
        )
    ]


def test_many_names_that_cannot_be_compared_take_linear_time(tmp_path: Path) -> None:
    blocks = [
        alarm("same", '"orders"', "count = 500"),
        alarm("partly", '"${var.x}-${count.index}-a"', "count = 500"),
        alarm("tail", 'format("%s-a", element(var.names, count.index))', "count = 500"),
        alarm("regions", "var.x", 'for_each = toset([for n in range(500) : "r${n}"])', "region = each.key"),
    ]
    found = [status for status, _ in rows(tmp_path, *blocks)]
    assert (found.count("fail"), found.count("pass")) == (499, 1 + 500)
