"""Table contracts: load, validate, and match them with tables.

`make generate` writes the shipped contracts as Python, so that a normal run needs neither a YAML parser nor a validator.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from msgspec import Struct

from dyncheck.catalog.rules import policies_directory
from dyncheck.catalog.shipped import CONTRACTS
from dyncheck.dynamodb import Contract, Match, Table, fits
from dyncheck.errors import UsageError
from dyncheck.interface import Interface
from dyncheck.logic import some
from dyncheck.model import Unknown, has_form, without_keys
from dyncheck.rule import Rule

INTERFACES = "compiled.json"


def built_in() -> tuple[Contract, ...]:
    """The shipped contracts, in the order of their names."""
    return CONTRACTS


def interfaces() -> tuple[Interface, ...]:
    """The interfaces of modules that are shipped, in the order of their names."""
    from msgspec.json import decode

    with open(os.path.join(policies_directory(), "modules", INTERFACES), "rb") as file:
        return decode(file.read(), type=tuple[Interface, ...])


def contracts(
    paths: Sequence[str | os.PathLike[str]] = (), own_rules: tuple[Rule, ...] = (), *, reference: bool = True
) -> tuple[Contract, ...]:
    """The shipped contracts, unless `reference` is off, and those of the given files or directories, which replace one of the same name.

    The severities of a contract may be for `own_rules`, those that are not shipped.
    Raises `UsageError` with every error of every file.
    """
    by_name = {contract.table: contract for contract in built_in()} if reference else {}
    if paths:
        from dyncheck.catalog.contract_file import load

        by_name |= {contract.table: contract for contract in load(paths, own_rules)}
    return tuple(by_name[name] for name in sorted(by_name))


def named(all_contracts: Iterable[Contract], name: str) -> Contract:
    """The contract of that name. Raises `UsageError` when it does not exist, with the nearest name."""
    by_name = {contract.table: contract for contract in all_contracts}
    if name not in by_name:
        known = f"There are: {', '.join(by_name)}." if by_name else "There is no contract; add one with --policy."
        from dyncheck.suggestions import did_you_mean

        raise UsageError(f"No contract describes a table {name!r}.{did_you_mean(name, by_name)} {known}")
    return by_name[name]


def is_own(contract: Contract) -> bool:
    """Whether a contract is not shipped."""
    return contract not in built_in()


class Matched(Struct, frozen=True):
    """The contracts of a table, in the order of their names, and those that may hold for it, each with the reason why that is unknown."""

    certain: tuple[Contract, ...]
    undecided: tuple[tuple[Contract, Unknown], ...] = ()

    @property
    def unknown(self) -> Unknown | None:
        """Why it cannot be determined which contracts a table is under; None where it can."""
        if not self.undecided:
            return None
        contract, reason = self.undecided[0]
        what = "the table's contracts" if len(self.undecided) > 1 else f"whether the contract {contract.table} holds for the table"
        return Unknown(reason.path, f"{reason.why}, so {what} cannot be determined", reason.location, reason.question)


def matched(table: Table, all_contracts: Iterable[Contract]) -> Matched:
    """The contracts that a table is under."""
    candidates = tuple(all_contracts)
    # A contract that a table's block names is found by the name of the table only where no block names another one.
    by_block = [each for each in candidates if each.is_found_by_either and _has(each.match, "resource", table)]
    certain: list[Contract] = []
    undecided: list[tuple[Contract, Unknown]] = []
    for contract in candidates:
        try:
            if contract.is_found_by_either:
                holds = contract in by_block if by_block else _has(contract.match, "name", table)
            else:
                holds = contract.match is None or _holds(contract.match, table)
        except Unknown as reason:
            undecided.append((contract, reason))
        else:
            certain += [contract] if holds else []
    return Matched(tuple(certain), tuple(undecided))


def _holds(match: Match, table: Table) -> bool:
    """Whether all conditions hold. One that certainly does not decides, whatever is unknown about the others."""
    conditions: list[Callable[[], bool]] = [
        partial(_has, match, part, table) for part in ("resource", "module", "name") if getattr(match, part)
    ]
    conditions += (partial(_has_tag, key, pattern, table) for key, pattern in match.tags.items())
    return not some(conditions, lambda condition: not condition())


def _has(match: Match | None, part: str, table: Table) -> bool:
    pattern = getattr(match, part)
    if part == "resource":
        return has_form(table.resource.name, pattern)
    if part == "name":
        return table.has_name_of(pattern)
    return any(has_form(module, pattern) for module in _modules(table.resource.module))


def _modules(address: str) -> Iterator[str]:
    """The addresses of a module and of those that contain it, each also without the keys of instances."""
    for written in dict.fromkeys((address, without_keys(address))):
        steps = written.split(".module.")
        for count in range(1, len(steps) + 1):
            yield ".module.".join(steps[:count])


def _has_tag(key: str, pattern: str, table: Table) -> bool:
    value = table.tag(key)
    return value is not None and fits(value, pattern)
