"""Where the value of an argument comes from: the place to change when the argument only passes it on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from dyncheck.findings import Result
from dyncheck.fix.changes import AddArgument, AddItem, Change, SetValue
from dyncheck.fix.printed import NotFixableError
from dyncheck.fix.spots import Files
from dyncheck.model import Place, Related
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body, Expression, Span
from dyncheck.readers.hcl.language.traversals import constant_reference

_STEP = re.compile(r'\.([\w-]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]')
_INDEX = r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]'


class _Value(Struct, frozen=True):
    """An expression, the whole place of the argument or item that has it, and the keys that lead on from it."""

    at: Span
    expression: Expression
    keys: tuple[str, ...] = ()


def change_at_origin(result: Result, argument: Argument, value: str, files: Files, *, in_call: bool) -> Change:
    """The change that gives an argument of a finding another value, at the place that decides it.

    With `in_call`, a module call sets the variable that has its default now. Raises `NotFixableError` when no file has that place.
    """
    here = _Value(argument.span, argument.expression)
    best = here
    instances = [*_instance_keys(result.address), ""]
    calls = [place for place in result.places if place.kind == "module"]
    for related in result.related:
        step = _reference(here)
        if step is None:
            break
        kind, name, keys = step
        if not _is_about(related, kind, name):
            break
        if not related.message.endswith(" here"):
            raise NotFixableError(f"The value comes from elsewhere: {related.message}. Change it there.")
        found = _definition(files[related.file].body, related, kind, name)
        if found is None:
            break
        if kind == "each":
            keys = (instances[0], *keys)
        elif found.is_call:
            # From here on, `each` is that of the module call.
            instances, calls = instances[1:] or [""], calls[1:]
        here = _descended(_Value(found.argument.span, found.argument.expression, (*keys, *here.keys)))
        if in_call and found.is_default and calls and not here.keys:
            return AddArgument(_call_at(calls[0], files).body.span, name, value)
        if not here.keys:
            best = here if _may_be_set(here.expression, kind) else best
        elif isinstance(here.expression, nodes.ObjectExpression) and len(here.keys) == 1:
            return AddItem(here.at, here.keys[0], value)
    return SetValue(best.at, value)


def _may_be_set(expression: Expression, kind: str) -> bool:
    """Whether another value may replace an expression. One that decides, such as `local.is_production`, decides more than this value."""
    if kind == "local" and constant_reference(expression) is not None:
        return False
    return constant_reference(expression) is not None or isinstance(
        expression, nodes.Literal | nodes.Template | nodes.ObjectExpression | nodes.TupleExpression
    )


class _Definition(Struct, frozen=True):
    argument: Argument
    is_call: bool = False
    is_default: bool = False


def _reference(value: _Value) -> tuple[str, str, tuple[str, ...]] | None:
    """The kind, the name and the keys of a reference, None for any other expression."""
    found = constant_reference(value.expression)
    if found is None:
        return None
    kind, text = found
    steps = [match[1] or match[2] or match[3] for match in _STEP.finditer(text, len(kind))]
    if kind == "module" and len(steps) > 1:
        return kind, ".".join(steps[:2]), tuple(steps[2:])
    if kind not in ("var", "local", "each") or not steps or (kind == "each" and steps[0] != "value"):
        return None
    return kind, steps[0], tuple(steps[1:])


def _is_about(related: Related, kind: str, name: str) -> bool:
    return related.message.startswith("for_each " if kind == "each" else f"{kind}.{name} ")


def _definition(body: Body, related: Related, kind: str, name: str) -> _Definition | None:
    for found in _definitions(body, kind, name):
        span = found.argument.expression.span if kind == "each" else found.argument.span
        if span.line == related.line:
            return found
    return None


def _definitions(body: Body, kind: str, name: str) -> Iterator[_Definition]:
    if kind == "var" and name in body.arguments:
        yield _Definition(body.arguments[name])
    for block in body.blocks:
        arguments = block.body.arguments
        if kind == "var" and block.type == "module" and name in arguments:
            yield _Definition(arguments[name], is_call=True)
        elif kind == "var" and block.type == "variable" and block.labels == (name,) and "default" in arguments:
            yield _Definition(arguments["default"], is_default=True)
        elif kind == "module" and block.type == "output" and block.labels == (name.rpartition(".")[2],) and "value" in arguments:
            yield _Definition(arguments["value"])
        elif kind == "local" and block.type == "locals" and name in arguments:
            yield _Definition(arguments[name])
        elif kind == "each" and "for_each" in arguments:
            yield _Definition(arguments["for_each"])


def _call_at(place: Place, files: Files) -> BlockNode:
    """The module call at a place."""
    found = [block for block in files[place.file].body.of_type("module") if block.header.line == place.line]
    if len(found) != 1:
        raise NotFixableError("The place of the module call is not clear.")
    return found[0]


def _descended(value: _Value) -> _Value:
    """The item of an object that the keys lead to, as far as it is there."""
    while value.keys and isinstance(value.expression, nodes.ObjectExpression):
        item = next((each for each in value.expression.items if getattr(each[0], "value", None) == value.keys[0]), None)
        if item is None:
            return value
        key, inner = item
        span = Span(key.span.file, key.span.line, key.span.column, inner.span.end_line, inner.span.end_column)
        value = _Value(span, inner, value.keys[1:])
    return value


def _instance_keys(address: str) -> list[str]:
    """The keys of the resource and of the modules around it, innermost first; empty for one without a key."""
    parts = re.findall(rf"(?:module\.)?[\w-]+(?:\.[\w-]+)?({_INDEX})?(?:\.|$)", address)
    return [part[2:-2] if part.startswith('["') else part[1:-1] for part in reversed(parts)]
