"""Targets: functions of bytes that raise if a property does not hold, with their first inputs."""

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
    """One target.

    `run` returns whether the input was accepted or properly refused. `mutate` changes `seeds`, and `made` are inputs that
    hypothesis generates.
    """

    name: str
    run: Callable[[bytes], bool]
    seeds: Callable[[], Sequence[bytes]]
    mutate: Mutator
    made: Callable[[], SearchStrategy[bytes]] | None = None

    def cases(self) -> tuple[bytes, ...]:
        """The kept inputs that were found before."""
        directory = CASES / self.name
        return tuple(file.read_bytes() for file in sorted(directory.iterdir())) if directory.is_dir() else ()
