"""The body of a resource, and the blocks in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from dyncheck.model.places import Location, Place, Related
from dyncheck.model.problems import Problem, Severity
from dyncheck.model.sensitive import concealed
from dyncheck.model.values import Deferred, Known, Opaque, Value, show


class Block(ABC):
    """The body of a resource, or a block inside one, in the provider's own shape.

    `path` is the position in the resource: empty for its body, else such as `global_secondary_index["CategoryIndex"]`.
    """

    __slots__ = ("path",)

    path: str

    @abstractmethod
    def value(self, name: str) -> Value:
        """The argument of that name. A map or a list of primitive values is one value."""

    @abstractmethod
    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        """The blocks of that name; deferred when even their number is unknown."""

    @abstractmethod
    def configures(self, name: str) -> bool | None:
        """Whether the configuration sets the argument, to any value; None when the input does not show that."""

    def if_it_exists(self) -> Block:
        """The block of a resource that may not exist, with the values that it has if it does."""
        return self

    def as_written(self) -> Block:
        """The block as the configuration writes it, although the resource may not exist, or may have kept other values."""
        return self

    def parts(self, name: str) -> Any:  # noqa: ARG002
        """What is certain of a deferred argument: the items of a list, or the document in a text of JSON.

        An unknown part is a `Deferred`. None where the input does not show the parts.
        """
        return None

    def locate(self, at: str) -> Location | None:  # noqa: ARG002
        """The lines of the argument or block `at` (`ttl.enabled` for one in an inner block, empty for this block).

        If the block does not have it, the lines of the innermost block around it; None when the input has no sources.
        """
        return None

    def trace(self, at: str) -> tuple[Related, ...]:  # noqa: ARG002
        """The places that pass on the value of an argument, nearest first; empty when the input has no sources."""
        return ()

    def surroundings(self, at: str) -> tuple[Place, ...]:  # noqa: ARG002
        """The places around the argument or block `at`, innermost first; empty when the input has no sources."""
        return ()

    def at(self, name: str) -> str:
        """The path of an argument or block in this one."""
        return f"{self.path}.{name}" if self.path else name

    def problem(
        self, address: str, summary: str, at: str, *, found: str = "", expected: str = "", fix: str = "", severity: Severity | None = None
    ) -> Problem:
        """A problem of the resource with that address, at the argument or block `at`."""
        return Problem(
            address=address,
            path=self.at(at),
            summary=summary,
            found=found,
            expected=expected,
            fix=fix,
            location=self.locate(at),
            related=self.trace(at),
            places=self.surroundings(at),
            severity=severity,
        )

    def read(self, name: str, default: Any = None) -> Any:
        """The plain value, or `default` when it is unset. A sensitive value can be compared, but prints as `(sensitive)`.

        Raises `Unknown` when it is deferred.
        """
        value = self.value(name)
        if isinstance(value, Known):
            plain = value.value
            return concealed(plain) if value.sensitive and not isinstance(plain, Opaque) else plain
        if isinstance(value, Deferred):
            raise value.unknown(self.at(name), self.locate(name))
        return default

    def string(self, name: str, default: str = "") -> str:
        """A string argument that the provider requires or gives a default. Raises `Unknown` when it is deferred."""
        value: str = self.read(name, default)
        return value

    def text(self, name: str) -> str | None:
        """A string argument; None when unset or empty, because existing resources show unset as empty. Raises `Unknown`."""
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
        """The only block of that name, None without one. Raises `Unknown` when that is deferred."""
        return next(iter(self.blocks(name)), None)

    def show(self, name: str) -> str:
        """The value as a message may print it: in the syntax of Terraform, never a sensitive one."""
        return show(self.value(name))
