"""What one execution may take: time in proportion to the size of its input, and memory."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# An evaluation has 5,000,000 steps at most, which take this long on a slow machine; reading takes far less.
SECONDS = 20.0
SECONDS_PER_MEGABYTE = 10.0

MEMORY = 3_000_000_000


class TooSlow(BaseException):
    """An execution took longer than its input accounts for. No handler of the program may take it for one of its own errors."""


@contextmanager
def bounded(size: int) -> Iterator[None]:
    """Raise `TooSlow` where what is inside takes more of the processor than an input of so many bytes may."""

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
    """From here on an allocation beyond the limit is a `MemoryError`."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
