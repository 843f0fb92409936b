"""The edits in each format: read back, they make what `dyncheck fix` makes."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Comparison, Report
from dyncheck.findings.edit import Edits, VerifiedEdit
from dyncheck.fix.changes import file_of
from dyncheck.fix.layout import changed
from dyncheck.fix.reported import edits_of
from dyncheck.fix.sources import SourceFile
from dyncheck.fix.verified import verified_edits
from dyncheck.reporters.formats import writer
from dyncheck.reporters.sections import MOST_BYTES
from tests.reporters.findings_table import PITR, checked
from tests.reporters.read_back import diff_in_comment, edits_in_html, edits_in_json, edits_in_rdjson, edits_in_sarif
from tests.support.paths import TESTS

RECOVERY = "no-point-in-time-recovery"
PROTECTION = "no-deletion-protection"

CALL = 'module "orders" {\n  source   = "../modules/orders"\n  recovery = false\n}\n'
MODULE = """\
variable "recovery" {}
resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = var.recovery
  }

  server_side_encryption {
    enabled = true
  }
}
"""
# A character of two bytes and one of two UTF-16 units before the value on its line, a tab, and a fence of Markdown.
CARTS = (
    MODULE.removeprefix('variable "recovery" {}\n')
    .replace("orders", "carts")
    .replace("    enabled = var.recovery", "\t/* é \U0001f600 ``` */ enabled = false")
)


@pytest.fixture(name="report", params=["\n", "\r\n"], ids=["LF", "CRLF"])
def _report(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """Two tables in a repository: one with its cause in the file of the finding, one with it in the call of the module."""
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "--quiet"], check=True)
    for name, text in (("live/main.tf", CALL), ("live/carts.tf", CARTS), ("modules/orders/main.tf", MODULE)):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(text.replace("\n", request.param).encode())
    found = run(["live"], Settings())
    return replace(found, edits=edits_of(found, ["live"], Settings()))


def expected(report: Report) -> list[tuple[str, dict[str, bytes]]]:
    """The rule of each finding with an edit, and the contents of the files after this one."""
    fixes = verified_edits(report, ["live"], Settings())
    sources = {content.file: SourceFile(content.file, content.before) for content in fixes.files}
    found: list[tuple[str, dict[str, bytes]]] = []
    for offer in fixes.offers:
        files = {file_of(change) for change in offer.changes}
        contents = {file: changed(sources[file], [each for each in offer.changes if file_of(each) == file]) for file in files}
        found += [(result.rule, contents) for result in offer.results]
    return in_order(found)


def in_order(found: list[tuple[str, dict[str, bytes]]]) -> list[tuple[str, dict[str, bytes]]]:
    return sorted(found, key=lambda each: (each[0], sorted(each[1])))


def after(diff: str) -> dict[str, bytes]:
    """The contents of the files that git changes with a diff. It then changes them back."""
    files = [line.removeprefix("+++ b/") for line in diff.splitlines() if line.startswith("+++ b/")]
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "apply", "-"], input=diff.encode(), check=True, env=environment)
    contents = {file: Path(file).read_bytes() for file in files}
    subprocess.run(["git", "apply", "--reverse", "-"], input=diff.encode(), check=True, env=environment)
    return contents


def test_there_is_an_edit_in_the_file_of_the_finding_and_one_elsewhere(report: Report) -> None:
    assert [(rule, sorted(contents)) for rule, contents in expected(report)] == [
        (PROTECTION, ["live/carts.tf"]),
        (PROTECTION, ["modules/orders/main.tf"]),
        (RECOVERY, ["live/carts.tf"]),
        (RECOVERY, ["live/main.tf"]),
    ]


def test_json_has_the_edits(report: Report) -> None:
    assert in_order(list(edits_in_json(writer("json")(report)))) == expected(report)
    results = [json.loads(line) for line in writer("jsonl")(report).splitlines()]
    assert [each["edit"] for each in results if "edit" in each] == [
        each["edit"] for each in json.loads(writer("json")(report))["results"] if "edit" in each
    ]


def test_sarif_has_the_edits(report: Report) -> None:
    text = writer("sarif")(report)
    jsonschema.Draft7Validator(json.loads((TESTS / "schemas" / "sarif-schema-2.1.0.json").read_text())).validate(json.loads(text))
    assert in_order(list(edits_in_sarif(text))) == expected(report)


def test_rdjson_has_the_edits_in_the_file_of_the_finding(report: Report) -> None:
    text = writer("rdjson")(report)
    jsonschema.Draft202012Validator(json.loads((TESTS / "schemas" / "rdjson.schema.json").read_text())).validate(json.loads(text))
    places = {each.rule: each.location.file for each in report.results if each.location}
    assert places[RECOVERY] != "live/main.tf"
    assert in_order(list(edits_in_rdjson(text))) == [each for each in expected(report) if "live/main.tf" not in each[1]]


def test_the_page_has_the_diffs(report: Report) -> None:
    found = [(rule, after(diff)) for rule, diff in edits_in_html(writer("html")(report))]
    assert in_order(found) == expected(report)


def test_the_comment_has_one_diff_to_read(report: Report) -> None:
    assert report.edits
    text = writer("github-comment")(report)
    shown = diff_in_comment(text)
    assert shown == report.edits.diff.replace("\r\n", "\n").replace("\t", " ")
    assert "Make them with `dyncheck fix --apply`." in text
    assert after(report.edits.diff) == {content.file: content.after for content in verified_edits(report, ["live"], Settings()).files}, (
        "The diff of all edits is what was verified."
    )


def test_the_comment_has_only_edits_for_new_findings(report: Report) -> None:
    old = frozenset(each.fingerprint for each in report.results if each.rule == PROTECTION or "module" in each.address)
    compared = replace(report, edits=None, comparison=Comparison("main.json", open=old))
    edits = edits_of(compared, ["live"], Settings())
    assert [line for line in edits.diff.splitlines() if line.startswith(("+++", "+\t"))] == [
        "+++ b/live/carts.tf",
        "+\t/* é \U0001f600 ``` */ enabled = true",
    ]
    assert len(edits.by_finding) == 4


@pytest.mark.parametrize("format_", ["json", "jsonl", "sarif", "rdjson", "html", "github-comment", "markdown", "csv"])
def test_a_report_without_edits_has_no_trace_of_them(format_: str, report: Report) -> None:
    without = replace(report, edits=None)
    shows_them = format_ not in ("markdown", "csv")
    assert (writer(format_)(without) != writer(format_)(report)) == shows_them
    assert (
        writer(format_)(replace(report, edits=Edits())).replace('\n"columnKind":"unicodeCodePoints",', "") == writer(format_)(without)
        or format_ == "sarif"
    )


def test_a_diff_that_is_too_long_for_a_comment_is_left_out() -> None:
    edits = Edits({PITR.fingerprint: VerifiedEdit((), "")}, "+x\n" * MOST_BYTES)
    text = writer("github-comment")(replace(Report((checked(PITR),)), edits=edits))
    assert text.endswith("edits that were verified. Make them with `dyncheck fix --apply`.\n")
    assert len(text.encode()) < MOST_BYTES


def test_nothing_in_a_diff_ends_the_block_of_code() -> None:
    diff = "+ ```\n+</details>\n+@octocat ````\n"
    text = writer("github-comment")(replace(Report((checked(PITR),)), edits=Edits({}, diff)))
    assert diff_in_comment(text) == diff
    assert text.count("`````diff\n") == 1
