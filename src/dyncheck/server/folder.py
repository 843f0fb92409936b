"""A directory that dyncheck runs in for the editor: its settings, its modules, and the root modules that a file touches."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.checking.one_input import Checker
from dyncheck.checking.run import checker_of, trees_of
from dyncheck.checking.settings import Settings
from dyncheck.errors import UsageError
from dyncheck.files import is_repository, upwards
from dyncheck.readers.hcl.configuration.files import is_inside
from dyncheck.readers.hcl.discovery import Graph, graph_of, touched_roots, with_changes
from dyncheck.readers.hcl.exclusions import Exclusions
from dyncheck.readers.hcl.trees import Root, Trees, root_at
from dyncheck.server.buffers import Buffer, LastGood, Settled


class Effective(Struct, frozen=True):
    """The settings of a run in a folder, the files and directories that they come from, and whether unknown results are shown."""

    settings: Settings
    sources: tuple[str, ...] = ()
    shows_unknown: bool = True


# Makes the settings of a run in the working directory. Raises `UsageError`.
SettingsOf: TypeAlias = Callable[[], Effective]

# The paths, times and sizes of files: where they are the same, so are the contents.
Stamp: TypeAlias = tuple[tuple[str, int, int], ...]


class Reading(Struct, frozen=True):
    """The state of a folder for one check: its checker with the texts of the open files, its graph, and what stands for broken files."""

    by: Checker
    settled: Settled
    graph: Graph
    shows_unknown: bool = True

    @property
    def trees(self) -> Trees:
        """The modules with the texts of the open files."""
        return self.settled.trees


def home_of(path: str, folders: Iterable[str]) -> str:
    """The directory to run in for a file: the repository around it or the folder of the editor, whichever is nearer, else its own."""
    directory = os.path.dirname(path)
    *_, top = upwards(directory)
    near = [each for each in folders if is_inside(path, each)]
    return max((*near, *([top] if is_repository(top) else [])), key=len, default=directory)


class Folder:
    """Runs in one directory. The process must have it as its working directory during every call."""

    def __init__(self, directory: str, settings_of: SettingsOf) -> None:
        self.directory = directory
        self._settings_of = settings_of
        self._sources: Stamp | None = None
        self._checker: Checker | None = None
        self._shows_unknown = True
        # The message and the details of the error in its configuration.
        self.error: UsageError | None = None
        self._trees: Trees | None = None
        self._graph: Graph | None = None
        # Directories of open files where no search found a file.
        self._missing: frozenset[str] = frozenset()
        self._stamps: dict[str, Stamp] = {}
        self._good = LastGood()

    def forget(self) -> None:
        """Search the directories again at the next check, and check all again: any file may be another one now."""
        self._graph = None

    def refresh(self, buffers: Iterable[Buffer]) -> tuple[Reading | None, bool]:
        """The state for a check, None while the configuration was never valid; and whether files on the disk or the settings changed."""
        is_new = self._load()
        if self._checker is None:
            return None, is_new
        base = self._trees if self._trees is not None and not is_new else trees_of(self._checker.settings)
        changed = [directory for directory, stamp in self._stamps.items() if _stamp(directory) != stamp] if not is_new else []
        if is_new:
            self._stamps = {}
        is_new = is_new or bool(changed) or self._graph is None
        buffers = tuple(buffers)
        missing = self._unknown(buffers)
        if is_new or not missing <= self._missing:
            self._graph = None
        self._good.keep({each.path for each in buffers})
        settled = self._good.settled(buffers, base, changed)
        trees = settled.trees
        trees.modules.trees.add(self.directory)
        self._trees = trees
        if self._graph is None:
            self._graph = graph_of(self.directory, trees.modules, Exclusions(self._checker.settings.exclude))
            self._missing = self._unknown(buffers)
        self._graph = with_changes(self._graph, {os.path.dirname(each.path) for each in buffers}, trees.modules)
        trees.graphs[self.directory] = self._graph
        self._stamps = {directory: stamp for directory, stamp in self._stamps.items() if directory not in changed}
        self.remember()
        return Reading(_with_trees(self._checker, trees), settled, self._graph, self._shows_unknown), is_new

    def _unknown(self, buffers: Iterable[Buffer]) -> frozenset[str]:
        """The directories of open files that the search did not find."""
        known = {place.directory for place in self._graph.survey.places} if self._graph else set()
        return frozenset(os.path.dirname(each.path) for each in buffers) - known

    def remember(self) -> None:
        """Keep the state of the files on the disk of all modules that were read."""
        if self._trees is not None:
            for directory in self._trees.modules.directories:
                if directory not in self._stamps:
                    self._stamps[directory] = _stamp(directory)

    def roots(self, path: str, reading: Reading) -> tuple[Root, ...]:
        """The root modules that a file touches, each in its environments. A file in a new directory is one of a root module there."""
        from dyncheck.readers.hcl.configuration.environments import shared_files

        trees, settings = reading.trees, reading.by.settings
        given = frozenset(os.path.realpath(text) for name, text in settings.given if not name)
        given |= frozenset(shared_files(each for each, _ in settings.environments))
        found = touched_roots([path], reading.graph, given)
        directory = os.path.dirname(path)
        known = {place.directory for place in reading.graph.survey.places}
        if not found and directory not in known and not Exclusions(settings.exclude).of(directory):
            found = (directory,)
        return trees.in_environments(root_at(each, self.directory) for each in found)

    def _load(self) -> bool:
        """Read the settings again if a file that they come from changed. Returns whether they did."""
        if self._sources is not None and self._sources == _stamp_of(each for each, *_ in self._sources):
            return False
        self.error = None
        sources: tuple[str, ...] = ()
        try:
            effective = self._settings_of()
            sources, self._shows_unknown = effective.sources, effective.shows_unknown
            self._checker = checker_of(effective.settings)
        except UsageError as error:
            self.error = error
        self._sources = _stamp_of((*_configurations(self.directory), *_with_files(sources)))
        return True


def _configurations(directory: str) -> Iterator[str]:
    """Where a configuration may be."""
    from dyncheck.files import CONFIGURATION

    for each in upwards(directory):
        yield os.path.join(each, CONFIGURATION)


def _with_files(sources: Iterable[str]) -> Iterator[str]:
    """The paths, and those of the files in the directories among them."""
    for path in sources:
        yield os.path.abspath(path)
        for directory, _, names in os.walk(path):
            yield from (os.path.abspath(os.path.join(directory, name)) for name in sorted(names))


def _stamp_of(paths: Iterable[str]) -> Stamp:
    return tuple((path, *_times(path)) for path in dict.fromkeys(paths))


def _stamp(directory: str) -> Stamp:
    """The names, times and sizes of the files in a directory."""
    found: list[tuple[str, int, int]] = []
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.endswith((".tf", ".tofu", ".json", ".tfvars", ".hcl")):
                found.append((entry.name, *_times(entry.path)))
    return tuple(sorted(found))


def _times(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return 0, -1
    return found.st_mtime_ns, found.st_size


def _with_trees(checker: Checker, trees: Trees) -> Checker:
    variants = partial(_variant, checker, trees) if checker.variants else None
    return replace(checker, find_trees=lambda: trees, variants=variants)


def _variant(checker: Checker, trees: Trees, environment: str, directory: str) -> Checker:
    return replace(checker.of(environment, directory), find_trees=lambda: trees)
