"""Aligns the equals signs and the trailing comments of consecutive lines, as `terraform fmt` does.

Lines that were not aligned before stay as they are, except new ones.
Source: https://github.com/hashicorp/hcl/blob/main/hclwrite/format.go, `formatCells`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from dyncheck.fix.sources import SourceFile, Splice, spliced
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.graphemes import count
from dyncheck.readers.hcl.language.nodes import Body, Span, children


class Cell(Struct, frozen=True):
    """What is aligned in a line: it ends the text before at `before`, and starts at `start`. Both are offsets."""

    before: int
    start: int


def aligned(source: SourceFile, text: str, former: Mapping[int, int]) -> str:
    """The text of an edited file with aligned lines. `former` are the lines that the file had before, with their former numbers."""
    for cells_of in (_equals, _trailing):
        before, after = source, SourceFile(source.path, source.encoded(text))
        canonical = _canonical(before, cells_of(before))
        found = cells_of(after)
        splices = [splice for chain in _chains(found) for splice in _of_chain(after, chain, found, former, canonical)]
        if splices:
            text, _ = spliced(text, splices)
    return text


def is_aligned(source: SourceFile) -> bool:
    """Whether all consecutive lines of a file are aligned."""
    return all(len(_canonical(source, cells)) == len(cells) for cells in (_equals(source), _trailing(source)))


def _of_chain(
    source: SourceFile, chain: list[int], cells: Mapping[int, Cell], former: Mapping[int, int], canonical: frozenset[int]
) -> Iterator[Splice]:
    known = [former[line] for line in chain if line in former]
    widths = {line: _width(source, line, cells[line].before) for line in chain}
    if all(line in canonical for line in known):
        column = max(widths.values()) + 1
        moved = dict.fromkeys(chain, column)
    else:
        moved = {}
        for above, line in pairwise(chain):
            if line not in former:
                moved[line] = max(widths[line] + 1, moved.get(above, _width(source, above, cells[above].start)))
    for line, column in moved.items():
        cell, blanks = cells[line], " " * (column - widths[line])
        if source.text[cell.before : cell.start] != blanks:
            yield Splice(cell.before, cell.start, blanks)


def _canonical(source: SourceFile, cells: Mapping[int, Cell]) -> frozenset[int]:
    """The lines whose cells are where `terraform fmt` puts them."""
    found: set[int] = set()
    for chain in _chains(cells):
        column = max(_width(source, line, cells[line].before) for line in chain) + 1
        if all(_width(source, line, cells[line].start) == column for line in chain):
            found.update(chain)
    return frozenset(found)


def _chains(lines: Iterable[int]) -> list[list[int]]:
    """Lines in groups of consecutive ones."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and found[-1][-1] == line - 1:
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _width(source: SourceFile, line: int, offset: int) -> int:
    return count(source.text[source.line_start(line) : offset])


def _equals(source: SourceFile) -> dict[int, Cell]:
    """The equals sign of each line that is one whole argument or one whole item of an object."""
    found: dict[int, Cell] = {}
    for name, end in _assignments(source.body):
        start, stop = source.start(name), source.end(end)
        line = name.line
        before = source.end(name)
        rest = source.text[stop : source.line_end(line)].strip()
        is_whole = line == end.end_line and not source.text[source.line_start(line) : start].strip()
        if is_whole and (not rest or rest[0] in ",#/"):
            sign = len(source.text) if (at := source.text.find("=", before, stop)) < 0 else at
            if not source.text[before:sign].strip():
                found[line] = Cell(before, sign)
    return found


def _assignments(body: Body) -> Iterator[tuple[Span, Span]]:
    """The place of each name, and of its value."""
    for argument in body.arguments.values():
        span = argument.span
        yield Span(span.file, span.line, span.column, span.line, span.column + count(argument.name)), span
        yield from _items(argument.expression)
    for block in body.blocks:
        yield from _assignments(block.body)


def _items(expression: object) -> Iterator[tuple[Span, Span]]:
    if isinstance(expression, nodes.ObjectExpression):
        for key, value in expression.items:
            yield key.span, value.span
    if not isinstance(expression, nodes.Literal | nodes.Name):
        for child in children(expression):  # type: ignore[arg-type]
            yield from _items(child)


def _trailing(source: SourceFile) -> dict[int, Cell]:
    """The comment at the end of each line that has code before it."""
    found: dict[int, Cell] = {}
    for start, _ in source.comments:
        line = source.line_of(start)
        code = source.text[source.line_start(line) : start]
        if code.strip() and source.text[start] != "*" and not source.text.startswith("/*", start):
            found[line] = Cell(source.line_start(line) + len(code.rstrip()), start)
    return found
