"""Plans read with their Terraform files: the line of each finding, the source of its value, waivers in comments, and a baseline."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dyncheck
from tests.support.paths import SOURCES

RULE = "no-point-in-time-recovery"
ORDERS, RETURNS = (f'module.table["{key}"].aws_dynamodb_table.this' for key in ("orders", "returns"))
HERE = {"file": "modules/table/main.tf", "line": 24, "end_line": 24, "column": 5}
WAY = [
    {"file": "main.tf", "line": 34, "message": "var.recovery is set here"},
    {"file": "main.tf", "line": 30, "message": "for_each is set here"},
    {"file": "main.tf", "line": 22, "message": "local.tables is defined here"},
    {"file": "prod.tfvars", "line": 2, "message": "var.recovery is set here"},
]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A directory with a configuration and its plan."""
    return Path(shutil.copytree(SOURCES, tmp_path / "sources", ignore=shutil.ignore_patterns(".terraform*")))


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that occurs exactly once in a file."""
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def report(dyncheck: Dyncheck, *arguments: str | Path, cwd: Path) -> dict[str, Any]:
    """The JSON report on point-in-time recovery."""
    found: dict[str, Any] = json.loads(dyncheck("--format", "json", "--select", RULE, *arguments, cwd=cwd).stdout)
    return found


def rows(found: dict[str, Any]) -> list[tuple[str, str, dict[str, Any] | None, list[dict[str, Any]]]]:
    """The address, status, location and related places of each result."""
    return [(row["address"], row["status"], row["location"], row["related"]) for row in found["results"]]


def test_plan_beside_its_sources_has_lines(dyncheck: Dyncheck, sources: Path) -> None:
    found = rows(report(dyncheck, "plan.json", cwd=sources))
    block = {"file": "modules/table/main.tf", "line": 13, "end_line": 13, "column": 1}
    assert found == [(ORDERS, "fail", HERE, WAY), (RETURNS, "pass", block, [])]


def test_plan_elsewhere_has_lines_from_the_working_directory(dyncheck: Dyncheck, sources: Path) -> None:
    (sources / "plan.json").rename(sources.parent / "plan.json")
    assert rows(report(dyncheck, "../plan.json", cwd=sources))[0] == (ORDERS, "fail", HERE, WAY)


def test_plan_with_source_option_has_lines(dyncheck: Dyncheck, sources: Path) -> None:
    (sources / "plan.json").rename(sources.parent / "plan.json")
    found = rows(report(dyncheck, "plan.json", "--source", "sources", cwd=sources.parent))
    assert found[0][2:] == (
        HERE | {"file": "sources/modules/table/main.tf"},
        [place | {"file": f"sources/{place['file']}"} for place in WAY],
    )


def test_plan_without_sources_has_no_lines(dyncheck: Dyncheck, sources: Path) -> None:
    (sources / "plan.json").rename(sources.parent / "plan.json")
    assert [row[2:] for row in rows(report(dyncheck, "plan.json", cwd=sources.parent))] == [(None, []), (None, [])]


GONE = "module.table.aws_dynamodb_table.this does not exist"

STALE = {
    "a resource with another name": ("modules/table/main.tf", '"aws_dynamodb_table" "this"', '"aws_dynamodb_table" "other"', GONE),
    "a constant with another value": (
        "modules/table/main.tf",
        '"PAY_PER_REQUEST"',
        '"PROVISIONED"',
        "billing_mode of module.table.aws_dynamodb_table.this differs",
    ),
    "a call with another name": ("main.tf", 'module "table"', 'module "tables"', GONE),
}


@pytest.mark.parametrize(("file", "old", "new", "difference"), STALE.values(), ids=list(STALE))
def test_sources_that_differ_from_the_plan_give_no_lines(
    file: str, old: str, new: str, difference: str, dyncheck: Dyncheck, sources: Path
) -> None:
    edit(sources / file, old, new)
    unnamed = report(dyncheck, "plan.json", cwd=sources)
    assert ([row[2] for row in rows(unnamed)], unnamed["inputs"][0].get("notices")) == ([None, None], None)
    named = report(dyncheck, "plan.json", "--source", ".", cwd=sources)
    (notice,) = named["inputs"][0]["notices"]
    assert [row[2] for row in rows(named)] == [None, None]
    assert notice == (
        f"The report has no lines, because the sources in . are not those of plan.json: {difference}. "
        "Check out the sources of the plan, or plan again."
    )


def test_notice_when_sources_cannot_be_read(dyncheck: Dyncheck, sources: Path) -> None:
    (sources / "broken.tf").write_text("locals {\n")
    (notice,) = report(dyncheck, "plan.json", "--source", ".", cwd=sources)["inputs"][0]["notices"]
    assert notice.startswith("The report has no lines, because the sources cannot be read: broken.tf:1:8: Unclosed configuration block.")


COMMENT = f"# dyncheck: ignore[{RULE}] rebuilt every night owner=data until=2999-12-31"
WAIVING = {
    "on the line of the argument": ("modules/table/main.tf", "enabled = var.recovery", f"enabled = var.recovery {COMMENT}"),
    "above the argument": ("modules/table/main.tf", "    enabled =", f"    {COMMENT}\n    enabled ="),
    "on the header of the block": ("modules/table/main.tf", "recovery {", f"recovery {{ {COMMENT}"),
    "above the resource": ("modules/table/main.tf", "resource ", f"{COMMENT}\n\nresource "),
    "above the call": ("main.tf", 'module "table"', f'/* dyncheck: ignore[{RULE}, no-such] rebuilt */\nmodule "table"'),
    "checkov comment": ("modules/table/main.tf", "  attribute {", "  # checkov:skip=CKV_AWS_28:rebuilt\n  attribute {"),
    "checkov comment in a call": ("main.tf", "  source", "  # checkov:skip=CKV_AWS_28:rebuilt\n  source"),
    "checkov comment with the check id of dyncheck": (
        "modules/table/main.tf",
        "  attribute {",
        "  # checkov:skip=DYN_NO_POINT_IN_TIME_RECOVERY:rebuilt\n  attribute {",
    ),
    "bridgecrew comment with several checks": (
        "modules/table/main.tf",
        "  attribute {",
        "  # bridgecrew:skip= CKV_AWS_1,CKV_AWS_28:rebuilt\n  attribute {",
    ),
    "trivy comment": ("modules/table/main.tf", "resource ", "#trivy:ignore:AVD-AWS-0024\nresource "),
    "tfsec comment": ("modules/table/main.tf", "resource ", "#tfsec:ignore:aws-dynamodb-enable-recovery\nresource "),
}


@pytest.mark.parametrize("path", ["plan.json", "."])
@pytest.mark.parametrize(("file", "old", "new"), WAIVING.values(), ids=list(WAIVING))
def test_comment_waives_a_finding(file: str, old: str, new: str, path: str, dyncheck: Dyncheck, sources: Path) -> None:
    edit(sources / file, old, new)
    options = [] if path == "plan.json" else ["--var-file", "prod.tfvars"]
    assert [row[:2] for row in rows(report(dyncheck, path, *options, cwd=sources))] == [(ORDERS, "waived"), (RETURNS, "pass")]
    assert dyncheck("--select", RULE, path, *options, cwd=sources).returncode == 0


NOT_WAIVING = {
    "a check that does not exist": (
        "# checkov:skip=DYN_NO_POINT_IN_TIME:rebuilt",
        [
            "modules/table/main.tf:13: the comment skips the check DYN_NO_POINT_IN_TIME, which does not exist. "
            "Did you mean 'DYN_NO_POINT_IN_TIME_RECOVERY'?"
        ],
    ),
    "another rule": (
        "# dyncheck: ignore[missing-ttl] none needed",
        [],
    ),
    "a rule that does not exist": (
        f"# dyncheck: ignore[{RULE}s] rebuilt",
        [f"modules/table/main.tf:13: the waiver names the rule {RULE}s, which does not exist. Did you mean '{RULE}'?"],
    ),
    "no reason": (
        f"# dyncheck: ignore[{RULE}] owner=data",
        ["modules/table/main.tf:13: the waiver has no reason, so it waives nothing; expected `dyncheck: ignore[rule] reason`."],
    ),
    "an invalid date": (
        f"# dyncheck: ignore[{RULE}] rebuilt until=soon",
        ["modules/table/main.tf:13: invalid date until=soon; expected a day such as until=2026-12-31."],
    ),
    "expired": (
        f"# dyncheck: ignore[{RULE}] rebuilt until=2020-12-31",
        [
            f"modules/table/main.tf:13: the waiver of {RULE} expired on 2020-12-31, so it waives nothing. "
            "Fix the finding or renew the waiver."
        ],
    ),
    "an invalid waiver": (
        "# dyncheck: please ignore this",
        ["modules/table/main.tf:13: invalid waiver 'dyncheck: please ignore this'; expected `dyncheck: ignore[rule] reason`."],
    ),
    "in a string": (
        f'output "text" {{\n  value = "# dyncheck: ignore[{RULE}] rebuilt"\n}}',
        [],
    ),
    "in a heredoc": (
        f'output "text" {{\n  value = <<EOT\n# dyncheck: ignore[{RULE}] rebuilt\nEOT\n}}',
        [],
    ),
}


@pytest.mark.parametrize(("text", "notices"), NOT_WAIVING.values(), ids=list(NOT_WAIVING))
def test_comment_does_not_waive(text: str, notices: list[str], dyncheck: Dyncheck, sources: Path) -> None:
    edit(sources / "modules/table/main.tf", "resource ", f"{text}\nresource ")
    found = report(dyncheck, "plan.json", cwd=sources)
    assert [row[:2] for row in rows(found)] == [(ORDERS, "fail"), (RETURNS, "pass")]
    assert list(found["inputs"][0].get("notices", [])) == notices


def test_unused_waiver_has_a_notice(dyncheck: Dyncheck, sources: Path) -> None:
    edit(sources / "modules/table/main.tf", "  name         =", f"  {COMMENT}\n  name         =")
    found = report(dyncheck, "plan.json", cwd=sources)
    assert found["inputs"][0]["notices"] == [f"modules/table/main.tf:14: the waiver of {RULE} waives nothing. Remove it."]


@pytest.mark.parametrize("options", [(), ("--workspace", "prod")], ids=["unknown", "given"])
def test_sources_show_the_lines_of_a_plan_in_any_workspace(options: tuple[str, ...], dyncheck: Dyncheck, tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).with_name("workspace"), tmp_path, dirs_exist_ok=True)
    found = json.loads(dyncheck("plan.json", "--select", RULE, *options, "--format", "json").stdout)
    assert [(row["address"], row["status"], row["location"]["line"]) for row in found["results"]] == [
        ("aws_dynamodb_table.orders[0]", "waived", 27)
    ]
    assert found["inputs"][0].get("notices", []) == []


def test_waiver_by_address_of_a_table_without_an_instance_in_a_plan_is_not_unused(dyncheck: Dyncheck, tmp_path: Path) -> None:
    shutil.copy(Path(__file__).with_name("workspace") / "plan.json", tmp_path)
    waiver = "  - address: aws_dynamodb_table.%s[0]\n    rules: [%s]\n    reason: a trial\n"
    (tmp_path / ".dyncheck.yaml").write_text("waivers:\n" + waiver % ("trial", RULE) + waiver % ("gone", RULE))
    found = json.loads(dyncheck("plan.json", "--select", RULE, "--format", "json").stdout)
    assert found["notices"] == [f".dyncheck.yaml:5: the waiver of {RULE} waives nothing. Remove it."]


def test_baseline_separates_new_open_and_fixed_findings(dyncheck: Dyncheck, sources: Path) -> None:
    edit(sources / "modules/table/main.tf", "enabled = var.recovery", f"enabled = var.recovery {COMMENT}")
    rules = ["--select", RULE, "--select", "unencrypted-table"]
    (sources / "before.json").write_bytes(dyncheck("--format", "json", *rules, "plan.json", cwd=sources).stdout)
    edit(sources / "modules/table/main.tf", f" {COMMENT}", "")
    new = dyncheck("--baseline", "before.json", *rules, "plan.json", cwd=sources)
    assert new.returncode == 1
    assert [line for line in new.stdout.decode().splitlines() if line.startswith(("error", "since"))] == [
        f"error    {RULE}: Point-in-time recovery is off",
        "since before.json: 1 new, 2 still open, 0 fixed, 0 now unknown",
    ]
    only_old = dyncheck("--baseline", "before.json", "--select", "unencrypted-table", "plan.json", cwd=sources)
    assert only_old.returncode == 0
    (sources / "after.json").write_bytes(dyncheck("--format", "json", *rules, "--var-file", "prod.tfvars", ".", cwd=sources).stdout)
    edit(sources / "modules/table/main.tf", "enabled = var.recovery", "enabled = true")
    corrected = dyncheck("--baseline", "after.json", *rules, ".", cwd=sources)
    assert corrected.returncode == 0
    assert "since after.json: 0 new, 2 still open, 1 fixed, 0 now unknown" in corrected.stdout.decode()
    assert f"fixed    {RULE}:\n         {ORDERS}\n" in corrected.stdout.decode()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "--baseline before.json cannot be read: No such file or directory. Write one with `dyncheck baseline`."),
        ("{", "--baseline before.json is not JSON. Write one with `dyncheck baseline`."),
        (
            "{}",
            "--baseline before.json is neither a baseline nor a JSON report of dyncheck, version 1. Write one with `dyncheck baseline`.",
        ),
        (
            '{"version": 2, "tool": {"name": "dyncheck"}}',
            "--baseline before.json is neither a baseline nor a JSON report of dyncheck, version 1. Write one with `dyncheck baseline`.",
        ),
    ],
)
def test_invalid_baseline_is_refused(text: str | None, message: str, dyncheck: Dyncheck, sources: Path) -> None:
    if text is not None:
        (sources / "before.json").write_text(text)
    done = dyncheck("--baseline", "before.json", "plan.json", cwd=sources)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"dyncheck: {message}\n")
