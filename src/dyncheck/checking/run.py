"""One run: inputs in, a report out."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dyncheck.catalog.contracts import contracts, is_own, named
from dyncheck.catalog.rules import all_rules, checked_rules, chosen, weighed
from dyncheck.checking import engine
from dyncheck.checking.gathered import Gathered
from dyncheck.checking.inputs import checked_inputs
from dyncheck.checking.one_input import Checker, today
from dyncheck.checking.settings import Settings as Settings
from dyncheck.dynamodb import Contract, Inventory
from dyncheck.files import is_of_tree
from dyncheck.findings import Directory, Report, Result, numbered
from dyncheck.rule import Divergence, Module, Rule, Run, UnguardedInput

if TYPE_CHECKING:
    from dyncheck.checking.waivers import Decision
    from dyncheck.input_problems import InputProblem
    from dyncheck.readers.hcl.trees import Trees


def run(paths: Sequence[str], settings: Settings) -> Report:
    """Check every input. An input that cannot be checked does not stop the others.

    Raises `UsageError` when the settings name a rule, a contract, a table or a variable that does not exist.
    """
    by = checker_of(settings)
    rules, every = by.rules, by.every_rule
    required = [named(by.contracts, name) for name in dict.fromkeys(() if settings.changed else settings.required)]
    problems: list[InputProblem] = []
    gathered = Gathered(by)
    for checked in checked_inputs(paths, by, problems):
        gathered.add(checked)
    outcome = _check_required(gathered.inventories, by, required, "an input could not be checked" if problems else "")
    problems += gathered.problems
    run_rules = {rule.id for rule in rules}
    notices, directories = _of_directories(by) if settings.unread or settings.changed or any(map(is_of_tree, paths)) else ((), ())
    report = Report(
        gathered.inputs(),
        outcome.results,
        tuple(dict.fromkeys((*problems, *outcome.problems))),
        configuration=settings.configuration,
        not_applicable=tuple(_not_applicable(rules, gathered, outcome.applied)),
        not_run=tuple(rule.id for rule in every if not rule.is_proved and (rule.id not in run_rules or _is_left_out(rule, gathered))),
        notices=(
            *notices,
            *(() if settings.changed or settings.only_in or problems else _unmatched(by, gathered)),
        ),
        directories=directories,
        own_rules=settings.own_rules,
        fail_on=settings.fail_on,
        unknown_fails=settings.unknown_fails,
    )
    if settings.decisions:
        report = _waived(report, settings, rules, gathered)
    # Only where everything was checked is it certain that a permission is unused.
    if settings.allow_destroy and not report.problems:
        from dyncheck.checking import permissions

        if any(rule.id == permissions.RULE for rule in rules):
            report = replace(report, notices=(*report.notices, *permissions.notices(report.results, settings.allow_destroy, today())))
    if settings.baseline:
        from dyncheck.checking.baseline import compare

        report = replace(report, comparison=compare(report, settings.baseline))
    if settings.strict:
        from dyncheck.checking.strict import strictly

        report = strictly(report, reads_part=settings.changed)
    return report


def trees_of(settings: Settings) -> Trees:
    """The root modules of a run. Raises `UsageError` when the name of the workspace is not valid."""
    from dyncheck.readers.hcl.trees import Trees

    environments = tuple(each for each, _ in settings.environments)
    return Trees(settings.given, settings.exclude, settings.workspace, environments, settings.only_in)


def checker_of(settings: Settings, trees: Trees | None = None) -> Checker:
    """The rules and contracts of a run, with the root modules of the settings unless these are given. Raises `UsageError` as `run` does."""
    if settings.workspace is not None:
        trees = trees or trees_of(settings)
    every = (*all_rules(), *settings.own_rules)
    rules = checked_rules(chosen(every, settings.select, settings.ignore), settings.select)
    rules = weighed(rules, dict(settings.severities))
    known = contracts(settings.policies, settings.own_rules, reference=settings.reference)
    by = Checker(rules, every, known, (lambda: trees) if trees else cache(partial(trees_of, settings)), settings, {})
    if not settings.environments and not settings.overrides:
        return by
    from dyncheck.checking.variants import Variants

    variants = Variants(by, lambda policies: contracts((*settings.policies, *policies), settings.own_rules, reference=settings.reference))
    return replace(by, variants=variants.of)


def _unmatched(by: Checker, gathered: Gathered) -> Iterator[str]:
    """A notice for each contract of one's own that certainly holds for no table of the run."""
    if gathered.is_open:
        return
    checkers = [by.of(environment, directory) for environment, directory in gathered.places]
    known = {contract.table: contract for each in checkers for contract in each.contracts}.values()
    for contract in known:
        if is_own(contract) and contract.table not in gathered.contracts:
            yield f"The contract {contract.table} holds for no table: none has {contract.matches}. Correct its match, or remove it."


def _of_directories(by: Checker) -> tuple[tuple[str, ...], tuple[Directory, ...]]:
    """The notices on the directories of the run, and what it did with each."""
    settings, account = by.settings, by.account
    counting = settings.configuration.path if settings.configuration else ""
    unread = () if settings.unread is None else account.unread_configurations(settings.unread, counting)
    return (*unread, *account.notices()), account.directories()


def _check_required(inventories: Sequence[tuple[str, Inventory]], by: Checker, required: Sequence[Contract], unread: str) -> engine.Outcome:
    """Run the rules about required tables on all inputs, or on those of each environment and those without one."""
    environments = dict.fromkeys(environment for environment, _ in inventories if environment)
    if not environments or not required:
        return engine.check_required([inventory for _, inventory in inventories], by.rules, by.contracts, required, unread)
    outcomes: list[engine.Outcome] = []
    for name in environments:
        near = [inventory for environment, inventory in inventories if environment in ("", name)]
        of_name = by.of(name)
        wanted = [named(of_name.contracts, contract.table) for contract in required]
        outcome = engine.check_required(near, of_name.rules, of_name.contracts, wanted, unread)
        outcomes.append(replace(outcome, results=_named_in(outcome.results, name)))
    return engine.Outcome(
        tuple(result for outcome in outcomes for result in outcome.results),
        tuple(problem for outcome in outcomes for problem in outcome.problems),
        applied=frozenset[str]().union(*(outcome.applied for outcome in outcomes)),
    )


def _named_in(results: Iterable[Result], environment: str) -> tuple[Result, ...]:
    """Results on required tables, with their environment in the text, because no input shows it."""
    end = f" (in the environment {environment})"
    texts = (replace(each, message=each.message and each.message + end, summary=each.summary and each.summary + end) for each in results)
    return tuple(replace(each, environment=environment) for each in texts)


def _not_applicable(rules: Sequence[Rule], gathered: Gathered, of_run: Container[str]) -> Iterator[str]:
    """The rules that apply to nothing in the run, if it has any input."""
    for rule in rules if gathered.number else ():
        is_idle = rule.id not in of_run if rule.subjects == (Run,) else rule.id in (gathered.idle or ())
        if is_idle and not _is_left_out(rule, gathered):
            yield rule.id


def _is_left_out(rule: Rule, gathered: Gathered) -> bool:
    """Whether the settings leave out a rule for every input."""
    return rule.id in (gathered.left_out or ())


def _waived(report: Report, settings: Settings, rules: tuple[Rule, ...], gathered: Gathered) -> Report:
    """Mark what is waived by address in the results on required tables, and add the notices on these waivers.

    Only where everything was checked is it certain that a waiver is unused.
    """
    from dyncheck.checking.waivers import marked, notices_on

    run = () if report.problems else tuple(_shown_rules(rules, settings, gathered))
    required, used = marked(report.required, settings.decisions, today())

    def is_unused(decision: Decision) -> bool:
        from dyncheck.checking.unused import is_unused_address

        return is_unused_address(decision, run, frozenset(gathered.undecided), frozenset(gathered.unjudged))

    notices, _ = notices_on(settings.decisions, used | gathered.used, today(), is_unused)
    return replace(report, required=tuple(numbered(required)), notices=(*report.notices, *notices))


def _shown_rules(rules: Iterable[Rule], settings: Settings, gathered: Gathered) -> Iterator[str]:
    """The rules whose findings this run shows, all of them."""
    for rule in rules:
        # A finding on a module shows only in the run on that module.
        is_elsewhere = rule.subjects in ((Divergence,), (Module,), (UnguardedInput,))
        is_idle = (rule.is_on_change and not gathered.has_plan) or (rule.subjects == (Run,) and not settings.required)
        if not is_elsewhere and not is_idle and rule.id not in gathered.partial:
            yield rule.id
