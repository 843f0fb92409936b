"""Contracts of a team: YAML files, validated with every error at its line."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from dyncheck import yaml_file
from dyncheck.dynamodb import METRICS, Contract, IndexContract, Key, PrimaryKey
from dyncheck.errors import UsageError
from dyncheck.files import contents
from dyncheck.suggestions import did_you_mean
from dyncheck.yaml_file import Kind, Lines, Problem, Where, dotted

CONTRACT = Kind(Contract, "contract", least="table, match, name and primary_key")

_TAKES = "--policy takes YAML files (.yaml, .yml) or a directory of them."
_SUFFIXES = (".yaml", ".yml")


def load(paths: Sequence[str | os.PathLike[str]]) -> tuple[Contract, ...]:
    """The contracts of the given files, and of all YAML files directly in the given directories.

    Raises `UsageError` with every error of every file, each as `file:line: message`.
    """
    loaded: list[Contract] = []
    problems: list[str] = []
    for file in _files(paths):
        contract, found = read(file)
        problems += [f"{file}:{line}: {message}" for line, message in sorted(found)]
        loaded += [contract] if contract else []
    if problems:
        raise UsageError("The contracts are invalid. Fix them, or run without --policy.", problems)
    return tuple(loaded)


def read(file: Path) -> tuple[Contract | None, list[Problem]]:
    """The contract of one file, or None and its errors: pairs of line and message."""
    try:
        data = contents(str(file), yaml_file.MOST_BYTES)
    except OSError as error:
        return None, [(1, f"cannot be read: {error.strerror}")]
    contract, lines, problems = yaml_file.read(data, CONTRACT)
    if contract is None:
        return None, problems
    problems = list(_contradictions(contract, lines))
    return (None if problems else contract), problems


def _files(paths: Sequence[str | os.PathLike[str]]) -> Iterator[Path]:
    for path in map(Path, paths):
        try:
            mode = path.stat().st_mode
            found = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES) if stat.S_ISDIR(mode) else [path]
        except FileNotFoundError:
            raise UsageError(f"{path} does not exist. {_TAKES}") from None
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}. {_TAKES}") from None
        if not found:
            raise UsageError(f"{path} contains no contract. {_TAKES}")
        yield from found


def _contradictions(contract: Contract, lines: Lines) -> Iterator[Problem]:
    """Errors that a schema cannot find: a key with two types or twice in an index, metrics that do not exist."""
    owners: list[tuple[Where, PrimaryKey | IndexContract]] = [(("primary_key",), contract.primary_key)]
    owners += ((("indexes", name), index) for name, index in contract.indexes.items())
    types: dict[str, str] = dict(contract.item)
    for owner, keys in owners:
        names: set[str] = set()
        for where, key in _keys(owner, keys):
            if types.setdefault(key.name, key.type) != key.type:
                yield lines[where], f"{dotted(where)}: {key.name!r} is of type {key.type} here and {types[key.name]} elsewhere"
            if key.name in names and isinstance(keys, IndexContract):
                yield lines[where], f"{dotted(where)}: {key.name!r} is a key of the index twice"
            names.add(key.name)
    for position, alarm in enumerate(contract.alarms):
        if alarm.metric not in METRICS:
            at: Where = ("alarms", position, "metric")
            hint = did_you_mean(alarm.metric, METRICS)
            yield lines[at], f"{dotted(at)} is {alarm.metric!r}, which is not a DynamoDB metric in CloudWatch.{hint}"


def _keys(owner: Where, keys: PrimaryKey | IndexContract) -> Iterator[tuple[Where, Key]]:
    """The keys of a table or an index, each with its path."""
    for part, found in (("hash", keys.hash), ("range", keys.range)):
        if isinstance(found, Key):
            yield (*owner, part), found
        elif found:
            yield from (((*owner, part, position), key) for position, key in enumerate(found))
