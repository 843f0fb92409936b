"""Limits of an evaluation, so that no configuration runs endlessly or fills the memory."""

from __future__ import annotations

from typing import Any

from dyncheck.readers.hcl.language.values import Value


class BudgetError(Exception):
    """The evaluation took more than any configuration needs."""


class Budget:
    """The limits, and what is left of them.

    `STEPS` is per argument, `ALL_STEPS` per root module. A step is an expression, an item of a collection, or the comparison or
    conversion of a few of its parts. `PARTS` is per value; shared parts count as often as they occur. `TEXT` is the number of
    characters of all texts together.
    """

    __slots__ = ("_weights", "all_steps", "depth", "folds", "steps", "text")

    DEEPEST = 400
    STEPS = 1_000_000
    ALL_STEPS = 5_000_000
    PARTS = 200_000
    TEXT = 64_000_000

    # The number of parts in one step.
    _PER_STEP = 16

    def __init__(self) -> None:
        self.depth = 0
        self.steps = self.STEPS
        self.all_steps = self.ALL_STEPS
        self.text = self.TEXT
        # See `operators.choose`.
        self.folds = True
        # By the identity of the content. The content is kept, so that its identity stays unique.
        self._weights: dict[int, tuple[Any, int]] = {}

    def renew(self) -> None:
        """Give the next argument all its steps."""
        self.depth = 0
        self.steps = self.STEPS

    def spend(self, steps: int = 1) -> None:
        """Raises `BudgetError` when no step is left."""
        self.steps -= steps
        self.all_steps -= steps
        if self.all_steps < 0:
            raise BudgetError(f"and what was evaluated before it take more than {self.ALL_STEPS} steps, so dyncheck gave up on it")
        if self.steps < 0:
            raise BudgetError(f"takes more than {self.STEPS} steps to evaluate, so dyncheck gave up on it")

    @property
    def is_spent(self) -> bool:
        """Whether a limit of the whole root module is exceeded."""
        return self.text < 0 or self.all_steps < 0

    def weigh(self, value: Value) -> int:
        """The number of parts of a value. Raises `BudgetError` when there are too many."""
        content = value.content
        if type(content) is not tuple and type(content) is not dict:
            return 1
        known = self._weights.get(id(content))
        if known is None:
            parts = content.values() if isinstance(content, dict) else content
            known = (content, 1 + sum(map(self.weigh, parts)))
            self._weights[id(content)] = known
        if known[1] > self.PARTS:
            raise BudgetError(f"makes a value of more than {self.PARTS} parts, so dyncheck gave up on it")
        return known[1]

    def look_into(self, *values: Value) -> None:
        """Spend the steps to visit all parts of values. Raises `BudgetError`."""
        self.spend(sum(map(self.weigh, values)) // self._PER_STEP)

    def write(self, characters: int) -> None:
        """Count characters of texts. Raises `BudgetError` when there are too many."""
        self.text -= characters
        if self.text < 0:
            raise BudgetError(f"makes texts of more than {self.TEXT} characters, so dyncheck gave up on it")
