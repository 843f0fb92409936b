"""A block with some of its arguments and inner blocks replaced; all else is the block's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dyncheck.model import UNSET, Block, Deferred, Known, Location, Place, Related, Value, quoted

Inner = tuple[Block, ...]


class Overlay(Block):
    """A block as it would be with other values; the places stay those of the original."""

    __slots__ = ("_blocks", "_original", "_values")

    def __init__(self, original: Block, values: Mapping[str, Any] | None = None, blocks: Mapping[str, Inner] | None = None) -> None:
        self.path = original.path
        self._original = original
        self._values = values or {}
        self._blocks = blocks or {}

    def value(self, name: str) -> Value:
        if name not in self._values:
            return self._original.value(name)
        plain = self._values[name]
        return UNSET if plain is None else Known(plain)

    def nested(self, name: str) -> Inner | Deferred:
        return self._blocks[name] if name in self._blocks else self._original.nested(name)

    def configures(self, name: str) -> bool | None:
        return self._values[name] is not None if name in self._values else self._original.configures(name)

    def locate(self, at: str) -> Location | None:
        return self._original.locate(at)

    def trace(self, at: str) -> tuple[Related, ...]:
        return self._original.trace(at)

    def surroundings(self, at: str) -> tuple[Place, ...]:
        return self._original.surroundings(at)


class Plain(Block):
    """A block that the input does not have."""

    __slots__ = ("_values",)

    def __init__(self, path: str, values: Mapping[str, Any]) -> None:
        self.path = path
        self._values = values

    def value(self, name: str) -> Value:
        return Known(self._values[name]) if name in self._values else UNSET

    def nested(self, name: str) -> Inner | Deferred:  # noqa: ARG002
        return ()

    def configures(self, name: str) -> bool | None:
        return name in self._values


def labelled(block: str, label: str, values: Mapping[str, Any]) -> Plain:
    """A new block whose path names it by its label, as `attribute["id"]`."""
    return Plain(f"{block}[{quoted(label)}]", values)
