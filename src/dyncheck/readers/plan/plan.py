"""Plan JSON, as `terraform show -json` and `tofu show -json` write it.

Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Raw
from msgspec.structs import replace

from dyncheck.dynamodb.types import RESOURCE_TYPES, TABLE
from dyncheck.errors import InputError
from dyncheck.model import Change, Drift, NotChecked, Resource, Unjudged, without_keys
from dyncheck.readers.plan.change_entries import entries, is_null, is_read, known_entries
from dyncheck.readers.plan.configuration import Configuration
from dyncheck.readers.plan.consistency import refuse_differences
from dyncheck.readers.plan.producer import producer
from dyncheck.readers.plan.resource_changes import ChangeReader
from dyncheck.readers.plan.state import read_state
from dyncheck.readers.plan.strict_json import Document
from dyncheck.readers.reading import Reading
from dyncheck.readers.references import in_module, path_of

_CHANGES_NOTHING = "It changes nothing (a refresh-only plan, or an empty configuration)."

_PARTS = ("resource_changes", "deferred_changes")


def read_plan(document: Document, fields: dict[str, Raw]) -> Reading:
    """The resources of a plan as they will be after it is applied.

    Raises `InputError` for a plan that Terraform could not finish, and says what is missing from it.
    """
    configuration = Configuration(document, fields["configuration"]) if "configuration" in fields else None
    if _flag(document, fields, "errored", False):
        raise _errored(document, fields, configuration)
    is_partial = not _flag(document, fields, "complete", True)
    found = {part: tuple(known_entries(document, fields, part)) for part in _PARTS}
    entries, deferred = ([entry for entry in found[part] if is_read(entry.type, entry.provider_name)] for part in _PARTS)
    refuse_differences(document, fields, entries, deferred, configuration)
    reader = ChangeReader(document, fields, configuration, _uses_kms(fields))
    drifts = tuple(reader.drifts())
    variables_of = (lambda resource: configuration.variables(path_of(resource.module))) if configuration else None
    if "resource_changes" not in fields and "values" in (state := _prior_state(document, fields)):
        return replace(_refreshed(read_state(document, state), drifts), variables_of=variables_of)
    recorded = {drift.recorded.address: drift.recorded for drift in drifts if drift.found}
    resources: list[Resource] = []
    changes: list[Change] = []
    not_checked: list[NotChecked] = []
    for part in _PARTS:
        for entry in found[part]:
            if not is_read(entry.type, entry.provider_name):
                unread = reader.not_checked(entry)
                not_checked += [unread] if unread else []
                continue
            after = reader.after(entry) if entry.stays else None
            if entry.existed:
                change = reader.change(entry, after, is_postponed=part == "deferred_changes")
                changes.append(replace(change, recorded=recorded.get(entry.address)))
            if after:
                resources.append(after)
    return Reading(
        kind="plan",
        producer=producer(document, fields),
        resources=tuple(resources),
        changes=tuple(changes),
        drifts=drifts,
        why_incomplete="the plan is partial",
        # Unlike the plan, its configuration is never partial.
        incomplete=_types(configuration) if is_partial else frozenset(),
        notices=tuple(_notices(fields, changes, is_partial)),
        nothing=_nothing(fields, changes),
        variables=_variables(document, fields),
        not_checked=tuple(not_checked),
        unjudged=lambda: tuple(_unjudged(configuration, resources)),
        variables_of=variables_of,
    )


def _unjudged(configuration: Configuration | None, resources: Iterable[Resource]) -> Iterator[Unjudged]:
    """The resource blocks of a plan's configuration without an instance in it that is read."""
    judged = {resource.block_address for resource in resources}
    for path, _, block in configuration.managed() if configuration else ():
        address = ".".join((*(f"module.{name}" for name in path), block.type, block.name))
        if address not in judged:
            yield Unjudged(address)


def _prior_state(document: Document, fields: dict[str, Raw]) -> dict[str, Raw]:
    """The state before the plan, after it was refreshed; empty when the plan does not have it."""
    raw = fields.get("prior_state")
    return document.fields(raw, "prior_state") if raw and not is_null(raw) else {}


def _refreshed(state: Reading, drifts: tuple[Drift, ...]) -> Reading:
    """A plan with -refresh-only: the resources as they are now, and the changes outside Terraform that it records."""
    recorded = {drift.recorded.address: drift.recorded for drift in drifts if drift.found}
    kept = (Change(each.address, each.type, ("no-op",), each, recorded=recorded.get(each.address)) for each in state.resources)
    gone = (drift.recorded for drift in drifts if drift.found is None)
    deleted = (Change(each.address, each.type, ("delete",), each, is_outside=True) for each in gone)
    return replace(
        state,
        kind="plan",
        changes=(*kept, *deleted),
        drifts=drifts,
        notices=("The plan is refresh-only: it changes nothing. The resources were checked as they are now.",),
        nothing=_CHANGES_NOTHING,
    )


def _types(configuration: Configuration | None) -> frozenset[str]:
    return RESOURCE_TYPES.intersection(block.type for _, _, block in configuration.managed()) if configuration else RESOURCE_TYPES


def _variables(document: Document, fields: dict[str, Raw]) -> dict[str, Any]:
    """The values of the root module's variables."""
    found = document.typed(fields["variables"], dict[str, dict[str, Any]], "variables") if "variables" in fields else {}
    return {name: entry["value"] for name, entry in found.items() if "value" in entry}


def _uses_kms(fields: dict[str, Raw]) -> bool:
    """Whether any value of the plan was computed from a KMS resource. Before Terraform 1.2 that is unknown."""
    if "relevant_attributes" not in fields:
        # Since format 1.1 an empty list is missing.
        return re.match(rb'"(0\.|1\.0")', bytes(fields["format_version"])) is not None
    return b"aws_kms_" in bytes(fields["relevant_attributes"])


def _errored(document: Document, fields: dict[str, Raw], configuration: Configuration | None) -> InputError:
    planned = {without_keys(entry.address) for part in _PARTS for entry in entries(document, fields, part)}
    # The blocks that have an instance in every plan.
    certain = ((path, block) for path, is_single, block in configuration.managed() if is_single) if configuration else ()
    configured = {in_module(path, f"{block.type}.{block.name}") for path, block in certain if block.type in RESOURCE_TYPES}
    missing = ", ".join(sorted(configured - planned))
    what = f"It does not contain {missing}." if missing else "Any resource may be missing from it."
    return InputError(
        f"{document.path} is not a complete plan: Terraform stopped with an error. {what} Fix that error, then plan again.",
        kind="incomplete",
    )


def _notices(fields: dict[str, Raw], changes: Sequence[Change], is_partial: bool) -> Iterator[str]:
    if is_partial:
        yield "The plan is partial (-target, or changes deferred to a later plan). Nothing outside it was checked."
    lacking = [change.address for change in changes if change.before is None]
    if lacking:
        yield (
            f"The plan has no values of {', '.join(lacking)} before the change, like all plans in an old format. "
            "Whether it removes protection, indexes or alarms there cannot be determined."
        )
    if changes and "prior_state" not in fields:
        yield "The plan has no prior state, so changes outside Terraform since the last apply cannot be determined."


def _nothing(fields: dict[str, Raw], changes: Iterable[Change]) -> str:
    if "resource_changes" not in fields:
        return _CHANGES_NOTHING
    if any(change.type == TABLE for change in changes):
        return "It destroys every table in it or removes it from the state."
    return "It may be the plan of another root module."


def _flag(document: Document, fields: dict[str, Raw], name: str, otherwise: bool) -> bool:
    return document.typed(fields[name], bool, name) if name in fields else otherwise
