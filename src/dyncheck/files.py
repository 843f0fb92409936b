"""Reads a file whole, whatever stands at its path: nothing that has no end, nothing of any size, and nothing that changes meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO

from dyncheck.errors import UsageError

# The endings of the files that stand for the module in their directory.
TERRAFORM_FILES = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json")

# Of a plan, a state or an earlier report, in bytes. Plans of thousands of resources have a tenth of it.
_LARGEST = 500_000_000
LIMIT = "DYNCHECK_MAX_BYTES"

# A stream is read in pieces of so many bytes.
_PIECE = 1 << 20


def largest() -> int:
    """How many bytes a plan, a state or an earlier report may have. Raises `UsageError` when the environment gives what is no number."""
    said = os.environ.get(LIMIT, "")
    if said and not (said.isascii() and said.isdigit() and len(said) < 20):
        raise UsageError(f"{LIMIT} is {said!r}, which is no number of bytes. Write one such as {2 * _LARGEST}.")
    return int(said) if said else _LARGEST


def contents(path: str, most: int) -> bytes:
    """The bytes of a regular file.

    Raises `OSError`, whose `strerror` says so as well when it is no regular file, has more bytes than `most`, or changed while it was read.
    """
    # Looked at before it is opened: opening a pipe waits for somebody to write to it, and opening a device may do anything.
    _refuse_other(os.stat(path))
    with open(path, "rb", opener=_open) as file:
        before = os.fstat(file.fileno())
        _refuse_other(before)
        if before.st_size > most:
            raise too_large(most)
        data = file.read()
        after = os.fstat(file.fileno())
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise OSError(errno.EBUSY, "It changed while it was read")
        return data


def of_stream(stream: BinaryIO, most: int) -> bytes:
    """All that comes out of a stream. Raises `OSError` when that is more than `most` bytes."""
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > most:
            raise too_large(most)
        pieces.append(piece)
    return b"".join(pieces)


def too_large(most: int) -> OSError:
    """What is said of more bytes than are read."""
    return OSError(errno.EFBIG, f"It has more than {most:,} bytes")


def _open(path: str, flags: int) -> int:
    # What was a regular file may be a pipe by now.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_other(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "It is no regular file")
