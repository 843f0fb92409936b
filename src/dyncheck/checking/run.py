"""One run: inputs in, a report out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from time import strftime

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.contracts import contracts, interfaces, named
from dyncheck.catalog.rules import all_rules, checked_rules, chosen, weighed
from dyncheck.checking import engine, permissions
from dyncheck.checking.baseline import compare
from dyncheck.checking.permissions import AllowDestroy
from dyncheck.checking.plan_effects import drift_notices, effects
from dyncheck.checking.processes import in_processes
from dyncheck.checking.progress import Progress
from dyncheck.checking.waivers import Decision, of_comments, waive
from dyncheck.dynamodb import Changes, Contract, Inventory
from dyncheck.errors import InputError
from dyncheck.findings import Configured, Input, Report
from dyncheck.readers.hcl.trees import Root, Trees, is_of_tree
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.plan.located import with_places
from dyncheck.readers.reading import Reading
from dyncheck.readers.source import read
from dyncheck.rule import Module, Rule, Severity

# Root modules to a process: with fewer, starting it takes longer than what it saves.
_WORTH_A_PROCESS = 4

_EMPTY = "If that is intended, say so with --allow-empty."


class Settings(Struct, frozen=True):
    """What a run is to check, and by what.

    `given` are values for the variables of root modules, in order: `(name, text)` of a --var, `("", path)` of a --var-file.
    `source` is the directory of the Terraform files that plans and states were made of, empty when it is to be found;
    `baseline` is an earlier JSON report. With `changed`, the paths are files that changed, and what is checked are the root modules
    below the working directory that they touch; `required` is not judged then, for only a part is read. `illustrated` fills in what
    only the HTML page shows: drawings and lines of source. `severities` are of rules that weigh more or less than they declare,
    `decisions` waivers by address, and `configuration` is the file that either come from. `allow_destroy` are the tables that may be
    destroyed. Passes are among the results with `lists_passes` only, else they are counted. With more than one of `processes`, root
    modules are checked side by side; only a program of its own may ask for that, for it is forked. `progress` is told what is done.
    """

    policies: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    allow_empty: bool = False
    given: tuple[tuple[str, str], ...] = ()
    source: str = ""
    baseline: str = ""
    changed: bool = False
    illustrated: bool = False
    severities: tuple[tuple[str, Severity], ...] = ()
    decisions: tuple[Decision, ...] = ()
    configuration: Configured | None = None
    allow_destroy: tuple[AllowDestroy, ...] = ()
    lists_passes: bool = True
    processes: int = 1
    progress: Progress = Progress()


class Checked(Struct, frozen=True):
    """One input, checked: its part of the report, the inventory it held, and what went wrong with it."""

    input: Input
    inventory: Inventory
    errors: tuple[str, ...]


class Examined(Struct, frozen=True):
    """One root module, read and checked, unless `faults` say why it could not be; `nothing` says why it may hold nothing to check.

    `concerns` says whether it has to do with DynamoDB, or may have.
    """

    faults: tuple[str, ...]
    checked: Checked | None = None
    concerns: bool = False
    nothing: str = ""


class Read(Struct, frozen=True):
    """One input, read: its path and hash for the report, and what is in it; the `root` module that it is, where it is one."""

    path: str
    sha256: str
    reading: Reading
    inventory: Inventory
    root: Root | None = None

    @property
    def changes(self) -> Changes:
        """What it does to what is there already."""
        return Changes(self.reading.changes, self.inventory)


def run(paths: Sequence[str], settings: Settings) -> Report:
    """Check every input; one that cannot be checked does not keep the others from it.

    Raises `UsageError` when the settings name a rule, a contract, a table or a variable that does not exist.
    """
    rules = checked_rules(chosen(all_rules(), settings.select, settings.ignore), settings.select)
    rules = weighed(rules, dict(settings.severities))
    known = contracts(settings.policies)
    required = [named(known, name) for name in dict.fromkeys(() if settings.changed else settings.required)]
    errors: list[str] = []
    trees = Trees(settings.given)
    checked = list(_checked(paths, _Checker(rules, known, trees, settings), errors))
    unread = "an input could not be checked" if errors else ""
    outcome = engine.check_required([each.inventory for each in checked], rules, known, required, unread)
    errors += (error for each in checked for error in each.errors)
    errors += map(_crashed, outcome.crashes)
    report = Report(
        tuple(each.input for each in checked), outcome.results, tuple(dict.fromkeys(errors)), configuration=settings.configuration
    )
    report = _waived(report, settings.decisions, rules) if settings.decisions else report
    report = replace(report, notices=(*report.notices, *_unused_permission(report, rules, settings.allow_destroy)))
    return replace(report, comparison=compare(report, settings.baseline)) if settings.baseline else report


def _waived(report: Report, decisions: tuple[Decision, ...], rules: tuple[Rule, ...]) -> Report:
    """The report with what is waived by address marked as such. What is unused can be told only when everything was checked."""
    parts = [*(checked.results for checked in report.inputs), report.required]
    waived = waive([result for part in parts for result in part], decisions, () if report.errors else rules, _today())
    results = iter(waived.results)
    *of_inputs, required = (tuple(islice(results, len(part))) for part in parts)
    inputs = (replace(checked, results=part) for checked, part in zip(report.inputs, of_inputs, strict=True))
    return replace(report, inputs=tuple(inputs), required=required, notices=(*report.notices, *waived.notices))


def _unused_permission(report: Report, rules: tuple[Rule, ...], allowed: tuple[AllowDestroy, ...]) -> tuple[str, ...]:
    """What permission to destroy the run did not use; that can be told only when everything was checked."""
    if report.errors or not any(rule.id == permissions.RULE for rule in rules):
        return ()
    return permissions.notices(report.results, allowed, _today())


class _Checker(Struct, frozen=True):
    """What every input of a run is checked by."""

    rules: tuple[Rule, ...]
    contracts: tuple[Contract, ...]
    trees: Trees
    settings: Settings


def _checked(paths: Sequence[str], by: _Checker, errors: list[str]) -> Iterator[Checked]:
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


def _touched(changed: Sequence[str], by: _Checker, errors: list[str]) -> Iterator[Checked]:
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


def _of_document(path: str, by: _Checker) -> Checked:
    try:
        return _check(_read_document(path, by), by)
    finally:
        by.settings.progress.step()


def _read_document(path: str, by: _Checker) -> Read:
    settings = by.settings
    source = read(path)
    reading = with_places(read_document(source), path, settings.source, by.trees)
    found = Read(path, source.sha256, reading, _inventory(reading))
    is_judged = found.inventory.tables or (found.changes.tables and any(rule.is_on_change for rule in by.rules))
    if not is_judged and not settings.allow_empty:
        raise InputError(f"{source.name} has no DynamoDB table to check. {reading.nothing} {_EMPTY}")
    return found


def _of_tree(path: str, roots: Sequence[Root], by: _Checker, errors: list[str]) -> Iterator[Checked]:
    """Those of a path's root modules that have to do with DynamoDB; all of them where none may have."""
    examined: list[Examined] = []
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


def _examined(by: _Checker, root: Root) -> Examined:
    try:
        reading = by.trees.read(root)
    except InputError as error:
        return Examined((str(error),))
    found = Read(root.path, reading.sha256, reading, _inventory(reading), root)
    faults = reading.faults()
    checked = _check(found, by)
    if not by.settings.required:
        # Only --require asks for the inventory afterwards; a process would have to hand it over.
        checked = replace(checked, inventory=Inventory(()))
    return Examined(faults, checked, _concerns(found), reading.nothing)


def _processes(roots: Sequence[Root], settings: Settings) -> int:
    """How many processes are worth their start. What --require asks of all inputs together is asked in one."""
    return 1 if settings.required else min(settings.processes, len(roots) // _WORTH_A_PROCESS)


def _concerns(found: Read) -> bool:
    """Whether a root module has to do with DynamoDB, or may have in what could not be looked into."""
    return bool(found.inventory.tables or found.inventory.alarms or found.reading.conditions or found.reading.left_out)


def _inventory(reading: Reading) -> Inventory:
    return Inventory(reading.resources, left_out=reading.left_out, why_left_out=reading.why_left_out)


def _check(found: Read, by: _Checker) -> Checked:
    reading, inventory, changes = found.reading, found.inventory, found.changes
    rules, settings = by.rules, by.settings
    outcome = engine.check(
        inventory,
        rules,
        by.contracts,
        changes,
        (*reading.conditions, *_modules(found, by)),
        lists_passes=settings.lists_passes,
    )
    decisions, wrong = of_comments(reading.comments(), all_rules())
    waived = waive(permissions.allow(outcome.results, settings.allow_destroy, _today()), decisions, rules, _today())
    checked = Input(
        path=found.path,
        kind=reading.kind,
        sha256=found.sha256,
        producer=reading.producer,
        tables=len(inventory.tables),
        alarms=len(inventory.alarms),
        notices=(*reading.notices, *drift_notices(reading.drifts, changes), *reading.late_notices(), *wrong, *waived.notices),
        results=waived.results,
        effects=effects(changes),
        passed=outcome.passed,
    )
    checked = _illustrated(checked, inventory) if settings.illustrated else checked
    return Checked(checked, inventory, (*reading.faults(), *map(_crashed, outcome.crashes)))


def _illustrated(checked: Input, inventory: Inventory) -> Input:
    from dyncheck.dynamodb.diagrams import diagrams
    from dyncheck.readers.excerpts import excerpt

    quoted = (replace(result, excerpt=excerpt(result.location)) for result in checked.results)
    return replace(checked, diagrams=diagrams(inventory), results=tuple(quoted))


def _today() -> str:
    return strftime("%Y-%m-%d")


def _modules(found: Read, by: _Checker) -> Iterable[Module]:
    """The modules of a root module that are under an interface."""
    is_asked = any(rule.subjects == (Module,) for rule in by.rules)
    if found.root is None or not is_asked or not found.inventory.tables or found.reading.conditions or found.reading.faults():
        return ()
    from dyncheck.readers.hcl.interfaces import interfaces_of

    return interfaces_of(found.root.directory, found.root.tree, by.trees.modules, interfaces())


def _crashed(crash: engine.Crash) -> str:
    return (
        f"The rule {crash.rule} broke down on {crash.address}, which is a bug in dyncheck. "
        f"Please report it with this trace:\n{crash.traceback}"
    )
