"""Shows the progress of a long run at a terminal."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar as Bar

# A run that takes fewer seconds shows nothing.
_PATIENCE = 1.0
# Back to the start of the line, clear it, and show the cursor, which click hides.
_WIPE = "\r\x1b[K\x1b[?25h"


class Progress:
    """click's progress bar on standard error, from the first second on, wiped at the end. Unless `is_shown`, nothing is written."""

    __slots__ = ("_bar", "_done", "_is_shown", "_label", "_start", "_total")

    def __init__(self, is_shown: bool = False, label: str = "Checking") -> None:
        self._is_shown = is_shown
        self._label = label
        self._bar: Bar[int] | None = None
        self._done = self._total = 0
        self._start = monotonic()

    def begin(self, total: int) -> None:
        """Add parts to the work."""
        self._total += total

    def step(self) -> None:
        """Count one part as done."""
        self._done += 1
        if not self._is_shown or self._total < 2 or monotonic() - self._start < _PATIENCE:
            return
        if self._bar is None:
            from click import progressbar

            self._bar = progressbar(length=self._total, label=self._label, file=sys.stderr, show_eta=False, show_pos=True)
        self._bar.length, self._bar.finished = self._total, False
        with suppress(OSError):
            self._bar.update(self._done - self._bar.pos)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            with suppress(OSError):
                sys.stderr.write(_WIPE)
                sys.stderr.flush()


def watched(label: str = "Checking") -> Progress:
    """A bar that is shown where standard error is a terminal that can wipe a line."""
    return Progress(sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb", label)
