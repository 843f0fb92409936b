"""The syntax tree of a file, with places. The native syntax and the JSON syntax have the same tree.

No node refers to its parent, so the tree needs no garbage collector.
Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from msgspec import Struct


class Span(Struct, frozen=True, gc=False):
    """A place in a file: lines and columns from 1. Columns count characters, as in Terraform; `end_column` is after the last."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Literal(Struct, frozen=True, gc=False):
    """A number of `numbers.parse`, true, false, null, or the text of a quoted string without interpolation."""

    span: Span
    value: Any


class Template(Struct, frozen=True, gc=False):
    """A string with interpolations or directives. A template of a single interpolation, `"${x}"`, is that expression instead."""

    span: Span
    parts: tuple[Part, ...]


class TemplateIf(Struct, frozen=True, gc=False):
    """`%{ if condition }...%{ else }...%{ endif }`."""

    span: Span
    condition: Expression
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]


class TemplateFor(Struct, frozen=True, gc=False):
    """`%{ for key, value in collection }...%{ endfor }`; `key` is empty when only the value has a name."""

    span: Span
    key: str
    value: str
    collection: Expression
    body: tuple[Part, ...]


class TupleExpression(Struct, frozen=True, gc=False):
    """`[a, b]`."""

    span: Span
    items: tuple[Expression, ...]


class ObjectExpression(Struct, frozen=True, gc=False):
    """`{ a = 1, (b) = 2 }`: pairs of key and value. A bare word as a key is a `Literal` with its text.

    `dotted` is the place of the first key that is a reference without parentheses. Terraform accepts it only in the `providers` of a
    module call, such as `aws.west`.
    """

    span: Span
    items: tuple[tuple[Expression, Expression], ...]
    dotted: Span | None = None


class For(Struct, frozen=True, gc=False):
    """`[for k, v in collection : result if condition]`. `key_name` may be empty; `key` is None for a tuple; `grouped` is `...`."""

    span: Span
    key_name: str
    value_name: str
    collection: Expression
    key: Expression | None
    result: Expression
    condition: Expression | None
    grouped: bool


class Name(Struct, frozen=True, gc=False):
    """The first word of a reference: `var`, `local`, `each`, `aws_sns_topic`, or a name that a `for` introduced."""

    span: Span
    name: str


class Attribute(Struct, frozen=True, gc=False):
    """`of.name`."""

    span: Span
    of: Expression
    name: str


class IndexExpression(Struct, frozen=True, gc=False):
    """`of[key]`, and the old `of.0`."""

    span: Span
    of: Expression
    key: Expression


class Splat(Struct, frozen=True, gc=False):
    """`of[*].each` or `of.*.each`: `each` is evaluated for every item; a `SplatItem` in it is that item."""

    span: Span
    of: Expression
    each: Expression


class SplatItem(Struct, frozen=True, gc=False):
    """The item of the innermost splat around it."""

    span: Span


class Unary(Struct, frozen=True, gc=False):
    """`-operand` or `!operand`."""

    span: Span
    operator: str
    operand: Expression


class Binary(Struct, frozen=True, gc=False):
    """`left operator right`, with + - * / % == != < > <= >= && ||."""

    span: Span
    operator: str
    left: Expression
    right: Expression


class Conditional(Struct, frozen=True, gc=False):
    """`condition ? then : otherwise`."""

    span: Span
    condition: Expression
    then: Expression
    otherwise: Expression


class Call(Struct, frozen=True, gc=False):
    """`name(arguments)`; `expanded` says that `...` follows the last argument. A namespace is part of the name: `core::upper`."""

    span: Span
    name: str
    arguments: tuple[Expression, ...]
    expanded: bool = False


Expression: TypeAlias = (
    Literal
    | Template
    | TupleExpression
    | ObjectExpression
    | For
    | Name
    | Attribute
    | IndexExpression
    | Splat
    | SplatItem
    | Unary
    | Binary
    | Conditional
    | Call
)


# A part of a template; a text is a `Literal`.
Part: TypeAlias = Expression | TemplateIf | TemplateFor


class Argument(Struct, frozen=True, gc=False):
    """`name = expression` in a body."""

    span: Span
    name: str
    expression: Expression


class BlockNode(Struct, frozen=True, gc=False):
    """`type "label" "label" { body }`; `header` spans type and labels, `span` the whole block."""

    span: Span
    header: Span
    type: str
    labels: tuple[str, ...]
    body: Body


class Body(Struct, frozen=True, gc=False):
    """The content of a block or a file: arguments by name, and blocks in order."""

    span: Span
    arguments: dict[str, Argument]
    blocks: tuple[BlockNode, ...]

    def of_type(self, kind: str) -> tuple[BlockNode, ...]:
        """The blocks of one type."""
        return tuple(block for block in self.blocks if block.type == kind)


# Levels of brackets alone, and of a tree with all its operators and attributes. Code may recurse into a tree.
DEEPEST_BRACKETS = 100
DEEPEST_TREE = 200


def too_deep(levels: int) -> str:
    """The message about a text of more levels."""
    return f"This nests deeper than {levels} levels, which no configuration needs. Split it up with locals."


def is_too_deep(tree: Struct) -> bool:
    """Whether a tree has more than `DEEPEST_TREE` levels. Does not recurse."""
    level = [tree]
    for _ in range(DEEPEST_TREE):
        level = [child for node in level for child in children(node)]
    return bool(level)


def children(node: Struct) -> Iterator[Any]:
    """The nodes inside a node, in order."""
    waiting: list[Any] = [getattr(node, name) for name in reversed(node.__struct_fields__)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, tuple):
            waiting.extend(reversed(value))
        elif isinstance(value, Struct) and not isinstance(value, Span):
            yield value
