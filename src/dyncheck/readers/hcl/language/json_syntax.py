"""Makes the native syntax tree of a JSON file. A schema says which properties are blocks.

Source: https://github.com/hashicorp/hcl/blob/main/json/spec.md. The titles of messages are those of Terraform.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from msgspec import Struct

from dyncheck.readers.hcl.language.faults import SyntaxFault, place
from dyncheck.readers.hcl.language.json_text import Json, JsonArray, JsonObject, JsonScalar, parse_json
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body, Expression, Literal, ObjectExpression, Span, TupleExpression
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.source_text import Embedded, SourceText, decoded, normalized
from dyncheck.readers.hcl.language.syntax import expression_of, template_of


class Texts(Enum):
    """The meaning of a string in JSON: a template, an expression without quotes, or plain text."""

    TEMPLATE = "template"
    EXPRESSION = "expression"
    PLAIN = "plain"


class BodySchema(Struct, frozen=True):
    """The content of a body: its blocks by type, and the meaning of strings in its arguments. Other properties are arguments."""

    blocks: Mapping[str, BlockSchema] = {}
    texts: Mapping[str, Texts] = {}
    other_texts: Texts = Texts.TEMPLATE


class BlockSchema(Struct, frozen=True):
    """The names of a block's labels, and its body, which may depend on the first label."""

    labels: tuple[str, ...] = ()
    body: BodySchema = BodySchema()
    by_label: Mapping[str, BodySchema] = {}


def parse_json_body(text: bytes, file: str, schema: BodySchema, *, may_be_list: bool = True) -> Body:
    """The body of a `.tf.json` or `.tfvars.json` file, which is an object or a list of them. Raises `SyntaxFault`."""
    source = decoded(text, file)
    if text.startswith(b"\xef\xbb\xbf"):
        # Terraform refuses a byte order mark in JSON.
        source = SourceText(text.decode(), file)
    value = parse_json(source)
    if isinstance(value, JsonScalar):
        raise source.fault(
            "Root value must be object. The root value must be a JSON object or an array of objects.", value.start, value.end
        )
    if isinstance(value, JsonArray) and not may_be_list:
        raise source.fault("Incorrect JSON value type. A JSON object is required here.", value.start, value.end)
    return _Converter(source).body(value, schema)


class _Converter:
    __slots__ = ("source",)

    def __init__(self, source: SourceText) -> None:
        self.source = source

    def body(self, value: Json, schema: BodySchema) -> Body:
        arguments: dict[str, Argument] = {}
        blocks: list[BlockNode] = []
        for name, inner in self._members(value, "to define arguments and child blocks"):
            if name.value == "//":  # a comment
                continue
            if name.value in schema.blocks:
                blocks.extend(self._blocks(name, inner, schema.blocks[name.value]))
            else:
                self._add(arguments, name, inner, schema.texts.get(name.value, schema.other_texts))
        return Body(self.source.span(value.start, value.end), arguments, tuple(blocks))

    def _members(self, value: Json, purpose: str) -> Iterator[tuple[JsonScalar, Json]]:
        """The properties of an object, or of all objects in an array."""
        for part in value.items if isinstance(value, JsonArray) else (value,):
            if isinstance(part, JsonObject):
                yield from part.members
            elif part is not value or not isinstance(part, JsonScalar) or part.value is not None:
                expected = "A JSON object" if part is not value else "Either a JSON object or JSON array of objects"
                raise self._fault(part, f"Incorrect JSON value type. {expected} is required here, {purpose}.")

    def _blocks(self, name: JsonScalar, value: Json, schema: BlockSchema) -> Iterator[BlockNode]:
        for labels, header, content in self._labelled(name, name, value, schema.labels, ()):
            body = schema.by_label.get(labels[0], schema.body) if labels else schema.body
            for part in self._contents(name, content):
                span = self.source.span(header.start, part.end)
                yield BlockNode(span, self.source.span(header.start, header.end), name.value, labels, self.body(part, body))

    def _labelled(
        self, kind: JsonScalar, header: JsonScalar, value: Json, left: tuple[str, ...], labels: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], JsonScalar, Json]]:
        """The labels of each block, the place of the last label, and the content of the block."""
        if not left:
            yield labels, header, value
            return
        members = tuple(self._members(value, f"to specify {left[0]} labels for this block"))
        if not members:
            raise self._fault(value, f"Missing block label. A property is required, whose name is the {kind.value} block's {left[0]}.")
        for label, inner in members:
            yield from self._labelled(kind, label, inner, left[1:], (*labels, label.value))

    def _contents(self, kind: JsonScalar, value: Json) -> tuple[Json, ...]:
        """The content of each block; null has none."""
        if isinstance(value, JsonArray):
            return value.items
        if isinstance(value, JsonObject):
            return (value,)
        if value.value is None:
            return ()
        raise self._fault(value, f"Incorrect JSON value type. A JSON object or array is required for {quote(kind.value)} blocks.")

    def _add(self, arguments: dict[str, Argument], name: JsonScalar, value: Json, texts: Texts) -> None:
        if name.value in arguments:
            at = place(arguments[name.value].span)
            raise self._fault(name, f"Duplicate argument. The argument {quote(name.value)} was already set at {at}.")
        expression = self._expression(value, texts)
        arguments[name.value] = Argument(self.source.span(name.start, value.end), name.value, expression)

    def _expression(self, value: Json, texts: Texts) -> Expression:
        if isinstance(value, JsonScalar):
            return self._text(value, texts) if isinstance(value.value, str) else Literal(self._span(value), value.value)
        if isinstance(value, JsonArray):
            return TupleExpression(self._span(value), tuple(self._expression(item, texts) for item in value.items))
        return ObjectExpression(self._span(value), tuple(self._items(value, texts)))

    def _items(self, value: JsonObject, texts: Texts) -> Iterator[tuple[Expression, Expression]]:
        known: set[str] = set()
        for name, inner in value.members:
            if name.value in known:
                raise self._fault(name, f"Duplicate object attribute. An attribute named {quote(name.value)} was already defined.")
            known.add(name.value)
            key = Literal(self._span(name), normalized(name.value)) if texts is not Texts.TEMPLATE else self._text(name, texts)
            yield key, self._expression(inner, texts)

    def _text(self, value: JsonScalar, texts: Texts) -> Expression:
        if texts is Texts.PLAIN or (texts is Texts.TEMPLATE and "{" not in value.value):
            return Literal(self._span(value), normalized(value.value))
        if texts is Texts.EXPRESSION and "${" in value.value:
            raise self._fault(value, 'Invalid expression. A reference is required here, without "${" and "}" around it.')
        inner = Embedded(value.value, self.source, value.start, value.end)
        return expression_of(inner) if texts is Texts.EXPRESSION else template_of(inner)

    def _span(self, value: Json) -> Span:
        return self.source.span(value.start, value.end)

    def _fault(self, value: Json, message: str) -> SyntaxFault:
        return self.source.fault(message, value.start, value.end)
