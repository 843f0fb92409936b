"""The names that an expression can use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

from dyncheck.readers.hcl.evaluation.budget import Budget
from dyncheck.readers.hcl.functions.declaration import Context
from dyncheck.readers.hcl.language.nodes import Expression
from dyncheck.readers.hcl.language.values import Value


class Scope(Protocol):
    """The names that an expression can use. With `is_constant`, it may call no function."""

    budget: Budget
    is_constant: bool

    @property
    def context(self) -> Context:
        """The surroundings of functions."""

    def lookup(self, name: str) -> Value | None:
        """The value of a name, if it exists."""


class LocalScope:
    """A scope with additional names, such as those of a `for`. `item` is the current item of a splat."""

    __slots__ = ("_names", "_outer", "budget", "is_constant", "item")

    def __init__(self, outer: Scope, names: Mapping[str, Value], item: Value | None = None) -> None:
        self._outer = outer
        self._names = names
        self.item = item if item is not None else getattr(outer, "item", None)
        self.budget = outer.budget
        self.is_constant = outer.is_constant

    @property
    def context(self) -> Context:
        return self._outer.context

    def lookup(self, name: str) -> Value | None:
        """The value of a name, first among its own."""
        found = self._names.get(name)
        return self._outer.lookup(name) if found is None else found


# The function `evaluate`, as an argument to avoid a cycle of imports.
Evaluate: TypeAlias = Callable[[Expression, Scope], Value]
