"""Whether two resources are in the same region of the same account."""

from __future__ import annotations

from functools import partial

import pytest

from dyncheck.dynamodb.place import Home, arn_place, home_of, is_replica_place, may_be_same_place, same_place
from dyncheck.model import Deferred, Known, Provider, Question, Resource, Unknown
from tests.dynamodb.reading import outcome, resource

ARN = "arn:aws:dynamodb:{}:{}:table/orders"
EAST, WEST = Provider("aws", "us-east-1"), Provider("aws.west", "us-west-2")
EAST_AGAIN, ELSEWHERE = Provider("aws.again", "us-east-1"), Provider("aws.elsewhere", "us-east-1", settings="assume_role")
NAMELESS = Provider("aws.nameless")
VAGUE = Provider("aws", settings=None, region_from=None)
REPEATED = Provider("aws.by", settings=None, region_from=None, is_repeated=True)
LATER = Deferred(reason="waits for something")
EITHER_WAY = "unknown: provider differs: {} and {} may use different regions or accounts"


def with_arn(region: str = "us-east-1", account: str = "123456789012", provider: Provider = EAST) -> Resource:
    """A resource with a known ARN."""
    return resource(provider, arn=Known(ARN.format(region, account)))


CASES = [
    pytest.param(resource(EAST), resource(EAST), True, True, id="one provider"),
    pytest.param(resource(NAMELESS), resource(NAMELESS), True, True, id="one provider without a region"),
    pytest.param(resource(EAST, region=Known("eu-west-1")), resource(EAST), False, False, id="one provider and another region argument"),
    pytest.param(resource(EAST, region=Known("us-east-1")), resource(EAST), True, True, id="one provider and the same region argument"),
    pytest.param(
        resource(EAST, region=Known("eu-west-1")),
        resource(WEST, region=Known("eu-west-1")),
        True,
        True,
        id="two providers and one region argument",
    ),
    pytest.param(resource(EAST), resource(WEST), False, False, id="two regions"),
    pytest.param(resource(EAST), resource(EAST_AGAIN), True, True, id="two providers with the same settings"),
    pytest.param(
        resource(EAST), resource(ELSEWHERE), EITHER_WAY.format("aws", "aws.elsewhere"), True, id="two providers with other settings"
    ),
    pytest.param(
        resource(EAST), resource(NAMELESS), EITHER_WAY.format("aws", "aws.nameless"), True, id="one provider without a known region"
    ),
    pytest.param(
        resource(NAMELESS),
        resource(Provider("aws.other")),
        True,
        True,
        id="two providers with the region and the account of the environment",
    ),
    pytest.param(
        resource(NAMELESS),
        resource(Provider("aws.other", region_from=None)),
        EITHER_WAY.format("aws.nameless", "aws.other"),
        True,
        id="two providers without a known region",
    ),
    pytest.param(
        resource(EAST),
        resource(Provider("aws.other", "us-east-1", settings=None)),
        EITHER_WAY.format("aws", "aws.other"),
        True,
        id="two providers without comparable settings",
    ),
    pytest.param(
        resource(Provider("aws.one", "us-east-1", settings=None)),
        resource(Provider("aws.other", "us-east-1", settings=None)),
        EITHER_WAY.format("aws.one", "aws.other"),
        True,
        id="two providers of which neither has comparable settings",
    ),
    pytest.param(
        resource(Provider("aws.one", region_from=None)),
        resource(Provider("aws.other", region_from=None)),
        EITHER_WAY.format("aws.one", "aws.other"),
        True,
        id="two providers without a comparable region",
    ),
    pytest.param(
        resource(Provider("aws.one", region_from="var.region", settings="profile")),
        resource(Provider("aws.other", region_from="var.region", settings="profile")),
        True,
        True,
        id="two providers with one region that is not known",
    ),
    pytest.param(
        resource(Provider("aws.one", region_from="var.one")),
        resource(Provider("aws.other", region_from="var.other")),
        EITHER_WAY.format("aws.one", "aws.other"),
        True,
        id="two providers with two regions that are not known",
    ),
    pytest.param(
        resource(Provider("aws.one", region_from="var.region", settings="dev")),
        resource(Provider("aws.other", region_from="var.region", settings="prod")),
        EITHER_WAY.format("aws.one", "aws.other"),
        True,
        id="two accounts in one region that is not known",
    ),
    pytest.param(
        resource(Provider("aws.one", "us-east-1", settings="a", account="111111111111")),
        resource(Provider("aws.other", "us-east-1", settings="b", account="111111111111")),
        True,
        True,
        id="two roles of one account",
    ),
    pytest.param(
        resource(Provider("aws.one", "us-east-1", settings="a", account="111111111111")),
        resource(Provider("aws.other", "us-east-1", settings="b", account="222222222222")),
        False,
        False,
        id="two accounts",
    ),
    pytest.param(
        resource(Provider("aws.one", "us-east-1", settings="a", account="111111111111")),
        resource(EAST),
        EITHER_WAY.format("aws.one", "aws"),
        True,
        id="one known account",
    ),
    pytest.param(
        resource(Provider("aws.one", region_from=None, account="111111111111")),
        resource(Provider("aws.other", region_from=None, settings="b", account="222222222222")),
        False,
        False,
        id="two accounts in unknown regions",
    ),
    pytest.param(resource(VAGUE), resource(VAGUE), True, True, id="one provider of which nothing is known"),
    pytest.param(
        resource(Provider("aws.one", region_from="var.region"), region=Known("eu-west-1")),
        resource(Provider("aws.other", region_from="var.region")),
        EITHER_WAY.format("aws.one", "aws.other"),
        True,
        id="a region argument, and a region that is not known",
    ),
    pytest.param(
        resource(REPEATED),
        resource(REPEATED),
        "unknown: provider is aws.by, which has for_each, and the input does not show which instance of it is used",
        True,
        id="one provider with for_each",
    ),
    pytest.param(
        resource(REPEATED, region=Known("eu-west-1")),
        resource(REPEATED, region=Known("us-east-1")),
        False,
        False,
        id="one provider with for_each, and two region arguments",
    ),
    pytest.param(
        resource(EAST, region=Known("us-east-1")),
        resource(Provider("aws", region_from=None)),
        "unknown: region is us-east-1 in one of them, and the region of the provider is not known",
        True,
        id="one provider without a known region, and one region argument",
    ),
    pytest.param(
        resource(Provider("aws", region_from=None)),
        resource(EAST, region=Known("us-east-1")),
        "unknown: region is us-east-1 in one of them, and the region of the provider is not known",
        True,
        id="one region argument, and one provider without a known region",
    ),
    pytest.param(
        resource(Provider(None, "us-east-1")),
        resource(Provider("aws", "us-east-1", settings="a")),
        EITHER_WAY.format("the provider", "aws"),
        True,
        id="an input that does not show the provider",
    ),
    pytest.param(with_arn(), with_arn(provider=WEST), True, True, id="one place by ARN with two providers"),
    pytest.param(with_arn(), with_arn("us-west-2"), False, False, id="two regions by ARN"),
    pytest.param(with_arn(), with_arn(account="210987654321"), False, False, id="two accounts by ARN"),
    pytest.param(with_arn("us-west-2"), resource(EAST), False, False, id="one ARN that contradicts the provider"),
    pytest.param(with_arn("us-west-2", provider=NAMELESS), resource(EAST), False, False, id="one ARN"),
    pytest.param(resource(EAST), with_arn("us-east-1", provider=NAMELESS), True, True, id="the other ARN"),
    pytest.param(
        resource(ELSEWHERE),
        with_arn("us-east-1"),
        EITHER_WAY.format("aws.elsewhere", "aws"),
        True,
        id="one ARN in an account that is not known",
    ),
    pytest.param(with_arn(provider=NAMELESS), resource(NAMELESS), True, True, id="one ARN of one provider without a region"),
    pytest.param(resource(EAST, arn=Known("arn:aws")), with_arn("us-west-2"), False, False, id="an invalid ARN"),
    pytest.param(resource(EAST, arn=LATER), with_arn(), True, True, id="an unknown ARN"),
    pytest.param(resource(EAST, region=LATER), resource(WEST), "unknown: region waits for something", True, id="an unknown region"),
]


@pytest.mark.parametrize(("one", "other", "same", "may_be"), CASES)
def test_the_places_of_two_resources(one: Resource, other: Resource, same: bool | str, may_be: bool) -> None:
    assert (outcome(lambda: same_place(one, other)), may_be_same_place(one, other)) == (same, may_be)
    assert may_be_same_place(other, one) is may_be
    if same in (True, False):
        assert same_place(other, one) is same


def test_the_place_in_an_arn() -> None:
    assert arn_place(with_arn()) == ("us-east-1", "123456789012")
    values = (Known("arn:aws:dynamodb:us-east-1:123456789012"), Known(5), LATER)
    assert [arn_place(resource(arn=value)) for value in values] == [None, None, None]


def test_an_unknown_region_has_its_question() -> None:
    question = Question("region", "null")
    with pytest.raises(Unknown) as unknown:
        same_place(resource(EAST, region=Deferred(question=question)), resource(WEST))
    assert unknown.value.question is question


def test_the_marks_of_a_place() -> None:
    provider = Provider("aws", "us-east-1", settings="profile", region_from="", account="123456789012")
    accounts = {("account", "123456789012"), ("key", "aws"), ("settings", "profile")}
    default = {("region", "us-east-1"), ("key", "aws"), ("settings", "us-east-1", "", "profile")}
    assert home_of(resource(provider)) == Home("us-east-1", "123456789012", default, accounts)
    assert home_of(resource(provider, region=Known("eu-west-1"))) == Home("eu-west-1", "123456789012", {("region", "eu-west-1")}, accounts)
    assert home_of(resource(REPEATED)) == Home("", "", set(), set())
    assert home_of(resource(VAGUE)) == Home("", "", {("key", "aws")}, {("key", "aws")})


def test_places_that_differ() -> None:
    nowhere, east = home_of(resource(REPEATED)), home_of(resource(EAST))
    answers = [one.differs(other) for one, other in ((nowhere, nowhere), (nowhere, east), (east, nowhere), (east, east))]
    assert answers == [False, False, False, False]
    assert all(answer is False for answer in answers)


def test_the_place_of_a_replica() -> None:
    table, elsewhere = resource(EAST), Provider("aws.elsewhere", "eu-west-1", settings="assume_role")
    cases = [
        (resource(EAST, region=Known("eu-west-1")), table, True),
        (resource(Provider("aws.eu", "eu-west-1")), table, True),
        (resource(EAST), table, False),
        (resource(NAMELESS), resource(NAMELESS), False),
        (resource(WEST), table, False),
        (with_arn("eu-west-1"), with_arn(), True),
        (with_arn("eu-west-1", account="210987654321"), with_arn(), False),
        (
            resource(elsewhere),
            table,
            "unknown: provider differs: aws.elsewhere may use another region or account than the replica in eu-west-1",
        ),
        (
            resource(Provider("aws.eu", region_from=None)),
            table,
            "unknown: provider differs: aws.eu may use another region or account than the replica in eu-west-1",
        ),
    ]
    assert [outcome(partial(is_replica_place, one, other, "eu-west-1")) for one, other, _ in cases] == [same for *_, same in cases]
