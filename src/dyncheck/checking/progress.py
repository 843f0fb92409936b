"""Shows how far a long run is, to a person who waits for it; nothing to anybody else."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from dyncheck.reporters.safe import safe_text

_FIRST, _NEXT = 1.0, 0.1
_BAR = 24


class Progress:
    """What a run tells of how far it is. This one shows it to nobody."""

    __slots__ = ()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        """The run is over."""

    def begin(self, name: str, total: int = 0, what: str = "") -> None:
        """An input is begun: of `total` parts, where it has any."""

    def step(self) -> None:
        """One of the parts is done."""


class ProgressBar(Progress):
    """A line on standard error, from the first second on, that is wiped out at the end.

    It is drawn by a timer of the system, so that the work need not think of it; where there is none, there is no bar.
    """

    __slots__ = ("_done", "_name", "_shown", "_total", "_what")

    def __init__(self) -> None:
        self._name = self._what = ""
        self._done = self._total = 0
        self._shown = ""

    def begin(self, name: str, total: int = 0, what: str = "") -> None:
        self._name, self._total, self._what, self._done = name, total, what, 0

    def step(self) -> None:
        self._done += 1

    def __enter__(self) -> ProgressBar:
        import signal

        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, lambda *_: self._draw())
            signal.setitimer(signal.ITIMER_REAL, _FIRST, _NEXT)
        return self

    def __exit__(self, *_: object) -> None:
        import signal

        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        if self._shown:
            _show("")

    def _draw(self) -> None:
        line = self.line()
        if self._name and line != self._shown:
            self._shown = line
            _show(line)

    def line(self) -> str:
        """What is shown: the input, and how many of its parts are done."""
        if self._total < 2:
            return f"checking {self._name}"
        filled = _BAR * self._done // self._total
        return f"[{'=' * filled}{'.' * (_BAR - filled)}] {self._done} of {self._total} {self._what}"


def watched() -> Progress:
    """A bar where a person is watching: standard error is a terminal that can wipe out a line. Else one that shows nothing."""
    is_watched = sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return ProgressBar() if is_watched else Progress()


def _show(text: str) -> None:
    with suppress(OSError):
        sys.stderr.write(f"\r\x1b[K{safe_text(text)[:79]}")
        sys.stderr.flush()
