"""Resources x rules -> results: decide what each rule runs on, run it, and put the results in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.contract import contract_of, may_be_under
from dyncheck.dynamodb import TABLE, Alarm, AlarmChange, Changes, Contract, Inventory, Table, TableChange
from dyncheck.findings import Result, Status
from dyncheck.logic import those
from dyncheck.model import Condition, Location, Place, Problem, Question, Unknown
from dyncheck.rule import Module, Refutation, Rule, Run

# The rule that speaks for a table of which even the contract cannot be told.
NAME_RULE = "wrong-table-name"


# A condition that does not hold, a module under an interface, an input that breaks a rule.
OfConfiguration: TypeAlias = Condition | Module | Refutation


class Crash(Struct, frozen=True):
    """A rule that broke down on a resource: a bug in dyncheck, never a verdict."""

    rule: str
    address: str
    traceback: str


class Outcome(Struct, frozen=True):
    """The results of a check, in order, and the rules that broke down."""

    results: tuple[Result, ...]
    crashes: tuple[Crash, ...] = ()


class Subject(Struct, frozen=True):
    """What a rule is run on: the arguments of its check, the address it is judged at, and the table it is grouped under."""

    arguments: tuple[Any, ...]
    address: str
    table: str

    @property
    def doubt(self) -> str:
        """Why it is not known whether there is such a resource at all, empty when there is."""
        subject = self.arguments[0]
        return getattr(subject, "doubt", "") or getattr(getattr(subject, "resource", None), "doubt", "")

    @property
    def question(self) -> Question | None:
        """What would tell whether there is, in a proof."""
        return getattr(getattr(self.arguments[0], "resource", None), "question", None)

    @property
    def location(self) -> Location | None:
        """Where the resource's block starts."""
        resource = getattr(self.arguments[0], "resource", None)
        return resource.body.locate("") if resource else getattr(self.arguments[0], "location", None)

    @property
    def places(self) -> tuple[Place, ...]:
        """What stands around the resource's block."""
        resource = getattr(self.arguments[0], "resource", None)
        return resource.body.surroundings("") if resource else ()


class Judgement(Struct, frozen=True):
    """What one rule says of one subject: its problems, else why it cannot tell; `applies` is False where it demands nothing.

    `crash` is the trace of a rule that broke down.
    """

    problems: tuple[Problem, ...] = ()
    unknown: Unknown | None = None
    applies: bool = True
    crash: str = ""


def check(
    inventory: Inventory,
    rules: Iterable[Rule],
    contracts: tuple[Contract, ...],
    besides: Iterable[OfConfiguration] = (),
    changes: Changes | None = None,
) -> Outcome:
    """Every rule on every table and alarm of one input, on what is done to them, and on what its configuration has besides resources."""
    subjects = subjects_of(inventory, contracts) | (_changed(changes) if changes else {})
    for each in besides:
        subjects.setdefault((type(each),), []).append(Subject((each,), each.address, each.address))
    results: list[Result] = []
    crashes: list[Crash] = []
    for rule in rules:
        for subject in subjects.get(rule.subjects, ()):
            _judge(rule, subject, results, crashes)
        if rule.id == NAME_RULE:
            results += _unidentified(rule, inventory, contracts)
    return Outcome(_ordered(results), tuple(crashes))


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
    results: list[Result] = []
    crashes: list[Crash] = []
    for contract in required:
        under = [table for table in tables if not table.resource.doubt and _certain_contract(table, contracts) is contract]
        maybe = [table for table in tables if table not in under and _may_be(table, contract, contracts)]
        run = Run(
            address=contract.table,
            contract=contract,
            tables=tuple(table.address for table in under),
            undecided=tuple(table.address for table in maybe),
            left_out=left_out or next((inventory.why_left_out for inventory in everything if TABLE in inventory.left_out), ""),
        )
        for rule in rules:
            if rule.subjects == (Run,):
                _judge(rule, Subject((run,), run.address, run.address), results, crashes)
    return Outcome(_ordered(results), tuple(crashes))


def _may_be(table: Table, contract: Contract, contracts: tuple[Contract, ...]) -> bool:
    if table.resource.doubt and _certain_contract(table, contracts) is contract:
        return True
    return may_be_under(table, contract, contracts)


def subjects_of(inventory: Inventory, contracts: tuple[Contract, ...]) -> dict[tuple[type, ...], list[Subject]]:
    """What the rules are run on, by the types of their arguments."""
    tables = [Subject((table,), table.address, table.address) for table in inventory.tables]
    under = [
        Subject((table, contract), table.address, table.address)
        for table in inventory.tables
        for contract in [_certain_contract(table, contracts)]
        if contract
    ]
    alarms = [Subject((alarm,), alarm.address, _table_of(alarm)) for alarm in inventory.alarms]
    return {(Table,): tables, (Table, Contract): under, (Alarm,): alarms}


def _changed(changes: Changes) -> dict[tuple[type, ...], list[Subject]]:
    tables = [Subject((change,), change.address, change.address) for change in changes.tables]
    kept = [Subject((change, change.after), change.address, change.address) for change in changes.tables if change.after]
    alarms = [Subject((change,), change.address, _table_of_change(change)) for change in changes.alarms]
    return {(TableChange,): tables, (TableChange, Table): kept, (AlarmChange,): alarms}


def _table_of_change(change: AlarmChange) -> str:
    """The table that an alarm is on as things are, at the address that the plan gives it; else none but itself."""
    table = None
    if change.change.before:
        # What cannot be told is the rule's to say.
        with suppress(Unknown):
            table = change.changes.of_table(change.before)
    return table.address if table else change.address


def _certain_contract(table: Table, contracts: tuple[Contract, ...]) -> Contract | None:
    try:
        return contract_of(table, contracts)
    except Unknown:
        return None


def _table_of(alarm: Alarm) -> str:
    """The table an alarm is grouped under: the one it names, else none but itself."""
    on = those(alarm.inventory.tables_near(alarm), alarm.is_on)
    return on[0].address if on else alarm.address


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


def _judge(rule: Rule, subject: Subject, results: list[Result], crashes: list[Crash]) -> None:
    found = judge(rule, subject)
    if found.crash:
        crashes.append(Crash(rule.id, subject.address, found.crash))
    elif found.problems:
        results.extend(_failed(rule, problem, subject.table) for problem in found.problems)
    elif found.unknown:
        results.append(_unknown(rule, subject, found.unknown))
    elif found.applies:
        results.append(Result(rule.id, Status.PASS, rule.severity, subject.address, "", table=subject.table, location=subject.location))


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
    return tuple(sorted(results, key=lambda result: (result.address, result.rule, result.attribute, result.message)))
