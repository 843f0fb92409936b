"""What is looked up attribute by attribute: `var`, `local`, a module's outputs, a whole resource."""

from __future__ import annotations

from collections.abc import Callable

from dyncheck.model import literal
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.types import ANY
from dyncheck.readers.hcl.language.values import Value, pending


class Namespace:
    """The content of a value of which attributes are looked up one by one, such as `var` or a whole resource.

    `cause` is what a value waits for that needs all of it at once; `is_prefix` says that it is no value by itself.
    """

    __slots__ = ("_attribute", "cause", "is_prefix")

    def __init__(self, cause: str, attribute: Callable[[str], Value], is_prefix: bool = False) -> None:
        self.cause = cause
        self.is_prefix = is_prefix
        self._attribute = attribute

    @property
    def causes(self) -> tuple[str, ...]:
        """As a pending value has them."""
        return (self.cause,)

    def attribute(self, name: str) -> Value:
        """The value of one attribute. Raises `Problem` when there is none of that name."""
        return self._attribute(name)

    def item(self, key: str, is_number: bool) -> Value:  # noqa: ARG002
        """The value of `[key]`: of most, the same as that of an attribute."""
        return self._attribute(key)


class LaterNamespace(Namespace):
    """A data source or an ephemeral resource, whose attributes and instances all wait for themselves."""

    __slots__ = ()

    def __init__(self, address: str) -> None:
        super().__init__(address, lambda name: pending(ANY, f"{address}.{name}"))

    def item(self, key: str, is_number: bool) -> Value:
        """One of its instances."""
        return Value(types.Resource("data"), LaterNamespace(f"{self.cause}[{key if is_number else literal(key)}]"))
