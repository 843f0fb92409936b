"""The demands: each rule that was run, why it matters and which controls it answers to."""

from __future__ import annotations

from collections import Counter

from dyncheck.catalog.rules import all_rules
from dyncheck.reporters.html_markup import Markup, join, prose, tag
from dyncheck.reporters.html_view import VERDICTS, View, anchor, capital, worded
from dyncheck.rule import Rule, Severity


def demands(view: View) -> Markup:
    """The section that every rule's name leads to."""
    documented = {rule.id: rule for rule in all_rules()}
    counts: dict[str, Counter[str]] = {}
    for row in view.rows:
        for shown in row.everything:
            counts.setdefault(shown.result.rule, Counter())[shown.verdict] += 1
    entries = (_rule(name, severity, documented.get(name), counts[name]) for name, severity in view.rules)
    title = tag("h2", "The demands", id="demands-title")
    return tag("section", title, tag("dl", entries, class_="demands"), id="demands", aria_labelledby="demands-title")


def _rule(name: str, severity: Severity, rule: Rule | None, counts: Counter[str]) -> Markup:
    told = join(
        tag("span", f" {counts[verdict]} {worded(verdict, counts[verdict])}", class_=verdict) for verdict in VERDICTS if counts[verdict]
    )
    controls = ", ".join(f"{framework}: {control}" for framework, control in rule.frameworks.items()) if rule else ""
    return tag(
        "div",
        tag("dt", tag("strong", name), " ", tag("small", severity.value), id=anchor("rule", name), tabindex="-1"),
        tag(
            "dd",
            tag("p", tag("b", prose(f"{rule.title}. ")), prose(_why(rule))) if rule else None,
            tag("p", controls, class_="controls") if controls else None,
            tag("p", told, class_="counts"),
        ),
    )


def _why(rule: Rule) -> str:
    why = " ".join(rule.section("Why").split())
    return capital(why)
