"""Modules as their callers see them: the inputs and outputs that one has, and those that an interface demands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from dyncheck.model import Location, Place, Problem

Name: TypeAlias = Annotated[str, Meta(min_length=1)]


class InputContract(Struct, frozen=True, forbid_unknown_fields=True):
    """What an interface demands of an input: its type as Terraform writes it, and a default, or that it has none (`required`).

    `allowed` are all values that it takes, where there are few; `nullable` says whether null is one, where that matters.
    """

    type: Name
    required: bool = False
    default: Any = None
    allowed: tuple[str | float | bool, ...] = ()
    nullable: bool | None = None


class OutputContract(Struct, frozen=True, forbid_unknown_fields=True):
    """What an interface demands of an output: the attributes that it refers to, the keys of a map, or its whole value."""

    refers_to: tuple[Name, ...] = ()
    keys: tuple[Name, ...] = ()
    value: Any | UnsetType = UNSET

    @property
    def has_value(self) -> bool:
        """Whether the interface demands a value, which may be null."""
        return self.value is not UNSET


class ModuleMatch(Struct, frozen=True, forbid_unknown_fields=True):
    """How a module is recognised: by the name of its directory, and a resource that it declares."""

    directory: Name
    resource: Name


class Interface(Struct, frozen=True, forbid_unknown_fields=True):
    """The inputs and outputs that callers of a module can count on, and whether it may have more inputs than these."""

    module: Name
    match: ModuleMatch
    inputs: dict[str, InputContract]
    outputs: dict[str, OutputContract]
    additional_inputs: Literal["none", "with a default"] = "with a default"


class ModuleInput(Struct, frozen=True):
    """A variable: its type as Terraform writes it, and its default in JSON where it has one.

    `takes` says whether its validations allow a value, `takes_others` whether they allow any but the given ones; None where
    that cannot be told.
    """

    type: str
    has_default: bool
    default: Any
    nullable: bool
    takes: Callable[[Any], bool | None]
    takes_others: Callable[[tuple[Any, ...]], bool | None]
    location: Location
    places: tuple[Place, ...] = ()


class ModuleOutput(Struct, frozen=True):
    """An output: the references of its expression, through local values, and its value in JSON where it is known.

    `keys` are those of an object, None where it is none, or they are not known.
    """

    references: frozenset[str]
    keys: frozenset[str] | None
    value: Any
    is_known: bool
    location: Location
    places: tuple[Place, ...] = ()


class Module(Struct, frozen=True):
    """A module that is under an interface; `address` is that of its first instance."""

    address: str
    interface: Interface
    inputs: Mapping[str, ModuleInput]
    outputs: Mapping[str, ModuleOutput]
    location: Location

    def problem(
        self, summary: str, at: ModuleInput | ModuleOutput | None = None, *, path: str, found: str = "", expected: str = "", fix: str = ""
    ) -> Problem:
        """A defect of an input or output, or at no line of its own that one is missing; `path` is its name in expressions."""
        return Problem(
            address=self.address,
            path=path,
            summary=summary,
            found=found,
            expected=expected,
            fix=fix,
            location=at.location if at else self.location,
            places=at.places if at else (),
        )


class UnguardedInput(Struct, frozen=True):
    """An input that a module's callers can set so that a rule breaks which holds without it.

    `values` is the input, and any other that it takes, as text; `addresses` are the resources that break the rule then.
    """

    address: str
    variable: str
    rule: str
    values: str
    addresses: tuple[str, ...]
    location: Location | None
    places: tuple[Place, ...]
