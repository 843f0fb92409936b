"""What names mean where an expression stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from dyncheck.readers.hcl.evaluation.budget import Budget
from dyncheck.readers.hcl.functions.declaration import Context
from dyncheck.readers.hcl.language.nodes import Expression
from dyncheck.readers.hcl.language.values import Value


class Scope(Protocol):
    """What names mean where an expression stands. Where `is_constant`, no function may be called."""

    budget: Budget
    is_constant: bool

    @property
    def context(self) -> Context:
        """What functions may see."""

    def lookup(self, name: str) -> Value | None:
        """What the first word of a reference stands for; None when there is no such name."""


class LocalScope:
    """A scope with names of its own, such as those of a `for`, before those around it. `item` is what a splat is at."""

    __slots__ = ("_names", "_outer", "budget", "is_constant", "item")

    def __init__(self, outer: Scope, names: Mapping[str, Value], item: Value | None = None) -> None:
        self._outer = outer
        self._names = names
        self.item = item if item is not None else getattr(outer, "item", None)
        self.budget = outer.budget
        self.is_constant = outer.is_constant

    @property
    def context(self) -> Context:
        """That of the scope around."""
        return self._outer.context

    def lookup(self, name: str) -> Value | None:
        """Its own names first."""
        found = self._names.get(name)
        return self._outer.lookup(name) if found is None else found


# What evaluates an expression in a scope; given to what evaluates the parts of one kind of expression.
Evaluate: TypeAlias = Callable[[Expression, Scope], Value]
