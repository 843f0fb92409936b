"""The environments of the configuration, and which of them a root module is in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

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


def environments_of(directory: str, environments: Sequence[Environment], notices: list[str]) -> Iterator[str]:
    """The names of the environments whose files a root module has, all of them.

    Where it has only some of the files, the environment does not apply to it, and a notice says so.
    """
    for environment in environments:
        missing = [file for file in environment.var_files if not _path_of(file, directory, environment)]
        if not missing:
            yield environment.name
        elif len(missing) < len(environment.var_files):
            notices.append(
                f"{shown(directory)} was not checked in the environment {environment.name}, because it has no {', '.join(missing)}. "
                "Add the file, or correct var-files."
            )


def values_in(directory: str, tree: str, environment: Environment) -> Iterator[tuple[str, str]]:
    """The files that give a root module its values in an environment, as `inputs.Settings` has them.

    Raises `InputError` for a file that is neither below the configuration nor in the checked directory, `tree`.
    """
    for path in (_path_of(file, directory, environment) for file in environment.var_files):
        # Who may change the configuration must not make a run read, and quote, files elsewhere.
        if not any(is_inside(os.path.realpath(path), home) for home in (environment.base, tree)):
            raise InputError(
                f"{shown(path)} of the environment {environment.name} is outside the directory of the configuration. "
                "Name a file below that directory, or use --var-file."
            )
        yield "", shown(path)


def shared_files(environments: Iterable[Environment]) -> Iterator[str]:
    """The real paths of the files beside the configuration, which any root module may have."""
    return (os.path.realpath(os.path.join(each.base, file)) for each in environments for file in each.var_files)


def _path_of(file: str, directory: str, environment: Environment) -> str:
    """The path of a file: that of the root module before the one of the whole repository. Empty where neither exists."""
    paths = (os.path.join(home, file) for home in (directory, environment.base))
    return next(filter(os.path.exists, paths), "")
