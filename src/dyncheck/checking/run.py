"""One run: inputs in, a report out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from msgspec.structs import replace

from dyncheck.catalog.contracts import contracts, named
from dyncheck.catalog.rules import all_rules, checked_rules, chosen, weighed
from dyncheck.checking import engine, permissions
from dyncheck.checking.baseline import compare
from dyncheck.checking.inputs import checked_inputs
from dyncheck.checking.one_input import Checker, crashed, today
from dyncheck.checking.permissions import AllowDestroy
from dyncheck.checking.settings import Settings as Settings
from dyncheck.checking.waivers import Decision, waive
from dyncheck.findings import Report
from dyncheck.readers.hcl.trees import Trees
from dyncheck.rule import Rule


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
    checked = list(checked_inputs(paths, Checker(rules, known, trees, settings), errors))
    unread = "an input could not be checked" if errors else ""
    outcome = engine.check_required([each.inventory for each in checked], rules, known, required, unread)
    errors += (error for each in checked for error in each.errors)
    errors += map(crashed, outcome.crashes)
    report = Report(
        tuple(each.input for each in checked), outcome.results, tuple(dict.fromkeys(errors)), configuration=settings.configuration
    )
    report = _waived(report, settings.decisions, rules) if settings.decisions else report
    report = replace(report, notices=(*report.notices, *_unused_permission(report, rules, settings.allow_destroy)))
    return replace(report, comparison=compare(report, settings.baseline)) if settings.baseline else report


def _waived(report: Report, decisions: tuple[Decision, ...], rules: tuple[Rule, ...]) -> Report:
    """The report with what is waived by address marked as such. What is unused can be told only when everything was checked."""
    parts = [*(checked.results for checked in report.inputs), report.required]
    waived = waive([result for part in parts for result in part], decisions, () if report.errors else rules, today())
    results = iter(waived.results)
    *of_inputs, required = (tuple(islice(results, len(part))) for part in parts)
    inputs = (replace(checked, results=part) for checked, part in zip(report.inputs, of_inputs, strict=True))
    return replace(report, inputs=tuple(inputs), required=required, notices=(*report.notices, *waived.notices))


def _unused_permission(report: Report, rules: tuple[Rule, ...], allowed: tuple[AllowDestroy, ...]) -> tuple[str, ...]:
    """What permission to destroy the run did not use; that can be told only when everything was checked."""
    if report.errors or not any(rule.id == permissions.RULE for rule in rules):
        return ()
    return permissions.notices(report.results, allowed, today())
