"""The result of a self-test as text: each mutation, every survivor, and the score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dyncheck.reporters.safe import safe_text
from dyncheck.selftest.tester import Tested, Tried


def selftest_as_text(every: Iterable[Tested]) -> str:
    """The mutations of each input; the last line has the score."""
    lines: list[str] = []
    tried: list[Tried] = []
    for tested in every:
        tried += tested.tried
        lines += (tested.path, *map(_row, tested.tried))
        if tested.skipped:
            lines.append(f"  not tried, because the input breaks the rule, or the rule does not apply to it: {', '.join(tested.skipped)}")
        lines.append("")
    survivors = [each for each in tried if not each.is_right]
    lines += (line for each in survivors for line in _survivor(each))
    lines.append(f"{len(tried) - len(survivors)} of {len(tried)} mutations found by their rule and no other")
    return safe_text("".join(f"{line}\n" for line in lines))


def _row(tried: Tried) -> str:
    return f"  {'found' if tried.is_right else 'NOT SO':<7} {tried.rule:<26} {tried.what} ({tried.address})"


def _survivor(tried: Tried) -> Iterator[str]:
    if not tried.is_found:
        yield f"survivor: {tried.what} on {tried.address}, and {tried.rule} does not find it"
    if tried.others:
        yield f"survivor: {tried.what} on {tried.address}, and {', '.join(tried.others)} fails; only {tried.rule} should"
