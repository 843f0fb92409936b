"""Writes changes into a file of the native syntax, in the style of that file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import pairwise

from msgspec import Struct

from dyncheck.fix.alignment import aligned
from dyncheck.fix.changes import (
    AddArgument,
    AddBlock,
    AddItem,
    Append,
    Change,
    NewBlock,
    RemoveArgument,
    RemoveItem,
    SetValue,
    item_key,
    together,
)
from dyncheck.fix.sources import SourceFile, Splice, spliced
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.graphemes import count
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body, Expression, Span, children

# Arguments that stand apart from those of the resource, before or after them.
_FIRST = frozenset({"count", "for_each", "provider", "providers", "source", "version"})
_LAST = frozenset({"depends_on", "tags", "tags_all"})
_LAST_BLOCKS = frozenset({"connection", "lifecycle", "provisioner", "timeouts"})

# Lines that a new argument may move. Otherwise it stands apart from the others.
_MOST_MOVED = 2

# Two arguments with one of these words in their names need not belong together.
_COMMON_WORDS = frozenset({"alarm", "arn", "enabled", "id", "name", "to", "type"})


def native_text(source: SourceFile, changes: Sequence[Change]) -> str:
    """The text of a file of the native syntax with changes made."""
    text, former = spliced(source.text, _Writer(source, changes).splices())
    return aligned(source, text, former)


class _Place(Struct, frozen=True):
    """A body with its block, None for the file."""

    body: Body
    block: BlockNode | None


class _Writer:
    def __init__(self, source: SourceFile, changes: Sequence[Change]) -> None:
        self._source = source
        self._changes = changes
        self._text = source.text
        self._newline = source.newline

    def splices(self) -> list[Splice]:
        items: dict[int, list[AddItem]] = {}
        found: list[Splice] = []
        for change in self._changes:
            if isinstance(change, SetValue):
                found.append(self._set(change))
            elif isinstance(change, RemoveItem):
                found.append(self._without_item(change))
            elif isinstance(change, AddItem):
                items.setdefault(self._source.start(change.at), []).append(change)
        for start, added in items.items():
            found += self._with_items(self._expressions[start], added)
        for body in dict.fromkeys(each.body for each in self._changes if isinstance(each, AddArgument | RemoveArgument | AddBlock)):
            found += self._in_body(self._bodies[body], [each for each in self._changes if getattr(each, "body", None) == body])
        appended = together(each.block for each in self._changes if isinstance(each, Append))
        return [*found, *([self._appended(appended)] if appended else [])]

    @cached_property
    def _bodies(self) -> dict[Span, _Place]:
        return dict(_bodies_of(self._source.body))

    @cached_property
    def _expressions(self) -> dict[int, Expression]:
        """The value of each argument and item, by the offset of its name."""
        return {self._source.start(name): value for name, value in _values_of(self._source.body)}

    @cached_property
    def _unit(self) -> str:
        """The indentation of one level."""
        for place in self._bodies.values():
            first = next(iter(place.body.arguments.values()), None)
            if place.block and place.block.header.column == 1 and first and first.span.line > place.block.header.line:
                return self._indent(first.span.line) or "  "
        return "  "

    def _indent(self, line: int) -> str:
        text = self._source.line(line)
        return text[: len(text) - len(text.lstrip())]

    def _set(self, change: SetValue) -> Splice:
        expression = self._expressions[self._source.start(change.at)]
        start, end = self._source.start(expression.span), self._source.end(expression.span)
        return Splice(start, end, self._value(change.value, self._indent(expression.span.line)))

    def _value(self, value: str, indent: str) -> str:
        return f"{self._newline}{indent}".join(value.split("\n"))

    def _in_body(self, place: _Place, changes: Sequence[Change]) -> Iterator[Splice]:
        removed = [change.name for change in changes if isinstance(change, RemoveArgument)]
        arguments = [(change.name, change.value) for change in changes if isinstance(change, AddArgument)]
        blocks = together(change.block for change in changes if isinstance(change, AddBlock))
        if _is_on_one_line(place):
            yield from self._in_line(place, removed, arguments, blocks)
            return
        for name in removed:
            yield self._without(place, place.body.arguments[name])
        short = [(name, value) for name, value in arguments if "\n" not in value]
        yield from self._with_arguments(place, short)
        long = [self._lines_of_argument(name, value) for name, value in arguments if "\n" in value]
        for lines, kind in (*((lines, "") for lines in long), *((block_lines(block, self._unit), block.type) for block in blocks)):
            yield self._with_block(place, kind, lines)

    def _in_line(
        self, place: _Place, removed: Sequence[str], arguments: Iterable[tuple[str, str]], blocks: Iterable[NewBlock]
    ) -> Iterator[Splice]:
        """Changes in a block that stands on one line."""
        start, end = self._source.start(place.body.span) + 1, self._source.end(place.body.span) - 1
        inner = self._text[start:end]
        indent = self._indent(place.body.span.line)
        lines = [f"{name} = {value}" for name, value in arguments]
        for block in blocks:
            lines += ["", *block_lines(block, self._unit)] if lines or inner.strip() else block_lines(block, self._unit)
        if removed:
            start, end, inner = start, end, ""
            yield Splice(start, end, self._lines_between(lines, indent))
        elif inner.strip():
            yield Splice(start, start + len(inner) - len(inner.lstrip()), f"{self._newline}{indent}{self._unit}")
            yield Splice(start + len(inner.rstrip()), end, self._lines_between(lines, indent))
        else:
            yield Splice(start, end, self._lines_between(lines, indent))

    def _lines_between(self, lines: Sequence[str], indent: str) -> str:
        if not lines:
            return ""
        inner = (f"{indent}{self._unit}{line}" if line else "" for line in "\n".join(lines).split("\n"))
        return "".join((*(f"{self._newline}{line}" for line in inner), self._newline, indent))

    def _without(self, place: _Place, argument: Argument) -> Splice:
        """An argument removed with its lines. With a comment behind it, it becomes null, so that the comment stays."""
        source, first, last = self._source, argument.span.line, argument.span.end_line
        if self._text[source.end(argument.span) : source.line_end(last)].strip():
            span = argument.expression.span
            return Splice(source.start(span), source.end(span), "null")
        is_last = last + 1 == place.body.span.end_line or not source.line(last + 1).strip()
        if is_last and not source.line(first - 1).strip():
            first -= 1
        elif first - 1 == place.body.span.line and not source.line(last + 1).strip():
            last += 1
        return Splice(source.line_start(first), source.line_start(last + 1), "")

    def _without_item(self, change: RemoveItem) -> Splice:
        """An object without an item: its lines are removed, or its part of the line."""
        source, written = self._source, self._expressions[self._source.start(change.at)]
        assert isinstance(written, nodes.ObjectExpression)
        places = [(source.start(key.span), source.end(value.span)) for key, value in written.items]
        index = next(number for number, (key, _) in enumerate(written.items) if getattr(key, "value", None) == change.key)
        start, end = places[index]
        first, last = source.line_of(start), source.line_of(end)
        rest = self._text[end : source.line_end(last)].strip()
        if not self._text[source.line_start(first) : start].strip() and rest in ("", ","):
            return Splice(source.line_start(first), source.line_start(last + 1), "")
        if index:
            return Splice(places[index - 1][1], end, "")
        if len(places) > 1:
            return Splice(start, places[1][0], "")
        return Splice(source.start(written.span), source.end(written.span), "{}")

    def _with_arguments(self, place: _Place, arguments: Sequence[tuple[str, str]]) -> Iterator[Splice]:
        groups = self._groups(place)
        by_group: dict[int, list[str]] = {}
        apart: dict[int, list[str]] = {}
        for name, value in arguments:
            group, similar = _group_for(name, groups)
            last = group[-1].span.end_line if group else place.body.span.line
            if self._fits(name, group):
                by_group.setdefault(similar.span.line if similar else last, []).append(f"{name} = {value}")
            else:
                apart.setdefault(last, []).append(f"{name} = {value}")
        indent = self._inner_indent(place)
        for above, lines in by_group.items():
            yield self._inserted(above, [f"{indent}{line}" for line in lines])
        for above, lines in apart.items():
            found = [f"{indent}{line}" for line in lines]
            is_first = above == place.body.span.line
            has_more = bool(place.body.arguments or place.body.blocks)
            yield self._inserted(above, [*found, ""] if is_first and has_more else found if is_first else ["", *found])

    def _fits(self, name: str, group: Sequence[Argument]) -> bool:
        """Whether an argument can stand at the end of a group without moving many lines of it."""
        if not group:
            return False
        widest = max(count(each.name) for each in group)
        return count(name) <= widest or len(group) <= _MOST_MOVED

    def _groups(self, place: _Place) -> list[list[Argument]]:
        """The arguments in consecutive lines, each with a value on one line."""
        is_call = place.block is not None and place.block.type == "module"
        # The inputs of a module follow its source.
        return self._lines_of(place, _FIRST) or (self._lines_of(place, _FIRST - {"source", "version"}) if is_call else [])

    def _lines_of(self, place: _Place, skipped: Set[str]) -> list[list[Argument]]:
        found: list[list[Argument]] = []
        end = 0
        for argument in sorted(place.body.arguments.values(), key=lambda each: each.span.line):
            if argument.span.line == argument.span.end_line and argument.name not in skipped:
                if found and argument.span.line == end + 1:
                    found[-1].append(argument)
                else:
                    found.append([argument])
                end = argument.span.line
        return [group for group in found if group[0].name not in _LAST]

    def _inner_indent(self, place: _Place) -> str:
        body = place.body
        lines = [*(each.span.line for each in body.arguments.values()), *(each.span.line for each in body.blocks)]
        return self._indent(lines[0]) if lines else self._indent(body.span.line) + self._unit

    def _with_block(self, place: _Place, kind: str, lines: Sequence[str]) -> Splice:
        """A block, or an argument with a value on several lines, after the last one of its kind."""
        body = place.body
        indent = self._inner_indent(place)
        same = [block for block in body.blocks if kind and kind in (block.type, *block.labels[: block.type == "dynamic"])]
        usual = same or [block for block in body.blocks if block.type not in _LAST_BLOCKS]
        others = [argument for argument in body.arguments.values() if argument.name not in _LAST]
        anchors: Sequence[BlockNode | Argument] = usual or others or ([] if kind else [*body.blocks])
        if not kind:
            anchors = [*others, *body.arguments.values(), *usual]
        above = max((each.span.end_line for each in anchors), default=body.span.line)
        is_compact = _is_compact(body.blocks)
        written = [f"{indent}{line}" if line else "" for line in "\n".join(lines).split("\n")]
        before = [] if is_compact or above == body.span.line else [""]
        after = [] if is_compact or above + 1 >= body.span.end_line or not self._source.line(above + 1).strip() else [""]
        return self._inserted(above, [*before, *written, *after])

    def _lines_of_argument(self, name: str, value: str) -> list[str]:
        return f"{name} = {value}".split("\n")

    def _inserted(self, above: int, lines: Sequence[str]) -> Splice:
        start = self._source.line_start(above + 1)
        return Splice(start, start, "".join(f"{line}{self._newline}" for line in lines))

    def _appended(self, blocks: Iterable[NewBlock]) -> Splice:
        texts = [self._newline.join("\n".join(block_lines(block, self._unit)).split("\n")) for block in blocks]
        end = len(self._text)
        ended = self._text.endswith("\n")
        gap = "" if not self._text.strip() else self._newline if ended else self._newline * 2
        return Splice(end, end, gap + f"{self._newline * 2}".join(texts) + (self._newline if ended or not self._text else ""))

    def _with_items(self, expression: Expression, added: Sequence[AddItem]) -> Iterator[Splice]:
        items = [(item_key(each.key), each.value) for each in added]
        source, written = self._source, _object_in(expression)
        if written is None:
            yield self._merged(expression, items)
            return
        start, end = source.start(written.span), source.end(written.span)
        if written.span.line == written.span.end_line:
            last = source.end(written.items[-1][1].span) if written.items else start + 1
            text = ", ".join(f"{key} = {value}" for key, value in items)
            yield Splice(last, last, f", {text}") if written.items else Splice(start, end, f"{{ {text} }}")
            return
        if not written.items:
            indent = self._indent(written.span.line) + self._unit
            yield self._inserted(written.span.line, [f"{indent}{key} = {value}" for key, value in items])
            return
        last_line = max(value.span.end_line for _, value in written.items)
        indent = self._indent(written.items[-1][0].span.line)
        after_last = source.end(written.items[-1][1].span)
        has_commas = self._text[after_last:end].lstrip(" \t)").startswith(",")
        if not has_commas and len(written.items) > 1:
            between = self._text[source.end(written.items[-2][1].span) : source.start(written.items[-1][0].span)]
            if "," in between.split("\n")[0].split("#")[0]:
                has_commas = True
                yield Splice(after_last, after_last, ",")
        if last_line == written.span.end_line:
            comma = "" if has_commas else ","
            yield Splice(after_last, after_last, "".join(f"{comma} {key} = {value}" for key, value in items))
            return
        yield self._inserted(last_line, [f"{indent}{key} = {value}{',' * has_commas}" for key, value in items])

    def _merged(self, expression: Expression, items: Sequence[tuple[str, str]]) -> Splice:
        """A map that is not an object, with more items: `merge` takes one more argument, or is new."""
        start, end = self._source.start(expression.span), self._source.end(expression.span)
        added = self._object(items, self._indent(expression.span.line))
        if isinstance(expression, nodes.Literal) and expression.value is None:
            return Splice(start, end, added)
        if isinstance(expression, nodes.Call) and expression.name == "merge" and expression.arguments and not expression.expanded:
            last = expression.arguments[-1].span
            indent = self._indent(last.line)
            gap = " " if last.line == expression.span.line else f"{self._newline}{indent}"
            return Splice(self._source.end(last), self._source.end(last), f",{gap}{self._object(items, indent)}")
        return Splice(start, end, f"merge({self._text[start:end]}, {added})")

    def _object(self, items: Sequence[tuple[str, str]], indent: str) -> str:
        """An object; with several items on several lines."""
        if len(items) == 1:
            return f"{{ {items[0][0]} = {items[0][1]} }}"
        width = max(len(key) for key, _ in items)
        lines = (f"{indent}{self._unit}{key:{width}} = {value}" for key, value in items)
        return self._newline.join(("{", *lines, f"{indent}}}"))


def block_lines(block: NewBlock, unit: str) -> list[str]:
    """The lines of a block, as `terraform fmt` has them, with that indentation of one level."""
    header = " ".join((block.type, *(f'"{label}"' for label in block.labels), "{"))
    inner: list[str] = []
    short = [name for name, value in block.arguments if "\n" not in value]
    width = max(map(count, short), default=0)
    for name, value in block.arguments:
        if "\n" in value:
            inner += [*([""] if inner else []), *f"{name} = {value}".split("\n")]
        else:
            inner.append(f"{name}{' ' * (width - count(name))} = {value}")
    for each in block.blocks:
        inner += [*([""] if inner else []), *block_lines(each, unit)]
    return [header, *(f"{unit}{line}" if line else "" for line in inner), "}"]


def _is_on_one_line(place: _Place) -> bool:
    return place.block is not None and place.body.span.line == place.body.span.end_line


def _is_compact(blocks: Sequence[BlockNode]) -> bool:
    """Whether blocks follow each other without empty lines."""
    pairs = list(pairwise(blocks))
    return bool(pairs) and all(other.header.line == one.span.end_line + 1 for one, other in pairs)


def _group_for(name: str, groups: Sequence[Sequence[Argument]]) -> tuple[Sequence[Argument], Argument | None]:
    """The group of arguments that a new one belongs to, and the last one in it with a similar name. Without one, the first group."""
    words = set(name.split("_")) - _COMMON_WORDS
    for group in groups:
        if similar := [each for each in group if words & set(each.name.split("_"))]:
            return group, similar[-1]
    return (groups[0] if groups else ()), None


def _object_in(expression: Expression) -> nodes.ObjectExpression | None:
    """The object to add an item to: the value itself, or the last one that `merge` takes."""
    if isinstance(expression, nodes.ObjectExpression):
        return expression
    if isinstance(expression, nodes.Call) and expression.name == "merge" and expression.arguments and not expression.expanded:
        return _object_in(expression.arguments[-1])
    return None


def _bodies_of(body: Body, block: BlockNode | None = None) -> Iterator[tuple[Span, _Place]]:
    yield body.span, _Place(body, block)
    for inner in body.blocks:
        yield from _bodies_of(inner.body, inner)


def _values_of(body: Body) -> Iterator[tuple[Span, Expression]]:
    for argument in body.arguments.values():
        yield argument.span, argument.expression
        yield from _items_of(argument.expression)
    for block in body.blocks:
        yield from _values_of(block.body)


def _items_of(expression: object) -> Iterator[tuple[Span, Expression]]:
    if isinstance(expression, nodes.ObjectExpression):
        for key, value in expression.items:
            yield key.span, value
    if not isinstance(expression, nodes.Literal | nodes.Name):
        for child in children(expression):  # type: ignore[arg-type]
            yield from _items_of(child)
