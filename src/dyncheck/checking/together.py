"""Inputs that are judged together: all are read before the first is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from dyncheck.checking.one_input import CheckedInput, Checker, ReadInput, check_input
from dyncheck.checking.root_modules import ExaminedRoot, both_views, checked_roots, examine, has_two_views, read_root, roots_of
from dyncheck.dynamodb import Together
from dyncheck.errors import InputError
from dyncheck.files import is_of_tree
from dyncheck.input_problems import InputProblem, with_path
from dyncheck.readers.hcl.trees import Root
from dyncheck.readers.reading import of_input

# Reads a document; `inputs` has it.
ReadDocument: TypeAlias = Callable[[str, Checker], ReadInput]


def checked_together(
    paths: Sequence[str], by: Checker, problems: list[InputProblem], read_document: ReadDocument
) -> Iterator[CheckedInput]:
    """Every input, judged together with the others: all are read before the first is checked."""
    # By environment, as Terraform reads the inputs, and as OpenTofu does where that is different.
    together: dict[str, tuple[Together, Together]] = {}
    read: list[tuple[str, list[list[ReadInput]]]] = []
    for path in paths:
        found = [
            [
                replace(view, reading=of_input(view.reading, view.path), together=others)
                for view, others in zip(views, together.setdefault(views[0].environment, (Together(), Together())), strict=False)
            ]
            for views in _read(path, by, problems, read_document)
        ]
        read.append((path, found))
    for environment, views_of_all in together.items():
        # An environment is a deployment of its own. What belongs to none may serve all of them.
        near = [views for _, found in read for views in found if not environment or views[0].environment in ("", environment)]
        for number, others in enumerate(views_of_all):
            others.inventories = tuple(views[min(number, len(views) - 1)].inventory for views in near)
    progress = by.settings.progress
    progress.begin(sum(len(found) for _, found in read))
    for path, found in read:
        examined: list[ExaminedRoot] = []
        for first, *other in found:
            if first.root is None:
                yield check_input(first, by)
            else:
                each = examine(first, first.root, by)
                examined.append(both_views(each, examine(other[0], first.root, by), first.reading.tofu) if other else each)
                by.account.add(first.root, examined[-1].problems, examined[-1].directories)
            progress.step()
        try:
            yield from checked_roots(path, examined, by, problems)
        except InputError as error:
            problems += with_path(error.problems, path)


def _read(path: str, by: Checker, problems: list[InputProblem], read_document: ReadDocument) -> Iterator[list[ReadInput]]:
    """The inputs of a path, each as every program reads it. What cannot be read becomes a problem."""
    try:
        if not is_of_tree(path):
            yield [read_document(path, by)]
            return
        roots = roots_of(path, by)
    except InputError as error:
        problems += with_path(error.problems, path)
        return
    while roots:
        unread: list[Root] = []
        for root in roots:
            try:
                found = read_root(root, by)
                yield [found, read_root(root.of_opentofu, by)] if has_two_views(found) else [found]
            except InputError as error:
                problems += with_path(error.problems, root.path)
                by.account.add(root, error.problems)
                unread.append(root)
        roots = by.trees.in_environments(by.account.left(unread))
