"""Resources that differ in their names only are read once: the rest of each is that of the first of them.

A plan of a thousand instances of a module says the same a thousand times. What is equal byte for byte means the same, so it is
decoded, checked and judged once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder, encode

from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.model import UNSET, Block, Deferred, Known, Resource, Value
from dyncheck.readers.plan.plan_block import PlanBlock
from dyncheck.readers.plan.strict_json import Document
from dyncheck.watch import Watch

Text: TypeAlias = "str | None"
Map: TypeAlias = "dict[str, str | None] | None"


class OfTable(Struct):
    """What tells the tables of one block apart: their names, and what the provider and the service make of them."""

    arn: Text = None
    id: Text = None
    name: Text = None
    stream_arn: Text = None
    stream_label: Text = None
    tags: Map = None
    tags_all: Map = None


class OfAlarm(Struct):
    """What tells the alarms of one block apart."""

    alarm_description: Text = None
    alarm_name: Text = None
    arn: Text = None
    dimensions: Map = None
    id: Text = None
    tags: Map = None
    tags_all: Map = None


_MAPS = {TABLE: ("tags", "tags_all"), ALARM: ("dimensions", "tags", "tags_all")}
_DECODERS: Mapping[str, Callable[[Raw], OfTable | OfAlarm]] = {TABLE: Decoder(OfTable).decode, ALARM: Decoder(OfAlarm).decode}

# The arguments that resources of a type have each for itself.
OWN: Mapping[str, frozenset[str]] = {
    TABLE: frozenset(OfTable.__struct_fields__),
    ALARM: frozenset(OfAlarm.__struct_fields__),
}

# By which of them resources are related: it is asked for again and again, the others once or never.
RELATING = {TABLE: "name", ALARM: "dimensions"}


def own_arguments(document: Document, kind: str, values: Raw, arguments: Mapping[str, Raw]) -> OfTable | OfAlarm | None:
    """The arguments of its own that a resource of that type has; None when one has another type than the provider gives it.

    `values` are all its arguments, `arguments` the same one by one. Raises `InputError` when a key stands twice in one of them.
    """
    try:
        own = _DECODERS[kind](values)
    except (MsgspecError, UnicodeDecodeError):
        return None
    for name in _MAPS[kind]:
        raw = arguments.get(name)
        if raw is not None and len(encode(getattr(own, name))) != len(raw):
            document.value(raw)
    return own


class Recent:
    """The arguments of its own of the resource that was asked last: a rule asks for several, and keeping all would take much memory."""

    __slots__ = ("_own", "_values")

    def __init__(self) -> None:
        self._values: Raw | None = None
        self._own: OfTable | OfAlarm | None = None

    def argument(self, kind: str, values: Raw, name: str) -> Any:
        """One of them; `values` were decoded before, and found sound."""
        if values is not self._values:
            self._values, self._own = values, _DECODERS[kind](values)
        return getattr(self._own, name)


class Shared(Struct, frozen=True, eq=False):
    """What resources of one likeness have in common: their number, and the first of them.

    Of the arguments that each has for itself, `own`, `unknown` holds those that are known for none of them, `sensitive` those not to
    be printed.
    """

    likeness: int
    own: frozenset[str]
    first: Resource
    unknown: Mapping[str, Value]
    sensitive: frozenset[str]

    @classmethod
    def of(cls, likeness: int, first: Resource, block: PlanBlock) -> Shared:
        """What is shared with the first resource of its likeness, of which `block` is the body."""
        own = OWN[first.type]
        said = {name: block.said_of(name, "") for name in own}
        return cls(
            likeness,
            own,
            first,
            unknown={name: value for name, value in said.items() if not isinstance(value, Known)},
            sensitive=frozenset(name for name, value in said.items() if isinstance(value, Known) and value.sensitive),
        )


class AlikeBlock(Block):
    """The body of a resource: its own arguments, and for all else the block that those of its likeness share.

    `relating` is the argument by which it is related to others; the rest of its own are decoded out of `values` when they are asked
    for, since a large plan has many and rules look at few.
    """

    __slots__ = ("_recent", "_relating", "_shared", "_values", "_watch")

    def __init__(self, relating: Any, values: Raw, shared: Shared, recent: Recent, watch: Watch) -> None:
        self.path = ""
        self._relating = relating
        self._values = values
        self._shared = shared
        self._recent = recent
        self._watch = watch

    def value(self, name: str) -> Value:
        if name in self._shared.own:
            self._watch.notice()
        return self.related(name)

    def related(self, name: str) -> Value:
        shared = self._shared
        if name not in shared.own:
            return shared.first.body.value(name)
        if name in shared.unknown:
            return shared.unknown[name]
        plain = self._own(name)
        return UNSET if plain is None else Known(plain, name in shared.sensitive)

    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        return self._shared.first.body.nested(name)

    def configures(self, name: str) -> bool | None:
        return self._shared.first.body.configures(name)

    def _own(self, name: str) -> Any:
        kind = self._shared.first.type
        return self._relating if name == RELATING[kind] else self._recent.argument(kind, self._values, name)
