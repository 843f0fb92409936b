"""Writes the overview of a fleet as JSON, version 1: keys are only ever added."""

from __future__ import annotations

from typing import Any

from msgspec import to_builtins

from dyncheck.fleet.overview import Overview
from dyncheck.reporters.document import document
from dyncheck.version import VERSION


def to_json(overview: Overview) -> str:
    """The overview: all accounts, rules and environments, the worst tables, and the changes."""
    found: dict[str, Any] = to_builtins(overview)
    found["unread"] = [{"document": name, "message": message} for name, message in overview.unread]
    return document({"version": 1, "tool": {"name": "dyncheck", "version": VERSION}, **_renamed(found)}, 2)


def _renamed(found: dict[str, Any]) -> dict[str, Any]:
    """The names of the file of results, where a field has another one."""
    found["checked_by"] = found.pop("version")
    return found
