"""Plan JSON, as `terraform show -json` and `tofu show -json` write it.

Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Raw, Struct

from dyncheck.dynamodb.inventory import RESOURCE_TYPES, TABLE
from dyncheck.errors import InputError
from dyncheck.model import Provider, Resource, without_keys
from dyncheck.readers.configuration import Configuration
from dyncheck.readers.plan_block import PlanBlock, Scope, constants
from dyncheck.readers.reading import Reading
from dyncheck.readers.strict_json import Document

_QUOTED_TYPES = frozenset(f'"{kind}"'.encode() for kind in RESOURCE_TYPES)


class ResourceChange(Struct, frozen=True):
    """One entry of `resource_changes`, its change not yet looked at beyond the actions."""

    address: str
    type: str
    name: str
    module: str
    provider: str
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
    configuration = Configuration(_mapping(document, fields["configuration"])) if "configuration" in fields else None
    changes = tuple(_changes(document, fields))
    if _flag(document, fields, "errored", False):
        raise InputError(_errored(document.path, configuration, changes))
    uses_kms = _uses_kms(document, fields)
    resources = tuple(_resource(document, change, configuration, uses_kms) for change in changes if change.stays)
    return Reading(
        kind="plan",
        producer=producer(document, fields),
        resources=tuple(resource for resource in resources if resource),
        partial=not _flag(document, fields, "complete", True),
        notices=tuple(_notices(document, fields, changes)),
        nothing=_nothing(fields, changes),
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


def _changes(document: Document, fields: dict[str, Raw]) -> Iterator[ResourceChange]:
    for part in ("resource_changes", "deferred_changes"):
        if part not in fields or bytes(fields[part]) == b"null":
            continue
        for item in document.items(fields[part]):
            entry = document.fields(item)
            if part == "deferred_changes" and "resource_change" in entry:
                entry = document.fields(entry["resource_change"])
            change = _change(document, entry)
            if change:
                yield change


def _change(document: Document, entry: dict[str, Raw]) -> ResourceChange | None:
    """The entry, None when it is not about a managed resource that dyncheck knows."""
    if "type" not in entry or bytes(entry["type"]) not in _QUOTED_TYPES:
        return None
    head = {name: document.value(raw) for name, raw in entry.items() if name not in ("change", "index")}
    if head.get("mode", "managed") != "managed" or not is_aws(head.get("provider_name")):
        return None
    if "change" not in entry or not isinstance(head.get("address"), str) or not isinstance(head.get("name"), str):
        raise InputError(f"{document.path} has a resource change without address, name or change. Write the plan again.")
    change = document.fields(entry["change"])
    actions = document.value(change["actions"]) if "actions" in change else None
    if not isinstance(actions, list) or not all(isinstance(action, str) for action in actions):
        raise InputError(f"{document.path}: the change of {head['address']} has no list of actions. Write the plan again.")
    return ResourceChange(
        address=head["address"],
        type=head["type"],
        name=head["name"],
        module=head.get("module_address") or "",
        provider=str(head["provider_name"]),
        actions=tuple(actions),
        change=change,
        deposed=bool(head.get("deposed")),
    )


def _resource(document: Document, change: ResourceChange, configuration: Configuration | None, uses_kms: bool) -> Resource | None:
    parts = {name: document.value(change.change[name]) for name in ("after", "after_unknown", "after_sensitive") if name in change.change}
    after, unknown = parts.get("after"), parts.get("after_unknown", {})
    if not isinstance(after, dict):
        return None
    path = tuple(without_keys(change.module).split(".")[1::2])
    entry = configuration.block(path, change.type, change.name) if configuration else None
    expressions: dict[str, Any] = (entry or {}).get("expressions") or {}
    return Resource(
        address=change.address,
        type=change.type,
        name=change.name,
        module=change.module,
        body=PlanBlock(
            "",
            after,
            unknown,
            parts.get("after_sensitive", False),
            (expressions,),
            Scope.of(configuration, path, change.module, after, unknown, uses_kms),
        ),
        provider=configuration.provider((entry or {}).get("provider_config_key")) if configuration else Provider(),
        exists="create" not in change.actions,
        constants=constants(expressions)[0],
        constant_blocks={"attribute": constants(expressions.get("attribute"))},
    )


def _uses_kms(document: Document, fields: dict[str, Raw]) -> bool:
    """Whether any value of the plan was computed from a KMS resource, which a plan before Terraform 1.2 does not tell."""
    if "relevant_attributes" not in fields:
        return True
    attributes = document.value(fields["relevant_attributes"])
    return any("aws_kms_" in str(entry.get("resource")) for entry in attributes if isinstance(entry, dict))


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
    value = document.value(fields[name]) if name in fields else None
    return value if isinstance(value, bool) else otherwise


def _mapping(document: Document, raw: Raw) -> dict[str, Any]:
    value = document.value(raw)
    return value if isinstance(value, dict) else {}
