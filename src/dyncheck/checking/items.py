"""Checks files of items against a contract, and makes a report of what they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.files import from_repository
from dyncheck.findings import Input, Report, Result, Status, numbered
from dyncheck.input_problems import InputProblem
from dyncheck.items.blocks import TooLong
from dyncheck.items.checking import ItemCheck, ItemFinding, NoItem
from dyncheck.items.export import ItemFile, files_of
from dyncheck.items.judging import Demands, ItemProblem, KeyAttribute, quoted
from dyncheck.items.streams import PIECE, pieces, size_of
from dyncheck.model import Location
from dyncheck.rule import Severity

if TYPE_CHECKING:
    from dyncheck.checking.progress import Progress
    from dyncheck.dynamodb import Contract

RULE = "invalid-item"

# The kinds of problems, and the lines that are no items, that one input lists. All others are counted.
_MOST_KINDS = 200
_MOST_LINES = 5


class ItemSettings(Struct, frozen=True):
    """How files of items are checked. `is_plain` is None where each file shows its form; `examples` is the number of items of a kind."""

    severity: Severity
    is_plain: bool | None = None
    shows_values: bool = False
    examples: int = 5
    allow_empty: bool = False
    fail_on: Severity = Severity.ERROR
    unknown_fails: bool = False


def demands_of(contract: Contract) -> Demands:
    """What a contract demands of the items of its tables."""
    keys: list[KeyAttribute] = []
    if contract.primary_key:
        roles = (("HASH", contract.primary_key.hash), ("RANGE", contract.primary_key.range))
        keys += (KeyAttribute(key.name, key.type, role) for role, key in roles if key)
    for name, index in contract.indexes.items():
        keys += (KeyAttribute(key.name, key.type, role, name) for role in ("HASH", "RANGE") for key in index.keys_of(role))
    return Demands(tuple(keys), contract.time_to_live.attribute if contract.time_to_live else "", contract.item)


def check_items(paths: Sequence[str], contract: Contract, settings: ItemSettings, progress: Progress) -> Report:
    """Check every item of the files. A file that cannot be read does not stop the others."""
    checks = [_PathCheck(path, contract, settings) for path in dict.fromkeys(paths)]
    progress.begin(sum(check.pieces for check in checks))
    inputs = tuple(checked for check in checks if (checked := check.run(progress.step)) is not None)
    return Report(
        inputs,
        problems=tuple(problem for check in checks for problem in check.problems),
        notices=tuple(_of_contract(contract)),
        fail_on=settings.fail_on,
        unknown_fails=settings.unknown_fails,
    )


def _of_contract(contract: Contract) -> Iterator[str]:
    if contract.primary_key is None:
        yield f"The contract {contract.table} has no primary_key, so keys were not checked. Add it to the contract."


class _PathCheck:
    """The check of one path: a file, or the files of an export."""

    def __init__(self, path: str, contract: Contract, settings: ItemSettings) -> None:
        self._path, self._contract, self._settings = path, contract, settings
        self._demands = demands_of(contract)
        self._origin = from_repository(path)
        self.problems: list[InputProblem] = []
        self._results: list[Result] = []
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._other = self._lines = 0
        self._items = self._bad = 0
        self._files: tuple[ItemFile, ...] = ()
        try:
            self._files = files_of(path)
        except InputError as error:
            self.problems += error.problems
        except OSError as error:
            self._problem("unreadable", f"{path} cannot be read: {error.strerror}. Check its permissions.")
        self.pieces = sum(-(-size_of(file.path) // PIECE) for file in self._files)

    def run(self, step: Callable[[], None]) -> Input | None:
        """The path with what its items have; None where it has no item that can be read."""
        for file in self._files:
            self._check(file, step)
        if self._lines > _MOST_LINES and not self._items:
            self._not_items()
        if self._files and not self._items and not self.problems and not self._settings.allow_empty:
            self._problem("nothing-to-check", f"{_name(self._path)} has no items. Use --allow-empty to accept that.")
        if self.problems and not self._items:
            return None
        return Input(
            self._path,
            "items",
            "",
            results=tuple(numbered(self._results)),
            notices=tuple(self._notices()),
            passed=self._items - self._bad,
            files=tuple(file.path for file in self._files) if self._files and self._files[0].path != self._path else (),
        )

    def _check(self, file: ItemFile, step: Callable[[], None]) -> None:
        check = ItemCheck(self._demands, is_plain=self._settings.is_plain)
        name = _name(file.path)
        try:
            for found in check.findings(pieces(file.path, lambda _: step()), name):
                if isinstance(found, NoItem):
                    self._no_item(found, file.path)
                else:
                    self._found(found, file.path)
        except InputError as error:
            self.problems += error.problems
        except TooLong as error:
            self._problem("limit", f"{name}:{error.line} {error}.", file.path, error.line)
        else:
            if file.entries is not None and file.entries != check.entries:
                self._problem(
                    "incomplete",
                    f"{name} has {check.entries:,} entries, and the manifest of its export says {file.entries:,}. Copy the file again.",
                    file.path,
                )
        self._items += check.items
        self._bad += check.bad

    def _no_item(self, found: NoItem, path: str) -> None:
        self._lines += 1
        if self._lines <= _MOST_LINES:
            self._problem("syntax", f"{_name(path)}:{found.line} {found.why}.", path, found.line)

    def _not_items(self) -> None:
        """One problem for a path with text that is something else, instead of one for each line."""
        first = next(each for each in self.problems if each.kind == "syntax")
        self.problems = [each for each in self.problems if each.kind != "syntax"]
        what = f"{_name(self._path)} has no items: none of its {self._lines:,} lines is JSON. Name a file of items in JSON."
        self._problem("syntax", what, first.path, first.line)

    def _found(self, found: ItemFinding, path: str) -> None:
        problem = found.problem
        kind = (problem.summary, "".join("[]" if part[:1].isdigit() else part for part in _parts(problem.path)))
        if kind not in self._kinds and len(self._kinds) >= _MOST_KINDS:
            self._other += 1
            return
        self._kinds[kind] += 1
        if self._kinds[kind] <= self._settings.examples:
            self._results.append(self._result(found, path))

    def _result(self, found: ItemFinding, path: str) -> Result:
        problem = found.problem
        is_unknown = problem.kind == "unknown"
        value = quoted(problem.value) if problem.value is not None and self._settings.shows_values else ""
        shown = problem.found or value
        message = f"{problem.path} {problem.found}" if is_unknown else problem.summary + _at(problem, shown)
        return Result(
            RULE,
            Status.UNKNOWN if is_unknown else Status.FAIL,
            self._settings.severity,
            f"item {found.number}",
            message + (f"; expected {problem.expected}" if problem.expected else ""),
            attribute=problem.path,
            # A report without a value has no other place for the attribute.
            summary=problem.summary if shown else problem.summary + _at(problem, shown),
            found=shown,
            expected=problem.expected,
            table=f"item {found.number}",
            location=None if path == "-" else Location(path, found.line, found.line),
            contract=self._contract.table,
            input=self._path,
            origin=self._origin,
        )

    def _problem(self, kind: str, message: str, path: str = "", line: int = 0) -> None:
        self.problems.append(InputProblem(kind, message, path or self._path, line))  # type: ignore[arg-type]

    def _notices(self) -> Iterator[str]:
        if self._bad:
            yield f"{self._bad:,} of {self._items:,} items have a problem."
        for (summary, path), count in self._kinds.most_common():
            if count > self._settings.examples:
                at = f" ({path})" if path and path not in summary else ""
                yield f"{summary}{at}: {count - self._settings.examples:,} more items are not listed."
        if self._other:
            yield f"{self._other:,} problems of more kinds are not listed."
        if self._lines > _MOST_LINES:
            yield f"{self._lines - _MOST_LINES:,} more lines are not JSON."


def _name(path: str) -> str:
    return "standard input" if path == "-" else path


def _at(problem: ItemProblem, shown: str) -> str:
    """The place of a problem and what is there, as the rest of a sentence."""
    path = problem.path
    if path and shown:
        return f": {path} is {shown}"
    return f": {shown}" if shown else f": {path}" if path and quoted(path) not in problem.summary else ""


def _parts(path: str) -> list[str]:
    """The parts of a path between brackets: `a[1].b` has a, 1 and .b."""
    return path.replace("]", "[").split("[")
