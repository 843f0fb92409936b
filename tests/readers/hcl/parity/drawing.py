"""Random choices from a source of integers: a seeded generator, or hypothesis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Draw:
    """All choices use one function: an integer between two bounds, the bounds included.

    The smallest integer always stands for the simplest choice, so that hypothesis can shrink a case.
    """

    integer: Callable[[int, int], int]

    def chance(self, percent: int) -> bool:
        """True with a probability of `percent`."""
        return self.integer(0, 99) >= 100 - percent

    def choice(self, options: Sequence[T]) -> T:
        """One of the options; the first is the simplest."""
        return options[self.integer(0, len(options) - 1)]

    def weighted(self, options: Mapping[T, int]) -> T:
        """One of the options, with a probability in proportion to its weight."""
        left = self.integer(0, sum(options.values()) - 1)
        for option, weight in options.items():
            if left < weight:
                return option
            left -= weight
        raise AssertionError("unreachable: the integer was drawn below the sum of the weights")

    def some(self, options: Sequence[T]) -> list[T]:
        """A random part of the options, in their order."""
        return [option for option in options if self.chance(50)]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """All of the options in some order."""
        left = list(options)
        return [left.pop(self.integer(0, len(left) - 1)) for _ in options]
