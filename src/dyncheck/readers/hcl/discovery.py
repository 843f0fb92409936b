"""The root modules in a directory, and those of them that a change touches.

A root module is a directory that no other module calls, or that has what only root modules have.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.errors import InputError
from dyncheck.files import TERRAFORM_FILES
from dyncheck.readers.hcl.configuration.calls import is_local, local_directory, source_of
from dyncheck.readers.hcl.configuration.files import SUFFIXES, is_inside, read_bytes, shown
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.exclusions import Exclusions
from dyncheck.readers.hcl.language.nodes import BlockNode
from dyncheck.readers.hcl.root_signs import may_be_root, views
from dyncheck.readers.hcl.survey import SKIPPED, Place, Survey, is_root_file, survey_of

_VALUES = TERRAFORM_FILES[4:]

# `module "name" {`, `module name {`, the same with a comment inside, and in JSON `"module": {` or any word with escapes.
_CALL = re.compile(rb'module[ \t]*["/]|module[ \t]+[^\s"]+[ \t]*[{/]|\\u')

# Names of directories whose modules only show or test others.
_SHOWS = re.compile(r"(?:.*[-_.])?(?:demos?|examples?|fixtures?|samples?|test(?:s|data|ing)?)(?:[-_.].*)?", re.IGNORECASE)


class Graph(Struct, frozen=True, dict=True):
    """The modules of a tree and the modules that each of them calls, by their real paths. A called one may be missing or elsewhere.

    `directories` are the modules that may be root modules: they are not excluded. `marked` are those that are root modules even if others
    call them. `survey` has all directories of the tree.
    """

    directories: tuple[str, ...]
    calls: Mapping[str, frozenset[str]]
    marked: frozenset[str]
    survey: Survey

    def roots(self) -> tuple[str, ...]:
        """The root modules, in order.

        An unreadable or invalid directory that no module calls counts as one, so that its errors are reported.
        """
        called = frozenset[str]().union(*self.counting.values())
        roots = {directory for directory in self.directories if directory not in called}
        reached = self.covered(roots)
        for directory in self.directories:
            # Modules that no root reaches call each other in a cycle. The first one reports that.
            if directory not in reached:
                roots.add(directory)
                reached |= self.covered([directory])
        return tuple(directory for directory in self.directories if directory in roots or directory in self.marked)

    @cached_property
    def counting(self) -> Mapping[str, frozenset[str]]:
        """The calls without those of examples and tests to modules elsewhere, which make no module less of a root module."""
        return _counting(self.calls, self.survey.top)

    def reach(self, directories: Iterable[str]) -> frozenset[str]:
        """Some modules, and those that they call, directly or indirectly."""
        return _closure(directories, self.calls)

    def covered(self, directories: Iterable[str]) -> frozenset[str]:
        """Some modules, and those that need not be checked alone because these call them."""
        return _closure(directories, self.counting)

    def covers(self, root: str, directory: str) -> bool:
        """Whether a module need not be checked alone because a root module calls it, not for show."""
        shows = _shows(root, self.survey.top)
        return not shows or is_inside(directory, shows)

    def reaching(self, directories: Iterable[str]) -> frozenset[str]:
        """Some modules, and those that call them, directly or indirectly.

        A module with a link to another module's file reads that file, as if it called the module.
        """
        callers: dict[str, set[str]] = {}
        linked = {place.directory: place.linked for place in self.survey.places}
        for caller in {**self.calls, **linked}:
            for called in (*self.calls.get(caller, ()), *linked.get(caller, ())):
                callers.setdefault(called, set()).add(caller)
        return _closure(directories, callers)

    def among(self, directories: Collection[str]) -> Graph:
        """The graph of some of the modules."""
        kept = tuple(directory for directory in self.directories if directory in directories)
        return replace(self, directories=kept, calls={directory: self.calls[directory] for directory in kept})


def _counting(calls: Mapping[str, frozenset[str]], top: str) -> Mapping[str, frozenset[str]]:
    found = dict(calls)
    for caller, called in calls.items():
        if shows := _shows(caller, top):
            found[caller] = frozenset(each for each in called if is_inside(each, shows))
    return found


def _shows(directory: str, top: str) -> str:
    """The directory of examples or tests that a module is in, empty if it is in none."""
    if not is_inside(directory, top) or directory == top:
        return ""
    names = os.path.relpath(directory, top).split(os.sep)
    first = next((number for number, name in enumerate(names) if _SHOWS.fullmatch(name)), None)
    return "" if first is None else os.path.join(top, *names[: first + 1])


def _closure(starts: Iterable[str], following: Mapping[str, Iterable[str]]) -> frozenset[str]:
    reached: set[str] = set()
    pending = list(starts)
    while pending:
        found = pending.pop()
        if found not in reached:
            reached.add(found)
            pending += following.get(found, ())
    return frozenset(reached)


def graph_of(tree: str, modules: Modules, exclusions: Exclusions) -> Graph:
    """The modules of a tree. An excluded module counts as a caller only where a module that is not excluded calls it."""
    survey = survey_of(tree, exclusions)
    names = {place.directory: place.names for place in survey.places}
    directories = tuple(place.directory for place in survey.places if not place.excluded)
    calls: dict[str, frozenset[str]] = {}
    pending = list(directories)
    while pending:
        directory = pending.pop()
        if directory not in calls:
            calls[directory] = frozenset(_called_from(directory, names.get(directory), modules))
            pending += calls[directory]
    called = frozenset[str]().union(*_counting(calls, survey.top).values())
    marked = frozenset(place.directory for place in survey.places if place.directory in called and _is_marked(place, modules))
    return Graph(directories, calls, marked, survey)


def with_changes(graph: Graph, changed: Iterable[str], modules: Modules) -> Graph:
    """The graph after the files of modules in these directories changed, as `modules` has them."""
    calls = dict(graph.calls)
    pending = [directory for directory in changed if directory in calls]
    known = calls.keys() - pending
    while pending:
        directory = pending.pop()
        if directory not in known:
            known.add(directory)
            # Without names, it is not searched on the disk for what looks like a call.
            calls[directory] = frozenset(_called_from(directory, None, modules))
            pending += calls[directory]
    if calls == graph.calls:
        return graph
    called = frozenset[str]().union(*_counting(calls, graph.survey.top).values())
    marked = frozenset(place.directory for place in graph.survey.places if place.directory in called and _is_marked(place, modules))
    return replace(graph, calls=calls, marked=marked)


def _is_marked(place: Place, modules: Modules) -> bool:
    return place.excluded is None and place.names is not None and may_be_root(place.directory, place.names, place.is_marked, modules)


def _called_from(directory: str, names: tuple[str, ...] | None, modules: Modules) -> Iterator[str]:
    if names is not None and not _may_call(directory, names):
        return
    for view in views(names, modules):
        try:
            module = view.at(directory)
        except InputError:
            continue
        for block in module.of_type("module"):
            found = source_of(block)
            source = found[0] if found and is_local(found[0]) else None if found else _evaluated(block, module, view)
            if source:
                called = modules.real(local_directory(directory, source))
                if called != directory:
                    yield called


def _evaluated(block: BlockNode, module: Module, modules: Modules) -> str | None:
    """The local source of a call that is an expression, with the values that the module has as a root module."""
    from dyncheck.readers.hcl.configuration.inputs import Settings, root_inputs
    from dyncheck.readers.hcl.configuration.instance import ModuleInstance
    from dyncheck.readers.hcl.configuration.session import Session

    try:
        given, _ = root_inputs(module, Settings.of_process(()), modules.trees)
    except InputError:
        return None
    session = Session(modules, module.directory, module.directory)
    return ModuleInstance(session, module, given=given).called_directory(block)


def _may_call(directory: str, names: tuple[str, ...]) -> bool:
    """Whether anything looks like a call. In a large tree most modules have none, and need not be parsed."""
    try:
        contents = (read_bytes(os.path.join(directory, name)) for name in names)
        return any((b"module" in content or b"\\u" in content) and _CALL.search(content) for content in contents)
    except InputError:
        return True


def touched_roots(changed: Iterable[str], graph: Graph, given: Collection[str] = ()) -> tuple[str, ...]:
    """The directories of the root modules in a tree that a change touches, in order.

    `changed` are added, changed or deleted files, and directories where any file may have changed. `given` are the real paths
    of the files that give every root module values. A Terraform file concerns the module of its directory. Any module may read
    any other file, with `file()` or as a file of values. An invalid module is touched by its own files only, because a fix changes
    one of them. Raises `InputError` when a changed file is not in the tree.
    """
    top = graph.survey.top
    known = frozenset(place.directory for place in graph.survey.places).union(graph.calls)
    touched: set[str] = set()
    for path in changed:
        real = _inside(path, top)
        if not SKIPPED.keys().isdisjoint(os.path.relpath(real, top).split(os.sep)):
            continue
        directory, name = os.path.split(real)
        if os.path.isdir(path):
            touched.update(each for each in known if is_inside(each, real))
        elif real not in given and (name.endswith(SUFFIXES) or (directory in known and (is_root_file(name) or name.endswith(_VALUES)))):
            touched.add(directory)
        else:
            return graph.roots()
    touching = graph.reaching(touched)
    return tuple(root for root in graph.roots() if root in touching)


def _inside(path: str, tree: str) -> str:
    """The path of a file with real directories. The file may be gone; of a link, the link itself changed."""
    real = os.path.realpath(path) if os.path.isdir(path) else os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    if not is_inside(real, tree):
        raise InputError(
            f"{path} is not in {shown(tree)}, the directory with the root modules. Run dyncheck at the top of the repository.",
            kind="unreadable",
            path=path,
        )
    return real
