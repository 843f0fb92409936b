"""Parses expressions: text -> syntax tree.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#expressions. Messages begin as those of Terraform.
"""

from __future__ import annotations

from collections.abc import Callable

from dyncheck.readers.hcl.language import constructors, nodes, numbers, templates
from dyncheck.readers.hcl.language.cursor import END, HEREDOC, INVALID_EXPRESSION, LINE_END, NUMBER, STRING, WORD, Cursor
from dyncheck.readers.hcl.language.faults import SyntaxFault
from dyncheck.readers.hcl.language.nodes import DEEPEST_BRACKETS, DEEPEST_TREE, Expression, is_too_deep, too_deep
from dyncheck.readers.hcl.language.source_text import normalized

_KEYWORDS = {"true": True, "false": False, "null": None}
_OPERATORS = ("||", "&&", "== !=", "> >= < <=", "+ -", "* / %")
_LEVELS = {operator: level for level, operators in enumerate(_OPERATORS, 1) for operator in operators.split()}


class Parser:
    """Parses expressions from where a cursor stands, and leaves it after them."""

    __slots__ = ("cursor", "depth", "links", "source")

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.source = cursor.source
        self.depth = 0
        self.links = 0

    def whole(self) -> Expression:
        """A whole expression, not deeper than `DEEPEST_TREE`. Raises `SyntaxFault`."""
        start = self.cursor.start
        self.links = 0
        found = self.expression()
        self.check_depth(found, start)
        return found

    def check_depth(self, found: Expression, start: int) -> None:
        """Raises `SyntaxFault` when a tree is too deep. Brackets are counted already."""
        if self.links > DEEPEST_TREE - DEEPEST_BRACKETS and is_too_deep(found):
            raise self.source.fault(too_deep(DEEPEST_TREE), start, self.cursor.done)

    def expression(self) -> Expression:
        """Any expression. Raises `SyntaxFault`."""
        self.deeper()
        start = self.cursor.start
        found = self._operation(1)
        if self.cursor.kind == "?":
            found = self._conditional(start, found)
        self.depth -= 1
        return found

    def deeper(self) -> None:
        """Count one more level of brackets. Raises `SyntaxFault` when there are too many."""
        self.depth += 1
        if self.depth > DEEPEST_BRACKETS:
            raise self.too_deep()

    def too_deep(self) -> SyntaxFault:
        """The error that there are too many levels of brackets."""
        return self.cursor.fault(too_deep(DEEPEST_BRACKETS))

    def _conditional(self, start: int, condition: Expression) -> Expression:
        cursor = self.cursor
        cursor.advance()
        then = self.expression()
        why = "The conditional operator (...?...:...) requires a false expression."
        cursor.expect(":", f"Missing false expression in conditional. {why}")
        otherwise = self.expression()
        return nodes.Conditional(cursor.span_from(start), condition, then, otherwise)

    def _operation(self, lowest: int) -> Expression:
        """Operators of at least this level, those of the same level from left to right."""
        cursor = self.cursor
        start = cursor.start
        left = self._operand()
        while (level := _LEVELS.get(cursor.kind, 0)) >= lowest:
            operator = cursor.kind
            self.links += 1
            cursor.advance()
            right = self._operation(level + 1)
            left = nodes.Binary(cursor.span_from(start), operator, left, right)
        return left

    def _operand(self) -> Expression:
        cursor = self.cursor
        if cursor.kind in ("-", "!"):
            return self._unary()
        start = cursor.start
        parse = _TERMS.get(cursor.kind)
        if parse is None:
            if cursor.kind == END:
                raise cursor.fault("Missing expression. Expected the start of an expression, but found the end of the file.")
            raise cursor.fault(INVALID_EXPRESSION)
        found = parse(self)
        return self._traversal(start, found) if cursor.kind in (".", "[") else found

    def _unary(self) -> Expression:
        cursor = self.cursor
        operators: list[tuple[int, str]] = []
        while cursor.kind in ("-", "!"):
            operators.append((cursor.start, cursor.kind))
            self.links += 1
            cursor.advance()
        found = self._operand()
        for start, operator in reversed(operators):
            found = nodes.Unary(cursor.span_from(start), operator, found)
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
        if cursor.kind != NUMBER:
            name = cursor.expect(WORD, "Invalid attribute name. An attribute name is required after a dot.")
            return nodes.Attribute(cursor.span_from(start), of, name)
        if "." in cursor.text:
            why = "When using the legacy index syntax, chaining two indexes together is not permitted."
            raise cursor.fault(f"Invalid legacy index syntax. {why}")
        key = self._number()
        return nodes.IndexExpression(cursor.span_from(start), of, key)

    def _attribute_splat(self, start: int, dot: int, of: Expression) -> Expression:
        """`.*`, which takes the attributes that follow, but no indexes."""
        cursor = self.cursor
        cursor.advance()
        each: Expression = nodes.SplatItem(cursor.span_from(dot))
        while cursor.skip("."):
            self.links += 1
            if cursor.kind == "*":
                raise cursor.fault("Nested splat expression not allowed. A splat expression (*) cannot be used inside another.")
            each = self._attribute(dot, each)
        return nodes.Splat(cursor.span_from(start), of, each)

    def _full_splat(self, start: int, bracket: int, of: Expression) -> Expression:
        """`[*]`, which takes all that follows."""
        cursor = self.cursor
        cursor.advance()
        why = "The star for a full splat operator must be immediately followed by a closing bracket."
        cursor.expect("]", f"Missing close bracket on splat index. {why}")
        self.deeper()
        each = self._traversal(bracket, nodes.SplatItem(cursor.span_from(bracket)))
        self.depth -= 1
        return nodes.Splat(cursor.span_from(start), of, each)

    def _index(self, start: int, of: Expression) -> Expression:
        cursor = self.cursor
        line_ends, cursor.line_ends = cursor.line_ends, False
        cursor.skip(LINE_END)
        key = self.expression()
        cursor.close(line_ends, "]", 'Missing close bracket on index. The index operator must end with a closing bracket ("]").')
        return nodes.IndexExpression(cursor.span_from(start), of, key)

    def _number(self) -> Expression:
        cursor = self.cursor
        start, value = cursor.start, numbers.parse(cursor.text)
        if value is None:
            raise cursor.fault("Invalid number literal. Failed to recognize the value of this number literal.")
        cursor.advance()
        return nodes.Literal(cursor.span_from(start), value)

    def _string(self) -> Expression:
        cursor = self.cursor
        start, text = cursor.start, cursor.text[1:-1]
        cursor.advance()
        return nodes.Literal(cursor.span_from(start), normalized(text))

    def _parenthesised(self) -> Expression:
        cursor = self.cursor
        line_ends = cursor.open()
        found = self.expression()
        cursor.close(line_ends, ")", "Unbalanced parentheses. Expected a closing parenthesis to terminate the expression.")
        return found

    def _word(self) -> Expression:
        cursor = self.cursor
        start, name = cursor.start, cursor.text
        cursor.advance()
        if cursor.kind in ("(", "::"):
            return self._call(start, name)
        span = cursor.span_from(start)
        return nodes.Literal(span, _KEYWORDS[name]) if name in _KEYWORDS else nodes.Name(span, name)

    def _call(self, start: int, name: str) -> Expression:
        cursor = self.cursor
        while cursor.skip("::"):
            message = "Missing function name. Function scope resolution symbol :: must be followed by a function name."
            name = f"{name}::{cursor.expect(WORD, message)}"
        if cursor.kind != "(":
            raise cursor.fault("Missing open parenthesis. Function selector must be followed by an open parenthesis.")
        head = cursor.end
        line_ends = cursor.open()
        is_wrapped = cursor.kind != WORD
        arguments, expanded = self._arguments(start, head)
        cursor.close(line_ends, ")")
        if is_wrapped and arguments and name.removeprefix("core::") == "templatestring":
            # It takes a reference only, without quotes or parentheses around it, and neither of them is in the tree otherwise.
            arguments = (nodes.Template(arguments[0].span, (arguments[0],)), *arguments[1:])
        return nodes.Call(cursor.span_from(start), name, arguments, expanded)

    def _arguments(self, start: int, head: int) -> tuple[tuple[Expression, ...], bool]:
        cursor = self.cursor
        arguments: list[Expression] = []
        while cursor.kind != ")":
            arguments.append(self.expression())
            if cursor.skip("..."):
                if cursor.kind != ")":
                    why = "An expanded function argument (with ...) must be immediately followed by closing parentheses."
                    raise cursor.fault(f"Missing closing parenthesis. {why}")
                return tuple(arguments), True
            if cursor.skip(","):
                continue
            if cursor.kind == END:
                message = "Unterminated function call. There is no closing parenthesis for this function call before the end of the file."
                raise self.source.fault(message, start, head)
            if cursor.kind != ")":
                raise cursor.fault("Missing argument separator. A comma is required to separate each function argument from the next.")
        return tuple(arguments), False


_TERMS: dict[str, Callable[[Parser], Expression]] = {
    WORD: Parser._word,
    STRING: Parser._string,
    NUMBER: Parser._number,
    HEREDOC: templates.heredoc,
    '"': templates.quoted,
    "(": Parser._parenthesised,
    "[": constructors.brackets,
    "{": constructors.braces,
}
