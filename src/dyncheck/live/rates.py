"""The order in which questions are asked, each kind of them as often as its service allows."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

Asked = TypeVar("Asked")


class _Line(Generic[Asked]):
    """Questions of one kind. `interval` is in seconds; `next` is the time from which the next of them may be asked."""

    __slots__ = ("interval", "next", "waiting")

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.next = 0.0
        self.waiting: deque[Asked] = deque()


class Schedule(Generic[Asked]):
    """Questions that wait for their turn. Times are in seconds, of any clock that only grows."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, _Line[Asked]] = {}

    def add(self, question: Asked, kind: Hashable, each_second: float) -> None:
        """Let a question wait behind others of its kind. So many of them may be asked in a second, any number with 0."""
        interval = 1 / each_second if each_second else 0.0
        self._lines.setdefault(kind, _Line(interval)).waiting.append(question)

    def hold(self, kind: Hashable, until: float) -> None:
        """Ask no question of that kind before a time."""
        line = self._lines[kind]
        line.next = max(line.next, until)

    def take(self, now: float) -> Asked | None:
        """The question that may be asked now: first one of a slow kind, because those decide how long all of them take."""
        line = max((each for each in self._ready() if each.next <= now), key=lambda line: line.interval, default=None)
        if line is None:
            return None
        # A question that was asked a little late does not delay all that follow.
        line.next = max(line.next, now - line.interval) + line.interval
        return line.waiting.popleft()

    def pause(self, now: float) -> float | None:
        """The seconds until a question may be asked; None when none waits."""
        at = min((line.next for line in self._ready()), default=None)
        return None if at is None else max(0.0, at - now)

    def _ready(self) -> list[_Line[Asked]]:
        return [line for line in self._lines.values() if line.waiting]
