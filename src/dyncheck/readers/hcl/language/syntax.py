"""Parses HCL's native syntax: the bytes of a file, an expression, or a template -> syntax tree.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. Messages are those of Terraform.
"""

from __future__ import annotations

from collections.abc import Mapping

from dyncheck.readers.hcl.language import templates
from dyncheck.readers.hcl.language.cursor import END, LINE_END, STRING, WORD, Cursor
from dyncheck.readers.hcl.language.expressions import Parser
from dyncheck.readers.hcl.language.faults import SyntaxFault as SyntaxFault
from dyncheck.readers.hcl.language.faults import place
from dyncheck.readers.hcl.language.nodes import Argument, Block, Body, Expression, Span
from dyncheck.readers.hcl.language.source_text import SourceText, decoded


def parse_body(text: bytes, file: str) -> Body:
    """The body of a `.tf` or `.tfvars` file. Raises `SyntaxFault` when Terraform would refuse the file's syntax."""
    parser = _BodyParser(Cursor(decoded(text, file), line_ends=True))
    try:
        return parser.file()
    except RecursionError:
        raise parser.too_deep() from None


def parse_expression(text: str, file: str) -> Expression:
    """A text that is one expression. Raises `SyntaxFault` when it is none."""
    return expression_of(SourceText(text, file))


def expression_of(source: SourceText) -> Expression:
    """The expression that a text is. Raises `SyntaxFault` when it is none."""
    parser = Parser(Cursor(source, line_ends=False))
    try:
        parser.cursor.advance()
        found = parser.whole()
    except RecursionError:
        raise parser.too_deep() from None
    if parser.cursor.kind != END:
        raise parser.cursor.fault(
            "Extra characters after expression. An expression was successfully parsed, but extra characters were found after it."
        )
    return found


def parse_template(text: str, file: str) -> Expression:
    """A text that is a template, without quotes. Raises `SyntaxFault` when it is none."""
    return template_of(SourceText(text, file))


def template_of(source: SourceText) -> Expression:
    """The template that a text is. Raises `SyntaxFault` when it is none."""
    parser = Parser(Cursor(source, line_ends=False))
    try:
        found = templates.bare(parser)
    except RecursionError:
        raise parser.too_deep() from None
    parser.check_depth(found, 0)
    return found


class _BodyParser(Parser):
    """Parses arguments and blocks."""

    __slots__ = ()

    def file(self) -> Body:
        """The body that a whole file is."""
        self.cursor.advance()
        arguments, blocks = self._items(END, None)
        return Body(self.source.span(0, len(self.source.text)), arguments, blocks)

    def _items(self, closing: str, opening: int | None) -> tuple[dict[str, Argument], tuple[Block, ...]]:
        cursor = self.cursor
        arguments: dict[str, Argument] = {}
        blocks: list[Block] = []
        while cursor.kind != closing:
            if cursor.kind == LINE_END:
                cursor.advance()
                continue
            if cursor.kind != WORD:
                raise self._no_item(opening)
            item = self._item(arguments)
            if isinstance(item, Block):
                blocks.append(item)
            else:
                arguments[item.name] = item
        return arguments, tuple(blocks)

    def _item(self, before: Mapping[str, Argument]) -> Argument | Block:
        """An argument or a block to the end of its last line. The arguments `before` it are of the same body."""
        start, word = self.cursor.start, self.cursor.text
        self.cursor.advance()
        if self.cursor.kind == "=":
            argument = self._argument(start, word)
            self._refuse_twice(before, word, start)
            self._end_argument()
            return argument
        block = self._block(start, word)
        self._end_block()
        return block

    def _no_item(self, opening: int | None) -> SyntaxFault:
        kind = self.cursor.kind
        if kind in (STRING, '"'):
            return self.cursor.fault("Invalid argument name. Argument names must not be quoted.")
        if kind == END and opening is not None:
            return self._unclosed_block(opening)
        return self.cursor.fault("Argument or block definition required. An argument or block definition is required here.")

    def _unclosed_block(self, opening: int) -> SyntaxFault:
        return self.source.fault(
            "Unclosed configuration block. There is no closing brace for this block before the end of the file. "
            "This may be caused by incorrect brace nesting elsewhere in this file.",
            opening,
            opening + 1,
        )

    def _refuse_twice(self, arguments: Mapping[str, Argument], name: str, start: int) -> None:
        if name in arguments:
            first = arguments[name].span
            span = Span(first.file, first.line, first.column, first.line, first.column + len(name))
            raise self.source.fault(
                f'Attribute redefined. The argument "{name}" was already set at {place(span)}. Each argument may be set only once.',
                start,
                start + len(name),
            )

    def _argument(self, start: int, name: str) -> Argument:
        cursor = self.cursor
        cursor.advance()
        expression = self.whole()
        return Argument(cursor.span_from(start), name, expression)

    def _end_argument(self) -> None:
        kind = self.cursor.kind
        if kind == ",":
            raise self.cursor.fault(
                "Unexpected comma after argument. Argument definitions must be separated by newlines, not commas. "
                "An argument definition must end with a newline."
            )
        if kind not in (LINE_END, END):
            raise self.cursor.fault("Missing newline after argument. An argument definition must end with a newline.")

    def _end_block(self) -> None:
        if self.cursor.kind not in (LINE_END, END):
            raise self.cursor.fault("Missing newline after block definition. A block definition must end with a newline.")

    def _block(self, start: int, kind: str) -> Block:
        cursor = self.cursor
        if cursor.kind not in (WORD, STRING, '"', "{"):
            raise self._neither(start, kind)
        labels = self._labels()
        header = cursor.span_from(start)
        self.deeper()
        body = self._braced()
        self.depth -= 1
        cursor.advance()
        return Block(cursor.span_from(start), header, kind, labels, body)

    def _neither(self, start: int, word: str) -> SyntaxFault:
        return self.source.fault(
            "Argument or block definition required. An argument or block definition is required here. "
            'To set an argument, use the equals sign "=" to introduce the argument value.',
            start,
            start + len(word),
        )

    def _labels(self) -> tuple[str, ...]:
        cursor = self.cursor
        labels: list[str] = []
        while cursor.kind != "{":
            if cursor.kind == WORD:
                labels.append(cursor.text)
                cursor.advance()
            elif cursor.kind == STRING:
                labels.append(cursor.text[1:-1])
                cursor.advance()
            elif cursor.kind == '"':
                labels.append(templates.label(self))
            else:
                raise self._no_label()
        return tuple(labels)

    def _no_label(self) -> SyntaxFault:
        kind = self.cursor.kind
        if kind == "=":
            detail = 'The equals sign "=" indicates an argument definition, and must not be used when defining a block.'
        elif kind == LINE_END:
            detail = 'A block definition must have block content delimited by "{" and "}", starting on the same line as the block header.'
        else:
            detail = 'Either a quoted string block label or an opening brace ("{") is expected here.'
        return self.cursor.fault(f"Invalid block definition. {detail}")

    def _braced(self) -> Body:
        """What stands between braces; leaves the cursor on the closing one."""
        cursor = self.cursor
        opening = cursor.start
        cursor.advance()
        if cursor.kind in (LINE_END, END, "}"):
            arguments, blocks = self._items("}", opening)
        else:
            arguments, blocks = self._single(opening), ()
        return Body(self.source.span(opening, cursor.end), arguments, blocks)

    def _single(self, opening: int) -> dict[str, Argument]:
        """The one argument of a block on one line."""
        cursor = self.cursor
        start, name = cursor.start, cursor.text
        if cursor.kind != WORD:
            raise cursor.fault("Argument or block definition required. An argument or block definition is required here.")
        cursor.advance()
        if cursor.kind in (WORD, STRING, '"', "{"):
            raise self.source.fault(
                "Argument definition required. A single-line block definition can contain only a single argument. "
                f'If you meant to define argument "{name}", use an equals sign to assign it a value. '
                "To define a nested block, place it on a line of its own within its parent block.",
                start,
                cursor.end,
            )
        if cursor.kind != "=":
            raise self._neither(start, name)
        argument = self._argument(start, name)
        if cursor.kind != "}":
            raise self._unclosed_single(opening)
        return {name: argument}

    def _unclosed_single(self, opening: int) -> SyntaxFault:
        kind = self.cursor.kind
        if kind == END:
            return self._unclosed_block(opening)
        if kind == ",":
            detail = (
                "Single-line block syntax can include only one argument definition. "
                "To define multiple arguments, use the multi-line block syntax with one argument definition per line."
            )
        elif kind == LINE_END:
            detail = (
                "An argument definition on the same line as its containing block creates a single-line block definition, "
                "which must also be closed on the same line. Place the block's closing brace immediately after the argument definition."
            )
        else:
            detail = "A single-line block definition must end with a closing brace immediately after its single argument definition."
        return self.cursor.fault(f"Invalid single-argument block definition. {detail}")
