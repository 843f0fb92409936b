"""The rules as SARIF describes them to GitHub's code scanning: with the policy's documentation, tags and a weight."""

from __future__ import annotations

from typing import Any

from dyncheck.catalog.rules import all_rules
from dyncheck.findings import Report, Status
from dyncheck.reporters.ranked import shortened
from dyncheck.rule import Rule, Severity

# A score makes an alert one of security, so only rules that a security benchmark or scanner shares have one.
_SCORES = {Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.NOTE: "2.0"}
_NOT_OF_SECURITY = {"tflint"}
_MOST_TAGS = 10


def descriptors(report: Report) -> list[dict[str, Any]]:
    """The rules that judged anything, and those that could not as descriptors of their own."""
    known = {rule.id: rule for rule in all_rules()}
    judged = {result.rule for result in report.results}
    unknown = {result.rule for result in report.results if result.status is Status.UNKNOWN}
    described = [_descriptor(name, known.get(name)) for name in judged]
    described += [_undecided(name, known.get(name)) for name in unknown]
    return sorted(described, key=lambda descriptor: str(descriptor["id"]))


def undecided(rule: str) -> str:
    """The id under which a rule reports that its verdict is unknown.

    GitHub knows an alert by rule, file and line. Under the rule's own id, whoever dismisses an alert that says "unknown" would
    dismiss the failure that may follow; and the rule's score would count against what is no finding yet.
    """
    return f"{rule}/unknown"


def _descriptor(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:  # GitHub demands the texts, even of a rule that is not ours.
        return {"id": name, **_texts(name, name, name), "defaultConfiguration": {"level": "warning"}}
    why = rule.section("Why")
    return {
        "id": name,
        **_texts(rule.title, why[:1].upper() + why[1:], rule.documentation, _markdown(rule)),
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": _properties(rule),
    }


def _undecided(name: str, rule: Rule | None) -> dict[str, Any]:
    title = f"Cannot be told yet: {rule.title if rule else name}"
    text = "A value that the rule needs is known only after the apply. What it waits for is in the message."
    return {"id": undecided(name), **_texts(title, text, f"{title}.\n\n{text}"), "defaultConfiguration": {"level": "note"}}


def _texts(title: str, description: str, text: str, markdown: str = "") -> dict[str, Any]:
    # No helpUri: SARIF wants an absolute one, and the pages are not published; the help is the whole page anyway.
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
    # Verdicts are proven: what is not certain is unknown.
    return {"tags": tags[:_MOST_TAGS], "precision": "very-high", "problem.severity": problem, **score}
