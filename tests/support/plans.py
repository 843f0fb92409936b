"""Edits of recorded plans."""

from __future__ import annotations

from typing import Any


def without_values(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan without `planned_values`, which would contradict changes that a test edits: dyncheck refuses a plan that was cut."""
    return {name: part for name, part in plan.items() if name != "planned_values"}
