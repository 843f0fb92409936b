"""Reads short Terraform files, given as text, into DynamoDB entities."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dyncheck.dynamodb import TABLE, Alarm, Inventory, Table
from dyncheck.model import UNSET, Block, Opaque, Provider, Resource, Unknown, Value
from dyncheck.readers.hcl.configuration.inputs import Settings
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.reader import read_root

# The value of each argument as HCL; None if the argument is not set.
Arguments: TypeAlias = "dict[str, str | None]"


def inventory_of(text: str) -> Inventory:
    """The inventory of a root module of one file. The file is not needed afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "main.tf"), "w") as file:
            file.write(text)
        return inventory_at(directory)


def inventory_at(directory: str | os.PathLike[str]) -> Inventory:
    """The inventory of the root module in a directory."""
    path, modules = os.path.realpath(directory), Modules()
    modules.trees.add(path)
    reading = read_root(path, path, modules, Settings())
    return Inventory(
        reading.resources,
        incomplete=reading.incomplete,
        why_incomplete=reading.why_incomplete,
        variables_of=reading.variables_of,
    )


def table(inventory: Inventory, name: str = "orders") -> Table:
    """The table of that resource name."""
    (found,) = (each for each in inventory.tables if each.resource.name == name)
    return found


def alarm(inventory: Inventory, name: str = "reads") -> Alarm:
    """The alarm of that resource name."""
    (found,) = (Alarm(each, inventory) for each in inventory.resources if each.name == name)
    return found


def outcome(ask: Callable[[], Any]) -> Any:
    """The answer, or the reason of `Unknown` as text."""
    try:
        return ask()
    except Unknown as reason:
        return f"unknown: {reason}"


def block(header: str, arguments: Arguments, *blocks: str) -> str:
    """A block of HCL with the arguments that are not None."""
    lines = [f"  {name} = {value}" for name, value in arguments.items() if value is not None]
    return "\n".join((f"{header} {{", *lines, *blocks, "}", ""))


class Values(Block):
    """A block with the given arguments and inner blocks; all others are unset."""

    __slots__ = ("_blocks", "_values")

    def __init__(self, blocks: Mapping[str, tuple[Block, ...]] | None = None, /, **values: Value) -> None:
        self.path = ""
        self._blocks = blocks or {}
        self._values = values

    def value(self, name: str) -> Value:
        """The given value."""
        return self._values.get(name, UNSET)

    def nested(self, name: str) -> tuple[Block, ...]:
        """The given value."""
        return self._blocks.get(name, ())

    def configures(self, name: str) -> bool:
        """Whether it is given."""
        return name in self._values


class Anything(Opaque):
    """A symbolic value that can be anything."""

    __slots__ = ()

    def describe(self) -> str:
        """The value in a message."""
        return "anything"


def resource(provider: Provider = Provider("aws"), *, type_: str = TABLE, module: str = "", **values: Value) -> Resource:  # noqa: B008
    """A resource with these values."""
    address = f"{type_}.orders"
    return Resource(
        address=f"{module}.{address}" if module else address,
        type=type_,
        name="orders",
        module=module,
        body=Values(**values),
        provider=provider,
    )
