"""The parts of the page as data: results, rows of results on one table, and groups of rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from msgspec import Struct

from dyncheck.dynamodb.drawing import TableDrawing
from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.findings import Result, Status
from dyncheck.reporters.tally import plural
from dyncheck.rule import Rule, Severity

# The worst first. The verdict of a failure is its severity, any other verdict is the status.
VERDICTS = ("error", "warning", "note", "unknown", "waived", "pass")
WORDS = {"error": "error", "warning": "warning", "note": "note", "unknown": "unknown", "waived": "waived", "pass": "passed"}

_SLUG = re.compile(r"[a-z0-9-]{1,80}")


class PageResult(Struct, frozen=True):
    """A result with its id on the page, and the short name of its table or alarm."""

    anchor: str
    name: str
    verdict: str
    result: Result
    is_new: bool

    @property
    def headline(self) -> str:
        result = self.result
        return result.message if result.status is Status.UNKNOWN else capital(result.summary or result.message or result.rule)

    @property
    def word(self) -> str:
        """The verdict in words, with the severity of the rule."""
        severity = self.result.severity.value
        return severity if self.verdict == severity else f"{WORDS[self.verdict]} ({severity})"

    @property
    def block(self) -> object:
        """A key that is equal for the same finding on each instance of a block. None without a location."""
        result = self.result
        text = result.summary or result.message
        key = (result.rule, result.status, result.location, result.attribute, text, result.expected, result.waiver)
        return None if result.location is None or result.status is Status.PASS else key


class SubjectRow(Struct, frozen=True):
    """A table, or another subject, with all its results.

    `name` is the name of the table where it is known, else of the block; `within` is the module.
    """

    anchor: str
    address: str
    name: str
    within: str
    findings: tuple[PageResult, ...]
    passed: tuple[PageResult, ...]
    drawing: TableDrawing | None

    @property
    def results(self) -> tuple[PageResult, ...]:
        """The findings, the worst first, then the passes."""
        return (*self.findings, *self.passed)

    @property
    def counts(self) -> dict[str, int]:
        """The number of results with each verdict, the worst first."""
        return counted(each.verdict for each in self.results)

    @property
    def cells(self) -> dict[str, tuple[PageResult, str]]:
        """The worst result of each rule, and its verdict in words."""
        by_rule: dict[str, list[PageResult]] = {}
        for each in self.results:
            by_rule.setdefault(each.result.rule, []).append(each)
        return {rule: (results[0], _in_words(results)) for rule, results in by_rule.items()}


class RuleSummary(Struct, frozen=True):
    """A rule that has results on the page: its documentation, if known, and the number of results with each verdict."""

    id: str
    severity: Severity
    rule: Rule | None
    counts: dict[str, int]


class Group(Struct, frozen=True):
    """The rows of one input, or of the required tables."""

    anchor: str
    title: str
    rows: tuple[SubjectRow, ...]

    @property
    def rules(self) -> frozenset[str]:
        """The rules that have results in these rows."""
        return frozenset(each.result.rule for row in self.rows for each in row.results)


def counted(verdicts: Iterable[str]) -> dict[str, int]:
    """The number of occurrences of each verdict, the worst first."""
    numbers = Counter(verdicts)
    return {verdict: numbers[verdict] for verdict in VERDICTS if verdict in numbers}


def short_name(address: str) -> tuple[str, str]:
    """The short name of a table or an alarm, and its module; the whole address of anything else."""
    for kind, noun in ((TABLE, ""), (ALARM, "alarm")):
        module, found, name = address.rpartition(f"{kind}.")
        if found and (not module or module.endswith(".")):
            return name, " in ".join(filter(None, (noun, module.removesuffix("."))))
    return address, ""


def anchor(prefix: str, name: str) -> str:
    """The id for a name, which is the same on every page."""
    return f"{prefix}-{name}" if _SLUG.fullmatch(name) else f"{prefix}-{digest(name)}"


def digest(name: str) -> str:
    return sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def worded(verdict: str, number: int) -> str:
    """The word for that number of results."""
    return f"{verdict}s" if number != 1 and verdict in ("error", "warning", "note") else WORDS[verdict]


def _in_words(results: list[PageResult]) -> str:
    """The verdict of the first result, and the number of results with this verdict."""
    same = sum(each.verdict == results[0].verdict for each in results)
    word = WORDS[results[0].verdict]
    return word if same == 1 else f"{word}, {plural(same, 'result')}"
