"""Parses templates: quoted strings, heredocs and bare text, with their interpolations and directives.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#templates. Messages begin as those of Terraform.
"""

from __future__ import annotations

from dyncheck.readers.hcl.language.cursor import INVALID_EXPRESSION, ExpressionParser, is_word
from dyncheck.readers.hcl.language.faults import SyntaxFault, place
from dyncheck.readers.hcl.language.nodes import Expression, Literal, Part, Template, TemplateFor, TemplateIf
from dyncheck.readers.hcl.language.source_text import normalized
from dyncheck.readers.hcl.language.template_pieces import WHITE_SPACE, Directive, Piece, Reader, TextPiece


def quoted(parser: ExpressionParser) -> Expression:
    """A quoted string, from its opening quote on."""
    cursor = parser.cursor
    start = cursor.start
    pieces, end = Reader(parser).quoted(start, cursor.end)
    cursor.jump(end)
    return _Builder(parser, pieces, end - 1).template(start, end)


def label(parser: ExpressionParser) -> str:
    """A quoted string without interpolation: a label of a block."""
    cursor = parser.cursor
    start = cursor.start
    pieces, end = Reader(parser, literal=True).quoted(start, cursor.end)
    cursor.jump(end)
    return "".join(piece.value for piece in pieces if isinstance(piece, TextPiece))


def heredoc(parser: ExpressionParser) -> Expression:
    """A heredoc, from its `<<` on."""
    cursor = parser.cursor
    start, opening = cursor.start, cursor.text.rstrip("\r\n")
    marker = opening.removeprefix("<<").removeprefix("-")
    if not is_word(marker):
        raise parser.source.fault(INVALID_EXPRESSION, start, start + 1)
    pieces, end = Reader(parser).lines(start, cursor.end, marker)
    if opening.startswith("<<-"):
        _flush(pieces)
    cursor.jump(end)
    last_line = parser.source.text.rindex("\n", 0, end) + 1
    return _Builder(parser, pieces, last_line).template(start, end)


def bare(parser: ExpressionParser) -> Expression:
    """A whole text that is a template."""
    pieces, end = Reader(parser).lines(0, 0, None)
    return _Builder(parser, pieces, end).template(0, end)


def _flush(pieces: list[Piece]) -> None:
    """Removes the common indentation; blank lines and text after a stripped line end do not count."""
    adjusted: list[TextPiece] = []
    fewest = None
    starts_line = True
    for piece in pieces:
        if starts_line:
            blanks = 0
            if isinstance(piece, TextPiece):
                content = piece.value.lstrip(WHITE_SPACE)
                if not content and piece.value.endswith("\n"):
                    continue
                blanks = len(piece.value) - len(content)
                adjusted.append(piece)
            fewest = blanks if fewest is None else min(fewest, blanks)
        starts_line = isinstance(piece, TextPiece) and piece.value.endswith("\n")
    for piece in adjusted:
        piece.value = piece.value[fewest:]


class _Builder:
    """Makes nested parts of pieces; the last piece ends at the offset `last`."""

    __slots__ = ("last", "next", "parser", "pieces")

    def __init__(self, parser: ExpressionParser, pieces: list[Piece], last: int) -> None:
        self.parser = parser
        self.pieces = pieces
        self.last = last
        self.next = 0

    def template(self, start: int, end: int) -> Expression:
        """The template between two offsets. Raises `SyntaxFault` when directives do not match."""
        pieces = self.pieces
        if len(pieces) == 1 and not isinstance(pieces[0], TextPiece | Directive):
            return pieces[0]
        parts, unmatched = self._until()
        if unmatched is not None:
            raise self._unexpected(unmatched, "The control directives within this template are unbalanced.")
        span = self.parser.source.span(start, end)
        if all(isinstance(piece, TextPiece) for piece in pieces):
            return Literal(span, parts[0].value if parts and isinstance(parts[0], Literal) else "")
        return Template(span, parts)

    def _until(self) -> tuple[tuple[Part, ...], Directive | None]:
        """The parts before the next closing directive, and that directive; None at the end of the template."""
        parts: list[Part] = []
        while self.next < len(self.pieces):
            piece = self.pieces[self.next]
            self.next += 1
            if isinstance(piece, TextPiece):
                self._append_text(parts, piece)
            elif not isinstance(piece, Directive):
                parts.append(piece)
            elif piece.word in ("if", "for"):
                parts.append(self._block(piece))
            else:
                return tuple(parts), piece
        return tuple(parts), None

    def _append_text(self, parts: list[Part], piece: TextPiece) -> None:
        start, texts = piece.start, [piece.value]
        while self.next < len(self.pieces) and isinstance(following := self.pieces[self.next], TextPiece):
            piece = following
            texts.append(piece.value)
            self.next += 1
        value = "".join(texts)
        if value:
            parts.append(Literal(self.parser.source.span(start, piece.end), normalized(value)))

    def _block(self, opening: Directive) -> TemplateIf | TemplateFor:
        self.parser.deeper()
        found = self._if(opening) if opening.word == "if" else self._for(opening)
        self.parser.depth -= 1
        return found

    def _if(self, opening: Directive) -> TemplateIf:
        then, end = self._until()
        otherwise: tuple[Part, ...] = ()
        if end is not None and end.word == "else":
            otherwise, end = self._until()
            if end is not None and end.word == "else":
                raise self._unexpected(end, f"Already in the else clause for the if started at {self._at(opening)}.")
        if end is None or end.word != "endif":
            raise self._mismatch(opening, end, f"Expecting an endif directive for the if started at {self._at(opening)}.")
        return TemplateIf(self.parser.source.span(opening.start, end.end), opening.found, then, otherwise)

    def _for(self, opening: Directive) -> TemplateFor:
        body, end = self._until()
        if end is not None and end.word == "else":
            raise self._unexpected(end, "An else clause is not expected for a for directive.")
        if end is None or end.word != "endfor":
            raise self._mismatch(opening, end, f"Expecting an endfor directive corresponding to the for directive at {self._at(opening)}.")
        span = self.parser.source.span(opening.start, end.end)
        return TemplateFor(span, opening.key_name, opening.value_name, opening.found, body)

    def _mismatch(self, opening: Directive, end: Directive | None, expected: str) -> SyntaxFault:
        if end is not None:
            return self._unexpected(end, expected)
        why = f"The {opening.word} directive at {self._at(opening)} is missing its corresponding end{opening.word} directive."
        return self.parser.source.fault(f"Unexpected end of template. {why}", self.last, self.last)

    def _unexpected(self, piece: Directive, why: str) -> SyntaxFault:
        return self.parser.source.fault(f"Unexpected {piece.word} directive. {why}", piece.start, piece.end)

    def _at(self, piece: Directive) -> str:
        return place(self.parser.source.span(piece.start, piece.end))
