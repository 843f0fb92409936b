"""Runs the rules on one input, applies waivers and permissions, and makes its part of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from time import strftime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.contracts import interfaces, matched
from dyncheck.checking import engine
from dyncheck.checking.settings import Settings
from dyncheck.checking.subjects import changed_subjects, subjects_of
from dyncheck.dynamodb import Changes, Contract, Inventory, Together, destroyed_indexes, destroyed_topics
from dyncheck.dynamodb.types import KEYS, TABLE
from dyncheck.files import from_repository
from dyncheck.findings import Effect, Input, Result, Status, numbered
from dyncheck.findings.report import by_reason, not_checked_notice
from dyncheck.model import Condition, NotChecked, Unknown
from dyncheck.readers.reading import Reading
from dyncheck.rule import Divergence, Module, Rule, Run

if TYPE_CHECKING:
    from dyncheck.checking.account import Account, Outcome
    from dyncheck.checking.waivers import Decision
    from dyncheck.findings.stored import PackedResults
    from dyncheck.input_problems import InputProblem
    from dyncheck.readers.hcl.trees import Root, Trees

EMPTY = "If that is intended, use --allow-empty."

_PARTIAL = "the plan is partial, so dyncheck did not check what is outside it"
_DOUBT = "the input does not show whether DynamoDB sends the metrics"


class Checker(Struct, frozen=True):
    """The rules, contracts and settings of a run, and the outcomes of its root modules. `every_rule` is also what the settings leave out.

    `variants` gives the checker of an environment and a directory, where the configuration has any.
    """

    rules: tuple[Rule, ...]
    every_rule: tuple[Rule, ...]
    contracts: tuple[Contract, ...]
    find_trees: Callable[[], Trees]
    settings: Settings
    outcomes: dict[str, tuple[Root, Outcome]]
    variants: Callable[[str, str], Checker] | None = None

    def of(self, environment: str, directory: str = "") -> Checker:
        """The checker of the inputs in an environment, or without one, and of a root module in a directory, empty for a plan."""
        return self.variants(environment, directory) if self.variants else self

    @property
    def trees(self) -> Trees:
        """The root modules of the run. A run of documents alone needs none."""
        return self.find_trees()

    @property
    def account(self) -> Account:
        """What the run did with each directory that has Terraform files."""
        from dyncheck.checking.account import Account

        return Account(self.trees, self.outcomes, is_part=self.settings.changed)


class ReadInput(Struct, frozen=True, dict=True):
    """An input that was read: its path and hash for the report, its resources, and for a root module its `root`.

    `environment` is the name of its environment, empty without. `together` has the inputs that are judged together with this one.
    """

    path: str
    sha256: str
    reading: Reading
    root: Root | None = None
    environment: str = ""
    together: Together | None = None

    @cached_property
    def inventory(self) -> Inventory:
        """The resources of DynamoDB and their alarms."""
        return inventory_of(self.reading, self.together)

    @property
    def changes(self) -> Changes:
        """The changes to existing resources."""
        return Changes(self.reading.changes, self.inventory)


class CheckedInput(Struct, frozen=True):
    """An input that was checked: its part of the report, its inventory, and its problems.

    `unjudged` are the addresses of the blocks that no rule judges, where waivers by address need them. `needed` has the notices on
    unused waivers that are wrong for this input: another one may have the same code. `used` has the numbers of the waivers by address
    that cover a result, and `undecided` the addresses whose contract is unknown. With `packed` results, the input has none itself.
    """

    input: Input
    inventory: Inventory
    problems: tuple[InputProblem, ...]
    unjudged: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    used: frozenset[int] = frozenset()
    undecided: frozenset[str] = frozenset()
    packed: PackedResults | None = None


def check_input(found: ReadInput, by: Checker) -> CheckedInput:
    every = by.rules
    by = by.of(found.environment, found.root.directory if found.root else "")
    reading, inventory, changes = found.reading, found.inventory, found.changes
    rules, settings = by.rules, by.settings
    outcome = engine.check(inventory, rules, by.contracts, changes, _besides(found, by), lists_passes=settings.lists_passes)
    results, of_waivers, needed = _waived(outcome.results, found, by)
    doubtful = tuple(NotChecked(alarm.address, _DOUBT) for alarm in inventory.doubtful_alarms)
    # The reader of a plan has a notice of its own for it, and that of files says which modules were not read.
    is_unfinished = reading.incomplete and (reading.kind == "plan" or not reading.not_checked)
    dropped, drifted, what_happens = _effects(reading, changes)
    unfinished = (NotChecked(found.path, _PARTIAL if reading.kind == "plan" else reading.why_incomplete),) if is_unfinished else ()
    checked = Input(
        path=found.path,
        kind=reading.kind,
        sha256=found.sha256,
        producer=reading.producer,
        tables=len(inventory.tables),
        alarms=len(inventory.judged_alarms),
        notices=(
            *reading.notices,
            *dropped,
            *map(not_checked_notice, by_reason((*reading.not_checked, *doubtful))),
            *drifted,
            *reading.late_notices(),
            *of_waivers,
        ),
        results=results,
        effects=what_happens,
        passed=outcome.passed,
        not_checked=(*unfinished, *reading.not_checked, *doubtful),
        contracts=tuple(_contracts(inventory, by.contracts)),
        files=reading.files,
        variable_files=reading.variable_files,
        not_applicable=tuple(rule.id for rule in rules if rule.id not in outcome.applied and rule.subjects != (Run,)),
        not_run=() if len(rules) == len(every) else tuple(sorted({rule.id for rule in every} - {rule.id for rule in rules})),
    )
    checked = replace(checked, environment=found.environment, results=_identified(checked.results, found, settings))
    if settings.illustrated:
        checked = _illustrated(checked, inventory, by.contracts)
    unjudged = frozenset(each.address for each in reading.unjudged()) if settings.decisions else frozenset[str]()
    problems = (*reading.faults(), *outcome.problems)
    if problems:
        from dyncheck.input_problems import with_path

        problems = with_path(problems, found.path)
    return CheckedInput(checked, inventory, problems, unjudged, needed)


def waived_by_address(checked: CheckedInput, by: Checker) -> CheckedInput:
    """The input with those results marked that are waived by address."""
    if not by.settings.decisions:
        return checked
    from dyncheck.checking.waivers import marked

    results = checked.input.results
    # Which rules apply to a table is open where its contract is unknown.
    identifying = {rule.id for rule in by.rules if rule.identifies}
    undecided = frozenset(each.address for each in results if each.rule in identifying and each.status is Status.UNKNOWN)
    found, used = marked(results, by.settings.decisions, today())
    return replace(checked, input=replace(checked.input, results=tuple(numbered(found))), used=used, undecided=undecided)


def packed_input(checked: CheckedInput, by: Checker) -> CheckedInput:
    """The input as a run stores it: with packed results, and with its resources only where the run still needs them."""
    from dyncheck.findings.stored import packed

    checked = waived_by_address(checked, by)
    results = packed(checked.input.results)
    inventory = checked.inventory if by.settings.required else Inventory(())
    return replace(checked, input=replace(checked.input, results=()), inventory=inventory, packed=results)


def _identified(results: Iterable[Result], found: ReadInput, settings: Settings) -> tuple[Result, ...]:
    """The results with what tells them apart from those of other inputs, and from one another."""
    origin = found.path if found.path in settings.documents else from_repository(found.path)
    return tuple(numbered([replace(each, environment=found.environment, input=found.path, origin=origin) for each in results]))


def _effects(reading: Reading, changes: Changes) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Effect, ...]]:
    """The notices on indexes that a plan drops and on drift, and what happens to each table that exists."""
    if not reading.changes and not reading.drifts:
        return (), (), ()
    from dyncheck.checking.plan_effects import drift_notices, effects, index_notices

    return tuple(index_notices(changes)), tuple(drift_notices(reading.drifts, changes)), effects(changes)


def _waived(results: tuple[Result, ...], found: ReadInput, by: Checker) -> tuple[tuple[Result, ...], tuple[str, ...], frozenset[str]]:
    """The results with those marked that a comment or a permission covers, notices about these, and those that would be wrong."""
    comments = found.reading.comments()
    # Most inputs have neither.
    if by.settings.allow_destroy:
        from dyncheck.checking.permissions import allow

        results = allow(results, by.settings.allow_destroy, today())
    if not comments:
        return results, (), frozenset()
    from dyncheck.checking.waivers import of_comments, waive

    decisions, wrong = of_comments(comments, by.every_rule, found.reading.workspace)
    waived = waive(results, decisions, today(), partial(_is_unused, found, by))
    return waived.results, (*wrong, *waived.notices), waived.needed


def _is_unused(found: ReadInput, by: Checker, decision: Decision) -> bool:
    # Code that manages an account may deploy other things, too.
    if found.reading.kind == "capture":
        return False
    from dyncheck.checking.unused import is_unused_comment

    subjects = subjects_of(found.inventory, by.contracts) | changed_subjects(found.changes)
    return is_unused_comment(decision, by.rules, subjects, found.reading.unjudged)


def _contracts(inventory: Inventory, contracts: tuple[Contract, ...]) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Each table with the names of the contracts that it is under, None where its name decides and is deferred."""
    for table in inventory.tables:
        found = matched(table, contracts)
        yield table.address, None if found.undecided and not found.certain else tuple(contract.table for contract in found.certain)


def _illustrated(checked: Input, inventory: Inventory, contracts: tuple[Contract, ...]) -> Input:
    from dyncheck.dynamodb.diagrams import diagrams
    from dyncheck.readers.excerpts import excerpt

    quoted = (replace(result, excerpt=excerpt(result.location)) for result in checked.results)
    drawn = diagrams(inventory, lambda table: matched(table, contracts).certain)
    return replace(checked, diagrams=drawn, results=tuple(quoted), places=tuple(sorted(set(_places(inventory)))))


def _places(inventory: Inventory) -> Iterator[str]:
    """The account and the region of each table, as far as the input shows them."""
    from dyncheck.dynamodb.place import home_of

    for table in inventory.tables:
        # The input does not show a region that waits for a value.
        with suppress(Unknown):
            home = home_of(table.resource)
            if home.account or home.region:
                yield " in ".join(filter(None, (f"account {home.account}" if home.account else "", home.region)))


def _besides(found: ReadInput, by: Checker) -> Iterator[Condition | Divergence | Module]:
    """The violated conditions of a configuration, the modules of a root module that must have an interface, and the drift of an account."""
    if by.settings.divergences:
        yield from by.settings.divergences(found.inventory)
    yield from found.reading.conditions
    has_rule = any(rule.subjects == (Module,) for rule in by.rules)
    if found.root is None or not has_rule or not found.inventory.tables or found.reading.conditions or found.reading.faults():
        return
    from dyncheck.readers.hcl.interfaces import interfaces_of

    yield from interfaces_of(found.root.directory, found.root.tree, by.trees.modules.of(found.root.program), interfaces())


def not_checked(reading: Reading) -> Iterator[str]:
    """A notice for each reason why resources were not checked."""
    yield from map(not_checked_notice, by_reason(reading.not_checked))


def inventory_of(reading: Reading, together: Together | None = None) -> Inventory:
    return Inventory(
        reading.resources,
        incomplete=reading.incomplete,
        why_incomplete=reading.why_incomplete,
        unseen_on=reading.unseen_on,
        variables_of=reading.variables_of,
        data=reading.data,
        former_keys=tuple(change.before for change in reading.changes if change.type in KEYS and change.before),
        destroyed_indexes=destroyed_indexes(reading.changes),
        together=together,
        former_tables={
            change.address: change.before for change in reading.changes if change.type == TABLE and change.before and not change.deposed
        },
        destroyed_topics=destroyed_topics(reading.changes),
        missing_topics=reading.missing_topics,
    )


def today() -> str:
    return strftime("%Y-%m-%d")
