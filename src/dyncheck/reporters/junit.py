"""The report as JUnit XML, which most CI services show as tests: one test for each rule on each address.

There is no standard; these are the parts that GitLab, Jenkins, Azure and CircleCI have in common.
https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.ranked import numbered, tidy
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.tally import of_run

# XML 1.0 has no way to write these, not even as a reference: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
    root = _counted(Element("testsuites", name="dyncheck"), suites)
    ElementTree.indent(root, "")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _suite(name: str, cases: Iterable[Element], notices: Iterable[str] = ()) -> Element:
    suite = _counted(Element("testsuite", name=_allowed(name)), cases)
    for notice in notices:
        SubElement(suite, "system-out").text = _allowed(notice)
    return suite


def _counted(parent: Element, children: Iterable[Element]) -> Element:
    """The element with these in it, and the numbers of their tests."""
    parent.extend(children)
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        parent.set(name, str(sum(1 for _ in parent.iter(tag))))
    return parent


def _tests(results: Iterable[Result]) -> Iterator[Element]:
    """Several results of one rule on one address are one test, for Jenkins keeps only one failure of each."""
    together: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        together.setdefault((result.address, result.rule), []).append(result)
    for (address, rule), judged in together.items():
        case = _case(address, rule)
        place = next((result.location for result in judged if result.location), None)
        if place:
            case.set("file", _allowed(tidy(place.file)))
            case.set("line", str(place.line))
        _end(case, judged)
        yield case


def _end(case: Element, judged: list[Result]) -> None:
    """Adds how the test ended; nothing when it passed."""
    by_status = {status: [result for result in judged if result.status is status] for status in Status}
    if failed := by_status[Status.FAIL]:
        message = "; ".join(result.message for result in failed)
        failure = SubElement(case, "failure", message=_allowed(message), type=failed[0].severity.value)
        failure.text = _allowed("\n\n".join(map(_full, failed)))
    elif unknown := by_status[Status.UNKNOWN]:
        SubElement(case, "skipped", message=_allowed(f"unknown: {'; '.join(result.message for result in unknown)}"))
    elif waived := by_status[Status.WAIVED]:
        SubElement(case, "skipped", message=_allowed(f"waived: {'; '.join(map(_reason, waived))}"))


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


def _errors(errors: tuple[str, ...]) -> Iterator[Element]:
    for error, number in zip(errors, numbered("" for _ in errors), strict=True):
        case = _case("dyncheck", f"input {number}")
        SubElement(case, "error", message=_allowed(error), type="error")
        yield case


def _case(classname: str, name: str) -> Element:
    return Element("testcase", classname=_allowed(classname), name=_allowed(name))


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("", safe_text(text))
