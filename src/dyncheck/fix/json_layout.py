"""Writes changes into a file of the JSON syntax, in the style of that file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from json import dumps, loads
from typing import TypeAlias

from dyncheck.fix.changes import (
    AddArgument,
    AddBlock,
    AddItem,
    Append,
    Change,
    NewBlock,
    RemoveArgument,
    RemoveItem,
    SetValue,
    item_key,
    together,
)
from dyncheck.fix.sources import SourceFile, Splice, UnwritableError, spliced
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.json_text import Json, JsonArray, JsonObject, JsonScalar, parse_json
from dyncheck.readers.hcl.language.nodes import Expression, Span
from dyncheck.readers.hcl.language.source_text import SourceText
from dyncheck.readers.hcl.language.syntax import parse_expression

# A value to write: a scalar as its text.
_New: TypeAlias = "str | list[_New] | dict[str, _New]"

# Arguments whose texts are references without "${" and "}".
_REFERENCES = frozenset({"provider"})


def json_text(source: SourceFile, changes: Sequence[Change]) -> str:
    """The text of a file of the JSON syntax with changes made. Raises `UnwritableError`."""
    text, _ = spliced(source.text, list(_Writer(source).splices(changes)))
    return text


class _Writer:
    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._text = source.text
        self._root = parse_json(SourceText(source.text, source.path))
        self._members: dict[int, tuple[JsonScalar, Json, JsonObject]] = {}
        self._objects: dict[int, JsonObject] = {}
        self._index(self._root)
        self._colon = ": " if '": ' in self._text or '":' not in self._text else ":"

    def _index(self, value: Json) -> None:
        if isinstance(value, JsonArray):
            for item in value.items:
                self._index(item)
        elif isinstance(value, JsonObject):
            self._objects[value.start] = value
            for name, inner in value.members:
                self._members[name.start] = name, inner, value
                self._index(inner)

    def splices(self, changes: Sequence[Change]) -> Iterator[Splice]:
        added: dict[int, list[tuple[str, _New]]] = {}
        appended: list[NewBlock] = []
        blocks: dict[int, list[NewBlock]] = {}
        for change in changes:
            match change:
                case SetValue(at=at, value=value):
                    name, inner, _ = self._member(at)
                    yield Splice(inner.start, inner.end, self._written(_value(name.value, value), name.start))
                case RemoveArgument(body=body, name=text):
                    yield self._without(self._objects[self._source.start(body)], text)
                case RemoveItem(at=at, key=key):
                    _, inner, _ = self._member(at)
                    if not isinstance(inner, JsonObject):
                        raise UnwritableError("the map is not an object")
                    yield self._without(inner, key)
                case AddArgument(body=body, name=text, value=value):
                    added.setdefault(self._source.start(body), []).append((text, _value(text, value)))
                case AddItem(at=at, key=key, value=value):
                    _, inner, _ = self._member(at)
                    if isinstance(inner, JsonObject):
                        added.setdefault(inner.start, []).append((key, _value(key, value)))
                    else:
                        yield self._wrapped(inner, key, value)
                case AddBlock(body=body, block=block):
                    blocks.setdefault(self._source.start(body), []).append(block)
                case Append(block=block):
                    appended.append(block)
        for start, found in blocks.items():
            for block in together(found):
                yield from self._with_block(self._objects[start], block, added.setdefault(start, []))
        for block in together(appended):
            self._append(block, added)
        for start, pairs in added.items():
            yield from self._with_members(self._objects[start], pairs)

    def _member(self, at: Span) -> tuple[JsonScalar, Json, JsonObject]:
        """The member of an object that starts at a place. An item in an expression has no member, because that is a text."""
        found = self._members.get(self._source.start(at))
        if found is None:
            raise UnwritableError("the value is in an expression of a text")
        return found

    def _with_members(self, around: JsonObject, pairs: Sequence[tuple[str, _New]]) -> Iterator[Splice]:
        if not pairs:
            return
        if not around.members:
            yield Splice(around.start, around.end, self._written(dict(pairs), around.start))
            return
        name, last = around.members[-1]
        is_multiline = self._source.line_of(around.start) != self._source.line_of(name.start)
        gap = f",{self._source.newline}{self._indent(name.start)}" if is_multiline else f",{self._colon[1:]}"
        texts = (f"{gap}{dumps(key)}{self._colon}{self._written(value, name.start, is_multiline)}" for key, value in pairs)
        yield Splice(last.end, last.end, "".join(texts))

    def _with_block(self, body: JsonObject, block: NewBlock, added: list[tuple[str, _New]]) -> Iterator[Splice]:
        existing = next(((name, value) for name, value in body.members if name.value == block.type), None)
        content = _content(block)
        if existing is None:
            added.append((block.type, content))
            return
        name, value = existing
        if isinstance(value, JsonArray) and value.items:
            last = value.items[-1]
            is_multiline = self._source.line_of(value.start) != self._source.line_of(last.start)
            gap = f",{self._source.newline}{self._indent(last.start)}" if is_multiline else f",{self._colon[1:]}"
            yield Splice(last.end, last.end, gap + self._written(content, last.start, is_multiline))
        elif isinstance(value, JsonObject):
            yield Splice(value.start, value.start, "[")
            yield Splice(value.end, value.end, f",{self._colon[1:]}{self._written(content, name.start)}]")
        else:
            yield Splice(value.start, value.end, self._written([content], name.start))

    def _append(self, block: NewBlock, added: dict[int, list[tuple[str, _New]]]) -> None:
        """A block of the file: the innermost object that is there already gets the rest."""
        around = _object_of(self._root)
        path = [block.type, *block.labels]
        while len(path) > 1:
            inner = next((value for name, value in around.members if name.value == path[0]), None)
            if inner is None:
                break
            around, path = _object_of(inner), path[1:]
        content: _New = _content(block)
        for label in reversed(path[1:]):
            content = {label: content}
        pairs = added.setdefault(around.start, [])
        same = next((value for key, value in pairs if key == path[0]), None)
        if isinstance(same, dict) and isinstance(content, dict):
            _merge(same, content)
        else:
            pairs.append((path[0], content))

    def _without(self, around: JsonObject, text: str) -> Splice:
        index = next(number for number, (name, _) in enumerate(around.members) if name.value == text)
        name, value = around.members[index]
        if index:
            return Splice(around.members[index - 1][1].end, value.end, "")
        if len(around.members) > 1:
            return Splice(name.start, around.members[1][0].start, "")
        return Splice(around.start + 1, around.end - 1, "")

    def _wrapped(self, value: Json, key: str, item: str) -> Splice:
        text = self._text[value.start : value.end]
        inner = loads(text) if isinstance(value, JsonScalar) and isinstance(value.value, str) else ""
        if not (inner.startswith("${") and inner.endswith("}")) or "${" in inner[2:]:
            raise UnwritableError("the map is not an object or an expression")
        return Splice(value.start, value.end, dumps(f"${{merge({inner[2:-1]}, {{ {item_key(key)} = {item} }})}}", ensure_ascii=False))

    def _indent(self, offset: int) -> str:
        line = self._source.line(self._source.line_of(offset))
        return line[: len(line) - len(line.lstrip())]

    @property
    def _unit(self) -> str:
        return self._indent(self._root.members[0][0].start) or "  " if isinstance(self._root, JsonObject) and self._root.members else "  "

    def _written(self, value: _New, near: int, is_multiline: bool | None = None) -> str:
        """A value at the indentation of the line of an offset; objects over several lines, if the file has several lines."""
        if is_multiline is None:
            is_multiline = "\n" in self._text.strip()
        return self._of(value, self._indent(near), is_multiline)

    def _of(self, value: _New, indent: str, is_multiline: bool) -> str:
        inner = indent + self._unit
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            if not any(isinstance(each, dict) for each in value):
                return f"[{', '.join(self._of(each, inner, is_multiline) for each in value)}]"
            items = [self._of(each, inner, is_multiline) for each in value]
            return self._between("[", items, "]", indent, is_multiline)
        members = [f"{dumps(key)}{self._colon}{self._of(each, inner, is_multiline)}" for key, each in value.items()]
        return self._between("{", members, "}", indent, is_multiline)

    def _between(self, opening: str, items: Iterable[str], closing: str, indent: str, is_multiline: bool) -> str:
        items, newline = list(items), self._source.newline
        if not items or not is_multiline:
            return f"{opening}{f',{self._colon[1:]}'.join(items)}{closing}"
        inner = f",{newline}{indent}{self._unit}".join(items)
        return f"{opening}{newline}{indent}{self._unit}{inner}{newline}{indent}{closing}"


def _object_of(value: Json) -> JsonObject:
    """An object, or the last one of a list."""
    if isinstance(value, JsonArray) and value.items:
        value = value.items[-1]
    if not isinstance(value, JsonObject):
        raise UnwritableError("the file has no object for the new block")
    return value


def _merge(into: dict[str, _New], other: dict[str, _New]) -> None:
    for key, value in other.items():
        known = into.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            _merge(known, value)
        else:
            into[key] = value


def _content(block: NewBlock) -> dict[str, _New]:
    found: dict[str, _New] = {name: _value(name, value) for name, value in block.arguments}
    for each in block.blocks:
        known = found.get(each.type)
        content = _content(each)
        if known is None:
            found[each.type] = content
        else:
            found[each.type] = [*(known if isinstance(known, list) else [known]), content]
    return found


def _value(name: str, text: str) -> _New:
    """The value of HCL as JSON."""
    if name in _REFERENCES:
        return dumps(text, ensure_ascii=False)
    return _converted(parse_expression(text, ""), SourceText(text, ""), text)


def _converted(expression: Expression, source: SourceText, text: str) -> _New:
    match expression:
        case nodes.Literal(value=str() as value):
            return dumps(value.replace("${", "$${").replace("%{", "%%{"), ensure_ascii=False)
        case nodes.Literal():
            return _slice(expression, text)
        case nodes.TupleExpression(items=items):
            return [_converted(item, source, text) for item in items]
        case nodes.ObjectExpression(items=items) if all(isinstance(key, nodes.Literal) for key, _ in items):
            return {str(key.value): _converted(value, source, text) for key, value in items}  # type: ignore[union-attr]
    own = _slice(expression, text)
    if isinstance(expression, nodes.Template) and own.startswith('"') and "\\" not in own:
        return dumps(own[1:-1], ensure_ascii=False)
    return dumps(f"${{{own}}}", ensure_ascii=False)


def _slice(expression: Expression, text: str) -> str:
    lines = text.split("\n")
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    span = expression.span
    return text[offsets[span.line - 1] + span.column - 1 : offsets[span.end_line - 1] + span.end_column - 1]
