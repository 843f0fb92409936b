"""State JSON, as `terraform show -json` writes it of a state: everything in it is known.

Source: https://developer.hashicorp.com/terraform/internals/json-format#state-representation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Raw

from dyncheck.dynamodb.inventory import RESOURCE_TYPES
from dyncheck.errors import InputError
from dyncheck.model import Resource
from dyncheck.readers.plan import is_aws, producer
from dyncheck.readers.plan_block import PlanBlock
from dyncheck.readers.reading import Reading
from dyncheck.readers.strict_json import Document


def read_state(document: Document, fields: dict[str, Raw]) -> Reading:
    """The resources of a state. Raises `InputError` when the state is empty."""
    values = document.value(fields["values"]) if "values" in fields else None
    if not isinstance(values, dict):
        raise InputError(f"{document.path} is an empty state: nothing has been applied. Check the plan instead.")
    resources = tuple(_resources(values.get("root_module")))
    return Reading("state", producer(document, fields), resources, nothing="Nothing of it has been applied yet.")


def _resources(root: Any) -> Iterator[Resource]:
    pending = [root]
    while pending:
        module = pending.pop()
        if not isinstance(module, dict):
            continue
        for entry in module.get("resources") or ():
            if _is_managed(entry):
                yield _resource(entry, module.get("address") or "")
        pending += reversed(module.get("child_modules") or ())


def _is_managed(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.get("type") in RESOURCE_TYPES
        and entry.get("mode", "managed") == "managed"
        and is_aws(entry.get("provider_name"))
        and not entry.get("deposed_key")
        and isinstance(entry.get("values"), dict)
    )


def _resource(entry: dict[str, Any], module: str) -> Resource:
    return Resource(
        address=str(entry.get("address")),
        type=entry["type"],
        name=str(entry.get("name")),
        module=module,
        body=PlanBlock("", entry["values"], sensitive=entry.get("sensitive_values", False)),
        exists=True,
    )
