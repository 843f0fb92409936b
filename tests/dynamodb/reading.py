"""Terraform files of a few lines, as text, and what they hold about DynamoDB."""

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

# What is assigned to each argument, as HCL; None where the argument is left out.
Arguments: TypeAlias = "dict[str, str | None]"


def inventory_of(text: str) -> Inventory:
    """What a root module of one file holds; all of it can be read after the file is gone."""
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "main.tf"), "w") as file:
            file.write(text)
        modules = Modules()
        modules.trees.add(os.path.realpath(directory))
        reading = read_root(directory, directory, modules, Settings())
    return Inventory(reading.resources, incomplete=reading.incomplete, why_incomplete=reading.why_incomplete)


def table(inventory: Inventory, name: str = "orders") -> Table:
    """The table of that resource name."""
    (found,) = (each for each in inventory.tables if each.resource.name == name)
    return found


def alarm(inventory: Inventory, name: str = "reads") -> Alarm:
    """The alarm of that resource name."""
    (found,) = (Alarm(each, inventory) for each in inventory.resources if each.name == name)
    return found


def told(ask: Callable[[], Any]) -> Any:
    """The answer, or why there is none."""
    try:
        return ask()
    except Unknown as reason:
        return f"unknown: {reason}"


def block(header: str, arguments: Arguments, *blocks: str) -> str:
    """A block of HCL with those of the arguments that are there."""
    lines = [f"  {name} = {value}" for name, value in arguments.items() if value is not None]
    return "\n".join((f"{header} {{", *lines, *blocks, "}", ""))


class Values(Block):
    """A block of which each argument is the value that is given, and so are the blocks in it; nobody wrote the others."""

    __slots__ = ("_blocks", "_values")

    def __init__(self, blocks: Mapping[str, tuple[Block, ...]] | None = None, /, **values: Value) -> None:
        self.path = ""
        self._blocks = blocks or {}
        self._values = values

    def value(self, name: str) -> Value:
        """What was given."""
        return self._values.get(name, UNSET)

    def nested(self, name: str) -> tuple[Block, ...]:
        """What was given."""
        return self._blocks.get(name, ())

    def configures(self, name: str) -> bool:
        """Whether it was given."""
        return name in self._values


class Anything(Opaque):
    """A value that stands for all."""

    __slots__ = ()

    def describe(self) -> str:
        """For messages."""
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
