"""The syntax tree: what a file says, with the place of everything in it, before anything is evaluated.

The native syntax and the JSON syntax are read to the same tree. Nothing in it leads back to what is around it, so the garbage collector
need not look at it.
Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct


class Span(Struct, frozen=True, gc=False):
    """Where something stands: the file, and lines and columns from 1; `end_column` is the one after the last character.

    Columns count characters, as Terraform's do.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Literal(Struct, frozen=True, gc=False):
    """A number, true, false, null, or the text of a quoted string without interpolation.

    `value` is a str, a bool, None, or a number as `numbers.parse` gives it.
    """

    span: Span
    value: Any


class Template(Struct, frozen=True, gc=False):
    """A string with interpolations or directives in it.

    Each part is a `Literal` with a text, an expression, or a directive. A template of one interpolation alone,
    `"${x}"`, is that expression itself and no template.
    """

    span: Span
    parts: tuple[Expression | TemplateIf | TemplateFor, ...]


class TemplateIf(Struct, frozen=True, gc=False):
    """`%{ if condition }...%{ else }...%{ endif }`."""

    span: Span
    condition: Expression
    then: tuple[Expression | TemplateIf | TemplateFor, ...]
    otherwise: tuple[Expression | TemplateIf | TemplateFor, ...]


class TemplateFor(Struct, frozen=True, gc=False):
    """`%{ for key, value in collection }...%{ endfor }`; `key` is empty where only the value is named."""

    span: Span
    key: str
    value: str
    collection: Expression
    body: tuple[Expression | TemplateIf | TemplateFor, ...]


class Tuple(Struct, frozen=True, gc=False):
    """`[a, b]`."""

    span: Span
    items: tuple[Expression, ...]


class Object(Struct, frozen=True, gc=False):
    """`{ a = 1, (b) = 2 }`: pairs of key and value. A bare word as a key is a `Literal` with its text.

    `dotted` is the place of the first key that is a reference without parentheses, such as `aws.west` in the `providers` of a
    module call, where keys are names. Anywhere else Terraform refuses it.
    """

    span: Span
    items: tuple[tuple[Expression, Expression], ...]
    dotted: Span | None = None


class For(Struct, frozen=True, gc=False):
    """`[for k, v in collection : result if condition]`, or with `{ ... : key => result... }`.

    `key_name` is empty where only the value is named; `key` is None for the tuple form; `grouped` is the `...` mode.
    """

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


class Index(Struct, frozen=True, gc=False):
    """`of[key]`, and the old `of.0`."""

    span: Span
    of: Expression
    key: Expression


class Splat(Struct, frozen=True, gc=False):
    """`of[*].each` or `of.*.each`: `each` is evaluated for every item, which `SplatItem` stands for in it."""

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
    """`name(arguments)`; `expanded` says that the last argument is followed by `...`. A namespace is part of the name: `core::upper`."""

    span: Span
    name: str
    arguments: tuple[Expression, ...]
    expanded: bool = False


Expression: TypeAlias = (
    Literal | Template | Tuple | Object | For | Name | Attribute | Index | Splat | SplatItem | Unary | Binary | Conditional | Call
)


class Argument(Struct, frozen=True, gc=False):
    """`name = expression` in a body; the span is that of the whole, the expression has its own."""

    span: Span
    name: str
    expression: Expression


class Block(Struct, frozen=True, gc=False):
    """`type "label" "label" { body }`; `header` spans type and labels, `span` the whole block."""

    span: Span
    header: Span
    type: str
    labels: tuple[str, ...]
    body: Body


class Body(Struct, frozen=True, gc=False):
    """What stands between braces, or in a file: arguments by name, and blocks in their order."""

    span: Span
    arguments: dict[str, Argument]
    blocks: tuple[Block, ...]

    def of_type(self, kind: str) -> tuple[Block, ...]:
        """The blocks of one type."""
        return tuple(block for block in self.blocks if block.type == kind)
