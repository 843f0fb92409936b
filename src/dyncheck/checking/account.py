"""The account of a run: what it did with each directory that has Terraform files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from dyncheck.files import COMMAND_LINE, CONFIGURATION, Exclude
from dyncheck.findings import Directory
from dyncheck.readers.hcl.trees import Root, Trees

if TYPE_CHECKING:
    from dyncheck.input_problems import InputProblem
    from dyncheck.readers.hcl.discovery import Graph

CHECKED, THROUGH, EXCLUDED, NOT_CHECKED = "checked", "checked through", "excluded", "not checked"

_UNCALLED = "no root module that could be checked calls it"
_WITHOUT_INSTANCE = "its calls make no instance of it"


class Outcome(Struct, frozen=True):
    """What became of one root module: its first error, and the directories of the modules that have an instance."""

    fault: str = ""
    directories: tuple[str, ...] = ()


class Account:
    """The `outcomes` of the root modules of a run, by directory. With `is_part`, the run checks a part of the directories only."""

    def __init__(self, trees: Trees, outcomes: dict[str, tuple[Root, Outcome]], *, is_part: bool) -> None:
        self._trees = trees
        self._is_part = is_part
        self._outcomes = outcomes

    def add(self, root: Root, problems: Iterable[InputProblem], directories: Iterable[str] = ()) -> None:
        """Keep what became of a root module. In several environments, the first problem counts."""
        fault = next((each.message for each in problems), "").partition("\n")[0]
        _, before = self._outcomes.get(root.directory, (root, Outcome()))
        called = tuple(dict.fromkeys((*before.directories, *directories)))
        self._outcomes[root.directory] = (root, Outcome(before.fault or fault, called))

    def left(self, roots: Iterable[Root]) -> tuple[Root, ...]:
        """The modules that only root modules with errors among these call, and that have no instance there."""
        faulty = [root for root in roots if self._outcomes[root.directory][1].fault]
        found: list[Root] = []
        for tree in dict.fromkeys(root.tree for root in faulty):
            if graph := self._trees.graphs.get(tree):
                called = graph.reach(root.directory for root in faulty if root.tree == tree)
                found += self._trees.left(tree, called - self._covered(graph))
        return tuple(found)

    def _covered(self, graph: Graph) -> frozenset[str]:
        """The directories of the root modules, and of the modules that these call."""
        sound = graph.covered(directory for directory, (_, outcome) in self._outcomes.items() if not outcome.fault)
        faulty = [(root, outcome.directories) for root, (_, outcome) in self._outcomes.items() if outcome.fault]
        return sound.union(self._outcomes, (each for root, called in faulty for each in called if graph.covers(root, each)))

    def directories(self) -> tuple[Directory, ...]:
        """Every directory with Terraform files, in the order of the paths, and what may have some that are not read."""
        found: dict[str, Directory] = {}
        for each in (each for graph in self._trees.graphs.values() for each in self._of_graph(graph)):
            # Of two paths where one contains the other, the outer one shows more callers.
            if each.path not in found or len(each.through) > len(found[each.path].through):
                found[each.path] = each
        for root, outcome in self._outcomes.values():
            found.setdefault(root.path, _of_root(root.path, outcome, ()))
        for directory, excluded in self._trees.excluded.items():
            path = Root(directory, directory).path
            found.setdefault(path, _of_unread(path, excluded))
        for path, why in self._trees.partial:
            found[path] = Directory(path, NOT_CHECKED, reason=why)
        return tuple(found.values())

    def notices(self) -> Iterator[str]:
        """A notice for each pattern that excludes no directory, if the run has searched where it could."""
        if not self._trees.graphs:
            return
        from dyncheck.readers.hcl.configuration.files import is_inside

        for each in self._trees.exclusions.unused():
            is_all = any(is_inside(each.base, tree) for tree in self._trees.graphs)
            is_part = any(is_inside(tree, each.base) for tree in self._trees.graphs)
            if is_all or not is_part or each.source == COMMAND_LINE:
                yield f"The pattern {each.in_words} excludes no directory. Correct it, or remove it."

    def unread_configurations(self, known: Iterable[str], counting: str) -> Iterator[str]:
        """A notice for each configuration that does not count: those `known`, and those in the directories of the run.

        `counting` is the path of the one that does, empty without.
        """
        directories = [each for graph in self._trees.graphs.values() for each in graph.survey.configured]
        inside = (Root(each, each).path for each in directories)
        for path in dict.fromkeys((*known, *(os.path.normpath(os.path.join(each, CONFIGURATION)) for each in inside))):
            if not counting or os.path.realpath(path) != os.path.realpath(counting):
                yield f"{path} is not read, because only the {CONFIGURATION} at the root of the repository counts. Move its settings there."

    def _of_graph(self, graph: Graph) -> Iterator[Directory]:
        from dyncheck.readers.hcl.configuration.files import shown
        from dyncheck.readers.hcl.survey import SKIPPED

        through = self._through(graph)
        concerned = graph.reach(self._outcomes) if self._is_part else frozenset(graph.directories)
        excluded = {called: exclude for directory, exclude in self._trees.excluded.items() for called in graph.reach([directory])}
        with_instances = frozenset(directory for _, outcome in self._outcomes.values() for directory in outcome.directories)
        for place in graph.survey.places:
            path, roots = shown(place.directory), tuple(through.get(place.directory, ()))
            if place.directory in self._outcomes:
                yield _of_root(path, self._outcomes[place.directory][1], roots)
            elif roots:
                yield Directory(path, THROUGH, roots, "" if place.directory in with_instances else _WITHOUT_INSTANCE)
            elif place.directory in concerned or (place.excluded and not self._is_part):
                yield _of_unread(path, place.excluded or excluded.get(place.directory))
        if self._is_part:
            return
        for other in graph.survey.others:
            yield Directory(other.path, NOT_CHECKED, reason=other.reason)
        for name, number in graph.survey.skipped:
            yield Directory(f"**/{name}", EXCLUDED, reason=f"{SKIPPED[name]}, {number} {'directory' if number == 1 else 'directories'}")

    def _through(self, graph: Graph) -> dict[str, list[str]]:
        """By the directory of a module, the root modules that call it. One with errors counts only where the module has an instance."""
        found: dict[str, list[str]] = {}
        for directory, (root, outcome) in self._outcomes.items():
            for called in outcome.directories if outcome.fault else graph.reach([directory]):
                if called != directory:
                    found.setdefault(called, []).append(root.path)
        return found


def _of_root(path: str, outcome: Outcome, through: tuple[str, ...]) -> Directory:
    return Directory(path, NOT_CHECKED if outcome.fault else CHECKED, through, outcome.fault)


def _of_unread(path: str, excluded: Exclude | None) -> Directory:
    return Directory(path, EXCLUDED, reason=excluded.in_words) if excluded else Directory(path, NOT_CHECKED, reason=_UNCALLED)
