"""One run: inputs in, a report out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from time import strftime

from msgspec import Struct
from msgspec.structs import replace

from dyncheck import acknowledgements, engine
from dyncheck.acknowledgements import AllowDestroy
from dyncheck.baseline import compare
from dyncheck.catalog import all_rules, chosen, weighed
from dyncheck.contract import contracts, interfaces, named
from dyncheck.dynamodb import Changes, Contract, Inventory
from dyncheck.effects import drift_notices, effects
from dyncheck.errors import InputError
from dyncheck.findings import Configured, Input, Report
from dyncheck.readers.documents import read_document
from dyncheck.readers.located import with_places
from dyncheck.readers.reading import Reading
from dyncheck.readers.source import read
from dyncheck.readers.trees import Root, Trees, is_of_tree
from dyncheck.rule import Module, Refutation, Rule, Severity
from dyncheck.waivers import Decision, of_comments, waive

_EMPTY = "If that is intended, say so with --allow-empty."


class Settings(Struct, frozen=True):
    """What a run is to check, and by what.

    `given` are values for the variables of root modules, in order: `(name, text)` of a --var, `("", path)` of a --var-file.
    `source` is the directory of the Terraform files that plans and states were made of, empty when it is to be found;
    `baseline` is an earlier JSON report. With `changed`, the paths are files that changed, and what is checked are the root modules
    below the working directory that they touch; `required` is not judged then, for only a part is read. `illustrated` fills in what
    only the HTML page shows: drawings and lines of source. `severities` are of rules that weigh more or less than they declare,
    `decisions` waivers by address, and `configuration` is the file that either come from. `allow_destroy` are the tables that may be
    destroyed.
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


class Checked(Struct, frozen=True):
    """One input, checked: its part of the report, the inventory it held, and what went wrong with it."""

    input: Input
    inventory: Inventory
    errors: tuple[str, ...]


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
    rules = weighed(chosen(all_rules(), settings.select, settings.ignore), dict(settings.severities))
    known = contracts(settings.policies)
    required = [named(known, name) for name in dict.fromkeys(() if settings.changed else settings.required)]
    errors: list[str] = []
    trees = Trees(settings.given)
    checked = [_check(each, rules, known, trees, settings) for each in _read_all(paths, trees, settings, rules, errors)]
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
    if report.errors or not any(rule.id == acknowledgements.RULE for rule in rules):
        return ()
    return acknowledgements.notices(report.results, allowed, _today())


def _read_all(paths: Sequence[str], trees: Trees, settings: Settings, rules: tuple[Rule, ...], errors: list[str]) -> Iterator[Read]:
    """Every input that the paths stand for; what cannot be read goes to the errors."""
    if settings.changed:
        yield from _read_touched(paths, trees, settings, errors)
        return
    for path in paths:
        try:
            if is_of_tree(path):
                yield from _read_tree(path, trees.roots(path), trees, settings, errors)
            else:
                yield _read_document(path, settings, rules, trees)
        except InputError as error:
            errors.append(str(error))
    trees.refuse_undeclared()


def _read_touched(changed: Sequence[str], trees: Trees, settings: Settings, errors: list[str]) -> Iterator[Read]:
    """The root modules that changed files touch; where nothing changed, nothing is looked for."""
    if not changed:
        if not settings.allow_empty:
            errors.append(f"No changed file is given, so there is nothing to check. {_EMPTY}")
        return
    try:
        roots = trees.touched(changed)
        if not roots and not settings.allow_empty:
            raise InputError(f"The changed files touch no root module, so there is nothing to check. {_EMPTY}")
        yield from _read_tree("What the changed files touch", roots, trees, settings, errors)
    except InputError as error:
        errors.append(str(error))
    trees.refuse_undeclared()


def _read_document(path: str, settings: Settings, rules: tuple[Rule, ...], trees: Trees) -> Read:
    source = read(path)
    reading = with_places(read_document(source), path, settings.source, trees)
    found = Read(path, source.sha256, reading, _inventory(reading))
    is_judged = found.inventory.tables or (found.changes.tables and any(rule.is_on_change for rule in rules))
    if not is_judged and not settings.allow_empty:
        raise InputError(f"{source.name} has no DynamoDB table to check. {reading.nothing} {_EMPTY}")
    return found


def _read_tree(path: str, roots: Sequence[Root], trees: Trees, settings: Settings, errors: list[str]) -> Iterator[Read]:
    """Those of a path's root modules that have to do with DynamoDB; all of them where none may have."""
    found: list[Read] = []
    faults: list[str] = []
    for root in roots:
        try:
            reading = trees.read(root)
        except InputError as error:
            faults.append(str(error))
        else:
            found.append(Read(root.path, reading.sha256, reading, _inventory(reading), root))
            faults += reading.faults()
    errors += faults
    if roots and not faults and not settings.allow_empty and not any(each.inventory.tables for each in found):
        raise InputError(f"{path} has no DynamoDB table to check. {found[0].reading.nothing} {_EMPTY}")
    concerned = [each for each in found if _concerns(each)]
    yield from concerned or found


def _concerns(found: Read) -> bool:
    """Whether a root module has to do with DynamoDB, or may have in what could not be looked into."""
    return bool(found.inventory.tables or found.inventory.alarms or found.reading.conditions or found.reading.left_out)


def _inventory(reading: Reading) -> Inventory:
    return Inventory(reading.resources, left_out=reading.left_out, why_left_out=reading.why_left_out, watch=reading.watch)


def _check(found: Read, rules: tuple[Rule, ...], known: tuple[Contract, ...], trees: Trees, settings: Settings) -> Checked:
    reading, inventory, changes = found.reading, found.inventory, found.changes
    besides = (*reading.conditions, *_of_modules(found, rules, known, trees))
    outcome = engine.check(inventory, rules, known, besides, changes)
    decisions, wrong = of_comments(reading.comments(), all_rules())
    waived = waive(acknowledgements.allow(outcome.results, settings.allow_destroy, _today()), decisions, rules, _today())
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
    )
    checked = _illustrated(checked, inventory) if settings.illustrated else checked
    return Checked(checked, inventory, (*reading.faults(), *map(_crashed, outcome.crashes)))


def _illustrated(checked: Input, inventory: Inventory) -> Input:
    from dyncheck.diagram import diagrams
    from dyncheck.readers.excerpts import excerpt

    quoted = (replace(result, excerpt=excerpt(result.location)) for result in checked.results)
    return replace(checked, diagrams=diagrams(inventory), results=tuple(quoted))


def _today() -> str:
    return strftime("%Y-%m-%d")


def _of_modules(found: Read, rules: tuple[Rule, ...], known: tuple[Contract, ...], trees: Trees) -> Iterator[engine.OfConfiguration]:
    """What rules about modules are run on: the modules under an interface, and the inputs that break another rule."""
    wanted = {subject for rule in rules for subject in rule.subjects} & {Module, Refutation}
    if found.root is None or not wanted or not found.inventory.tables or found.reading.conditions or found.reading.faults():
        return
    from dyncheck.proof.callers import interfaces_of, refutations

    if Module in wanted:
        yield from interfaces_of(found.root.directory, found.root.tree, trees.modules, interfaces())
    if Refutation in wanted:
        yield from refutations(found.root.directory, found.root.tree, trees.modules, all_rules(), known)


def _crashed(crash: engine.Crash) -> str:
    return (
        f"The rule {crash.rule} broke down on {crash.address}, which is a bug in dyncheck. "
        f"Please report it with this trace:\n{crash.traceback}"
    )
