"""What a target is: a function of bytes that raises where a property does not hold, with the inputs to begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from fuzz.mutation import Mutator

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

CASES = Path(__file__).parent / "cases"

REFUSED = False
TAKEN = True


class Target(Struct, frozen=True):
    """One thing to feed.

    `run` says whether the input was taken, or refused as it should be; `seeds` are what is changed by `mutate`, and `made` are inputs
    that hypothesis writes from nothing.
    """

    name: str
    run: Callable[[bytes], bool]
    seeds: Callable[[], Sequence[bytes]]
    mutate: Mutator
    made: Callable[[], SearchStrategy[bytes]] | None = None

    def cases(self) -> tuple[bytes, ...]:
        """The inputs that were found once, and are kept."""
        directory = CASES / self.name
        return tuple(file.read_bytes() for file in sorted(directory.iterdir())) if directory.is_dir() else ()
