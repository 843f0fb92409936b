"""Whether the policy of a topic or a key lets CloudWatch use it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from msgspec import Struct

from dyncheck.dynamodb.globs import is_like
from dyncheck.logic import some
from dyncheck.model import Deferred, Unknown

CLOUDWATCH = "cloudwatch.amazonaws.com"

_EVERYBODY = "*"

# The keys of conditions on the account that a service acts for.
_ACCOUNT_KEYS = ("aws:sourceaccount", "aws:sourceowner")


class Sender(Struct, frozen=True):
    """An alarm as the conditions of a policy see it; None where a part of its ARN is not known."""

    account: str | None = None
    region: str | None = None
    name: str | None = None


def allows(document: Any, action: str, sender: Sender) -> bool:
    """Whether the document of a policy, which may have `Deferred` parts, lets CloudWatch take the action, such as `sns:Publish`.

    A statement of such a policy can be on no other resource than its own. Raises `Unknown` when it cannot be determined.
    """
    statements = [each for each in _listed(_member(document, "Statement")) if isinstance(each, dict)]
    unclear = len(statements) != len(_listed(_member(document, "Statement")))

    def applies(statement: Mapping[str, Any], effect: str) -> bool:
        return _text(statement.get("Effect")) == effect and _applies(statement, action, sender)

    if some(statements, lambda statement: applies(statement, "Deny")):
        return False
    if some(statements, lambda statement: applies(statement, "Allow")):
        return True
    if unclear:
        raise Unknown("", "has a statement that is known only after apply")
    return False


def _applies(statement: Mapping[str, Any], action: str, sender: Sender) -> bool:
    """Whether a statement is about CloudWatch, the action and the sender. A part that certainly excludes them decides."""
    tests: tuple[Callable[[], bool], ...] = (
        lambda: _is_about(statement, "Action", lambda each: is_like(action.lower(), each.lower())),
        lambda: _has_principal(statement),
        lambda: all(_conditions(statement.get("Condition"), sender)),
    )
    return not some(tests, lambda test: not test())


def _is_about(statement: Mapping[str, Any], member: str, fits: Callable[[str], bool]) -> bool:
    if f"Not{member}" in statement:
        return not some(_listed(statement[f"Not{member}"]), lambda each: fits(_text(each)))
    return some(_listed(statement.get(member)), lambda each: fits(_text(each)))


def _has_principal(statement: Mapping[str, Any]) -> bool:
    if "NotPrincipal" in statement:
        raise Unknown("", "has a statement with NotPrincipal, which dyncheck does not evaluate")
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return _text(principal) == _EVERYBODY
    if some(_listed(principal.get("AWS")), lambda each: _text(each) == _EVERYBODY):
        return True
    return some(_listed(principal.get("Service")), lambda each: _text(each) in (CLOUDWATCH, _EVERYBODY))


def _conditions(conditions: Any, sender: Sender) -> Iterator[bool]:
    if isinstance(conditions, Deferred):
        raise conditions.unknown("")
    for operator, keys in (conditions or {}).items():
        for key, expected in keys.items() if isinstance(keys, dict) else ():
            yield some(_listed(expected), partial(_holds, operator, key.lower(), sender))


def _holds(operator: str, key: str, sender: Sender, expected: Any) -> bool:
    """Whether a condition holds for one of its values."""
    kind = operator.removesuffix("IfExists").lower()
    if key == "aws:securetransport" and kind == "bool":
        # CloudWatch calls other services with TLS.
        return _text(expected).lower() == "true"
    if key in _ACCOUNT_KEYS and kind in ("stringequals", "stringlike", "stringequalsignorecase"):
        return _is_account(expected, sender)
    if key == "aws:sourcearn" and kind in ("arnequals", "arnlike", "stringequals", "stringlike"):
        return _is_source(_text(expected), sender)
    raise Unknown("", f"has the condition {operator} on {key}, which dyncheck does not evaluate")


def _is_account(expected: Any, sender: Sender) -> bool:
    if isinstance(expected, Deferred) and expected.references and all(map(_is_own_account, expected.references)):
        return True
    account = _text(expected)
    if sender.account is None and account != _EVERYBODY:
        raise Unknown("", f"has a condition on the account {account}, and the account of the alarm is known only after apply")
    return is_like(sender.account or "", account)


def _is_own_account(reference: Any) -> bool:
    return reference.is_data and reference.type == "aws_caller_identity" and reference.attribute in ("account_id", "id")


def _is_source(pattern: str, sender: Sender) -> bool:
    """Whether a pattern of an ARN fits the alarm: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:name`."""
    parts = pattern.split(":", 6)
    if pattern == _EVERYBODY:
        return True
    if len(parts) < 6:
        raise Unknown("", f"has the condition aws:SourceArn = {pattern!r}, which dyncheck does not evaluate")
    _, _, service, region, account, *rest = parts
    named = ":".join(rest)
    if not is_like("cloudwatch", service) or (sender.region is not None and not is_like(sender.region, region)):
        return False
    if sender.name is not None and not is_like(f"alarm:{sender.name}", named):
        return False
    if sender.account is not None:
        return is_like(sender.account, account)
    if account == _EVERYBODY:
        return True
    raise Unknown("", f"has a condition on the account {account}, and the account of the alarm is known only after apply")


def _member(document: Any, name: str) -> Any:
    return document.get(name) if isinstance(document, dict) else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    """A text of a policy. Raises `Unknown` when it is known only after apply."""
    if isinstance(value, Deferred):
        raise value.unknown("")
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value or "")
