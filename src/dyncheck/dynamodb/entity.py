"""The base of tables, indexes and alarms: their block, and the problems that rules report on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from msgspec.structs import replace

from dyncheck.dynamodb.wiring import Hints
from dyncheck.model import NOT_SET, Block, Deferred, Problem, Related, Resource, show

Same = TypeVar("Same", bound="Entity")


class Surroundings(Protocol):
    """The part of an inventory that an entity may use: it cannot import the inventory, which holds the entities."""

    former_tables: Mapping[str, Resource]

    def unseen(self, kind: str, on: Resource | None) -> str:
        """Why a resource of that type that concerns the given one may exist although the input does not show it; empty when none may."""

    def has_variable(self, resource: Resource, name: str) -> bool:
        """Whether the module of the resource certainly has a variable of that name."""

    @property
    def separate_indexes(self) -> tuple[Resource, ...]:
        """The indexes that are separate resources."""

    @property
    def kinesis_destinations(self) -> tuple[Resource, ...]:
        """The Kinesis streams that get the changes of tables."""

    @property
    def separate_replicas(self) -> tuple[Resource, ...]:
        """The replicas that are separate resources."""

    @property
    def destroyed_indexes(self) -> tuple[Resource, ...]:
        """The separate indexes that the plan destroys, also where it creates them again."""

    def separate_tags_near(self, hints: Hints) -> tuple[Resource, ...]:
        """The tags that are separate resources and may be on the table with these hints."""

    def tables_of(self, hints: Hints) -> tuple[Any, ...]:
        """The tables of this input with one of these hints, or possibly."""

    def scaling_targets_at(self, block_address: str) -> tuple[Resource, ...]:
        """The autoscaling targets of a resource block."""


class Entity:
    """A resource, or a block of one, with its surroundings in the input."""

    __slots__ = ("block", "resource", "surroundings")

    def __init__(self, resource: Resource, surroundings: Surroundings, block: Block | None = None) -> None:
        self.resource = resource
        self.surroundings = surroundings
        self.block = block or resource.body

    def has_variable(self, name: str) -> bool:
        """Whether its module certainly has a variable of that name, which a fix may use."""
        return self.surroundings.has_variable(self.resource, name)

    @property
    def if_it_exists(self: Same) -> Same:
        """The same, with the values that each instance of the resource has, if there are any."""
        return type(self)(self.resource.if_it_exists, self.surroundings)

    @property
    def address(self) -> str:
        """The address of the resource instance."""
        return self.resource.address

    def problem(
        self, summary: str, at: str, *, inside: Block | None = None, value: str = "", expected: str = "", fix: str = "", found: str = ""
    ) -> Problem:
        """A problem at the argument `at`, such as `ttl.enabled`; `inside` is the block that `at` starts from.

        `value` is the correct value in HCL: it stands for `expected`, and makes the `fix`. Where a value is expected, the
        report also shows the current one; `found` replaces it.
        """
        expected = expected or value
        if expected and not found:
            found = _shown(inside or self.block, at)
        if value and not fix:
            fix = setting(at, value)
        return self.block.problem(self.address, summary, inside.at(at) if inside else at, found=found, expected=expected, fix=fix)


def beside(problem: Problem, other: Resource, at: str) -> Problem:
    """The problem with the place of an argument of another resource that contributes to it."""
    location = other.body.locate(at)
    if location is None or location == problem.location:
        return problem
    return replace(problem, related=(*problem.related, Related(location.file, location.line, f"{other.address} is here")))


def setting(at: str, value: str) -> str:
    """The HCL that sets an argument, within its block.

    >>> setting("ttl.enabled", "true")
    'ttl {\\n  enabled = true\\n}'
    """
    block, _, argument = at.rpartition(".")
    return hcl_block(block, **{argument: value}) if block else f"{argument} = {value}"


def hcl_block(header: str, /, **arguments: str) -> str:
    """A block in HCL, in the layout of `terraform fmt`."""
    width = max(map(len, arguments))
    return "\n".join((f"{header} {{", *(f"  {name:{width}} = {value}" for name, value in arguments.items()), "}"))


def _shown(block: Block, at: str) -> str:
    *outer, name = at.split(".")
    for step in outer:
        inner = block.nested(step)
        if isinstance(inner, Deferred):
            return show(inner)
        if not inner:
            return NOT_SET
        block = inner[0]
    return block.show(name)
