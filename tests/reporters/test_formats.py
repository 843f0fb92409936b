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
from functools import cache
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dyncheck.catalog.rules import all_rules
from dyncheck.checking.run import Settings, run
from dyncheck.findings import Comparison, Earlier, Input, Report, Result, Status, Waiver
from dyncheck.input_problems import InputProblem
from dyncheck.model import Location, Related
from dyncheck.model.sensitive import SensitiveText
from dyncheck.reporters import formats
from dyncheck.reporters.formats import styled, writer
from dyncheck.reporters.layout import TextStyle
from dyncheck.reporters.pages import page
from dyncheck.reporters.ranked import ranked
from dyncheck.reporters.safe import safe_text
from dyncheck.rule import Severity
from tests.cli.test_bad_input import CANARIES
from tests.reporters.findings_table import (
    BASELINE,
    EVERYTHING,
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
from tests.support.runner import commands

GOLDEN = TESTS / "golden" / "formats"
SARIF_SCHEMA = TESTS / "schemas" / "sarif-schema-2.1.0.json"

# What the golden files of a format end in.
ENDINGS = {
    "json": "report.json",
    "jsonl": "report.jsonl",
    "sarif": "sarif.json",
    "github": "github.txt",
    "github-comment": "comment.md",
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
    """The report in that format, with all that a verbose text has."""
    return styled(format_, report, TextStyle(verbose=True)) if format_ in formats.STYLED else writer(format_)(report)


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
        assert found["helpUri"] == page(rule.id)
        assert found["defaultConfiguration"]["level"] == rule.severity.value
    assert described["no-point-in-time-recovery"]["properties"]["security-severity"] == "8.0"
    assert "security" in described["no-point-in-time-recovery"]["properties"]["tags"]
    # What only a linter knows of is not about security.
    assert "security-severity" not in described["invalid-billing-mode"]["properties"]


def test_sarif_has_no_page_of_a_rule_of_ones_own() -> None:
    own = replace(all_rules()[0], id="platform/cost-centre")
    report = Report((checked(replace(PITR, rule=own.id)),), own_rules=(own,))
    (described,) = run_of(report)["tool"]["driver"]["rules"]
    assert (described["id"], "helpUri" in described) == (own.id, False)


def test_sarif_links_an_unknown_result_to_the_page_of_its_rule() -> None:
    described = {rule["id"]: rule.get("helpUri") for rule in run_of(EVERYTHING)["tool"]["driver"]["rules"]}
    assert described["aws-managed-key/unknown"] == page("aws-managed-key")


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
    report = Report((checked(*results),), problems=(InputProblem("syntax", "y" * 200_000),))
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
    report = Report((checked(*results, notices=(secret,)),), problems=(InputProblem("syntax", secret, secret),))
    text = written(format_, report)
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
    problems=st.lists(st.builds(InputProblem, st.just("syntax"), PATHS, PATHS), max_size=2).map(tuple),
    comparison=st.none() | st.builds(Comparison, PATHS, st.just(frozenset()), EARLIER, EARLIER),
)


def test_a_path_that_ends_in_a_colon_starts_no_command() -> None:
    related = (Related("\n:", 1, "::error::x"),)
    result = Result(rule="dead-alarm", status=Status.FAIL, severity=Severity.ERROR, address="a", message="b", related=related)
    report = Report(inputs=(Input(path=":", kind="plan", sha256=""),), required=(result,))
    others = [name for name in formats.NAMES if name != "github"]
    assert {name: commands(written(name, report)) for name in others} == {name: [] for name in others}


@settings(max_examples=150, deadline=None)
@given(ANY_REPORT)
def test_no_line_is_a_command_for_any_input(report: Report) -> None:
    others = [name for name in formats.NAMES if name != "github"]
    assert {name: commands(written(name, report)) for name in others} == {name: [] for name in others}
    found = commands(written("github", report))
    assert {command.name for command in found} <= {"error", "warning", "notice"}
    assert {key for command in found for key in command.properties} <= {"title", "file", "line", "endLine"}
    assert all(sum(command.name == kind for command in found) <= 10 for kind in ("error", "warning", "notice"))


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
