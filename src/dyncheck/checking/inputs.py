"""The paths of a run -> their inputs, each read and checked; root modules side by side where that is worth it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.checking.one_input import CheckedInput, Checker, ReadInput, check_input, inventory_of
from dyncheck.checking.processes import in_processes
from dyncheck.checking.settings import Settings
from dyncheck.dynamodb import Inventory
from dyncheck.errors import InputError
from dyncheck.readers.hcl.trees import Root, is_of_tree
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.plan.located import with_places
from dyncheck.readers.source import read

# Root modules to a process: with fewer, starting it takes longer than what it saves.
_WORTH_A_PROCESS = 4

_EMPTY = "If that is intended, say so with --allow-empty."


class ExaminedRoot(Struct, frozen=True):
    """One root module, read and checked, unless `faults` say why it could not be; `nothing` says why it may hold nothing to check.

    `concerns` says whether it has to do with DynamoDB, or may have.
    """

    faults: tuple[str, ...]
    checked: CheckedInput | None = None
    concerns: bool = False
    nothing: str = ""


def checked_inputs(paths: Sequence[str], by: Checker, errors: list[str]) -> Iterator[CheckedInput]:
    """Every input that the paths stand for, checked; what cannot be read goes to the errors."""
    if by.settings.changed:
        yield from _touched(paths, by, errors)
        return
    by.settings.progress.begin(sum(not is_of_tree(path) for path in paths))
    for path in paths:
        try:
            if is_of_tree(path):
                yield from _of_tree(path, by.trees.roots(path), by, errors)
            else:
                yield _of_document(path, by)
        except InputError as error:
            errors.append(str(error))
    by.trees.refuse_undeclared()


def _touched(changed: Sequence[str], by: Checker, errors: list[str]) -> Iterator[CheckedInput]:
    """The root modules that changed files touch; where nothing changed, nothing is looked for."""
    allow_empty = by.settings.allow_empty
    if not changed:
        if not allow_empty:
            errors.append(f"No changed file is given, so there is nothing to check. {_EMPTY}")
        return
    try:
        roots = by.trees.touched(changed)
        if not roots and not allow_empty:
            raise InputError(f"The changed files touch no root module, so there is nothing to check. {_EMPTY}")
        yield from _of_tree("What the changed files touch", roots, by, errors)
    except InputError as error:
        errors.append(str(error))
    by.trees.refuse_undeclared()


def _of_document(path: str, by: Checker) -> CheckedInput:
    try:
        return check_input(_read_document(path, by), by)
    finally:
        by.settings.progress.step()


def _read_document(path: str, by: Checker) -> ReadInput:
    settings = by.settings
    source = read(path)
    reading = with_places(read_document(source), path, settings.source, by.trees)
    found = ReadInput(path, source.sha256, reading, inventory_of(reading))
    is_judged = found.inventory.tables or (found.changes.tables and any(rule.is_on_change for rule in by.rules))
    if not is_judged and not settings.allow_empty:
        raise InputError(f"{source.name} has no DynamoDB table to check. {reading.nothing} {_EMPTY}")
    return found


def _of_tree(path: str, roots: Sequence[Root], by: Checker, errors: list[str]) -> Iterator[CheckedInput]:
    """Those of a path's root modules that have to do with DynamoDB; all of them where none may have."""
    examined: list[ExaminedRoot] = []
    by.settings.progress.begin(len(roots))
    processes = _processes(roots, by.settings)
    if processes > 1:
        # Here once, instead of in each process.
        from dyncheck.readers.hcl import reader as reader
    for each in in_processes(partial(_examined, by), roots, processes):
        examined.append(each)
        by.settings.progress.step()
    faults = [fault for each in examined for fault in each.faults]
    errors += faults
    checked = [each.checked for each in examined if each.checked]
    if roots and not faults and not by.settings.allow_empty and not any(each.input.tables for each in checked):
        raise InputError(f"{path} has no DynamoDB table to check. {examined[0].nothing} {_EMPTY}")
    concerned = [each.checked for each in examined if each.checked and each.concerns]
    yield from concerned or checked


def _examined(by: Checker, root: Root) -> ExaminedRoot:
    try:
        reading = by.trees.read(root)
    except InputError as error:
        return ExaminedRoot((str(error),))
    found = ReadInput(root.path, reading.sha256, reading, inventory_of(reading), root)
    faults = reading.faults()
    checked = check_input(found, by)
    if not by.settings.required:
        # Only --require asks for the inventory afterwards; a process would have to hand it over.
        checked = replace(checked, inventory=Inventory(()))
    return ExaminedRoot(faults, checked, _concerns(found), reading.nothing)


def _processes(roots: Sequence[Root], settings: Settings) -> int:
    """How many processes are worth their start. What --require asks of all inputs together is asked in one."""
    return 1 if settings.required else min(settings.processes, len(roots) // _WORTH_A_PROCESS)


def _concerns(found: ReadInput) -> bool:
    """Whether a root module has to do with DynamoDB, or may have in what could not be looked into."""
    return bool(found.inventory.tables or found.inventory.alarms or found.reading.conditions or found.reading.incomplete)
