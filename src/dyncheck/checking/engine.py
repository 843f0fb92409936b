"""Resources x rules -> results: run each rule on what it is about, and put the results in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dyncheck.catalog.contracts import matched
from dyncheck.checking.subjects import Subject, Subjects, changed_subjects, subjects_of
from dyncheck.dynamodb import TABLE, Changes, Contract, Inventory
from dyncheck.findings import Result, Status
from dyncheck.model import Condition, Problem, Unknown
from dyncheck.rule import Divergence, Module, Rule, Run, Severity

if TYPE_CHECKING:
    from dyncheck.input_problems import InputProblem


class Outcome(Struct, frozen=True):
    """The results of a check, in order, and a problem for each rule that crashed.

    `passed` counts the passes that are not in `results`. `applied` are the rules that demand something of some subject.
    """

    results: tuple[Result, ...]
    problems: tuple[InputProblem, ...] = ()
    passed: int = 0
    applied: frozenset[str] = frozenset()


class Judgement(Struct, frozen=True):
    """What one rule finds on one subject: problems, or why they cannot be determined.

    `applies` is False where the rule demands nothing. `crash` is the trace of a rule that crashed.
    """

    problems: tuple[Problem, ...] = ()
    unknown: Unknown | None = None
    applies: bool = True
    crash: str = ""


ORDER = attrgetter("address", "rule", "attribute", "message")
_PASS, _DEMANDS_NOTHING = Judgement(), Judgement(applies=False)


def check(
    inventory: Inventory,
    rules: Sequence[Rule],
    contracts: tuple[Contract, ...],
    changes: Changes | None = None,
    besides: Iterable[Condition | Divergence | Module] = (),
    *,
    lists_passes: bool = True,
) -> Outcome:
    """Run every rule on every table and alarm of one input, on the changes to them, and on what is `besides`.

    `besides` is read last: faults of a configuration are complete only when the rules have read all values. Passes are only counted,
    unless `lists_passes`.
    """
    judging = _Judging(lists_passes)
    judging.run_all(rules, subjects_of(inventory, contracts) | (changed_subjects(changes) if changes else {}))
    for rule in rules:
        if rule.identifies:
            judged = {result.address for result in judging.results if result.rule == rule.id and result.status is Status.UNKNOWN}
            judging.results += (each for each in _unidentified(rule, inventory, contracts) if each.address not in judged)
    others: Subjects = {}
    for each in besides:
        others.setdefault((type(each),), []).append(Subject((each,), each.address, each.address))
    judging.run_all(rules, others)
    return judging.outcome


def check_required(
    inventories: Iterable[Inventory],
    rules: Iterable[Rule],
    contracts: tuple[Contract, ...],
    required: Iterable[Contract],
    why_incomplete: str = "",
) -> Outcome:
    """Run the rules about required tables on all inputs together. `why_incomplete` says why the inputs may be incomplete."""
    everything = tuple(inventories)
    tables = tuple(table for inventory in everything for table in inventory.tables)
    judging = _Judging(lists_passes=True)
    why = why_incomplete or next((inventory.why_incomplete for inventory in everything if TABLE in inventory.incomplete), "")
    for contract in required:
        under: list[str] = []
        undecided: list[str] = []
        for table in tables:
            found = matched(table, contracts)
            if contract in found.certain:
                (undecided if table.resource.doubt else under).append(table.address)
            elif any(each is contract for each, _ in found.undecided):
                undecided.append(table.address)
        run = Run(contract.table, contract, tuple(under), tuple(undecided), why)
        for rule in rules:
            if rule.subjects == (Run,):
                judging.run(rule, (Subject((run,), run.address, run.address),))
    return judging.outcome


def judge(rule: Rule, subject: Subject) -> Judgement:
    """Run one rule on one subject. Of a subject that may not exist, only a pass is certain: it holds for each instance there may be."""
    doubt = subject.doubt
    if doubt is None:
        return _judgement(rule, subject.arguments)
    assumed = None if doubt.question else subject.if_it_exists
    if assumed is None:
        return Judgement(unknown=doubt)
    judgement = _judgement(rule, assumed.arguments)
    if not judgement.problems:
        return judgement
    first = judgement.problems[0]
    return Judgement(unknown=Unknown("", f"{doubt}. If there is one: {first.message}", first.location))


def _judgement(rule: Rule, arguments: tuple[Any, ...]) -> Judgement:
    problems: list[Problem] = []
    unknown: Unknown | None = None
    try:
        if not rule.applies(*arguments):
            return _DEMANDS_NOTHING
        for problem in rule.check(*arguments):
            problems.append(problem)
    except Unknown as reason:
        unknown = reason
    except Exception:  # The one place where a rule's own bug is caught: the run goes on, and ends in exit 3.
        from traceback import format_exc

        return Judgement(crash=format_exc())
    # A rule may find one defect twice, such as an alarm that watches two metrics.
    return Judgement(tuple(dict.fromkeys(problems)), unknown) if problems or unknown else _PASS


class _Judging:
    """Runs rules and collects the results. Passes are only counted, unless they are listed."""

    def __init__(self, lists_passes: bool) -> None:
        self._lists_passes = lists_passes
        self._problems: list[InputProblem] = []
        self._passed = 0
        self._applied: set[str] = set()
        self.results: list[Result] = []

    @property
    def outcome(self) -> Outcome:
        return Outcome(tuple(sorted(self.results, key=ORDER)), tuple(self._problems), self._passed, frozenset(self._applied))

    def run_all(self, rules: Iterable[Rule], subjects: Subjects) -> None:
        for rule in rules:
            for together in judged_together(rule, subjects.get(rule.subjects, ())):
                self.run(rule, together)

    def run(self, rule: Rule, subjects: Sequence[Subject]) -> None:
        """Run a rule on one resource, once for each of its contracts. Contracts with the same finding share one result."""
        first = subjects[0]
        judged = [(subject, judge(rule, subject)) for subject in subjects]
        for crash in dict.fromkeys(judgement.crash for _, judgement in judged if judgement.crash):
            whose = f"the rule; tell the team {rule.team}" if rule.team else "dyncheck; please report it with this trace"
            bug = f"The rule {rule.id} crashed on {first.address}. This is a bug in {whose}:"
            from dyncheck.input_problems import InputProblem

            self._problems.append(InputProblem("crash", f"{bug}\n{crash}"))
        if any(judgement.applies for _, judgement in judged):
            self._applied.add(rule.id)
        found: dict[Problem, list[Subject]] = {}
        for subject, judgement in judged:
            for problem in judgement.problems:
                found.setdefault(problem, []).append(subject)
        unknown = [(subject, judgement.unknown) for subject, judgement in judged if judgement.unknown]
        passed = [subject for subject, judgement in judged if judgement.applies and not judgement.crash]
        if found:
            self.results += (_failed(rule, problem, under) for problem, under in found.items())
        elif unknown:
            reason = unknown[0][1]
            self.results.append(_unknown(rule, [subject for subject, each in unknown if str(each) == str(reason)], reason))
        elif passed and self._lists_passes:
            self.results.append(
                Result(
                    rule.id,
                    Status.PASS,
                    _severity(rule, passed),
                    first.address,
                    f"Each instance passes, if there are any: {first.doubt}" if first.doubt else "",
                    found=_evidence(rule, passed),
                    table=first.table,
                    location=first.location,
                    contract=_contracts(passed),
                )
            )
        elif passed:
            self._passed += 1


def judged_together(rule: Rule, subjects: Iterable[Subject]) -> Iterator[Sequence[Subject]]:
    """The subjects of a rule, by resource. A resource is there once for each contract, or without one where none demands the rule."""
    if len(rule.subjects) == 1:
        yield from ((subject,) for subject in subjects)
        return
    for _, group in groupby(subjects, attrgetter("address")):
        several = tuple(group)
        if rule.demanded:
            demanding = tuple(each for each in several if each.contract and rule.demanded(each.contract))
            several = demanding or tuple(each for each in several if not each.contract)
        if several:
            yield several


def _contracts(subjects: Iterable[Subject]) -> str:
    return ", ".join(dict.fromkeys(each.contract.table for each in subjects if each.contract))


def _evidence(rule: Rule, subjects: Iterable[Subject]) -> str:
    """Why a rule passes, under each contract; empty for a rule that does not say it."""
    if rule.evidence is None:
        return ""
    assumed = (each.if_it_exists if each.doubt else each for each in subjects)
    return "; ".join(dict.fromkeys(rule.evidence(*each.arguments) for each in assumed if each))


def _severity(rule: Rule, subjects: Iterable[Subject]) -> Severity:
    return min((rule.severity_under(each.contract) for each in subjects), key=attrgetter("rank"))


def _failed(rule: Rule, problem: Problem, subjects: Sequence[Subject]) -> Result:
    own, usual = problem.severity, _severity(rule, subjects)
    return Result(
        rule=rule.id,
        status=Status.FAIL,
        # The configuration may give the rule a lower severity than this problem has.
        severity=own if own and own.rank > usual.rank else usual,
        address=problem.address,
        message=problem.message,
        attribute=problem.path,
        summary=problem.summary,
        found=problem.found,
        expected=problem.expected,
        fix=problem.fix,
        table=subjects[0].table,
        location=problem.location,
        related=problem.related,
        places=problem.places,
        nearest=problem.nearest,
        contract=_contracts(subjects),
    )


def _unknown(rule: Rule, subjects: Sequence[Subject], reason: Unknown) -> Result:
    subject = subjects[0]
    return Result(
        rule=rule.id,
        status=Status.UNKNOWN,
        severity=_severity(rule, subjects),
        address=subject.address,
        message=str(reason),
        attribute=reason.path,
        table=subject.table,
        location=reason.location or subject.location,
        places=subject.places,
        contract=_contracts(subjects),
    )


def _unidentified(rule: Rule, inventory: Inventory, contracts: tuple[Contract, ...]) -> Iterator[Result]:
    for table in inventory.tables:
        if why := matched(table, contracts).unknown:
            yield _unknown(rule, (Subject((table,), table.address, table.address),), why)
