"""Parses tuples, objects and `for` expressions.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#collection-values. Messages begin as those of Terraform.
"""

from __future__ import annotations

from dyncheck.readers.hcl.language.cursor import END, LINE_END, WORD, ExpressionParser
from dyncheck.readers.hcl.language.faults import SyntaxFault
from dyncheck.readers.hcl.language.nodes import (
    Attribute,
    Expression,
    For,
    IndexExpression,
    Literal,
    Name,
    ObjectExpression,
    Span,
    TupleExpression,
)


def brackets(parser: ExpressionParser) -> Expression:
    """A tuple, or the `for` that makes a tuple."""
    cursor = parser.cursor
    start = cursor.start
    line_ends = cursor.open()
    if cursor.kind == WORD and cursor.text == "for":
        return _for(parser, start, "]", line_ends)
    items: list[Expression] = []
    while cursor.kind != "]":
        items.append(parser.expression())
        if cursor.skip(","):
            continue
        if cursor.kind == END:
            raise _unclosed(parser, start, "tuple", "bracket")
        if cursor.kind != "]":
            raise cursor.fault("Missing item separator. Expected a comma to mark the beginning of the next item.")
    cursor.close(line_ends, "]")
    return TupleExpression(cursor.span_from(start), tuple(items))


def _unclosed(parser: ExpressionParser, start: int, what: str, bracket: str) -> SyntaxFault:
    message = f"Unterminated {what} constructor expression. There is no corresponding closing {bracket} before the end of the file."
    return parser.source.fault(message, start, start + 1)


def braces(parser: ExpressionParser) -> Expression:
    """An object, or the `for` that makes an object."""
    cursor = parser.cursor
    start = cursor.start
    # `for` may follow a line end.
    line_ends = cursor.open()
    if cursor.kind == WORD and cursor.text == "for":
        return _for(parser, start, "}", line_ends)
    cursor.line_ends = True
    items: list[tuple[Expression, Expression]] = []
    dotted: Span | None = None
    while cursor.kind != "}":
        key, reference = _key(parser)
        dotted = dotted or reference
        if cursor.kind not in ("=", ":"):
            raise _no_value(parser, start)
        cursor.advance()
        items.append((key, parser.expression()))
        if cursor.kind == END:
            raise _unclosed(parser, start, "object", "brace")
        if cursor.kind not in ("}", ",", LINE_END):
            raise cursor.fault("Missing attribute separator. Expected a newline or comma to mark the beginning of the next attribute.")
        if cursor.kind != "}":
            cursor.advance()
        while cursor.skip(LINE_END):
            pass
    cursor.close(line_ends, "}")
    return ObjectExpression(cursor.span_from(start), tuple(items), dotted)


def _no_value(parser: ExpressionParser, start: int) -> SyntaxFault:
    cursor = parser.cursor
    if cursor.kind == END:
        return _unclosed(parser, start, "object", "brace")
    if cursor.kind in (LINE_END, ","):
        return cursor.fault('Missing attribute value. Expected an attribute value, introduced by an equals sign ("=").')
    return cursor.fault('Missing key/value separator. Expected an equals sign ("=") to mark the beginning of the attribute value.')


def _key(parser: ExpressionParser) -> tuple[Expression, Span | None]:
    """A key, and its place if it is a reference. A bare word is a text; everything else is evaluated."""
    cursor = parser.cursor
    kind, text = cursor.kind, cursor.text
    key = parser.expression()
    if kind != WORD:
        return key, None
    if isinstance(key, Name | Literal):
        return Literal(key.span, text), None
    node: Expression = key
    while isinstance(node, Attribute) or (isinstance(node, IndexExpression) and isinstance(node.key, Literal)):
        node = node.of
    return key, key.span if isinstance(node, Name) else None


def _for(parser: ExpressionParser, start: int, closing: str, line_ends: bool) -> Expression:
    cursor = parser.cursor
    cursor.advance()
    key_name, value_name = for_names(parser, "expression", "the 'in' keyword after its name declarations")
    collection = parser.expression()
    cursor.expect(":", "Invalid 'for' expression. For expression requires a colon after the collection expression.")
    of_result = cursor.start
    key, result = None, parser.expression()
    end = cursor.done
    if cursor.skip("=>"):
        key, result = result, parser.expression()
    if cursor.kind == "..." and closing == "]" and key is None:
        raise cursor.fault("Invalid 'for' expression. Grouping ellipsis (...) cannot be used when building a tuple.")
    grouped = cursor.skip("...")
    condition = None
    if cursor.kind == WORD and cursor.text == "if":
        cursor.advance()
        condition = parser.expression()
    if (key is None) == (closing == "}"):
        why = "required when building an object" if closing == "}" else "not valid when building a tuple"
        raise parser.source.fault(f"Invalid 'for' expression. Key expression is {why}.", of_result, end)
    cursor.close(line_ends, closing, "Invalid 'for' expression. Extra characters after the end of the 'for' expression.")
    return For(cursor.span_from(start), key_name, value_name, collection, key, result, condition, grouped)


def for_names(parser: ExpressionParser, kind: str, what_is_next: str) -> tuple[str, str]:
    """The names of key and value after the word `for`, and the word `in`; the first name is empty when there is no key."""
    cursor = parser.cursor
    key = ""
    sentence = f"Invalid 'for' {kind}. For {kind} requires"
    value = cursor.expect(WORD, f"{sentence} variable name after 'for'.")
    if cursor.skip(","):
        key, value = value, cursor.expect(WORD, f"{sentence} value variable name after comma.")
    if cursor.kind != WORD or cursor.text != "in":
        raise cursor.fault(f"{sentence} {what_is_next}.")
    cursor.advance()
    return key, value
