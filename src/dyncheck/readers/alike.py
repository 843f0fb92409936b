"""Resources that differ in their names only are read once: the rest of each is that of the first of them.

A plan of a thousand instances of a module says the same a thousand times. What is equal byte for byte means the same, so it is
decoded, checked and judged once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import Decoder, encode

from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.model import UNSET, Block, Deferred, Known, Resource, Value
from dyncheck.readers.plan_block import PlanBlock
from dyncheck.readers.strict_json import Document
from dyncheck.watch import Watch

_text = Decoder(str | None).decode
_map = Decoder(dict[str, str | None] | None).decode

Decode: TypeAlias = "Callable[[Raw], str | dict[str, str | None] | None]"

# What tells instances of one block apart: names, and what the provider and the service make of them.
OWN: Mapping[str, Mapping[str, Decode]] = {
    TABLE: {"arn": _text, "id": _text, "name": _text, "stream_arn": _text, "stream_label": _text, "tags": _map, "tags_all": _map},
    ALARM: {
        "alarm_description": _text,
        "alarm_name": _text,
        "arn": _text,
        "dimensions": _map,
        "id": _text,
        "tags": _map,
        "tags_all": _map,
    },
}


def own_arguments(document: Document, kind: str, arguments: Mapping[str, Raw]) -> dict[str, Any] | None:
    """The arguments of its own that a resource of that type has; None when one has another type than the provider gives it."""
    found: dict[str, Any] = {}
    try:
        for name, decode in OWN[kind].items():
            if name in arguments:
                raw = arguments[name]
                value = found[name] = decode(raw)
                if isinstance(value, dict) and len(encode(value)) != len(raw):
                    found[name] = document.value(raw)
    except (MsgspecError, UnicodeDecodeError):
        return None
    return found


class Shared(Struct, frozen=True, eq=False):
    """What resources of one likeness have in common: their number, and the first of them.

    Of their own arguments, `unknown` holds those that are known for none of them, `sensitive` those not to be printed.
    """

    likeness: int
    own: Collection[str]
    first: Resource
    unknown: Mapping[str, Value]
    sensitive: frozenset[str]

    @classmethod
    def of(cls, likeness: int, own: Collection[str], first: Resource, block: PlanBlock) -> Shared:
        """What is shared with the first resource of its likeness, of which `block` is the body."""
        said = {name: block.said_of(name, "") for name in own}
        return cls(
            likeness,
            own,
            first,
            unknown={name: value for name, value in said.items() if not isinstance(value, Known)},
            sensitive=frozenset(name for name, value in said.items() if isinstance(value, Known) and value.sensitive),
        )


class AlikeBlock(Block):
    """The body of a resource: its own arguments, and for all else the block that those of its likeness share."""

    __slots__ = ("_own", "_shared", "_watch")

    def __init__(self, own: Mapping[str, Any], shared: Shared, watch: Watch) -> None:
        self.path = ""
        self._own = own
        self._shared = shared
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
        plain = self._own.get(name)
        return UNSET if plain is None else Known(plain, name in shared.sensitive)

    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        return self._shared.first.body.nested(name)

    def configures(self, name: str) -> bool | None:
        return self._shared.first.body.configures(name)
