"""The results of testing rules as text: each fixture, every difference, and the totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyncheck.reporters.safe import safe_text
from dyncheck.ruletest.marks import Expectation
from dyncheck.ruletest.tester import Difference, Tested, Tried


def tests_as_text(every: Iterable[Tested]) -> str:
    """The rules with their fixtures; the last line has the totals."""
    lines: list[str] = []
    tried: list[Tried] = []
    rules = failed = 0
    for tested in every:
        tried += tested.tried
        rules += 1
        failed += not tested.is_right
        lines.append(tested.rule)
        for each in tested.tried:
            lines += _row(each)
        lines += (f"  FAIL  has no {what}" if what.startswith("fixture") else f"  FAIL  lacks {what}" for what in tested.lacks)
        lines.append("")
    passed = sum(each.is_right for each in tried)
    lines.append(f"{_counted(rules, 'rule')}: {rules - failed} passed, {failed} failed ({passed} of {_counted(len(tried), 'test')} passed)")
    return safe_text("".join(f"{line}\n" for line in lines))


def _row(tried: Tried) -> Iterator[str]:
    counts = ", ".join(f"{number} {status}" for status, number in tried.counts)
    yield f"  {'pass' if tried.is_right else 'FAIL'}  {tried.path} ({tried.kind}{f': {counts}' if counts else ''})"
    for line in tried.error.splitlines():
        yield f"        {line}"
    for difference in tried.differences:
        yield from _difference(difference)


def _difference(difference: Difference) -> Iterator[str]:
    yield f"        line {difference.line}: {difference.address}"
    yield from (f"          expected: {text}" for text in _shown(difference.expected))
    yield from (f"          found:    {text}" for text in _shown(difference.found))


def _shown(results: tuple[Expectation, ...]) -> list[str]:
    return [f"{each.status} {each.message}" for each in results] or ["nothing else"]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
