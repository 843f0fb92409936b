"""A state as backends store it (terraform.tfstate, version 4), read as `terraform show -json` shows it.

The format is internal to Terraform and has had no other version since Terraform 0.12.
Source: https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any

from msgspec import Raw, Struct
from msgspec.json import encode
from msgspec.structs import replace

from dyncheck.dynamodb.types import DATA_TYPES, RESOURCE_TYPES
from dyncheck.errors import InputError
from dyncheck.readers.not_checked import MAKING_TABLES
from dyncheck.readers.plan.change_entries import of_known_types
from dyncheck.readers.plan.producer import producer
from dyncheck.readers.plan.state import Entry, empty, is_data, reading_of, resources_of
from dyncheck.readers.plan.strict_json import Document
from dyncheck.readers.reading import Reading

_VERSION = 4
_AGAIN = "Write it again with `terraform state pull`."
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_KNOWN_TYPES = RESOURCE_TYPES | MAKING_TABLES | DATA_TYPES


class _Step(Struct, frozen=True):
    type: str
    value: Any = None


class _Instance(Struct, frozen=True):
    index_key: str | int | None = None
    deposed: str | None = None
    attributes: dict[str, Any] | None = None
    attributes_flat: dict[str, Any] | None = None
    sensitive_attributes: tuple[tuple[_Step, ...], ...] | None = None
    # OpenTofu writes it here for a provider with for_each.
    provider: str | None = None


class _RawResource(Struct, frozen=True):
    mode: str
    type: str
    name: str
    provider: str = ""
    module: str = ""
    instances: tuple[_Instance, ...] | None = None


def read_raw_state(document: Document, fields: dict[str, Raw]) -> Reading:
    """The resources of a state file.

    Raises `InputError` when the state is empty, of another version than 4, or not as Terraform writes it.
    """
    document.again = _AGAIN
    if "backend" in fields:
        raise InputError(
            f"{document.path} is the record of a working directory's backend, not a state. Get the state with `terraform state pull`.",
            kind="unsupported",
        )
    version = document.value(fields["version"]) if "version" in fields else None
    if version != _VERSION or isinstance(version, bool):
        raise InputError(
            f"{document.path} is a state file of version {encode(version).decode()}; dyncheck reads version {_VERSION}, which Terraform "
            "writes from 0.12 on. Apply it with a newer Terraform.",
            kind="unsupported",
        )
    items = document.items(fields, "resources")
    if not items:
        raise empty(document)
    entries = list(_entries(document, items))
    reading = reading_of(document, entries, producer(document, fields))
    return replace(reading, data=lambda: tuple(resources_of(document, entries, is_data)))


def _entries(document: Document, items: list[Raw]) -> Iterator[tuple[str, Entry]]:
    """The objects of the types that dyncheck knows, each with its module."""
    for item in of_known_types(items):
        fields = document.fields(item, "a resource")
        kind = document.value(fields["type"]) if "type" in fields else None
        if isinstance(kind, str) and kind not in _KNOWN_TYPES:
            continue
        resource = document.typed(item, _RawResource, "a resource")
        for instance in resource.instances or ():
            yield resource.module, _entry(document, resource, instance)


def _entry(document: Document, resource: _RawResource, instance: _Instance) -> Entry:
    address = _address(resource, instance.index_key)
    if instance.attributes is None and instance.attributes_flat is not None:
        raise InputError(
            f"{document.path} has {address} as Terraform 0.11 wrote it. Apply the state with a newer Terraform, which writes it as JSON.",
            kind="unsupported",
        )
    return Entry(
        address=address,
        type=resource.type,
        name=resource.name,
        provider_name=_provider(instance.provider or resource.provider),
        mode=resource.mode,
        values=instance.attributes,
        sensitive_values=_marks(instance.sensitive_attributes or ()),
        deposed_key=instance.deposed,
    )


def _address(resource: _RawResource, key: str | int | None) -> str:
    data = "data" if resource.mode == "data" else ""
    address = ".".join(filter(None, (resource.module, data, resource.type, resource.name)))
    return address if key is None else f"{address}[{_quoted(key) if isinstance(key, str) else key}]"


def _quoted(key: str) -> str:
    """A key as addresses have it.

    Source: https://github.com/hashicorp/terraform/blob/main/internal/addrs/instance_key.go, `toHCLQuotedString`
    """
    return re.sub(r"([$%])\{", r"\1\1{", f'"{"".join(map(_escaped, key))}"')


def _escaped(character: str) -> str:
    if character in _ESCAPES or character.isprintable():
        return _ESCAPES.get(character, character)
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def _provider(written: str) -> str:
    """The name of a provider from the address of its configuration: `module.m.provider["registry.terraform.io/hashicorp/aws"].west`.

    Terraform 0.12 wrote `provider.aws.west`.
    """
    if found := re.search(r'(?:^|\.)provider\["([^"]*)"\]', written):
        return found[1]
    found = re.search(r"(?:^|\.)provider\.([^.]+)", written)
    return found[1] if found else written


def _marks(paths: Iterable[tuple[_Step, ...]]) -> dict[str, Any] | bool:
    """The marks of sensitive values, as `sensitive_values` has them; all of the resource where a path has an unknown form.

    The mark on an item of a list is one on the whole list: the paths of sets name their items by value.
    """
    marks: dict[str, Any] = {}
    for path in paths:
        names = _names(path)
        if not names:
            return True
        inner = marks
        for name in names[:-1]:
            if inner.get(name) is True:
                break
            inner = inner.setdefault(name, {})
        else:
            inner[names[-1]] = True
    return marks


def _names(path: Iterable[_Step]) -> list[str]:
    """The names of attributes and keys of maps that a path begins with."""
    return [name for name in takewhile(lambda name: name is not None, map(_name, path)) if name is not None]


def _name(step: _Step) -> str | None:
    """The name of an attribute or the key of a map; None for the position in a list."""
    value = step.value
    if step.type == "index" and isinstance(value, dict) and value.get("type") == "string":
        value = value.get("value")
    return value if isinstance(value, str) else None
