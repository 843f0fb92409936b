"""One start: an input in; contracts of its tables, a configuration, and what to say about them out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.catalog.contract_file import read
from dyncheck.catalog.rules import all_rules
from dyncheck.checking.inputs import checked_inputs
from dyncheck.checking.one_input import Checker
from dyncheck.checking.settings import Settings
from dyncheck.dynamodb import Contract
from dyncheck.errors import InputError, InputErrors
from dyncheck.input_problems import InputProblem
from dyncheck.readers.hcl.trees import Trees
from dyncheck.starter.contracts import Draft, Drafts, demands, drafts, without
from dyncheck.starter.text import CONFIGURATION, SCHEMA, as_text, only, schema

DIRECTORY = "contracts"
CONFIGURATION_FILE = ".dyncheck.yaml"


class Start(Struct, frozen=True):
    """The files to write, by their paths within the repository. `errors` are the parts of the input that could not be read."""

    texts: dict[str, str]
    drafts: Drafts
    errors: tuple[str, ...] = ()


def start(path: str, given: tuple[tuple[str, str], ...] = (), workspace: str | None = None) -> Start:
    """The first contracts of an input. Raises `InputError` when it has no table, or none that can be read."""
    problems: list[InputProblem] = []
    trees = Trees(given, (), workspace)
    settings = Settings(given=given, workspace=workspace, hashes=False, keeps_inventories=True)
    checked = list(checked_inputs((path,), Checker((), all_rules(), (), lambda: trees, settings, {}), problems))
    problems += (problem for each in checked for problem in each.problems)
    inventories = [each.inventory for each in checked]
    if not any(inventory.tables for inventory in inventories):
        if problems:
            raise InputErrors(problems)
        raise InputError(f"{path} has no DynamoDB table, so there is no contract to write.", kind="nothing-to-check")
    found = drafts(inventories)
    found = replace(found, contracts=tuple(_valid(found.contracts)))
    texts = {f"{DIRECTORY}/{draft.contract.table}.yaml": as_text(draft) for draft in found.contracts}
    texts |= {f"{DIRECTORY}/{SCHEMA}": schema(), CONFIGURATION_FILE: CONFIGURATION}
    return Start(texts, found, tuple(dict.fromkeys(each.message for each in problems)))


def _valid(found: tuple[Draft, ...]) -> Iterator[Draft]:
    """The drafts without demands that no contract can make, such as an index with one key twice."""
    with TemporaryDirectory() as directory:
        for draft in found:
            file = Path(directory, f"{draft.contract.table}.yaml")
            if not _problems(draft.contract, file):
                yield draft
                continue
            kept = replace(draft, contract=Contract(draft.contract.table, draft.contract.description, draft.contract.match))
            for key, value in demands(draft.contract).items():
                extended = replace(kept, contract=replace(kept.contract, **{key: value}))
                problems = _problems(extended.contract, file)
                kept = without(kept, key, problems[0]) if problems else extended
            if not _problems(kept.contract, file):
                yield kept


def _problems(contract: Contract, file: Path) -> list[str]:
    file.write_text(only(contract), encoding="utf-8")
    return [message for _, message in read(file)[1]]
