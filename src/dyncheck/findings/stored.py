"""Keeps the inputs of a run on many of them in a temporary file, so that they are not in memory together.

What is unpickled comes from this process or its children, and never from a file that has a name.
"""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, BinaryIO, overload

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.errors import OutputError
from dyncheck.findings.report import Input, InputsElsewhere
from dyncheck.findings.result import Result, Status
from dyncheck.rule import Severity

# Higher ones take more time than the file takes space.
_COMPRESSION = 1


class PackedResults(Struct, frozen=True):
    """The results of an input as bytes, and how many there are of each status, severity and rule."""

    data: bytes
    counts: tuple[tuple[tuple[Status, Severity, str], int], ...]


def packed(results: Sequence[Result]) -> PackedResults:
    """The results for another process or a file."""
    counts = Counter((each.status, each.severity, each.rule) for each in results)
    return PackedResults(_packed(results), tuple(counts.items()))


class StoredInputs(InputsElsewhere):
    """Inputs in a temporary file. Each is read when it is asked for, with its results or without.

    Notices in `needed` are left out.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[Status, Severity, str]] = Counter()
        self.needed: frozenset[str] = frozenset()
        # Where each input starts, where its results do, and where they end.
        self._places = array("Q", [0])
        self._file: BinaryIO = _temporary()

    def add(self, checked: Input, results: PackedResults) -> None:
        """Add an input, which has no results itself. Raises `OutputError` when the file cannot be written."""
        for data in (_packed(checked), results.data):
            try:
                self._file.write(data)
            except OSError as error:
                raise OutputError(
                    f"The results do not fit into the directory for temporary files: {error.strerror}. Set TMPDIR to another one."
                ) from None
            self._places.append(self._places[-1] + len(data))
        self.counts.update(dict(results.counts))

    def __len__(self) -> int:
        return len(self._places) // 2

    @overload
    def __getitem__(self, number: int) -> Input: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Input, ...]: ...
    def __getitem__(self, number: int | slice) -> Input | tuple[Input, ...]:
        every = range(len(self))[number]
        return self._input(every) if isinstance(every, int) else tuple(map(self._input, every))

    def heads(self) -> Iterator[Input]:
        """The inputs without their results."""
        return map(self._head, range(len(self)))

    def with_results(self, required: tuple[Result, ...]) -> Sequence[Result]:
        """The results of the inputs, then those on required tables."""
        return _StoredResults(self, required)

    def _head(self, number: int) -> Input:
        head: Input = self._read(2 * number)
        if self.needed.isdisjoint(head.notices):
            return head
        return replace(head, notices=tuple(notice for notice in head.notices if notice not in self.needed))

    def _input(self, number: int) -> Input:
        return replace(self._head(number), results=self._read(2 * number + 1))

    def _read(self, part: int) -> Any:
        start, end = self._places[part], self._places[part + 1]
        self._file.seek(start)
        return pickle.loads(zlib.decompress(self._file.read(end - start)))


class _StoredResults(Sequence[Result]):
    """The results of stored inputs, then those on required tables."""

    def __init__(self, inputs: StoredInputs, required: tuple[Result, ...]) -> None:
        self._inputs = inputs
        self._required = required

    def __len__(self) -> int:
        return self._inputs.counts.total() + len(self._required)

    def __iter__(self) -> Iterator[Result]:
        for each in self._inputs:
            yield from each.results
        yield from self._required

    @overload
    def __getitem__(self, number: int) -> Result: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Result, ...]: ...
    def __getitem__(self, number: int | slice) -> Result | tuple[Result, ...]:
        every = range(len(self))[number]
        if isinstance(every, int):
            return next(islice(self, every, None))
        wanted = set(every)
        found = {position: result for position, result in enumerate(self) if position in wanted}
        return tuple(found[position] for position in every)


def _packed(value: Input | Iterable[Result]) -> bytes:
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), _COMPRESSION)


def _temporary() -> BinaryIO:
    """A file without a name that only this user can read, or memory where no directory can have one."""
    try:
        return TemporaryFile(prefix="dyncheck-")
    except OSError:
        return BytesIO()
