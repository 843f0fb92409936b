"""The edits for findings: where they are made, and that none is offered that is not right everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from textwrap import dedent

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Status
from dyncheck.fix.verified import Fixes, verified_edits

RECOVERY = "no-point-in-time-recovery"
DEFAULT = Settings()


@pytest.fixture(name="here", autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, a repository."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def write(directory: Path, files: Mapping[str, str]) -> None:
    """Write files."""
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(dedent(text).encode())


def fixes(*paths: str, rule: str = RECOVERY, unsafe: bool = False, settings: Settings = DEFAULT) -> Fixes:
    """What `dyncheck fix` does about the findings of one rule."""
    return verified_edits(run(paths, settings), paths, settings, unsafe=unsafe, rules=(rule,))


def lines(found: Fixes) -> list[str]:
    """The new lines of the files, each after its file."""
    return [
        f"{content.file}: {line[1:].strip()}"
        for content in found.files
        for line in unified_diff(content.before.decode().splitlines(), content.after.decode().splitlines(), n=0, lineterm="")
        if line.startswith("+") and not line.startswith("+++") and line[1:].strip() not in ("", "}")
    ]


def reasons(found: Fixes) -> list[str]:
    """Why there is no edit."""
    return [refusal.reason for refusal in found.refusals]


def table(recovery: str = "", more: str = "", name: str = "x") -> str:
    """A table, with the value of `point_in_time_recovery.enabled`."""
    block = f"\n  point_in_time_recovery {{\n    enabled = {recovery}\n  }}\n" if recovery else ""
    return f"""\
resource "aws_dynamodb_table" "{name}" {{
  name         = "{name}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
{more}
  attribute {{
    name = "id"
    type = "S"
  }}
{block}}}
"""


VARIABLE = 'variable "recovery" {\n  default = %s\n}\n'
CALL = 'module "t" {\n  source = "%s"\n%s}\n'

ORIGINS: dict[str, tuple[dict[str, str], list[str]]] = {
    "the argument itself": ({"main.tf": table("false")}, ["main.tf: enabled = true"]),
    "a local": ({"main.tf": "locals {\n  on = false\n}\n" + table("local.on")}, ["main.tf: on = true"]),
    "a local of a local": ({"main.tf": "locals {\n  a = false\n  b = local.a\n}\n" + table("local.b")}, ["main.tf: a = true"]),
    "a local that decides more": (
        {"main.tf": 'locals {\n  is_production = terraform.workspace == "prod"\n}\n' + table("local.is_production")},
        ["main.tf: enabled = true"],
    ),
    "a module call with a local that decides more": (
        {
            "modules/t/main.tf": VARIABLE % "true" + table("var.recovery"),
            "main.tf": 'locals {\n  all = terraform.workspace == "prod"\n  some = local.all\n}\n'
            + CALL % ("./modules/t", "  recovery = local.some\n"),
        },
        ["main.tf: recovery = true"],
    ),
    "a default": ({"main.tf": VARIABLE % "false" + table("var.recovery")}, ["main.tf: default = true"]),
    "a file of values": (
        {"main.tf": VARIABLE % "true" + table("var.recovery"), "terraform.tfvars": "# the values\nrecovery = false # off\n"},
        ["terraform.tfvars: recovery = true # off"],
    ),
    "a file of values in JSON": (
        {"main.tf": VARIABLE % "true" + table("var.recovery"), "x.auto.tfvars.json": '{"other": 1, "recovery": false}'},
        ['x.auto.tfvars.json: {"other": 1, "recovery": true}'],
    ),
    "a module call": (
        {
            "modules/t/main.tf": VARIABLE % "true" + table("var.recovery"),
            "main.tf": CALL % ("./modules/t", "  recovery = false\n"),
        },
        ["main.tf: recovery = true"],
    ),
    "a default of a module": (
        {"modules/t/main.tf": VARIABLE % "false" + table("var.recovery"), "main.tf": CALL % ("./modules/t", "")},
        ["modules/t/main.tf: default = true"],
    ),
    "a variable through a module": (
        {
            "modules/t/main.tf": VARIABLE % "true" + table("var.recovery"),
            "main.tf": VARIABLE % "true" + CALL % ("./modules/t", "  recovery = var.recovery\n"),
            "terraform.tfvars": "recovery = false\n",
        },
        ["terraform.tfvars: recovery = true"],
    ),
    "an item of a for_each": (
        {
            "main.tf": "locals {\n  tables = {\n    a = { on = false, n = 1 }\n    b = { on = true, n = 2 }\n  }\n}\n"
            + table("each.value.on", "  for_each     = local.tables\n").replace('"x"\n  b', "each.key\n  b")
        },
        ["main.tf: a = { on = false, n = 1 }".replace("false", "true")],
    ),
    "an item of an object": (
        {"main.tf": 'variable "settings" {\n  default = { on = false }\n}\n' + table("var.settings.on")},
        ["main.tf: default = { on = true }"],
    ),
    "an item that the for_each of a module call lacks": (
        {
            "modules/t/main.tf": 'variable "settings" {\n  type = object({ on = optional(bool, false), n = string })\n}\n'
            + table("var.settings.on").replace('name         = "x"', "name         = var.settings.n"),
            "main.tf": 'locals {\n  tables = {\n    a = { n = "a-1" }\n  }\n}\n'
            + CALL % ("./modules/t", "  for_each = local.tables\n  settings = each.value\n"),
        },
        ['main.tf: a = { n = "a-1", on = true }'],
    ),
    "an output of another module": (
        {
            "modules/s/outputs.tf": 'output "on" {\n  value = local.on\n}\n',
            "modules/s/main.tf": "locals {\n  on = false\n}\n",
            "main.tf": (CALL % ("./modules/s", "")).replace('"t"', '"s"') + table("module.s.on"),
        },
        ["modules/s/main.tf: on = true"],
    ),
    "an expression": ({"main.tf": VARIABLE % '"dev"' + table('var.recovery == "prod"')}, ["main.tf: enabled = true"]),
    "the content of a dynamic block": (
        {
            "main.tf": table(
                more='\n  dynamic "point_in_time_recovery" {\n    for_each = [1]\n\n    content {\n      enabled = false\n    }\n  }\n'
            )
        },
        ["main.tf: enabled = true"],
    ),
    "an override file": (
        {"main.tf": table("true"), "override.tf": table("false").replace('  attribute {\n    name = "id"\n    type = "S"\n  }\n', "")},
        ["override.tf: enabled = true"],
    ),
}


@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS.keys())
def test_a_value_is_changed_where_it_comes_from(origin: tuple[dict[str, str], list[str]], here: Path) -> None:
    files, expected = origin
    write(here, files)
    found = fixes(".")
    assert (lines(found), reasons(found)) == (expected, [])


@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS.keys())
def test_after_the_edits_there_is_nothing_left_to_do(origin: tuple[dict[str, str], list[str]], here: Path) -> None:
    files, _ = origin
    write(here, files)
    for content in fixes(".").files:
        (here / content.file).write_bytes(content.after)
    assert [each for each in run((".",), Settings()).results if each.rule == RECOVERY and each.status is not Status.PASS] == []
    assert fixes(".") == Fixes()


def test_a_value_of_the_command_line_has_no_place(here: Path) -> None:
    write(here, {"main.tf": VARIABLE % "true" + table("var.recovery")})
    found = fixes(".", settings=Settings(given=(("recovery", "false"),)))
    assert reasons(found) == ["The value comes from elsewhere: var.recovery is set by --var. Change it there."]


@pytest.mark.usefixtures("on_every_rule")
def test_an_edit_of_a_shared_module_is_right_in_every_root_module(here: Path) -> None:
    """The module is used by a root module outside of the checked path, where the edit would make a table invalid."""
    stream = 'variable "stream" {\n  default = null\n}\n'
    shared = stream + table(more="\n  stream_enabled   = false\n  stream_view_type = var.stream\n", name="tab")
    write(
        here,
        {
            "modules/t/main.tf": shared,
            "live/a/main.tf": CALL % ("../../modules/t", '  stream = "KEYS_ONLY"\n'),
            "live/b/main.tf": CALL % ("../../modules/t", ""),
        },
    )
    found = fixes("live/a", rule="invalid-table", unsafe=True)
    assert lines(found) == []
    assert reasons(found) == [
        "With the edit, invalid-table would fail on module.t.aws_dynamodb_table.tab in live/b: "
        "Stream is on without a view type: "
        'stream_view_type is not set; expected "NEW_AND_OLD_IMAGES" or "NEW_IMAGE" or "OLD_IMAGE" or "KEYS_ONLY".'
    ]


def test_root_modules_that_want_different_values_get_no_edit(here: Path) -> None:
    contract = "table: {0}\nmatch: {{name: '{0}-*'}}\ntime_to_live: {{attribute: {0}_at}}\n"
    write(
        here,
        {
            "modules/t/main.tf": 'variable "name" {}\n' + table(more="").replace('"x"\n  b', "var.name\n  b"),
            "live/a/main.tf": CALL % ("../../modules/t", '  name = "a-1"\n'),
            "live/b/main.tf": CALL % ("../../modules/t", '  name = "b-1"\n'),
            "a.yaml": contract.format("a"),
            "b.yaml": contract.format("b"),
        },
    )
    found = fixes("live", rule="missing-ttl", settings=Settings(policies=("a.yaml", "b.yaml")))
    assert reasons(found) == ["Two root modules want different values at this place."] * 2


def test_a_finding_of_several_root_modules_is_one_offer(here: Path) -> None:
    write(
        here,
        {"modules/t/main.tf": table("false")} | {f"live/{name}/main.tf": CALL % ("../../modules/t", "") for name in ("a", "b", "c")},
    )
    found = fixes("live")
    assert [len(offer.results) for offer in found.offers] == [3]
    assert lines(found) == ["modules/t/main.tf: enabled = true"]


def test_an_unsafe_edit_is_held_back(here: Path) -> None:
    write(here, {"main.tf": table(more='  billing_mode = "PROVISIONED"\n').replace('  billing_mode = "PAY_PER_REQUEST"\n', "")})
    found = fixes(".", rule="capacity-mismatch")
    assert (lines(found), [result.attribute for result in found.held_back]) == ([], ["read_capacity", "write_capacity"])
    assert lines(fixes(".", rule="capacity-mismatch", unsafe=True)) == ["main.tf: read_capacity  = 5", "main.tf: write_capacity = 5"]


def test_a_link_and_an_installed_module_are_not_changed(here: Path) -> None:
    manifest = {"Modules": [{"Key": "", "Source": "", "Dir": "."}, {"Key": "t", "Source": "example/t/aws", "Dir": ".terraform/modules/t"}]}
    write(
        here,
        {
            "main.tf": CALL % ("example/t/aws", ""),
            ".terraform/modules/modules.json": json.dumps(manifest),
            ".terraform/modules/t/main.tf": table("false"),
            "real/table.tf.txt": table("false", name="linked"),
        },
    )
    (here / "table.tf").symlink_to("real/table.tf.txt")
    assert sorted(reasons(fixes("."))) == [
        ".terraform/modules/t/main.tf belongs to an installed module. Correct the source of that module.",
        "table.tf is a link. Correct the file that it leads to.",
    ]


def test_a_module_outside_of_the_repository_is_not_changed(here: Path) -> None:
    write(here.parent, {f"{here.name}-other/main.tf": table("false")})
    write(here, {"main.tf": CALL % (f"../{here.name}-other", "")})
    assert reasons(fixes(".")) == [f"../{here.name}-other/main.tf is outside of the repository or directory that is checked."]


def test_an_edit_uncovers_the_same_in_a_root_module_outside_of_the_path(here: Path) -> None:
    write(
        here,
        {"modules/t/main.tf": table("true")} | {f"live/{name}/main.tf": CALL % ("../../modules/t", "") for name in ("a", "b")},
    )
    assert lines(fixes("live/a", rule="unencrypted-table")) == [
        "modules/t/main.tf: server_side_encryption {",
        "modules/t/main.tf: enabled = true",
    ]


def test_an_edit_may_uncover_a_less_severe_finding(here: Path) -> None:
    """A table that is not encrypted has no finding about its key."""
    write(here, {"main.tf": table("true")})
    assert lines(fixes(".", rule="unencrypted-table")) == ["main.tf: server_side_encryption {", "main.tf: enabled = true"]


def test_what_an_edit_needs_comes_with_it(here: Path) -> None:
    """An index needs the attributes of its keys."""
    write(here, {"main.tf": table("true", name="products").replace('"products"\n  b', '"dev-products"\n  b').replace('"S"', '"N"')})
    assert lines(fixes(".", rule="missing-index", unsafe=True)) == [
        "main.tf: attribute {",
        'main.tf: name = "category"',
        'main.tf: type = "S"',
        "main.tf: attribute {",
        'main.tf: name = "created_at"',
        'main.tf: type = "S"',
        "main.tf: global_secondary_index {",
        'main.tf: name            = "CategoryIndex"',
        'main.tf: hash_key        = "category"',
        'main.tf: range_key       = "created_at"',
        'main.tf: projection_type = "ALL"',
    ]


ALARM = """
resource "aws_cloudwatch_metric_alarm" "%s" {
  alarm_name          = "%s"
  namespace           = "AWS/DynamoDB"
  metric_name         = "%sThrottleEvents"
  statistic           = "%s"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}
"""
WATCHED = 'variable "alarm_actions" {\n  default = ["arn:aws:sns:us-east-1:123456789012:alarms"]\n}\n' + table(
    "true", name="products"
).replace('"products"\n  b', '"dev-products"\n  b')


def test_the_nearest_alarm_is_corrected_before_another_is_added(here: Path) -> None:
    write(
        here,
        {"main.tf": WATCHED, "alarms.tf": ALARM % ("reads", "reads", "Read", "Average") + ALARM % ("writes", "writes", "Write", "Sum")},
    )
    found = fixes(".", rule="no-throttle-alarm", unsafe=True)
    assert (lines(found), reasons(found)) == (['alarms.tf: statistic           = "Sum"'], [])


def test_one_alarm_is_not_made_two_alarms(here: Path) -> None:
    """The same alarm is the nearest one for both metrics."""
    write(here, {"main.tf": WATCHED, "alarms.tf": ALARM % ("events", "events", "Read", "Maximum")})
    found = fixes(".", rule="no-throttle-alarm", unsafe=True)
    assert reasons(found) == []
    assert len(found.offers) == 2
    assert [line for line in lines(found) if "metric_name" in line or "statistic" in line or "resource" in line] == [
        'alarms.tf: statistic           = "Sum"',
        'main.tf: resource "aws_cloudwatch_metric_alarm" "products_write_throttle" {',
        'main.tf: metric_name         = "WriteThrottleEvents"',
        'main.tf: statistic           = "Sum"',
    ]


def test_an_edit_refers_only_to_what_exists(here: Path) -> None:
    write(here, {"main.tf": table("true", more="\n  server_side_encryption {\n    enabled = true\n  }\n")})
    found = fixes(".", rule="aws-managed-key", unsafe=True)
    assert reasons(found) == ["The fix refers to aws_kms_key.dynamodb, which the module does not have."]


def test_a_default_that_others_need_is_replaced_in_the_call(here: Path) -> None:
    """The default of the module is part of its interface, so the call sets the variable."""
    interface = VARIABLE % "false" + 'variable "stream" {\n  default = null\n}\n'
    shared = interface + table("var.recovery") + 'output "x" {\n  value = var.recovery ? null : 1\n}\n'
    check = '  precondition {\n    condition     = var.recovery == false || var.stream != null\n    error_message = "No."\n  }\n'
    shared = shared.replace("  value = var", check + "  value = var")
    write(
        here,
        {
            "modules/t/main.tf": shared,
            "live/a/main.tf": CALL % ("../../modules/t", '  stream = "x"\n'),
            "live/b/main.tf": CALL % ("../../modules/t", "  recovery = false\n"),
        },
    )
    assert lines(fixes("live/a")) == ["modules/t/main.tf: default = true"]
    write(here, {"live/c/main.tf": CALL % ("../../modules/t", "")})
    assert lines(fixes("live/a")) == [
        'live/a/main.tf: source   = "../../modules/t"',
        'live/a/main.tf: stream   = "x"',
        "live/a/main.tf: recovery = true",
    ]


def test_what_an_edit_uncovers_is_corrected_at_once(here: Path) -> None:
    """The second run has nothing to do."""
    arguments = '    name            = "CategoryIndex"\n    hash_key        = "id"\n    projection_type = "ALL"\n'
    index = f"\n  global_secondary_index {{\n{arguments}  }}\n"
    write(here, {"main.tf": WATCHED.replace("\n  attribute", index + "\n  attribute")})
    for content in verified_edits(run((".",), DEFAULT), (".",), DEFAULT, unsafe=True).files:
        (here / content.file).write_bytes(content.after)
    assert verified_edits(run((".",), DEFAULT), (".",), DEFAULT, unsafe=True).files == ()


def test_an_edit_that_cannot_be_verified_is_not_offered(here: Path) -> None:
    write(
        here,
        {
            "modules/t/main.tf": table("false"),
            "live/a/main.tf": CALL % ("../../modules/t", ""),
            "live/b/main.tf": CALL % ("../../modules/t", "") + table("true", name="wrong", more="  unknown      = 1\n"),
        },
    )
    assert reasons(fixes("live/a")) == [
        "live/b is invalid, so dyncheck cannot verify the edit there: "
        'live/b/main.tf:8:3: Unsupported argument "unknown" in aws_dynamodb_table. Remove it.'
    ]


def test_an_edit_that_switches_another_protection_off_switches_it_on_as_well(here: Path) -> None:
    """The other finding is less severe, but it was not there before."""
    opposite = "\n  deletion_protection_enabled = !var.recovery\n"
    write(here, {"main.tf": VARIABLE % "false" + table("var.recovery", more=opposite)})
    assert lines(fixes(".")) == ["main.tf: default = true", "main.tf: deletion_protection_enabled = true"]
