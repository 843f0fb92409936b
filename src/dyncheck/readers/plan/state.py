"""State JSON, as `terraform show -json` writes it of a state: everything in it is known.

Source: https://developer.hashicorp.com/terraform/internals/json-format#state-representation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Raw

from dyncheck.dynamodb.types import RESOURCE_TYPES
from dyncheck.errors import InputError
from dyncheck.model import Resource
from dyncheck.readers.plan.change_entries import is_aws
from dyncheck.readers.plan.plan import producer
from dyncheck.readers.plan.plan_block import PlanBlock
from dyncheck.readers.plan.resource_changes import refuse_misfit
from dyncheck.readers.plan.strict_json import Document
from dyncheck.readers.reading import Reading


def read_state(document: Document, fields: dict[str, Raw]) -> Reading:
    """The resources of a state. Raises `InputError` when the state is empty, or not as Terraform writes it."""
    values = document.value(fields["values"]) if "values" in fields else None
    if values is None:
        raise InputError(f"{document.path} is an empty state: nothing has been applied. Check the plan instead.")
    if not isinstance(values, dict):
        raise document.strange("values is not an object")
    resources = tuple(_resources(document, values.get("root_module", {})))
    return Reading("state", producer(document, fields), resources, nothing="Nothing of it has been applied yet.")


def _resources(document: Document, root: Any) -> Iterator[Resource]:
    pending = [root]
    while pending:
        module = pending.pop()
        if not isinstance(module, dict):
            raise document.strange("a module is not an object")
        address = module.get("address", "")
        if not isinstance(address, str):
            raise document.strange("the address of a module is not a string")
        entries, children = (module.get(part) or [] for part in ("resources", "child_modules"))
        if not isinstance(entries, list) or not isinstance(children, list):
            raise document.strange(f"the resources or child modules of {address or 'the root module'} are not a list")
        for entry in entries:
            if _is_managed(document, entry):
                yield _resource(document, entry, address)
        pending += reversed(children)


def _is_managed(document: Document, entry: Any) -> bool:
    if not isinstance(entry, dict):
        raise document.strange("a resource is not an object")
    for name, default in (("address", None), ("mode", "managed"), ("type", None), ("name", None), ("provider_name", None)):
        if not isinstance(entry.setdefault(name, default), str):
            raise document.strange(f"the {name} of a resource is not a string")
    is_ours = entry["type"] in RESOURCE_TYPES and is_aws(entry["provider_name"])
    return is_ours and entry["mode"] == "managed" and not entry.get("deposed_key")


def _resource(document: Document, entry: dict[str, Any], module: str) -> Resource:
    values, sensitive = entry.get("values"), entry.get("sensitive_values", False)
    for name, value, allowed in (("values", values, dict), ("sensitive_values", sensitive, dict | bool)):
        if not isinstance(value, allowed):
            raise document.strange(f"{name} of {entry['address']} is not an object")
    assert isinstance(values, dict)
    refuse_misfit(document, entry["address"], entry["type"], values)
    return Resource(
        address=entry["address"],
        type=entry["type"],
        name=entry["name"],
        module=module,
        body=PlanBlock("", values, sensitive=sensitive),
        exists=True,
    )
