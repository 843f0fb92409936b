"""The law between the two modes: HCL mode may say unknown where plan mode says pass or fail, and nothing else may differ.

One exception: HCL mode may not be able to tell how many instances a resource has. It then has rows at the address without
the key, all of them unknown, and those of plan mode at any of its instances have no match.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from dyncheck.findings import Report
    from tests.hcl.generator import Case

# Rule, address and status of each result.
Row: TypeAlias = tuple[str, str, str]
Rows: TypeAlias = list[Row]

_STEP = re.compile(r'(?P<name>[^.\[\]]+)(?:\[(?P<key>"(?:[^"\\]|\\.)*"|\d+)\])?(?:\.|$)')


def rows_of(report: Report) -> Rows:
    """The rows of a report, in their order."""
    return [(result.rule, result.address, result.status.value) for result in report.results]


def contradictions(plan: Iterable[Row], hcl: Iterable[Row]) -> Iterator[str]:
    """Each breach of the law in words, going by the rows of either mode."""
    planned, read = _statuses(plan), _statuses(hcl)
    uncounted = {address for address in {address for _, address in read} if _is_uncounted(address, planned, read)}
    for row in sorted(planned.keys() | read.keys()):
        rule, address = row
        expected, found = planned.get(row), read.get(row)
        if address in uncounted or (found is None and any(is_instance(address, other) for other in uncounted)):
            continue
        if expected is None or found is None or not _allows(expected, found):
            yield f"{rule} at {address}: plan mode says {_in_words(expected)}, HCL mode says {_in_words(found)}"


def is_instance(address: str, without_keys: str) -> bool:
    """Whether an address is that of an instance of another one, which lacks some keys that it has.

    >>> is_instance('module.a["x"].t.b[0]', "module.a.t.b[0]"), is_instance("t.b[0]", "t.b[1]")
    (True, False)
    """
    one, other = _STEP.findall(address), _STEP.findall(without_keys)
    return len(one) == len(other) and all(
        name == word and key in (given, given or key) for (name, given), (word, key) in zip(one, other, strict=True)
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


def _allows(expected: Counter[str], found: Counter[str]) -> bool:
    """Whether HCL mode may say this where plan mode says that.

    A rule has several results where it finds several defects. Each that HCL mode finds must be one of plan mode's; of the
    others it may say unknown, and it must say so where plan mode does.
    """
    if found == expected:
        return True
    if not found["unknown"]:
        return False
    return all(found[status] <= expected[status] for status in ("fail", "pass"))


def _is_uncounted(address: str, planned: Mapping[tuple[str, str], object], read: Mapping[tuple[str, str], Counter[str]]) -> bool:
    """Whether HCL mode says of an address that it does not know the instances: unknown throughout, and no address of the plan's."""
    if any(address == other for _, other in planned):
        return False
    return all(statuses.keys() == {"unknown"} for (_, other), statuses in read.items() if other == address)


def _in_words(statuses: Counter[str] | None) -> str:
    if statuses is None:
        return "nothing"
    return " and ".join(status if number == 1 else f"{number} times {status}" for status, number in sorted(statuses.items()))
