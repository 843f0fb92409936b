"""Which root modules a change touches: those that hold a changed file, or call a module that does, directly or not."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.files import SUFFIXES, is_inside, shown
from dyncheck.readers.hcl.discovery import SKIPPED, Graph

_VALUES = (".tfvars", ".tfvars.json")


def touched_roots(changed: Iterable[str], tree: str, graph: Graph, given: Collection[str] = ()) -> tuple[str, ...]:
    """The directories of the root modules in a tree that a change touches, in order.

    `changed` are files that were added, changed or deleted, and directories in which anything may have been; `given` are the real
    paths of files that every root module gets values from. A file of Terraform concerns the module of its directory; any other may be
    read by every module, with `file()` or as a file of values. A module that cannot be parsed is touched by its own files only: whoever
    mends it changes one of them.

    Raises `InputError` when a changed file is not in the tree.
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
    """The place of a file, which may be gone, and may be a link: what changed then is the link."""
    real = os.path.realpath(path) if os.path.isdir(path) else os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    if not is_inside(real, tree):
        raise InputError(
            f"{path} is not in {shown(tree)}, in which root modules are looked for. Run dyncheck at the top of the repository."
        )
    return real


def _with_links(graph: Graph) -> Graph:
    """A module whose file is a link to another module's file is concerned when that one changes, as if it called it."""
    calls = {directory: called.union(_linked_from(directory)) for directory, called in graph.calls.items()}
    return replace(graph, calls=calls)


def _linked_from(directory: str) -> Iterator[str]:
    try:
        with os.scandir(directory) as entries:
            links = [entry.path for entry in entries if entry.is_symlink() and entry.name.endswith((*SUFFIXES, *_VALUES))]
    except OSError:
        return
    yield from (os.path.dirname(os.path.realpath(link)) for link in links)
