"""The root modules that a change touches: those with a changed file, or that call a module with one, directly or indirectly."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress

from msgspec.structs import replace

from dyncheck.errors import InputError
from dyncheck.files import TERRAFORM_FILES
from dyncheck.readers.hcl.configuration.files import SUFFIXES, is_inside, shown
from dyncheck.readers.hcl.discovery import SKIPPED, Graph

_VALUES = TERRAFORM_FILES[4:]


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
    linked = _with_links(graph)
    return tuple(root for root in graph.roots() if not touched.isdisjoint(linked.reach(root)))


def _inside(path: str, tree: str) -> str:
    """The path of a file with real directories. The file may be gone; of a link, the link itself changed."""
    real = os.path.realpath(path) if os.path.isdir(path) else os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    if not is_inside(real, tree):
        raise InputError(f"{path} is not in {shown(tree)}, the directory with the root modules. Run dyncheck at the top of the repository.")
    return real


def _with_links(graph: Graph) -> Graph:
    """The graph in which a module with a link to another module's file calls that module."""
    calls = {directory: called.union(_linked_from(directory)) for directory, called in graph.calls.items()}
    return replace(graph, calls=calls)


def _linked_from(directory: str) -> Iterator[str]:
    with suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_symlink() and entry.name.endswith(TERRAFORM_FILES):
                yield os.path.dirname(os.path.realpath(entry.path))
