"""Joins what an account has with the code that manages it: by name, in the same account and region."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from dyncheck.checking.code import Code
from dyncheck.checking.one_input import inventory_of
from dyncheck.checking.settings import Settings
from dyncheck.dynamodb.place import home_of
from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM, TABLE, TOPIC
from dyncheck.files import is_of_tree
from dyncheck.model import Deferred, Known, Resource, Unknown
from dyncheck.model.pieces import may_be
from dyncheck.readers.capture.captured_block import CapturedBlock
from dyncheck.readers.hcl.trees import Trees
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.plan.sources import with_places
from dyncheck.readers.reading import Reading
from dyncheck.readers.source import read

# The argument that names a resource of each type.
_ARGUMENTS = {TABLE: "name", ALARM: "alarm_name", COMPOSITE_ALARM: "alarm_name", TOPIC: "name"}


class Names:
    """The resources of an account, by type and name."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_name: dict[str, dict[str, list[Resource]]] = {}
        for each in resources:
            name = each.body.value(_ARGUMENTS[each.type]) if each.type in _ARGUMENTS else None
            if isinstance(name, Known):
                self._by_name.setdefault(each.type, {}).setdefault(name.value, []).append(each)

    def fitting(self, code: Resource) -> tuple[Resource, ...]:
        """Those that a resource of the code may manage: with its name, or with one that fits what the code shows of it."""
        by_name = self._by_name.get(code.type, {})
        name = name_of(code)
        if isinstance(name, Known):
            named = by_name.get(name.value, [])
        else:
            pieces = name.pieces if isinstance(name, Deferred) else ()
            named = [one for other, found in by_name.items() if pieces and may_be(pieces, other) for one in found]
        return tuple(each for each in named if _may_be_in_one_place(code, each))


def name_of(resource: Resource) -> Any:
    """The name of a resource, as its configuration writes it."""
    return resource.body.as_written().value(_ARGUMENTS[resource.type])


def code_at(path: str, settings: Settings) -> Code:
    """What the code at a path has: a plan, a state, or a directory. Raises `InputError` when it cannot be read."""
    environments = tuple(each for each, _ in settings.environments)
    trees = Trees(settings.given, settings.exclude, settings.workspace, environments, settings.only_in)
    if not is_of_tree(path):
        readings = [with_places(read_document(read(path)), path, settings.source, trees)]
    else:
        readings = [trees.read(root) for root in trees.in_environments(trees.roots(path))]
    return Code(tuple(map(inventory_of, readings)), lambda: tuple(comment for each in readings for comment in each.comments()))


def with_code(reading: Reading, code: Code) -> Reading:
    """What an account has, with the resource of the code that certainly manages it, and its places."""
    account = Names(reading.resources)
    managing: dict[str, list[Resource]] = {}
    for resource in (each for inventory in code.inventories for each in inventory.resources if each.type in _ARGUMENTS):
        fitting = account.fitting(resource)
        if len(fitting) == 1:
            managing.setdefault(fitting[0].address, []).append(resource)

    def managed(resource: Resource) -> Resource:
        found = managing.get(resource.address, ())
        if len(found) != 1 or not isinstance(resource.body, CapturedBlock):
            return resource
        return replace(resource, body=resource.body.placed(found[0].body.as_written()), code=found[0])

    return replace(reading, resources=tuple(map(managed, reading.resources)), comments=code.comments)


def _may_be_in_one_place(code: Resource, account: Resource) -> bool:
    try:
        return not home_of(code).differs(home_of(account))
    except Unknown:
        return True
