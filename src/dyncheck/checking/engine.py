"""Resources x rules -> results: run each rule on what it is about, and put the results in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import TypeAlias

from msgspec import Struct

from dyncheck.catalog.contracts import contract_of, may_be_under
from dyncheck.checking.subjects import Subject, certain_contract, changed_subjects, subjects_of
from dyncheck.dynamodb import TABLE, Alarm, Changes, Contract, Inventory, Table
from dyncheck.findings import Result, Status
from dyncheck.model import Condition, Problem, Unknown
from dyncheck.rule import Module, Refutation, Rule, Run, Severity
from dyncheck.watch import Watch

# The rule that speaks for a table of which even the contract cannot be told.
NAME_RULE = "wrong-table-name"


# A condition that does not hold, a module under an interface, an input that breaks a rule.
OfConfiguration: TypeAlias = Condition | Module | Refutation

# Rules and resource blocks that no input of a root module has a part in: what the rule says of the block stays what it is. For a
# rule about contracts that holds under the contract of that name only, and which it is may depend on inputs; else it is empty.
Settled: TypeAlias = "frozenset[tuple[str, str, str]]"

_OF_RESOURCES = ((Table,), (Table, Contract), (Alarm,))


class Crash(Struct, frozen=True):
    """A rule that broke down on a resource: a bug in dyncheck, never a verdict."""

    rule: str
    address: str
    traceback: str


class Outcome(Struct, frozen=True):
    """The results of a check, in order, and the rules that broke down. `passed` is how many passes are not among the results."""

    results: tuple[Result, ...]
    crashes: tuple[Crash, ...] = ()
    passed: int = 0


class Judgement(Struct, frozen=True):
    """What one rule says of one subject: its problems, else why it cannot tell; `applies` is False where it demands nothing.

    `crash` is the trace of a rule that broke down.
    """

    problems: tuple[Problem, ...] = ()
    unknown: Unknown | None = None
    applies: bool = True
    crash: str = ""

    @property
    def is_pass(self) -> bool:
        """Whether all that the rule demands is there."""
        return self.applies and not (self.problems or self.unknown or self.crash)


def check(
    inventory: Inventory,
    rules: Iterable[Rule],
    contracts: tuple[Contract, ...],
    besides: Callable[[Settled], Iterable[OfConfiguration]] = lambda _: (),
    changes: Changes | None = None,
    *,
    lists_passes: bool = True,
) -> Outcome:
    """Every rule on every table and alarm of one input, on what is done to them, and on what its configuration has besides resources.

    That is asked for last, and told what is settled already. Passes are counted only, where nobody wants them listed.
    """
    so_far = _SoFar(lists_passes)
    chosen = tuple(rules)

    def run(subjects: dict[tuple[type, ...], list[Subject]]) -> None:
        for kind, of_kind in subjects.items():
            judging = _Judge(tuple(rule for rule in chosen if rule.subjects == kind), inventory.watch, so_far)
            for subject in of_kind:
                judging.run(subject)

    run(subjects_of(inventory, contracts, grouped=True) | (changed_subjects(changes) if changes else {}))
    others: dict[tuple[type, ...], list[Subject]] = {}
    for each in besides(so_far.settling.settled):
        others.setdefault((type(each),), []).append(Subject((each,), each.address, each.address))
    run(others)
    for rule in chosen:
        if rule.id == NAME_RULE:
            so_far.results += _unidentified(rule, inventory, contracts)
    return so_far.outcome


def check_required(
    inventories: Iterable[Inventory],
    rules: Iterable[Rule],
    contracts: tuple[Contract, ...],
    required: Iterable[Contract],
    left_out: str = "",
) -> Outcome:
    """The rules about tables that the run requires, over all inputs together; `left_out` says why those are not all there is."""
    everything = tuple(inventories)
    tables = tuple(table for inventory in everything for table in inventory.tables)
    so_far = _SoFar(lists_passes=True)
    for contract in required:
        under = [table for table in tables if not table.resource.doubt and certain_contract(table, contracts) is contract]
        maybe = [table for table in tables if table not in under and _may_be(table, contract, contracts)]
        run = Run(
            address=contract.table,
            contract=contract,
            tables=tuple(table.address for table in under),
            undecided=tuple(table.address for table in maybe),
            left_out=left_out or next((inventory.why_left_out for inventory in everything if TABLE in inventory.left_out), ""),
        )
        of_runs = tuple(rule for rule in rules if rule.subjects == (Run,))
        _Judge(of_runs, Watch(), so_far).run(Subject((run,), run.address, run.address))
    return so_far.outcome


def _may_be(table: Table, contract: Contract, contracts: tuple[Contract, ...]) -> bool:
    if table.resource.doubt and certain_contract(table, contracts) is contract:
        return True
    return may_be_under(table, contract, contracts)


def judge(rule: Rule, subject: Subject) -> Judgement:
    """What a rule says of a subject."""
    if subject.doubt:
        # Whatever the rule would say, it may be that there is nothing to say it of.
        return Judgement(unknown=Unknown("", subject.doubt, question=subject.question))
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
    # One defect may be found on two ways, such as an alarm that watches two metrics.
    return Judgement(tuple(dict.fromkeys(problems)))


# A result that is the same for all that is alike but for its address: the place of that in `Subject.addresses`, and the first
# arguments of `Result` without it.
_Said: TypeAlias = tuple[int, str, Status, Severity, str, str, str, str, str, str]


class _Repeated(Struct, frozen=True):
    """What a rule says of all subjects of one likeness: results, and whether it is a pass that is only counted."""

    said: tuple[_Said, ...] = ()
    is_counted: bool = False


class _Alike(Struct, frozen=True):
    """What is known of all subjects of one likeness: what rules say of them, and the rules that may say something else of each.

    `passed` is how many passes are only counted.
    """

    said: tuple[_Said, ...]
    passed: int
    apart: tuple[Rule, ...]


class _Settling:
    """Gathers what is settled: what no input has a part in for any instance of the resource block."""

    def __init__(self) -> None:
        self._free: set[tuple[str, str, str]] = set()
        self._bound: set[tuple[str, str]] = set()

    @property
    def settled(self) -> Settled:
        """What was found so far."""
        return frozenset(each for each in self._free if each[:2] not in self._bound)

    def add(self, rule: Rule, subject: Subject, is_free: bool) -> None:
        """Take note of a rule that was run on a resource, and whether no input had a part in that."""
        if is_free:
            self._free.add((rule.id, subject.block_address, subject.contract))
        else:
            self._bound.add((rule.id, subject.block_address))


class _SoFar:
    """What a check has found so far; passes are counted only where they are not to be listed."""

    def __init__(self, lists_passes: bool) -> None:
        self.lists_passes = lists_passes
        self.results: list[Result] = []
        self.crashes: list[Crash] = []
        self.passed = 0
        self.settling = _Settling()

    @property
    def outcome(self) -> Outcome:
        """All of it."""
        return Outcome(_ordered(self.results), tuple(self.crashes), self.passed)


class _Judge:
    """Runs the rules of one kind on subjects; what holds of all that are alike is worked out for the first of them."""

    def __init__(self, rules: tuple[Rule, ...], watch: Watch, so_far: _SoFar) -> None:
        self._rules = rules
        self._watch = watch
        self._so_far = so_far
        self._known: dict[int, _Alike] = {}

    def run(self, subject: Subject) -> None:
        """Run each rule on a subject, unless what it says is known already."""
        likeness = subject.likeness
        alike = self._known.get(likeness) if likeness is not None else None
        if alike is not None:
            self._repeat(subject, alike.said)
            self._so_far.passed += alike.passed
            for rule in alike.apart:
                self._run(rule, subject)
            return
        said = {rule.id: self._run(rule, subject) for rule in self._rules}
        if likeness is not None:
            apart = tuple(rule for rule in self._rules if said[rule.id] is None)
            found = [each for each in said.values() if each]
            passed = sum(each.is_counted for each in found)
            self._known[likeness] = _Alike(tuple(one for each in found for one in each.said), passed, apart)

    def _repeat(self, subject: Subject, said: tuple[_Said, ...]) -> None:
        addresses, table, location = subject.addresses, subject.table, subject.location
        append = self._so_far.results.append
        for place, rule, status, severity, message, attribute, summary, found, wanted, fix in said:
            at = addresses[place]
            append(Result(rule, status, severity, at, message, attribute, summary, found, wanted, fix, table, location))

    def _run(self, rule: Rule, subject: Subject) -> _Repeated | None:
        """Run a rule on a subject. What it says of all that are alike; None when it may say something else of the next."""
        judgement, is_own = self._watch.over(lambda: judge(rule, subject))
        is_counted = judgement.is_pass and not self._so_far.lists_passes
        found = [] if is_counted else _results(rule, subject, judgement)
        self._so_far.results += found
        self._so_far.passed += is_counted
        if judgement.crash:
            self._so_far.crashes.append(Crash(rule.id, subject.address, judgement.crash))
        elif self._watch.of_inputs and rule.subjects in _OF_RESOURCES:
            self._so_far.settling.add(rule, subject, not is_own)
        if is_own or judgement.crash or judgement.unknown or subject.likeness is None:
            return None
        addresses = subject.addresses
        if any(result.address not in addresses or result.location != subject.location or result.related for result in found):
            return None
        return _Repeated(tuple(_said(addresses.index(result.address), result) for result in found), is_counted)


def _said(place: int, like: Result) -> _Said:
    return (
        place,
        like.rule,
        like.status,
        like.severity,
        like.message,
        like.attribute,
        like.summary,
        like.found,
        like.wanted,
        like.fix,
    )


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
        wanted=problem.wanted,
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
            why = Unknown(reason.path, f"{reason.why}, so it cannot be told which contract this table is under", reason.location)
            yield _unknown(rule, Subject((table,), table.address, table.address), why)


def _ordered(results: Iterable[Result]) -> tuple[Result, ...]:
    """By address, rule, attribute and message. Most addresses have a few results only, which are sorted fastest by themselves."""
    by_address: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_address[result.address].append(result)
    key = attrgetter("rule", "attribute", "message")
    return tuple(result for address in sorted(by_address) for result in sorted(by_address[address], key=key))
