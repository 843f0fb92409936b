"""What a table asks about the input around it, so that tables and alarms need not know the inventory that holds them."""

from __future__ import annotations

from typing import Protocol

from dyncheck.model import Resource


class Surroundings(Protocol):
    """The part of an inventory that an entity may use."""

    incomplete: frozenset[str]

    @property
    def unseen(self) -> str:
        """Why a resource that the input does not show may still exist."""

    @property
    def separate_indexes(self) -> tuple[Resource, ...]:
        """The indexes that are separate resources."""
