"""Parses HCL's native syntax: the bytes of a file, an expression, or a template -> syntax tree.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. Messages begin as those of Terraform.
"""

from __future__ import annotations

from dyncheck.readers.hcl.language import templates
from dyncheck.readers.hcl.language.cursor import END, LINE_END, STRING, WORD, Cursor
from dyncheck.readers.hcl.language.expressions import Parser
from dyncheck.readers.hcl.language.faults import SyntaxFault as SyntaxFault
from dyncheck.readers.hcl.language.faults import place
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body, Expression, Span
from dyncheck.readers.hcl.language.source_text import SourceText, decoded


def parse_body(text: bytes, file: str) -> Body:
    """The body of a `.tf` or `.tfvars` file. Raises `SyntaxFault`."""
    parser = _BodyParser(Cursor(decoded(text, file), line_ends=True))
    try:
        return parser.file()
    except RecursionError:
        raise parser.too_deep() from None


def parse_expression(text: str, file: str) -> Expression:
    """A text that is one expression. Raises `SyntaxFault`."""
    return expression_of(SourceText(text, file))


def expression_of(source: SourceText) -> Expression:
    """A text that is one expression. Raises `SyntaxFault`."""
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
    """A text that is a template, without quotes. Raises `SyntaxFault`."""
    return template_of(SourceText(text, file))


def template_of(source: SourceText) -> Expression:
    """A text that is a template, without quotes. Raises `SyntaxFault`."""
    parser = Parser(Cursor(source, line_ends=False))
    try:
        found = templates.bare(parser)
    except RecursionError:
        raise parser.too_deep() from None
    parser.check_depth(found, 0)
    return found


_NO_NEWLINE = "Missing newline after argument. An argument definition must end with a newline."
_AFTER_ARGUMENT = {",": "Unexpected comma after argument. Argument definitions must be separated by newlines, not commas."}
_NO_LABEL = {
    "=": 'The equals sign "=" indicates an argument definition.',
    LINE_END: 'A block definition must have block content delimited by "{" and "}", starting on the same line as the block header.',
}
_AFTER_SINGLE = {
    ",": "Single-line block syntax can include only one argument definition.",
    LINE_END: "Place the block's closing brace immediately after the argument definition.",
}
_NO_ITEM = "Argument or block definition required. An argument or block definition is required here."


class _BodyParser(Parser):
    """Parses arguments and blocks."""

    __slots__ = ()

    def file(self) -> Body:
        """The body of a whole file."""
        self.cursor.advance()
        arguments, blocks = self._items(END, None)
        return Body(self.source.span(0, len(self.source.text)), arguments, blocks)

    def _items(self, closing: str, opening: int | None) -> tuple[dict[str, Argument], tuple[BlockNode, ...]]:
        cursor = self.cursor
        arguments: dict[str, Argument] = {}
        blocks: list[BlockNode] = []
        while cursor.kind != closing:
            if cursor.skip(LINE_END):
                continue
            if cursor.kind != WORD:
                raise self._no_item(opening)
            start, word = cursor.start, cursor.text
            cursor.advance()
            if cursor.kind == "=":
                argument = self._argument(start, word)
                if word in arguments:
                    raise self._twice(arguments[word].span, word, start)
                if cursor.kind not in (LINE_END, END):
                    raise cursor.fault(_AFTER_ARGUMENT.get(cursor.kind, _NO_NEWLINE))
                arguments[word] = argument
            else:
                blocks.append(self._block(start, word))
                if cursor.kind not in (LINE_END, END):
                    raise cursor.fault("Missing newline after block definition. A block definition must end with a newline.")
        return arguments, tuple(blocks)

    def _no_item(self, opening: int | None) -> SyntaxFault:
        kind = self.cursor.kind
        if kind in (STRING, '"'):
            return self.cursor.fault("Invalid argument name. Argument names must not be quoted.")
        if kind == END and opening is not None:
            return self._unclosed_block(opening)
        return self.cursor.fault(_NO_ITEM)

    def _unclosed_block(self, opening: int) -> SyntaxFault:
        message = "Unclosed configuration block. There is no closing brace for this block before the end of the file."
        return self.source.fault(message, opening, opening + 1)

    def _twice(self, first: Span, name: str, start: int) -> SyntaxFault:
        span = Span(first.file, first.line, first.column, first.line, first.column + len(name))
        message = f'Attribute redefined. The argument "{name}" was already set at {place(span)}.'
        return self.source.fault(message, start, start + len(name))

    def _argument(self, start: int, name: str) -> Argument:
        cursor = self.cursor
        cursor.advance()
        expression = self.whole()
        return Argument(cursor.span_from(start), name, expression)

    def _block(self, start: int, kind: str) -> BlockNode:
        cursor = self.cursor
        if cursor.kind not in (WORD, STRING, '"', "{"):
            raise self._neither(start, kind)
        labels = self._labels()
        header = cursor.span_from(start)
        self.deeper()
        body = self._braced()
        self.depth -= 1
        cursor.advance()
        return BlockNode(cursor.span_from(start), header, kind, labels, body)

    def _neither(self, start: int, word: str) -> SyntaxFault:
        message = f'{_NO_ITEM} To set an argument, use the equals sign "=" to introduce the argument value.'
        return self.source.fault(message, start, start + len(word))

    def _labels(self) -> tuple[str, ...]:
        cursor = self.cursor
        labels: list[str] = []
        while cursor.kind != "{":
            if cursor.kind in (WORD, STRING):
                labels.append(cursor.text.strip('"'))
                cursor.advance()
            elif cursor.kind == '"':
                labels.append(templates.label(self))
            else:
                why = 'Either a quoted string block label or an opening brace ("{") is expected here.'
                raise cursor.fault(f"Invalid block definition. {_NO_LABEL.get(cursor.kind, why)}")
        return tuple(labels)

    def _braced(self) -> Body:
        """The text between braces. The cursor stays on the closing brace."""
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
            raise cursor.fault(_NO_ITEM)
        cursor.advance()
        if cursor.kind in (WORD, STRING, '"', "{"):
            message = "Argument definition required. A single-line block definition can contain only a single argument."
            raise self.source.fault(message, start, cursor.end)
        if cursor.kind != "=":
            raise self._neither(start, name)
        argument = self._argument(start, name)
        if cursor.kind == END:
            raise self._unclosed_block(opening)
        if cursor.kind != "}":
            why = "A single-line block definition must end with a closing brace immediately after its single argument definition."
            raise cursor.fault(f"Invalid single-argument block definition. {_AFTER_SINGLE.get(cursor.kind, why)}")
        return {name: argument}
