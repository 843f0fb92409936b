"""What to check in a directory: the root modules in it, which are those that no other module there calls."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.calls import is_local, source_of
from dyncheck.readers.hcl.configuration.files import is_configuration, is_inside, shown
from dyncheck.readers.hcl.configuration.module import Module, Modules

# Where tools keep copies of what is elsewhere.
_SKIPPED = frozenset({".bzr", ".git", ".hg", ".svn", ".terraform", ".terragrunt-cache", "CVS"})


def root_directories(tree: str, modules: Modules) -> tuple[str, ...]:
    """The directories of the root modules in a tree, in order.

    A directory that cannot be read or parsed counts as a root: its errors are to be seen. Raises `InputError` when
    there is no Terraform file in the whole tree.
    """
    directories = tuple(_directories(tree))
    if not directories:
        raise InputError(
            f"{shown(tree)} is a directory without Terraform files. Name one that has some, or a file that "
            "`terraform show -json tfplan` wrote."
        )
    calls = {directory: frozenset(_called_from(directory, modules)) for directory in directories}
    called = frozenset().union(*calls.values())
    roots = [directory for directory in directories if directory not in called]
    reached: set[str] = set()
    for directory in (*roots, *directories):
        # What no root reaches calls each other in a circle; the first one of it says so.
        if directory not in reached and directory not in roots:
            roots.append(directory)
        _reach(directory, calls, reached)
    return tuple(sorted(roots, key=directories.index))


def _reach(directory: str, calls: Mapping[str, frozenset[str]], reached: set[str]) -> None:
    pending = [directory]
    while pending:
        found = pending.pop()
        if found not in reached:
            reached.add(found)
            pending += calls.get(found, ())


def _directories(tree: str) -> Iterator[str]:
    """The directories with Terraform files, by their real paths; links that lead out of the tree are not followed."""
    seen: set[str] = set()
    pending = [os.path.realpath(tree)]
    while pending:
        directory = pending.pop()
        if directory in seen:
            continue
        seen.add(directory)
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError:
            # Whoever reads it as a root says what is wrong with it.
            yield directory
            continue
        directories = [entry for entry in entries if _is_directory(entry)]
        if any(is_configuration(entry.name) for entry in entries if entry not in directories):
            yield directory
        inner = [os.path.realpath(entry.path) for entry in directories if entry.name not in _SKIPPED]
        pending += [path for path in reversed(inner) if is_inside(path, os.path.realpath(tree))]


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _called_from(directory: str, modules: Modules) -> Iterator[str]:
    try:
        module = modules.at(directory)
    except InputError:
        return
    for source in _local_sources(module):
        called = os.path.realpath(os.path.join(directory, source))
        if called != directory:
            yield called


def _local_sources(module: Module) -> Iterator[str]:
    for block in module.of_type("module"):
        found = source_of(block)
        if found and is_local(found[0]):
            yield found[0].replace("\\", "/")
