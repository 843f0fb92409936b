"""Resources x rules -> results: run each rule on what it is about, and put the results in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import TypeAlias

from msgspec import Struct

from dyncheck.catalog.contracts import contract_of, may_be_under
from dyncheck.checking.subjects import Subject, certain_contract, changed_subjects, subjects_of
from dyncheck.dynamodb import TABLE, Changes, Contract, Inventory, Table
from dyncheck.findings import Result, Status
from dyncheck.model import Condition, Problem, Unknown
from dyncheck.rule import Module, Rule, Run

# What a configuration has besides resources: a condition that does not hold, or a module under an interface.
OfConfiguration: TypeAlias = Condition | Module


class Crash(Struct, frozen=True):
    """A rule that broke down on a resource: a bug in dyncheck, never a verdict."""

    rule: str
    address: str
    traceback: str


class Outcome(Struct, frozen=True):
    """The results of a check, in order, and the rules that broke down. `passed` counts the passes that are not among the results."""

    results: tuple[Result, ...]
    crashes: tuple[Crash, ...] = ()
    passed: int = 0


class Judgement(Struct, frozen=True):
    """The answer of one rule on one subject: its problems, else why they cannot be determined.

    `applies` is False where the rule demands nothing. `crash` is the trace of a rule that broke down.
    """

    problems: tuple[Problem, ...] = ()
    unknown: Unknown | None = None
    applies: bool = True
    crash: str = ""

    @property
    def is_pass(self) -> bool:
        """Whether the subject meets all that the rule demands."""
        return self.applies and not (self.problems or self.unknown or self.crash)


def check(
    inventory: Inventory,
    rules: Iterable[Rule],
    contracts: tuple[Contract, ...],
    changes: Changes | None = None,
    besides: Iterable[OfConfiguration] = (),
    *,
    lists_passes: bool = True,
) -> Outcome:
    """Run every rule on every table and alarm of one input, on the changes to them, and on what the configuration has besides.

    Passes are counted only, unless `lists_passes`.
    """
    subjects = subjects_of(inventory, contracts) | (changed_subjects(changes) if changes else {})
    for each in besides:
        subjects.setdefault((type(each),), []).append(Subject((each,), each.address, each.address))
    judging = _Judging(lists_passes)
    for rule in rules:
        for subject in subjects.get(rule.subjects, ()):
            judging.run(rule, subject)
        if rule.identifies:
            judging.results += _unidentified(rule, inventory, contracts)
    return judging.outcome


def check_required(
    inventories: Iterable[Inventory],
    rules: Iterable[Rule],
    contracts: tuple[Contract, ...],
    required: Iterable[Contract],
    why_incomplete: str = "",
) -> Outcome:
    """Run the rules about required tables over all inputs together; `why_incomplete` says why the inputs may not be complete."""
    everything = tuple(inventories)
    tables = tuple(table for inventory in everything for table in inventory.tables)
    judging = _Judging(lists_passes=True)
    for contract in required:
        under = [table for table in tables if not table.resource.doubt and certain_contract(table, contracts) is contract]
        maybe = [table for table in tables if table not in under and _may_be(table, contract, contracts)]
        run = Run(
            address=contract.table,
            contract=contract,
            tables=tuple(table.address for table in under),
            undecided=tuple(table.address for table in maybe),
            why_incomplete=why_incomplete or next((each.why_incomplete for each in everything if TABLE in each.incomplete), ""),
        )
        for rule in rules:
            if rule.subjects == (Run,):
                judging.run(rule, Subject((run,), run.address, run.address))
    return judging.outcome


def _may_be(table: Table, contract: Contract, contracts: tuple[Contract, ...]) -> bool:
    if table.resource.doubt and certain_contract(table, contracts) is contract:
        return True
    return may_be_under(table, contract, contracts)


def judge(rule: Rule, subject: Subject) -> Judgement:
    """Run one rule on one subject."""
    if subject.doubt:
        # The subject may not exist at all, so no answer of the rule is certain.
        return Judgement(unknown=subject.doubt)
    problems: list[Problem] = []
    try:
        if not rule.applies(*subject.arguments):
            return Judgement(applies=False)
        for problem in rule.check(*subject.arguments):
            problems.append(problem)
    except Unknown as reason:
        return Judgement(tuple(dict.fromkeys(problems)), reason)
    except Exception:  # The one place where a rule's own bug is caught: the run goes on, and ends in exit 3.
        from traceback import format_exc

        return Judgement(crash=format_exc())
    # A rule may find one defect twice, such as an alarm that watches two metrics.
    return Judgement(tuple(dict.fromkeys(problems)))


class _Judging:
    """Runs rules, and gathers what they find; passes are counted only, unless they are listed."""

    def __init__(self, lists_passes: bool) -> None:
        self._lists_passes = lists_passes
        self._crashes: list[Crash] = []
        self._passed = 0
        self.results: list[Result] = []

    @property
    def outcome(self) -> Outcome:
        """Everything found so far."""
        return Outcome(_ordered(self.results), tuple(self._crashes), self._passed)

    def run(self, rule: Rule, subject: Subject) -> None:
        """Run one rule on one subject."""
        judgement = judge(rule, subject)
        if judgement.is_pass and not self._lists_passes:
            self._passed += 1
            return
        if judgement.crash:
            self._crashes.append(Crash(rule.id, subject.address, judgement.crash))
        self.results += _results(rule, subject, judgement)


def _results(rule: Rule, subject: Subject, judgement: Judgement) -> list[Result]:
    if judgement.problems:
        return [_failed(rule, problem, subject.table) for problem in judgement.problems]
    if judgement.unknown:
        return [_unknown(rule, subject, judgement.unknown)]
    if judgement.crash or not judgement.applies:
        return []
    return [Result(rule.id, Status.PASS, rule.severity, subject.address, "", table=subject.table, location=subject.location)]


def _failed(rule: Rule, problem: Problem, table: str) -> Result:
    return Result(
        rule=rule.id,
        status=Status.FAIL,
        # The configuration may have the rule weigh less than this defect does.
        severity=max(rule.severity, problem.severity or rule.severity, key=lambda severity: severity.rank),
        address=problem.address,
        message=problem.message,
        attribute=problem.path,
        summary=problem.summary,
        found=problem.found,
        expected=problem.expected,
        fix=problem.fix,
        table=table,
        location=problem.location,
        related=problem.related,
        places=problem.places,
    )


def _unknown(rule: Rule, subject: Subject, reason: Unknown) -> Result:
    return Result(
        rule=rule.id,
        status=Status.UNKNOWN,
        severity=rule.severity,
        address=subject.address,
        message=str(reason),
        attribute=reason.path,
        table=subject.table,
        location=reason.location or subject.location,
        places=subject.places,
    )


def _unidentified(rule: Rule, inventory: Inventory, contracts: tuple[Contract, ...]) -> Iterator[Result]:
    for table in inventory.tables:
        try:
            contract_of(table, contracts)
        except Unknown as reason:
            why = Unknown(reason.path, f"{reason.why}, so the table's contract cannot be determined", reason.location)
            yield _unknown(rule, Subject((table,), table.address, table.address), why)


def _ordered(results: Iterable[Result]) -> tuple[Result, ...]:
    """By address, rule, attribute and message. Most addresses have a few results only, which are sorted fastest by themselves."""
    by_address: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_address[result.address].append(result)
    key = attrgetter("rule", "attribute", "message")
    return tuple(result for address in sorted(by_address) for result in sorted(by_address[address], key=key))
