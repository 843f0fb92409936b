"""Parses expressions: text -> syntax tree.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#expressions. Messages are those of Terraform.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from dyncheck.readers.hcl.language import numbers, templates
from dyncheck.readers.hcl.language.cursor import END, HEREDOC, LINE_END, NUMBER, STRING, WORD, Cursor
from dyncheck.readers.hcl.language.depth import DEEPEST_BRACKETS, DEEPEST_TREE, is_too_deep, too_deep
from dyncheck.readers.hcl.language.faults import SyntaxFault
from dyncheck.readers.hcl.language.nodes import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    Name,
    Object,
    Span,
    Splat,
    SplatItem,
    Tuple,
    Unary,
)
from dyncheck.readers.hcl.language.source_text import normalized

_KEYWORDS = {"true": True, "false": False, "null": None}
_LEVELS = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    ">": 4,
    ">=": 4,
    "<": 4,
    "<=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}


class Parser:
    """Parses expressions from where a cursor stands, and leaves it after them."""

    __slots__ = ("cursor", "depth", "links", "source")

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.source = cursor.source
        self.depth = 0
        self.links = 0

    def whole(self) -> Expression:
        """An expression that is part of no other. Raises `SyntaxFault` where there is none."""
        start = self.cursor.start
        self.links = 0
        found = self.expression()
        self.check_depth(found, start)
        return found

    def check_depth(self, found: Expression, start: int) -> None:
        """Raises `SyntaxFault` when a tree that starts somewhere is too deep. Brackets are counted already."""
        if self.links > DEEPEST_TREE - DEEPEST_BRACKETS and is_too_deep(found):
            raise self.source.fault(too_deep(DEEPEST_TREE), start, self.cursor.done)

    def expression(self) -> Expression:
        """Any expression. Raises `SyntaxFault` where there is none."""
        self.deeper()
        start = self.cursor.start
        found = self._operation(1)
        if self.cursor.kind == "?":
            found = self._conditional(start, found)
        self.depth -= 1
        return found

    def deeper(self) -> None:
        """Count one more level of brackets. Raises `SyntaxFault` where there are too many."""
        self.depth += 1
        if self.depth > DEEPEST_BRACKETS:
            raise self.too_deep()

    def too_deep(self) -> SyntaxFault:
        """That there are too many levels of brackets."""
        return self.cursor.fault(too_deep(DEEPEST_BRACKETS))

    def _conditional(self, start: int, condition: Expression) -> Expression:
        cursor = self.cursor
        cursor.advance()
        then = self.expression()
        if cursor.kind != ":":
            raise cursor.fault(
                "Missing false expression in conditional. "
                "The conditional operator (...?...:...) requires a false expression, delimited by a colon."
            )
        cursor.advance()
        otherwise = self.expression()
        return Conditional(cursor.span_from(start), condition, then, otherwise)

    def _operation(self, lowest: int) -> Expression:
        """Operators of at least one level, those of the same level from left to right."""
        cursor = self.cursor
        start = cursor.start
        left = self._operand()
        while (level := _LEVELS.get(cursor.kind, 0)) >= lowest:
            operator = cursor.kind
            self.links += 1
            cursor.advance()
            right = self._operation(level + 1)
            left = Binary(cursor.span_from(start), operator, left, right)
        return left

    def _operand(self) -> Expression:
        cursor = self.cursor
        if cursor.kind in ("-", "!"):
            return self._unary()
        start = cursor.start
        parse = _TERMS.get(cursor.kind)
        if parse is None:
            raise self._no_expression()
        found = parse(self)
        return self._traversal(start, found) if cursor.kind in (".", "[") else found

    def _no_expression(self) -> SyntaxFault:
        if self.cursor.kind == END:
            return self.cursor.fault("Missing expression. Expected the start of an expression, but found the end of the file.")
        return self.cursor.fault("Invalid expression. Expected the start of an expression, but found an invalid expression token.")

    def _unary(self) -> Expression:
        cursor = self.cursor
        operators: list[tuple[int, str]] = []
        while cursor.kind in ("-", "!"):
            operators.append((cursor.start, cursor.kind))
            self.links += 1
            cursor.advance()
        found = self._operand()
        for start, operator in reversed(operators):
            found = Unary(cursor.span_from(start), operator, found)
        return found

    def _traversal(self, start: int, of: Expression) -> Expression:
        """Attributes, indexes and splats of something."""
        cursor = self.cursor
        while True:
            self.links += 1
            if cursor.kind == ".":
                dot = cursor.start
                cursor.advance()
                of = self._attribute_splat(start, dot, of) if cursor.kind == "*" else self._attribute(start, of)
            elif cursor.kind == "[":
                bracket = cursor.start
                cursor.advance()
                of = self._full_splat(start, bracket, of) if cursor.kind == "*" else self._index(start, of)
            else:
                return of

    def _attribute(self, start: int, of: Expression) -> Expression:
        """`.name`, or the old `.0`."""
        cursor = self.cursor
        if cursor.kind == WORD:
            name = cursor.text
            cursor.advance()
            return Attribute(cursor.span_from(start), of, name)
        if cursor.kind != NUMBER:
            raise cursor.fault("Invalid attribute name. An attribute name is required after a dot.")
        first, dot, second = cursor.text.partition(".")
        if dot:
            raise cursor.fault(
                "Invalid legacy index syntax. When using the legacy index syntax, chaining two indexes together is not permitted. "
                f"Use the proper index syntax instead, like [{first}][{second}]."
            )
        key = self._number()
        return Index(cursor.span_from(start), of, key)

    def _attribute_splat(self, start: int, dot: int, of: Expression) -> Expression:
        """`.*`, which takes the attributes that follow, but no indexes."""
        cursor = self.cursor
        cursor.advance()
        each: Expression = SplatItem(cursor.span_from(dot))
        while cursor.kind == ".":
            self.links += 1
            cursor.advance()
            if cursor.kind == "*":
                raise cursor.fault(
                    "Nested splat expression not allowed. "
                    "A splat expression (*) cannot be used inside another attribute-only splat expression."
                )
            each = self._attribute(dot, each)
        return Splat(cursor.span_from(start), of, each)

    def _full_splat(self, start: int, bracket: int, of: Expression) -> Expression:
        """`[*]`, which takes all that follows."""
        cursor = self.cursor
        cursor.advance()
        if cursor.kind != "]":
            raise cursor.fault(
                "Missing close bracket on splat index. "
                'The star for a full splat operator must be immediately followed by a closing bracket ("]").'
            )
        cursor.advance()
        self.deeper()
        each = self._traversal(bracket, SplatItem(cursor.span_from(bracket)))
        self.depth -= 1
        return Splat(cursor.span_from(start), of, each)

    def _index(self, start: int, of: Expression) -> Expression:
        cursor = self.cursor
        line_ends, cursor.line_ends = cursor.line_ends, False
        if cursor.kind == LINE_END:
            cursor.advance()
        key = self.expression()
        if cursor.kind != "]":
            raise cursor.fault('Missing close bracket on index. The index operator must end with a closing bracket ("]").')
        cursor.close(line_ends)
        return Index(cursor.span_from(start), of, key)

    def _number(self) -> Expression:
        cursor = self.cursor
        start, value = cursor.start, numbers.parse(cursor.text)
        if value is None:
            raise cursor.fault("Invalid number literal. Failed to recognize the value of this number literal.")
        cursor.advance()
        return Literal(cursor.span_from(start), value)

    def _string(self) -> Expression:
        cursor = self.cursor
        start, text = cursor.start, cursor.text[1:-1]
        cursor.advance()
        return Literal(cursor.span_from(start), normalized(text))

    def _quoted(self) -> Expression:
        return templates.quoted(self)

    def _heredoc(self) -> Expression:
        return templates.heredoc(self)

    def _parenthesised(self) -> Expression:
        cursor = self.cursor
        line_ends = cursor.open()
        found = self.expression()
        if cursor.kind != ")":
            raise cursor.fault("Unbalanced parentheses. Expected a closing parenthesis to terminate the expression.")
        cursor.close(line_ends)
        return found

    def _word(self) -> Expression:
        cursor = self.cursor
        start, name = cursor.start, cursor.text
        cursor.advance()
        if cursor.kind in ("(", "::"):
            return self._call(start, name)
        span = cursor.span_from(start)
        return Literal(span, _KEYWORDS[name]) if name in _KEYWORDS else Name(span, name)

    def _call(self, start: int, name: str) -> Expression:
        cursor = self.cursor
        while cursor.kind == "::":
            cursor.advance()
            if cursor.kind != WORD:
                raise cursor.fault(
                    "Missing function name. Function scope resolution symbol :: must be followed by a function name in this scope."
                )
            name = f"{name}::{cursor.text}"
            cursor.advance()
        if cursor.kind != "(":
            raise cursor.fault(
                "Missing open parenthesis. Function selector must be followed by an open parenthesis to begin the function call."
            )
        head = cursor.end
        line_ends = cursor.open()
        arguments, expanded = self._arguments(start, head)
        cursor.close(line_ends)
        return Call(cursor.span_from(start), name, arguments, expanded)

    def _arguments(self, start: int, head: int) -> tuple[tuple[Expression, ...], bool]:
        cursor = self.cursor
        arguments: list[Expression] = []
        while cursor.kind != ")":
            arguments.append(self.expression())
            if cursor.kind == "...":
                cursor.advance()
                if cursor.kind != ")":
                    raise cursor.fault(
                        "Missing closing parenthesis. "
                        "An expanded function argument (with ...) must be immediately followed by closing parentheses."
                    )
                return tuple(arguments), True
            if cursor.kind == ",":
                cursor.advance()
            elif cursor.kind == END:
                raise self.source.fault(
                    "Unterminated function call. There is no closing parenthesis for this function call before the end of the file. "
                    "This may be caused by incorrect parenthesis nesting elsewhere in this file.",
                    start,
                    head,
                )
            elif cursor.kind != ")":
                raise cursor.fault("Missing argument separator. A comma is required to separate each function argument from the next.")
        return tuple(arguments), False

    def _brackets(self) -> Expression:
        """A tuple, or the `for` that makes one."""
        cursor = self.cursor
        start = cursor.start
        line_ends = cursor.open()
        if cursor.kind == WORD and cursor.text == "for":
            return self._for(start, "]", line_ends)
        items: list[Expression] = []
        while cursor.kind != "]":
            items.append(self.expression())
            if cursor.kind == ",":
                cursor.advance()
            elif cursor.kind == END:
                raise self._unclosed(start, "tuple", "bracket")
            elif cursor.kind != "]":
                raise cursor.fault("Missing item separator. Expected a comma to mark the beginning of the next item.")
        cursor.close(line_ends)
        return Tuple(cursor.span_from(start), tuple(items))

    def _unclosed(self, start: int, what: str, bracket: str) -> SyntaxFault:
        return self.source.fault(
            f"Unterminated {what} constructor expression. There is no corresponding closing {bracket} before the end of the file. "
            f"This may be caused by incorrect {bracket} nesting elsewhere in this file.",
            start,
            start + 1,
        )

    def _braces(self) -> Expression:
        """An object, or the `for` that makes one."""
        cursor = self.cursor
        start = cursor.start
        # A line end before the first word says nothing, and `for` may stand after one.
        line_ends = cursor.open()
        if cursor.kind == WORD and cursor.text == "for":
            return self._for(start, "}", line_ends)
        cursor.line_ends = True
        items: list[tuple[Expression, Expression]] = []
        dotted: Span | None = None
        while cursor.kind != "}":
            key, reference = self._key()
            dotted = dotted or reference
            items.append((key, self._value(start)))
            if cursor.kind == END:
                raise self._unclosed(start, "object", "brace")
            if cursor.kind not in ("}", ",", LINE_END):
                raise cursor.fault("Missing attribute separator. Expected a newline or comma to mark the beginning of the next attribute.")
            if cursor.kind != "}":
                cursor.advance()
            while cursor.kind == LINE_END:
                cursor.advance()
        cursor.close(line_ends)
        return Object(cursor.span_from(start), tuple(items), dotted)

    def _value(self, start: int) -> Expression:
        if self.cursor.kind not in ("=", ":"):
            raise self._no_value(start)
        self.cursor.advance()
        return self.expression()

    def _no_value(self, start: int) -> SyntaxFault:
        cursor = self.cursor
        if cursor.kind == END:
            return self._unclosed(start, "object", "brace")
        if cursor.kind in (LINE_END, ","):
            return cursor.fault('Missing attribute value. Expected an attribute value, introduced by an equals sign ("=").')
        hint = (
            " If you intended to given an attribute name containing periods or spaces, write the name in quotes to create a string literal."
            if cursor.kind == WORD
            else ""
        )
        return cursor.fault(
            f'Missing key/value separator. Expected an equals sign ("=") to mark the beginning of the attribute value.{hint}'
        )

    def _key(self) -> tuple[Expression, Span | None]:
        """A key, and its place where it is a reference. A bare word stands for itself, and anything else is evaluated."""
        cursor = self.cursor
        kind, text = cursor.kind, cursor.text
        key = self.expression()
        if kind != WORD:
            return key, None
        if isinstance(key, Name | Literal):
            return Literal(key.span, text), None
        return key, key.span if _is_reference(key) else None

    def _for(self, start: int, closing: str, line_ends: bool) -> Expression:
        cursor = self.cursor
        cursor.advance()
        key_name, value_name = self.for_names("expression", "the 'in' keyword after its name declarations")
        collection = self.expression()
        if cursor.kind != ":":
            raise self._bad_for("For expression requires a colon after the collection expression.")
        cursor.advance()
        key, result = self._for_result(closing)
        grouped = cursor.kind == "..."
        if grouped:
            if closing == "]":
                raise self._bad_for("Grouping ellipsis (...) cannot be used when building a tuple.")
            cursor.advance()
        condition = None
        if cursor.kind == WORD and cursor.text == "if":
            cursor.advance()
            condition = self.expression()
        if cursor.kind != closing:
            raise self._bad_for("Extra characters after the end of the 'for' expression.")
        cursor.close(line_ends)
        return For(cursor.span_from(start), key_name, value_name, collection, key, result, condition, grouped)

    def _for_result(self, closing: str) -> tuple[Expression | None, Expression]:
        cursor = self.cursor
        start = cursor.start
        result = self.expression()
        if cursor.kind == "=>":
            if closing == "]":
                raise self.source.fault("Invalid 'for' expression. Key expression is not valid when building a tuple.", start, cursor.done)
            cursor.advance()
            return result, self.expression()
        if closing == "}":
            raise self.source.fault("Invalid 'for' expression. Key expression is required when building an object.", start, cursor.done)
        return None, result

    def for_names(self, kind: str, what_is_next: str) -> tuple[str, str]:
        """The names of key and value after the word `for`, up to and with the word `in`; the key's is empty where there is none."""
        cursor = self.cursor
        key = ""
        sentence = f"Invalid 'for' {kind}. For {kind} requires"
        if cursor.kind != WORD:
            raise cursor.fault(f"{sentence} variable name after 'for'.")
        value = cursor.text
        cursor.advance()
        if cursor.kind == ",":
            cursor.advance()
            if cursor.kind != WORD:
                raise cursor.fault(f"{sentence} value variable name after comma.")
            key, value = value, cursor.text
            cursor.advance()
        if cursor.kind != WORD or cursor.text != "in":
            raise cursor.fault(f"{sentence} {what_is_next}.")
        cursor.advance()
        return key, value

    def _bad_for(self, detail: str) -> SyntaxFault:
        return self.cursor.fault(f"Invalid 'for' expression. {detail}")


_Term: TypeAlias = Callable[[Parser], Expression]
_TERMS: dict[str, _Term] = {
    WORD: Parser._word,
    STRING: Parser._string,
    NUMBER: Parser._number,
    HEREDOC: Parser._heredoc,
    '"': Parser._quoted,
    "(": Parser._parenthesised,
    "[": Parser._brackets,
    "{": Parser._braces,
}


def _is_reference(node: Expression) -> bool:
    """Whether this is a name with attributes or constant indexes only."""
    while isinstance(node, Attribute) or (isinstance(node, Index) and isinstance(node.key, Literal)):
        node = node.of
    return isinstance(node, Name)
