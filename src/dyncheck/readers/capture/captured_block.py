"""Blocks of what an account says: a value that no call answered is deferred, with the reason."""

from __future__ import annotations

from typing import Any

from dyncheck.model import UNSET, Block, Deferred, Known, Location, Place, Related, Value, quoted

# The argument that identifies a block among others of its name.
_LABELS = ("name", "id", "region_name")


class CapturedBlock(Block):
    """A block with its values, in the shape of a state. A value that is a `Deferred` was not answered.

    `otherwise` is the value of all arguments that are not among the values: for a table that could not be described. `code` is the body
    of the resource that manages it, which has the places.
    """

    __slots__ = ("_code", "_otherwise", "_values")

    def __init__(self, path: str, values: dict[str, Any], otherwise: Deferred | None = None, code: Block | None = None) -> None:
        self.path = path
        self._values = values
        self._otherwise = otherwise
        self._code = code

    def placed(self, code: Block) -> CapturedBlock:
        """The same block with its places in the code."""
        return CapturedBlock(self.path, self._values, self._otherwise, code)

    def locate(self, at: str) -> Location | None:
        return self._code.locate(self._from_resource(at)) if self._code else None

    def trace(self, at: str) -> tuple[Related, ...]:
        return self._code.trace(self._from_resource(at)) if self._code else ()

    def surroundings(self, at: str) -> tuple[Place, ...]:
        return self._code.surroundings(self._from_resource(at)) if self._code else ()

    def _from_resource(self, at: str) -> str:
        return self.at(at) if at else self.path

    def value(self, name: str) -> Value:
        found = self._values.get(name, self._otherwise)
        return found if isinstance(found, Deferred) else UNSET if found is None else Known(found)

    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        found = self._values.get(name, self._otherwise)
        if isinstance(found, Deferred):
            return found
        bodies: list[dict[str, Any]] = found or []
        return tuple(
            CapturedBlock(self._path(name, body, position, len(bodies)), body, None, self._code) for position, body in enumerate(bodies)
        )

    def configures(self, name: str) -> bool | None:  # noqa: ARG002
        return None

    def _path(self, name: str, body: dict[str, Any], position: int, number: int) -> str:
        label = next((body[key] for key in _LABELS if isinstance(body.get(key), str)), None)
        if label is not None:
            return f"{self.at(name)}[{quoted(label)}]"
        return f"{self.at(name)}[{position}]" if number > 1 else self.at(name)
