"""Whether two resources are in the same region of the same account."""

from __future__ import annotations

import pytest

from dyncheck.dynamodb.place import arn_place, may_be_same_place, same_place
from dyncheck.model import Deferred, Known, Provider, Question, Resource, Unknown
from tests.dynamodb.reading import outcome, resource

ARN = "arn:aws:dynamodb:{}:{}:table/orders"
EAST, WEST = Provider("aws", "us-east-1"), Provider("aws.west", "us-west-2")
EAST_AGAIN, ELSEWHERE = Provider("aws.again", "us-east-1"), Provider("aws.elsewhere", "us-east-1", settings="assume_role")
NAMELESS = Provider("aws.nameless")
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
        EITHER_WAY.format("aws.nameless", "aws.other"),
        True,
        id="two providers without a known region",
    ),
    pytest.param(with_arn(), with_arn(provider=WEST), True, True, id="one place by ARN with two providers"),
    pytest.param(with_arn(), with_arn("us-west-2"), False, False, id="two regions by ARN"),
    pytest.param(with_arn(), with_arn(account="210987654321"), False, False, id="two accounts by ARN"),
    pytest.param(with_arn("us-west-2"), resource(EAST), True, False, id="one ARN that contradicts the provider"),
    pytest.param(with_arn("us-west-2", provider=NAMELESS), resource(EAST), EITHER_WAY.format("aws.nameless", "aws"), False, id="one ARN"),
    pytest.param(
        resource(EAST), with_arn("us-east-1", provider=NAMELESS), EITHER_WAY.format("aws", "aws.nameless"), True, id="the other ARN"
    ),
    pytest.param(resource(EAST, arn=Known("arn:aws")), with_arn("us-west-2"), True, False, id="an invalid ARN"),
    pytest.param(resource(EAST, arn=LATER), with_arn(), True, True, id="an unknown ARN"),
    pytest.param(resource(EAST, region=LATER), resource(WEST), "unknown: region waits for something", True, id="an unknown region"),
]


@pytest.mark.parametrize(("one", "other", "same", "may_be"), CASES)
def test_the_places_of_two_resources(one: Resource, other: Resource, same: bool | str, may_be: bool) -> None:
    assert (outcome(lambda: same_place(one, other)), may_be_same_place(one, other)) == (same, may_be)
    assert may_be_same_place(other, one) is may_be


def test_the_place_in_an_arn() -> None:
    assert arn_place(with_arn()) == ("us-east-1", "123456789012")
    values = (Known("arn:aws:dynamodb:us-east-1:123456789012"), Known(5), LATER)
    assert [arn_place(resource(arn=value)) for value in values] == [None, None, None]


def test_an_unknown_region_has_its_question() -> None:
    question = Question("region", "null")
    with pytest.raises(Unknown) as unknown:
        same_place(resource(EAST, region=Deferred(question=question)), resource(WEST))
    assert unknown.value.question is question
