"""Finds the configuration file of a run: upwards from what is checked, to the root of the repository."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from dyncheck.errors import UsageError

NAME = ".dyncheck.yaml"
# Names by which people would expect a configuration to be read.
_NEARLY = (".dyncheck.yml", "dyncheck.yaml", "dyncheck.yml")


def find(paths: Sequence[str]) -> str | None:
    """The configuration for those paths: the nearest one upwards from the directory they share, else from the working directory.

    The search ends at the root of the repository, which has `.git`. Raises `UsageError` for a file whose name is nearly right.
    """
    for start in dict.fromkeys((_shared(paths), os.getcwd())):
        for directory in _upwards(start):
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
        *_, top = _upwards(start)
        if os.path.exists(os.path.join(top, ".git")):
            return _below(top)
    is_elsewhere = os.path.isdir(path) and os.getcwd() not in _upwards(directory)
    return _below(directory) if is_elsewhere else ""


def _below(directory: str) -> str:
    shown = _shown(directory)
    return "" if shown == os.curdir else shown


def _refuse_outside(directory: str) -> None:
    """Raise `UsageError` when the configuration is a link out of the repository, because its errors would quote that file."""
    path = os.path.join(directory, NAME)
    *_, top = _upwards(directory)
    home = os.path.realpath(top if os.path.exists(os.path.join(top, ".git")) else directory)
    if os.path.islink(path) and os.path.commonpath([home, os.path.realpath(path)]) != home:
        raise UsageError(f"{_shown(path)} is a link that leads out of the repository. Name its target with --config.")


def _shared(paths: Iterable[str]) -> str:
    directories = [os.path.abspath(path if os.path.isdir(path) else os.path.dirname(path)) for path in paths if path != "-"]
    try:
        return os.path.commonpath(directories)
    except ValueError:  # There are none, or they are on several drives.
        return os.getcwd()


def _upwards(directory: str) -> Iterator[str]:
    while True:
        yield directory
        above = os.path.dirname(directory)
        if above == directory or os.path.exists(os.path.join(directory, ".git")):
            return
        directory = above


def _shown(path: str) -> str:
    """The path as a user would write it: relative to the working directory, where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # Another drive.
        return path
    return relative if len(relative) < len(path) else path
