"""Blocks as the language has them, with known, unset and deferred told apart as a plan would tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dyncheck.model import UNSET, Block, Deferred, Known, Location, Place, Reference, Related, Value, quoted
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.resources import ResourceInstance
from dyncheck.readers.hcl.configuration.schema import COMPUTED, SINGLE, inner_shape, planned, type_of
from dyncheck.readers.hcl.evaluation import LocalScope, LocatedProblem, Scope, evaluate
from dyncheck.readers.hcl.inputs_in_rules import rule_value
from dyncheck.readers.hcl.language import nodes, types, values
from dyncheck.readers.hcl.language.nodes import Argument, Body, Expression, Span
from dyncheck.readers.hcl.language.values import Problem, causes_of, is_sensitive, is_wholly_known, object_of, plain, question_of
from dyncheck.readers.hcl.places import Spot, place_of, steps

# What tells several blocks of one name apart, in the order of preference; the same as in a plan.
_LABELS = ("name", "id")


class Owner:
    """The resource instance that a block belongs to: where references in it lead, and the values that its provider adds."""

    __slots__ = ("added", "instance", "references", "trace")

    def __init__(
        self,
        instance: ResourceInstance[ModuleInstance],
        references: Callable[[list[Argument]], tuple[Reference, ...]],
        trace: Callable[[Expression], tuple[Related, ...]],
        added: Mapping[str, Value],
    ) -> None:
        self.instance = instance
        self.references = references
        self.trace = trace
        self.added = added


class HclBlock(Block):
    """A block of a resource, or its own body.

    `header` is where it starts. `written` are the bodies that may be this block as a plan sees it, of which it knows no more
    than the label: none for one that a `dynamic` block made.
    """

    __slots__ = ("_blocks", "_body", "_header", "_owner", "_scope", "_shape", "_values", "_ways", "_written")

    def __init__(
        self,
        path: str,
        body: Body,
        header: Span,
        scope: Scope,
        shape: Mapping[str, Any],
        owner: Owner,
        written: tuple[Body, ...],
    ) -> None:
        self.path = path
        self._body = body
        self._header = header
        self._scope = scope
        self._shape = shape
        self._owner = owner
        self._written = written
        self._values: dict[str, Value] = {}
        self._blocks: dict[str, tuple[Block, ...] | Deferred] = {}
        self._ways: dict[str, tuple[tuple[HclBlock, Spot], ...]] = {}

    def value(self, name: str) -> Value:
        value = self._values.get(name)
        if value is None:
            value = self._values[name] = self._read(name)
        return value

    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        if name not in self._blocks:
            self._blocks[name] = self._read_blocks(name)
        return self._blocks[name]

    def configures(self, name: str) -> bool | None:
        if not self._written:
            return None
        return any(name in body.arguments or bool(body.of_type(name)) for body in self._written)

    def written_names(self) -> tuple[str, ...]:
        """The names of the arguments and blocks that it is written with, each once; those that `dynamic` blocks make are among them."""
        blocks = (block.labels[0] if block.type == "dynamic" and block.labels else block.type for block in self._body.blocks)
        return tuple(dict.fromkeys((*self._body.arguments, *blocks)))

    def locate(self, at: str) -> Location | None:
        return _location(self._place(at).span)

    def trace(self, at: str) -> tuple[Related, ...]:
        expression = self._place(at).expression
        return () if expression is None else self._owner.trace(expression)

    def surroundings(self, at: str) -> tuple[Place, ...]:
        way = self._way(at)
        last = way[-1][1]
        found = [_place("argument", last.span, last.span)] if last.expression is not None else []
        found += (_place("block", block._header, block._body.span) for block in reversed(list(dict.fromkeys(each for each, _ in way))))
        instance = self._owner.instance
        found[-1] = _place("resource", instance.block.header, instance.block.span)
        module = instance.module
        while module.call and module.parent:
            found.append(_place("module", module.call.block.header, module.call.block.span))
            module = module.parent
        return tuple(found)

    def _read(self, name: str) -> Value:
        waits_for = self._owner.instance.waits_for
        if waits_for is not None:
            return Deferred(reason=of_unknown_number(waits_for), question=question_of(waits_for))
        argument = self._body.arguments.get(name)
        if argument is None:
            return self._owner.added.get(name, UNSET) if not self.path else self._null(name)
        return self._evaluated(argument)

    def _evaluated(self, argument: Argument) -> Value:
        name, session = argument.name, self._owner.instance.module.session
        try:
            with session.evaluating(argument.span):
                value = self._converted(argument)
        except LocatedProblem as problem:
            return Deferred(reason=_refused(session.record(problem)))
        if value.is_null:
            return self._null(name)
        if not is_wholly_known(value):
            inputs = rule_value(value)
            if inputs is not None:
                return Known(inputs, is_sensitive(value))
            causes = tuple(dict.fromkeys(causes_of(value)))
            return Deferred(self._references(name), f"waits for {', '.join(causes)}", question_of(causes_of(value)))
        return Known(plain(value), is_sensitive(value))

    def _read_blocks(self, name: str) -> tuple[Block, ...] | Deferred:
        waits_for = self._owner.instance.waits_for
        if waits_for is not None:
            return Deferred(reason=of_unknown_number(waits_for), question=question_of(waits_for))
        found: list[_Found] = []
        try:
            with self._owner.instance.module.session.evaluating(self._header):
                for block in self._body.blocks:
                    if block.type == name:
                        found.append(_Found(block.body, block.header, self._scope, False))
                    elif block.type == "dynamic" and block.labels == (name,):
                        made = self._made_by(block)
                        if isinstance(made, Deferred):
                            return made
                        found += made
                if len(found) > 1 and name in SINGLE:
                    raise LocatedProblem(f'Too many {name} blocks. No more than 1 "{name}" blocks are allowed.', found[1].header)
                return tuple(self._inner(name, position, each, found) for position, each in enumerate(found))
        except LocatedProblem as problem:
            return Deferred(reason=_refused(self._owner.instance.module.session.record(problem)))

    def _place(self, at: str) -> Spot:
        """Where a path leads to: an argument, an item in one, or a block; the innermost block around it when it is not there."""
        return self._way(at)[-1][1]

    def _way(self, at: str) -> tuple[tuple[HclBlock, Spot], ...]:
        """The blocks that a path leads through, outermost first, each with the place in it that the path leads to so far."""
        way = self._ways.get(at)
        if way is None:
            way = self._ways[at] = tuple(self._steps_of(at))
        return way

    def _steps_of(self, at: str) -> Iterator[tuple[HclBlock, Spot]]:
        block = self
        yield block, Spot(block._header)
        for step in steps(at):
            found = block.nested(step.name)
            argument = block._body.arguments.get(step.name)
            if not found or isinstance(found, Deferred):
                yield block, place_of(argument, step.key) if argument else Spot(block._first(step.name))
                return
            inner = next((each for each in found if step.key in ("", each.path.removeprefix(block.at(step.name)))), None)
            if not isinstance(inner, HclBlock):
                yield block, Spot(block._header)
                return
            block = inner
            yield block, Spot(block._header)

    def _first(self, name: str) -> Span:
        """The header of the first block of that name or that makes such blocks, else its own."""
        written = (
            block.header for block in self._body.blocks if block.type == name or (block.type == "dynamic" and block.labels == (name,))
        )
        return next(written, self._header)

    def _converted(self, argument: Argument) -> values.Value:
        value = evaluate(argument.expression, self._scope)
        kind = type_of(self._shape, argument.name)
        if kind is None:
            return value
        try:
            return planned(value, kind)
        except Problem as problem:
            raise LocatedProblem(
                f'Incorrect attribute value type. Inappropriate value for attribute "{argument.name}": {problem}.', argument.expression.span
            ) from None

    def _null(self, name: str) -> Value:
        """What is null is unset; but a plan cannot tell a null that the provider fills in from a value that is known later."""
        if name in COMPUTED:
            references = self._references(name)
            is_hidden = name == "kms_key_arn" and not self._written and self._owner.instance.module.session.uses_kms
            if references or is_hidden:
                return Deferred(references, "is not set, which a plan does not tell from a value that is known later")
        return UNSET

    def _references(self, name: str) -> tuple[Reference, ...]:
        return self._owner.references([body.arguments[name] for body in self._written if name in body.arguments])

    def _made_by(self, dynamic: nodes.Block) -> list[_Found] | Deferred:
        arguments = dynamic.body.arguments
        content = next(iter(dynamic.body.of_type("content")), None)
        if "for_each" not in arguments or content is None:
            raise LocatedProblem('A dynamic block needs a "for_each" argument and a "content" block.', dynamic.header)
        expression = arguments["for_each"].expression
        with self._owner.instance.module.session.as_planned():
            source = evaluate(expression, self._scope)
        if source.is_null or isinstance(source.type, types.Primitive):
            what = "a null value" if source.is_null else f"a {source.type.name}"  # type: ignore[union-attr]
            raise LocatedProblem(
                f"Invalid dynamic for_each value. Cannot use {what} in for_each. An iterable collection is required.", expression.span
            )
        if source.is_pending or isinstance(source.type, types.Resource):
            waiting = tuple(dict.fromkeys(causes_of(source)))
            return Deferred(
                reason=f"comes from a dynamic block whose for_each waits for {', '.join(waiting)}", question=question_of(causes_of(source))
            )
        iterator = _iterator(dynamic)
        return [
            _Found(content.body, content.header, LocalScope(self._scope, {iterator: object_of({"key": key, "value": item})}), True)
            for key, item in source.items()
        ]

    def _inner(self, name: str, position: int, found: _Found, every: list[_Found]) -> HclBlock:
        shape = inner_shape(self._shape, name)
        label = self._label(found, shape)
        path = self.at(name)
        if label is not None:
            path = f"{path}[{quoted(label)}]"
        elif len(every) > 1:
            path = f"{path}[{position}]"
        written = (
            () if found.is_dynamic else tuple(other.body for other in every if not other.is_dynamic and _may_have_label(other.body, label))
        )
        return HclBlock(path, found.body, found.header, found.scope, shape, self._owner, written)

    def _label(self, found: _Found, shape: Mapping[str, Any]) -> str | None:
        """What tells the block apart, None when there is nothing, or nothing that may be shown."""
        for key in _LABELS:
            argument = found.body.arguments.get(key)
            if argument and key in shape:
                value = evaluate(argument.expression, found.scope)
                is_text = value.is_known and isinstance(value.content, str) and not value.sensitive
                return value.content if is_text else None
        return None


class _Found:
    """A block of the wanted type, and the scope that its body is evaluated in."""

    __slots__ = ("body", "header", "is_dynamic", "scope")

    def __init__(self, body: Body, header: Span, scope: Scope, is_dynamic: bool) -> None:
        self.body = body
        self.header = header
        self.scope = scope
        self.is_dynamic = is_dynamic


def _may_have_label(body: Body, label: str | None) -> bool:
    if label is None:
        return True
    arguments: Iterator[Argument | None] = (body.arguments.get(key) for key in _LABELS)
    argument = next((argument for argument in arguments if argument), None)
    expression: Expression | None = argument.expression if argument else None
    return not isinstance(expression, nodes.Literal) or expression.value == label


def _iterator(dynamic: nodes.Block) -> str:
    argument = dynamic.body.arguments.get("iterator")
    if argument is None:
        return dynamic.labels[0]
    if isinstance(argument.expression, nodes.Name):
        return argument.expression.name
    is_json = argument.span.file.endswith(".json")
    if is_json and isinstance(argument.expression, nodes.Literal) and isinstance(argument.expression.value, str):
        return argument.expression.value
    raise LocatedProblem("Invalid expression. The iterator must be a single word without quotes.", argument.expression.span)


def _refused(message: str) -> str:
    return f"cannot be evaluated: {message.rstrip('.')}"


def of_unknown_number(waits_for: tuple[str, ...]) -> str:
    """Why nothing can be told of a resource while it is not known how many instances it has."""
    return f"cannot be told: how many instances there are waits for {', '.join(waits_for) or 'something that is known later'}"


def _place(kind: str, start: Span, whole: Span) -> Place:
    return Place(kind, start.file, start.line, whole.end_line)


def _location(span: Span) -> Location:
    return Location(span.file, span.line, span.end_line)
