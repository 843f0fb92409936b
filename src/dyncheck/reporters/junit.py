"""The report as JUnit XML, which most CI services show: one test for each rule on each address.

The elements and attributes are those of Jenkins' schema, so the place of a finding is in the text.
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement

from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.ranked import origin_and_fix, tidy
from dyncheck.reporters.tally import of_run, terms
from dyncheck.reporters.xml import allowed, document


def to_junit(report: Report) -> str:
    """One suite for each input. A failure is what makes the run fail, other findings are skipped tests.

    An input that cannot be checked is an error.
    """
    suites = [_suite(checked.title, _tests(report, checked.results), checked.notices) for checked in report.inputs if checked.results]
    suites += [_suite("required tables", _tests(report, report.required))] if report.required else []
    suites += [_suite("could not be checked", _errors(report.errors))] if report.errors else []
    # JUnit has no place for what is about all suites, so the first suite has it.
    for suite in suites[:1]:
        _add_output(suite, (*(f"{path}: {notice}" for path, notice in of_run(report)), *coverage(report, in_full=True)))
    root = Element("testsuites", name="dyncheck")
    _add_counted(root, suites, ("testcase", "failure", "error"))
    return document(root)


_COUNTS = {"testcase": "tests", "failure": "failures", "error": "errors", "skipped": "skipped"}


def _suite(name: str, cases: Iterable[Element], notices: Iterable[str] = ()) -> Element:
    suite = Element("testsuite", name=allowed(name))
    _add_counted(suite, cases, _COUNTS)
    _add_output(suite, notices)
    return suite


def _add_output(parent: Element, texts: Iterable[str]) -> None:
    for text in texts:
        SubElement(parent, "system-out").text = allowed(text)


def _add_counted(parent: Element, children: Iterable[Element], tags: Iterable[str]) -> None:
    """Adds the children, and how many elements with each tag are among them."""
    parent.extend(children)
    for tag in tags:
        parent.set(_COUNTS[tag], str(sum(1 for _ in parent.iter(tag))))


def _tests(report: Report, results: Iterable[Result]) -> Iterator[Element]:
    """The results of one rule on one address are one test, because Jenkins keeps only one failure of each test."""
    tests: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        tests.setdefault((result.address, result.rule), []).append(result)
    for (address, rule), members in tests.items():
        case = _case(address, rule)
        _add_outcome(case, report, members)
        yield case


def _add_outcome(case: Element, report: Report, results: list[Result]) -> None:
    """Adds a failure, or the reason of a skipped test; nothing when the test passed."""
    failed = [result for result in results if report.decides(result)]
    others = [result for result in results if result.status is not Status.PASS and not report.decides(result)]
    if failed:
        worst = min((result.severity for result in failed), key=lambda severity: severity.rank)
        _add_texts(case, "failure", [(_as_failed(result), result) for result in failed]).set("type", worst.value)
        _add_output(case, (_in_full(f"skipped: {_as_skipped(report, result)}", result) for result in others))
    elif others:
        _add_texts(case, "skipped", [(_as_skipped(report, result), result) for result in others])


def _add_texts(case: Element, tag: str, headed: list[tuple[str, Result]]) -> Element:
    """Adds an element with each result under its heading; the headings are its message."""
    element = SubElement(case, tag, message=allowed("; ".join(heading for heading, _ in headed)))
    element.text = allowed("\n\n".join(_in_full(heading, result) for heading, result in headed))
    return element


def _as_failed(result: Result) -> str:
    # A format string conceals a sensitive message, as `join` does not.
    return f"unknown: {result.message}" if result.status is Status.UNKNOWN else f"{result.message}"


def _as_skipped(report: Report, result: Result) -> str:
    """The message after the reason why the result does not make the run fail."""
    return f"{', '.join(_reasons(report, result))}: {result.message}"


def _reasons(report: Report, result: Result) -> Iterator[str]:
    if result.status is Status.WAIVED:
        yield f"waived: {result.waiver.reason}, {terms(result.waiver)}" if result.waiver else "waived"
        return
    if result.status is Status.UNKNOWN:
        yield "unknown"
    if not report.is_new(result):
        yield "in the baseline"
    if result.severity.rank > report.fail_on.rank and (result.status is Status.FAIL or report.unknown_fails):
        yield f"{result.severity.value} below --fail-on {report.fail_on.value}"


def _in_full(heading: str, result: Result) -> str:
    location = [f"at {tidy(result.location.file)}:{result.location.line}"] if result.location else []
    return "\n".join((heading, *location, *origin_and_fix(result)))


def _errors(errors: tuple[str, ...]) -> Iterator[Element]:
    for number, error in enumerate(errors, 1):
        case = _case("dyncheck", f"input {number}")
        SubElement(case, "error", message=allowed(error), type="error")
        yield case


def _case(classname: str, name: str) -> Element:
    return Element("testcase", classname=allowed(classname), name=allowed(name))
