"""The base of tables, indexes and alarms: their block, and the problems that rules report on it."""

from __future__ import annotations

from dyncheck.dynamodb.surroundings import Surroundings
from dyncheck.model import NOT_SET, Block, Problem, Resource, Unknown


class Entity:
    """A resource, or a block of one, with its surroundings in the input."""

    __slots__ = ("block", "resource", "surroundings")

    def __init__(self, resource: Resource, surroundings: Surroundings, block: Block | None = None) -> None:
        self.resource = resource
        self.surroundings = surroundings
        self.block = block or resource.body

    @property
    def address(self) -> str:
        """The address of the resource instance."""
        return self.resource.address

    @property
    def local_address(self) -> str:
        """The address within its module."""
        return self.resource.local_address

    def problem(self, summary: str, at: str, *, inside: Block | None = None, expected: str = "", fix: str = "", found: str = "") -> Problem:
        """A problem at the argument `at`, such as `ttl.enabled`; `inside` is the block that `at` starts from.

        Where a value is `expected`, the report also shows the current one; `found` replaces it.
        """
        if expected and not found:
            found = _shown(inside or self.block, at)
        at = inside.at(at) if inside else at
        return Problem(
            address=self.resource.address,
            path=self.block.at(at),
            summary=summary,
            found=found,
            expected=expected,
            fix=fix,
            location=self.block.locate(at),
            related=self.block.trace(at),
            places=self.block.surroundings(at),
        )


def _shown(block: Block, at: str) -> str:
    *outer, name = at.split(".")
    try:
        for step in outer:
            inner = block.block(step)
            if inner is None:
                return NOT_SET
            block = inner
    except Unknown:
        return "known only after apply"
    return block.show(name)
