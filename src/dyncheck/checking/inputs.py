"""The paths of a run -> their inputs, each read and checked; many documents in several processes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from dyncheck.checking.one_input import EMPTY, CheckedInput, Checker, ReadInput, check_input, not_checked, packed_input
from dyncheck.checking.processes import WORTH_A_PROCESS, bound_memory, in_processes
from dyncheck.errors import InputError
from dyncheck.files import has_terraform_files, is_of_tree
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.source import Source, read

if TYPE_CHECKING:
    from dyncheck.input_problems import InputProblem
    from dyncheck.readers.reading import Reading

# With fewer documents, keeping them in a file takes longer than it saves.
_MANY = 8


def are_many(paths: Sequence[str]) -> bool:
    """Whether there are so many documents that a run does better not to keep them in memory."""
    return len(paths) >= _MANY and sum(not is_of_tree(path) for path in paths) >= _MANY


def checked_inputs(paths: Sequence[str], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    """Every input of the paths, checked. What cannot be read becomes a problem."""
    if by.settings.changed:
        from dyncheck.checking.root_modules import checked_changes

        yield from checked_changes(paths, by, problems)
        return
    if by.settings.together:
        from dyncheck.checking.together import checked_together

        yield from checked_together(paths, by, problems, _read_document)
    else:
        yield from _one_by_one(paths, by, problems)
    if by.settings.given:
        by.trees.refuse_undeclared()


def _one_by_one(paths: Sequence[str], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    by.settings.progress.begin(sum(not is_of_tree(path) for path in paths))
    for is_tree, several in groupby(paths, is_of_tree):
        if not is_tree:
            yield from _documents(tuple(several), by, problems)
            continue
        from dyncheck.checking.root_modules import checked_trees

        yield from checked_trees(several, by, problems)


def _documents(paths: Sequence[str], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    settings = by.settings
    # What --require demands of all inputs together needs their resources, and a child process has no standard input.
    processes = 1 if settings.required or "-" in paths else min(settings.processes, len(paths) // WORTH_A_PROCESS)
    if processes > 1:
        # Here once, instead of in each process.
        by.of(settings.environment_of_plans)
    elif settings.stores:
        bound_memory()
    for checked, found in in_processes(partial(_checked_document, by), paths, processes):
        problems += found
        if checked:
            yield checked
        settings.progress.step()


def _checked_document(by: Checker, path: str) -> tuple[CheckedInput | None, tuple[InputProblem, ...]]:
    """A document, read and checked, or the problems for which it could not be. Its results are packed if the run stores them."""
    try:
        checked = check_input(_read_document(path, by), by)
    except InputError as error:
        from dyncheck.input_problems import with_path

        return None, with_path(error.problems, path)
    return packed_input(checked, by) if by.settings.stores else checked, ()


def _read_document(path: str, by: Checker) -> ReadInput:
    settings = by.settings
    source = Source(path, settings.documents[path]) if path in settings.documents else read(path)
    reading = _located(read_document(source), path, by)
    found = ReadInput(path, source.sha256 if settings.hashes else "", reading, environment=settings.environment_of_plans)
    on_change = any(rule.is_on_change for rule in by.rules)
    is_judged = not found.inventory.is_empty or (on_change and (found.changes.tables or found.changes.lone_replicas))
    if not is_judged and not settings.allow_empty:
        why = " ".join((*not_checked(reading), reading.nothing))
        raise InputError(f"{source.name} has no DynamoDB table to check. {why} {EMPTY}", kind="nothing-to-check")
    return found


def _located(reading: Reading, path: str, by: Checker) -> Reading:
    """The resources of a document, with the places in their code."""
    settings = by.settings
    if reading.kind != "capture":
        beside = (os.path.dirname(path) or os.curdir, os.curdir)
        if not settings.source and not any(map(has_terraform_files, beside)):
            return reading
        from dyncheck.readers.plan.sources import with_places

        return with_places(reading, path, settings.source, by.trees)
    # Code that happens to be near a capture may be that of another account.
    if not settings.code and not settings.source:
        return reading
    from dyncheck.checking.managed import code_at, with_code

    return with_code(reading, settings.code or code_at(settings.source, settings))
