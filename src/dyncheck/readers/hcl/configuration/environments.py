"""The environments of the configuration, and which of them a root module is in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.files import is_inside, shown


class Environment(Struct, frozen=True):
    """An environment of the configuration: the files that give root modules their values, and the workspace, empty where it has none.

    Each of `var_files` is relative to the directory of a root module, or where that has none, to the real path `base`.
    """

    name: str
    base: str
    var_files: tuple[str, ...] = ()
    workspace: str = ""


def environments_of(directory: str, environments: Iterable[Environment]) -> tuple[str, ...]:
    """The names of the environments whose files a root module has, all of them."""
    return tuple(each.name for each in environments if not _missing(directory, each))


def partial_environments(directory: str, environments: Iterable[Environment]) -> Iterator[tuple[str, str]]:
    """The names of the environments where a root module lacks some of the files but not all, each with what it lacks."""
    for environment in environments:
        missing = _missing(directory, environment)
        if 0 < len(missing) < len(environment.var_files):
            without = f"but no {', '.join(missing)}"
            yield environment.name, f"it has other files of the environment, {without}. Add the file, or correct var-files"


def _missing(directory: str, environment: Environment) -> list[str]:
    return [file for file in environment.var_files if not _path_of(file, directory, environment)]


def values_in(directory: str, tree: str, environment: Environment) -> Iterator[tuple[str, str]]:
    """The files that give a root module its values in an environment, as `inputs.Settings` has them.

    Raises `InputError` for a file that is neither below the configuration nor in the checked directory, `tree`.
    """
    for path in (_path_of(file, directory, environment) for file in environment.var_files):
        # Who may change the configuration must not make a run read, and quote, files elsewhere.
        if not any(is_inside(os.path.realpath(path), home) for home in (environment.base, tree)):
            raise InputError(
                f"{shown(path)} of the environment {environment.name} is outside the directory of the configuration. "
                "Name a file below that directory, or use --var-file.",
                kind="unreadable",
                path=shown(path),
            )
        yield "", shown(path)


def shared_files(environments: Iterable[Environment]) -> Iterator[str]:
    """The real paths of the files beside the configuration, which any root module may have."""
    return (os.path.realpath(os.path.join(each.base, file)) for each in environments for file in each.var_files)


def _path_of(file: str, directory: str, environment: Environment) -> str:
    """The path of a file: that of the root module before the one of the whole repository. Empty where neither exists."""
    paths = (os.path.join(home, file) for home in (directory, environment.base))
    return next(filter(os.path.exists, paths), "")
