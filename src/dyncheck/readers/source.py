"""The bytes of an input, and the text in them whatever wrote them: PowerShell, a CI wrapper, a Windows editor."""

from __future__ import annotations

import os
import re
import stat
import sys
from hashlib import sha256

from msgspec import Struct

from dyncheck.errors import InputError

# Lines that the setup-terraform wrapper and GitHub runners print around a command's own output.
_WRAPPER_LINE = re.compile(rb"^(?:\[command\]|::[a-z-]+(?: [^\n]*)?::)[^\n]*(?:\n|\Z)", re.MULTILINE)


class Source(Struct, frozen=True):
    """An input as it was read: the path as given (`-` for standard input) and its bytes, never changed."""

    path: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash of the bytes as they are in the file."""
        return sha256(self.data).hexdigest()

    def text(self) -> bytes:
        """The content as UTF-8 without a byte order mark and without a CI wrapper's lines.

        Raises `InputError` when it is not text.
        """
        return _unwrapped(_as_utf8(self.path, self.data))


def read(path: str) -> Source:
    """Read a file, or standard input for `-`.

    Raises `InputError` with what to do when there is no such file, or it cannot be read.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise InputError(f"{path} is not a regular file. Save the plan to a file, or pipe it in with `-`.")
                data = file.read()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist. Make it with `terraform show -json tfplan > {path}`.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Check its permissions.") from None
    if not data.strip():
        raise InputError(f"{path} is empty. The command that should have written it failed; look at its own output.")
    return Source(path, data)


def _as_utf8(path: str, data: bytes) -> bytes:
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    encoding = _utf16(data)
    if encoding is None:
        return data
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeError:
        raise InputError(f"{path} starts like UTF-16 text but is not. Write the plan again, as UTF-8.") from None


def _utf16(data: bytes) -> str | None:
    """The UTF-16 variant, from the byte order mark or from where the zero bytes of the first character stand."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(data) >= 2 and data[0] == 0 != data[1]:
        return "utf-16-be"
    if len(data) >= 2 and data[1] == 0 != data[0]:
        return "utf-16-le"
    return None


def _unwrapped(text: bytes) -> bytes:
    stripped = text.strip()
    if stripped.startswith(b"{") and stripped.endswith(b"}"):
        return text
    return _WRAPPER_LINE.sub(b"", text)
