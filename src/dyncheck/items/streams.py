"""The bytes of a file with items, piece by piece: plain or compressed with gzip, and standard input."""

from __future__ import annotations

import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO

from dyncheck.errors import InputError

PIECE = 1 << 18

# A small file of gzip may hold a text of a thousand times its size. Exports of tables have a tenth of this.
MOST_RATIO = 200
_FREE_BYTES = 100_000_000

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OTHERS = {
    b"PAR1": "a Parquet file",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"\xe0\x01\x00\xea": "in Amazon Ion",
    b"PK\x03\x04": "a ZIP file",
}


def pieces(path: str, seen: Callable[[int], None] = lambda _: None) -> Iterator[bytes]:
    """The text of a file, or of standard input for `-`, without a byte order mark. Calls `seen` with the number of bytes of each piece.

    Raises `InputError` when it cannot be read to its end, or is not a text in UTF-8.
    """
    name = "standard input" if path == "-" else path
    try:
        with _opened(path) as file:
            yield from _text(_read(file, seen), name)
    except zlib.error as error:
        raise InputError(f"{name} is not valid gzip: {error}.", kind="syntax") from None
    except OSError as error:
        hint = "Check the path." if isinstance(error, FileNotFoundError) else "Check its permissions."
        raise InputError(f"{name} cannot be read: {error.strerror}. {hint}", kind="unreadable") from None


def _opened(path: str) -> BinaryIO:
    if path == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed. Name a file, or pipe the items in.", kind="unreadable")
        return open(sys.stdin.fileno(), "rb", closefd=False)
    # Opening a pipe waits for a writer, and opening a device may do anything. A pipe from the shell is open already.
    if not stat.S_ISREG(os.stat(path).st_mode) and not path.startswith("/dev/fd/"):
        raise InputError(f"{path} is not a regular file. Name a file, or pipe it in with `-`.", kind="unreadable")
    return open(path, "rb")


def _read(file: BinaryIO, seen: Callable[[int], None]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        seen(len(piece))
        yield piece


def _text(read: Iterator[bytes], name: str) -> Iterator[bytes]:
    first = b""
    while len(first) < len(_OTHERS) and (piece := next(read, b"")):
        first += piece
    start = first[:4]
    if start in _OTHERS:
        raise InputError(f"{name} is {_OTHERS[start]}. dyncheck reads JSON, also compressed with gzip.", kind="unsupported")
    if start.startswith(_UTF16):
        raise InputError(f"{name} is in UTF-16. Write it again as UTF-8.", kind="unsupported")

    def every() -> Iterator[bytes]:
        yield first
        yield from read

    text = _decompressed(every(), name) if start.startswith(_GZIP) else every()
    beginning = b""
    while len(beginning) < len(_BOM) and (piece := next(text, b"")):
        beginning += piece
    yield beginning.removeprefix(_BOM)
    yield from text


def _decompressed(read: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The text of one or more members of gzip."""
    into = zlib.decompressobj(wbits=31)
    taken = given = 0
    for piece in read:
        taken += len(piece)
        left = piece
        while left:
            if into.eof:
                # Zeros may fill the rest of a file.
                left = left.lstrip(b"\0")
                into = zlib.decompressobj(wbits=31) if left else into
                continue
            text = into.decompress(left, PIECE)
            given += len(text)
            if given > _FREE_BYTES and given > MOST_RATIO * taken:
                raise InputError(
                    f"{name} is more than {MOST_RATIO} times as large without gzip. Check it without compression.", kind="limit"
                )
            yield text
            left = into.unconsumed_tail or into.unused_data
    if not into.eof:
        raise InputError(f"{name} ends in the middle of its compressed data. Copy the file again.", kind="incomplete")


def size_of(path: str) -> int:
    """The bytes of a file, 0 where that is not known."""
    with suppress(OSError):
        return os.stat(path).st_size if path != "-" else 0
    return 0
