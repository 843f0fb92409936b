"""What decides which files are read; and reads a whole file, if it is regular, is not too large, and does not change meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from dyncheck.errors import UsageError

# The endings of the files that make their directory a module.
TERRAFORM_FILES = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json")

# The name of a configuration file.
CONFIGURATION = ".dyncheck.yaml"

# The programs that read them. Only OpenTofu reads `.tofu` files.
TERRAFORM, OPENTOFU = "Terraform", "OpenTofu"

# The source of a setting that no file has.
COMMAND_LINE = "command line"


class Exclude(Struct, frozen=True):
    """A pattern that excludes directories. It is relative to the real path `base`, and stands at `source`, such as ".dyncheck.yaml:3"."""

    pattern: str
    base: str
    source: str

    @property
    def in_words(self) -> str:
        """The pattern and its source."""
        return f'"{self.pattern}" ({self.source})'


# In bytes. Plans of thousands of resources have a tenth of it.
_LARGEST = 500_000_000
LIMIT = "DYNCHECK_MAX_BYTES"

# The bytes that are read from a stream at once.
_PIECE = 1 << 20


def largest() -> int:
    """The most bytes that a plan, a state or an earlier report may have. Raises `UsageError` when the environment gives no number."""
    given = os.environ.get(LIMIT, "")
    if given and not (given.isascii() and given.isdigit() and len(given) < 20):
        raise UsageError(f"{LIMIT} is {given!r}; expected a number of bytes such as {2 * _LARGEST}.")
    return int(given) if given else _LARGEST


def contents(path: str, most: int) -> bytes:
    """The bytes of a regular file.

    Raises `OSError`, also when it is not a regular file, has more bytes than `most`, or changed while it was read.
    """
    # Checked before it is opened: opening a pipe waits for a writer, and opening a device may do anything.
    _refuse_other(os.stat(path))
    with open(path, "rb", opener=_open) as file:
        before = os.fstat(file.fileno())
        _refuse_other(before)
        if before.st_size > most:
            raise _too_large(most)
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
            raise _too_large(most)
        pieces.append(piece)
    return b"".join(pieces)


def upwards(directory: str) -> Iterator[str]:
    """The absolute directory and those above it, up to the root of its repository, which has `.git`, else up to the top."""
    while True:
        yield directory
        above = os.path.dirname(directory)
        if above == directory or is_repository(directory):
            return
        directory = above


def is_repository(directory: str) -> bool:
    """Whether a directory is the root of a repository."""
    return os.path.exists(os.path.join(directory, ".git"))


def from_repository(path: str) -> str:
    """A path from the root of its repository, else from the working directory, with slashes. "-" stays as it is."""
    if path == "-":
        return path
    absolute = os.path.abspath(path)
    *_, top = upwards(absolute if os.path.isdir(absolute) else os.path.dirname(absolute))
    try:
        return os.path.relpath(absolute, top if is_repository(top) else None).replace(os.sep, "/")
    except ValueError:  # Another drive.
        return absolute.replace(os.sep, "/")


def _too_large(most: int) -> OSError:
    return OSError(errno.EFBIG, f"It has more than {most:,} bytes")


def _open(path: str, flags: int) -> int:
    # A pipe may have replaced the regular file.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _refuse_other(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "It is not a regular file")


def is_of_tree(path: str) -> bool:
    """Whether a path is a directory or a Terraform file, not a document such as a plan."""
    return os.path.isdir(path) or path.endswith(TERRAFORM_FILES)


def has_terraform_files(directory: str) -> bool:
    """Whether a directory itself contains Terraform files."""
    try:
        return any(name.endswith(TERRAFORM_FILES[:4]) for name in os.listdir(directory))
    except OSError:
        return False
