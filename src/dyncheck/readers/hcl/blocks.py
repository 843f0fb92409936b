"""Blocks of the language as rules read them: known, unset and deferred values, as a plan would show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, INDEX, TABLE
from dyncheck.model import UNSET, Block, Deferred, Known, Location, Piece, Place, Reference, Related, Value, quoted
from dyncheck.model.symbolic import Entries, Items
from dyncheck.readers.hcl.configuration.arguments import wrong_in_content
from dyncheck.readers.hcl.configuration.ignored import Ignored, PartlyKept
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.pieces import pieces_of
from dyncheck.readers.hcl.configuration.provider_configurations import is_aws, majors_of
from dyncheck.readers.hcl.configuration.resources import ResourceInstance, planned_argument
from dyncheck.readers.hcl.configuration.schema import SINGLE, is_computed, type_of
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.configuration.words import Words
from dyncheck.readers.hcl.evaluation import LocalScope, LocatedError, Scope, evaluate
from dyncheck.readers.hcl.language import nodes, types, values
from dyncheck.readers.hcl.language.nodes import Argument, Body, Expression, Span
from dyncheck.readers.hcl.language.values import Pending, causes_of, is_sensitive, is_wholly_known, known_of, object_of, plain, question_of
from dyncheck.readers.hcl.parts import parts_of
from dyncheck.readers.hcl.places import Spot, location, place, place_of, steps
from dyncheck.readers.references import in_module, reference_of

# The argument whose origin decides a rule: who manages the key.
TRACED = ("kms_key_arn",)

# The arguments that identify one of several blocks of one name, in the order of preference; the same as in a plan.
_LABELS = ("name", "id", "region_name")

# The arguments that name a resource in its account, or a key by its alias.
_NAMES = ("name", "alarm_name", "index_name", "key_id")

# The words for resources in messages.
_KINDS = {TABLE: "table", ALARM: "alarm", COMPOSITE_ALARM: "alarm", INDEX: "index"}

Result = TypeVar("Result")


class Owner(Struct, frozen=True):
    """The resource instance of a block, with the functions that follow its references and the values that its provider adds."""

    instance: ResourceInstance[ModuleInstance]
    references: Callable[[list[Argument]], tuple[Reference, ...]]
    trace: Callable[[Expression], tuple[Related, ...]]
    may_supply: Callable[[Reference], bool]
    added: Mapping[str, Value]
    is_certain: bool = False

    @property
    def session(self) -> Session:
        """The session of its root module."""
        return self.instance.module.session


class Part(Struct, frozen=True):
    """The body of a block, where it starts, and the scope to evaluate it in."""

    body: Body
    header: Span
    scope: Scope
    is_dynamic: bool = False


class HclBlock(Block):
    """A block of a resource, or its own body.

    `written` are the bodies that may be this block in a plan, which shows only the label of a block. It is empty for a block
    that a `dynamic` block made.
    """

    __slots__ = ("_blocks", "_ignored", "_owner", "_part", "_shape", "_values", "_ways", "_written")

    def __init__(self, path: str, part: Part, shape: Mapping[str, Any], owner: Owner, written: tuple[Body, ...], ignored: Ignored) -> None:
        self.path = path
        self._part = part
        self._shape = shape
        self._owner = owner
        self._written = written
        self._ignored = ignored
        self._values: dict[str, Value] = {}
        self._blocks: dict[str, tuple[Block, ...] | Deferred] = {}
        self._ways: dict[str, tuple[tuple[HclBlock, Spot], ...]] = {}

    @property
    def instance(self) -> ResourceInstance[ModuleInstance]:
        """The resource instance that it belongs to."""
        return self._owner.instance

    def value(self, name: str) -> Value:
        value = self._values.get(name)
        if value is None:
            value = self._values[name] = self._deferred() or self._kept(name) or self._without_ignored(name)
        return value

    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        return self._kept(name) or self._made(name)

    def _made(self, name: str) -> tuple[Block, ...] | Deferred:
        """The blocks that the configuration makes, whether or not `ignore_changes` covers them."""
        if name not in self._blocks:
            deferred = self._deferred()
            if deferred is None:
                self._blocks[name] = self._guarded(self._part.header, lambda: self._read_blocks(name))
            else:
                self._blocks[name] = deferred
        return self._blocks[name]

    def configures(self, name: str) -> bool | None:
        if not self._written:
            return None
        return any(name in body.arguments or bool(body.of_type(name)) for body in self._written)

    def parts(self, name: str) -> Any:
        argument = self._part.body.arguments.get(name)
        if argument is None or self._ignored.touches(name) or not isinstance(self.value(name), Deferred):
            return None
        instance = self._owner.instance
        try:
            with self._owner.session.evaluating(argument.span):
                return None if instance.waits_for else parts_of(argument.expression, self._part.scope, instance.module)
        except LocatedError:
            return None

    def written_names(self) -> tuple[str, ...]:
        """The names of its arguments and blocks, each once. Those of `dynamic` blocks are among them."""
        blocks = (block.labels[0] if block.type == "dynamic" and block.labels else block.type for block in self._part.body.blocks)
        return tuple(dict.fromkeys((*self._part.body.arguments, *blocks)))

    def if_it_exists(self) -> HclBlock:
        return self._if_it_exists(self._ignored)

    def as_written(self) -> HclBlock:
        return self._if_it_exists(Ignored())

    def _if_it_exists(self, ignored: Ignored) -> HclBlock:
        return HclBlock(self.path, self._part, self._shape, replace(self._owner, is_certain=True), self._written, ignored)

    def locate(self, at: str) -> Location | None:
        return location(self._way(at)[-1][1].span)

    def trace(self, at: str) -> tuple[Related, ...]:
        expression = self._way(at)[-1][1].expression
        return () if expression is None else self._owner.trace(expression)

    def surroundings(self, at: str) -> tuple[Place, ...]:
        way = self._way(at)
        last = way[-1][1]
        found = [place("argument", last.span, last.span)] if last.expression is not None else []
        blocks = [block._part for block in dict.fromkeys(block for block, _ in way)]
        found += (place("block", part.header, part.body.span) for part in reversed(blocks))
        instance = self._owner.instance
        found[-1] = place("resource", instance.block.header, instance.block.span)
        module = instance.module
        while module.call and module.parent:
            found.append(place("module", module.call.block.header, module.call.block.span))
            module = module.parent
        return tuple(found)

    def _deferred(self) -> Deferred | None:
        """Every value is deferred while the number of instances is unknown."""
        waits_for = self._owner.instance.waits_for
        if waits_for is None or self._owner.is_certain:
            return None
        return Deferred(reason=f"is unknown because {unknown_number(waits_for)}", question=question_of(waits_for))

    def _kept(self, name: str) -> Deferred | None:
        """A value that Terraform leaves as it is, where the resource exists."""
        return Deferred(reason=self._reason) if self._ignored.covers(name) else None

    @property
    def _reason(self) -> str:
        what = _KINDS.get(self._owner.instance.kind, "resource")
        return f"is covered by ignore_changes, which keeps the value that the {what} has"

    def _without_ignored(self, name: str) -> Value:
        """The value of an argument, without the keys that `ignore_changes` covers."""
        value, keys = self._read(name), self._ignored.keys(name)
        if not keys or isinstance(value, Deferred):
            return value
        entries = value.value if isinstance(value, Known) else {}
        if not isinstance(entries, dict):
            return Deferred(reason=self._reason)
        return Known(PartlyKept(self.at(name), entries, keys, self._reason), isinstance(value, Known) and value.sensitive)

    def _read(self, name: str) -> Value:
        argument = self._part.body.arguments.get(name)
        if argument is None:
            return self._owner.added.get(name, UNSET) if not self.path else self._null(name)
        value = self._guarded(argument.span, partial(self._evaluated, argument))
        if isinstance(value, Deferred):
            return value
        if value.is_null:
            return self._null(name)
        if is_wholly_known(value):
            return Known(plain(value), is_sensitive(value))
        inputs = _rule_value(value)
        if inputs is not None:
            return Known(inputs, is_sensitive(value))
        alternatives = self._alternatives(argument) if name in TRACED else ()
        causes = causes_of(value)
        pieces = self._pieces(argument) if not self.path and name in _NAMES else _piece_of(value)
        return Deferred(self._references(name), f"waits for {_listed(causes)}", question_of(causes_of(value)), alternatives, pieces)

    def _pieces(self, argument: Argument) -> tuple[Piece, ...]:
        """The pieces of a name that is only partly known."""
        return pieces_of(argument.expression, self._owner.instance.module, self._part.scope)

    def _alternatives(self, argument: Argument) -> tuple[Value, ...]:
        """The values that an argument may have: both branches of a condition that is not known."""
        try:
            return tuple(self._leaves(argument.expression))
        except LocatedError:
            return ()

    def _leaves(self, expression: Expression) -> Iterator[Value]:
        if isinstance(expression, nodes.Conditional) and evaluate(expression.condition, self._part.scope).is_pending:
            yield from self._leaves(expression.then)
            yield from self._leaves(expression.otherwise)
            return
        value = evaluate(expression, self._part.scope)
        if value.is_null:
            yield UNSET
        elif is_wholly_known(value):
            yield Known(plain(value), is_sensitive(value))
        else:
            yield Deferred(tuple(map(reference_of, causes_of(value))))

    def _evaluated(self, argument: Argument) -> values.Value:
        kind = type_of(self._shape, argument.name)
        return evaluate(argument.expression, self._part.scope) if kind is None else planned_argument(argument, self._part.scope, kind)

    def _null(self, name: str) -> Value:
        """Null is unset. But a plan shows a null that the provider computes in the same way as a deferred value."""
        if is_computed(self._owner.instance.kind, self.path, name):
            references = tuple(each for each in self._references(name) if not self._is_constant(each))
            if name in TRACED and not any(map(self._owner.may_supply, references)):
                references = ()
            is_hidden = name == "kms_key_arn" and not self._written and self._owner.session.uses_kms
            if references or is_hidden:
                return Deferred(references, "is not set, and a plan does not show whether it is unset or known only after apply")
        return UNSET

    def _is_constant(self, reference: Reference) -> bool:
        """Whether a reference is to a local value that no resource, data source or module decides. A plan does not show that."""
        module: ModuleInstance | None = self._owner.instance.module
        while module and not reference.text.startswith(in_module(module.path, "local.")):
            module = module.parent
        if module is None:
            return False
        words = Words()
        words.follow(module, reference.text.removeprefix(in_module(module.path, "")))
        return all(each.startswith(("var.", "terraform.", "tofu.")) for each in words.references)

    def _references(self, name: str) -> tuple[Reference, ...]:
        return self._owner.references([body.arguments[name] for body in self._written if name in body.arguments])

    def _read_blocks(self, name: str) -> tuple[Block, ...] | Deferred:
        found: list[Part] = []
        for block in self._blocks_of(name):
            made = [Part(block.body, block.header, self._part.scope)] if block.type == name else self._made_by(block)
            if isinstance(made, Deferred):
                return made
            found += made
        if len(found) > 1 and name in SINGLE:
            raise LocatedError(f"Too many {name} blocks: found {len(found)}, expected at most 1.", found[1].header)
        return tuple(self._inner(name, position, each, found) for position, each in enumerate(found))

    def _guarded(self, span: Span, read: Callable[[], Result]) -> Result | Deferred:
        """The result of an evaluation; deferred where Terraform would refuse it, which is recorded."""
        session = self._owner.session
        try:
            with session.evaluating(span):
                return read()
        except LocatedError as problem:
            return Deferred(reason=f"cannot be evaluated: {session.record(problem).rstrip('.')}")

    def _blocks_of(self, name: str) -> Iterator[nodes.BlockNode]:
        """The written blocks of that name, and the `dynamic` blocks that make them."""
        return (block for block in self._part.body.blocks if block.type == name or (block.type == "dynamic" and block.labels == (name,)))

    def _way(self, at: str) -> tuple[tuple[HclBlock, Spot], ...]:
        """The blocks around a path, outermost first, each with the place that the path leads to so far.

        The last place is an argument, an item in one, or a block: the innermost one around a path that does not exist.
        """
        way = self._ways.get(at)
        if way is None:
            way = self._ways[at] = tuple(self._steps_of(at))
        return way

    def _steps_of(self, at: str) -> Iterator[tuple[HclBlock, Spot]]:
        block = self
        yield block, Spot(block._part.header)
        for name, key in steps(at):
            found = block._made(name)
            argument = block._part.body.arguments.get(name)
            if not found or isinstance(found, Deferred):
                first = next((each.header for each in block._blocks_of(name)), block._part.header)
                yield block, place_of(argument, key) if argument else Spot(first)
                return
            inner = next((each for each in found if key in ("", each.path.removeprefix(block.at(name)))), None)
            if not isinstance(inner, HclBlock):
                yield block, Spot(block._part.header)
                return
            block = inner
            yield block, Spot(block._part.header)

    def _made_by(self, dynamic: nodes.BlockNode) -> list[Part] | Deferred:
        arguments = dynamic.body.arguments
        content = next(iter(dynamic.body.of_type("content")), None)
        if "for_each" not in arguments or content is None:
            raise LocatedError('A dynamic block needs a "for_each" argument and a "content" block.', dynamic.header)
        expression = arguments["for_each"].expression
        with self._owner.session.as_planned():
            source = evaluate(expression, self._part.scope)
        if source.is_null or isinstance(source.type, types.Primitive):
            what = "null" if source.is_null else types.friendly(source.type)
            raise LocatedError(f"Invalid for_each of a dynamic block: found {what}, expected a collection.", expression.span)
        if source.is_pending or isinstance(source.type, types.Resource):
            causes = causes_of(source)
            return Deferred(reason=f"comes from a dynamic block whose for_each waits for {_listed(causes)}", question=question_of(causes))
        iterator = _iterator(dynamic)
        if source.content:
            self._refuse_wrong(dynamic.labels[0], content)
        return [
            Part(content.body, content.header, LocalScope(self._part.scope, {iterator: object_of({"key": key, "value": item})}), True)
            for key, item in source.items()
        ]

    def _refuse_wrong(self, name: str, content: nodes.BlockNode) -> None:
        instance = self._owner.instance
        path = ".".join((*(step for step, _ in steps(self.path)), name))
        if is_aws(instance):
            for problem in wrong_in_content(content.body, instance.kind, path, majors_of(instance)):
                self._owner.session.record(problem)

    def _inner(self, name: str, position: int, found: Part, every: list[Part]) -> HclBlock:
        inner = self._shape.get(name)
        shape = inner if isinstance(inner, Mapping) else {}
        label = _label(found, shape)
        path = self.at(name)
        if label is not None:
            path = f"{path}[{quoted(label)}]"
        elif len(every) > 1:
            path = f"{path}[{position}]"
        bodies = (other.body for other in every if not other.is_dynamic and _may_have_label(other.body, label))
        written = () if found.is_dynamic else tuple(bodies)
        return HclBlock(path, found, shape, self._owner, written, self._ignored.inside(name, position))


def _label(found: Part, shape: Mapping[str, Any]) -> str | None:
    """The text that identifies a block; None when it has none that a message may show."""
    argument = next((found.body.arguments[key] for key in _LABELS if key in found.body.arguments and key in shape), None)
    if argument is None:
        return None
    value = evaluate(argument.expression, found.scope)
    return value.content if value.is_known and isinstance(value.content, str) and not value.sensitive else None


def _may_have_label(body: Body, label: str | None) -> bool:
    argument = next((body.arguments[key] for key in _LABELS if key in body.arguments), None)
    if label is None or argument is None or not isinstance(argument.expression, nodes.Literal):
        return True
    return bool(argument.expression.value == label)


def _iterator(dynamic: nodes.BlockNode) -> str:
    argument = dynamic.body.arguments.get("iterator")
    if argument is None:
        return dynamic.labels[0]
    if isinstance(argument.expression, nodes.Name):
        return argument.expression.name
    is_json = argument.span.file.endswith(".json")
    if is_json and isinstance(argument.expression, nodes.Literal) and isinstance(argument.expression.value, str):
        return argument.expression.value
    raise LocatedError("Invalid iterator; expected a single word without quotes.", argument.expression.span)


def _piece_of(value: values.Value) -> tuple[Piece, ...]:
    """The only piece of a value that is not known but equal to others of its origin."""
    return ((value.content.origin,),) if isinstance(value.content, Pending) and value.content.origin else ()


def _listed(causes: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(causes))


def unknown_number(waits_for: tuple[str, ...]) -> str:
    """The reason why a resource may not exist."""
    return f"the number of instances waits for {', '.join(waits_for) or 'a value that is known only after apply'}"


def _rule_value(value: values.Value) -> Any:
    """A plain value during a proof, with an `Opaque` for each part that is not wholly known; None where a part may be anything."""
    if any(isinstance(part.content, Pending) and part.content.known is None for part in _parts_of(value)):
        return None
    return _rule_part(value)


def _parts_of(value: values.Value) -> Iterator[values.Value]:
    yield value
    known, content = known_of(value), value.content
    entries = known.known if isinstance(known, Entries) else content
    inner = entries.values() if isinstance(entries, Mapping) else entries if isinstance(entries, tuple) else ()
    for part in inner:
        yield from _parts_of(part)


def _rule_part(value: values.Value) -> Any:
    content = value.content
    if isinstance(content, Pending):
        return _entries(value, content.known) if isinstance(content.known, Entries) else content.known
    if isinstance(content, dict):
        return {key: _rule_part(content[key]) for key in sorted(content)}
    if isinstance(content, tuple):
        if isinstance(value.type, types.Set) and len(content) > 1 and not is_wholly_known(value):
            # Unknown items may be equal.
            return Items("the set", 1)
        return [_rule_part(item) for item in content]
    return plain(value)


def _entries(value: values.Value, entries: Entries) -> Entries:
    """The entries without null ones, which the provider drops."""
    absent = {key for key, item in entries.known.items() if item.is_null and isinstance(value.type, types.Map)}
    known = {key: _rule_part(item) for key, item in entries.known.items() if key not in absent}
    return Entries(entries.name, known, entries.absent | absent, len(known))
