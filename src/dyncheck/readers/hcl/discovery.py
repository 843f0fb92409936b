"""The root modules in a directory, which no other module there calls, and those of them that a change touches."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.errors import InputError
from dyncheck.files import TERRAFORM_FILES
from dyncheck.readers.hcl.configuration.calls import is_local, local_directory, source_of
from dyncheck.readers.hcl.configuration.files import SUFFIXES, configuration_in, is_directory, is_inside, read_bytes, shown
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.language.nodes import BlockNode

# Directories where tools keep copies.
SKIPPED = frozenset({".bzr", ".git", ".hg", ".svn", ".terraform", ".terragrunt-cache", "CVS"})

_VALUES = TERRAFORM_FILES[4:]

# `module "name" {`, `module name {`, the same with a comment inside, and in JSON `"module": {` or any word with escapes.
_CALL = re.compile(rb'module[ \t]*["/]|module[ \t]+[^\s"]+[ \t]*[{/]|\\u')


class Graph(Struct, frozen=True):
    """The modules of a tree and the modules that each of them calls, by their real paths. A called one may be missing or elsewhere."""

    directories: tuple[str, ...]
    calls: Mapping[str, frozenset[str]]

    def roots(self) -> tuple[str, ...]:
        """The modules that no other one calls, in order.

        An unreadable or invalid directory counts as a root, so that its errors are reported.
        """
        called: frozenset[str] = frozenset().union(*self.calls.values())
        roots = [directory for directory in self.directories if directory not in called]
        reached: set[str] = set()
        for directory in (*roots, *self.directories):
            # Modules that no root reaches call each other in a cycle. The first one reports that.
            if directory not in reached and directory not in roots:
                roots.append(directory)
            reached |= self.reach(directory)
        return tuple(sorted(roots, key=self.directories.index))

    def reach(self, directory: str) -> frozenset[str]:
        """A module, and those that it calls, directly or indirectly."""
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
    """The directories of the root modules in a tree, in order. Raises `InputError` when the tree has no Terraform files."""
    graph = graph_of(tree, modules)
    if not graph.directories:
        from dyncheck.readers.hcl.terragrunt import hint_of_terragrunt

        message = (
            f"{shown(tree)} is a directory without Terraform files. Name a directory with Terraform files, or the output of "
            "`terraform show -json tfplan`."
        )
        raise InputError(f"{message} {hint_of_terragrunt(os.path.realpath(tree), modules.trees)}".rstrip())
    return graph.roots()


def _directories(tree: str) -> Iterator[tuple[str, list[str] | None]]:
    """The directories with Terraform files, by their real paths, and the names of these files; None for an unreadable directory.

    Links out of the tree are not followed.
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
            # Reading it as a root module reports the error.
            yield directory, None
            continue
        names = [entry.name for entry in configuration_in(entries)]
        if names:
            yield directory, names
        kept = (entry for entry in reversed(entries) if is_directory(entry) and entry.name not in SKIPPED)
        inner = (os.path.realpath(entry.path) if entry.is_symlink() else entry.path for entry in kept)
        pending += [path for path in inner if is_inside(path, top)]


def _called_from(directory: str, names: list[str] | None, modules: Modules) -> Iterator[str]:
    if names is not None and not _may_call(directory, names):
        return
    is_of_both = names is None or any(name.endswith((".tofu", ".tofu.json")) for name in names)
    for view in (modules, modules.opentofu) if is_of_both else (modules,):
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


def _may_call(directory: str, names: list[str]) -> bool:
    """Whether anything looks like a call. In a large tree most modules have none, and need not be parsed."""
    try:
        contents = (read_bytes(os.path.join(directory, name)) for name in names)
        return any((b"module" in content or b"\\u" in content) and _CALL.search(content) for content in contents)
    except InputError:
        return True


def touched_roots(changed: Iterable[str], tree: str, graph: Graph, given: Collection[str] = ()) -> tuple[str, ...]:
    """The directories of the root modules in a tree that a change touches, in order.

    `changed` are added, changed or deleted files, and directories where any file may have changed. `given` are the real paths
    of the files that give every root module values. A Terraform file concerns the module of its directory. Any module may read
    any other file, with `file()` or as a file of values. An invalid module is touched by its own files only, because a fix
    changes one of them. Raises `InputError` when a changed file is not in the tree.
    """
    known = frozenset(graph.directories).union(*graph.calls.values())
    touched: set[str] = set()
    for path in changed:
        real = _inside(path, tree)
        if not SKIPPED.isdisjoint(os.path.relpath(real, tree).split(os.sep)):
            continue
        if os.path.isdir(path):
            touched.update(directory for directory in known if is_inside(directory, real))
        elif real not in given and (path.endswith(SUFFIXES) or (path.endswith(_VALUES) and os.path.dirname(real) in known)):
            touched.add(os.path.dirname(real))
        else:
            return graph.roots()
    # A module with a link to another module's file is touched by that file, as if it called the module.
    linked = replace(graph, calls={directory: called.union(_linked_from(directory)) for directory, called in graph.calls.items()})
    return tuple(root for root in graph.roots() if not touched.isdisjoint(linked.reach(root)))


def _inside(path: str, tree: str) -> str:
    """The path of a file with real directories. The file may be gone; of a link, the link itself changed."""
    real = os.path.realpath(path) if os.path.isdir(path) else os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    if not is_inside(real, tree):
        raise InputError(f"{path} is not in {shown(tree)}, the directory with the root modules. Run dyncheck at the top of the repository.")
    return real


def _linked_from(directory: str) -> Iterator[str]:
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_symlink() and entry.name.endswith(TERRAFORM_FILES):
                yield os.path.dirname(os.path.realpath(entry.path))
