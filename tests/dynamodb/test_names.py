"""The names of alarms: which of two comes first, and whether both are in one place."""

from __future__ import annotations

from functools import partial
from typing import Any

from msgspec.structs import replace

from dyncheck.dynamodb.names import Names
from dyncheck.dynamodb.types import ALARM
from dyncheck.model import Deferred, Known, Provider, Resource, Value
from dyncheck.model.symbolic import Symbol, Text
from tests.dynamodb.reading import Anything, outcome, resource

EAST = Provider("aws", "us-east-1")
ONE = Provider("aws.one", "us-east-1", settings="one", account="111111111111")
OTHER = Provider("aws.other", "us-east-1", settings="other", account="111111111111")
ELSEWHERE = Provider("aws.elsewhere", "us-east-1", settings="elsewhere", account="222222222222")
NOWHERE = Provider("aws.nowhere", settings=None, region_from=None)
VAGUE = Provider("aws.vague", "us-east-1", settings=None)


def alarm(address: str, name: str | Value = "orders", provider: Provider = EAST, **values: Any) -> Resource:
    """An alarm at that address."""
    value = Known(name) if isinstance(name, str) else name
    return replace(resource(provider, type_=ALARM, alarm_name=value, **values), address=address)


def before(*alarms: Resource, judged: str = "abcd") -> list[str | None]:
    """For each alarm the address of the first of its name before it, or why that cannot be determined."""
    names = Names(alarms, judged)
    found = (outcome(partial(names.holder_before, each)) for each in alarms)
    return [each.address if isinstance(each, Resource) else each for each in found]


def unknown(other: str, one_key: str, other_key: str) -> str:
    """Why it cannot be determined whether two are in one place."""
    return (
        f"unknown: alarm_name is also the name of {other}, and whether both are in one account and region cannot be determined: "
        f"provider differs: {one_key} and {other_key} may use different regions or accounts"
    )


def test_the_first_alarm_of_a_name_comes_before_all_others() -> None:
    assert before(alarm("c"), alarm("a"), alarm("b"), alarm("d", "sessions")) == ["a", None, "a", None]


def test_an_alarm_that_is_not_judged_comes_first() -> None:
    assert before(alarm("a"), alarm("z"), alarm("b")) == ["z", None, "z"]


def test_the_first_alarm_by_any_mark_of_the_place() -> None:
    assert before(alarm("a", provider=ONE), alarm("b", provider=OTHER), alarm("c", provider=OTHER)) == [None, "a", "a"]
    # The second has the account of the first and the key of the third.
    of_key = Provider("aws.one", "us-east-1", settings="one")
    assert before(alarm("a", provider=of_key), alarm("b", provider=OTHER), alarm("c", provider=ONE)) == [
        None,
        unknown("a", "aws.other", "aws.one"),
        "a",
    ]


def test_an_alarm_in_another_account_is_not_the_same() -> None:
    assert before(alarm("a", provider=ONE), alarm("b", provider=ELSEWHERE)) == [None, None]


def test_the_first_alarm_that_may_be_in_the_same_place() -> None:
    assert before(alarm("a", provider=VAGUE), alarm("b", provider=NOWHERE), alarm("c", provider=ONE)) == [
        None,
        unknown("a", "aws.nowhere", "aws.vague"),
        unknown("a", "aws.one", "aws.vague"),
    ]
    assert before(alarm("a", provider=ONE), alarm("b", provider=ELSEWHERE), alarm("c", provider=VAGUE)) == [
        None,
        None,
        unknown("a", "aws.vague", "aws.one"),
    ]
    assert before(alarm("a", provider=NOWHERE), alarm("b", provider=Provider("aws.west", "us-west-2", account="1"))) == [
        None,
        unknown("a", "aws.west", "aws.nowhere"),
    ]


def test_an_alarm_whose_arn_shows_another_place() -> None:
    arn = Known("arn:aws:cloudwatch:us-west-2:123456789012:alarm:orders")
    assert before(alarm("a", arn=arn), alarm("b")) == [None, None]


def test_a_region_that_is_not_known() -> None:
    why = (
        "unknown: alarm_name is also the name of a, and whether both are in one account and region cannot be determined: region waits for x"
    )
    later = Deferred(reason="waits for x")
    assert before(alarm("a"), alarm("b", region=later)) == [None, why]
    assert before(alarm("a", provider=ELSEWHERE), alarm("b", provider=ONE, region=later)) == [None, None]


def test_an_alarm_that_may_not_exist() -> None:
    doubtful = replace(alarm("a"), doubt="its number is unknown")
    may_not_exist = "unknown: alarm_name is also the name of a, which may not exist: its number is unknown"
    assert before(doubtful, alarm("b"), alarm("c")) == [None, may_not_exist, "b"]
    assert before(doubtful, replace(doubtful, address="b")) == [None, may_not_exist]


def test_empty_and_missing_names() -> None:
    unset = replace(alarm("c"), body=resource().body)
    assert before(alarm("a", ""), alarm("b", ""), unset, alarm("d", "x")) == [None, "a", None, None]


def test_a_name_in_a_proof() -> None:
    text = Text((Symbol("name"), "-reads"))
    assert before(alarm("a", Known(text)), alarm("b", Known(text))) == [None, "a"]
    assert before(alarm("a", Known(text)), alarm("b", "orders-writes")) == [None, None]
    assert before(alarm("a", "orders-reads"), alarm("b", Known(text))) == [None, "unknown: alarm_name may also be the name of a"]
    assert before(alarm("a"), alarm("b", Known(Anything()))) == [None, "unknown: alarm_name may also be the name of a"]
    assert before(alarm("a", Known(Anything())), alarm("b", Known(Anything()))) == [None, "unknown: alarm_name may also be the name of a"]


def test_an_alarm_alone_is_not_compared_with_itself() -> None:
    assert before(alarm("a", Deferred())) == [None]


def test_names_that_nobody_can_compare_are_unknown_after_a_limit() -> None:
    many = [alarm(f"a{number:03}", f"{number}-x", ELSEWHERE) for number in range(101)]
    later = alarm("b", Deferred(reason="waits for x", pieces=(("x",), "-x")), ONE)
    assert before(*many[:100], later)[-1] is None
    assert before(*many, later)[-1] == "unknown: alarm_name waits for x, so a100 may have the same name"
