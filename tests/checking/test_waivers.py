"""Waivers in comments for other tools, in their spellings and places, and which waivers are called unused."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.checking.waivers import Decision
from dyncheck.findings import Status, Waiver
from tests.readers.hcl.configuration.test_modules import call, inside, write

RECOVERY, KEY = "no-point-in-time-recovery", "aws-managed-key"
T = "aws_dynamodb_table.t"
BODY = """\
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  server_side_encryption {
    enabled = true
  }
"""
END = "}\n"
PROTECTED = "  point_in_time_recovery {\n    enabled = true\n  }\n"


def table(name: str = "t", *lines: str) -> str:
    return f'resource "aws_dynamodb_table" "{name}" {{\n' + "".join(f"  {line}\n" for line in lines) + BODY + "}\n"


def checked(
    directory: Path,
    files: dict[str, str],
    *rules: str,
    workspace: str | None = None,
    decisions: tuple[Decision, ...] = (),
    ignore: tuple[str, ...] = (),
) -> tuple[set[tuple[str, str]], list[str]]:
    """The rules and addresses of what is waived, with the notices."""
    write(directory, files)
    with inside(directory):
        report = run(["."], Settings(select=rules, ignore=ignore, workspace=workspace, decisions=decisions))
    assert report.errors == ()
    waived = {(result.rule, result.address) for result in report.results if result.status is Status.WAIVED}
    return waived, [*(notice for each in report.inputs for notice in each.notices), *report.notices]


def waived_by(directory: Path, above: str, *, workspace: str | None = None) -> set[str]:
    """The rules whose findings on a table without recovery and with an AWS managed key are waived by comments above it."""
    waived, notices = checked(directory, {"main.tf": above + table()}, RECOVERY, KEY, "unencrypted-table", workspace=workspace)
    assert [notice for notice in notices if "terraform.workspace" not in notice] == []
    return {rule for rule, _ in waived}


GOOD = table().removesuffix(END) + PROTECTED + END


# Every spelling of the checks of trivy and tfsec.
# Sources: https://github.com/aquasecurity/trivy-checks/tree/main/checks/cloud/aws/dynamodb,
# https://github.com/aquasecurity/tfsec/blob/master/internal/pkg/legacy/map.go

SPELLINGS = {
    "AVD-AWS-0024": RECOVERY,
    "AWS-0024": RECOVERY,
    "avd-aws-0024": RECOVERY,
    "aws-0024": RECOVERY,
    "aws-dynamodb-enable-recovery": RECOVERY,
    "enable-recovery": RECOVERY,
    "AVD-AWS-0025": KEY,
    "AWS-0025": KEY,
    "Avd-Aws-0025": KEY,
    "aws-dynamodb-table-customer-key": KEY,
    "table-customer-key": KEY,
    # Clusters of DAX.
    "AVD-AWS-0023": None,
    "AWS-0023": None,
    "aws-dynamodb-enable-at-rest-encryption": None,
    "enable-at-rest-encryption": None,
    # What is no check of a table.
    "AVD-AWS-0240": None,
    "AWS-002": None,
    "AWS-0024.": None,
    "AWS-0024,AWS-0025": None,
    "x-AWS-0024": None,
}


@pytest.mark.parametrize("tool", ["trivy", "tfsec"])
@pytest.mark.parametrize(("name", "rule"), SPELLINGS.items(), ids=SPELLINGS)
def test_check_of_trivy_counts_for_the_rule_that_finds_the_same(tool: str, name: str, rule: str | None, tmp_path: Path) -> None:
    assert waived_by(tmp_path, f"#{tool}:ignore:{name}\n") == ({rule} if rule else set())


LINES: dict[str, tuple[str, set[str]]] = {
    "a number of tfsec": ("#tfsec:ignore:AWS086\n", {RECOVERY}),
    "another number of tfsec": ("#tfsec:ignore:AWS092\n", {KEY}),
    "the number of tfsec for clusters of DAX": ("#tfsec:ignore:AWS081\n", set()),
    "a number of tfsec for trivy, which does not know it": ("#trivy:ignore:AWS086\n", set()),
    "everything": ("#trivy:ignore:*\n", {RECOVERY, KEY}),
    "a pattern": ("#trivy:ignore:aws-dynamodb-*\n", {RECOVERY, KEY}),
    "a pattern for one": ("#trivy:ignore:*recovery\n", {RECOVERY}),
    "a pattern for others": ("#trivy:ignore:aws-s3-*\n", set()),
    "two in a line": ("#trivy:ignore:AWS-0024 trivy:ignore:AWS-0025\n", {RECOVERY, KEY}),
    "two in a line with signs": ("# tfsec:ignore:AWS086 #tfsec:ignore:AWS092\n", {RECOVERY, KEY}),
    "two lines": ("#trivy:ignore:AWS-0024\n#trivy:ignore:AWS-0025\n", {RECOVERY, KEY}),
    "a reason before": ("# Rebuilt every night. trivy:ignore:AWS-0024\n", {RECOVERY}),
    "a reason after": ("# trivy:ignore:AWS-0024 rebuilt every night\n", {RECOVERY}),
    "slashes": ("//trivy:ignore:AWS-0024\n", {RECOVERY}),
    "stars": ("/* trivy:ignore:AWS-0024 */\n", {RECOVERY}),
    "in a word": ("# not-trivy:ignore:AWS-0024\n", set()),
    "a blank line between": ("#trivy:ignore:AWS-0024\n\n", set()),
    "another comment between": ("#trivy:ignore:AWS-0024\n# The orders.\n", set()),
    "after other code": ("locals {\n  a = 1 #trivy:ignore:AWS-0024\n}\n", set()),
    "not expired": ("#trivy:ignore:AWS-0024:exp:2999-01-01\n", {RECOVERY}),
    "no day": ("#trivy:ignore:AWS-0024:exp:soon\n", set()),
    "a day that does not exist": ("#trivy:ignore:AWS-0024:exp:2999-02-30\n", set()),
    "parameters": ("#trivy:ignore:AWS-0024[name=orders]\n", set()),
    "unknown sections": ("#trivy:ignore:AWS-0024:because:night\n", {RECOVERY}),
    "without a check": ("#trivy:ignore:\n", set()),
    "another workspace": ("#tfsec:ignore:AWS086:ws:prod\n", set()),
    "this workspace": ("#tfsec:ignore:AWS086:ws:default\n", {RECOVERY}),
    "a pattern for this workspace": ("#trivy:ignore:AWS-0024:exp:2999-01-01:ws:def*\n", {RECOVERY}),
    "this workspace in capitals": ("#trivy:ignore:AWS-0024:ws:DEFAULT\n", set()),
}


@pytest.mark.parametrize(("above", "rules"), LINES.values(), ids=LINES)
def test_comment_of_trivy_counts_as_trivy_reads_it(above: str, rules: set[str], tmp_path: Path) -> None:
    assert waived_by(tmp_path, above) == rules


def test_workspace_of_a_comment_is_the_one_of_the_run(tmp_path: Path) -> None:
    waived, notices = checked(tmp_path, {"main.tf": "#trivy:ignore:AWS-0024:ws:prod\n" + table()}, RECOVERY, workspace="prod")
    assert waived == {(RECOVERY, T)}
    assert notices == ['terraform.workspace is assumed to be "prod", because --workspace names it.']


def test_expired_comment_of_trivy_has_a_notice(tmp_path: Path) -> None:
    # The day itself is not covered, so the last day is the one before.
    ended = "the waiver of no-point-in-time-recovery expired on 2024-02-29, so it waives nothing. Fix the finding or renew the waiver."
    found = checked(tmp_path, {"main.tf": "#trivy:ignore:AWS-0024:exp:2024-03-01\n" + table()}, RECOVERY)
    assert found == (set(), [f"main.tf:1: {ended}"])


PLACES = {
    "above the block of the setting": ("  # trivy:ignore:AWS-0024\n  point_in_time_recovery {\n    enabled = false\n  }\n", {RECOVERY}),
    "beside the argument": ("  point_in_time_recovery {\n    enabled = false # trivy:ignore:AWS-0024\n  }\n", {RECOVERY}),
    "above the argument": ("  point_in_time_recovery {\n    # trivy:ignore:AWS-0024\n    enabled = false\n  }\n", {RECOVERY}),
    "above a line and beside it": (
        "  point_in_time_recovery {\n    # trivy:ignore:AWS-0024\n    enabled = false # trivy:ignore:AWS-0025\n  }\n",
        {RECOVERY},
    ),
    "above another argument": ("  # trivy:ignore:AWS-0024\n  stream_enabled = false\n", set()),
    "at the end of the resource": ("  # trivy:ignore:AWS-0024\n", set()),
}


@pytest.mark.parametrize(("inside_of_table", "rules"), PLACES.values(), ids=PLACES)
def test_comment_of_trivy_counts_where_the_finding_starts(inside_of_table: str, rules: set[str], tmp_path: Path) -> None:
    text = table().removesuffix("}\n") + inside_of_table + "}\n"
    assert checked(tmp_path, {"main.tf": text}, RECOVERY) == ({(rule, T) for rule in rules}, [])


def test_comment_of_trivy_above_a_call_counts_for_its_resources(tmp_path: Path) -> None:
    files = {"main.tf": "#trivy:ignore:AWS-0024\n" + call("m", "./m"), "m/main.tf": table()}
    assert checked(tmp_path, files, RECOVERY) == ({(RECOVERY, f"module.m.{T}")}, [])


# checkov heeds what is between the first and the last line of a block. Recorded from checkov 3.2.

OF_CHECKOV = {
    "inside": ("", "# checkov:skip=CKV_AWS_28:rebuilt", True),
    "beside an argument": ("", "read_capacity = 1 # checkov:skip=CKV_AWS_28:rebuilt", True),
    "in stars": ("", "/* checkov:skip=CKV_AWS_28:rebuilt */", True),
    "without a reason": ("", "# checkov:skip=CKV_AWS_28", True),
    "of several": ("", "# checkov:skip=CKV_AWS_119,CKV_AWS_28:rebuilt", True),
    "above": ("# checkov:skip=CKV_AWS_28:rebuilt\n", "", False),
    "a space after the comma": ("", "# checkov:skip=CKV_AWS_119, CKV_AWS_28:rebuilt", False),
    "in lower case": ("", "# checkov:skip=ckv_aws_28:rebuilt", False),
    # About `aws_dynamodb_global_table`.
    "of global tables": ("", "# checkov:skip=CKV_AWS_165:rebuilt", False),
}


@pytest.mark.parametrize(("above", "line", "waives"), OF_CHECKOV.values(), ids=OF_CHECKOV)
def test_comment_of_checkov_counts_as_checkov_reads_it(above: str, line: str, waives: bool, tmp_path: Path) -> None:
    assert checked(tmp_path, {"main.tf": above + table("t", line)}, RECOVERY) == ({(RECOVERY, T)} if waives else set(), [])


def test_comment_of_checkov_on_the_first_line_does_not_count(tmp_path: Path) -> None:
    text = table().replace("{\n", "{ # checkov:skip=CKV_AWS_28:rebuilt\n", 1)
    assert checked(tmp_path, {"main.tf": text}, RECOVERY) == (set(), [])


# Comments of other tools are theirs.

FOREIGN = (
    "checkov:skip=CKV_AWS_28:rebuilt",
    "checkov:skip=CKV_AWS_119:the owner accepts the key of AWS",
    "checkov:skip=CKV2_AWS_16",
    "checkov:skip=CKV_AWS_999,CKV_GCP_1",
    "bridgecrew:skip=CKV_AWS_28",
    "cortex:skip=CKV_AWS_28",
    "checkov:skip=DYN_NO_POINT_IN_TIME_RECOVERY:rebuilt",
    "tfsec:ignore:aws-dynamodb-table-customer-key",
    "tfsec:ignore:*",
    "trivy:ignore:AVD-AWS-0024",
    "trivy:ignore:AVD-AWS-0024:exp:2020-01-01",
    "trivy:ignore:AVD-AWS-0024[name=x]",
    "tflint-ignore: aws_dynamodb_table_invalid_stream_view_type",
    "kics-scan ignore-block",
    "ts:skip=AC_AWS_0041",
    "regula:ignore",
    "snyk:ignore",
    "nosec",
)


@pytest.mark.parametrize("text", FOREIGN)
def test_comment_of_another_tool_is_never_called_unused(text: str, tmp_path: Path) -> None:
    line = f"# {text}"
    text = "".join(
        (
            f"{line}\nlocals {{\n  {line}\n  a = 1\n}}\n",
            f"{line}\n{table('t', line).removesuffix(END)}{PROTECTED}{END}",
            f"{line}\n{table('none', line, 'count = 0')}",
            f'{line}\nresource "aws_dax_cluster" "d" {{\n  {line}\n}}\n',
        )
    )
    assert checked(tmp_path, {"main.tf": text}, RECOVERY) == (set(), [])


REPORTED = f"""\
variable "dev" {{ default = false }}
#tfsec:ignore:aws-dynamodb-table-customer-key
{table("t", "count = var.dev ? 1 : 0")}
{table("u", "#checkov:skip=CKV_AWS_119:owner accepts the AWS owned key").replace("enabled = true", "enabled = false")}
"""


def test_reported_comments_have_no_notice(tmp_path: Path) -> None:
    assert checked(tmp_path, {"main.tf": REPORTED}, RECOVERY, KEY, "unencrypted-table") == (set(), [])


# Waivers for dyncheck are unused only where that is certain.

OURS = f"# dyncheck: ignore[{RECOVERY}] rebuilt every night\n"
UNUSED = [f"main.tf:1: the waiver of {RECOVERY} waives nothing. Remove it."]
UNKNOWN = table().removesuffix("}\n") + "  point_in_time_recovery {\n    enabled = var.a\n  }\n}\n"
VARIABLE = 'variable "a" {\n  type = bool\n}\n'
UNSET = "a has no value, so what depends on it is unknown. Set it with --var or --var-file."

IDLE: dict[str, tuple[dict[str, str], list[str]]] = {
    "on a table that passes": ({"main.tf": OURS + GOOD}, UNUSED),
    "on a table where another argument fails": (
        {"main.tf": "\n" + table().replace("  billing", f"  {OURS}  billing")},
        [UNUSED[0].replace(":1:", ":4:")],
    ),
    "on a table without an instance": ({"main.tf": OURS + GOOD.replace("{\n", "{\n  count = 0\n", 1) + table("u")}, []),
    "on a table with an empty for_each": ({"main.tf": OURS + GOOD.replace("{\n", "{\n  for_each = {}\n", 1) + table("u")}, []),
    "on a table with two instances that pass": ({"main.tf": OURS + GOOD.replace("{\n", "{\n  count = 2\n", 1)}, UNUSED),
    "on a table without a verdict, at another place": (
        {"main.tf": "\n" + UNKNOWN.replace("  billing", f"  {OURS}  billing") + VARIABLE},
        [UNSET],
    ),
    "on a resource that is not read": ({"main.tf": OURS + 'resource "aws_dax_cluster" "d" {\n}\n' + table("u")}, []),
    "on a block that is no resource": ({"main.tf": OURS + "locals {\n  a = 1\n}\n" + table("u")}, []),
    "on a call of a table that passes": ({"main.tf": OURS + call("m", "./m"), "m/main.tf": GOOD}, UNUSED),
    "on a call without an instance": ({"main.tf": OURS + call("m", "./m", "count = 0") + table("u"), "m/main.tf": GOOD}, []),
    "on a call of a table without an instance": (
        {"main.tf": OURS + call("m", "./m"), "m/main.tf": GOOD + table("none", "count = 0")},
        [],
    ),
    "on a call of a module without tables": ({"main.tf": OURS + call("m", "./m") + table("u"), "m/main.tf": "locals {}\n"}, []),
    "of a rule on changes, which files do not show": (
        {"main.tf": OURS.replace(RECOVERY, "table-replacement") + GOOD},
        [],
    ),
    "of a rule that was not run": ({"main.tf": OURS.replace(RECOVERY, "unencrypted-table") + GOOD}, []),
    "of two rules, one of which was not run": ({"main.tf": OURS.replace(RECOVERY, f"{RECOVERY}, unencrypted-table") + GOOD}, []),
    # It demands nothing of a table whose encryption is off.
    "of a rule that does not apply": ({"main.tf": OURS.replace(RECOVERY, KEY) + GOOD.replace("enabled = true", "enabled = false", 1)}, []),
}


@pytest.mark.parametrize(("files", "notices"), IDLE.values(), ids=IDLE)
def test_comment_is_called_unused_only_where_its_rules_have_a_verdict(files: dict[str, str], notices: list[str], tmp_path: Path) -> None:
    assert checked(tmp_path, files, RECOVERY, "table-replacement", KEY) == (set(), notices)


def test_comment_is_judged_by_the_contracts_that_demand_its_rule(tmp_path: Path) -> None:
    # The reference contracts hold for the table, and demand nothing of its billing mode.
    text = table("products", 'billing_mode = "PAY_PER_REQUEST"')
    text = "# dyncheck: ignore[invalid-billing-mode] it will be provisioned\n" + table("products")
    notices = ["main.tf:1: the waiver of invalid-billing-mode waives nothing. Remove it."]
    assert checked(tmp_path, {"main.tf": text}) == (set(), notices)


def test_waiver_in_a_module_is_not_unused_where_another_root_module_needs_it(tmp_path: Path) -> None:
    module = 'variable "on" {\n  type = bool\n}\n' + OURS + GOOD.replace("enabled = true\n  }\n}", "enabled = var.on\n  }\n}")
    files = {f"{name}/main.tf": call("m", "../m", f"on = {value}") for name, value in (("dev", "false"), ("prod", "true"))}
    found = checked(tmp_path, {**files, "m/main.tf": module}, RECOVERY)
    assert found == ({(RECOVERY, f"module.m.{T}")}, [])


def test_waiver_in_a_module_that_no_root_module_needs_has_a_notice_in_each(tmp_path: Path) -> None:
    files = {f"{name}/main.tf": call("m", "../m") for name in ("dev", "prod")}
    notice = f"m/main.tf:1: the waiver of {RECOVERY} waives nothing. Remove it."
    assert checked(tmp_path, {**files, "m/main.tf": OURS + GOOD}, RECOVERY) == (set(), [notice, notice])


BY_ADDRESS: dict[str, tuple[str, str, bool]] = {
    "a table that passes": (T, GOOD, True),
    "a table that does not exist": ("aws_dynamodb_table.gone", GOOD, True),
    "a table without an instance": ("aws_dynamodb_table.none", GOOD + table("none", "count = 0"), False),
    "an instance that is not there": ('aws_dynamodb_table.none["a"]', GOOD + table("none", "for_each = {}"), False),
    "instances of a table without one": ("aws_dynamodb_table.none[*]", GOOD + table("none", "for_each = {}"), False),
    "a pattern for a table without an instance": ("*.none", GOOD + table("none", "count = 0"), False),
    "a resource that is not read": ("aws_dax_cluster.d", GOOD + 'resource "aws_dax_cluster" "d" {\n}\n', False),
    "a table in a call without an instance": (f"module.m[0].{T}", GOOD + call("m", "./m", "count = 0"), False),
    "a pattern for a table in a call without an instance": ("module.*.aws_dynamodb_table.*", GOOD + call("m", "./m", "count = 0"), False),
    "another table beside a call without an instance": ("aws_dynamodb_table.gone", GOOD + call("m", "./m", "count = 0"), True),
    "a table in a call that does not exist": (f"module.gone.{T}", GOOD + call("m", "./m", "count = 0"), True),
}


@pytest.mark.parametrize(("address", "text", "unused"), BY_ADDRESS.values(), ids=BY_ADDRESS)
def test_waiver_by_address_is_called_unused_only_where_that_is_certain(address: str, text: str, unused: bool, tmp_path: Path) -> None:
    decision = Decision(frozenset({RECOVERY}), Waiver("rebuilt", ".dyncheck.yaml:2"), addresses=address)
    files = {"main.tf": text, "m/main.tf": GOOD}
    notices = [f".dyncheck.yaml:2: the waiver of {RECOVERY} waives nothing. Remove it."] if unused else []
    assert checked(tmp_path, files, RECOVERY, decisions=(decision,)) == (set(), notices)


def test_waiver_by_address_of_a_rule_on_contracts_is_open_where_the_contract_is_unknown(tmp_path: Path) -> None:
    decision = Decision(frozenset({"missing-ttl"}), Waiver("none needed", ".dyncheck.yaml:2"), addresses=T)
    text = GOOD.replace('"orders"', "var.a") + VARIABLE.replace("bool", "string")
    assert checked(tmp_path, {"main.tf": text}, "missing-ttl", "wrong-table-name", decisions=(decision,)) == (set(), [UNSET])


def test_waiver_by_address_of_a_rule_on_changes_is_not_unused_without_a_plan(tmp_path: Path) -> None:
    decision = Decision(frozenset({"table-replacement"}), Waiver("planned", ".dyncheck.yaml:2"), addresses=T)
    assert checked(tmp_path, {"main.tf": GOOD}, decisions=(decision,), ignore=("missing-table",)) == (set(), [])
