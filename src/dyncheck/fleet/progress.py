"""Shows how many documents of a fleet are done, how fast that goes, and how long it will take."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from time import monotonic

# The seconds between two lines.
_PAUSE = 0.5
# Back to the start of the line, and clear it.
_WIPE = "\r\x1b[K"


class FleetProgress:
    """One line on standard error that is written again and again, and wiped at the end. Unless `is_shown`, nothing is written."""

    def __init__(self, total: int, *, is_shown: bool) -> None:
        self._total = total
        self._is_shown = is_shown
        self._done = self._before = 0
        self._start = self._last = monotonic()

    def skip(self, number: int) -> None:
        """Count documents that take no time."""
        self._before += number

    def step(self, number: int) -> None:
        """Count documents as done."""
        self._done += number
        now = monotonic()
        if self._is_shown and now - self._last >= _PAUSE:
            self._last = now
            self._write(_WIPE + line(self._before + self._done, self._total, self._done / (now - self._start)))

    def __enter__(self) -> FleetProgress:
        if self._is_shown:
            self._write(f"{_WIPE}Starting")
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            self._write(_WIPE)

    def _write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


def line(done: int, total: int, rate: float) -> str:
    """The progress in words; `rate` is in documents a second, 0 where it is not known yet."""
    left = f", {rate:,.0f} a second, {duration((total - done) / rate)} left" if rate else ""
    return f"{done:,} of {total:,} documents{left}"


def duration(seconds: float) -> str:
    """A time in words that are exact enough to wait by: `40 s`, `3 min`, `2 h 5 min`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def is_terminal() -> bool:
    """Whether standard error is a terminal that can wipe a line."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
