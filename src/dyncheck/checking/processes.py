"""The same work on many items, in several processes where that is worth it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# How many portions of the work a process gets: with fewer, some wait in the end for one that has more to do.
_PORTIONS = 32

# What a forked process works with: it is there already, and need not be handed over.
_work: Callable[[Any], Any]
_items: Sequence[Any]


def available() -> int:
    """How many processes can run at once; one where processes cannot be forked safely."""
    if not hasattr(os, "sched_getaffinity"):
        return 1
    return len(os.sched_getaffinity(0))


def in_processes(work: Callable[[Item], Result], items: Sequence[Item], processes: int) -> Iterator[Result]:
    """The result of each item, in their order; with fewer than two processes in this one.

    What the work raises is raised here. The results have to be such that they can be pickled; that is between a process and
    its own children only, and nothing that anybody else writes is ever unpickled.
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
