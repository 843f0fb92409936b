"""The body of a resource, and the blocks in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from dyncheck.model.places import Location, Place, Related
from dyncheck.model.sensitive import concealed
from dyncheck.model.values import Deferred, Known, Opaque, Value, show


class Block(ABC):
    """The body of a resource, or a block inside one, in the provider's own shape.

    `path` says where in the resource the block stands: empty for the resource's own body, then as in
    `global_secondary_index["CategoryIndex"]`.
    """

    __slots__ = ("path",)

    path: str

    @abstractmethod
    def value(self, name: str) -> Value:
        """The argument of that name; a map or a list of primitive values is one value."""

    @abstractmethod
    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        """The blocks of that name, none being the empty tuple; deferred when even their number is unknown."""

    @abstractmethod
    def configures(self, name: str) -> bool | None:
        """Whether somebody wrote the argument, whatever its value; None when the input does not tell."""

    def locate(self, at: str) -> Location | None:  # noqa: ARG002
        """Where the argument or block `at` (dotted for one in an inner block, empty for this one) is written.

        The innermost block around it when it is not there; None where the input has no sources.
        """
        return None

    def trace(self, at: str) -> tuple[Related, ...]:  # noqa: ARG002
        """The places that the value of an argument came through, nearest first; none where the input has no sources."""
        return ()

    def surroundings(self, at: str) -> tuple[Place, ...]:  # noqa: ARG002
        """What stands around an argument or block `at`, innermost first; none where the input has no sources."""
        return ()

    def at(self, name: str) -> str:
        """The path of an argument or block in this one."""
        return f"{self.path}.{name}" if self.path else name

    def read(self, name: str, default: Any = None) -> Any:
        """The plain value, or `default` when nobody set it; a sensitive one can be compared but prints as `(sensitive)`.

        Raises `Unknown` when it is deferred.
        """
        value = self.value(name)
        if isinstance(value, Known):
            is_concealed = value.sensitive and not isinstance(value.value, Opaque)
            return concealed(value.value) if is_concealed else value.value
        if isinstance(value, Deferred):
            raise value.unknown(self.at(name), self.locate(name))
        return default

    def string(self, name: str, default: str = "") -> str:
        """A string argument that the provider requires or gives a default. Raises `Unknown` when it is deferred."""
        value: str = self.read(name, default)
        return value

    def text(self, name: str) -> str | None:
        """A string argument; None when unset or empty, which existing resources show for unset. Raises `Unknown`."""
        return self.read(name) or None

    def number(self, name: str) -> float | None:
        """A numeric argument, None when unset. Raises `Unknown` when it is deferred."""
        value: float | None = self.read(name)
        return value

    def blocks(self, name: str) -> tuple[Block, ...]:
        """The blocks of that name. Raises `Unknown` when their number is deferred."""
        blocks = self.nested(name)
        if isinstance(blocks, Deferred):
            raise blocks.unknown(self.at(name), self.locate(name))
        return blocks

    def block(self, name: str) -> Block | None:
        """The block of that name where the provider allows one at most. Raises `Unknown` when deferred."""
        blocks = self.blocks(name)
        return blocks[0] if blocks else None

    def show(self, name: str) -> str:
        """The value as a message may print it: a literal of the Terraform language, never a sensitive one."""
        return show(self.value(name))
