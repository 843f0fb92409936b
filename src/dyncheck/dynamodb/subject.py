"""What tables, indexes and alarms have in common: a block they are read from, and problems they can report on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dyncheck.model import NOT_SET, Block, Problem, Resource, Unknown

if TYPE_CHECKING:
    from dyncheck.dynamodb.inventory import Inventory


class Subject:
    """A resource, or a block of one, among all that its input holds."""

    __slots__ = ("block", "inventory", "resource")

    def __init__(self, resource: Resource, inventory: Inventory, block: Block | None = None) -> None:
        self.resource = resource
        self.inventory = inventory
        self.block = block or resource.body

    @property
    def address(self) -> str:
        """The address of the resource instance."""
        self.inventory.watch.notice()
        return self.resource.address

    @property
    def local_address(self) -> str:
        """The address within its module."""
        self.inventory.watch.notice()
        return self.resource.local_address

    def problem(self, summary: str, at: str, *, inside: Block | None = None, wanted: str = "", fix: str = "", found: str = "") -> Problem:
        """A defect at the argument `at`, or at `ttl.enabled` for one in a block of this; `inside` is the block that `at` starts from.

        Where a value is `wanted`, the report also shows the one that is there; `found` replaces it.
        """
        if wanted and not found:
            found = _shown(inside or self.block, at)
        at = inside.at(at) if inside else at
        return Problem(
            address=self.resource.address,
            path=self.block.at(at),
            summary=summary,
            found=found,
            wanted=wanted,
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
