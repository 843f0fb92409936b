"""The law between the two modes: HCL mode may say unknown where plan mode says pass or fail. Nothing else may differ.

These consequences of unknown values are not contradictions:

- HCL mode may not know the number of instances of a resource. Then its rows are at the address without the key. Each is unknown, or a
  pass that holds for each instance, if there are any (`IF_ANY`): plan mode has it at each instance, and there may be none.
- HCL mode may not know the name of a table, and so not its contract. Then `wrong-table-name` is unknown, and the other rules
  that need the contract have no rows.
- HCL mode may not know whether an alarm is on DynamoDB. Then the report says that the alarm is not checked.
- HCL mode may not know whether a rule applies. Then it says unknown where plan mode says nothing.
- A rule may report a defect at another resource than its subject, such as an insensitive alarm. Then HCL mode says unknown
  at the subject, where plan mode has no row.
- A defect of an index that is a resource of its own is reported there. Where HCL mode may not know it, it says unknown at the table,
  or fail because of another defect.
- A plan does not show whether a null that comes through a local value is unset or known only after apply, and the files do. So plan mode
  may say unknown, or find fewer defects, where the rule is on an argument that the provider computes (`ON_COMPUTED`).
- Terraform files do not show existing resources, so the rules on changes have rows only in plan mode.
- One certain defect makes a result `fail`, even if other values are unknown. So HCL mode may find fewer of several defects.

On top of a state the provider keeps some of what the files leave out (`KEEPING`). There a pass of HCL mode is never a fail of plan mode,
and silence never hides one, unless another rule fails because the files leave it out. A fail of HCL mode may be anything for the rules on
what is kept, and stays a fail or unknown for all others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from dyncheck.dynamodb import Alarm, Named, Notifier
from dyncheck.dynamodb.types import INDEX
from dyncheck.findings import Status
from tests.support.rules import every_rule

if TYPE_CHECKING:
    from dyncheck.findings import Report, Result
    from tests.readers.hcl.parity.generator import Case

# Rule, address and status of each result.
Row: TypeAlias = tuple[str, str, str]
Rows: TypeAlias = list[Row]
Statuses: TypeAlias = "Mapping[tuple[str, str], Counter[str]]"

NAME_RULE = "wrong-table-name"
CONTRACT_RULES = frozenset(rule.id for rule in every_rule() if rule.is_on_contract)

ON_ALARMS = frozenset(rule.id for rule in every_rule() if rule.subjects in ((Alarm,), (Named,), (Notifier,)))

# The rules on changes to existing resources. Terraform files do not show these changes.
CHANGE_RULES = frozenset(rule.id for rule in every_rule() if rule.is_on_change)

# The rules on modules. A plan has no results of them.
OF_MODULES = ("interface-drift", "unguarded-input")

# The rule that reports its defects at another resource than its subject.
ELSEWHERE = "insensitive-alarm"

# The rules on what the provider keeps on an existing table when the files leave it out.
KEEPING = frozenset({"aws-managed-key", "capacity-mismatch", "missing-ttl", "no-point-in-time-recovery", "unencrypted-table"})

# The rules on arguments that the provider computes where they are null.
ON_COMPUTED = frozenset(
    {"aws-managed-key", "capacity-mismatch", "fixed-capacity", "invalid-table", "no-deletion-protection", "no-point-in-time-recovery"}
)

# The rules on indexes: provider 6 keeps the last ones of a table.
ON_INDEXES = frozenset({"attribute-mismatch", "capacity-mismatch", "missing-index", "unserved-access", "unwatched-index", "wrong-index"})

# The status of a pass that holds for each instance of a resource, if there are any.
IF_ANY = "pass-if-any"

# Stands in place of a rule: the mode refused the input, and the address holds the reason.
REFUSED = "refused"

# The address of an index that is a resource of its own.
_OF_INDEX = re.compile(rf"(^|\.){INDEX}\.")
# Stands in place of a rule: the report says that the resource at the address is not checked.
NOT_CHECKED = "not checked"

_STEP = re.compile(r'(?P<name>[^.\[\]]+)(?:\[(?P<key>"(?:[^"\\]|\\.)*"|\d+)\])?(?:\.|$)')


def rows_of(report: Report) -> Rows:
    """The rows of a report, in their order, and one for each resource that is not checked."""
    skipped = [(NOT_CHECKED, each.path, "unknown") for each in report.inputs[0].not_checked]
    return [*((result.rule, result.address, _status(result)) for result in report.results), *skipped]


def _status(result: Result) -> str:
    # Only such a pass has a message.
    return IF_ANY if result.status is Status.PASS and result.message else result.status.value


def contradictions(plan: Rows, hcl: Rows, *, counts_defects: bool = True) -> Iterator[str]:
    """Each contradiction between the rows of the two modes, as a sentence.

    With `counts_defects=False` the number of defects may differ: messages that hide sensitive values are equal, and dyncheck
    reports equal messages once.
    """
    if refusal := next((message for rule, message, _ in hcl if rule == REFUSED), None):
        yield f"HCL mode refuses what Terraform plans: {refusal}"
        return
    planned, read = _statuses(row for row in plan if row[0] not in CHANGE_RULES), _statuses(hcl)
    addresses = {address for _, address in planned}
    uncounted = {address for (_, address), statuses in read.items() if statuses.keys() & {"unknown", IF_ANY}} - addresses
    unnamed = {address for rule, address in read if rule == NAME_RULE and "unknown" in read[rule, address]}
    for row in _rows_of_rules(planned, read):
        rule, address = row
        expected, found = planned.get(row), read.get(row)
        if found is None:
            of_each = next((read.get((rule, other), Counter()) for other in uncounted if is_instance(address, other)), Counter())
            lawful = (
                "unknown" in of_each
                or (IF_ANY in of_each and expected is not None and expected.keys() == {"pass"})
                or (rule in CONTRACT_RULES and any(is_instance(address, other) for other in unnamed))
                or (unnamed and rule == ELSEWHERE)
                or (_OF_INDEX.search(address) and _is_open_at_a_table(rule, read))
                or any(
                    rule == other[0] and read[other].keys() == {"unknown"}
                    for other in read.keys() - planned.keys()
                    if other[1] in addresses or (other[1] in uncounted and rule == ELSEWHERE)
                )
            )
        elif expected is None:
            instances = [other for other in addresses if is_instance(other, address)]
            lawful = (found.keys() == {"unknown"} and (address in addresses or address in uncounted)) or (
                found.keys() == {IF_ANY} and all((rule, instance) in planned for instance in instances)
            )
        else:
            is_hidden = rule in ON_COMPUTED and "unknown" in expected
            lawful = is_hidden or _allows(expected, found, counts_defects and rule not in ON_COMPUTED)
        if not lawful:
            yield f"{rule} at {address}: plan mode says {_in_words(expected)}, HCL mode says {_in_words(found)}"


def on_top_of_a_state(plan: Rows, hcl: Rows, *, keeps_indexes: bool = False) -> Iterator[str]:
    """Each contradiction between the files and a plan on top of a state, as a sentence.

    With `keeps_indexes` the provider keeps indexes that the files do not have any more.
    """
    if refusal := next((message for rule, message, _ in hcl if rule == REFUSED), None):
        yield f"HCL mode refuses what Terraform plans: {refusal}"
        return
    planned, read = _statuses(row for row in plan if row[0] not in CHANGE_RULES), _statuses(hcl)
    unnamed = {address for rule, address in read if rule == NAME_RULE and "unknown" in read[rule, address]}
    for row in _rows_of_rules(planned, read):
        rule, address = row
        expected, found = planned.get(row, Counter()), _read_at(row, read)
        if keeps_indexes and rule in ON_INDEXES:
            continue
        if "fail" in found:
            lawful = rule in KEEPING or not expected.keys() - {"fail", "unknown"}
        else:
            lawful = (
                "unknown" in found
                or "fail" not in expected
                or (rule in CONTRACT_RULES and any(is_instance(address, other) for other in unnamed))
                or (not found and rule in KEEPING and any("fail" in read.get((other, address), ()) for other in KEEPING))
                or (rule == ELSEWHERE and any(other[0] == rule and "unknown" in read[other] for other in read))
            )
        if not lawful:
            yield f"{rule} at {address}: plan mode says {_in_words(expected or None)}, HCL mode says {_in_words(found or None)}"


def _read_at(row: tuple[str, str], read: Statuses) -> Counter[str]:
    """What HCL mode says of an instance, also at the address without its key."""
    rule, address = row
    of_each = (read[rule, other] for at, other in read if at == rule and other != address and is_instance(address, other))
    return read.get(row) or next(of_each, Counter())


def _is_open_at_a_table(rule: str, read: Mapping[tuple[str, str], Counter[str]]) -> bool:
    """Whether the rule is unknown or fails anywhere but at an index, so that it may have more defects."""
    return any(
        other == rule and not _OF_INDEX.search(address) and statuses.keys() & {"unknown", "fail"}
        for (other, address), statuses in read.items()
    )


def _rows_of_rules(planned: Statuses, read: Statuses) -> list[tuple[str, str]]:
    """The rows to compare: those of rules, without those on alarms that HCL mode does not check."""
    skipped = [address for rule, address in read if rule == NOT_CHECKED]
    rows = (row for row in planned.keys() | read.keys() if row[0] != NOT_CHECKED)
    return sorted(row for row in rows if not (row[0] in ON_ALARMS and any(is_instance(row[1], address) for address in skipped)))


def is_instance(address: str, without_keys: str) -> bool:
    """Whether an address is an instance of another address that lacks some of its keys.

    >>> is_instance('module.a["x"].t.b[0]', "module.a.t.b[0]"), is_instance("t.b[0]", "t.b[1]")
    (True, False)
    """
    one, other = _STEP.findall(address), _STEP.findall(without_keys)
    return len(one) == len(other) and all(
        name == word and key in (given, "") for (name, given), (word, key) in zip(one, other, strict=True)
    )


def equal_share(plan: Iterable[Row], hcl: Iterable[Row]) -> tuple[int, int]:
    """The number of certain results of plan mode, and the number of these that HCL mode has too."""
    planned, read = _statuses(plan), _statuses(hcl)
    certain = [row for row, statuses in planned.items() if "unknown" not in statuses]
    return len(certain), sum(read.get(row) == planned[row] for row in certain)


def shown(case: Case) -> str:
    """A whole configuration and its inputs, for a message."""
    parts = [f"root {case.root}, var_files {case.var_files}, variables {case.variables}, environment {case.environment}"]
    parts += [f"--- {name}\n{text}" for name, text in case.files.items()]
    return "\n".join(parts)


def _statuses(rows: Iterable[Row]) -> Statuses:
    found: dict[tuple[str, str], Counter[str]] = {}
    for rule, address, status in rows:
        found.setdefault((rule, address), Counter())[status] += 1
    return found


def _allows(expected: Counter[str], found: Counter[str], counts_defects: bool) -> bool:
    """Whether HCL mode may have the statuses `found` where plan mode has `expected`."""
    if found.keys() == {"fail"} and expected.keys() == {"fail"}:
        return not counts_defects or found["fail"] <= expected["fail"]
    return found == expected or found.keys() == {"unknown"} or (found.keys() == {IF_ANY} and expected.keys() == {"pass"})


def _in_words(statuses: Counter[str] | None) -> str:
    if statuses is None:
        return "nothing"
    return " and ".join(status if number == 1 else f"{number} times {status}" for status, number in sorted(statuses.items()))
