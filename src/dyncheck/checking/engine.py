"""Resources x rules -> results: run each rule on what it is about, and put the results in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from msgspec import Struct

from dyncheck.catalog.contracts import contract_of, may_be_under
from dyncheck.checking.subjects import Subject, Subjects, certain_contract, changed_subjects, subjects_of
from dyncheck.dynamodb import TABLE, Changes, Contract, Inventory
from dyncheck.findings import Result, Status
from dyncheck.model import Condition, Problem, Unknown
from dyncheck.rule import Module, Rule, Run


class Outcome(Struct, frozen=True):
    """The results of a check, in order, and an error for each rule that crashed.

    `passed` counts the passes that are not in `results`. `applied` are the rules that demand something of some subject.
    """

    results: tuple[Result, ...]
    errors: tuple[str, ...] = ()
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
    besides: Iterable[Condition | Module] = (),
    *,
    lists_passes: bool = True,
) -> Outcome:
    """Run every rule on every table and alarm of one input, on the changes to them, and on its conditions and modules (`besides`).

    `besides` is read last: faults of a configuration are complete only when the rules have read all values. Passes are only counted,
    unless `lists_passes`.
    """
    judging = _Judging(lists_passes)
    judging.run_all(rules, subjects_of(inventory, contracts) | (changed_subjects(changes) if changes else {}))
    for rule in rules:
        if rule.identifies:
            judging.results += _unidentified(rule, inventory, contracts)
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
            if may_be_under(table, contract, contracts):
                is_certain = not table.resource.doubt and certain_contract(table, contracts) is contract
                (under if is_certain else undecided).append(table.address)
        run = Run(contract.table, contract, tuple(under), tuple(undecided), why)
        for rule in rules:
            if rule.subjects == (Run,):
                judging.run(rule, Subject((run,), run.address, run.address))
    return judging.outcome


def judge(rule: Rule, subject: Subject) -> Judgement:
    """Run one rule on one subject."""
    if subject.doubt:
        # The subject may not exist at all, so no answer of the rule is certain.
        return Judgement(unknown=subject.doubt)
    problems: list[Problem] = []
    unknown: Unknown | None = None
    try:
        if not rule.applies(*subject.arguments):
            return _DEMANDS_NOTHING
        for problem in rule.check(*subject.arguments):
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
        self._errors: list[str] = []
        self._passed = 0
        self._applied: set[str] = set()
        self.results: list[Result] = []

    @property
    def outcome(self) -> Outcome:
        return Outcome(tuple(sorted(self.results, key=ORDER)), tuple(self._errors), self._passed, frozenset(self._applied))

    def run_all(self, rules: Iterable[Rule], subjects: Subjects) -> None:
        for rule in rules:
            for subject in subjects.get(rule.subjects, ()):
                self.run(rule, subject)

    def run(self, rule: Rule, subject: Subject) -> None:
        judgement = judge(rule, subject)
        if judgement.applies:
            self._applied.add(rule.id)
        if judgement.crash:
            bug = f"The rule {rule.id} crashed on {subject.address}. This is a bug in dyncheck; please report it with this trace:"
            self._errors.append(f"{bug}\n{judgement.crash}")
        elif judgement.problems:
            self.results += [_failed(rule, problem, subject.table) for problem in judgement.problems]
        elif judgement.unknown:
            self.results.append(_unknown(rule, subject, judgement.unknown))
        elif judgement.applies and self._lists_passes:
            self.results.append(
                Result(rule.id, Status.PASS, rule.severity, subject.address, "", table=subject.table, location=subject.location)
            )
        elif judgement.applies:
            self._passed += 1


def _failed(rule: Rule, problem: Problem, table: str) -> Result:
    severity = problem.severity
    return Result(
        rule=rule.id,
        status=Status.FAIL,
        # The configuration may give the rule a lower severity than this problem has.
        severity=severity if severity and severity.rank > rule.severity.rank else rule.severity,
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
