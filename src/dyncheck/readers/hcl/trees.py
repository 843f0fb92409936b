"""Which root modules the paths of a run stand for, and the reading of each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dyncheck.errors import InputError
from dyncheck.files import TERRAFORM_FILES
from dyncheck.readers.reading import Reading

if TYPE_CHECKING:
    from dyncheck.readers.hcl.configuration.inputs import Settings
    from dyncheck.readers.hcl.configuration.library import Modules
    from dyncheck.readers.hcl.configuration.module import Module


def is_of_tree(path: str) -> bool:
    """Whether a path is a directory or a Terraform file, and not a document such as a plan."""
    return os.path.isdir(path) or (path.endswith(TERRAFORM_FILES) and path != "-")


def has_terraform_files(directory: str) -> bool:
    """Whether there are Terraform files right in a directory."""
    try:
        return any(name.endswith(TERRAFORM_FILES[:4]) for name in os.listdir(directory))
    except OSError:
        return False


class Trees:
    """The root modules of all paths of a run, each found once; their modules are read once, however many call them.

    `given` are the values of --var and --var-file, as `inputs.Settings` has them.
    """

    def __init__(self, given: tuple[tuple[str, str], ...]) -> None:
        self._given = given
        self._seen: set[str] = set()

    @cached_property
    def modules(self) -> Modules:
        """The modules that have been read."""
        from dyncheck.readers.hcl.configuration.library import Modules

        return Modules()

    @cached_property
    def _settings(self) -> Settings:
        from dyncheck.readers.hcl.configuration.inputs import Settings

        return Settings.of_process(self._given)

    def roots(self, path: str) -> tuple[Root, ...]:
        """The root modules that a path stands for, those left out that an earlier path stood for.

        Raises `InputError` when there are none.
        """
        from dyncheck.readers.hcl.discovery import root_directories

        if os.path.isdir(path):
            tree = os.path.realpath(path)
            self.modules.trees.add(tree)
            directories = root_directories(path, self.modules)
        elif os.path.exists(path):
            tree = os.path.realpath(os.path.dirname(path) or ".")
            directories = (tree,)
        else:
            raise InputError(f"{path} does not exist. Name a Terraform file or directory that does.")
        fresh = tuple(directory for directory in directories if directory not in self._seen)
        self._seen.update(fresh)
        return tuple(Root(directory, tree) for directory in fresh)

    def touched(self, changed: Iterable[str]) -> tuple[Root, ...]:
        """The root modules below the working directory that changed files touch.

        Raises `InputError` when one of the files is not below it.
        """
        from dyncheck.readers.hcl.changes import touched_roots
        from dyncheck.readers.hcl.discovery import graph_of

        tree = os.path.realpath(os.curdir)
        graph = graph_of(tree, self.modules)
        # A variable is declared when any root module declares it, whether the change touches that one or not.
        self._seen.update(graph.roots())
        given = frozenset(os.path.realpath(path) for name, path in self._given if not name)
        return tuple(Root(directory, tree) for directory in touched_roots(changed, tree, graph, given))

    def read(self, root: Root) -> Reading:
        """The resources of a root module. Raises `InputError` when a file of it cannot be read or is not HCL."""
        from dyncheck.readers.hcl.reader import read_root

        return read_root(root.directory, root.tree, self.modules, self._settings)

    def read_planned(self, root: Root, variables: Mapping[str, Any]) -> Reading:
        """The resources of the root module that a plan was made of, with the values of its variables that the plan has.

        Raises `InputError` as `read` does.
        """
        from dyncheck.readers.hcl.reader import read_root

        self.modules.trees.add(root.tree)
        return read_root(root.directory, root.tree, self.modules, self._settings, variables)

    def refuse_undeclared(self) -> None:
        """Raise `UsageError` when --var names a variable that no root module read so far declares."""
        if not any(name for name, _ in self._given):
            return
        from dyncheck.readers.hcl.configuration.inputs import refuse_undeclared

        refuse_undeclared(self._declaring(), self._settings)

    def _declaring(self) -> Iterator[Module]:
        for directory in self._seen:
            try:
                yield self.modules.at(directory)
            except InputError:
                continue


class Root:
    """A root module's directory and the tree it was found in, both as real paths."""

    __slots__ = ("directory", "tree")

    def __init__(self, directory: str, tree: str) -> None:
        self.directory = directory
        self.tree = tree

    @property
    def path(self) -> str:
        """The directory as messages show it."""
        from dyncheck.readers.hcl.configuration.files import shown

        return shown(self.directory)
