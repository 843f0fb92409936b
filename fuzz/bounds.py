"""Limits of one execution: time in proportion to the size of its input, and memory."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# An evaluation has at most 5,000,000 steps, which take this long on a slow machine. Reading takes far less.
SECONDS = 20.0
SECONDS_PER_MEGABYTE = 10.0

MEMORY = 3_000_000_000


class TooSlow(BaseException):
    """An execution exceeded its time. A BaseException, so that no handler of the program catches it."""


@contextmanager
def bounded(size: int) -> Iterator[None]:
    """Raise `TooSlow` if the block takes more processor time than an input of this size may."""

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        raise TooSlow(f"takes more than {limit:.0f} s of the processor for {size} bytes")

    limit = SECONDS + SECONDS_PER_MEGABYTE * size / 1_000_000
    before = signal.signal(signal.SIGVTALRM, interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def limit_memory() -> None:
    """From now on, raise `MemoryError` for an allocation beyond the limit."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
