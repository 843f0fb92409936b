"""Writes new files, all of them or none, and never over one that exists."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Mapping

from dyncheck.errors import OutputError, UsageError

# A message names so many files.
_MOST_NAMED = 3


def refuse_existing(paths: Iterable[str]) -> None:
    """Raise `UsageError` when any of the paths exists, also as a link to nothing."""
    found = [path for path in dict.fromkeys(paths) if os.path.lexists(path)]
    if found:
        more = f" and {len(found) - _MOST_NAMED:,} more" if len(found) > _MOST_NAMED else ""
        *most, last = found[:_MOST_NAMED]
        names = f"{', '.join(found[:_MOST_NAMED])}{more}" if more or not most else f"{', '.join(most)} and {last}"
        verb = "exist" if most else "exists"
        raise UsageError(f"{names} {verb} already, and dyncheck never overwrites a file. Move what is there away; nothing was written.")


def write_new(texts: Mapping[str, str]) -> None:
    """Write files that do not exist yet, with their directories. Raises `UsageError` or `OutputError`, and leaves nothing behind then."""
    directories = list(dict.fromkeys(os.path.dirname(path) for path in texts if os.path.dirname(path)))
    made: list[str] = []
    written: list[str] = []
    path = ""
    try:
        for path in directories:
            if not os.path.lexists(path):
                os.mkdir(path)
                made.append(path)
            elif not stat.S_ISDIR(os.lstat(path).st_mode):
                raise UsageError(f"{path} is not a directory, and no link is followed. Move it away; nothing was written.")
        for path, text in texts.items():
            # Mode "x" creates the file, and fails where anything has the name, also a link.
            with open(path, "x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except BaseException as error:
        for each in reversed(written):
            with contextlib.suppress(OSError):
                os.remove(each)
        for each in reversed(made):
            with contextlib.suppress(OSError):
                os.rmdir(each)
        if isinstance(error, FileExistsError):
            refuse_existing([path])
        if isinstance(error, OSError):
            raise OutputError(f"{path} cannot be written: {error.strerror}. Nothing was written.") from None
        raise
