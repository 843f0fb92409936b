"""What to check in a directory: the root modules in it, which are those that no other module there calls."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.calls import is_local, source_of
from dyncheck.readers.hcl.configuration.files import is_configuration, is_directory, is_inside, shown
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.module import Module

# Where tools keep copies of what is elsewhere.
SKIPPED = frozenset({".bzr", ".git", ".hg", ".svn", ".terraform", ".terragrunt-cache", "CVS"})

# `module "name" {`, `module name {`, the same with a comment within, and in JSON `"module": {` or any word written with escapes.
_CALL = re.compile(rb'module[ \t]*["/]|module[ \t]+[^\s"]+[ \t]*[{/]|\\u')


class Graph(Struct, frozen=True):
    """The modules of a tree and whom each of them calls, by their real paths. What they call may be missing, or elsewhere."""

    directories: tuple[str, ...]
    calls: Mapping[str, frozenset[str]]

    def roots(self) -> tuple[str, ...]:
        """The modules that no other one calls, in order.

        A directory that cannot be read or parsed counts as a root: its errors are to be seen.
        """
        called: frozenset[str] = frozenset().union(*self.calls.values())
        roots = [directory for directory in self.directories if directory not in called]
        reached: set[str] = set()
        for directory in (*roots, *self.directories):
            # What no root reaches calls each other in a circle; the first one of it says so.
            if directory not in reached and directory not in roots:
                roots.append(directory)
            reached |= self.reach(directory)
        return tuple(sorted(roots, key=self.directories.index))

    def reach(self, directory: str) -> frozenset[str]:
        """A module, and those that it calls, directly or not."""
        reached: set[str] = set()
        pending = [directory]
        while pending:
            found = pending.pop()
            if found not in reached:
                reached.add(found)
                pending += self.calls.get(found, ())
        return frozenset(reached)


def graph_of(tree: str, modules: Modules) -> Graph:
    """The modules of a tree."""
    found = dict(_directories(tree))
    return Graph(tuple(found), {directory: frozenset(_called_from(directory, names, modules)) for directory, names in found.items()})


def root_directories(tree: str, modules: Modules) -> tuple[str, ...]:
    """The directories of the root modules in a tree, in order.

    Raises `InputError` when there is no Terraform file in the whole tree.
    """
    graph = graph_of(tree, modules)
    if not graph.directories:
        raise InputError(
            f"{shown(tree)} is a directory without Terraform files. Name one that has some, or a file that "
            "`terraform show -json tfplan` wrote."
        )
    return graph.roots()


def _directories(tree: str) -> Iterator[tuple[str, list[str] | None]]:
    """The directories with Terraform files, by their real paths, and the names of those; links that lead out of the tree are not followed.

    Of a directory that cannot be read there are no names.
    """
    seen: set[str] = set()
    top = os.path.realpath(tree)
    pending = [top]
    while pending:
        directory = pending.pop()
        if directory in seen:
            continue
        seen.add(directory)
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError:
            # Whoever reads it as a root says what is wrong with it.
            yield directory, None
            continue
        directories = [entry for entry in entries if is_directory(entry)]
        names = [entry.name for entry in entries if is_configuration(entry.name) and entry not in directories]
        if names:
            yield directory, names
        inner = [_real(entry) for entry in directories if entry.name not in SKIPPED]
        pending += [path for path in reversed(inner) if is_inside(path, top)]


def _real(entry: os.DirEntry[str]) -> str:
    """The real path of what is in a directory that has one."""
    return os.path.realpath(entry.path) if entry.is_symlink() else entry.path


def _called_from(directory: str, names: list[str] | None, modules: Modules) -> Iterator[str]:
    if names is not None and not _may_call(directory, names, modules):
        return
    try:
        module = modules.at(directory)
    except InputError:
        return
    for source in _local_sources(module):
        called = modules.real(os.path.join(directory, source))
        if called != directory:
            yield called


def _may_call(directory: str, names: list[str], modules: Modules) -> bool:
    """Whether anything looks like a call: in most modules of a large tree nothing does, and those need not be parsed."""
    try:
        contents = modules.contents(directory, names)
        return any((b"module" in content or b"\\u" in content) and _CALL.search(content) for content in contents)
    except InputError:
        return True


def _local_sources(module: Module) -> Iterator[str]:
    for block in module.of_type("module"):
        found = source_of(block)
        if found and is_local(found[0]):
            yield found[0].replace("\\", "/")
