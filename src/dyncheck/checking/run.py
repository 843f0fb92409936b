"""One run: inputs in, a report out."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice

from msgspec.structs import replace

from dyncheck.catalog.contracts import contracts, is_own, named
from dyncheck.catalog.rules import all_rules, checked_rules, chosen, weighed
from dyncheck.checking import engine, permissions
from dyncheck.checking.account import Account
from dyncheck.checking.baseline import compare
from dyncheck.checking.inputs import checked_inputs
from dyncheck.checking.one_input import Checker, today
from dyncheck.checking.settings import Settings as Settings
from dyncheck.checking.waivers import Decision, waive
from dyncheck.dynamodb import Contract
from dyncheck.findings import Input, Report, Status
from dyncheck.readers.hcl.trees import Trees
from dyncheck.rule import Module, Rule, Run, UnguardedInput


def run(paths: Sequence[str], settings: Settings) -> Report:
    """Check every input. An input that cannot be checked does not stop the others.

    Raises `UsageError` when the settings name a rule, a contract, a table or a variable that does not exist.
    """
    every = (*all_rules(), *settings.own_rules)
    rules = checked_rules(chosen(every, settings.select, settings.ignore), settings.select)
    rules = weighed(rules, dict(settings.severities))
    known = contracts(settings.policies, settings.own_rules, reference=settings.reference)
    required = [named(known, name) for name in dict.fromkeys(() if settings.changed else settings.required)]
    errors: list[str] = []
    trees = Trees(settings.given, settings.exclude, settings.workspace)
    account = Account(trees, settings.changed)
    checked = list(checked_inputs(paths, Checker(rules, every, known, trees, settings, account), errors))
    unread = "an input could not be checked" if errors else ""
    outcome = engine.check_required([each.inventory for each in checked], rules, known, required, unread)
    errors += (error for each in checked for error in each.errors)
    needed = frozenset[str]().union(*(each.needed for each in checked))
    inputs = tuple(_with_needed(each.input, needed) for each in checked)
    run_rules = {rule.id for rule in rules}
    report = Report(
        inputs,
        outcome.results,
        tuple(dict.fromkeys((*errors, *outcome.errors))),
        configuration=settings.configuration,
        not_applicable=tuple(_not_applicable(rules, inputs, outcome.applied)),
        not_run=tuple(rule.id for rule in every if rule.id not in run_rules and not rule.is_proved),
        notices=(*account.notices(), *(() if settings.changed or errors else _unmatched(known, inputs))),
        directories=account.directories(),
        own_rules=settings.own_rules,
    )
    if settings.decisions:
        unjudged = frozenset[str]().union(*(each.unjudged for each in checked))
        report = _waived(report, settings, rules, unjudged)
    # Only where everything was checked is it certain that a permission is unused.
    if settings.allow_destroy and not report.errors and any(rule.id == permissions.RULE for rule in rules):
        report = replace(report, notices=(*report.notices, *permissions.notices(report.results, settings.allow_destroy, today())))
    report = replace(report, comparison=compare(report, settings.baseline)) if settings.baseline else report
    if settings.strict:
        from dyncheck.checking.strict import strictly

        report = strictly(report, reads_part=settings.changed)
    return report


def _unmatched(known: Iterable[Contract], inputs: Sequence[Input]) -> Iterator[str]:
    """A notice for each contract of one's own that certainly holds for no table of the run."""
    own = [contract for contract in known if is_own(contract)] if inputs else []
    under = [names for each in inputs for _, names in each.contracts] if own else []
    if None not in under:
        used = frozenset(name for names in under for name in names or ())
        for contract in own:
            if contract.table not in used:
                yield f"The contract {contract.table} holds for no table: none has {contract.matches}. Correct its match, or remove it."


def _with_needed(checked: Input, needed: frozenset[str]) -> Input:
    """An input without the notices on waivers in its code that another input needs."""
    if needed.isdisjoint(checked.notices):
        return checked
    return replace(checked, notices=tuple(notice for notice in checked.notices if notice not in needed))


def _not_applicable(rules: Sequence[Rule], inputs: Sequence[Input], of_run: Container[str]) -> Iterator[str]:
    """The rules that apply to nothing in the run, if it has any input."""
    for rule in rules if inputs else ():
        is_idle = rule.id not in of_run if rule.subjects == (Run,) else all(rule.id in each.not_applicable for each in inputs)
        if is_idle:
            yield rule.id


def _waived(report: Report, settings: Settings, rules: tuple[Rule, ...], unjudged: frozenset[str]) -> Report:
    """Mark what is waived by address. Only where everything was checked is it certain that a waiver is unused."""
    parts = [*(checked.results for checked in report.inputs), report.required]
    every = [result for part in parts for result in part]
    run = () if report.errors else tuple(_shown_rules(rules, settings, report))
    # Which rules apply to a table is open where its contract is unknown.
    identifying = {rule.id for rule in rules if rule.identifies}
    undecided = frozenset(result.address for result in every if result.rule in identifying and result.status is Status.UNKNOWN)

    def is_unused(decision: Decision) -> bool:
        from dyncheck.checking.unused import is_unused_address

        return is_unused_address(decision, run, undecided, unjudged)

    waived = waive(every, settings.decisions, today(), is_unused)
    results = iter(waived.results)
    *of_inputs, required = (tuple(islice(results, len(part))) for part in parts)
    inputs = (replace(checked, results=part) for checked, part in zip(report.inputs, of_inputs, strict=True))
    return replace(report, inputs=tuple(inputs), required=required, notices=(*report.notices, *waived.notices))


def _shown_rules(rules: Iterable[Rule], settings: Settings, report: Report) -> Iterator[str]:
    """The rules whose findings this run shows, all of them."""
    has_plan = any(checked.kind == "plan" for checked in report.inputs)
    for rule in rules:
        # A finding on a module shows only in the run on that module.
        is_elsewhere = rule.subjects in ((Module,), (UnguardedInput,))
        is_idle = (rule.is_on_change and not has_plan) or (rule.subjects == (Run,) and not settings.required)
        if not is_elsewhere and not is_idle:
            yield rule.id
