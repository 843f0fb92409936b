"""The paths of a run -> their inputs, each read and checked; many root modules in several processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.checking.one_input import CheckedInput, Checker, ReadInput, check_input, not_checked, packed_input
from dyncheck.checking.processes import bound_memory, in_processes
from dyncheck.dynamodb import Inventory, Together
from dyncheck.errors import InputError
from dyncheck.files import TERRAFORM
from dyncheck.readers.hcl.trees import ExcludedError, Root, is_of_tree
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.plan.sources import with_places
from dyncheck.readers.reading import Reading, of_input
from dyncheck.readers.source import Source, read

if TYPE_CHECKING:
    from dyncheck.input_problems import InputProblem

# Root modules or documents to a process. With fewer, starting it takes longer than it saves.
_WORTH_A_PROCESS = 4

# With fewer documents, keeping them in a file takes longer than it saves.
_MANY = 8

_EMPTY = "If that is intended, use --allow-empty."

# What to do about root modules without any table, also in a module that was not read.
_ELSEWHERE = "Name the directory of the module that has them."


class ExaminedRoot(Struct, frozen=True):
    """One root module, read and checked, unless it has `problems`. `nothing` says why it may have nothing to check.

    `is_empty` says that it has no resource of DynamoDB for certain, `concerns` that it has one or may have; `unread` which of them are not
    read. `directories` are those of the modules that have an instance.
    """

    root: Root
    problems: tuple[InputProblem, ...] = ()
    checked: CheckedInput | None = None
    is_empty: bool = True
    concerns: bool = False
    nothing: str = ""
    unread: str = ""
    directories: tuple[str, ...] = ()


def are_many(paths: Sequence[str]) -> bool:
    """Whether there are so many documents that a run does better not to keep them in memory."""
    return len(paths) >= _MANY and sum(not is_of_tree(path) for path in paths) >= _MANY


def checked_inputs(paths: Sequence[str], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    """Every input of the paths, checked. What cannot be read becomes a problem."""
    if by.settings.changed:
        yield from _touched(paths, by, problems)
        return
    if by.settings.together:
        yield from _together(paths, by, problems)
    else:
        yield from _one_by_one(paths, by, problems)
    by.trees.refuse_undeclared()


def _one_by_one(paths: Sequence[str], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    by.settings.progress.begin(sum(not is_of_tree(path) for path in paths))
    for is_tree, several in groupby(paths, is_of_tree):
        if not is_tree:
            yield from _documents(tuple(several), by, problems)
            continue
        for path in several:
            try:
                yield from _of_tree(path, _roots(path, by), by, problems)
            except InputError as error:
                problems += _of_input(error, path)


def _documents(paths: Sequence[str], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    settings = by.settings
    # What --require demands of all inputs together needs their resources, and a child process has no standard input.
    processes = 1 if settings.required or "-" in paths else min(settings.processes, len(paths) // _WORTH_A_PROCESS)
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
        return None, _of_input(error, path)
    return packed_input(checked, by) if by.settings.stores else checked, ()


def _roots(path: str, by: Checker) -> tuple[Root, ...]:
    """The root modules of a path, in their environments.

    Raises `InputError` without one; with --allow-empty, all may be excluded, or be in other environments than those of --environment.
    """
    try:
        found = by.trees.roots(path)
        roots = by.trees.in_environments(found)
        if found and not roots and not by.settings.allow_empty:
            names = ", ".join(by.settings.only_in)
            raise InputError(
                f"{path} has no root module in the environment {names}, so there is nothing to check. {_EMPTY}", kind="nothing-to-check"
            )
        return roots
    except ExcludedError as error:
        if by.settings.allow_empty:
            return ()
        raise InputError(f"{error} {_EMPTY}", kind="nothing-to-check") from None


def _together(paths: Sequence[str], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
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
            for views in _read(path, by, problems)
        ]
        read.append((path, found))
    for environment, both_views in together.items():
        # An environment is a deployment of its own. What belongs to none may serve all of them.
        near = [views for _, found in read for views in found if not environment or views[0].environment in ("", environment)]
        for number, others in enumerate(both_views):
            others.inventories = tuple(views[min(number, len(views) - 1)].inventory for views in near)
    progress = by.settings.progress
    progress.begin(sum(len(found) for _, found in read))
    for path, found in read:
        examined: list[ExaminedRoot] = []
        for first, *other in found:
            if first.root is None:
                yield check_input(first, by)
            else:
                each = _examine(first, first.root, by)
                examined.append(_both(each, _examine(other[0], first.root, by), first.reading.tofu) if other else each)
                by.account.add(first.root, examined[-1].problems, examined[-1].directories)
            progress.step()
        try:
            yield from _of_roots(path, examined, by, problems)
        except InputError as error:
            problems += _of_input(error, path)


def _read(path: str, by: Checker, problems: list[InputProblem]) -> Iterator[list[ReadInput]]:
    """The inputs of a path, each as every program reads it. What cannot be read becomes a problem."""
    try:
        if not is_of_tree(path):
            yield [_read_document(path, by)]
            return
        roots = _roots(path, by)
    except InputError as error:
        problems += _of_input(error, path)
        return
    while roots:
        unread: list[Root] = []
        for root in roots:
            try:
                found = _read_root(root, by)
                yield [found, _read_root(root.of_opentofu, by)] if _has_two_views(found) else [found]
            except InputError as error:
                problems += _of_input(error, root.path)
                by.account.add(root, error.problems)
                unread.append(root)
        roots = by.trees.in_environments(by.account.left(unread))


def _touched(changed: Sequence[str], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    """The root modules that changed files touch. Without changed files, nothing is searched."""
    allow_empty = by.settings.allow_empty
    if not changed:
        if not allow_empty:
            problems += InputError(f"No changed file is given, so there is nothing to check. {_EMPTY}", kind="nothing-to-check").problems
        return
    try:
        roots = by.trees.in_environments(by.trees.touched(changed))
        if not roots and not allow_empty:
            raise InputError(f"The changed files touch no root module, so there is nothing to check. {_EMPTY}", kind="nothing-to-check")
        yield from _of_tree("What the changed files touch", roots, by, problems)
    except InputError as error:
        problems += error.problems
    by.trees.refuse_undeclared()


def _of_input(error: InputError, path: str) -> tuple[InputProblem, ...]:
    """The problems of an input with that path."""
    from dyncheck.input_problems import with_path

    return with_path(error.problems, path)


def _read_document(path: str, by: Checker) -> ReadInput:
    settings = by.settings
    source = Source(path, settings.documents[path]) if path in settings.documents else read(path)
    reading = _located(read_document(source), path, by)
    found = ReadInput(path, source.sha256 if settings.hashes else "", reading, environment=settings.environment_of_plans)
    on_change = any(rule.is_on_change for rule in by.rules)
    is_judged = not found.inventory.is_empty or (on_change and (found.changes.tables or found.changes.lone_replicas))
    if not is_judged and not settings.allow_empty:
        why = " ".join((*not_checked(reading), reading.nothing))
        raise InputError(f"{source.name} has no DynamoDB table to check. {why} {_EMPTY}", kind="nothing-to-check")
    return found


def _located(reading: Reading, path: str, by: Checker) -> Reading:
    """The resources of a document, with the places in their code."""
    settings = by.settings
    if reading.kind != "capture":
        return with_places(reading, path, settings.source, by.trees)
    # Code that happens to be near a capture may be that of another account.
    if not settings.code and not settings.source:
        return reading
    from dyncheck.checking.managed import code_at, with_code

    return with_code(reading, settings.code or code_at(settings.source, settings))


def _of_tree(path: str, roots: Sequence[Root], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    """The root modules of a path that have resources of DynamoDB; all of them where none may have."""
    examined: list[ExaminedRoot] = []
    while roots:
        for root, each in zip(roots, _examined_roots(roots, by), strict=True):
            by.account.add(root, each.problems, each.directories)
            examined.append(each)
            by.settings.progress.step()
        roots = by.trees.in_environments(by.account.left(roots))
    yield from _of_roots(path, examined, by, problems)


def _examined_roots(roots: Sequence[Root], by: Checker) -> Iterator[ExaminedRoot]:
    settings = by.settings
    settings.progress.begin(len(roots))
    # What --require demands of all inputs together is checked in one process.
    processes = 1 if settings.required or settings.keeps_inventories else min(settings.processes, len(roots) // _WORTH_A_PROCESS)
    if processes > 1:
        # Here once, instead of in each process.
        from dyncheck.readers.hcl import reader as reader

        for root in roots:
            by.of(root.environment, root.directory)
    return in_processes(partial(examined_root, by), roots, processes)


def _of_roots(path: str, examined: Sequence[ExaminedRoot], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    found = list(_problems(examined))
    problems += found
    examined = [_without_problems(each) for each in examined]
    checked = [each.checked for each in examined if each.checked]
    if examined and not found and not by.settings.allow_empty and all(each.is_empty for each in examined):
        reasons = dict.fromkeys(why for each in examined for why in (each.unread, each.nothing) if why)
        raise InputError(f"{path} has no DynamoDB table to check. {' '.join(reasons) or _ELSEWHERE} {_EMPTY}", kind="nothing-to-check")
    yield from [each.checked for each in examined if each.checked and each.concerns] or checked


def _problems(examined: Sequence[ExaminedRoot]) -> Iterator[InputProblem]:
    """The problems of root modules. One that a root module has in some of its environments only names those.

    With an environment, that includes the problems of the checked input.
    """
    environments: dict[str, list[str]] = {}
    found: dict[tuple[str, InputProblem], list[str]] = {}
    for each in examined:
        environments.setdefault(each.root.directory, []).append(each.root.environment)
        late = each.checked.problems if each.checked and each.root.environment else ()
        for problem in dict.fromkeys((*each.problems, *late)):
            found.setdefault((each.root.directory, problem), []).append(each.root.environment)
    for (directory, problem), names in found.items():
        if environments[directory] in (names, [""]):
            yield problem
        else:
            from dyncheck.input_problems import with_end

            yield with_end(problem, f" (in the environment {', '.join(names)})")


def _without_problems(each: ExaminedRoot) -> ExaminedRoot:
    """A root module in an environment without the problems of its checked input, which `_problems` has."""
    return replace(each, checked=replace(each.checked, problems=())) if each.checked and each.root.environment else each


def examined_root(by: Checker, root: Root) -> ExaminedRoot:
    """A root module, read and checked, as every program reads it."""
    try:
        found = _read_root(root, by)
        examined = _examine(found, root, by)
    except InputError as error:
        return ExaminedRoot(root, _of_input(error, root.path))
    if _has_two_views(found):
        return _both(examined, examined_root(by, root.of_opentofu), found.reading.tofu)
    return examined


def _has_two_views(found: ReadInput) -> bool:
    """Whether OpenTofu reads other files of a root module than Terraform, as which it was read."""
    return bool(found.reading.tofu and found.root and found.root.program == TERRAFORM)


def _both(terraform: ExaminedRoot, opentofu: ExaminedRoot, files: tuple[str, ...]) -> ExaminedRoot:
    """A root module as two programs read it. `files` are the `.tofu` files."""
    from dyncheck.checking.programs import both, both_problems

    checked = terraform.checked
    if checked and opentofu.checked:
        checked = both(checked, opentofu.checked, files)
    return replace(
        terraform,
        problems=both_problems(terraform.problems, opentofu.problems),
        checked=checked,
        is_empty=terraform.is_empty and opentofu.is_empty,
        concerns=terraform.concerns or opentofu.concerns,
        unread=terraform.unread or opentofu.unread,
        directories=tuple(dict.fromkeys((*terraform.directories, *opentofu.directories))),
    )


def _read_root(root: Root, by: Checker) -> ReadInput:
    reading = by.trees.read(root)
    return ReadInput(root.path, reading.sha256, reading, root, root.environment)


def _examine(found: ReadInput, root: Root, by: Checker) -> ExaminedRoot:
    reading = found.reading
    problems = reading.faults()
    if problems:
        from dyncheck.input_problems import with_path

        problems = with_path(problems, found.path)
    checked = check_input(found, by)
    if not by.settings.required and not by.settings.keeps_inventories:
        # Few runs need the inventory afterwards, and a process would have to copy it.
        checked = replace(checked, inventory=Inventory(()))
    # Parts that cannot be resolved may have resources of DynamoDB.
    is_empty = found.inventory.is_empty
    concerns = bool(found.inventory.alarms or not is_empty or reading.conditions or reading.incomplete or reading.not_checked)
    unread = " ".join(not_checked(reading))
    return ExaminedRoot(root, problems, checked, is_empty, concerns, reading.nothing, unread, reading.directories)
