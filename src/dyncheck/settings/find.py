"""Finds the configuration file of a run: the one at the root of the repository."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from dyncheck.errors import UsageError
from dyncheck.files import CONFIGURATION, is_repository, upwards

NAME = CONFIGURATION
# Names by which people would expect a configuration to be read.
_NEARLY = (".dyncheck.yml", "dyncheck.yaml", "dyncheck.yml")


def find(paths: Sequence[str]) -> str | None:
    """The configuration for those paths: at the root of the repository that has them, else of that with the working directory.

    The root has `.git`. Outside of a repository, it is the nearest one upwards. Raises `UsageError` for a file whose name is nearly right.
    """
    for start in dict.fromkeys((_shared(paths), os.getcwd())):
        directories = list(upwards(start))
        for directory in directories[-1:] if is_repository(directories[-1]) else directories:
            names = [name for name in (NAME, *_NEARLY) if os.path.lexists(os.path.join(directory, name))]
            if names == [NAME]:
                _refuse_outside(directory)
                return _shown(os.path.join(directory, NAME))
            if names:
                wrong = _shown(os.path.join(directory, min(set(names) - {NAME})))
                raise UsageError(f"{wrong} is not read. The name of a configuration is {NAME}.")
    return None


def root_of(path: str) -> str:
    """The directory for a new configuration that a check of the path uses; empty for the working directory.

    It is the root of the repository of the path, else of the working directory. Without a repository it is the working directory, or
    the path itself where that is a directory elsewhere.
    """
    directory = _shared([path])
    for start in (directory, os.getcwd()):
        *_, top = upwards(start)
        if is_repository(top):
            return _below(top)
    is_elsewhere = os.path.isdir(path) and os.getcwd() not in upwards(directory)
    return _below(directory) if is_elsewhere else ""


def _below(directory: str) -> str:
    shown = _shown(directory)
    return "" if shown == os.curdir else shown


def unread(paths: Sequence[str]) -> tuple[str, ...]:
    """The configurations above those paths that do not count, because they are below the root of the repository."""
    *below, top = upwards(_shared(paths))
    found = (os.path.join(directory, NAME) for directory in below if is_repository(top))
    return tuple(_shown(path) for path in found if os.path.lexists(path))


def _refuse_outside(directory: str) -> None:
    """Raise `UsageError` when the configuration is a link out of the repository, because its errors would quote that file."""
    path = os.path.join(directory, NAME)
    *_, top = upwards(directory)
    home = os.path.realpath(top if is_repository(top) else directory)
    if os.path.islink(path) and os.path.commonpath([home, os.path.realpath(path)]) != home:
        raise UsageError(f"{_shown(path)} is a link that leads out of the repository. Name its target with --config.")


def _shared(paths: Iterable[str]) -> str:
    directories = [os.path.abspath(path if os.path.isdir(path) else os.path.dirname(path)) for path in paths if path != "-"]
    try:
        return os.path.commonpath(directories)
    except ValueError:  # There are none, or they are on several drives.
        return os.getcwd()


def _shown(path: str) -> str:
    """The path as a user would write it: relative to the working directory, where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # Another drive.
        return path
    return relative if len(relative) < len(path) else path
