"""Plan JSON, as `terraform show -json` and `tofu show -json` write it.

Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Raw

from dyncheck.dynamodb.types import RESOURCE_TYPES, TABLE
from dyncheck.errors import InputError
from dyncheck.model import Change, Resource, without_keys
from dyncheck.readers.plan.change_entries import ResourceChange, entries
from dyncheck.readers.plan.configuration import Configuration
from dyncheck.readers.plan.resource_changes import ChangeReader
from dyncheck.readers.plan.strict_json import Document
from dyncheck.readers.reading import Reading


def read_plan(document: Document, fields: dict[str, Raw]) -> Reading:
    """The resources of a plan as they will be after it is applied.

    Raises `InputError` for a plan that Terraform could not finish, and says what is missing from it.
    """
    configuration = Configuration(document.value(fields["configuration"]), document.strange) if "configuration" in fields else None
    if _flag(document, fields, "errored", False):
        raise InputError(_errored(document.path, configuration, _entries(document, fields)))
    reader = ChangeReader(document, fields, configuration, _uses_kms(fields))
    resources: list[Resource] = []
    changes: list[Change] = []
    for entry in _entries(document, fields):
        after = reader.after(entry) if entry.stays else None
        if entry.existed:
            changes.append(reader.changes(entry, after))
        if after:
            resources.append(after)
    return Reading(
        kind="plan",
        producer=producer(document, fields),
        resources=tuple(resources),
        changes=tuple(changes),
        drifts=tuple(reader.drifts()),
        why_incomplete="the plan is partial",
        incomplete=frozenset() if _flag(document, fields, "complete", True) else _written_types(configuration),
        notices=tuple(_notices(document, fields, changes)),
        nothing=_nothing(fields, changes),
        variables=_variables(document, fields),
    )


def _entries(document: Document, fields: dict[str, Raw]) -> Iterator[ResourceChange]:
    yield from entries(document, fields, "resource_changes")
    yield from entries(document, fields, "deferred_changes")


def producer(document: Document, fields: dict[str, Raw]) -> str:
    """What made the document, as far as it says."""
    version = document.value(fields["terraform_version"]) if "terraform_version" in fields else None
    is_tofu = any(b"registry.opentofu.org/" in bytes(fields[part]) for part in ("configuration", "values") if part in fields)
    name = "OpenTofu" if is_tofu else "Terraform"
    return f"{name} {version}" if isinstance(version, str) else name


def _variables(document: Document, fields: dict[str, Raw]) -> dict[str, Any]:
    """The values of the root module's variables."""
    entries = document.fields(fields["variables"], "variables") if "variables" in fields else {}
    found = {name: document.value(raw) for name, raw in entries.items()}
    return {name: entry["value"] for name, entry in found.items() if isinstance(entry, dict) and "value" in entry}


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


def _notices(document: Document, fields: dict[str, Raw], changes: Sequence[Change]) -> Iterator[str]:
    if not _flag(document, fields, "complete", True):
        yield "The plan is partial (-target, or changes deferred to a later plan): what it leaves out was not checked."
    unsaid = [change.address for change in changes if change.before is None]
    if unsaid:
        yield (
            f"The plan does not say what {', '.join(unsaid)} is like before it, as old formats of plans do not. What it takes away in "
            "protection, indexes and alarms there cannot be told."
        )
    if changes and "prior_state" not in fields:
        yield "The plan has no prior state, so it does not tell either what was changed outside Terraform since the last apply."


def _nothing(fields: dict[str, Raw], changes: Iterable[Change]) -> str:
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
