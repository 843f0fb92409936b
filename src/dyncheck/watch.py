"""Notices when a rule looks at what tells resources apart that are alike in all else, or at what depends on inputs of a module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class Watch:
    """Whether anything was looked at that may be another thing: for the next resource of one likeness, or with other inputs.

    As long as nothing is noticed, all that was read is the same for each of them, so what was made of it is as well. With `of_inputs`
    it is inputs that make the difference, of a configuration whose resources are as many whatever they are; then how resources are related
    may be another thing too.
    """

    __slots__ = ("_noticed", "of_inputs")

    def __init__(self, of_inputs: bool = False) -> None:
        self.of_inputs = of_inputs
        self._noticed = False

    def notice(self) -> None:
        """Something that may be another thing was read: a name, an address, all tables of an input."""
        self._noticed = True

    def relate(self) -> None:
        """It was asked which resources have to do with each other. Those of one likeness are related alike (`dynamodb.likeness`)."""
        self._noticed = self._noticed or self.of_inputs

    def over(self, work: Callable[[], Result]) -> tuple[Result, bool]:
        """The result of some work, and whether anything was noticed meanwhile."""
        before, self._noticed = self._noticed, False
        try:
            return work(), self._noticed
        finally:
            self._noticed = before
