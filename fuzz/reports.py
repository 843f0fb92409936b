"""Properties of every report: the exit code matches, and each format can be read back."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable
from xml.etree import ElementTree

from msgspec.structs import replace

from dyncheck.checking.exit_code import exit_code
from dyncheck.findings import Report, Status
from dyncheck.reporters.formats import NAMES, STYLED, styled, writer
from dyncheck.reporters.layout import TextStyle
from dyncheck.rule import Severity
from tests.reporters.html.page import Page

_OBEYED = ("::", "##[", "##vso[", "##teamcity[")


def check_report(report: Report, names: Iterable[str] = NAMES) -> None:
    """Raise if a property of a report does not hold in these formats."""
    _check_exit_code(report)
    for name in names:
        text = as_text(name, report)
        text.encode("utf-8", "backslashreplace")
        _READERS[name](text)
        assert as_text(name, report) == text, f"{name} is not the same twice"


def as_text(name: str, report: Report) -> str:
    """The report in a format."""
    return styled(name, report, TextStyle(verbose=True)) if name in STYLED else writer(name)(report)


def _check_exit_code(report: Report) -> None:
    for fail_on in Severity:
        for unknown_fails in (False, True):
            code = exit_code(replace(report, fail_on=fail_on, unknown_fails=unknown_fails))
            counted = [each for each in report.results if each.status is Status.FAIL or (each.status is Status.UNKNOWN and unknown_fails)]
            new = [each for each in counted if report.comparison is None or each.fingerprint not in report.comparison.open]
            weighty = [each for each in new if list(Severity).index(each.severity) <= list(Severity).index(fail_on)]
            assert code == (3 if report.errors else 1 if weighty else 0), (code, fail_on, unknown_fails)


def _read_text(text: str) -> None:
    _is_harmless(text)


def _read_json(text: str) -> None:
    found = json.loads(text)
    counted = found["summary"]
    for status in ("pass", "unknown", "waived"):
        assert counted[status] == sum(each["status"] == status for each in found["results"])
    assert sum(counted["fail"].values()) == sum(each["status"] == "fail" for each in found["results"])
    _is_harmless(text)


def _read_jsonl(text: str) -> None:
    *_, last = map(json.loads, text.splitlines())
    assert last["type"] == "summary"
    _is_harmless(text)


def _read_sarif(text: str) -> None:
    (only,) = json.loads(text)["runs"]
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    for result in only["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    _is_harmless(text)


def _read_github(text: str) -> None:
    said = [line for line in text.split("\n") if not line.startswith(("::error ", "::warning ", "::notice "))]
    _is_harmless("\n".join(said))
    _has_no_control(text)


def _read_markdown(text: str) -> None:
    _is_harmless(text)


def _read_gitlab(text: str) -> None:
    fingerprints = [entry["fingerprint"] for entry in json.loads(text)]
    assert len(fingerprints) == len(set(fingerprints))
    _is_harmless(text)


def _read_junit(text: str) -> None:
    root = ElementTree.fromstring(text)
    assert sum(int(suite.attrib["tests"]) for suite in root) == len(list(root.iter("testcase")))
    _is_harmless(text)


def _read_rdjson(text: str) -> None:
    assert "diagnostics" in json.loads(text)
    _is_harmless(text)


def _read_checkstyle(text: str) -> None:
    ElementTree.fromstring(text)
    _is_harmless(text)


def _read_csv(text: str) -> None:
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert all(len(row) == len(header) for row in rows)
    _is_harmless(text.replace("\r\n", "\n"))


def _read_html(text: str) -> None:
    page = Page(text)
    anchors = [element.get("id") for element in page.elements if element.get("id")]
    assert len(anchors) == len(set(anchors)), "two elements have one id"
    _has_no_control(text)


def _is_harmless(text: str) -> None:
    _has_no_control(text)
    for line in text.split("\n"):
        seen = "".join(character for character in line if unicodedata.category(character) not in ("Cf", "Cc"))
        assert not seen.lstrip().startswith("::"), line
        assert not any(command in seen for command in _OBEYED[1:]), line


def _has_no_control(text: str) -> None:
    # Nearly every text is printable, and this test is fast.
    if all(line.isprintable() for line in text.split("\n")):
        return
    odd = [hex(ord(each)) for each in text if each != "\n" and unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert odd == [], odd


_READERS = {
    "text": _read_text,
    "concise": _read_text,
    "json": _read_json,
    "jsonl": _read_jsonl,
    "sarif": _read_sarif,
    "github": _read_github,
    "github-comment": _read_markdown,
    "markdown": _read_markdown,
    "gitlab": _read_gitlab,
    "junit": _read_junit,
    "rdjson": _read_rdjson,
    "checkstyle": _read_checkstyle,
    "csv": _read_csv,
    "html": _read_html,
}
