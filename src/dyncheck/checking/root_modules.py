"""The root modules of a run, each read and checked as every program reads it; many in several processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.checking.one_input import EMPTY, CheckedInput, Checker, ReadInput, check_input, not_checked
from dyncheck.checking.processes import WORTH_A_PROCESS, in_processes
from dyncheck.dynamodb import Inventory
from dyncheck.errors import InputError
from dyncheck.files import TERRAFORM
from dyncheck.input_problems import InputProblem, with_end, with_path
from dyncheck.readers.hcl.trees import ExcludedError, Root

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


def checked_changes(changed: Sequence[str], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    """The root modules that changed files touch. Without changed files, nothing is searched."""
    allow_empty = by.settings.allow_empty
    if not changed:
        if not allow_empty:
            problems += InputError(f"No changed file is given, so there is nothing to check. {EMPTY}", kind="nothing-to-check").problems
        return
    try:
        roots = by.trees.in_environments(by.trees.touched(changed))
        if not roots and not allow_empty:
            raise InputError(f"The changed files touch no root module, so there is nothing to check. {EMPTY}", kind="nothing-to-check")
        yield from _checked_tree("What the changed files touch", roots, by, problems)
    except InputError as error:
        problems += error.problems
    by.trees.refuse_undeclared()


def checked_trees(paths: Iterable[str], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    """The root modules of each path. What cannot be read becomes a problem."""
    for path in paths:
        try:
            yield from _checked_tree(path, roots_of(path, by), by, problems)
        except InputError as error:
            problems += with_path(error.problems, path)


def roots_of(path: str, by: Checker) -> tuple[Root, ...]:
    """The root modules of a path, in their environments.

    Raises `InputError` without one; with --allow-empty, all may be excluded, or be in other environments than those of --environment.
    """
    try:
        found = by.trees.roots(path)
        roots = by.trees.in_environments(found)
        if found and not roots and not by.settings.allow_empty:
            names = ", ".join(by.settings.only_in)
            raise InputError(
                f"{path} has no root module in the environment {names}, so there is nothing to check. {EMPTY}", kind="nothing-to-check"
            )
        return roots
    except ExcludedError as error:
        if by.settings.allow_empty:
            return ()
        raise InputError(f"{error} {EMPTY}", kind="nothing-to-check") from None


def _checked_tree(path: str, roots: Sequence[Root], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    """The root modules of a path that have resources of DynamoDB; all of them where none may have."""
    examined: list[ExaminedRoot] = []
    while roots:
        for root, each in zip(roots, _examined_roots(roots, by), strict=True):
            by.account.add(root, each.problems, each.directories)
            examined.append(each)
            by.settings.progress.step()
        roots = by.trees.in_environments(by.account.left(roots))
    yield from checked_roots(path, examined, by, problems)


def _examined_roots(roots: Sequence[Root], by: Checker) -> Iterator[ExaminedRoot]:
    settings = by.settings
    settings.progress.begin(len(roots))
    # What --require demands of all inputs together is checked in one process.
    processes = 1 if settings.required or settings.keeps_inventories else min(settings.processes, len(roots) // WORTH_A_PROCESS)
    if processes > 1:
        # Here once, instead of in each process.
        from dyncheck.readers.hcl import reader as reader

        for root in roots:
            by.of(root.environment, root.directory)
    return in_processes(partial(examined_root, by), roots, processes)


def checked_roots(path: str, examined: Sequence[ExaminedRoot], by: Checker, problems: list[InputProblem]) -> Iterator[CheckedInput]:
    """What a path has to check of its examined root modules. Raises `InputError` when that is nothing."""
    found = list(_problems(examined))
    problems += found
    examined = [_without_problems(each) for each in examined]
    checked = [each.checked for each in examined if each.checked]
    if examined and not found and not by.settings.allow_empty and all(each.is_empty for each in examined):
        reasons = dict.fromkeys(why for each in examined for why in (each.unread, each.nothing) if why)
        raise InputError(f"{path} has no DynamoDB table to check. {' '.join(reasons) or _ELSEWHERE} {EMPTY}", kind="nothing-to-check")
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
            yield with_end(problem, f" (in the environment {', '.join(names)})")


def _without_problems(each: ExaminedRoot) -> ExaminedRoot:
    """A root module in an environment without the problems of its checked input, which `_problems` has."""
    return replace(each, checked=replace(each.checked, problems=())) if each.checked and each.root.environment else each


def examined_root(by: Checker, root: Root) -> ExaminedRoot:
    """A root module, read and checked, as every program reads it."""
    try:
        found = read_root(root, by)
        examined = examine(found, root, by)
    except InputError as error:
        return ExaminedRoot(root, with_path(error.problems, root.path))
    if has_two_views(found):
        return both_views(examined, examined_root(by, root.of_opentofu), found.reading.tofu)
    return examined


def has_two_views(found: ReadInput) -> bool:
    """Whether OpenTofu reads other files of a root module than Terraform, as which it was read."""
    return bool(found.reading.tofu and found.root and found.root.program == TERRAFORM)


def both_views(terraform: ExaminedRoot, opentofu: ExaminedRoot, files: tuple[str, ...]) -> ExaminedRoot:
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


def read_root(root: Root, by: Checker) -> ReadInput:
    """A root module, read as one program reads it. Raises `InputError` when that is not possible."""
    reading = by.trees.read(root)
    return ReadInput(root.path, reading.sha256, reading, root, root.environment)


def examine(found: ReadInput, root: Root, by: Checker) -> ExaminedRoot:
    """A root module that was read, checked."""
    reading = found.reading
    problems = reading.faults()
    if problems:
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
