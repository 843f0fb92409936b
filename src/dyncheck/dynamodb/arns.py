"""Whether another resource names a table by its ARN."""

from __future__ import annotations

from dyncheck.dynamodb.place import region_of
from dyncheck.dynamodb.wiring import Hints, hints_of_name, hints_of_references
from dyncheck.model import Deferred, Known, Resource, Unknown

# The number of parts before the resource in `arn:partition:dynamodb:region:account:table/name`.
_BEFORE_RESOURCE = 5


def hints_of_arn(resource: Resource, argument: str) -> Hints:
    """The hints of the table whose ARN an argument of a resource may be."""
    value = resource.body.value(argument)
    if isinstance(value, Deferred):
        return hints_of_references(value.references)
    if not isinstance(value, Known):
        return frozenset()
    if not isinstance(value.value, str):
        return None
    kind, _, name = value.value.split(":", _BEFORE_RESOURCE)[-1].partition("/")
    return hints_of_name(name) if kind == "table" else frozenset()


def has_arn_of(resource: Resource, argument: str, table: Resource) -> bool:
    """Whether an argument of a resource is the ARN of that table. May raise `Unknown`."""
    value = resource.body.value(argument)
    if isinstance(value, Deferred):
        return _leads_to(value, argument, resource, table)
    if not isinstance(value, Known) or not isinstance(value.value, str):
        return False
    arn, name = table.body.value("arn"), table.body.value("name")
    if isinstance(arn, Known):
        return bool(arn.value == value.value)
    if not isinstance(name, Known):
        raise Unknown(argument, "may be the ARN of the table, whose name is not known yet")
    parts = value.value.split(":")
    if len(parts) <= _BEFORE_RESOURCE or parts[_BEFORE_RESOURCE] != f"table/{name.value}":
        return False
    region = region_of(table)
    if region is not None and region != parts[3]:
        return False
    raise Unknown(
        argument, f"names a table of that name in the account {parts[4]}, and the account of this table is known only after apply"
    )


def _leads_to(value: Deferred, argument: str, resource: Resource, table: Resource) -> bool:
    """Whether what a value waits for is the ARN of the table."""
    references = [each for each in value.references if each.type == table.type and not each.is_data]
    if value.references and not any(each.resource == table.block_address for each in references):
        if len(references) == len(value.references):
            return False
        raise value.unknown(argument)
    if len(value.references) != 1:
        raise value.unknown(argument)
    if references[0].attribute == "replica":
        return False
    if table.may_repeat:
        raise value.unknown(argument)
    return table.is_single or _is_instance_of(value, argument, resource, table)


def _is_instance_of(value: Deferred, argument: str, resource: Resource, table: Resource) -> bool:
    """Whether a reference to one of several instances of a table's block leads to this one."""
    text = value.references[0].text
    if resource.module == table.module and table.local_address in text:
        return True
    key = table.address.removeprefix(table.block_address)
    if resource.module == table.module and "[" in text and key:
        return False
    raise value.unknown(argument)
