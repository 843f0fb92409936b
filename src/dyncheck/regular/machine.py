"""The search for matches: the preferred way through a pattern first, and no place of pattern and text twice.

Its time is proportional to the pattern and the text, and its steps are the same on every machine.
Source: https://github.com/golang/go/blob/master/src/regexp/backtrack.go
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from dyncheck.regular.problems import UnsurePattern
from dyncheck.regular.syntax import Pattern, Save, Split, Take

_MOST_STEPS = 400_000

# The start and the end of the match and of each group; None for a group that is not part of the match.
Captures: TypeAlias = "tuple[int | None, ...]"


class Machine:
    """A pattern that is ready for searches, which share one limit of steps.

    Two of them take about the time of one step of the evaluation, which `spend` counts.
    """

    def __init__(self, pattern: Pattern, spend: Callable[[int], None]) -> None:
        self._instructions = pattern.instructions
        self._nothing: Captures = (None,) * (2 * len(pattern.names) + 2)
        self._left = _MOST_STEPS
        self._spend = spend
        spend(len(pattern.instructions) // 2)

    def match(self, text: str, start: int) -> Captures | None:
        """The first match at or after a place; of several matches there, the preferred one. Raises `UnsurePattern` after too many steps."""
        before = self._left
        # A way that leads to no match from one place of the text leads to none from a later place.
        seen: set[tuple[int, int]] = set()
        try:
            searches = (self._match_at(text, begin, seen) for begin in range(start, len(text) + 1))
            return next((found for found in searches if found is not None), None)
        finally:
            self._spend((before - max(self._left, 0)) // 2)

    def _match_at(self, text: str, begin: int, seen: set[tuple[int, int]]) -> Captures | None:
        ways = [(0, begin, self._nothing)]
        while ways:
            place, position, captures = ways.pop()
            while (place, position) not in seen:
                if place == len(self._instructions):
                    return captures
                seen.add((place, position))
                self._left -= 1
                if self._left < 0:
                    raise UnsurePattern(f"takes more than {_MOST_STEPS} steps on this text")
                instruction = self._instructions[place]
                if isinstance(instruction, Split):
                    ways.append((place + instruction.second, position, captures))
                    place += instruction.first
                    continue
                if isinstance(instruction, Save):
                    captures = (*captures[: instruction.slot], position, *captures[instruction.slot + 1 :])
                elif isinstance(instruction, Take):
                    if position == len(text) or not instruction.holds(text[position]):
                        break
                    position += 1
                elif instruction.match(text, position) is None:
                    break
                place += 1
        return None
