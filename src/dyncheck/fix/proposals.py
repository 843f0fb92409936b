"""A finding with a fix -> the changes that make it, several ways, the smallest first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dyncheck.findings import Result
from dyncheck.fix.changes import LABELS, AddArgument, AddBlock, AddItem, Append, Change, NewBlock, RemoveArgument, RemoveItem, SetValue
from dyncheck.fix.origin import change_at_origin
from dyncheck.fix.printed import NotFixableError, printed
from dyncheck.fix.references import missing_reference
from dyncheck.fix.spots import Files, Spot, beside, spots_of
from dyncheck.model import without_keys
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Expression, Span
from dyncheck.readers.hcl.language.syntax import parse_expression
from dyncheck.readers.hcl.language.traversals import constant_reference

# The arguments of an alarm that do not decide when it fires.
_OF_ONE = frozenset({"alarm_actions", "alarm_name", "provider", "region"})

# A reference to a resource, alone or in a list.
_REFERS = re.compile(r"\[?aws_[\w.]+\]?")

# Blocks that may have the wrong name only.
_RENAMED = frozenset({"attribute", "global_secondary_index"})

# The blocks of a file.
_OF_FILE = frozenset({"moved", "output", "resource", "variable"})


def proposals(result: Result, files: Files, *, was_edited: bool = False, made: Sequence[Change] = ()) -> tuple[tuple[Change, ...], ...]:
    """The changes that may correct a finding; at least one way. Raises `NotFixableError`.

    With `was_edited`, it is a finding of the files after an edit of its resource. `made` are changes that are made in any case.
    """
    near = () if was_edited else tuple(_nearest_ways(result, files))
    try:
        ways = (*near, *_ways(result, files, made, was_edited=was_edited))
    except NotFixableError:
        if not near:
            raise
        ways = near
    missing = [missing_reference(way, files, made) for way in ways]
    if all(missing):
        raise NotFixableError(f"The fix refers to {missing[0]}, which the module does not have.")
    return tuple(way for way, reference in zip(ways, missing, strict=True) if not reference)


def _nearest_ways(result: Result, files: Files) -> Iterator[tuple[Change, ...]]:
    """The changes of a single argument that may make another resource the one that is missing."""
    try:
        (fix,) = printed(result.fix, is_example=True).blocks
    except (NotFixableError, ValueError):
        return
    labels = tuple(without_keys(result.nearest).split(".")[-2:]) if result.nearest else _namesake(fix)
    block = beside(result, labels, files) if labels else None
    ways = list(_differences(block, fix, files)) if block else []
    if result.nearest or len(ways) == 1:
        yield from ways


def _namesake(fix: NewBlock) -> tuple[str, ...]:
    """The labels of a resource that has the name of the missing one, which got a number for that reason; else empty."""
    name = re.sub(r"_\d+$", "", fix.labels[-1]) if fix.type == "resource" else ""
    return (*fix.labels[:-1], name) if fix.labels and name != fix.labels[-1] else ()


def _differences(block: BlockNode, fix: NewBlock, files: Files) -> Iterator[tuple[Change, ...]]:
    """The changes from a resource to that of a fix, one by one."""
    for name, value in fix.arguments:
        argument = block.body.arguments.get(name)
        if name in _OF_ONE:
            continue
        if argument is None:
            yield (AddArgument(block.body.span, name, value),)
        elif not _is_same(argument.expression, value, files):
            old, new = argument.expression, parse_expression(value, "")
            is_object = isinstance(old, nodes.ObjectExpression) and isinstance(new, nodes.ObjectExpression)
            items = _items(argument.span, old, new, value, sets_all=True) if is_object else None  # type: ignore[arg-type]
            yield tuple(items or [SetValue(argument.span, value)])


def _is_same(expression: Expression, value: str, files: Files) -> bool:
    """Whether an expression has the text of a value, apart from blanks and quotes."""
    return re.sub(r'[\s"]', "", files[expression.span.file].of(expression.span)) == re.sub(r'[\s"]', "", value)


def _ways(result: Result, files: Files, made: Sequence[Change], *, was_edited: bool) -> tuple[tuple[Change, ...], ...]:
    fix = printed(result.fix)
    choices = ((False, False), (False, True), (True, False), (True, True))
    renamed = [way for spot in spots_of(result, files, was_edited=was_edited) for way in _renamed(fix, spot, files)]
    found = [
        tuple(_Merger(result, spot, files, sets_all=sets_all, in_call=in_call).changes(each))
        for spot in spots_of(result, files, was_edited=was_edited)
        for each in (fix, *_as_beside(fix, spot, files, made))
        for sets_all, in_call in choices
    ]
    ways = tuple(dict.fromkeys(filter(None, (*renamed, *found))))
    if not ways:
        raise NotFixableError("The files have the value of the fix already.")
    return ways


def _renamed(fix: NewBlock, spot: Spot, files: Files) -> Iterator[tuple[Change, ...]]:
    """The missing attribute or index as another name for one that is the same in all else."""
    if fix.arguments or len(fix.blocks) != 1 or fix.blocks[0].type not in _RENAMED:
        return
    (missing,) = fix.blocks
    name, *others = missing.arguments
    for block in spot.blocks[0].body.of_type(missing.type):
        arguments = block.body.arguments
        is_same = all(key in arguments and _is_same(arguments[key].expression, value, files) for key, value in others)
        if is_same and name[0] in arguments and not _has_label(block, missing):
            yield (SetValue(arguments[name[0]].span, name[1]),)


def _as_beside(fix: NewBlock, spot: Spot, files: Files, made: Sequence[Change]) -> Iterator[NewBlock]:
    """The fix with the values that other resources of its type in the same file have or get, where it refers to another resource.

    A module has its own name for a topic or a key.
    """
    resource = spot.blocks[0]
    new = [dict(each.block.arguments) for each in made if isinstance(each, Append) and each.block.labels[:1] == resource.labels[:1]]
    for name, value in fix.arguments:
        if not _REFERS.fullmatch(value):
            continue
        others = [each for each in files[resource.span.file].body.of_type("resource") if each.labels[:1] == resource.labels[:1]]
        source = files[resource.span.file]
        known = [source.of(each.body.arguments[name].expression.span) for each in others if name in each.body.arguments]
        for text in dict.fromkeys((*known, *(each[name] for each in new if name in each))):
            if text not in (value, "[]", "null") and not source.is_json:
                yield NewBlock(fix.type, fix.labels, tuple((key, text if key == name else old) for key, old in fix.arguments), fix.blocks)


class _Merger:
    """Makes changes of a fix.

    Arguments that the finding is not about keep their values, unless `sets_all`. With `in_call`, the call of a module sets the variable
    that has its default now.
    """

    def __init__(self, result: Result, spot: Spot, files: Files, *, sets_all: bool, in_call: bool) -> None:
        self._result = result
        self._spot = spot
        self._files = files
        self._sets_all = sets_all
        self._in_call = in_call

    def changes(self, fix: NewBlock) -> Iterator[Change]:
        for block in fix.blocks:
            if block.type in _OF_FILE and block.labels:
                yield Append(self._spot.blocks[0].span.file, block)
            else:
                yield from self._block(block, self._spot.container(block.type))
        for name, value in fix.arguments:
            number = self._spot.container(name)
            yield from self._set(self._spot.blocks[number], name, value, self._key(number, name))

    def _key(self, number: int, name: str) -> str:
        """The key of the item that the finding is about in an argument, empty without."""
        step, key = self._spot.steps[number] if number < len(self._spot.steps) else ("", "")
        return key.strip('[]"') if step == name else ""

    def _block(self, fix: NewBlock, number: int) -> Iterator[Change]:
        around = self._spot.blocks[number]
        existing = self._existing(fix, number)
        if existing is None:
            yield AddBlock(around.body.span, fix)
        else:
            yield from self._merged(existing, fix)

    def _existing(self, fix: NewBlock, number: int) -> BlockNode | None:
        """The block that a block of a fix is about."""
        inner = self._spot.blocks[number + 1 : number + 2]
        if inner and inner[0].type == fix.type:
            return inner[0]
        same = [each for each in self._spot.blocks[number].body.blocks if each.type == fix.type]
        if len(fix.identity) == 1:
            return same[0] if len(same) == 1 else None
        return next((each for each in same if _has_label(each, fix)), None)

    def _merged(self, block: BlockNode, fix: NewBlock) -> Iterator[Change]:
        for name, value in fix.arguments:
            yield from self._set(block, name, value, "")
        for inner in fix.blocks:
            existing = next((each for each in block.body.blocks if each.type == inner.type), None)
            if existing:
                yield from self._merged(existing, inner)
            else:
                yield AddBlock(block.body.span, inner)

    def _set(self, block: BlockNode, name: str, value: str, key: str) -> Iterator[Change]:
        located = self._spot.argument
        argument = located if located and located.name == name else block.body.arguments.get(name)
        if argument is None:
            if value != "null":
                yield AddArgument(block.body.span, name, value)
        elif key:
            yield from self._item(argument, key, value)
        elif self._has(argument.expression, value):
            return
        elif value == "null" and argument is not located:
            yield RemoveArgument(block.body.span, name)
        elif argument is located or name == self._last_step:
            yield from self._changed(argument, value, block)
        elif self._sets_all or not located:
            yield SetValue(argument.span, value)

    @property
    def _last_step(self) -> str:
        return self._spot.steps[-1][0] if self._spot.steps else ""

    def _changed(self, argument: Argument, value: str, block: BlockNode) -> Iterator[Change]:
        """Another value for the argument that the finding is about."""
        if value == "null":
            yield RemoveArgument(block.body.span, argument.name)
            return
        if constant_reference(argument.expression) is not None:
            yield change_at_origin(self._result, argument, value, self._files, in_call=self._in_call)
            return
        old, new = argument.expression, parse_expression(value, "")
        if isinstance(old, nodes.ObjectExpression) and isinstance(new, nodes.ObjectExpression):
            changes = _items(argument.span, old, new, value, sets_all=self._sets_all)
            if changes is not None:
                yield from changes
                return
        yield SetValue(argument.span, value)

    def _item(self, argument: Argument, key: str, value: str) -> Iterator[Change]:
        """An item of the map of an argument; the fix has the whole map with this item."""
        new = parse_expression(value, "")
        item = next((each for each in getattr(new, "items", ()) if getattr(each[0], "value", None) == key), None)
        if item is None:
            raise NotFixableError("The fix does not show the item.")
        text = _slice(item[1], value)
        existing = _item_in(argument.expression, key)
        yield AddItem(argument.span, key, text) if existing is None else SetValue(existing, text)

    def _has(self, expression: Expression, value: str) -> bool:
        """Whether an expression has the text of a value."""
        source = self._files[expression.span.file]
        if source.is_json:
            return isinstance(expression, nodes.Literal) and expression.value == getattr(parse_expression(value, ""), "value", None)
        return source.of(expression.span) == value


def _has_label(block: BlockNode, fix: NewBlock) -> bool:
    """Whether an existing block has the labels of one of a fix."""
    wanted = dict(fix.arguments)
    for name in LABELS:
        argument = block.body.arguments.get(name)
        if name in wanted and argument is not None:
            return bool(getattr(argument.expression, "value", None) == wanted[name].strip('"'))
    return False


def _items(at: Span, old: nodes.ObjectExpression, new: nodes.ObjectExpression, value: str, *, sets_all: bool) -> list[Change] | None:
    """The changes of items from one object to another, None where these have nothing in common."""
    known = {getattr(key, "value", None): (key, inner) for key, inner in old.items}
    wanted = {getattr(key, "value", None): inner for key, inner in new.items}
    if known.keys().isdisjoint(wanted) or None in known:
        return None
    changes: list[Change] = [RemoveItem(at, str(key)) for key in known if key not in wanted]
    changes += (AddItem(at, str(key), _slice(inner, value)) for key, inner in wanted.items() if key not in known)
    if changes and not sets_all:
        return changes
    return [*changes, *(SetValue(_whole(*known[key]), _slice(wanted[key], value)) for key in known if key in wanted)]


def _item_in(expression: Expression, key: str) -> Span | None:
    """The place of an item in an object, or in the last argument of a function that has it."""
    if isinstance(expression, nodes.ObjectExpression):
        return next((_whole(*each) for each in reversed(expression.items) if getattr(each[0], "value", None) == key), None)
    if isinstance(expression, nodes.Call) and expression.name == "merge":
        return next(filter(None, (_item_in(each, key) for each in reversed(expression.arguments))), None)
    return None


def _whole(key: Expression, value: Expression) -> Span:
    return Span(key.span.file, key.span.line, key.span.column, value.span.end_line, value.span.end_column)


def _slice(expression: Expression, text: str) -> str:
    """The text of an expression of a text on one or several lines."""
    lines = text.split("\n")
    span = expression.span
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    inner = (
        lines[span.line - 1][span.column - 1 :],
        *lines[span.line : span.end_line - 1],
        lines[span.end_line - 1][: span.end_column - 1],
    )
    return "\n".join(inner)
