"""Notices when a rule looks at what tells resources apart that are alike in all else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class Watch:
    """Whether anything was looked at that may be another thing for the next resource of one likeness.

    As long as nothing is noticed, all that was read is the same for each of them, so what was made of it is as well.
    """

    __slots__ = ("_noticed",)

    def __init__(self) -> None:
        self._noticed = False

    def notice(self) -> None:
        """Something of a resource's own was read: a name, an address, all tables of an input."""
        self._noticed = True

    def over(self, work: Callable[[], Result]) -> tuple[Result, bool]:
        """The result of some work, and whether anything was noticed meanwhile."""
        before, self._noticed = self._noticed, False
        try:
            return work(), self._noticed
        finally:
            self._noticed = before
