"""The inputs and outputs of a module, and those that an interface demands; and what an account has that the code has not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from dyncheck.model import Location, Place, Problem, Unknown

Name: TypeAlias = Annotated[str, Meta(min_length=1)]


class InputContract(Struct, frozen=True, forbid_unknown_fields=True):
    """The demands on an input: its type as Terraform writes it, and its default, or that it has no default (`required`).

    `allowed` are all valid values, where there are few; `nullable` says whether null is valid, where that matters.
    """

    type: Name
    required: bool = False
    default: Any = None
    allowed: tuple[str | float | bool, ...] = ()
    nullable: bool | None = None


class OutputContract(Struct, frozen=True, forbid_unknown_fields=True):
    """The demands on an output: the attributes that it refers to, the keys of a map, or its whole value."""

    refers_to: tuple[Name, ...] = ()
    keys: tuple[Name, ...] = ()
    value: Any | UnsetType = UNSET

    @property
    def has_value(self) -> bool:
        """Whether the interface demands a value, which may be null."""
        return self.value is not UNSET


class ModuleMatch(Struct, frozen=True, forbid_unknown_fields=True):
    """The module of an interface: the name of its directory, and a resource that it declares."""

    directory: Name
    resource: Name


class Interface(Struct, frozen=True, forbid_unknown_fields=True):
    """The inputs and outputs that a module must have, and whether it may have more inputs."""

    module: Name
    match: ModuleMatch
    inputs: dict[str, InputContract]
    outputs: dict[str, OutputContract]
    additional_inputs: Literal["none", "with a default"] = "with a default"


class ModuleInput(Struct, frozen=True):
    """A variable: its type as Terraform writes it, and its default in JSON where it has one.

    `takes` says whether its validations allow a value, `takes_others` whether they allow any other than the given ones; None if unknown.
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

    `keys` are those of an object, None where it is not an object or they are not known.
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
        """A problem of an input or output, or without `at`, of a missing one; `path` is its name in expressions."""
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
    """An input of a module that callers can set so that a rule breaks.

    `values` are the input and any others that are needed, as text; `addresses` are the resources that break the rule.
    """

    address: str
    variable: str
    rule: str
    values: str
    addresses: tuple[str, ...]
    location: Location | None
    places: tuple[Place, ...]


class Divergence(Struct, frozen=True):
    """How a table or an alarm of an account differs from the code: the problems, or why that cannot be determined.

    `address` is its ARN, or its address in the code where the account has none.
    """

    address: str
    problems: tuple[Problem, ...] = ()
    unknown: Unknown | None = None
