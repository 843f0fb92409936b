"""Reads YAML files that people write, such as contracts and the configuration: typed, with every error at its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec
import yaml
from msgspec import Struct

from dyncheck.suggestions import did_you_mean

Where: TypeAlias = "tuple[str | int, ...]"
Problem: TypeAlias = "tuple[int, str]"
Lines: TypeAlias = "dict[Where, int]"
Content = TypeVar("Content", bound=Struct)

# Aliases can make a few lines stand for any number of nodes; no file that a person writes has more.
MOST_NODES = 100_000

# A file that people write is far from this; one that is put in a tree to be harmful need not be read.
MOST_BYTES = 1_000_000

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class Kind(Struct, Generic[Content], frozen=True):
    """A kind of file: the type that holds one, its name (`contract`) and, unless it may be empty, what one must have."""

    type: type[Content]
    name: str
    least: str = ""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of such a file, made from the type."""
        made: dict[str, Any] = msgspec.json.schema(self.type)
        return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | made


def read(data: bytes, kind: Kind[Content]) -> tuple[Content | None, Lines, list[Problem]]:
    """The content of a file with the line of each path in it, or None and what is wrong: pairs of line and message."""
    try:
        root = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        return None, {}, [(1, f"cannot be read as UTF-8 text: {error}")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        return None, {}, [(mark.line + 1 if mark else 1, f"is not YAML: {getattr(error, 'problem', None) or error}")]
    except RecursionError:
        return None, {}, [(1, "nests too deep")]
    if root is None and kind.least:
        return None, {}, [(1, f"is empty; a {kind.name} has at least {kind.least}")]
    return _typed(root, kind)


def dotted(where: Where) -> str:
    """A path as people write it: `alarms[0].metric`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")


def _typed(root: yaml.Node | None, kind: Kind[Content]) -> tuple[Content | None, Lines, list[Problem]]:
    plain = _Plain()
    try:
        data = {} if root is None else plain.value(root, ())
    except RecursionError:
        return None, {}, [(1, "nests in itself, by an alias of a node inside that node")]
    except _TooLarge:
        return None, {}, [(1, f"stands for more than {MOST_NODES:,} values, by aliases of aliases")]
    content: Content | None = None
    problems = plain.problems
    try:
        content = msgspec.convert(data, kind.type)
    except msgspec.ValidationError:
        # The validator is slow to import, and names every error where this names the first.
        known = {line for line, _ in problems}
        problems += (problem for problem in dict.fromkeys(_schema_problems(data, plain.lines, kind)) if problem[0] not in known)
    return (None if problems else content), plain.lines, problems


class _TooLarge(Exception):
    """A file stands for more values than any that a person writes."""


class _Plain:
    """Turns nodes into values; notes the line of every path, keys that stand twice and values that are none."""

    def __init__(self) -> None:
        self.lines: Lines = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, where: Where) -> Any:
        """The node's value. Raises `RecursionError` when it is in itself."""
        self.lines[where] = node.start_mark.line + 1
        if len(self.lines) > MOST_NODES:
            raise _TooLarge
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*where, position)) for position, item in enumerate(node.value)]
        if not isinstance(node, yaml.MappingNode):
            return self._scalar(node, where)
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in found:
                first = self.lines[(*where, key)]
                self.problems.append((line, f"{dotted((*where, key))} stands here a second time; the first is on line {first}"))
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
            self.problems.append((node.start_mark.line + 1, f"{dotted(where)} is no value that YAML can say of its tag {node.tag}"))
            return None


def _schema_problems(data: Any, lines: Lines, kind: Kind[Any]) -> Iterator[Problem]:
    import jsonschema

    validator = jsonschema.Draft202012Validator(kind.schema())
    for error in validator.iter_errors(data):
        yield from _described(error, lines, kind)


def _described(error: Any, lines: Lines, kind: Kind[Any]) -> Iterator[Problem]:
    if error.context:
        # `range: Key | None`: the branch that is not "null" says what is wrong.
        for inner in error.context:
            if inner.validator != "type" or inner.validator_value != "null":
                yield from _described(inner, lines, kind)
        return
    where: Where = tuple(error.absolute_path)
    line, name = lines.get(where, 1), dotted(where) or f"the {kind.name}"
    demanded, instance = error.validator_value, error.instance
    match error.validator:
        case "additionalProperties":
            yield from _strange_keys(error, where, lines, kind)
        case "required":
            missing = ", ".join(repr(key) for key in demanded if key not in instance)
            yield line, f"{name} lacks {missing}"
        case "enum":
            allowed = [str(value) for value in demanded if value is not None]
            hint = did_you_mean(str(instance), allowed)
            yield line, f"{name} is {instance!r}; allowed: {', '.join(allowed)}.{hint}"
        case "type":
            yield line, f"{name} is {instance!r}; must be of type {demanded}"
        case "minItems" | "minLength":
            yield line, f"{name} is empty"
        case "pattern" if not re.search(r"\S", instance):
            yield line, f"{name} is empty"
        case _:
            yield line, f"{name}: {error.message}"


def _strange_keys(error: Any, where: Where, lines: Lines, kind: Kind[Any]) -> Iterator[Problem]:
    if "properties" not in error.schema:
        yield lines.get(where, 1), f"{dotted(where)}: {error.message}"
        return
    allowed = sorted(error.schema["properties"])
    for key in sorted(set(error.instance) - set(allowed)):
        hint = did_you_mean(key, allowed) or f" Allowed: {', '.join(allowed)}."
        yield lines[(*where, key)], f"{dotted((*where, key))} is not a key of a {kind.name}.{hint}"
