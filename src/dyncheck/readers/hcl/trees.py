"""Finds the root modules of the paths of a run, and reads them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.errors import InputError, UsageError
from dyncheck.files import COMMAND_LINE, OPENTOFU, TERRAFORM, Exclude
from dyncheck.readers.reading import Reading

if TYPE_CHECKING:
    from dyncheck.readers.hcl.configuration.environments import Environment
    from dyncheck.readers.hcl.configuration.library import Modules
    from dyncheck.readers.hcl.discovery import Graph
    from dyncheck.readers.hcl.exclusions import Exclusions


Found = TypeVar("Found", bound="Trees")


class Trees:
    """The root modules of all paths of a run, each found once.

    `given` are the --var and --var-file as in `inputs.Settings`, `excludes` the patterns of directories that are no root modules,
    `workspace` is that of --workspace, `environments` are those of the configuration, and `only_in` the names of those of --environment.
    `graphs` has the modules of each directory that was searched, by its real path, `excluded` the directories of named files that are
    excluded, and of root modules that are in other environments; `partial` has root modules that were not
    checked in an environment, such as `live/app (prod)`, and why.
    """

    def __init__(
        self,
        given: tuple[tuple[str, str], ...],
        excludes: tuple[Exclude, ...] = (),
        workspace: str | None = None,
        environments: tuple[Environment, ...] = (),
        only_in: tuple[str, ...] = (),
    ) -> None:
        """Raises `UsageError` when the name of the workspace is not valid."""
        if workspace is not None:
            from dyncheck.readers.hcl.configuration.workspaces import refuse_invalid_name

            refuse_invalid_name(workspace)
        self.graphs: dict[str, Graph] = {}
        self.excluded: dict[str, Exclude] = {}
        self.partial: list[tuple[str, str]] = []
        self._given = given
        self._excludes = excludes
        self._workspace = workspace or ""
        self._environments = environments
        self._only_in = only_in
        self._seen: set[str] = set()

    @cached_property
    def exclusions(self) -> Exclusions:
        """The patterns that exclude directories."""
        from dyncheck.readers.hcl.exclusions import Exclusions

        return Exclusions(self._excludes)

    @cached_property
    def modules(self) -> Modules:
        """The modules of the run, each read once."""
        from dyncheck.readers.hcl.configuration.library import Modules

        return Modules(workspace=self._workspace)

    def overlaid(self: Found, overlay: Mapping[str, bytes], changed: Iterable[str] = ()) -> Found:
        """The same trees with other contents of files, by their real paths. What these do not concern is not read again.

        `changed` are the directories of modules whose files changed since they were read.
        """
        trees = type(self)(self._given, self._excludes, None, self._environments, self._only_in)
        trees._workspace = self._workspace
        trees.graphs = self.graphs
        trees.modules = self.modules.overlaid(overlay, changed)
        return trees

    def roots(self, path: str) -> tuple[Root, ...]:
        """The root modules of a path, without those of an earlier path.

        Raises `InputError` when the path has none, and `ExcludedError` when all of them are excluded.
        """
        if os.path.isdir(path):
            tree = os.path.realpath(path)
            self.modules.trees.add(tree)
            directories = self._searched(path, tree)
        elif os.path.exists(path):
            tree = os.path.realpath(os.path.dirname(path) or ".")
            if excluded := self.exclusions.of(tree):
                self.excluded[tree] = excluded
                raise ExcludedError(path, excluded)
            directories = (tree,)
        else:
            raise InputError(f"{path} does not exist. Name an existing Terraform file or directory.", kind="unreadable")
        return self._new(directories, tree)

    def _searched(self, path: str, tree: str) -> tuple[str, ...]:
        from dyncheck.readers.hcl.configuration.files import shown
        from dyncheck.readers.hcl.discovery import graph_of

        graph = self.graphs[tree] = graph_of(tree, self.modules, self.exclusions)
        if graph.directories:
            return graph.roots()
        if graph.survey.places:
            raise ExcludedError(path, graph.survey.places[0].excluded)
        from dyncheck.readers.near import why_fleet

        if why := why_fleet(path):
            raise InputError(why, kind="nothing-to-check")
        others = "".join(f" {each.path} was not checked: {each.reason}." for each in graph.survey.others[:1])
        raise InputError(
            f"{shown(path)} is a directory without Terraform files.{others} Name a directory with Terraform files, or the output of "
            "`terraform show -json tfplan`.",
            kind="nothing-to-check",
        )

    def _new(self, directories: Iterable[str], tree: str) -> tuple[Root, ...]:
        new = tuple(directory for directory in directories if directory not in self._seen)
        self._seen.update(new)
        return tuple(root_at(directory, tree) for directory in new)

    def touched(self, changed: Iterable[str]) -> tuple[Root, ...]:
        """The root modules below the working directory that changed files touch. Raises `InputError` for a file that is not below it."""
        from dyncheck.readers.hcl.discovery import graph_of, touched_roots

        tree = os.path.realpath(os.curdir)
        graph = self.graphs[tree] = graph_of(tree, self.modules, self.exclusions)
        # --var may set a variable of any root module, whether the change touches that one or not.
        self._seen.update(graph.roots())
        given = frozenset(os.path.realpath(path) for name, path in self._given if not name)
        if self._environments:
            from dyncheck.readers.hcl.configuration.environments import shared_files

            given = given.union(shared_files(self._environments))
        return tuple(root_at(directory, tree) for directory in touched_roots(changed, graph, given))

    def left(self, tree: str, directories: frozenset[str]) -> tuple[Root, ...]:
        """The modules of a tree that only modules outside of these directories call, as root modules, where they can be some."""
        from dyncheck.readers.hcl.root_signs import can_be_root

        possible = frozenset(directory for directory in directories if can_be_root(directory, None, self.modules))
        return self._new(self.graphs[tree].among(possible).roots(), tree)

    def in_environments(self, roots: Iterable[Root]) -> tuple[Root, ...]:
        """Each root module once for each environment whose files it has, and as it is where it has those of none.

        One that has only files of environments that --environment does not name is excluded.
        """
        if not self._environments:
            return tuple(roots)
        from dyncheck.readers.hcl.configuration.environments import environments_of, partial_environments

        found: list[Root] = []
        for root in roots:
            names = environments_of(root.directory, self._environments)
            chosen = [name for name in names if not self._only_in or name in self._only_in]
            for name, why in partial_environments(root.directory, self._environments):
                if not self._only_in or name in self._only_in:
                    self.partial.append((f"{root.path} ({name})", why))
            if names and not chosen:
                self.excluded[root.directory] = Exclude(f"--environment {', '.join(self._only_in)}", root.tree, COMMAND_LINE)
            found += (replace(root, environment=name) for name in (chosen if names else [""]))
        return tuple(found)

    def read(self, root: Root, planned: Mapping[str, Any] | None = None) -> Reading:
        """The resources of a root module. `planned` are the values of its variables in a plan of it.

        Raises `InputError` when a file of it cannot be read or is not HCL.
        """
        from dyncheck.readers.hcl.configuration.inputs import Settings
        from dyncheck.readers.hcl.reader import read_root

        if planned is not None:
            self.modules.trees.add(root.tree)
        given, environment = self._given, None
        if root.environment:
            from dyncheck.readers.hcl.configuration.environments import values_in

            environment = next(each for each in self._environments if each.name == root.environment)
            # What the command line gives replaces what the configuration gives.
            given = (*values_in(root.directory, root.tree, environment), *given)
        return read_root(root.directory, root.tree, self.modules.of(root.program), Settings.of_process(given), planned, environment)

    def refuse_undeclared(self) -> None:
        """Raise `UsageError` when --var names a variable that no root module read so far declares."""
        if not any(name for name, _ in self._given):
            return
        known: set[str] = set()
        for directory in self._seen:
            for modules in (self.modules, self.modules.opentofu):
                with suppress(InputError):
                    known.update(block.labels[0] for block in modules.at(directory).of_type("variable"))
        for name, _ in self._given:
            if name and name not in known:
                from dyncheck.suggestions import did_you_mean

                raise UsageError(f"--var sets the variable {name}, which no module declares.{did_you_mean(name, sorted(known))}")


def root_at(directory: str, tree: str) -> Root:
    """The root module in a directory, for OpenTofu when Terraform would find no file there."""
    from dyncheck.readers.hcl.configuration.files import program_of

    return Root(directory, tree, program_of(directory))


class ExcludedError(InputError):
    """All root modules of a path are excluded."""

    def __init__(self, path: str, exclude: Exclude | None) -> None:
        by = f" by {exclude.in_words}" if exclude else ""
        super().__init__(
            f"{path} is excluded{by}, so there is nothing to check. Remove the pattern, or name another path.", kind="nothing-to-check"
        )


class Root(Struct, frozen=True):
    """A root module's directory and the tree it was found in, both as real paths, and the program that reads its files.

    `environment` is the name of the one that gives it values, empty without.
    """

    directory: str
    tree: str
    program: str = TERRAFORM
    environment: str = ""

    @property
    def of_opentofu(self) -> Root:
        """The same root module as OpenTofu reads it."""
        return Root(self.directory, self.tree, OPENTOFU, self.environment)

    @property
    def path(self) -> str:
        """The directory as messages show it."""
        from dyncheck.readers.hcl.configuration.files import shown

        return shown(self.directory)
