"""The law between the two modes: HCL mode may say unknown where plan mode says pass or fail, and nothing else may differ.

What follows from knowing less is no breach of it:

- HCL mode may not be able to tell how many instances a resource has. It then has rows at the address without the key, all of
  them unknown, and those of plan mode at its instances have no match.
- It may not be able to tell a table's name, and thus its contract. It then says so by `wrong-table-name`, and has none of the
  other rows that go by the contract.
- It may not be able to tell whether a rule applies. It then says unknown where plan mode says nothing.
- A defect may be reported at another resource than the rule was asked about, as that of an insensitive alarm is. HCL mode then
  says unknown at the latter, where plan mode has no row.
- Terraform files do not tell what there is already, so the rules on changes have rows in plan mode only.
- One defect that is certain makes a verdict `fail`, whatever else is unknown: HCL mode may find fewer of several defects.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from dyncheck.dynamodb import Contract, Table
from tests.support.rules import every_rule

if TYPE_CHECKING:
    from dyncheck.findings import Report
    from tests.readers.hcl.parity.generator import Case

# Rule, address and status of each result.
Row: TypeAlias = tuple[str, str, str]
Rows: TypeAlias = list[Row]

NAME_RULE = "wrong-table-name"
CONTRACT_RULES = frozenset(rule.id for rule in every_rule() if rule.subjects == (Table, Contract))

# The rules on what a plan does to what is there already, of which Terraform files tell nothing.
CHANGE_RULES = frozenset(rule.id for rule in every_rule() if rule.is_on_change)

# The rules about modules as such, of which a plan says nothing.
OF_MODULES = ("interface-drift", "unguarded-input")

# The rule whose defects stand at another resource than the one it is asked about.
ELSEWHERE = "insensitive-alarm"

# In place of a rule: the mode could not check at all, and the address says why.
REFUSED = "refused"

_STEP = re.compile(r'(?P<name>[^.\[\]]+)(?:\[(?P<key>"(?:[^"\\]|\\.)*"|\d+)\])?(?:\.|$)')


def rows_of(report: Report) -> Rows:
    """The rows of a report, in their order."""
    return [(result.rule, result.address, result.status.value) for result in report.results]


def contradictions(plan: Rows, hcl: Rows, *, counts_defects: bool = True) -> Iterator[str]:
    """Each breach of the law in words, going by the rows of either mode.

    Defects are not counted where their messages conceal what is sensitive: those that look the same are reported once.
    """
    if refusal := next((message for rule, message, _ in hcl if rule == REFUSED), None):
        yield f"HCL mode refuses what Terraform plans: {refusal}"
        return
    planned, read = _statuses(row for row in plan if row[0] not in CHANGE_RULES), _statuses(hcl)
    addresses = {address for _, address in planned}
    uncounted = {address for (_, address), statuses in read.items() if "unknown" in statuses} - addresses
    unnamed = {address for rule, address in read if rule == NAME_RULE and "unknown" in read[rule, address]}
    for row in sorted(planned.keys() | read.keys()):
        rule, address = row
        expected, found = planned.get(row), read.get(row)
        if found is None:
            lawful = (
                any(is_instance(address, other) for other in uncounted)
                or (address in unnamed and rule in CONTRACT_RULES)
                or (unnamed and rule == ELSEWHERE)
                or any(
                    rule == other[0] and read[other].keys() == {"unknown"}
                    for other in read.keys() - planned.keys()
                    if other[1] in addresses or (other[1] in uncounted and rule == ELSEWHERE)
                )
            )
        elif expected is None:
            lawful = found.keys() == {"unknown"} and (address in addresses or address in uncounted)
        else:
            lawful = _allows(expected, found, counts_defects)
        if not lawful:
            yield f"{rule} at {address}: plan mode says {_in_words(expected)}, HCL mode says {_in_words(found)}"


def is_instance(address: str, without_keys: str) -> bool:
    """Whether an address is that of an instance of another one, which lacks some keys that it has.

    >>> is_instance('module.a["x"].t.b[0]', "module.a.t.b[0]"), is_instance("t.b[0]", "t.b[1]")
    (True, False)
    """
    one, other = _STEP.findall(address), _STEP.findall(without_keys)
    return len(one) == len(other) and all(
        name == word and key in (given, "") for (name, given), (word, key) in zip(one, other, strict=True)
    )


def equal_share(plan: Iterable[Row], hcl: Iterable[Row]) -> tuple[int, int]:
    """How many certain verdicts plan mode has, and to how many of them HCL mode says the same."""
    planned, read = _statuses(plan), _statuses(hcl)
    certain = [row for row, statuses in planned.items() if "unknown" not in statuses]
    return len(certain), sum(read.get(row) == planned[row] for row in certain)


def shown(case: Case) -> str:
    """A whole configuration, and what it is run with, for a message."""
    parts = [f"root {case.root}, var_files {case.var_files}, variables {case.variables}, environment {case.environment}"]
    parts += [f"--- {name}\n{text}" for name, text in case.files.items()]
    return "\n".join(parts)


def _statuses(rows: Iterable[Row]) -> Mapping[tuple[str, str], Counter[str]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for rule, address, status in rows:
        found.setdefault((rule, address), Counter())[status] += 1
    return found


def _allows(expected: Counter[str], found: Counter[str], counts_defects: bool) -> bool:
    """Whether HCL mode may say this where plan mode says that."""
    if found.keys() == {"fail"} and expected.keys() == {"fail"}:
        return not counts_defects or found["fail"] <= expected["fail"]
    return found == expected or found.keys() == {"unknown"}


def _in_words(statuses: Counter[str] | None) -> str:
    if statuses is None:
        return "nothing"
    return " and ".join(status if number == 1 else f"{number} times {status}" for status, number in sorted(statuses.items()))
