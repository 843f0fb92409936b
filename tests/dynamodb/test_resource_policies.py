"""Policies of topics and keys: whether a statement lets CloudWatch act for an alarm."""

from __future__ import annotations

from typing import Any

import pytest

from dyncheck.dynamodb.globs import has_pieces, is_like
from dyncheck.dynamodb.resource_policies import Sender, allows
from dyncheck.model import Deferred, Reference
from tests.dynamodb.reading import outcome

LATER = Deferred(reason="waits for x")
OWN_ACCOUNT = Deferred(
    (Reference("data.aws_caller_identity.own.account_id", "data.aws_caller_identity.own", None, "aws_caller_identity", "account_id", True),)
)
OTHER_DATA = Deferred((Reference("data.aws_x.y.account_id", "data.aws_x.y", None, "aws_x", "account_id", True),))
CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}
KNOWN = Sender("123456789012", "us-east-1", "reads")
NEW = Sender(None, "us-east-1", "reads")


def allow(**members: Any) -> dict[str, Any]:
    """A statement that lets CloudWatch publish, with other members."""
    return {"Effect": "Allow", "Principal": CLOUDWATCH, "Action": "sns:Publish", "Resource": "*", **members}


def under(operator: str, key: str, value: Any) -> dict[str, Any]:
    """The same with a condition."""
    return allow(Condition={operator: {key: value}})


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow(), True),
        (allow(Effect="Deny"), False),
        (allow(Effect=LATER), "unknown: waits for x"),
        (allow(Action="SNS:publish"), True),
        (allow(Action=["sns:Subscribe", "sns:Pub*"]), True),
        (allow(Action="sns:Publis?"), True),
        (allow(Action="sns:Subscribe"), False),
        (allow(Action=LATER), "unknown: waits for x"),
        (allow(Action=[LATER, "*"]), True),
        (allow(Action=None), False),
        ({**allow(NotAction="sns:Subscribe"), "Action": None}, True),
        ({**allow(NotAction=["sns:*"]), "Action": None}, False),
        (allow(Principal="*"), True),
        (allow(Principal={"AWS": "*"}), True),
        (allow(Principal={"AWS": ["123456789012", "*"]}), True),
        (allow(Principal={"AWS": "arn:aws:iam::123456789012:root"}), False),
        (allow(Principal={"Service": ["s3.amazonaws.com", "cloudwatch.amazonaws.com"]}), True),
        (allow(Principal={"Service": "*"}), True),
        (allow(Principal={"Service": "s3.amazonaws.com"}), False),
        (allow(Principal={"Service": LATER}), "unknown: waits for x"),
        (allow(Principal=LATER), "unknown: waits for x"),
        (allow(Principal=LATER, Action="sns:Subscribe"), False),
        (allow(Principal=None), False),
        (allow(NotPrincipal=CLOUDWATCH), "unknown: has a statement with NotPrincipal, which dyncheck does not evaluate"),
        (under("StringEquals", "AWS:SourceOwner", "123456789012"), True),
        (under("StringEquals", "aws:SourceAccount", ["1", "123456789012"]), True),
        (under("StringEqualsIfExists", "aws:SourceAccount", "123456789012"), True),
        (under("StringEqualsIgnoreCase", "aws:SourceAccount", "123456789012"), True),
        (under("StringLike", "aws:SourceAccount", "1234*"), True),
        (under("StringEquals", "aws:SourceAccount", "1"), False),
        (under("StringEquals", "aws:SourceAccount", OWN_ACCOUNT), True),
        (under("StringEquals", "aws:SourceAccount", OTHER_DATA), "unknown: waits for data.aws_x.y.account_id"),
        (under("StringEquals", "aws:SourceAccount", LATER), "unknown: waits for x"),
        (
            under("StringNotEquals", "aws:SourceAccount", "1"),
            "unknown: has the condition StringNotEquals on aws:sourceaccount, which dyncheck does not evaluate",
        ),
        (
            under("StringEquals", "aws:PrincipalOrgID", "o-1"),
            "unknown: has the condition StringEquals on aws:principalorgid, which dyncheck does not evaluate",
        ),
        (under("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"), True),
        (under("ArnEquals", "aws:SourceArn", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:reads"), True),
        (under("StringEquals", "aws:SourceArn", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:writes"), False),
        (under("StringLike", "aws:SourceArn", "arn:aws:cloudwatch:*:*:*"), True),
        (under("ArnLike", "aws:SourceArn", "*"), True),
        (under("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:us-west-2:123456789012:alarm:*"), False),
        (under("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:us-east-1:1:alarm:*"), False),
        (under("ArnLike", "aws:SourceArn", "arn:aws:s3:us-east-1:123456789012:alarm:*"), False),
        (under("ArnLike", "aws:SourceArn", "arn*"), "unknown: has the condition aws:SourceArn = 'arn*', which dyncheck does not evaluate"),
        (under("Bool", "aws:SecureTransport", "true"), True),
        (under("Bool", "aws:SecureTransport", True), True),
        (under("Bool", "aws:SecureTransport", "false"), False),
        (allow(Condition=LATER), "unknown: waits for x"),
        (allow(Condition={}), True),
        (allow(Condition={"StringEquals": {"aws:SourceAccount": "1"}, "Bool": {"aws:SecureTransport": "true"}}), False),
        (allow(Condition={"StringEquals": "x"}), True),
    ],
)
def test_a_statement_lets_cloudwatch_publish(statement: dict[str, Any], expected: bool | str) -> None:
    assert outcome(lambda: allows({"Statement": statement}, "sns:Publish", KNOWN)) == expected
    assert outcome(lambda: allows({"Statement": [statement]}, "sns:Publish", KNOWN)) == expected


UNKNOWN_ACCOUNT = "unknown: has a condition on the account 1, and the account of the alarm is known only after apply"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (under("StringEquals", "aws:SourceAccount", "1"), UNKNOWN_ACCOUNT),
        (under("StringLike", "aws:SourceAccount", "*"), True),
        (under("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:us-east-1:1:alarm:*"), UNKNOWN_ACCOUNT),
        (under("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:us-east-1:*:alarm:*"), True),
        (under("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:us-east-1:1:alarm:writes"), False),
    ],
)
def test_the_account_of_a_new_alarm_is_not_known(statement: dict[str, Any], expected: bool | str) -> None:
    assert outcome(lambda: allows({"Statement": statement}, "sns:Publish", NEW)) == expected


def test_an_alarm_of_which_nothing_is_known_may_be_the_source() -> None:
    statement = under("ArnLike", "aws:SourceArn", "arn:aws:cloudwatch:us-east-1:*:alarm:reads")
    assert allows({"Statement": statement}, "sns:Publish", Sender()) is True


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], False),
        (None, False),
        ([allow(Action="sns:Subscribe"), allow()], True),
        ([allow(), allow(Effect="Deny")], False),
        ([allow(), {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}], True),
        ([allow(), allow(Effect="Deny", Principal=LATER)], "unknown: waits for x"),
        ([LATER, allow()], True),
        ([LATER], "unknown: has a statement that is known only after apply"),
        (LATER, "unknown: has a statement that is known only after apply"),
    ],
)
def test_a_policy_lets_cloudwatch_publish(statements: Any, expected: bool | str) -> None:
    assert outcome(lambda: allows({"Statement": statements}, "sns:Publish", KNOWN)) == expected


def test_a_document_that_is_no_object_allows_nothing() -> None:
    assert allows(["x"], "sns:Publish", KNOWN) is False


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("abc", "abc", True),
        ("abc", "ab", False),
        ("abc", "*", True),
        ("", "*", True),
        ("abc", "a*c", True),
        ("ac", "a*c", True),
        ("a", "a*a", False),
        ("abcabc", "a*b*c", True),
        ("abc", "*c*b*", False),
        ("abc", "a?c", True),
        ("abc", "??", False),
        ("abc", "?*?", True),
        ("abxc", "a*?c", True),
        ("ac", "a*?c", False),
        ("abc", "b*", False),
        ("abc", "*b", False),
        ("aXbXc", "a*?b*c", True),
        ("a" * 2_000, "*".join("a" * 500) + "b", False),
    ],
)
def test_a_text_fits_a_pattern(text: str, pattern: str, expected: bool) -> None:
    assert is_like(text, pattern) is expected


def test_a_question_mark_in_a_piece_stands_for_itself() -> None:
    assert (has_pieces("a?b", ["a?b"]), has_pieces("axb", ["a?b"])) == (True, False)
