"""Keeps the calls of many threads under the rates that services allow."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic, sleep


class Rate:
    """At most so many calls a second, evenly spaced; `each_second` of 0 has no limit."""

    def __init__(self, each_second: float, clock: Callable[[], float] = monotonic, wait: Callable[[float], None] = sleep) -> None:
        self._interval = 1 / each_second if each_second else 0.0
        self._clock = clock
        self._wait = wait
        self._lock = Lock()
        self._next = 0.0

    def take(self) -> None:
        """Wait until the next call is allowed."""
        if not self._interval:
            return
        with self._lock:
            now = self._clock()
            at = max(self._next, now)
            self._next = at + self._interval
        if at > now:
            self._wait(at - now)
