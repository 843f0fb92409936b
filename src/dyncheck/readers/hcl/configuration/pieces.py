"""The pieces of a text that is only partly known: known texts, and references that stand for one value each.

Two texts of the same pieces are equal, and two that start or end with different texts are not, whatever the references are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from dyncheck.model import Piece
from dyncheck.model.pieces import Forms, in_case, sliced, with_forms
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.evaluation import LocatedError, Scope, evaluate
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Expression, children
from dyncheck.readers.hcl.language.traversals import constant_reference, traversals
from dyncheck.readers.hcl.language.types import STRING
from dyncheck.readers.hcl.language.values import EvaluationError, is_sensitive

# A piece of which nothing is known: it is not equal to itself.
OPAQUE: Piece = ()

# Names have fewer pieces. So no chain of local values takes long.
_MOST = 64

# What is different in each instance of a block, or each time.
_OF_AN_INSTANCE = ("each.", "count.", "self.")
_DIFFERENT_EACH_TIME = frozenset({"bcrypt", "uuid"})

_VERB = r"%[svd]"


def pieces_of(expression: Expression, module: ModuleInstance, scope: Scope) -> tuple[Piece, ...]:
    """The pieces of an expression in a module, without empty texts; neighbouring texts are one piece."""
    pieces: list[Piece] = []
    for piece in _Pieces().of(expression, module, scope):
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        elif piece != "":
            pieces.append(piece)
    return tuple(pieces)


class _Pieces:
    """Collects the pieces of one expression."""

    def __init__(self) -> None:
        self._left = _MOST

    def of(self, expression: Any, module: ModuleInstance, scope: Scope) -> Iterator[Piece]:
        """The pieces of an expression or of a part of a template."""
        self._left -= 1
        if self._left < 0 or isinstance(expression, nodes.TemplateIf | nodes.TemplateFor):
            yield OPAQUE
            return
        known = _known(expression, scope)
        if known is not None:
            yield known
        elif isinstance(expression, nodes.Template):
            for part in expression.parts:
                yield from self.of(part, module, scope)
        elif isinstance(expression, nodes.Call):
            yield from self._of_call(expression, module, scope)
        else:
            yield from self._of_reference(expression, module)

    def _of_call(self, call: nodes.Call, module: ModuleInstance, scope: Scope) -> Iterator[Piece]:
        changed = None if call.expanded else self._changed(call, module, scope)
        if changed is not None:
            yield from changed
            return
        parts = _parts_of(call, scope)
        if parts is None:
            from dyncheck.readers.hcl.configuration.forms import parts_of_call

            yield from _formed(_as_a_whole(call, module), parts_of_call(call.name))
            return
        for part in parts:
            if isinstance(part, str):
                yield part
            else:
                yield from self.of(part, module, scope)

    def _changed(self, call: nodes.Call, module: ModuleInstance, scope: Scope) -> list[Piece] | None:
        """The pieces of a text in another case, or of a part of it; None for other calls, and where they are not known."""
        match call.name, call.arguments:
            case "lower" | "upper", [text]:
                change = str.lower if call.name == "lower" else str.upper
                return [in_case(piece, call.name, change) for piece in self.of(text, module, scope)]
            case "substr", [text, start, length]:
                first, number = _number(start, scope), _number(length, scope)
                if first is not None and number is not None:
                    return sliced(self.of(text, module, scope), first, number)
        return None

    def _of_reference(self, expression: Expression, module: ModuleInstance) -> Iterator[Piece]:
        """The pieces of what a reference leads to; without one, of the expression as a whole."""
        reference = constant_reference(expression)
        match reference[1].split(".") if reference else ():
            case ["local", name, *keys] if (chosen := _item(module.module.locals[name].expression, keys)) is not None:
                yield from self.of(chosen, module, module)
            case ["var", name] if module.parent and module.call and name in module.call.arguments:
                yield from self.of(module.call.arguments[name].expression, module.parent, module.call_scope)
            case ["module", name, output] if (child := _only_child(module, name)) and (block := child.module.block("output", output)):
                yield from self.of(block.body.arguments["value"].expression, child, child)
            case _:
                from dyncheck.readers.hcl.configuration.forms import parts_of_attribute

                yield from _formed(_as_a_whole(expression, module), parts_of_attribute(expression, module))


def _known(expression: Expression, scope: Scope) -> str | None:
    """The text of an expression; None where it is not known."""
    value = evaluate(expression, scope)
    if not value.is_known:
        return None
    try:
        text = convert(value, STRING)
    except EvaluationError:
        return None
    return text.content if text.is_known and not is_sensitive(text) and isinstance(text.content, str) else None


def _item(expression: Expression, keys: Sequence[str]) -> Expression | None:
    """The item of an object in objects, as it is written; None where it is not written as one."""
    for key in keys:
        items = expression.items if isinstance(expression, nodes.ObjectExpression) else ()
        found = [value for name, value in items if isinstance(name, nodes.Literal) and name.value == key]
        if len(found) != 1:
            return None
        (expression,) = found
    return expression


def _number(expression: Expression, scope: Scope) -> int | None:
    """A whole number from 0 on; None for any other value, and where it is not known."""
    text = _known(expression, scope)
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _formed(whole: Piece, parts: Sequence[str | Forms] | None) -> Iterator[Piece]:
    """The parts of an expression as pieces; without any, the expression as a whole."""
    if parts is None:
        yield whole
        return
    for number, part in enumerate(parts):
        yield part if isinstance(part, str) else with_forms(f"{whole[0]}#{number}" if whole else "", part)


def _as_a_whole(expression: Expression, module: ModuleInstance) -> Piece:
    """An expression as one piece, which is the same for each instance of its block."""
    used = traversals(expression)
    if any(f"{text}.".startswith(_OF_AN_INSTANCE) for text in used) or _differs_each_time(expression):
        return OPAQUE
    reference = constant_reference(expression)
    span = expression.span
    return (module.inner_address(reference[1] if reference else f"{span.file}:{span.line}:{span.column}"),)


def _differs_each_time(expression: Any) -> bool:
    is_different = isinstance(expression, nodes.Call) and expression.name in _DIFFERENT_EACH_TIME
    return is_different or any(map(_differs_each_time, children(expression)))


def _only_child(module: ModuleInstance, name: str) -> ModuleInstance | None:
    """The module instance of a call that makes exactly one."""
    try:
        found = module.children(name)
    except (EvaluationError, LocatedError):
        return None
    return found.instances[0] if found.expansion.kind == "single" and found.instances else None


def _parts_of(call: nodes.Call, scope: Scope) -> list[Any] | None:
    """The texts and expressions that a call of `format` or `join` puts in a row; None for other calls."""
    if call.expanded or not call.arguments:
        return None
    first, *others = call.arguments
    text = _known(first, scope) if call.name in ("format", "join") else None
    if text is None:
        return None
    if call.name == "join":
        if len(others) != 1 or not isinstance(others[0], nodes.TupleExpression):
            return None
        items = others[0].items
        return [part for item in items for part in (text, item)][1:]
    texts = re.split(_VERB, text)
    if any("%" in text for text in texts) or len(texts) != len(others) + 1:
        return None
    return [texts[0], *(part for pair in zip(others, texts[1:], strict=True) for part in pair)]
