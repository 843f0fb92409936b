"""The report as JUnit XML, which most CI services show: one test for each rule on each address.

There is no standard. These are the parts that GitLab, Jenkins, Azure and CircleCI have in common.
https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.ranked import origin_and_fix, tidy
from dyncheck.reporters.safe import safe_text
from dyncheck.reporters.tally import of_run, terms

# XML 1.0 cannot represent these, not even as a reference: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(report: Report) -> str:
    """One suite for each input. Unknown and waived results are skipped tests; an input that cannot be checked is an error."""
    suites = [_suite(checked.title, _tests(checked.results), checked.notices) for checked in report.inputs if checked.results]
    suites += [_suite("required tables", _tests(report.required))] if report.required else []
    suites += [_suite("could not be checked", _errors(report.errors))] if report.errors else []
    # JUnit has no place for what is about all suites, so the first suite has it.
    for suite in suites[:1]:
        _add_output(suite, (*(f"{path}: {notice}" for path, notice in of_run(report)), *coverage(report, in_full=True)))
    root = _counted(Element("testsuites", name="dyncheck"), suites)
    ElementTree.indent(root, "")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _suite(name: str, cases: Iterable[Element], notices: Iterable[str] = ()) -> Element:
    suite = _counted(Element("testsuite", name=_allowed(name)), cases)
    _add_output(suite, notices)
    return suite


def _add_output(suite: Element, texts: Iterable[str]) -> None:
    for text in texts:
        SubElement(suite, "system-out").text = _allowed(text)


def _counted(parent: Element, children: Iterable[Element]) -> Element:
    """Adds the children and the numbers of their tests."""
    parent.extend(children)
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        parent.set(name, str(sum(1 for _ in parent.iter(tag))))
    return parent


def _tests(results: Iterable[Result]) -> Iterator[Element]:
    """The results of one rule on one address are one test, because Jenkins keeps only one failure of each test."""
    tests: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        tests.setdefault((result.address, result.rule), []).append(result)
    for (address, rule), members in tests.items():
        case = _case(address, rule)
        location = next((result.location for result in members if result.location), None)
        if location:
            case.set("file", _allowed(tidy(location.file)))
            case.set("line", str(location.line))
        _add_outcome(case, members)
        yield case


def _add_outcome(case: Element, results: list[Result]) -> None:
    """Adds a failure or the reason of a skipped test; nothing when the test passed."""
    by_status = {status: [result for result in results if result.status is status] for status in Status}
    if failed := by_status[Status.FAIL]:
        failure = SubElement(case, "failure", message=_allowed(_messages(failed)), type=failed[0].severity.value)
        failure.text = _allowed("\n\n".join(map(_full, failed)))
    elif unknown := by_status[Status.UNKNOWN]:
        SubElement(case, "skipped", message=_allowed(f"unknown: {_messages(unknown)}"))
    elif waived := by_status[Status.WAIVED]:
        SubElement(case, "skipped", message=_allowed(f"waived: {'; '.join(map(_reason, waived))}"))


def _messages(results: Iterable[Result]) -> str:
    # A format string conceals a sensitive message, as `join` does not.
    return "; ".join(f"{result.message}" for result in results)


def _reason(result: Result) -> str:
    waiver = result.waiver
    if waiver is None:
        return f"{result.message}"
    return f"{waiver.reason}, {terms(waiver)}: {result.message}"


def _full(result: Result) -> str:
    location = [f"at {tidy(result.location.file)}:{result.location.line}"] if result.location else []
    return "\n".join((f"{result.message}", *location, *origin_and_fix(result)))


def _errors(errors: tuple[str, ...]) -> Iterator[Element]:
    for number, error in enumerate(errors, 1):
        case = _case("dyncheck", f"input {number}")
        SubElement(case, "error", message=_allowed(error), type="error")
        yield case


def _case(classname: str, name: str) -> Element:
    return Element("testcase", classname=_allowed(classname), name=_allowed(name))


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("", safe_text(text))
