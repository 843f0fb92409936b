"""Contracts written by a team: YAML files, validated with every error at its line."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema
import msgspec
import yaml

from dyncheck.dynamodb import DIMENSIONS, Contract, IndexContract, Key, PrimaryKey
from dyncheck.errors import UsageError
from dyncheck.suggestions import did_you_mean

Where: TypeAlias = "tuple[str | int, ...]"
Problem: TypeAlias = "tuple[int, str]"

_TAKES = "--policy takes YAML files (.yaml, .yml) or a directory of them."
_SUFFIXES = (".yaml", ".yml")


def schema() -> dict[str, Any]:
    """The JSON Schema of a contract file, made from the types that hold a contract."""
    made: dict[str, Any] = msgspec.json.schema(Contract)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A dyncheck table contract"} | made


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
        raise UsageError("These contracts cannot be used; mend them or leave out --policy.", problems)
    return tuple(loaded)


def read(file: Path) -> tuple[Contract | None, list[Problem]]:
    """The contract of one file, or None and what is wrong with it: pairs of line and message."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return None, [(1, f"cannot be read as UTF-8 text: {error}")]
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        return None, [(mark.line + 1 if mark else 1, f"is not YAML: {getattr(error, 'problem', None) or error}")]
    if root is None:
        return None, [(1, "is empty; a contract has at least table, match, name and primary_key")]
    lines: dict[Where, int] = {}
    problems: list[Problem] = []
    try:
        data = _plain(root, (), lines, problems)
    except RecursionError:
        return None, [(1, "nests in itself, by an alias of a node inside that node")]
    problems += dict.fromkeys(_schema_problems(data, lines))
    if problems:
        return None, problems
    contract = msgspec.convert(data, Contract)
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
            raise UsageError(f"{path} holds no contract. {_TAKES}")
        yield from found


def _plain(node: yaml.Node, where: Where, lines: dict[Where, int], problems: list[Problem]) -> Any:
    """The node's value; fills in the line of every path, and reports keys that stand twice."""
    lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*where, position), lines, problems) for position, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return yaml.SafeLoader("").construct_object(node)
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in found:
            problems.append((line, f"{_dotted((*where, key))} stands here a second time; the first is on line {lines[(*where, key)]}"))
        found[key] = _plain(value_node, (*where, key), lines, problems)
        lines[(*where, key)] = line
    return found


def _schema_problems(data: Any, lines: dict[Where, int]) -> Iterator[Problem]:
    validator = jsonschema.Draft202012Validator(schema())
    for error in validator.iter_errors(data):
        yield from _described(error, lines)


def _described(error: jsonschema.ValidationError, lines: dict[Where, int]) -> Iterator[Problem]:
    if error.context:
        # `range: Key | None`: the branch that is not "null" says what is wrong.
        for inner in error.context:
            if inner.validator != "type" or inner.validator_value != "null":
                yield from _described(inner, lines)
        return
    where: Where = tuple(error.absolute_path)
    line, name = lines[where], _dotted(where) or "the contract"
    demanded: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "additionalProperties":
            yield from _strange_keys(error, where, lines)
        case "required":
            missing = ", ".join(repr(key) for key in demanded if key not in instance)
            yield line, f"{name} lacks {missing}"
        case "enum":
            allowed = [str(value) for value in demanded if value is not None]
            hint = did_you_mean(str(error.instance), allowed)
            yield line, f"{name} is {error.instance!r}; allowed: {', '.join(allowed)}.{hint}"
        case "type":
            yield line, f"{name} is {error.instance!r}; must be of type {demanded}"
        case _:
            yield line, f"{name}: {error.message}"


def _strange_keys(error: jsonschema.ValidationError, where: Where, lines: dict[Where, int]) -> Iterator[Problem]:
    instance: Any = error.instance
    schema_there: Any = error.schema
    allowed = sorted(schema_there["properties"])
    for key in sorted(set(instance) - set(allowed)):
        hint = did_you_mean(key, allowed) or f" Allowed: {', '.join(allowed)}."
        yield lines[(*where, key)], f"{_dotted((*where, key))} is not a key of a contract.{hint}"


def _contradictions(contract: Contract, lines: dict[Where, int]) -> Iterator[Problem]:
    """What a schema cannot see: keys of two types, metrics that do not exist."""
    types: dict[str, str] = dict(contract.item)
    for where, key in _keys(contract):
        if types.setdefault(key.name, key.type) != key.type:
            yield lines[where], f"{_dotted(where)}: {key.name!r} is of type {key.type} here and {types[key.name]} elsewhere"
    for position, alarm in enumerate(contract.alarms):
        if alarm.metric not in DIMENSIONS:
            at: Where = ("alarms", position, "metric")
            yield lines[at], _no_such_metric(_dotted(at), alarm.metric)


def _keys(contract: Contract) -> Iterator[tuple[Where, Key]]:
    owners: list[tuple[Where, PrimaryKey | IndexContract]] = [(("primary_key",), contract.primary_key)]
    owners += [(("indexes", name), index) for name, index in contract.indexes.items()]
    for where, owner in owners:
        yield (*where, "hash"), owner.hash
        if owner.range:
            yield (*where, "range"), owner.range


def _no_such_metric(name: str, metric: str) -> str:
    return f"{name} is {metric!r}; CloudWatch has no such DynamoDB metric.{did_you_mean(metric, DIMENSIONS)}"


def _dotted(where: Where) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")
