"""Reads YAML files that people write, such as contracts and the configuration: typed, with every error at its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec
import yaml
from msgspec import Struct

from dyncheck.suggestions import did_you_mean, nearest

Where: TypeAlias = "tuple[str | int, ...]"
Problem: TypeAlias = "tuple[int, str]"
Lines: TypeAlias = "dict[Where, int]"
Content = TypeVar("Content", bound=Struct)

# Aliases can make a few lines stand for any number of nodes. Files that people write have fewer.
MOST_NODES = 100_000

# Files that people write are smaller. A larger one may be there to do harm.
MOST_BYTES = 1_000_000

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class Kind(Struct, Generic[Content], frozen=True):
    """A kind of file: its type, its name (`contract`) and, unless it may be empty, the keys that it must have."""

    type: type[Content]
    name: str
    least: str = ""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of such a file, made from the type."""
        return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | msgspec.json.schema(self.type)


def read(data: bytes, kind: Kind[Content]) -> tuple[Content | None, Lines, list[Problem]]:
    """The content of a file with the line of each path in it, or None and the errors: pairs of line and message."""
    plain = _Plain()
    try:
        root = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        value = {} if root is None else plain.value(root, ())
    except UnicodeDecodeError as error:
        return None, {}, [(1, f"cannot be read as UTF-8 text: {error}")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        return None, {}, [(mark.line + 1 if mark else 1, f"is not YAML: {getattr(error, 'problem', None) or error}")]
    except RecursionError:
        return None, {}, [(1, "is nested too deep, or contains itself through an alias")]
    except OverflowError:
        return None, {}, [(1, f"has more than {MOST_NODES:,} values through its aliases")]
    if root is None and kind.least:
        return None, {}, [(1, f"is empty; a {kind.name} has at least {kind.least}")]
    content: Content | None = None
    problems = plain.problems
    try:
        content = msgspec.convert(value, kind.type)
    except msgspec.ValidationError:
        # The validator is slow to import, and finds every error where this finds the first.
        known = {line for line, _ in problems}
        problems += (problem for problem in dict.fromkeys(_schema_problems(value, plain.lines, kind)) if problem[0] not in known)
    return (None if problems else content), plain.lines, problems


def dotted(where: Where) -> str:
    """A path as people write it: `alarms[0].metric`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")


class _Plain:
    """Turns nodes into values. Notes the line of every path, duplicate keys, and invalid values."""

    def __init__(self) -> None:
        self.lines: Lines = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, where: Where) -> Any:
        """The node's value. Raises `RecursionError` when it contains itself."""
        self.lines[where] = node.start_mark.line + 1
        if len(self.lines) > MOST_NODES:
            raise OverflowError
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*where, position)) for position, item in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return self._scalar(node, where)
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in found:
                self.problems.append((line, f"{dotted((*where, key))} is set twice; the first is on line {self.lines[(*where, key)]}"))
            found[key] = self.value(value_node, (*where, key))
            self.lines[(*where, key)] = line
        return found

    def _scalar(self, node: yaml.Node, where: Where) -> Any:
        if node.tag == _TIMESTAMP:
            # Dates are texts here, as they are in JSON.
            return node.value
        try:
            return yaml.SafeLoader("").construct_object(node)
        except (yaml.YAMLError, ValueError, TypeError):
            self.problems.append((node.start_mark.line + 1, f"{dotted(where)} is not a valid value for the tag {node.tag}"))
            return None


def _schema_problems(data: Any, lines: Lines, kind: Kind[Any]) -> Iterator[Problem]:
    import jsonschema

    for error in jsonschema.Draft202012Validator(kind.schema()).iter_errors(data):
        yield from _described(error, lines, kind)


def _described(error: Any, lines: Lines, kind: Kind[Any]) -> Iterator[Problem]:
    # `hash: Key | tuple[Key, ...]`: the branch of the value's own type describes the error.
    branches = [inner for inner in error.context or () if inner.validator_value != "null"]
    inside = [inner for inner in branches if not _is_of_another_type(inner, is_only=len(branches) == 1)]
    if inside:
        for inner in inside:
            yield from _described(inner, lines, kind)
        return
    where: Where = tuple(error.absolute_path)
    line, name = lines.get(where, 1), dotted(where) or f"the {kind.name}"
    expected, instance = error.validator_value, error.instance
    match error.validator:
        case "additionalProperties" if "properties" in error.schema:
            allowed = sorted(error.schema["properties"])
            for key in sorted(set(instance) - set(allowed)):
                hint = did_you_mean(key, allowed) or f" Allowed: {', '.join(allowed)}."
                yield lines[(*where, key)], f"{dotted((*where, key))} is not a key of a {kind.name}.{hint}"
        case "required":
            # Each misspelt key is one error.
            meant = {nearest(key, error.schema["properties"]) for key in set(instance) - set(error.schema["properties"])}
            if lacking := [repr(key) for key in expected if key not in instance and key not in meant]:
                yield line, f"{name} lacks {', '.join(lacking)}"
        case "enum":
            values = [str(value) for value in expected if value is not None]
            hint = ' Write "NULL" in quotes.' if instance is None and "NULL" in values else did_you_mean(str(instance), values)
            yield line, f"{name} is {_shown(instance)}; expected {', '.join(values)}.{hint}"
        case "anyOf":
            types = " or ".join(dict.fromkeys(_type(inner, where) for inner in error.context if inner.validator_value != "null"))
            yield line, f"{name} is {_shown(instance)}; expected type {types}"
        case "type":
            hint = ". Write it in quotes" if expected == "string" and isinstance(instance, (bool, int, float)) else ""
            yield line, f"{name} is {_shown(instance)}; expected type {_type(error, where)}{hint}"
        case "maxItems":
            yield line, f"{name} has {len(instance)} items; expected {expected} at most"
        case "minItems" | "minLength":
            yield line, f"{name} is empty"
        case "pattern" if not re.search(r"\S", instance):
            yield line, f"{name} is empty"
        case "pattern" if "description" in error.schema:
            yield line, f"{name} is {instance!r}; expected {error.schema['description']}"
        case _:
            yield line, f"{name}: {error.message}"


def _is_of_another_type(error: Any, *, is_only: bool) -> bool:
    """Whether a branch of a type is for values of another type than the value has. Words that are the only branch are expected by name."""
    if error.relative_path:
        return False
    return error.validator == "type" or (error.validator == "enum" and not is_only and not isinstance(error.instance, str))


def _shown(instance: Any) -> str:
    """A value as YAML has it."""
    return "empty" if instance is None else str(instance).lower() if isinstance(instance, bool) else repr(instance)


def _type(error: Any, where: Where) -> str:
    """The type that an error expects. An object inside of the file is shown with its keys."""
    if error.validator == "enum":
        return "string"
    keys = error.schema.get("properties", ()) if where else ()
    return f"{error.validator_value} ({', '.join(keys)})" if keys else str(error.validator_value)
