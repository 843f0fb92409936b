"""The kind of a document: a plan, a state, a capture, or one of the files that users take for them by mistake."""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import partial

from msgspec import Raw
from msgspec.structs import replace

from dyncheck.errors import InputError
from dyncheck.model import Resource
from dyncheck.readers.plan.plan import read_plan
from dyncheck.readers.plan.state import read_data, read_state
from dyncheck.readers.plan.strict_json import Document
from dyncheck.readers.reading import Reading
from dyncheck.readers.source import Source, show

# The bytes that are searched for the line breaks of a log.
_LONGEST_LINE = 1 << 20
_LOG = "the log of `terraform plan -json`, not a plan"

_PLAN_PARTS = frozenset({"planned_values", "resource_changes", "configuration", "prior_state", "resource_drift"})


def read_document(source: Source) -> Reading:
    """The resources of a plan, a state or a capture in JSON.

    Raises `InputError` for any other document, with its kind and what to do.
    """
    if source.data.startswith((b"PK\x03\x04", b"tfplan")):
        raise InputError(f"{source.name} is a binary plan, which only Terraform can read. {source.shown('tfplan')}", kind="unsupported")
    if source.data.startswith((b"\x1f\x8b", b"BZh")):
        raise InputError(f"{source.name} is compressed. Unpack it first.", kind="unsupported")
    text = source.text()
    _refuse_other_text(source, text)
    document = Document(source.name)
    fields = document.root(text)
    if not fields:
        raise InputError(f"{source.name} is an empty JSON object, not a plan. {show('tfplan')}", kind="unsupported")
    if other := _of_account(source, fields, text):
        return other
    if "format_version" not in fields and "encrypted_data" not in fields and _is_raw_state(fields):
        # Most inputs are plans.
        from dyncheck.readers.plan.raw_state import read_raw_state

        return read_raw_state(document, fields)
    _refuse_other_json(source, fields)
    version = str(document.value(fields["format_version"]))
    if version.partition(".")[0] not in ("0", "1"):
        raise InputError(
            f"{source.name} has format version {version!r}; dyncheck reads 0.x and 1.x. Look for a newer dyncheck.", kind="unsupported"
        )
    if not _PLAN_PARTS & fields.keys():
        return read_state(document, fields)
    return replace(read_plan(document, fields), data=partial(_data_before, document, fields))


def _of_account(source: Source, fields: Mapping[str, Raw], text: bytes) -> Reading | None:
    """The resources of a capture, or of the description of a table; None for any other document."""
    is_capture = "format" in fields and bytes(fields["format"]) == b'"dyncheck-capture"'
    is_description = "Table" in fields and "format_version" not in fields
    if not is_capture and not is_description:
        return None
    # Most inputs are plans.
    from dyncheck.readers.capture.reader import read_capture, read_description

    return (read_capture if is_capture else read_description)(source.name, text)


def _data_before(document: Document, fields: dict[str, Raw]) -> tuple[Resource, ...]:
    """The data sources that Terraform read for a plan."""
    state = document.fields(fields["prior_state"], "prior_state") if "prior_state" in fields else {}
    return read_data(document, state["values"]) if "values" in state else ()


def _refuse_other_text(source: Source, text: bytes) -> None:
    if text.startswith((b"{", b"[")):
        end = text.find(b"\n", 0, _LONGEST_LINE)
        if end >= 0 and text[end : end + _LONGEST_LINE].lstrip().startswith(b"{") and b'"@level"' in text[:end]:
            raise InputError(f"{source.name} is {_LOG}. {show('tfplan')}", kind="unsupported")
        return
    shown = text[:40].split(b"\n", 1)[0].decode("utf-8", "replace")
    raise InputError(f"{source.name} is not JSON; it starts with {shown!r}. {show('tfplan')}", kind="syntax")


def _is_raw_state(fields: Container[str]) -> bool:
    return "lineage" in fields or ("version" in fields and ("resources" in fields or "modules" in fields))


def _refuse_other_json(source: Source, fields: Container[str]) -> None:
    # With the arguments of `shown` where Terraform makes JSON of the file itself.
    kinds: tuple[tuple[bool, str, tuple[str, ...]], ...] = (
        ("@level" in fields, _LOG, ()),
        ("remote_plan_format" in fields, "a bookmark of a plan in HCP Terraform", ("tfplan",)),
        ("encrypted_data" in fields, "encrypted by OpenTofu and needs its key", ("tfplan", "plan.json", "tofu")),
        ("provider_schemas" in fields, "the schemas of providers, not a plan", ()),
        ("format_version" not in fields, "JSON, but neither a plan nor a state of Terraform or OpenTofu", ()),
        ("root_module" in fields and "planned_values" not in fields, "a configuration without values", ()),
    )
    for is_of_kind, kind, arguments in kinds:
        if is_of_kind:
            raise InputError(f"{source.name} is {kind}. {source.shown(*arguments) if arguments else show('tfplan')}", kind="unsupported")
