"""The tool that made a document."""

from __future__ import annotations

from msgspec import Raw

from dyncheck.readers.plan.strict_json import Document


def producer(document: Document, fields: dict[str, Raw]) -> str:
    """The tool that made the document, with its version if it is known."""
    version = document.value(fields["terraform_version"]) if "terraform_version" in fields else None
    is_tofu = any(b"registry.opentofu.org/" in bytes(fields[part]) for part in ("configuration", "values", "resources") if part in fields)
    name = "OpenTofu" if is_tofu else "Terraform"
    return f"{name} {version}" if isinstance(version, str) else name
