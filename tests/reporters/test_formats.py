"""The formats for CI services: whole outputs, the limits and rules of the services, and hostile input."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from dyncheck.catalog.rules import all_rules
from dyncheck.checking.run import Settings, run
from dyncheck.findings import Comparison, Earlier, Input, Report, Result, Status, Waiver
from dyncheck.model import Location, Related
from dyncheck.model.sensitive import SensitiveText
from dyncheck.reporters import formats
from dyncheck.reporters.formats import writer
from dyncheck.reporters.ranked import ranked
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.text import TextStyle, to_text
from dyncheck.rule import Severity
from tests.cli.test_bad_input import CANARIES
from tests.reporters.findings_table import (
    BASELINE,
    EVERYTHING,
    HOSTILE,
    MISSING,
    PITR,
    POISON,
    REPORTS,
    SILENT,
    checked,
    many,
)
from tests.support.golden import assert_golden
from tests.support.paths import TESTS
from tests.support.runner import Command, commands

GOLDEN = TESTS / "golden" / "formats"
SARIF_SCHEMA = TESTS / "schemas" / "sarif-schema-2.1.0.json"

# What the golden files of a format end in.
ENDINGS = {
    "json": "report.json",
    "jsonl": "report.jsonl",
    "sarif": "sarif.json",
    "github": "github.txt",
    "markdown": "md",
    "gitlab": "gitlab.json",
    "junit": "junit.xml",
    "rdjson": "rdjson.json",
    "checkstyle": "checkstyle.xml",
    "csv": "csv",
    "html": "html",
}
# The golden page is in tests/reporters/html.
IN_GOLDEN_FILES = [name for name in ENDINGS if name != "html"]


def written(format_: str, report: Report) -> str:
    """The report in that format."""
    return writer(format_)(report)


def run_of(report: Report) -> dict[str, Any]:
    """The one run of the report as SARIF."""
    log = json.loads(written("sarif", report))
    assert len(log["runs"]) == 1
    run: dict[str, Any] = log["runs"][0]
    return run


@pytest.mark.golden
@pytest.mark.parametrize("format_", IN_GOLDEN_FILES)
@pytest.mark.parametrize("name", REPORTS)
def test_the_output_matches_the_golden_file(name: str, format_: str) -> None:
    assert_golden(GOLDEN / f"{name}.{ENDINGS[format_]}", written(format_, REPORTS[name]))


# The table of formats


@pytest.mark.parametrize("name", formats.WRITERS)
def test_every_format_can_be_loaded(name: str) -> None:
    assert callable(writer(name))


def test_every_format_is_tested() -> None:
    assert set(ENDINGS) == set(formats.WRITERS)


def test_a_format_is_imported_only_when_it_is_used() -> None:
    script = "import sys, dyncheck.reporters.formats as f; print(*(m for m in sys.modules if m.startswith('dyncheck.reporters.')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["dyncheck.reporters.formats"]


def test_the_same_report_gives_the_same_bytes() -> None:
    script = "from tests.reporters.findings_table import REPORTS; from dyncheck.reporters.formats import writer; import sys\n"
    script += f"for f in {list(ENDINGS)}:\n for r in REPORTS.values(): sys.stdout.buffer.write(writer(f)(r).encode())"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True, cwd=TESTS.parent, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(outputs) == 1


# SARIF


@cache
def sarif_schema() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(json.loads(SARIF_SCHEMA.read_text()))


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_is_valid_by_the_official_schema(name: str) -> None:
    sarif_schema().validate(json.loads(written("sarif", REPORTS[name])))


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_has_everything_that_github_requires(name: str) -> None:
    run = run_of(REPORTS[name])
    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert rule["id"]
        assert rule["help"]["text"]
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule.get("properties", {}).get("tags", ())) <= 10
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
    for result in run["results"]:
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len(result["locations"]) == 1
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert not re.search(r"[^A-Za-z0-9%/._~:-]", result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_links_only_to_related_locations(name: str) -> None:
    for result in run_of(REPORTS[name])["results"]:
        links = re.findall(r"\]\(([^)]*)\)", result["message"]["text"])
        assert links == [str(place["id"]) for place in result.get("relatedLocations", ())]


def test_sarif_has_the_documentation_of_each_rule() -> None:
    every = Report((checked(*(Result(rule.id, Status.PASS, rule.severity, "x", "") for rule in all_rules())),))
    described = {rule["id"]: rule for rule in run_of(every)["tool"]["driver"]["rules"]}
    for rule in all_rules():
        found = described[rule.id]
        assert found["shortDescription"]["text"] == rule.title
        assert found["help"]["text"] == rule.documentation
        assert found["help"]["markdown"].count("```") in (0, 2)
        assert found["defaultConfiguration"]["level"] == rule.severity.value
    assert described["no-point-in-time-recovery"]["properties"]["security-severity"] == "8.0"
    assert "security" in described["no-point-in-time-recovery"]["properties"]["tags"]
    # What only a linter knows of is not about security.
    assert "security-severity" not in described["invalid-billing-mode"]["properties"]


def test_sarif_distinguishes_an_unknown_result_from_a_failure() -> None:
    run = run_of(EVERYTHING)
    (unknown,) = (result for result in run["results"] if result["ruleId"].startswith("aws-managed-key"))
    assert (unknown["ruleId"], unknown["kind"], unknown["level"]) == ("aws-managed-key/unknown", "open", "none")
    (rule,) = (rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == unknown["ruleId"])
    assert "properties" not in rule, "A score would make the alert one of security, and block a pull request."


def test_sarif_omits_passed_and_waived_results() -> None:
    found = {result["ruleId"] for result in run_of(EVERYTHING)["results"]}
    assert not found & {"invalid-billing-mode", "no-deletion-protection"}


def test_sarif_has_no_line_where_none_is_known() -> None:
    (result,) = run_of(Report((checked(SILENT),)))["results"]
    assert result["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "plan.json", "uriBaseId": "%SRCROOT%"}}


def test_sarif_has_its_own_line_fingerprint_only_where_needed() -> None:
    own = {(result["ruleId"], result["partialFingerprints"].get("primaryLocationLineHash")) for result in run_of(EVERYTHING)["results"]}
    assert ("no-point-in-time-recovery", None) in own
    assert len([hash_ for rule, hash_ in own if rule == "unwatched-index" and hash_]) == 2
    assert ("silent-alarm", f"{SILENT.fingerprint}:1") in own


@pytest.mark.parametrize("name", REPORTS)
def test_github_can_distinguish_all_results(name: str) -> None:
    def identity(result: dict[str, Any]) -> tuple[str, ...]:
        place = result["locations"][0]["physicalLocation"]
        # The text of the line stands for its number here.
        line_hash = result["partialFingerprints"].get("primaryLocationLineHash", f"line {place.get('region', {}).get('startLine')}")
        return result["ruleId"], place["artifactLocation"]["uri"], line_hash

    identities = [identity(result) for result in run_of(REPORTS[name])["results"]]
    assert len(identities) == len(set(identities))


def test_sarif_compares_with_the_baseline() -> None:
    states = [(result["ruleId"], result["baselineState"]) for result in run_of(BASELINE)["results"]]
    assert states == [
        ("no-point-in-time-recovery", "unchanged"),
        ("dead-alarm", "new"),
        ("dead-alarm", "unchanged"),
        ("unwatched-index", "new"),
        ("missing-ttl/unknown", "new"),
        ("aws-managed-key/unknown", "unchanged"),
    ]


def test_sarif_has_the_errors_of_the_run() -> None:
    (invocation,) = run_of(REPORTS["errors"])["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [said["message"]["text"] for said in invocation["toolExecutionNotifications"]] == list(REPORTS["errors"].errors)


@pytest.mark.parametrize(
    ("file", "artifact"),
    [
        ("a b/ü#?%.tf", {"uri": "a%20b/%C3%BC%23%3F%25.tf", "uriBaseId": "%SRCROOT%"}),
        ("./x//y/../main.tf", {"uri": "x/main.tf", "uriBaseId": "%SRCROOT%"}),
        ("a:b.tf", {"uri": "a%3Ab.tf", "uriBaseId": "%SRCROOT%"}),
        ("/srv/main.tf", {"uri": "file:///srv/main.tf"}),
    ],
)
def test_sarif_writes_paths_as_uris(file: str, artifact: dict[str, str]) -> None:
    (result,) = run_of(Report((checked(replace(PITR, location=Location(file, 1, 1))),)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == artifact


# GitHub's annotations


def test_github_has_one_annotation_for_each_place() -> None:
    found = commands(written("github", EVERYTHING))
    assert [(command.name, command.properties.get("line"), command.properties["title"]) for command in found] == [
        ("error", "57", "3 findings: no-point-in-time-recovery, unencrypted-table, aws-managed-key"),
        ("error", None, "missing-table"),
        ("warning", "4", "2 findings: dead-alarm"),
        ("warning", None, "silent-alarm"),
        ("notice", "30", "2 findings: unwatched-index"),
        ("notice", None, "missing-ttl"),
    ]


def test_github_annotations_are_for_the_worst_and_newest_findings() -> None:
    found = commands(written("github", many(5_000)))
    assert [command.name for command in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert not any("in the baseline" in command.properties["title"] + command.data for command in found)


def test_github_counts_findings_without_an_annotation_on_the_last_line() -> None:
    last = written("github", many(5_000)).splitlines()[-1]
    assert "5,000 checks: 1,250 errors" in last
    assert re.search(r"\(49\d\d without an annotation: GitHub shows 10 of each kind\)$", last)


def test_github_has_an_annotation_for_each_error() -> None:
    first, second = commands(written("github", REPORTS["errors"]))
    assert (first.name, first.properties, first.data) == ("error", {"title": "could not be checked"}, REPORTS["errors"].errors[0])
    assert second.data == REPORTS["errors"].errors[1]


def test_github_messages_are_within_the_limit() -> None:
    long = replace(PITR, message="x" * 10_000)
    (command,) = commands(written("github", Report((checked(long),))))
    assert len(command.data) <= 4_096


# Markdown


def test_markdown_has_a_section_for_each_change_since_the_baseline() -> None:
    headings = re.findall("^### (.*)$", written("markdown", BASELINE), re.MULTILINE)
    assert headings == ["New", "Still open", "Now unknown", "Fixed", "Unknown"]


def test_markdown_folds_long_tables() -> None:
    text = written("markdown", Report((checked(*(replace(SILENT, address=f"x[{number}]") for number in range(11))),)))
    assert "<details><summary>11 rows</summary>\n\n|" in text
    assert text.endswith("|\n\n</details>\n")


def test_markdown_shows_the_worst_first_and_counts_the_rest() -> None:
    text = written("markdown", many(5_000))
    new, known = text.split("### Still open")
    assert new.index("| error |") < new.index("are not shown")
    assert "| error |" not in known, "New findings use up the room."
    assert re.search(r"^1250 of 1250 are not shown, because GitHub limits the length of a comment\.$", known, re.MULTILINE)


# What pipes, backticks and HTML are in GitHub Flavored Markdown, independent of the reporter.
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")
_OURS = re.compile(r"<br>|</?details>|<summary>\d+ rows</summary>|&#124;")


def outside_code(line: str) -> str:
    """A line of Markdown without its code spans and without the reporter's own markup."""
    return _OURS.sub("", _SPAN.sub("", line))


def stray(text: str) -> Iterator[str]:
    """Lines that contain anything except words, code and the reporter's own tables and headings."""
    for line in text.splitlines():
        rest = outside_code(line)
        if not re.fullmatch(r"(#{2,3} )?[A-Za-z0-9 |,;:.()'-]*", rest):
            yield line


@pytest.mark.parametrize("name", REPORTS)
def test_markdown_from_the_input_is_code_or_plain_words(name: str) -> None:
    assert list(stray(written("markdown", REPORTS[name]))) == []


def test_markdown_by_a_second_parser_holds_only_tables_text_and_code() -> None:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    inline = [token for token in parser.parse(written("markdown", HOSTILE)) if token.type == "inline"]
    children = [child for token in inline for child in token.children or ()]
    assert {child.type for child in children} <= {"text", "code_inline", "html_inline", "softbreak"}
    assert {child.content for child in children if child.type == "html_inline"} <= {"<br>"}
    assert not any(re.search(r"[@#`<>*_~|]|://|www\.", child.content.replace("|", "")) for child in children if child.type == "text")


def test_markdown_keeps_the_cells_of_a_row_together() -> None:
    for table in re.findall(r"(?:^\|.*\n)+", written("markdown", HOSTILE), re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1


# Limits


@pytest.fixture(scope="module")
def huge() -> Report:
    """A report with more results than GitHub accepts."""
    return many(30_000)


def test_a_large_report_is_complete_where_the_format_has_no_limit() -> None:
    report = many(5_000)
    assert len(run_of(report)["results"]) == 5_000
    assert not run_of(report)["invocations"][0]["toolExecutionNotifications"]
    new = sum(map(report.is_new, report.results))
    assert len(json.loads(written("gitlab", report))) == new
    assert len(json.loads(written("rdjson", report))["diagnostics"]) == new
    assert len(list(ElementTree.fromstring(written("checkstyle", report)).iter("error"))) == new
    assert written("csv", report).count("\r\n") == 5_001
    assert ElementTree.fromstring(written("junit", report)).attrib["tests"] == "5000"


def test_a_huge_report_stays_within_the_limits(huge: Report) -> None:
    assert len(written("markdown", huge)) < 65_536
    assert len(commands(written("github", huge))) == 30
    sarif = written("sarif", huge)
    log = json.loads(sarif)
    assert len(log["runs"][0]["results"]) <= 25_000
    assert len(gzip.compress(sarif.encode())) < 10_000_000
    log["runs"][0]["results"] = log["runs"][0]["results"][:20]
    sarif_schema().validate(log)


def test_sarif_omits_the_least_severe(huge: Report) -> None:
    run = run_of(huge)
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert re.match(r"\d+ of 30000 results are omitted, because GitHub limits the size of the file", notification["message"]["text"])
    levels = [result["level"] for result in run["results"]]
    assert (levels.count("error"), levels.count("warning")) == (7_500, 7_500)


def test_huge_messages_stay_within_the_limits() -> None:
    results = tuple(replace(SILENT, address=f"x{number}", message="\u202e" * 3_000, fix="::" * 3_000) for number in range(300))
    report = Report((checked(*results),), errors=("y" * 200_000,))
    assert len(written("markdown", report).encode()) < 65_536
    assert len(written("sarif", report)) < 20_000_000


def test_new_and_severe_findings_come_first() -> None:
    order = [(shown.result.status, shown.result.severity.rank, not shown.is_new) for shown in ranked(many(100))]
    assert order == sorted(order, key=lambda each: (each[0] is Status.UNKNOWN, *each[1:]))


# Hostile input


@pytest.mark.parametrize("format_", [name for name in ENDINGS if name != "github"])
@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_a_command(name: str, format_: str) -> None:
    assert commands(written(format_, REPORTS[name])) == []


@pytest.mark.parametrize("hashes", range(1, 8))
def test_no_number_of_hashes_makes_a_command(hashes: int) -> None:
    assert commands(safe_text("#" * hashes + "[add-mask]e")) == []


@pytest.mark.parametrize("format_", ENDINGS)
def test_no_sensitive_value_of_a_plan_is_written(format_: str) -> None:
    report = run([str(TESTS / "inputs" / "sensitive.json")], Settings(required=("products",)))
    assert report.count(Status.FAIL) > 0
    assert [canary for canary in CANARIES if canary in written(format_, report)] == []


@pytest.mark.parametrize("format_", formats.NAMES)
def test_a_sensitive_message_is_concealed(format_: str) -> None:
    secret = SensitiveText("canary")
    results = [replace(PITR, status=status, message=secret, summary=secret, fix=secret) for status in Status]
    report = Report((checked(*results, notices=(secret,)),), errors=(secret,))
    text = to_text(report, TextStyle()) if format_ == "text" else written(format_, report)
    assert ("canary" in text, "(sensitive)" in text) == (False, True)


def text_with(*, halves: bool) -> st.SearchStrategy[str]:
    """Text of any characters with dangerous parts, and with surrogates for file names."""
    odd = st.text(st.characters() if halves else st.characters(codec="utf-8"), max_size=4)
    fragments = st.sampled_from([*POISON, ":", "::", "#", "##[", "\n", "\r\n", "]", "`", "|", "\\", "%", "](", "\u200b", "\u0085", " "])
    return st.lists(fragments | odd, max_size=5).map("".join)


VALUES, PATHS = text_with(halves=False), text_with(halves=True).filter(bool)
LINES = st.integers(1, 3)
RULES = st.sampled_from(["dead-alarm", "missing-ttl"]) | VALUES.filter(bool)
LOCATIONS = st.none() | st.builds(Location, PATHS, LINES, LINES)
RESULTS = st.builds(
    Result,
    rule=RULES,
    status=st.sampled_from(Status),
    severity=st.sampled_from(Severity),
    address=VALUES,
    message=VALUES,
    attribute=VALUES,
    summary=VALUES,
    found=VALUES,
    expected=VALUES,
    fix=VALUES,
    table=VALUES,
    location=LOCATIONS,
    related=st.lists(st.builds(Related, PATHS, LINES, PATHS), max_size=2).map(tuple),
    waiver=st.none() | st.builds(Waiver, PATHS, PATHS, PATHS, PATHS),
)
SEVERAL = st.lists(RESULTS, max_size=4).map(tuple)
INPUTS = st.builds(
    Input, path=PATHS, kind=st.just("plan"), sha256=st.just(""), results=SEVERAL, notices=st.lists(PATHS, max_size=1).map(tuple)
)
EARLIER = st.lists(st.builds(Earlier, VALUES, st.sampled_from(Severity), VALUES, VALUES), max_size=2).map(tuple)
ANY_REPORT = st.builds(
    Report,
    inputs=st.lists(INPUTS, max_size=2).map(tuple),
    required=SEVERAL,
    errors=st.lists(PATHS, max_size=2).map(tuple),
    comparison=st.none() | st.builds(Comparison, PATHS, st.just(frozenset()), EARLIER, EARLIER),
)


@settings(max_examples=150, deadline=None)
@given(ANY_REPORT)
def test_no_line_is_a_command_for_any_input(report: Report) -> None:
    assert {name: commands(written(name, report)) for name in ENDINGS if name != "github"} == {
        name: [] for name in ENDINGS if name != "github"
    }
    found = commands(written("github", report))
    assert {command.name for command in found} <= {"error", "warning", "notice"}
    assert {key for command in found for key in command.properties} <= {"title", "file", "line", "endLine"}
    assert all(sum(command.name == kind for command in found) <= 10 for kind in ("error", "warning", "notice"))


@settings(max_examples=100, deadline=None)
@given(VALUES, PATHS)
@example("%0A::error::x%25", "a%2Cb%3A.tf")
@example("one\r\n::error::two", "a,line=7:b=c.tf")
def test_github_decodes_the_shown_values(message: str, file: str) -> None:
    result = replace(PITR, message=message, location=Location(file, 1, 2), related=(), fix="")
    (command,) = commands_of_one_line(written("github", Report((checked(result),))))
    assert command.data == safe_text(f"{message}\n{PITR.address}")
    assert command.properties["file"] == safe_text(os.path.normpath(file))


def commands_of_one_line(output: str) -> list[Command]:
    """The commands of an output; each must be one line of it."""
    found = commands(output)
    assert output.count("\n") == len(found) + 1
    return found


@settings(max_examples=100, deadline=None)
@given(ANY_REPORT)
def test_the_documents_can_be_parsed_for_any_input(report: Report) -> None:
    log = json.loads(written("sarif", report))
    sarif_schema().validate(log)
    for result in log["runs"][0]["results"]:
        unquote(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], errors="strict")
        links = re.findall(r"\]\(([^)]*)\)", result["message"]["text"])
        assert links == [str(place["id"]) for place in result.get("relatedLocations", ())]
    json.loads(written("gitlab", report))
    json.loads(written("rdjson", report))
    ElementTree.fromstring(written("junit", report))
    ElementTree.fromstring(written("checkstyle", report))
    assert {len(row) for row in csv.reader(io.StringIO(written("csv", report), newline=""), strict=True)} == {15}
    assert list(stray(written("markdown", report))) == []


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_json_formats_keep_the_message_unchanged(message: str) -> None:
    report = Report((checked(replace(PITR, message=message)),))
    (entry,) = json.loads(written("gitlab", report))
    (diagnostic,) = json.loads(written("rdjson", report))["diagnostics"]
    assert entry["description"] == diagnostic["message"] == f"{message} ({PITR.address})"


# Nothing to say


def test_an_empty_report_is_a_valid_document() -> None:
    empty = Report(())
    assert written("gitlab", empty) == "[]\n"
    assert run_of(empty)["results"] == []
    assert json.loads(written("rdjson", empty))["diagnostics"] == []
    assert ElementTree.fromstring(written("junit", empty)).attrib["tests"] == "0"
    assert written("markdown", empty).startswith("## dyncheck: nothing was checked\n")
    assert written("github", empty) == (
        "dyncheck: 0 tables, 0 alarms, 0 checks: 0 errors, 0 warnings, 0 notes, 0 unknown, 0 waived, 0 passed\n"
    )


def test_a_required_table_needs_no_input_to_be_missing() -> None:
    report = Report((), required=(MISSING,))
    (result,) = run_of(report)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "."
    assert json.loads(written("gitlab", report))[0]["location"]["path"] == "."
