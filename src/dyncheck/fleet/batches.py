"""Checks a batch of documents in a process of the cluster: reads them, again where a store fails, and makes their rows."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from hashlib import sha256
from typing import Any

import pyarrow
from msgspec import Struct

from dyncheck.checking.one_input import Checker
from dyncheck.errors import InputError, one_line
from dyncheck.files import LIMIT, largest
from dyncheck.fleet.judging import rows_of, unread
from dyncheck.fleet.order import Order, decoded
from dyncheck.fleet.rows import READ, Row, as_table
from dyncheck.fleet.sources import Document, opened
from dyncheck.readers.source import read

# A batch has no more documents and, unless one document has more, no more bytes.
_MOST, _MOST_BYTES = 50, 32_000_000

# A store is asked so often, and so many documents at once. The pauses between are in seconds, and double.
_TIMES, _AT_ONCE, _PAUSE = 3, 8, 1.0
# The seconds that a store has to deliver one document, all attempts together.
_PATIENCE = 180.0


class Answer(Struct, frozen=True):
    """The rows of a batch, and how many of them there are of each kind: (whether of a document, status, severity).

    `tables` are those of its documents, and `partial` is how many documents were read, but not completely checked.
    `unchanged` are the documents that have the hash of an earlier run, which have no rows here.
    """

    table: pyarrow.Table
    counts: dict[tuple[bool, str, str], int]
    tables: int
    partial: int
    unchanged: tuple[str, ...] = ()


def batches(documents: Iterable[Document]) -> Iterator[tuple[Document, ...]]:
    """The documents in batches that one process checks at once."""
    batch: list[Document] = []
    size = 0
    for each in documents:
        if batch and (len(batch) == _MOST or size + each.size > _MOST_BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(each)
        size += each.size
    if batch:
        yield tuple(batch)


def checked(pickled: bytes, batch: Sequence[Document]) -> Answer:
    """The rows of a batch. `pickled` is the order."""
    order, by = decoded(pickled)
    rows: list[Row] = []
    unchanged: list[str] = []
    # A document makes many objects and no circles that matter, and the collector would examine them again and again.
    gc.disable()
    try:
        _check(batch, order, by, rows, unchanged)
    finally:
        gc.enable()
    return answer(rows, unchanged)


def _check(batch: Sequence[Document], order: Order, by: Checker, rows: list[Row], unchanged: list[str]) -> None:
    for document, data in _contents(batch):
        if isinstance(data, str):
            rows.append(unread(document, order, data))
        elif document.known and sha256(data).hexdigest() == document.known:
            unchanged.append(document.name)
        else:
            rows += _rows(document, data, order, by)


def answer(rows: Sequence[Row], unchanged: Iterable[str] = ()) -> Answer:
    """The rows as a table, counted."""
    counts = Counter((row.rule is None, row.status, row.severity or "") for row in rows)
    partial = sum(row.rule is None and row.status == READ and row.message is not None for row in rows)
    return Answer(as_table(rows), dict(counts), sum(row.tables or 0 for row in rows), partial, tuple(unchanged))


def _rows(document: Document, data: bytes, order: Order, by: Checker) -> list[Row]:
    try:
        return rows_of(document, data, order, by)
    except Exception:  # A bug on one document must not keep the others of its batch from being checked.
        from traceback import format_exc

        bug = f"cannot be checked because of a bug in dyncheck; please report it with this trace: {one_line(format_exc())}"
        return [unread(document, order, bug)]


def _contents(batch: Sequence[Document]) -> Iterator[tuple[Document, bytes | str]]:
    """Each document with its bytes, or with the reason why it cannot be read."""
    systems = {source: opened(source)[0] for source in {each.source for each in batch if each.source}}
    pool = ThreadPoolExecutor(_AT_ONCE)
    most = largest()
    try:
        # The file systems of stores that wait for several answers at once have this mark.
        asked = {
            each: pool.submit(_from_store, systems[each.source], each, most)
            for each in batch
            if each.source and getattr(systems[each.source], "async_impl", False)
        }
        for each in batch:
            if each in asked:
                yield each, _waited_for(asked[each])
            else:
                yield each, _from_store(systems[each.source], each, most) if each.source else _from_disk(each)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _waited_for(future: Future[bytes | str]) -> bytes | str:
    try:
        return future.result(_PATIENCE)
    except TooSlow:
        return f"cannot be read: the store did not deliver it within {_PATIENCE:.0f} seconds"


def _from_disk(document: Document) -> bytes | str:
    try:
        return read(document.path).data
    except InputError as error:
        return one_line(str(error)).removeprefix(f"{document.path} ").rstrip(".")


def _from_store(system: Any, document: Document, most: int) -> bytes | str:
    if document.size > most:
        return f"has more than {most:,} bytes. If it is a plan, set {LIMIT} to a higher limit"
    for attempt in range(_TIMES):
        try:
            data = system.cat_file(document.path)
            return data if isinstance(data, bytes) else bytes(data)
        except FileNotFoundError:
            return "was there when the run began, and does not exist any more"
        except PermissionError as error:
            return f"cannot be read: {one_line(str(error))}"
        except Exception as error:  # Each store has exceptions of its own.
            why = one_line(f"{type(error).__name__}: {error}").rstrip(".")
            if attempt + 1 < _TIMES:
                time.sleep(_PAUSE * 2**attempt)
    return f"cannot be read after {_TIMES} attempts: {why}"
