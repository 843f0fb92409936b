"""The list of rules as text and JSON, and the explanation of one rule."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from msgspec import json

from dyncheck.rule import Rule


def rules_as_text(rules: Iterable[Rule]) -> str:
    """One line for each rule: id, severity, title."""
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


def explained(rule: Rule, finding: str = "", bad: str = "", good: str = "") -> str:
    """The whole documentation of a rule, with its controls, and the HCL of a bad example with its finding and of a good one."""
    fix = rule.section("Fix").split("\n")
    prose = " ".join(line for line in fix if not line.startswith(" "))
    lines = [f"{rule.id} ({rule.severity.value})", rule.title, "", *textwrap.wrap(f"Why: {rule.section('Why')}", 80), ""]
    lines += [*textwrap.wrap(f"Fix: {prose}", 80), *(line for line in fix if line.startswith(" "))]
    if rule.frameworks:
        lines += ["", *(f"{name}: {control}" for name, control in rule.frameworks.items())]
    if bad:
        lines += ["", *textwrap.wrap(f"Bad: {finding}", 80), textwrap.indent(bad, "    ")]
    if good:
        lines += ["", "Good:", textwrap.indent(good, "    ")]
    return "\n".join(lines) + "\n"
