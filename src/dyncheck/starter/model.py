"""One start from a data model file: contracts of its tables with their access patterns, and a configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from dyncheck.catalog.contract_file import read as read_contract
from dyncheck.data_model.checks import findings
from dyncheck.data_model.contracts import TableContract, contract_of
from dyncheck.data_model.reading import read
from dyncheck.dynamodb import Contract
from dyncheck.errors import InputErrors
from dyncheck.input_problems import InputProblem
from dyncheck.starter.contracts import Draft, Drafts, free_name
from dyncheck.starter.start import CONFIGURATION_FILE, DIRECTORY, Start
from dyncheck.starter.text import CONFIGURATION, SCHEMA, as_text, only, schema

_LEFT_OUT = "In the data model, and not here:"
_MATCH = "If Terraform gives the table another name, such as dev-{name}, change `match`, for example to a pattern."


def start_from_model(path: str) -> Start:
    """The contracts of the tables in a data model file. `errors` are its problems and what cannot be read of it.

    Raises `InputError` when the file is no data model, or none of its tables can be read.
    """
    model = read(path)
    found = findings(model)
    if not model.tables:
        raise InputErrors(InputProblem("invalid", f"{path}:{each.line}: {each.message}", path, each.line) for each in found)
    names: set[str] = set()
    drafts: list[Draft] = []
    with TemporaryDirectory() as directory:
        for table in model.tables:
            valid = _valid(contract_of(table, model), Path(directory, "contract.yaml"))
            contract = replace(valid.contract, table=free_name(table.name, names))
            contract = replace(contract, description=f"{contract.description} {_MATCH.format(name=table.name)}")
            drafts.append(Draft(contract, (table.name,), valid.left_out))
    texts = {f"{DIRECTORY}/{draft.contract.table}.yaml": as_text(draft, _LEFT_OUT) for draft in drafts}
    texts |= {f"{DIRECTORY}/{SCHEMA}": schema(), CONFIGURATION_FILE: CONFIGURATION}
    errors = tuple(f"{path}:{finding.line}: {finding.message}" for finding in found)
    return Start(texts, Drafts(tuple(drafts)), errors)


def _valid(found: TableContract, file: Path) -> TableContract:
    """The contract without the parts that no contract may have, which are left out with the reason."""
    contract, left_out = found.contract, list(found.left_out)
    kept = replace(contract, item={}, access=())
    for name, demand in contract.item.items():
        extended = replace(kept, item={**kept.item, name: demand})
        if problem := _problem(extended, file):
            left_out.append(f"item {name}: {problem}")
        else:
            kept = extended
    for pattern in contract.access:
        extended = replace(kept, access=(*kept.access, pattern))
        if problem := _problem(extended, file):
            left_out.append(f"access pattern {pattern.name}: {problem}")
        else:
            kept = extended
    return TableContract(kept, tuple(left_out))


def _problem(contract: Contract, file: Path) -> str:
    file.write_text(only(contract), encoding="utf-8")
    return next(_messages(file), "")


def _messages(file: Path) -> Iterator[str]:
    return (message for _, message in read_contract(file)[1])
