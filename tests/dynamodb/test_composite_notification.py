"""Which alarms a composite alarm notifies of."""

from __future__ import annotations

import pytest

from dyncheck.dynamodb import Alarm, Inventory
from dyncheck.dynamodb.types import ALARM, COMPOSITE_ALARM
from dyncheck.model import Block, Deferred, Known, Provider, Reference, Resource, Value
from dyncheck.model.symbolic import Symbol, Text
from tests.dynamodb.reading import Anything, Values, outcome
from tests.dynamodb.test_alarm_states import hard

ACTIONS = Known(["arn:aws:sns:us-east-1:123456789012:alarms"])
LATER = Deferred((Reference("terraform_data.later.id"),))
WEST = Provider("aws.west", region="us-west-2", settings="x")
ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm"
UNSEEN_NAME = "waits for terraform_data.later.id"
MIXED = "mixes AND and OR without brackets, and AWS does not document which of them comes first"


EAST = Provider("aws", region="us-east-1")


def metric(name: str | Value = "x", provider: Provider = EAST, **values: Value) -> Resource:
    """A metric alarm without actions."""
    return made(ALARM, name, Values(alarm_name=known(name), **values), provider)


def composite(
    rule: str | Value,
    name: str | Value = "c",
    provider: Provider = EAST,
    *,
    actions: Value = ACTIONS,
    suppressor: str | Value | None = None,
    doubt: str = "",
    label: str = "",
    **values: Value,
) -> Resource:
    """A composite alarm with actions."""
    blocks = {} if suppressor is None else {"actions_suppressor": (Values(alarm=known(suppressor)),)}
    body = Values(dict[str, tuple[Block, ...]](blocks), alarm_name=known(name), alarm_rule=known(rule), alarm_actions=actions, **values)
    return made(COMPOSITE_ALARM, name, body, provider, doubt, label)


def made(kind: str, name: str | Value, body: Block, provider: Provider, doubt: str = "", label: str = "") -> Resource:
    """An alarm of either kind."""
    label = label or (name if isinstance(name, str) else "unnamed")
    return Resource(address=f"{kind}.{label}", type=kind, name=label, module="", body=body, provider=provider, doubt=doubt)


def known(value: str | Value) -> Value:
    return Known(value) if isinstance(value, str) else value


def heard(*resources: Resource) -> bool | str:
    """Whether the first alarm is notified of, or the reason why that is unknown."""
    held = Inventory(resources)
    found: list[bool | str] = [outcome(lambda: held.is_notified(Alarm(resources[0], held))) for _ in range(2)]
    assert found[0] == found[1]
    return found[0]


def why(argument: str, reason: str, name: str = "c") -> str:
    return f"unknown: {COMPOSITE_ALARM}.{name}: {argument} {reason}"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALARM(x)", True),
        ('ALARM( "x" )', True),
        ("ALARM (x) OR OK(other)", True),
        ("ALARM(other) AND ALARM(x)", True),
        ("NOT ALARM(x)", False),
        ("FALSE", False),
        ("ALARM(X)", False),
        (f"ALARM({ARN}:x)", True),
        (f"AT_LEAST(1, ALARM, (other, {ARN}:x))", True),
        (f"ALARM({ARN}:other)", False),
        (f"ALARM({ARN.replace('east-1', 'east-2')}:x)", False),
        ("ALARM(arn:aws:cloudwatch:us-east-1:123456789012:other:x)", False),
        (f"ALARM(x) AND OK({ARN}:x)", False),
        ("FALARM(x)", False),
        ("", False),
    ],
)
def test_an_alarm_is_heard_through_a_rule_that_it_can_turn_true(rule: str, expected: bool) -> None:
    assert heard(metric(), composite(rule)) is expected
    assert heard(metric(), composite(rule), composite("TRUE", "d")) is expected


def test_a_composite_alarm_needs_actions_that_are_enabled() -> None:
    assert heard(metric(), composite("ALARM(x)", actions=Known([]))) is False
    assert heard(metric(), composite("ALARM(x)", actions_enabled=Known(False))) is False
    assert heard(metric(), composite("ALARM(x)", actions=LATER)) == why("alarm_actions", UNSEEN_NAME)
    assert heard(metric(), composite("OK(x)", actions=LATER)) is False
    assert heard(metric(), composite("ALARM(x)", actions=LATER), composite("ALARM(x)", "d")) is True


def test_composite_alarms_of_composite_alarms_are_followed() -> None:
    inner = composite("NOT OK(x)", "inner", actions=Known([]))
    assert heard(metric(), composite("ALARM(inner)"), inner) is True
    assert heard(metric(), inner, composite(f"ALARM(other) AND ALARM({ARN}:inner)")) is True
    assert heard(metric(), inner, composite("OK(inner)")) is False
    assert heard(metric(), inner, composite("ALARM(inner) AND NOT ALARM(x)")) is False


@pytest.mark.parametrize(
    ("suppressor", "expected"),
    [
        ("deployment", True),
        ("x", False),
        (f"{ARN}:x", False),
        ("c", False),
        (f"{ARN}:c", False),
        ("always", False),
        ("never", True),
        ("same", False),
        ("unless", True),
        (f"{ARN.replace('east', 'west')}:x", True),
    ],
)
def test_a_suppressor_that_is_always_in_alarm_with_the_composite_alarm_silences_it(suppressor: str, expected: bool) -> None:
    suppressors = [composite("TRUE", "always"), composite("FALSE", "never"), composite("NOT ALARM(y)", "unless")]
    suppressors.append(composite("ALARM(x)", "same", actions=Known([])))
    assert heard(metric(), composite("ALARM(x)", suppressor=suppressor), *suppressors) is expected


def test_an_unknown_suppressor_matters_where_the_alarm_raises_the_composite_alarm() -> None:
    assert heard(metric(), composite("ALARM(x)", suppressor=LATER)) == why("alarm", UNSEEN_NAME)
    assert heard(metric(), composite("ALARM(y)", suppressor=LATER)) is False
    assert heard(metric(), composite("ALARM(x) OR ALARM(z)", suppressor="z")) is True


def test_a_composite_alarm_that_is_suppressed_still_raises_others() -> None:
    inner = composite("ALARM(x)", "inner", suppressor="inner")
    assert heard(metric(), inner) is False
    assert heard(metric(), inner, composite("ALARM(inner)")) is True


def test_a_rule_that_is_not_known_may_name_any_alarm() -> None:
    assert heard(metric(), composite(LATER)) == why("alarm_rule", UNSEEN_NAME)
    assert heard(metric(), composite(Known(Anything()))) == why("alarm_rule", "depends on what anything is")
    assert heard(metric(), composite(LATER), composite("ALARM(x)", "d")) is True
    assert heard(metric(), composite(LATER, actions=Known([]))) is False
    assert heard(metric(), composite(LATER, "inner", actions=Known([])), composite("ALARM(inner)")) == why(
        "alarm_rule", UNSEEN_NAME, "inner"
    )
    assert heard(metric(), composite(LATER, "inner", actions=Known([])), composite("ALARM(inner) OR ALARM(x)")) == why(
        "alarm_rule", UNSEEN_NAME, "inner"
    )
    assert heard(metric(), composite(LATER, "s", actions=Known([])), composite("ALARM(y)", suppressor="s")) is False


def test_an_alarm_without_a_known_name_may_be_any_that_a_rule_names() -> None:
    unnamed = metric(LATER)
    assert heard(unnamed, composite("ALARM(y)")) == f"unknown: {ALARM}.unnamed: alarm_name {UNSEEN_NAME}"
    assert heard(unnamed, composite("OK(y)")) is False
    assert heard(unnamed, composite("TRUE")) is False
    assert heard(metric(Known(Anything())), composite("ALARM(y)")) == "unknown: depends on what anything is"


def test_a_name_with_an_input_is_compared_with_the_names_in_the_rules() -> None:
    dependent = metric(Known(Text(("a-", Symbol("var.suffix")))))
    assert heard(dependent, composite("ALARM(y)")) is False
    assert heard(dependent, composite("ALARM(y) OR ALARM(a-b)")) == 'unknown: depends on what "a-${var.suffix}" is'


def test_several_alarms_without_known_names_are_several_alarms() -> None:
    one = composite("ALARM(y)", LATER, actions=Known([]), label="one")
    other = composite("ALARM(x)", LATER, actions=Known([]), label="other")
    assert heard(metric(), one, other, composite("ALARM(z)")) == why("alarm_name", UNSEEN_NAME, "other")
    mixed = composite("ALARM(y) OR ALARM(z) AND FALSE")
    assert heard(metric(LATER), mixed, metric("z")) == f"unknown: {ALARM}.unnamed: alarm_name {UNSEEN_NAME}"


def test_a_composite_alarm_without_a_known_name_may_be_one_that_another_rule_names() -> None:
    unnamed = composite("ALARM(x)", LATER, actions=Known([]))
    expected = why("alarm_name", UNSEEN_NAME, "unnamed")
    assert heard(metric(), unnamed, composite("ALARM(y)")) == expected
    assert heard(metric(), unnamed, composite("ALARM(y)"), metric("y")) is False
    assert heard(metric(), unnamed, composite("OK(y)")) is False
    assert heard(metric("z"), unnamed, composite("ALARM(y)")) is False
    assert heard(metric(), composite("ALARM(x)", LATER)) is True
    unread = composite(LATER, LATER, actions=Known([]))
    assert heard(metric(), unread, composite("ALARM(y)")) == why("alarm_rule", UNSEEN_NAME, "unnamed")
    assert heard(metric(), unread, composite("OK(y)")) is False


def test_an_alarm_of_the_same_name_in_another_place_is_another_alarm() -> None:
    elsewhere = composite("ALARM(x)", provider=WEST)
    assert heard(metric(), elsewhere) is False
    assert heard(metric(), elsewhere, composite("ALARM(x)", "d")) is True
    inner = composite("ALARM(x)", "inner", actions=Known([]))
    assert heard(metric(), inner, composite("ALARM(inner)", provider=WEST)) is False
    same = Provider("aws.again", region="us-east-1")
    assert heard(metric(), composite("ALARM(x)", provider=same)) is True


def test_an_alarm_in_what_may_be_the_same_place_is_unknown() -> None:
    maybe = Provider("aws.maybe", region="us-east-1", settings="other")
    differs = "unknown: provider differs: aws and aws.maybe may use different regions or accounts"
    assert heard(metric(), composite("ALARM(x)", provider=maybe)) == differs
    assert heard(metric(), composite("OK(x)", provider=maybe)) is False
    assert heard(metric(), composite("ALARM(y)", provider=maybe)) is False
    inner = composite("ALARM(x)", "inner", actions=Known([]))
    assert heard(metric(), inner, composite("ALARM(inner)", provider=maybe)) == why("provider", differs.partition("provider ")[2], "inner")
    assert heard(metric(), inner, composite("ALARM(other)", provider=maybe)) is False


def test_a_place_that_is_not_known_is_unknown() -> None:
    assert heard(metric(region=LATER), composite("ALARM(x)")) == f"unknown: {ALARM}.x: region {UNSEEN_NAME}"
    assert heard(metric(), composite("ALARM(x)", region=LATER)) == why("region", UNSEEN_NAME)
    assert heard(metric(), composite(f"ALARM({ARN}:x)", region=LATER)) == why("region", UNSEEN_NAME)
    assert heard(metric(), composite("ALARM(y)", region=LATER)) is False
    assert heard(metric(region=LATER), composite("OK(x)")) is False


def test_an_arn_of_another_account_is_another_alarm() -> None:
    existing = metric(arn=Known(f"{ARN}:x"))
    assert heard(existing, composite(f"ALARM({ARN}:x)")) is True
    assert heard(existing, composite(f"ALARM({ARN.replace('123456789012', '210987654321')}:x)")) is False
    known_arn = existing.body.value("arn")
    assert (
        heard(
            metric(provider=Provider("aws"), arn=known_arn), composite(f"ALARM({ARN.replace('east', 'west')}:x)", provider=Provider("aws"))
        )
        is False
    )
    assert heard(metric(provider=Provider("aws")), composite(f"ALARM({ARN}:x)", provider=Provider("aws"))) is True


def test_two_composite_alarms_of_one_name_are_not_certain() -> None:
    both = [composite("ALARM(x)"), composite("ALARM(y)", label="again")]
    other = why("alarm_name", "is also the name of aws_cloudwatch_composite_alarm.again, and only one of the two remains")
    assert heard(metric(), *both) == other
    assert heard(metric("y"), *both) == why("alarm_name", "is also the name of another composite alarm", "again")
    assert heard(metric("z"), *both) is False
    assert heard(metric(), *both, composite("ALARM(x)", "d")) is True


def test_a_composite_alarm_that_may_not_exist_is_not_certain() -> None:
    may_not = "unknown: aws_cloudwatch_composite_alarm.c may not exist: the number of instances waits for var.on"
    doubtful = composite("ALARM(x)", doubt="the number of instances waits for var.on")
    assert heard(metric(), doubtful) == may_not
    assert heard(metric("y"), doubtful) is False
    assert heard(metric(), doubtful, composite("ALARM(c)", "d")) == may_not


def test_what_aws_does_not_document_is_unknown_where_it_matters() -> None:
    assert heard(metric(), composite("ALARM(x) OR ALARM(y) AND FALSE")) == why("alarm_rule", MIXED)
    assert heard(metric(), composite("ALARM(x) AND ALARM(y) OR ALARM(z)")) is True
    assert heard(metric(), composite("OK(x) AND ALARM(y) OR OK(z)")) is False
    assert heard(metric(), composite("ALARM(x) OR ALARM(y) AND FALSE", actions=Known([])), composite("ALARM(c)", "d")) == why(
        "alarm_rule", MIXED
    )
    assert heard(metric(), composite("alarm(x)")) == why("alarm_rule", 'has "alarm" in lower case, and AWS documents only ALARM')
    assert heard(metric(), composite("alarm(y)")) is False


def test_a_rule_that_is_too_complex_is_unknown() -> None:
    assert heard(metric(), composite(hard(6))) == why("alarm_rule", "is too complex to be decided")
    assert heard(metric(), composite(hard(6), suppressor="s")) == why("alarm_rule", "is too complex to be decided")
    unnamed = composite("ALARM(x)", LATER, actions=Known([]))
    assert heard(metric(), unnamed, composite(hard(6).replace("x", "y"))) == why("alarm_name", UNSEEN_NAME, "unnamed")


def refused(held: Inventory, resource: Resource) -> str:
    """What is found instead of an action, with the reason of an invalid rule."""
    (silence,) = held.silences(Alarm(resource, held))
    return silence.found


def test_the_first_invalid_rule_that_names_an_alarm_is_its_reason() -> None:
    resources = [metric(), composite("ALARM(y) ALARM(z)"), composite('ALARM("x") ALARM(z)', "d"), composite("x", "e")]
    held = Inventory(resources)
    reason = 'CloudWatch refuses the alarm_rule of aws_cloudwatch_composite_alarm.d: expected AND, OR, found "ALARM" at character 12'
    assert refused(held, resources[0]) == f"not set, and {reason}"
    assert refused(held, metric("other")) == ""
    assert refused(held, metric(provider=WEST)) == ""
    assert refused(Inventory([metric()]), metric()) == ""


def test_a_sensitive_rule_is_not_quoted() -> None:
    resources = [metric(), composite(Known("ALARM(x) secret", sensitive=True))]
    held = Inventory(resources)
    assert refused(held, resources[0]).endswith("composite_alarm.c: it is not valid")
    assert heard(metric(), composite(Known("ALARM(x)", sensitive=True))) is True
    assert heard(metric(), composite(Known("alarm(x)", sensitive=True))) == why("alarm_rule", "may not be valid")
