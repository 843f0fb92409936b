"""Describes the keys of contracts, of the configuration and of reports: in their published schemas, and on their reference pages.

`tools/keys/*.yaml` says what each key means; types and defaults come from the schema, which is made from the Structs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import yaml
from msgspec import Struct

KEYS = Path(__file__).parent / "keys"
REQUIRED = "required"


class _WithoutDates(yaml.SafeLoader):
    """Reads dates as texts, as dyncheck does."""


_WithoutDates.yaml_implicit_resolvers = {
    first: [resolver for resolver in resolvers if not resolver[0].endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def content_of(text: str) -> Any:
    """The content of YAML."""
    return yaml.load(text, Loader=_WithoutDates)


class Key(Struct, frozen=True, forbid_unknown_fields=True):
    """What a key means, with a whole file as its example. `use` says what reads it where no rule does, `default` what holds without it."""

    meaning: str
    example: str
    default: str = ""
    rules: tuple[str, ...] = ()
    use: str = ""

    @property
    def data(self) -> Any:
        """The content of the example."""
        return content_of(self.example)


Keys: TypeAlias = dict[str, dict[str, Key]]


def keys_of(name: str) -> Keys:
    """The keys of the contract or of the configuration, for each object in it."""
    return msgspec.yaml.decode((KEYS / f"{name}.yaml").read_bytes(), type=Keys)


def described(schema: dict[str, Any], keys: Keys) -> dict[str, Any]:
    """The schema with a description and an example for each key."""
    objects = {
        name: found | {"properties": {key: part | _notes(schema, name, key, keys[name][key]) for key, part in found["properties"].items()}}
        for name, found in schema["$defs"].items()
        if name in keys
    }
    return schema | {"$defs": schema["$defs"] | objects}


def meanings_of(name: str) -> dict[str, dict[str, str]]:
    """The meanings of the keys of a report, for each object in it."""
    return msgspec.yaml.decode((KEYS / f"{name}.yaml").read_bytes(), type=dict[str, dict[str, str]])


def with_meanings(schema: dict[str, Any], meanings: dict[str, dict[str, str]]) -> dict[str, Any]:
    """The schema with a description for each key. Raises `LookupError` where one is missing."""
    objects = {
        name: found | {"properties": {key: part | {"description": meanings[name][key]} for key, part in found["properties"].items()}}
        for name, found in schema["$defs"].items()
        if "properties" in found
    }
    return schema | {"$defs": schema["$defs"] | objects}


def table_page(schema: dict[str, Any], meanings: dict[str, dict[str, str]], head: str) -> str:
    """A page with a table of the keys of each object."""
    places = _places(schema)
    parts = [head]
    for name, keys in meanings.items():
        place, *others = places[name]
        rows = (
            f"| `{key}` | {_type(schema, schema['$defs'][name]['properties'][key], places)} | "
            f"{'always' if key in schema['$defs'][name].get('required', ()) else 'if any'} | {meaning} |"
            for key, meaning in keys.items()
        )
        table = "\n".join(("| key | type | there | meaning |", "| --- | --- | --- | --- |", *rows))
        parts += [f"## Keys of {_shown(place)}" if place else "## Keys of the report", *_also(others), table]
    return "\n\n".join(parts) + "\n"


def tables(schema: dict[str, Any], meanings: dict[str, dict[str, str]]) -> str:
    """A table of the keys of each object, for a part of a page."""
    places = _places(schema)
    parts: list[str] = []
    for name, keys in meanings.items():
        kinds = schema["$defs"][name]["properties"]
        rows = (f"| `{key}` | {_type(schema, kinds[key], places)} | {meaning} |" for key, meaning in keys.items())
        place = places[name][0]
        parts += [f"### Keys of {_shown(place)}"] if place else []
        parts.append("\n".join(("| key | type | meaning |", "| --- | --- | --- |", *rows)))
    return "\n\n".join(parts) + "\n"


def _notes(schema: dict[str, Any], name: str, key: str, entry: Key) -> dict[str, Any]:
    sentences = [
        entry.meaning,
        *([f"Default: {entry.default}."] if entry.default else []),
        *([f"Rules: {_listed(entry.rules)}."] * bool(entry.rules)),
    ]
    return {"description": " ".join(sentences), "examples": [example_of(schema, name, key, entry)]}


def _listed(rules: tuple[str, ...]) -> str:
    return ", ".join(rules)


def example_of(schema: dict[str, Any], name: str, key: str, entry: Key) -> Any:
    """The value of the key in its example. Raises `LookupError` where the example does not have the key."""
    return next(found[key] for owner, found in objects_of(schema, entry.data) if owner == name and key in found)


def objects_of(schema: dict[str, Any], data: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a content, each with the name of its definition."""
    return _objects(schema, schema, data)


def _objects(schema: dict[str, Any], node: dict[str, Any], data: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if reference := node.get("$ref"):
        name = reference.rpartition("/")[2]
        node = schema["$defs"][name]
        if isinstance(data, dict) and "properties" in node:
            yield name, data
    for option in node.get("anyOf", ()):
        yield from _objects(schema, option, data)
    for key, part in node.get("properties", {}).items():
        if isinstance(data, dict) and key in data:
            yield from _objects(schema, part, data[key])
    if isinstance(others := node.get("additionalProperties"), dict) and isinstance(data, dict):
        for value in data.values():
            yield from _objects(schema, others, value)
    if "items" in node and isinstance(data, list):
        for item in data:
            yield from _objects(schema, node["items"], item)


def page(schema: dict[str, Any], keys: Keys, head: str) -> str:
    """The reference page: a section for each object, in it one for each key."""
    places = _places(schema)
    parts = [head]
    for name, entries in keys.items():
        if places[name][0]:
            parts += [f"## Keys of {_shown(places[name][0])}", *_also(places[name][1:])]
        required = schema["$defs"][name].get("required", ())
        for key, part in schema["$defs"][name]["properties"].items():
            level = "###" if places[name][0] else "##"
            parts.append(f"{level} {_shown(_joined(places[name][0], key))}")
            parts += _section(entries[key], _type(schema, part, places), key in required, part.get("default"))
    return "\n\n".join(parts) + "\n"


def _section(entry: Key, type_: str, is_required: bool, default: Any) -> Iterator[str]:
    yield entry.meaning
    without = REQUIRED if is_required else entry.default or f"`{msgspec.json.encode(default).decode()}`"
    rules = ", ".join(f"[{rule}](rules/{rule}.md)" for rule in entry.rules)
    read = f"- Rules: {rules}" if rules else f"- Use: {entry.use}"
    yield "\n".join((f"- Type: {type_}", f"- Default: {without}", *([read] if rules or entry.use else [])))
    yield f"```yaml\n{entry.example}```"


def _also(places: list[str]) -> Iterator[str]:
    if places:
        yield f"The keys of {', '.join(map(_shown, places))} are the same."


def _shown(place: str) -> str:
    return f"`{place}`"


def _joined(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _places(schema: dict[str, Any]) -> dict[str, list[str]]:
    """Where each object may stand, such as `indexes.NAME` and `alarms[]`."""
    found: dict[str, list[str]] = {}

    def visit(node: dict[str, Any], place: str, inside: tuple[str, ...]) -> None:
        if reference := node.get("$ref"):
            name = reference.rpartition("/")[2]
            found.setdefault(name, []).append(place)
            if name in inside:
                return
            inside = (*inside, name)
            node = schema["$defs"][name]
        for option in node.get("anyOf", ()):
            visit(option, place, inside)
        for key, part in node.get("properties", {}).items():
            visit(part, _joined(place, key), inside)
        if isinstance(others := node.get("additionalProperties"), dict):
            visit(others, f"{place}.NAME", inside)
        if "items" in node:
            visit(node["items"], f"{place}[]", inside)

    visit(schema, "", ())
    return found


def _type(schema: dict[str, Any], node: dict[str, Any], places: dict[str, list[str]]) -> str:
    """The type of a key in words."""
    if reference := node.get("$ref"):
        name = reference.rpartition("/")[2]
        if "properties" not in schema["$defs"][name]:
            return _type(schema, schema["$defs"][name], places)
        first = places[name][0]
        return f"[keys](#keys-of-{''.join(letter for letter in first.lower() if letter not in '.[]')})"
    if options := node.get("anyOf"):
        return " or ".join(_type(schema, option, places) for option in options if option.get("type") != "null")
    if values := node.get("enum"):
        return " or ".join(f"`{value}`" for value in values)
    if node["type"] == "array":
        return f"a list of {_type(schema, node['items'], places)}"
    if node["type"] == "object" and "additionalProperties" not in node:
        return "an object"
    if node["type"] == "object":
        return f"a map from names to {_type(schema, node['additionalProperties'], places)}"
    return {"boolean": "`true` or `false`", "string": "text"}.get(node["type"]) or _number(node)


def _number(node: dict[str, Any]) -> str:
    least, most, step = (node.get(key) for key in ("minimum", "maximum", "multipleOf"))
    what = f"a multiple of {step}" if step else "a whole number" if node["type"] == "integer" else "a number"
    return what + (f" from {least} to {most}" if most is not None else f", {least} or more" if least is not None else "")
