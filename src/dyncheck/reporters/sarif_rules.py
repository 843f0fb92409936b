"""The rules as SARIF describes them to GitHub's code scanning: documentation, tags and scores."""

from __future__ import annotations

from typing import Any

from dyncheck.catalog.rules import all_rules
from dyncheck.findings import Report, Status
from dyncheck.reporters.pages import page
from dyncheck.reporters.ranked import shortened
from dyncheck.rule import Rule, Severity

# GitHub treats a rule with a score as a security rule, so only rules that a security benchmark or scanner shares have one.
_SCORES = {Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.NOTE: "2.0"}
_NOT_OF_SECURITY = {"tflint"}
_MOST_TAGS = 10


def descriptors(report: Report) -> list[dict[str, Any]]:
    """The rules with results, and a second descriptor for each rule with an unknown result."""
    known = {rule.id: rule for rule in (*all_rules(), *report.own_rules)}
    used = {result.rule for result in report.results}
    unknown = {result.rule for result in report.results if result.status is Status.UNKNOWN}
    described = [_descriptor(name, known.get(name)) for name in used]
    described += [_descriptor_of_unknown(name, known.get(name)) for name in unknown]
    return sorted(described, key=lambda descriptor: str(descriptor["id"]))


def id_of_unknown(rule: str) -> str:
    """The id under which a rule reports an unknown result.

    GitHub identifies an alert by rule, file and line. Under the rule's own id, dismissing an unknown would also dismiss a later
    failure, and the rule's score would count for an unknown.
    """
    return f"{rule}/unknown"


def _descriptor(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:  # GitHub requires the texts for any rule.
        return {"id": name, **_texts(name, name, name), "defaultConfiguration": {"level": "warning"}}
    why = rule.section("Why")
    return {
        "id": name,
        **_texts(rule.title, why[:1].upper() + why[1:], rule.documentation, _markdown(rule)),
        **_page(rule),
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": _properties(rule),
    }


def _descriptor_of_unknown(name: str, rule: Rule | None) -> dict[str, Any]:
    title = f"Unknown: {rule.title if rule else name}"
    text = "The rule needs a value that is not known yet. The message names what the value waits for."
    return {
        "id": id_of_unknown(name),
        **_texts(title, text, f"{title}.\n\n{text}"),
        **_page(rule),
        "defaultConfiguration": {"level": "note"},
    }


def _page(rule: Rule | None) -> dict[str, str]:
    """The address of the rule's page, which SARIF requires to be absolute."""
    url = page(rule.id) if rule else ""
    return {"helpUri": url} if url else {}


def _texts(title: str, description: str, text: str, markdown: str = "") -> dict[str, Any]:
    return {
        "shortDescription": {"text": shortened(title, 1024)},
        "fullDescription": {"text": shortened(description or title, 1024)},
        "help": {"text": text, **({"markdown": markdown} if markdown else {})},
    }


def _markdown(rule: Rule) -> str:
    lines = rule.section("Fix").split("\n")
    prose = "\n".join(line for line in lines if not line.startswith("    ")).strip()
    code = "\n".join(line[4:] for line in lines if line.startswith("    "))
    parts = [f"**{rule.title}.**", "**Why:** " + rule.section("Why"), f"**Fix:** {prose}".rstrip()]
    return "\n\n".join([*parts, f"```hcl\n{code}\n```"] if code else parts)


def _properties(rule: Rule) -> dict[str, Any]:
    controls = [f"{name}/{control}" for name, several in rule.frameworks.items() for control in several.split(", ")]
    is_of_security = bool(rule.frameworks.keys() - _NOT_OF_SECURITY)
    tags = ["terraform", "dynamodb", *(["security"] if is_of_security else []), *controls]
    problem = "recommendation" if rule.severity is Severity.NOTE else rule.severity.value
    score = {"security-severity": _SCORES[rule.severity]} if is_of_security else {}
    # A value that is not certain makes a result unknown, so failures are certain.
    return {"tags": tags[:_MOST_TAGS], "precision": "very-high", "problem.severity": problem, **score}
