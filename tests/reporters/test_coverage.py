"""What a run covered, in every format: directories, files, contracts, and rules that applied to nothing."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import jsonschema
import pytest
from msgspec.structs import replace

from dyncheck.findings import Directory, Report
from dyncheck.input_problems import InputProblem
from dyncheck.model import NotChecked
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.formats import writer
from dyncheck.reporters.layout import TextStyle
from dyncheck.reporters.text import to_text
from tests.reporters.findings_table import PASSED, checked
from tests.support.paths import ROOT, TESTS

REPORT_SCHEMA = ROOT / "src" / "dyncheck" / "schemas" / "report.schema.json"
SARIF_SCHEMA = TESTS / "schemas" / "sarif-schema-2.1.0.json"

INPUT = replace(
    checked(PASSED, path="live"),
    kind="hcl",
    producer="",
    contracts=(("aws_dynamodb_table.a", ("products",)), ("aws_dynamodb_table.b", ()), ("aws_dynamodb_table.c", None)),
    files=("live/main.tf", "modules/db/main.tf"),
    variable_files=("live/terraform.tfvars",),
    not_applicable=("missing-ttl",),
    not_checked=(NotChecked("aws_cloudformation_stack.s", "dyncheck does not read the DynamoDB tables in its template"),),
)
DIRECTORIES = (
    Directory("live", "checked"),
    Directory("modules/db", "checked through", ("live",)),
    Directory("modules/off", "checked through", ("live",), "its calls make no instance of it"),
    Directory("old", "excluded", reason="exclude old: command line"),
    Directory("**/.git", "excluded", reason="the files of version control, 1 directory"),
    Directory("broken", "not checked", reason="broken/main.tf:1:1: Invalid expression. Correct it."),
)
REPORT = Report(
    (INPUT,),
    directories=DIRECTORIES,
    not_applicable=("missing-table", "missing-ttl"),
    not_run=("missing-tags",),
    problems=(InputProblem("strict", "--strict: 1 directory was not checked: broken."),),
)

SHORT = [
    "Checked 1 root module and 2 called modules (2 files, 1 variable file).",
    "Variable files: live/terraform.tfvars.",
    "Excluded 1 directory: old (exclude old: command line).",
    "Not checked: broken: broken/main.tf:1:1: Invalid expression. Correct it.",
    "Contracts: products on 1 table; none on 1 table; undetermined on 1 table.",
]
IN_FULL = [
    "Checked 1 root module and 2 called modules (2 files, 1 variable file).",
    "Root modules: live.",
    "Called module: modules/db, through live.",
    "Called module: modules/off, through live (its calls make no instance of it).",
    "Files: live/main.tf, modules/db/main.tf.",
    "Variable files: live/terraform.tfvars.",
    "Excluded 1 directory: old (exclude old: command line).",
    "Not checked: broken: broken/main.tf:1:1: Invalid expression. Correct it.",
    "Contracts: products on aws_dynamodb_table.a; none on aws_dynamodb_table.b; undetermined on aws_dynamodb_table.c.",
    "Skipped in every run: **/.git (the files of version control, 1 directory).",
    "Rules that apply to nothing here: missing-table, missing-ttl.",
    "Rules that the settings leave out: missing-tags.",
]


def test_the_coverage_in_short_and_in_full() -> None:
    assert (list(coverage(REPORT)), list(coverage(REPORT, in_full=True))) == (SHORT, IN_FULL)


def test_the_coverage_of_many_directories_is_short() -> None:
    several = tuple(Directory(f"d{number}", state, reason="r") for number in range(1_200) for state in ("excluded", "not checked"))
    assert list(coverage(Report((), directories=several))) == [
        "Excluded 1,200 directories: d0 (r), d1 (r), d2 (r) and 1,197 more.",
        "Not checked: d0: r.",
        "Not checked: d1: r.",
        "Not checked: d2: r.",
        "Not checked: 1,197 directories more.",
    ]


def test_a_report_without_tables_and_files_has_no_coverage() -> None:
    assert list(coverage(Report((checked(PASSED),)), in_full=True)) == []


@pytest.mark.parametrize("quiet", [False, True])
def test_the_text_ends_with_the_coverage_the_counts_and_the_reason_of_exit_code_3(quiet: bool) -> None:
    *_, last = to_text(REPORT, TextStyle(quiet=quiet)).split("\n\n")
    reason = "--strict: 1 directory was not checked: broken."
    counts, code = "2 tables, 3 alarms, 1 check: no findings", "Exit code 3: not everything could be checked."
    assert last == (f"{reason}\n" if quiet else "\n".join((*SHORT, counts, reason, code, "")))


def test_the_json_report_accounts_for_everything() -> None:
    report = json.loads(writer("json")(REPORT))
    jsonschema.Draft202012Validator(json.loads(REPORT_SCHEMA.read_text())).validate(report)
    del report["tool"], report["results"], report["rules"], report["summary"], report["inputs"][0]["sha256"]
    assert report == {
        "version": 1,
        "inputs": [
            {
                "path": "live",
                "kind": "hcl",
                "not_checked": [
                    {"path": "aws_cloudformation_stack.s", "reason": "dyncheck does not read the DynamoDB tables in its template"}
                ],
                "contracts": {"aws_dynamodb_table.a": ["products"], "aws_dynamodb_table.b": [], "aws_dynamodb_table.c": None},
                "files": ["live/main.tf", "modules/db/main.tf"],
                "variable_files": ["live/terraform.tfvars"],
                "not_applicable": ["missing-ttl"],
                "tables": 2,
                "alarms": 3,
            }
        ],
        "errors": ["--strict: 1 directory was not checked: broken."],
        "problems": [{"kind": "strict", "message": "--strict: 1 directory was not checked: broken."}],
        "directories": [
            {"path": "live", "state": "checked"},
            {"path": "modules/db", "state": "checked through", "through": ["live"]},
            {"path": "modules/off", "state": "checked through", "through": ["live"], "reason": "its calls make no instance of it"},
            {"path": "old", "state": "excluded", "reason": "exclude old: command line"},
            {"path": "**/.git", "state": "excluded", "reason": "the files of version control, 1 directory"},
            {"path": "broken", "state": "not checked", "reason": "broken/main.tf:1:1: Invalid expression. Correct it."},
        ],
        "not_checked": [{"path": "broken", "reason": "broken/main.tf:1:1: Invalid expression. Correct it."}],
        "not_applicable": ["missing-table", "missing-ttl"],
        "not_run": ["missing-tags"],
    }


def test_sarif_has_the_coverage_in_the_invocation() -> None:
    log = json.loads(writer("sarif")(REPORT))
    jsonschema.Draft4Validator(json.loads(SARIF_SCHEMA.read_text())).validate(log)
    (invocation,) = log["runs"][0]["invocations"]
    of_json = json.loads(writer("json")(REPORT))
    assert invocation == {
        "executionSuccessful": False,
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": "--strict: 1 directory was not checked: broken."}},
            *({"level": "warning", "message": {"text": sentence}} for sentence in SHORT),
        ],
        "properties": {name: of_json[name] for name in ("inputs", "directories", "not_applicable", "not_run")},
    }


def test_github_has_the_coverage_before_the_counts() -> None:
    *_, last = writer("github")(REPORT).partition("\n")
    counts = "2 tables, 3 alarms, 1 check: 0 errors, 0 warnings, 0 notes, 0 unknown, 0 waived, 1 passed"
    assert last.splitlines() == [f"dyncheck: {line}" for line in (*SHORT, counts)]


def test_markdown_has_the_coverage_at_its_end() -> None:
    _, not_checked = writer("markdown")(REPORT).split("### Not checked\n\n")
    row = "| `broken` | `broken/main.tf:1:1`: Invalid expression. Correct it. |"
    head, covered = not_checked.split("### Coverage\n\n")
    assert head == f"| Directory | Reason |\n| --- | --- |\n{row}\n\n"
    sentences = "".join(f"- {sentence}\n" for sentence in IN_FULL)
    assert covered.replace("`", "") == f"<details><summary>12 sentences</summary>\n\n{sentences}\n</details>\n"


def test_junit_has_the_coverage_in_the_first_suite() -> None:
    suites = ElementTree.fromstring(writer("junit")(REPORT)).findall("testsuite")
    assert [[output.text for output in suite.findall("system-out")] for suite in suites] == [IN_FULL, []]


def test_html_has_the_coverage_below_the_inputs() -> None:
    _, inputs = writer("html")(REPORT).split('<section id="inputs"')
    _, listed = inputs.split('<div class="coverage">\n<h3>Coverage</h3>\n<ul>\n')
    items = "".join(f"<li><bdi>{sentence}</bdi></li>\n" for sentence in IN_FULL)
    assert listed.startswith(f"{items}</ul>")


@pytest.mark.parametrize("format_", ["gitlab", "rdjson", "checkstyle", "csv"])
def test_formats_that_list_findings_only_have_no_coverage(format_: str) -> None:
    assert writer(format_)(REPORT) == writer(format_)(Report((checked(PASSED, path="live"),)))
