"""The formats for programs: GitLab, JUnit, reviewdog, Checkstyle and CSV, each by its schema and by what its readers do."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import jsonschema
import pytest
import xmlschema
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dyncheck.checking.exit_code import FINDINGS, exit_code
from dyncheck.findings import Comparison, Report, Result, Status
from dyncheck.model import Location
from dyncheck.reporters.csv import COLUMNS
from dyncheck.reporters.formats import writer
from dyncheck.reporters.pages import page
from dyncheck.reporters.safe import safe_text
from dyncheck.rule import Severity
from tests.reporters.findings_table import (
    BASELINE,
    DEAD_TOO,
    EVERYTHING,
    KEY_UNKNOWN,
    PITR,
    POISON,
    REPORTS,
    SILENT,
    TTL_UNKNOWN,
    TWO_INPUTS,
    WAIVED,
    checked,
    dead,
    unwatched,
)
from tests.support.paths import TESTS

SCHEMAS = TESTS / "schemas"


def written(format_: str, report: Report) -> str:
    """The report in that format."""
    return writer(format_)(report)


def of_one(*results: Result, **others: Any) -> Report:
    """A report on one input with those results."""
    return Report((checked(*results),), **others)


# Schemas


@pytest.mark.parametrize("format_", ["gitlab", "rdjson"])
@pytest.mark.parametrize("name", REPORTS)
def test_a_json_format_is_valid_by_its_schema(name: str, format_: str) -> None:
    schema = json.loads((SCHEMAS / f"{format_}.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(json.loads(written(format_, REPORTS[name])))


@cache
def xml_schema(name: str) -> Any:
    return xmlschema.XMLSchema(str(SCHEMAS / name))


@pytest.mark.parametrize(("format_", "schema"), [("junit", "junit-10.xsd"), ("checkstyle", "checkstyle.xsd")])
@pytest.mark.parametrize("name", REPORTS)
def test_an_xml_format_is_valid_by_its_schema(name: str, format_: str, schema: str) -> None:
    xml_schema(schema).validate(written(format_, REPORTS[name]))


# What is new


@pytest.mark.parametrize("format_", ["gitlab", "rdjson", "checkstyle"])
def test_a_format_for_a_merge_request_lists_only_what_is_new(format_: str) -> None:
    found = written(format_, BASELINE)
    assert (found.count("can never fire"), unwatched("Read").rule in found, TTL_UNKNOWN.rule in found) == (1, True, True)
    assert (PITR.rule in found, KEY_UNKNOWN.rule in found) == (False, False)


def test_a_pull_request_that_adds_one_finding_to_ninety_old_ones_reports_one() -> None:
    old = [replace(SILENT, address=f"aws_cloudwatch_metric_alarm.old[{number}]") for number in range(90)]
    report = of_one(*old, PITR, comparison=Comparison("main.json", open=frozenset(each.fingerprint for each in old)))
    assert [entry["fingerprint"] for entry in json.loads(written("gitlab", report))] == [PITR.fingerprint]
    assert len(json.loads(written("rdjson", report))["diagnostics"]) == 1
    assert len(list(ElementTree.fromstring(written("checkstyle", report)).iter("error"))) == 1
    junit = ElementTree.fromstring(written("junit", report))
    assert (junit.attrib["tests"], junit.attrib["failures"]) == ("91", "1")
    assert [row["new"] for row in rows(report)].count("true") == 1


# GitLab


@pytest.mark.parametrize("name", REPORTS)
def test_gitlab_finds_each_fingerprint_once(name: str) -> None:
    fingerprints = [entry["fingerprint"] for entry in json.loads(written("gitlab", REPORTS[name]))]
    assert len(fingerprints) == len(set(fingerprints))


def test_gitlab_separates_two_plans_with_the_same_address() -> None:
    silent = [entry for entry in json.loads(written("gitlab", TWO_INPUTS)) if entry["check_name"] == SILENT.rule]
    assert [(entry["location"]["path"], entry["fingerprint"]) for entry in silent] == [
        ("dev.json", replace(SILENT, origin="dev.json").fingerprint),
        ("prod.json", replace(SILENT, origin="prod.json").fingerprint),
    ]


def test_gitlab_keeps_the_fingerprint_of_an_instance_when_another_one_goes() -> None:
    before, after = (written("gitlab", of_one(*map(dead, keys))) for keys in (("a", "b"), ("b", "c")))
    old, new = ({entry["fingerprint"] for entry in json.loads(text)} for text in (before, after))
    assert (new - old, old - new) == ({dead("c").fingerprint}, {dead("a").fingerprint})


# reviewdog and Checkstyle


def test_rdjson_links_to_the_page_of_a_shipped_rule_only() -> None:
    own = replace(SILENT, rule="platform/cost-centre")
    codes = [diagnostic["code"] for diagnostic in json.loads(written("rdjson", of_one(PITR, own)))["diagnostics"]]
    assert codes == [{"value": PITR.rule, "url": page(PITR.rule)}, {"value": own.rule}]


@pytest.mark.parametrize("format_", ["rdjson", "checkstyle"])
def test_the_same_finding_on_several_instances_is_one_comment(format_: str) -> None:
    found = written(format_, of_one(dead("a"), dead("b"), dead("c")))
    assert found.count("can never fire") == 1
    assert all(f"throttle[{quote}{key}{quote}]" in found for key in "abc" for quote in ['\\"' if format_ == "rdjson" else "&quot;"])


def test_checkstyle_has_the_findings_of_a_file_together() -> None:
    root = ElementTree.fromstring(written("checkstyle", EVERYTHING))
    assert [(file.attrib["name"], [error.attrib["line"] for error in file]) for file in root] == [
        ("Infrastructure/Modules/dynamodb/main.tf", ["57", "57", "30", "30", "57"]),
        ("plan.json", ["0", "0", "0"]),
        ("Infrastructure/alarms.tf", ["4", "4"]),
    ]


def test_checkstyle_has_the_column_where_it_is_known() -> None:
    places = (Location("a.tf", 7, 9, 3), Location("a.tf", 8, 8))
    root = ElementTree.fromstring(written("checkstyle", of_one(*(replace(PITR, location=place) for place in places))))
    assert [(error.get("line"), error.get("column")) for error in root.iter("error")] == [("7", "3"), ("8", None)]


# JUnit


def junit(report: Report) -> Element:
    """The report as JUnit XML, parsed."""
    return ElementTree.fromstring(written("junit", report))


@pytest.mark.parametrize("name", REPORTS)
def test_junit_counts_its_tests(name: str) -> None:
    root = junit(REPORTS[name])
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    for element in (root, *root.iter("testsuite")):
        cases = list(element.iter("testcase"))
        counted = {"tests": len(cases)} | {key: sum(case.find(tag) is not None for case in cases) for key, tag in kinds.items()}
        assert {key: int(element.get(key, counted[key])) for key in counted} == counted
    for suite in root.iter("testsuite"):
        names = [(case.attrib["classname"], case.attrib["name"]) for case in suite.iter("testcase")]
        assert len(names) == len(set(names))
        for case in suite.iter("testcase"):
            assert len([each for each in case if each.tag != "system-out"]) <= 1, "Jenkins keeps only one failure of a test."


EVERY_KIND = (PITR, dead("products"), unwatched("Read"), TTL_UNKNOWN, KEY_UNKNOWN, WAIVED)


@pytest.mark.parametrize("unknown_fails", [False, True])
@pytest.mark.parametrize("known", [(), (PITR,), EVERY_KIND])
@pytest.mark.parametrize("fail_on", Severity)
def test_junit_fails_exactly_when_the_run_does(fail_on: Severity, known: tuple[Result, ...], unknown_fails: bool) -> None:
    comparison = Comparison("main.json", open=frozenset(each.fingerprint for each in known)) if known else None
    report = of_one(*EVERY_KIND, comparison=comparison, fail_on=fail_on, unknown_fails=unknown_fails)
    root = junit(report)
    failed = {(case.get("classname"), case.get("name")) for case in root.iter("testcase") if case.find("failure") is not None}
    assert failed == {(each.address, each.rule) for each in report.results if report.decides(each)}
    assert (int(root.attrib["failures"]) > 0) == (exit_code(report) == FINDINGS)


def test_junit_says_why_a_test_was_skipped() -> None:
    old = replace(SILENT, severity=Severity.ERROR)
    others = (dead("a"), KEY_UNKNOWN, WAIVED, old, replace(TTL_UNKNOWN, severity=Severity.NOTE))
    comparison = Comparison("main.json", open=frozenset({old.fingerprint, TTL_UNKNOWN.fingerprint}))
    reasons = {
        case.attrib["name"]: skipped.attrib["message"]
        for case in junit(of_one(*others, comparison=comparison)).iter()
        for skipped in case.iterfind("skipped")
    }
    assert reasons == {
        "dead-alarm": f"warning below --fail-on error: {dead('a').message}",
        "aws-managed-key": f"unknown: {KEY_UNKNOWN.message}",
        "no-deletion-protection": "waived: sessions live for an hour, by @platform until 2027-12-31 (Infrastructure/main.tf:80): "
        f"{WAIVED.message}",
        "silent-alarm": f"in the baseline: {SILENT.message}",
        "missing-ttl": f"unknown, in the baseline: {TTL_UNKNOWN.message}",
    }


def test_junit_has_the_place_of_a_finding_in_its_text() -> None:
    (failure,) = junit(of_one(replace(PITR, fix="", related=()))).iter("failure")
    assert failure.text == f"{PITR.message}\nat Infrastructure/Modules/dynamodb/main.tf:57"


def test_junit_has_the_findings_of_a_failed_test_that_do_not_fail_the_run_in_its_output() -> None:
    old, new = dead("products"), DEAD_TOO
    report = of_one(old, new, fail_on=Severity.WARNING, comparison=Comparison("main.json", open=frozenset({old.fingerprint})))
    (case,) = junit(report).iter("testcase")
    assert [each.tag for each in case] == ["failure", "system-out"]
    assert case[0].attrib == {"message": new.message, "type": "warning"}
    assert (case[1].text or "").startswith(f"skipped: in the baseline: {old.message}\nat ")


def test_what_could_not_be_checked_is_an_error_of_junit() -> None:
    root = junit(REPORTS["errors"])
    assert (root.attrib["errors"], root.attrib["failures"]) == ("2", "0")
    assert [error.attrib["message"] for error in root.iter("error")] == list(REPORTS["errors"].errors)


# CSV


def rows(report: Report) -> list[dict[str, str]]:
    """The rows of the report as CSV, as a program reads them: without the protection from formulas."""
    found = csv.DictReader(io.StringIO(written("csv", report), newline=""), strict=True)
    return [{name: value.removeprefix("'") for name, value in row.items()} for row in found]


def test_csv_has_a_row_for_each_result_that_is_not_a_pass() -> None:
    found = rows(EVERYTHING)
    assert [row["fingerprint"] for row in found] == [each.fingerprint for each in EVERYTHING.results if each.status is not Status.PASS]
    (unencrypted,) = (row for row in found if row["rule"] == "unencrypted-table")
    assert unencrypted == {
        "status": "fail",
        "severity": "error",
        "rule": "unencrypted-table",
        "input": "plan.json",
        "environment": "",
        "address": "module.dynamodb.aws_dynamodb_table.products",
        "attribute": "server_side_encryption.enabled",
        "file": "Infrastructure/Modules/dynamodb/main.tf",
        "line": "57",
        "found": "not set",
        "expected": "true",
        "contract": "",
        "message": "Encryption with a KMS key is off: server_side_encryption.enabled is not set; expected true",
        "fingerprint": "5dc1a2e5b85bdd48",
        "new": "true",
    }


def test_csv_has_the_rows_of_every_instance_of_a_block() -> None:
    assert [row["address"] for row in rows(of_one(dead("a"), dead("b")))] == [dead("a").address, dead("b").address]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "'=1+1", "''", "\uff1dx", "\n=1", "\t=1", "\r=1", "plain", "a=b"])
def test_no_cell_of_csv_starts_a_formula(text: str) -> None:
    result = replace(PITR, message=text, found=text)
    line = written("csv", of_one(result)).split("\r\n", 1)[1]
    cells = next(csv.reader(io.StringIO(line, newline="")))
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"))]
    (row,) = rows(of_one(result))
    assert row["message"] == row["found"] == safe_text(text)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8")))
@example('a,"b"\nc')
@example("'")
def test_a_program_reads_each_value_of_csv_as_text_shows_it(text: str) -> None:
    (row,) = rows(of_one(replace(PITR, message=text)))
    assert row["message"] == safe_text(text)


def test_csv_ends_its_lines_as_rfc_4180_says() -> None:
    found = written("csv", of_one(PITR, SILENT))
    assert found.startswith(",".join(COLUMNS) + "\r\n")
    assert found.count("\r\n") == found.count("\n") == 3


# Odd characters


@pytest.mark.parametrize("text", POISON)
def test_xml_has_the_file_of_a_finding_as_text_shows_it(text: str) -> None:
    result = replace(PITR, location=Location(f"x{text}y.tf", 1, 1))
    (file,) = ElementTree.fromstring(written("checkstyle", of_one(result)))
    shown = safe_text(file.attrib["name"])
    assert shown == file.attrib["name"]
    assert shown.endswith("y.tf")
