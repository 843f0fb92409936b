"""Runs the same work on many items, in several processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# The portions of work for each process. With fewer, processes wait at the end for one that has more to do.
_PORTIONS = 32

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
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        yield from pool.map(_of_item, range(len(items)), chunksize=max(1, len(items) // (processes * _PORTIONS)))


def _of_item(number: int) -> Any:
    return _work(_items[number])
