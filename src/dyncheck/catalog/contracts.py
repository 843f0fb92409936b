"""Table contracts: load, validate, and match them with tables.

`make generate` compiles the shipped contracts to JSON, so that a normal run needs neither a YAML parser nor a schema validator.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from msgspec.json import decode

from dyncheck.catalog.rules import policies_directory
from dyncheck.dynamodb import Contract, Table
from dyncheck.errors import UsageError
from dyncheck.interface import Interface
from dyncheck.model import Unknown
from dyncheck.suggestions import did_you_mean

BUILT_IN = "compiled.json"


def built_in_directory() -> str:
    """The directory of the shipped contracts."""
    return os.path.join(policies_directory(), "tables")


def built_in() -> tuple[Contract, ...]:
    """The shipped contracts, in the order of their names."""
    with open(os.path.join(built_in_directory(), BUILT_IN), "rb") as file:
        return decode(file.read(), type=tuple[Contract, ...])


def interfaces() -> tuple[Interface, ...]:
    """The interfaces of modules that are shipped, in the order of their names."""
    with open(os.path.join(policies_directory(), "modules", BUILT_IN), "rb") as file:
        return decode(file.read(), type=tuple[Interface, ...])


def contracts(paths: Sequence[str | os.PathLike[str]] = ()) -> tuple[Contract, ...]:
    """The shipped contracts, and those of the given files or directories, which replace one of the same name.

    Raises `UsageError` with every error of every file.
    """
    by_name = {contract.table: contract for contract in built_in()}
    if paths:
        from dyncheck.catalog.contract_file import load

        by_name |= {contract.table: contract for contract in load(paths)}
    return tuple(by_name[name] for name in sorted(by_name))


def named(all_contracts: Iterable[Contract], name: str) -> Contract:
    """The contract of that name. Raises `UsageError` when it does not exist, with the nearest name."""
    by_name = {contract.table: contract for contract in all_contracts}
    if name not in by_name:
        known = ", ".join(by_name)
        raise UsageError(f"No contract describes a table {name!r}.{did_you_mean(name, by_name)} There are: {known}.")
    return by_name[name]


def contract_of(table: Table, all_contracts: Iterable[Contract]) -> Contract | None:
    """The contract of a table: by the name of its resource block, else by the form of its own name.

    Raises `Unknown` when the name decides and is deferred.
    """
    candidates = tuple(all_contracts)
    named = next((contract for contract in candidates if contract.match.resource == table.resource.name), None)
    return named or next((contract for contract in candidates if table.has_name_of(contract.match.name)), None)


def may_be_under(table: Table, contract: Contract, all_contracts: Iterable[Contract]) -> bool:
    """Whether a table is under that contract or could turn out to be."""
    try:
        return contract_of(table, all_contracts) is contract
    except Unknown:
        return True
