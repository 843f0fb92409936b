"""Writes the new contents of files: each at once, never through a link, and only while the file is as it was read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from secrets import token_hex

from dyncheck.errors import OutputError
from dyncheck.fix.verified import Content

_CHANGED = "changed since dyncheck read it, so it was not written. Run `dyncheck fix` again."

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write_all(contents: Iterable[Content]) -> None:
    """Write contents, unless one of the files is not what was read.

    Raises `OutputError` then, before the first one is written, and where one cannot be written.
    """
    contents = tuple(contents)
    for content in contents:
        _refuse_changed(content)
    for content in contents:
        try:
            _write(content)
        except OSError as error:
            raise OutputError(f"{content.file} cannot be written: {error.strerror}. Check the permissions of its directory.") from None


def _refuse_changed(content: Content) -> None:
    try:
        found = os.lstat(content.file)
        if not stat.S_ISREG(found.st_mode):
            raise OutputError(f"{content.file} is a link or no regular file, so it was not written. Correct the file that it leads to.")
        if not found.st_mode & _WRITABLE or not os.access(content.file, os.W_OK):
            # Replacing it needs only the permission of the directory. Who made the file read-only meant it, also for root.
            raise OutputError(f"{content.file} is read-only, so it was not written. Change its permissions.")
        with open(content.file, "rb") as file:
            is_same = file.read() == content.before
    except OSError as error:
        raise OutputError(f"{content.file} cannot be read: {error.strerror}. Check its permissions.") from None
    if not is_same:
        raise OutputError(f"{content.file} {_CHANGED}")


def _write(content: Content) -> None:
    """Replace a file by a new one with its permissions, at once: other programs never read a part of it."""
    found = os.lstat(content.file)
    directory = os.path.realpath(os.path.dirname(content.file) or os.curdir)
    path = os.path.join(directory, os.path.basename(content.file))
    temporary = os.path.join(directory, f".{os.path.basename(content.file)}.{token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    try:
        with open(descriptor, "wb") as file:
            file.write(content.after)
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError, AttributeError):
            os.chown(temporary, -1, found.st_gid)
        os.chmod(temporary, stat.S_IMODE(found.st_mode))
        _refuse_changed(content)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
