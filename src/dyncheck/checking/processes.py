"""Runs the same work on many items, in several processes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")

# Items to a process. With fewer, starting it takes longer than it saves.
WORTH_A_PROCESS = 4
# The portions of work for each process. With fewer, processes wait at the end for one that has more to do.
_PORTIONS = 32
# The items of a portion, so that the results of the portions that are ahead are few.
_LARGEST = 16
# The portions for each process that may be ahead.
_AHEAD = 4
# The collector runs after so many new objects.
_ALLOCATIONS = 100_000

# A forked process has these already.
_work: Callable[[Any], Any]
_items: Sequence[Any]


def available() -> int:
    """How many processes can run at once; one where processes cannot be forked safely."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def in_processes(work: Callable[[Item], Result], items: Sequence[Item], processes: int) -> Iterator[Result]:
    """The result of each item, in order; with fewer than two processes in this one. Raises what the work raises.

    Results are pickled, but only between a process and its children: pickles from elsewhere are never read.
    """
    if processes < 2:
        yield from map(work, items)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    global _work, _items
    _work, _items = work, items
    size = max(1, min(len(items) // (processes * _PORTIONS), _LARGEST))
    running: deque[Future[list[Result]]] = deque()
    with ProcessPoolExecutor(processes, mp_context=get_context("fork"), initializer=bound_memory) as pool:
        for start in range(0, len(items), size):
            # What is done waits here for what was begun before it, so only so much may be begun.
            if len(running) == processes * _AHEAD:
                yield from running.popleft().result()
            running.append(pool.submit(_of_portion, start, start + size))
        while running:
            yield from running.popleft().result()


def bound_memory() -> None:
    """Let the collector free what a part of a long work leaves behind; `program` switches it off for short runs."""
    import gc

    # What is there by now stays, and need not be examined again.
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 10, 10)
    gc.enable()


def _of_portion(start: int, end: int) -> list[Any]:
    return [_work(item) for item in _items[start:end]]
