"""Compares the parts of a plan: `planned_values`, `resource_changes` and `configuration` name the same resources.

Terraform makes `planned_values` of the changes, so a difference means that the plan was cut or edited.
Source: https://github.com/hashicorp/terraform/blob/v1.11.4/internal/command/jsonplan/values.go
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Raw

from dyncheck.model import without_keys
from dyncheck.readers.plan.change_entries import ResourceChange, is_null, is_read, of_known_types
from dyncheck.readers.plan.configuration import Configuration
from dyncheck.readers.plan.strict_json import Document

# A message names so many resources.
_MOST_NAMED = 3


def refuse_differences(
    document: Document,
    fields: dict[str, Raw],
    entries: Sequence[ResourceChange],
    deferred: Iterable[ResourceChange],
    configuration: Configuration | None,
) -> None:
    """Raise `InputError` when a part of the plan names a resource that another part must name as well and does not.

    `entries` are those of `resource_changes`, `deferred` those of `deferred_changes`.
    """
    if "planned_values" in fields:
        planned = frozenset(_planned(document, fields["planned_values"]))
        changed = {entry.address for entry in entries}
        _refuse(document, planned - changed - {entry.address for entry in deferred}, "planned_values", "resource_changes")
        # Terraform 0.12 leaves out modules that only modules call.
        if not bytes(fields["format_version"]).startswith(b'"0.1'):
            _refuse(document, {entry.address for entry in entries if entry.stays} - planned, "resource_changes", "planned_values")
    if configuration:
        written = (entry for entry in entries if entry.stays and not entry.change.generated_config)
        _refuse(
            document,
            {entry.address for entry in written if not configuration.has(_path(entry), entry.type, entry.name)},
            "resource_changes",
            "configuration",
        )


def _path(entry: ResourceChange) -> tuple[str, ...]:
    """The names of the calls that lead to the module of a resource."""
    return tuple(without_keys(entry.module_address or "").split(".")[1::2])


def _planned(document: Document, raw: Raw) -> Iterator[str]:
    """The addresses of the resources in `planned_values` that dyncheck reads."""
    values = document.fields(raw, "planned_values")
    pending = [values["root_module"]] if "root_module" in values else []
    while pending:
        module = document.fields(pending.pop(), "a module of planned_values")
        pending += document.items(module, "child_modules")
        for item in of_known_types(document.items(module, "resources")):
            entry = document.fields(item, "a resource of planned_values")
            mode, kind, provider, address = (_text(document, entry, name) for name in ("mode", "type", "provider_name", "address"))
            if mode == "managed" and is_read(kind, provider):
                yield address


def _text(document: Document, entry: dict[str, Raw], name: str) -> str:
    raw = entry.get(name)
    value = None if raw is None or is_null(raw) else document.value(raw)
    return value if isinstance(value, str) else ""


def _refuse(document: Document, addresses: Iterable[str], part: str, other: str) -> None:
    missing = sorted(addresses)
    if missing:
        more = f" and {len(missing) - _MOST_NAMED:,} more" if len(missing) > _MOST_NAMED else ""
        raise document.invalid(
            f"{part} has {', '.join(missing[:_MOST_NAMED])}{more}, which {other} does not have. Terraform writes them in both, "
            "so the plan was cut or edited"
        )
