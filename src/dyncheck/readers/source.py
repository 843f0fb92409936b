"""The bytes of an input, and their text, also when PowerShell, a CI wrapper or a Windows editor wrote them."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.files import LIMIT, contents, largest, of_stream

if TYPE_CHECKING:
    from dyncheck.input_problems import ProblemKind

# Lines that the setup-terraform wrapper and GitHub runners print around the output of a command.
_WRAPPER_LINE = rb"(?m)^(?:\[command\]|::[a-z-]+(?: [^\n]*)?::)[^\n]*(?:\n|\Z)"

# How many bytes at each end of a text show what it starts and ends with.
_EDGE = 1_024


# Instructions for a path where there is no file.
_ABSENT = "does not exist. Make it with `terraform show -json tfplan > {}`"
_ABSENT_PATTERN = "matches no file. Correct the pattern, or name the files"


class Source(Struct, frozen=True):
    """An input as it was read: the path as given (`-` for standard input) and its bytes, never changed."""

    path: str
    data: bytes

    @property
    def name(self) -> str:
        """The name of the input in messages."""
        return "standard input" if self.path == "-" else self.path

    @property
    def sha256(self) -> str:
        """The hash of the bytes as they are in the file."""
        from hashlib import sha256

        return sha256(self.data).hexdigest()

    def text(self) -> bytes:
        """The content as UTF-8 without a byte order mark, the lines of a CI wrapper, and leading blanks. Copied only where it differs.

        Raises `InputError` when it is not text or has no other content.
        """
        text = _unwrapped(_as_utf8(self.name, self.data)).lstrip()
        if not text:
            raise InputError(
                f"{self.name} is empty. The command that writes it failed; read the output of that command.", kind="incomplete"
            )
        return text

    def shown(self, otherwise: str, to: str = "plan.json", tool: str = "terraform") -> str:
        """The command that makes JSON of the input; `otherwise` is the name where the input is standard input."""
        return show(otherwise if self.path == "-" else self.path, to, tool)


def show(what: str, to: str = "plan.json", tool: str = "terraform") -> str:
    """The command that makes JSON of a plan or state, and the file to check then. It never writes to the file that it reads."""
    to = "shown.json" if os.path.basename(what) == to else to
    return f"Run `{tool} show -json {_quoted(what)} > {to}` and check {to}."


def read(path: str) -> Source:
    """Read a file, or standard input for `-`.

    Raises `InputError` when it does not exist, cannot be read, changes meanwhile, or is larger than inputs are.
    """
    most = largest()
    try:
        return Source(path, _bytes(path, most))
    except OSError as error:
        reasons = {
            errno.EFBIG: f"has more than {most:,} bytes. If it is a plan, set {LIMIT} to a higher limit",
            errno.EBUSY: "changed while it was read. Check it again when it is complete",
            errno.ENOENT: _ABSENT_PATTERN if is_pattern(path) else _ABSENT.format(_quoted(path)),
            errno.EACCES: f"cannot be read: {error.strerror}. Check its permissions",
        }
        why = reasons.get(error.errno or 0, f"cannot be read: {error.strerror}. Check the path")
        kind: ProblemKind = "limit" if error.errno == errno.EFBIG else "unreadable"
        raise InputError(f"{'standard input' if path == '-' else path} {why}.", kind=kind) from None


def is_pattern(path: str) -> bool:
    """Whether a path has a character that stands for others in the pattern of a shell."""
    return any(each in path for each in "*?[")


def expanded(paths: Iterable[str]) -> tuple[str, ...]:
    """The paths, and instead of each pattern what it matches, as where a shell leaves patterns as they are. `**` is any directories.

    A pattern that is also the name of a file, and one that matches nothing, stays.
    """
    found: list[str] = []
    for path in paths:
        if not is_pattern(path) or os.path.lexists(path):
            found.append(path)
            continue
        from glob import glob

        found += sorted(glob(path, recursive=True)) or [path]
    return tuple(found)


def _bytes(path: str, most: int) -> bytes:
    if path == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed. Name a file, or pipe the plan in.", kind="unreadable")
        return of_stream(sys.stdin.buffer, most)
    if not path:
        raise InputError("The path is empty. Name a file that `terraform show -json tfplan` wrote.", kind="unreadable")
    if stat.S_ISREG(os.stat(path).st_mode):
        return contents(path, most)
    # A pipe from the shell, as in `dyncheck <(terraform show -json tfplan)`, is open already.
    if path.startswith("/dev/fd/"):
        with open(path, "rb") as file:
            return of_stream(file, most)
    raise InputError(f"{path} is not a regular file. Save the plan to a file, or pipe it in with `-`.", kind="unreadable")


def _quoted(path: str) -> str:
    from shlex import quote

    return quote(path)


def _as_utf8(name: str, data: bytes) -> bytes:
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    encoding = _utf16(data)
    if encoding is None:
        return data
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeError:
        raise InputError(f"{name} starts like UTF-16 text, but is not UTF-16. Write the plan again as UTF-8.", kind="syntax") from None


def _utf16(data: bytes) -> str | None:
    """The UTF-16 variant, from the byte order mark or from the position of the zero byte of the first character."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(data) < 2 or bool(data[0]) == bool(data[1]):
        return None
    return "utf-16-le" if data[0] else "utf-16-be"


def _unwrapped(text: bytes) -> bytes:
    is_object = text[:_EDGE].lstrip().startswith(b"{") and text[-_EDGE:].rstrip().endswith(b"}")
    # The lines of a wrapper end in a line break. A document as Terraform writes it is a single line.
    is_line = text.find(b"\n", 0, -_EDGE) < 0 and b"\n" not in text[-_EDGE:].rstrip()
    if is_object and (is_line or (b"\n::" not in text and b"\n[command]" not in text)):
        return text
    return re.sub(_WRAPPER_LINE, b"", text)
