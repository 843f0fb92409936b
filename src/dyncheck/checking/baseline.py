"""Compares a report with a baseline, and updates a baseline: what is new, fixed, waived, unknown or not checked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.rules import all_rules
from dyncheck.checking.baseline_file import Entry, Known, entry, read
from dyncheck.files import from_repository
from dyncheck.findings import Comparison, Earlier, Input, Report, Result, Status

Fate: TypeAlias = Literal["open", "fixed", "waived", "unknown", "not checked"]


def compare(report: Report, path: str) -> Comparison:
    """The differences between a report and the baseline in a file, which may be an earlier JSON report.

    Findings are the same when their fingerprints are: input, environment, rule, address and attribute, on any line. A finding on a change
    is always new, because the earlier plan was not necessarily applied. Raises `UsageError` when the file is no baseline.
    """
    on_changes, now = _on_changes(report), _Now(report)
    titles = {rule.id: rule.title for rule in (*all_rules(), *report.own_rules)}
    opened: set[str] = set()
    gone: dict[Fate, dict[str, Earlier]] = {}
    for known in read(path):
        if known.earlier.rule in on_changes:
            continue
        fate = now.fate(known)
        if fate == "open":
            opened.add(known.fingerprint)
        elif known.status is Status.FAIL:
            earlier = known.earlier
            message = earlier.message or titles.get(earlier.rule, "")
            gone.setdefault(fate, {})[known.fingerprint] = replace(earlier, message=message)
    fates: tuple[Fate, ...] = ("fixed", "unknown", "waived", "not checked")
    fixed, unknown, waived, not_checked = (tuple(gone.get(fate, {}).values()) for fate in fates)
    # Where a pipeline keeps the file differs from run to run.
    name = os.path.basename(path) if os.path.isabs(path) else path
    return Comparison(name, frozenset(opened), fixed, unknown, waived, not_checked)


def accepted(report: Report) -> Report:
    """The report as it is with a baseline of its own results."""
    on_changes = _on_changes(report)
    known = (each.fingerprint for each in _Now(report).open if each.rule not in on_changes)
    return replace(report, comparison=Comparison("", frozenset(known)))


class Update(Struct, frozen=True):
    """A baseline and what changes in it. `refused` are the new results that it does not accept.

    `unchecked` counts the entries that stay because the run did not check them, `undecided` those that are unknown now.
    """

    entries: tuple[Entry, ...]
    added: tuple[Entry, ...] = ()
    removed: tuple[Entry, ...] = ()
    refused: tuple[Entry, ...] = ()
    unchecked: int = 0
    undecided: int = 0


def updated(report: Report, before: Sequence[Entry], *, adds: bool, prunes: bool) -> Update:
    """The baseline after a run. It loses what is fixed or waived, and with `prunes` also what the run did not check.

    New results get in only with `adds`.
    """
    on_changes, now = _on_changes(report), _Now(report)
    found = {each.key: each for each in map(entry, now.open) if each.rule not in on_changes}
    known = {each.key: each for each in before}
    fates = {key: now.fate(each.known) for key, each in known.items()}
    kept = {key for key, fate in fates.items() if _stays(known[key], fate, prunes) and known[key].rule not in on_changes}
    new = tuple(each for key, each in found.items() if key not in known)
    return Update(
        entries=(*(found.get(key, each) for key, each in known.items() if key in kept), *(new if adds else ())),
        added=new if adds else (),
        removed=tuple(each for key, each in known.items() if key not in kept),
        refused=() if adds else new,
        unchecked=sum(fates[key] == "not checked" for key in kept),
        undecided=sum(fates[key] == "unknown" for key in kept),
    )


def _stays(known: Entry, fate: Fate, prunes: bool) -> bool:
    """Whether an entry stays in a baseline: it may still be true."""
    if fate == "unknown":
        # An unknown result with another reason has an entry of its own.
        return known.status == "fail"
    return fate == "open" or (fate == "not checked" and not prunes)


def _on_changes(report: Report) -> frozenset[str]:
    return frozenset(rule.id for rule in (*all_rules(), *report.own_rules) if rule.is_on_change)


class _Now:
    """What a run found, by input and environment, and what it can say of earlier findings."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.open = tuple(each for each in report.results if each.status in (Status.FAIL, Status.UNKNOWN))
        waived = (each for each in report.results if each.status is Status.WAIVED)
        self._fingerprints = {(each.status, each.fingerprint) for each in (*self.open, *waived)}
        self._judged = {(*_home(each), each.rule, each.address) for each in report.results}
        self._addresses = {(*_home(each), each.address) for each in report.results}
        unknown = [each for each in report.results if each.status is Status.UNKNOWN]
        self._unknown = {(*_home(each), each.rule, each.address) for each in unknown}
        self._unknown_rules = {(*_home(each), each.rule) for each in unknown}
        self._rules = {rule.id for rule in (*all_rules(), *report.own_rules)} - {*report.not_run}
        origins = {each.path: from_repository(each.path) for each in report.inputs}
        self._inputs = {(origins[each.path], each.environment): each for each in report.inputs}
        self._empty = frozenset(_without_resources(report, origins.values()))
        self._environments = {"", *(each.environment for each in report.inputs)}

    def fate(self, known: Known) -> Fate:
        """What became of an earlier finding or unknown result."""
        earlier = known.earlier
        if (known.status, known.fingerprint) in self._fingerprints:
            return "open"
        home = (earlier.input, earlier.environment)
        if not self._is_checked(home, earlier.rule):
            return "not checked"
        if (Status.WAIVED, known.fingerprint) in self._fingerprints:
            return "waived"
        at = (*home, earlier.rule, earlier.address)
        if at in self._unknown:
            return "unknown"
        if at in self._judged:
            return "fixed"
        if (*home, earlier.address) in self._addresses and (*home, earlier.rule) in self._unknown_rules:
            # The rule may judge the address together with the one where it is unknown: an alarm with its table.
            return "unknown"
        return "not checked" if self._may_be_unread(home, earlier.address) else "fixed"

    def _is_checked(self, home: tuple[str, str], rule: str) -> bool:
        if not home[0]:
            # It is on a required table. The run does not say which ones it required, except by their results.
            return True
        checked = self._inputs.get(home)
        if checked is None:
            return home[0] in self._empty and home[1] in self._environments and rule in self._rules
        return rule in self._rules and rule not in checked.not_run

    def _may_be_unread(self, home: tuple[str, str], address: str) -> bool:
        """Whether a resource without a result may be in a part that was not checked."""
        checked = self._inputs.get(home)
        if not home[0] or self._report.errors:
            return True
        return checked is not None and any(_is_within(address, each.path, checked) for each in checked.not_checked)


def _home(result: Result) -> tuple[str, str]:
    return result.origin, result.environment


def _is_within(address: str, path: str, checked: Input) -> bool:
    return path == checked.path or address == path or address.startswith((f"{path}.", f"{path}["))


def _without_resources(report: Report, origins: Iterable[str]) -> Iterator[str]:
    """The directories that were checked and are no input, because they have no resource of DynamoDB."""
    known = frozenset(origins)
    found = (from_repository(each.path) for each in report.directories if each.state == "checked")
    yield from (each for each in found if each not in known)
