"""What a self-test found: each mutation of an input, and whether its rule and only its rule said so."""

from __future__ import annotations

from msgspec import Struct


class Tried(Struct, frozen=True):
    """One mutation: what was done to which resource, whether its rule found it, and the rules that failed besides (`others`)."""

    what: str
    address: str
    rule: str
    is_found: bool
    others: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether its rule and only its rule found it."""
        return self.is_found and not self.others


class Tested(Struct, frozen=True):
    """All mutations of one input. `left_out` are rules that the input does not keep as it is, so that they cannot be tried on it."""

    path: str
    tried: tuple[Tried, ...]
    left_out: tuple[str, ...] = ()
