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
from dyncheck.rule import Rule, Severity

# The worst first. A failure has the name of its severity, any other verdict that of its status.
VERDICTS = ("error", "warning", "note", "unknown", "waived", "pass")
WORDS = {"error": "error", "warning": "warning", "note": "note", "unknown": "unknown", "waived": "waived", "pass": "passed"}

_SLUG = re.compile(r"[a-z0-9-]{1,80}")


class Shown(Struct, frozen=True):
    """A result with its id on the page. `name` is the name of its table or alarm."""

    anchor: str
    name: str
    verdict: str
    result: Result
    is_new: bool

    @property
    def headline(self) -> str:
        """The finding in a few words."""
        result = self.result
        return result.message if result.status is Status.UNKNOWN else capital(result.summary or result.message or result.rule)

    @property
    def word(self) -> str:
        """The verdict, with the severity of the rule where that is another word."""
        severity = self.result.severity.value
        return severity if self.verdict == severity else f"{WORDS[self.verdict]} ({severity})"

    @property
    def has_facts(self) -> bool:
        """Whether it has more than a headline."""
        result = self.result
        return any((result.waiver, result.found, result.expected, result.fix, result.location, result.related))

    @property
    def block(self) -> object:
        """Equal for findings that say the same about one block: several instances or root modules may have it."""
        result = self.result
        if result.location is None or result.status is Status.PASS:
            return None
        return (
            result.rule,
            result.status,
            result.location,
            result.attribute,
            result.summary or result.message,
            result.expected,
            result.waiver,
        )


class Row(Struct, frozen=True):
    """A table, or another subject of results, with all its results.

    `name` is a table's own name where that is known, else what its block is called; `within` is the module that it is in.
    """

    anchor: str
    address: str
    name: str
    within: str
    findings: tuple[Shown, ...]
    passed: tuple[Shown, ...]
    drawing: TableDrawing | None

    @property
    def everything(self) -> tuple[Shown, ...]:
        """The findings, the worst first, then what passed."""
        return (*self.findings, *self.passed)

    @property
    def counts(self) -> dict[str, int]:
        """How many results have each verdict, the worst first."""
        return counted(shown.verdict for shown in self.everything)

    @property
    def cells(self) -> dict[str, tuple[Shown, str]]:
        """By rule, the worst of its results and the verdict in words."""
        by_rule: dict[str, list[Shown]] = {}
        for shown in self.everything:
            by_rule.setdefault(shown.result.rule, []).append(shown)
        return {rule: (results[0], _in_words(results)) for rule, results in by_rule.items()}


class Demand(Struct, frozen=True):
    """A rule that has results on the page: its documentation, if known, and how many results have each verdict."""

    id: str
    severity: Severity
    rule: Rule | None
    counts: dict[str, int]


class Group(Struct, frozen=True):
    """The rows of one input, or those on the tables that the run requires."""

    anchor: str
    title: str
    rows: tuple[Row, ...]

    @property
    def rules(self) -> frozenset[str]:
        """The rules that have results in these rows."""
        return frozenset(shown.result.rule for row in self.rows for shown in row.everything)


def counted(verdicts: Iterable[str]) -> dict[str, int]:
    """How often each verdict occurs, the worst first."""
    numbers = Counter(verdicts)
    return {verdict: numbers[verdict] for verdict in VERDICTS if verdict in numbers}


def called(address: str) -> tuple[str, str]:
    """The short name of a table or an alarm, and its module; the whole address of anything else."""
    for kind, noun in ((TABLE, ""), (ALARM, "alarm")):
        module, found, name = address.rpartition(f"{kind}.")
        if found and (not module or module.endswith(".")):
            return name, " in ".join(filter(None, (noun, module.removesuffix("."))))
    return address, ""


def anchor(prefix: str, name: str) -> str:
    """The id for a name, the same on every page."""
    return f"{prefix}-{name}" if _SLUG.fullmatch(name) else f"{prefix}-{digest(name)}"


def digest(name: str) -> str:
    """A short hash of a name."""
    return sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def plural(number: int, noun: str) -> str:
    """The number with its noun: `1 table`, `2 tables`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def capital(sentence: str) -> str:
    """The sentence with a capital letter at its start."""
    return sentence[:1].upper() + sentence[1:]


def worded(verdict: str, number: int) -> str:
    """The word for that many results of a verdict."""
    return f"{verdict}s" if number != 1 and verdict in ("error", "warning", "note") else WORDS[verdict]


def _in_words(results: list[Shown]) -> str:
    """The verdict of the first, with how many have the same one."""
    same = sum(shown.verdict == results[0].verdict for shown in results)
    word = WORDS[results[0].verdict]
    return word if same == 1 else f"{word}, {plural(same, 'result')}"
