"""Plan JSON, as `terraform show -json` and `tofu show -json` write it.

Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Raw, Struct

from dyncheck.dynamodb.types import RESOURCE_TYPES, TABLE
from dyncheck.errors import InputError
from dyncheck.model import Provider, Resource, without_keys
from dyncheck.readers.configuration import Configuration
from dyncheck.readers.plan_block import PlanBlock, Scope, constants
from dyncheck.readers.reading import Reading
from dyncheck.readers.shapes import SHAPES, misfit
from dyncheck.readers.strict_json import Document

_QUOTED_TYPES = frozenset(f'"{kind}"'.encode() for kind in RESOURCE_TYPES)


class ResourceChange(Struct, frozen=True):
    """One entry of `resource_changes`, its change not yet looked at beyond the actions."""

    address: str
    type: str
    name: str
    module: str
    actions: tuple[str, ...]
    change: dict[str, Raw]
    deposed: bool

    @property
    def stays(self) -> bool:
        """Whether there is a managed object after the change: not when it is destroyed or leaves Terraform's hands."""
        return not self.deposed and not {*self.actions} <= {"delete", "forget"}


def read_plan(document: Document, fields: dict[str, Raw]) -> Reading:
    """The resources of a plan as they will be after it is applied.

    Raises `InputError` for a plan that Terraform could not finish, and says what is missing from it.
    """
    configuration = Configuration(document.value(fields["configuration"]), document.strange) if "configuration" in fields else None
    changes = tuple(_changes(document, fields))
    if _flag(document, fields, "errored", False):
        raise InputError(_errored(document.path, configuration, changes))
    uses_kms = _uses_kms(fields)
    resources = tuple(_resource(document, change, configuration, uses_kms) for change in changes if change.stays)
    return Reading(
        kind="plan",
        producer=producer(document, fields),
        resources=resources,
        why_left_out="the plan is partial",
        left_out=frozenset() if _flag(document, fields, "complete", True) else _written_types(configuration),
        notices=tuple(_notices(document, fields, changes)),
        nothing=_nothing(fields, changes),
        variables=_variables(document, fields),
    )


def producer(document: Document, fields: dict[str, Raw]) -> str:
    """What made the document, as far as it says."""
    version = document.value(fields["terraform_version"]) if "terraform_version" in fields else None
    is_tofu = any(b"registry.opentofu.org/" in bytes(fields[part]) for part in ("configuration", "values") if part in fields)
    name = "OpenTofu" if is_tofu else "Terraform"
    return f"{name} {version}" if isinstance(version, str) else name


def is_aws(provider: object) -> bool:
    """Whether a provider's name is that of the AWS provider, from any registry; Terraform 0.12 wrote just `aws`."""
    return isinstance(provider, str) and (provider == "aws" or provider.endswith("/hashicorp/aws"))


def _variables(document: Document, fields: dict[str, Raw]) -> dict[str, Any]:
    """The values of the root module's variables."""
    entries = document.fields(fields["variables"], "variables") if "variables" in fields else {}
    found = {name: document.value(raw) for name, raw in entries.items()}
    return {name: entry["value"] for name, entry in found.items() if isinstance(entry, dict) and "value" in entry}


def _changes(document: Document, fields: dict[str, Raw]) -> Iterator[ResourceChange]:
    for part in ("resource_changes", "deferred_changes"):
        if part not in fields or bytes(fields[part]) == b"null":
            continue
        for item in document.items(fields[part], part):
            entry = document.fields(item, "a resource change")
            if part == "deferred_changes" and "resource_change" in entry:
                entry = document.fields(entry["resource_change"], "a resource change")
            change = _change(document, entry)
            if change:
                yield change


def _change(document: Document, entry: dict[str, Raw]) -> ResourceChange | None:
    """The entry, None when it is not about a managed resource that dyncheck knows."""
    if not bytes(entry.get("type", b"null")).startswith(b'"'):
        raise document.strange("the type of a resource change is not a string")
    if bytes(entry["type"]) not in _QUOTED_TYPES:
        return None
    head = {name: document.value(raw) for name, raw in entry.items() if name not in ("change", "index")}
    address = head.get("address")
    if not isinstance(address, str):
        raise document.strange("a resource change has no address")
    for name, default in (("mode", "managed"), ("name", None), ("provider_name", None), ("module_address", "")):
        if not isinstance(head.setdefault(name, default), str):
            raise document.strange(f"the {name} of {address} is not a string")
    if head["mode"] != "managed" or not is_aws(head["provider_name"]):
        return None
    change = document.fields(entry.get("change", Raw(b"null")), f"the change of {address}")
    actions = document.value(change["actions"]) if "actions" in change else None
    if not isinstance(actions, list) or not actions or not all(isinstance(action, str) for action in actions):
        raise document.strange(f"the actions of {address} are not a list of strings")
    return ResourceChange(
        address=address,
        type=head["type"],
        name=head["name"],
        module=head["module_address"],
        actions=tuple(actions),
        change=change,
        deposed=bool(head.get("deposed")),
    )


def _resource(document: Document, change: ResourceChange, configuration: Configuration | None, uses_kms: bool) -> Resource:
    after, unknown, sensitive = (
        document.value(change.change[name]) if name in change.change else default
        for name, default in (("after", None), ("after_unknown", {}), ("after_sensitive", {}))
    )
    for name, value, allowed in (
        ("after", after, dict),
        ("after_unknown", unknown, dict | bool),
        ("after_sensitive", sensitive, dict | bool),
    ):
        if not isinstance(value, allowed):
            raise document.strange(f"{name} of {change.address} is not an object")
    refuse_misfit(document, change.address, change.type, after)
    path = tuple(without_keys(change.module).split(".")[1::2])
    entry = configuration.block(path, change.type, change.name) if configuration else {}
    expressions: dict[str, Any] = entry.get("expressions") or {}
    return Resource(
        address=change.address,
        type=change.type,
        name=change.name,
        module=change.module,
        body=PlanBlock(
            "",
            after,
            unknown,
            sensitive,
            (expressions,),
            Scope.of(configuration, path, change.module, after, unknown, uses_kms),
        ),
        provider=configuration.provider(entry.get("provider_config_key") or None) if configuration else Provider(),
        exists="create" not in change.actions,
        constants=constants(expressions)[0],
        constant_blocks={"attribute": constants(expressions.get("attribute"))},
    )


def refuse_misfit(document: Document, address: str, kind: str, values: dict[str, Any]) -> None:
    """Raise `InputError` when an argument of a resource has another type than the provider gives it."""
    found = misfit(values, SHAPES[kind])
    if found:
        raise document.strange(f"{found[0]} of {address} {found[1]}")


def _written_types(configuration: Configuration | None) -> frozenset[str]:
    """The types of resources that there may be, going by the configuration, which is whole even where the plan is partial."""
    return configuration.types() & RESOURCE_TYPES if configuration else RESOURCE_TYPES


def _uses_kms(fields: dict[str, Raw]) -> bool:
    """Whether any value of the plan was computed from a KMS resource, which a plan before Terraform 1.2 does not tell."""
    if "relevant_attributes" not in fields:
        # Since format 1.1 the list is left out when it is empty.
        return re.match(rb'"(0\.|1\.0")', bytes(fields["format_version"])) is not None
    return b"aws_kms_" in bytes(fields["relevant_attributes"])


def _errored(path: str, configuration: Configuration | None, changes: Iterable[ResourceChange]) -> str:
    planned = {without_keys(change.address) for change in changes}
    configured = set(configuration.certain_blocks(RESOURCE_TYPES)) if configuration else set()
    missing = ", ".join(sorted(configured - planned))
    what = f"; it has nothing on {missing}" if missing else " and that may lack any number of resources"
    return f"{path} is a plan that Terraform could not finish{what}. Mend the error that `terraform plan` printed, and plan again."


def _notices(document: Document, fields: dict[str, Raw], changes: Iterable[ResourceChange]) -> Iterator[str]:
    if not _flag(document, fields, "complete", True):
        yield "The plan is partial (-target, or changes deferred to a later plan): what it leaves out was not checked."
    gone = [change.address for change in changes if change.type == TABLE and change.actions == ("forget",)]
    if gone:
        yield f"Terraform will no longer manage {', '.join(gone)}; not checked."
    destroyed = [change.address for change in changes if change.type == TABLE and change.actions == ("delete",) and not change.deposed]
    if destroyed:
        yield f"The plan destroys {', '.join(destroyed)}; what is gone afterwards was not checked."


def _nothing(fields: dict[str, Raw], changes: tuple[ResourceChange, ...]) -> str:
    if "resource_changes" not in fields:
        return "It changes nothing (a refresh-only plan, or an empty configuration). Check the state with `terraform show -json`."
    if any(change.type == TABLE for change in changes):
        return "It destroys or forgets every table it knows."
    return "It may be the plan of another root module."


def _flag(document: Document, fields: dict[str, Raw], name: str, otherwise: bool) -> bool:
    value = document.value(fields[name]) if name in fields else otherwise
    if not isinstance(value, bool):
        raise document.strange(f"{name} is neither true nor false")
    return value
