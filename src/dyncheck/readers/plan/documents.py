"""Which kind of document an input is: a plan, a state, or one of the files that are taken for them by mistake."""

from __future__ import annotations

from collections.abc import Container

from dyncheck.errors import InputError
from dyncheck.readers.plan.plan import read_plan
from dyncheck.readers.plan.state import read_state
from dyncheck.readers.plan.strict_json import Document
from dyncheck.readers.reading import Reading
from dyncheck.readers.source import Source, show

# How much is looked at, in bytes, to tell a log of several lines from a document.
_LONGEST_LINE = 1 << 20

_PLAN_PARTS = frozenset({"planned_values", "resource_changes", "configuration", "prior_state", "resource_drift"})


def read_document(source: Source) -> Reading:
    """The resources of a plan or a state in JSON.

    Raises `InputError` for everything else, saying what it is and what to do.
    """
    _refuse_binary(source)
    text = source.text()
    _refuse_other_text(source, text)
    document = Document(source.name)
    fields = document.root(text)
    if not fields:
        raise InputError(f"{source.name} is an empty JSON object, not a plan. {show('tfplan')}")
    _refuse_other_json(source, fields)
    _refuse_version(source.name, document.value(fields["format_version"]))
    if _PLAN_PARTS & fields.keys():
        return read_plan(document, fields)
    return read_state(document, fields)


def _refuse_binary(source: Source) -> None:
    if source.data.startswith((b"PK\x03\x04", b"tfplan")):
        raise InputError(f"{source.name} is a binary plan, which only Terraform reads. {source.shown('tfplan')}")
    if source.data.startswith((b"\x1f\x8b", b"BZh")):
        raise InputError(f"{source.name} is compressed. Unpack it first.")


def _refuse_other_text(source: Source, text: bytes) -> None:
    if text.startswith((b"{", b"[")):
        end = text.find(b"\n", 0, _LONGEST_LINE)
        if end >= 0 and text[end : end + _LONGEST_LINE].lstrip().startswith(b"{") and b'"@level"' in text[:end]:
            raise InputError(f"{source.name} is the log of `terraform plan -json`, not a plan. {show('tfplan')}")
        return
    shown = text[:40].split(b"\n", 1)[0].decode("utf-8", "replace")
    raise InputError(f"{source.name} is not JSON; it starts with {shown!r}. {show('tfplan')}")


def _refuse_other_json(source: Source, fields: Container[str]) -> None:
    name = source.name
    if "@level" in fields:
        raise InputError(f"{name} is the log of `terraform plan -json`, not a plan. {show('tfplan')}")
    if "remote_plan_format" in fields:
        raise InputError(f"{name} is a bookmark of a plan in HCP Terraform. {source.shown('tfplan')}")
    if "encrypted_data" in fields:
        raise InputError(f"{name} is encrypted by OpenTofu and needs its key. {source.shown('tfplan', tool='tofu')}")
    if "lineage" in fields or ("version" in fields and "format_version" not in fields and "resources" in fields):
        raise InputError(f"{name} is a raw state file. {source.shown('terraform.tfstate', 'state.json')}")
    if "provider_schemas" in fields:
        raise InputError(f"{name} holds provider schemas, not a plan. {show('tfplan')}")
    if "format_version" not in fields:
        raise InputError(f"{name} is JSON, but neither a plan nor a state of Terraform or OpenTofu. {show('tfplan')}")
    if "root_module" in fields and "planned_values" not in fields:
        raise InputError(f"{name} holds a configuration without values. {show('tfplan')}")


def _refuse_version(name: str, version: object) -> None:
    major = str(version).partition(".")[0]
    if major not in ("0", "1"):
        raise InputError(f"{name} has format version {str(version)!r}; dyncheck reads 0.x and 1.x. Look for a newer dyncheck.")
