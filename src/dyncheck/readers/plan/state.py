"""State JSON, as `terraform show -json` writes it of a state: every value is known.

Source: https://developer.hashicorp.com/terraform/internals/json-format#state-representation
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from msgspec import Raw, Struct
from msgspec.structs import replace

from dyncheck.dynamodb.types import DATA_TYPES
from dyncheck.errors import InputError
from dyncheck.model import NotChecked, Resource
from dyncheck.readers.not_checked import why_not_checked
from dyncheck.readers.plan.change_entries import is_aws, is_null, is_read
from dyncheck.readers.plan.plan_block import PlanBlock
from dyncheck.readers.plan.producer import producer
from dyncheck.readers.plan.resource_changes import refuse_misfit
from dyncheck.readers.plan.strict_json import Document
from dyncheck.readers.reading import Reading


class Entry(Struct, frozen=True):
    """A resource of a state. `sensitive_values` marks its sensitive values; a deposed object has a key."""

    address: str
    type: str
    name: str
    provider_name: str
    mode: str = "managed"
    values: dict[str, Any] | None = None
    sensitive_values: dict[str, Any] | bool = False
    deposed_key: str | None = None


class _Module(Struct, frozen=True):
    address: str = ""
    resources: tuple[Entry, ...] | None = None
    child_modules: tuple[_Module, ...] | None = None


def read_state(document: Document, fields: dict[str, Raw]) -> Reading:
    """The resources of a state. Raises `InputError` when the state is empty, or not as Terraform writes it."""
    if "values" not in fields or is_null(fields["values"]):
        raise empty(document)
    values = document.fields(fields["values"], "values")
    root = document.typed(values["root_module"], _Module, "root_module") if "root_module" in values else _Module()
    reading = reading_of(document, list(_entries(root)), producer(document, fields))
    return replace(reading, data=partial(read_data, document, fields["values"]))


def empty(document: Document) -> InputError:
    """The error for a state without resources."""
    return InputError(f"{document.path} is an empty state: nothing has been applied. Check the plan instead.", kind="nothing-to-check")


def reading_of(document: Document, entries: Iterable[tuple[str, Entry]], by: str) -> Reading:
    """The managed resources of a state that `by` wrote, from its entries with their modules."""
    managed = [(module, entry) for module, entry in entries if entry.mode == "managed" and not entry.deposed_key]
    return Reading(
        kind="state",
        producer=by,
        resources=tuple(resources_of(document, managed, lambda entry: is_read(entry.type, entry.provider_name))),
        nothing="It records no applied resource.",
        not_checked=tuple(_not_checked(managed)),
    )


def read_data(document: Document, values: Raw) -> tuple[Resource, ...]:
    """The data sources in the values of a state, as far as rules may ask for them."""
    # A plan may have a large state that is never read otherwise.
    if b'"data.aws_kms_' not in bytes(values) and b".data.aws_kms_" not in bytes(values):
        return ()
    root = document.typed(document.fields(values, "values")["root_module"], _Module, "root_module")
    return tuple(resources_of(document, _entries(root), is_data))


def resources_of(document: Document, entries: Iterable[tuple[str, Entry]], is_wanted: Callable[[Entry], bool]) -> Iterator[Resource]:
    """The resources of entries with their modules. Raises `InputError` for one without values."""
    for module, entry in entries:
        if is_wanted(entry) and not entry.deposed_key:
            if entry.values is None:
                raise document.invalid(f"{entry.address} has no values")
            if entry.mode == "managed":
                refuse_misfit(document, entry.address, entry.type, entry.values)
            body = PlanBlock("", entry.values, sensitive=entry.sensitive_values)
            yield Resource(entry.address, entry.type, entry.name, module, body, exists=True)


def is_data(entry: Entry) -> bool:
    """Whether an entry is a data source that rules may ask for."""
    return entry.mode == "data" and entry.type in DATA_TYPES and is_aws(entry.provider_name)


def _entries(module: _Module) -> Iterator[tuple[str, Entry]]:
    for entry in module.resources or ():
        yield module.address, entry
    for child in module.child_modules or ():
        yield from _entries(child)


def _not_checked(entries: Iterable[tuple[str, Entry]]) -> Iterator[NotChecked]:
    for _, entry in entries:
        text = (entry.values or {}).get("template_body")
        provider = "" if is_aws(entry.provider_name) else entry.provider_name
        reason = why_not_checked(entry.type, provider, text if isinstance(text, str) else None)
        if reason:
            yield NotChecked(entry.address, reason)
