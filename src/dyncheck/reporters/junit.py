"""The report as JUnit XML, which most CI services show as tests: one test for each rule on each address.

There is no standard; these are the parts that GitLab, Jenkins, Azure and CircleCI have in common.
https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.ranked import numbered, tidy
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.tally import of_run

# XML 1.0 has no way to write these, not even as a reference: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_Case = tuple[str, str]


def to_junit(report: Report) -> str:
    """One suite an input. A test fails, or is skipped where the verdict is unknown or waived; what could not be checked is an error."""
    said = [f"{path}: {notice}" for path, notice in of_run(report)]
    suites = [
        # JUnit has no place for what is about all suites, so the first has it.
        _suite(checked.path, _tests(checked.results), (*(said if checked is report.inputs[0] else ()), *checked.notices))
        for checked in report.inputs
        if checked.results
    ]
    suites += [_suite("required tables", _tests(report.required))] if report.required else []
    suites += [_suite("could not be checked", _errors(report.errors))] if report.errors else []
    bodies = "".join(body for body, _ in suites)
    every = [outcome for _, outcomes in suites for outcome in outcomes]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="dyncheck" {_counts(every)}>\n{bodies}</testsuites>\n'


def _suite(name: str, cases: Iterable[_Case], notices: Iterable[str] = ()) -> tuple[str, list[str]]:
    """A suite with the outcomes of its tests."""
    bodies, outcomes = zip(*cases, strict=True)
    said = "".join(f"<system-out>{escape(_allowed(notice))}</system-out>\n" for notice in notices)
    return f"<testsuite name={_attribute(name)} {_counts(outcomes)}>\n{''.join(bodies)}{said}</testsuite>\n", list(outcomes)


def _counts(outcomes: Iterable[str]) -> str:
    every = list(outcomes)
    named = (
        ("tests", len(every)),
        *((f"{kind}s", every.count(kind)) for kind in ("failure", "error")),
        ("skipped", every.count("skipped")),
    )
    return " ".join(f'{name}="{number}"' for name, number in named)


def _tests(results: Iterable[Result]) -> Iterator[_Case]:
    """Several results of one rule on one address are one test, for Jenkins keeps only one failure of each."""
    together: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        together.setdefault((result.address, result.rule), []).append(result)
    for (address, rule), judged in together.items():
        body, outcome = _outcome(judged)
        place = next((result.location for result in judged if result.location), None)
        where = f' file={_attribute(tidy(place.file))} line="{place.line}"' if place else ""
        head = f"<testcase classname={_attribute(address)} name={_attribute(rule)}{where}"
        yield (f"{head}>{body}</testcase>\n" if body else f"{head}/>\n"), outcome


def _outcome(judged: list[Result]) -> tuple[str, str]:
    """The element that says how a test ended, and its name; both empty when it passed."""
    by_status = {status: [result for result in judged if result.status is status] for status in Status}
    if failed := by_status[Status.FAIL]:
        text = "\n\n".join(map(_full, failed))
        return _element("failure", "; ".join(result.message for result in failed), failed[0].severity.value, text), "failure"
    if unknown := by_status[Status.UNKNOWN]:
        return _element("skipped", f"unknown: {'; '.join(result.message for result in unknown)}"), "skipped"
    if waived := by_status[Status.WAIVED]:
        return _element("skipped", f"waived: {'; '.join(map(_reason, waived))}"), "skipped"
    return "", ""


def _reason(result: Result) -> str:
    waiver = result.waiver
    if waiver is None:
        return result.message
    owner = f", by {waiver.owner}" if waiver.owner else ""
    until = f", until {waiver.until}" if waiver.until else ""
    return f"{waiver.reason} ({waiver.source}{owner}{until}): {result.message}"


def _full(result: Result) -> str:
    place = f"\nat {result.location.file}:{result.location.line}" if result.location else ""
    way = "".join(f"\nfrom {related.file}:{related.line} {related.message}" for related in result.related)
    fix = f"\nfix:\n{result.fix}" if result.fix else ""
    return f"{result.message}{place}{way}{fix}"


def _errors(errors: tuple[str, ...]) -> Iterator[_Case]:
    for error, number in zip(errors, numbered("" for _ in errors), strict=True):
        yield f'<testcase classname="dyncheck" name="input {number}">{_element("error", error, "error")}</testcase>\n', "error"


def _element(name: str, message: str, kind: str = "", text: str = "") -> str:
    head = f"<{name} message={_attribute(message)}" + (f' type="{kind}"' if kind else "")
    return f"{head}>{escape(_allowed(text))}</{name}>" if text else f"{head}/>"


def _attribute(text: str) -> str:
    return quoteattr(_allowed(text))


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("", safe_text(text))
