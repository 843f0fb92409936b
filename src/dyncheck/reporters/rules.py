"""The rules themselves as text and JSON: the list, and the explanation of one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from msgspec import json

from dyncheck.rule import Rule


def rules_as_text(rules: Iterable[Rule]) -> str:
    """One line a rule: id, severity, title."""
    every = tuple(rules)
    width = max((len(rule.id) for rule in every), default=0)
    return "".join(f"{rule.id:<{width}}  {rule.severity.value:<7}  {rule.title}\n" for rule in every)


def rules_as_json(rules: Iterable[Rule]) -> str:
    """A list of objects with id, severity, title, why, fix and frameworks."""
    entries = [
        {
            "id": rule.id,
            "severity": rule.severity.value,
            "title": rule.title,
            "why": rule.section("Why"),
            "fix": rule.section("Fix"),
            "frameworks": dict(rule.frameworks),
        }
        for rule in rules
    ]
    return json.format(json.encode(entries), indent=2).decode() + "\n"


def explained(rule: Rule) -> str:
    """The whole documentation of a rule, with the controls it answers to."""
    lines = [f"{rule.id} ({rule.severity.value})", rule.title, "", *textwrap.wrap(f"Why: {rule.section('Why')}", 80), ""]
    fix = rule.section("Fix")
    lines.append(f"Fix:\n{fix}" if fix.startswith(" ") else f"Fix: {fix}")
    if rule.frameworks:
        lines += ["", *(f"{name}: {control}" for name, control in rule.frameworks.items())]
    return "\n".join(lines) + "\n"
