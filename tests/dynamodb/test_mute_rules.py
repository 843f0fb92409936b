"""Mute rules: how long they mute, and which alarms."""

from __future__ import annotations

import pytest

from dyncheck.dynamodb.mute_rules import MuteRules, longest_pause, minutes_of, mutes_for_ever
from dyncheck.model import Deferred, Known, Provider, Resource, Value
from tests.dynamodb.reading import Values, outcome, resource

LATER = Deferred(reason="waits for x")
DAY, READS = Known("P1D"), Known(["reads"])
NAME, HERE = Known("reads"), Provider("aws")


@pytest.mark.parametrize(
    ("expression", "minutes"),
    [
        ("cron(* * * * *)", 1),
        ("cron(*/5 * * * *)", 5),
        ("cron(0 * * * *)", 60),
        ("cron(0 0 * * *)", 1_440),
        (" cron(30 2 * * ?) ", 1_440),
        ("cron(0 0,12 * * *)", 720),
        ("cron(0 8,20-22/2 * * *)", 720),
        ("cron(0 0 * * SUN)", 10_080),
        ("cron(0 0 * * 0)", 10_080),
        ("cron(0 0 * * 7)", 10_080),
        ("cron(0 0 * * mon-fri)", 3 * 1_440),
        ("cron(0 0 * * MON,TUE)", 6 * 1_440),
        ("cron(0 0 1 * *)", 31 * 1_440),
        ("cron(0 0 1,11,21 * *)", 11 * 1_440),
        ("cron(0 0 29 2 *)", (8 * 365 + 1) * 1_440),
        ("cron(0 0 1 JAN-DEC *)", 31 * 1_440),
        ("cron(0 0 1 JAN *)", 366 * 1_440),
        ("cron(0 0 */2 * *)", 2 * 1_440),
        ("cron(0 0 13 * FRI)", 7 * 1_440),
        ("cron(10/20 23 * * *)", 1_440 - 40),
        ("cron(0 0 30 2 *)", None),
        ("cron(0 0 * *)", None),
        ("cron(0 0 * * * *)", None),
        ("cron(60 0 * * *)", None),
        ("cron(0 24 * * *)", None),
        ("cron(0 0 0 * *)", None),
        ("cron(0 0 * 13 *)", None),
        ("cron(0 0 * * 8)", None),
        ("cron(5-1 0 * * *)", None),
        ("cron(*/0 0 * * *)", None),
        ("cron(x 0 * * *)", None),
        ("cron(0 0 L * *)", None),
        ("cron(1000 0 * * *)", None),
        ("at(2026-01-01T00:00:00)", None),
        ("rate(1 day)", None),
    ],
)
def test_the_longest_pause_of_an_expression(expression: str, minutes: int | None) -> None:
    assert longest_pause(expression) == minutes


@pytest.mark.parametrize("day", ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])
def test_a_day_of_the_week_has_a_name(day: str) -> None:
    assert longest_pause(f"cron(0 0 * * {day})") == 7 * 1_440


@pytest.mark.parametrize("month", ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
def test_a_month_has_a_name(month: str) -> None:
    assert longest_pause(f"cron(0 0 1 {month} *)") == 366 * 1_440


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [
        ("PT1M", 1),
        ("PT90S", 1.5),
        ("PT2H", 120),
        ("P1D", 1_440),
        ("P1W", 10_080),
        ("P1DT1H1M", 1_501),
        ("P1M", None),
        ("1D", None),
        ("P1DX", None),
    ],
)
def test_the_minutes_of_a_duration(duration: str, minutes: float | None) -> None:
    assert minutes_of(duration) == minutes


def mute(expression: str = "cron(0 0 * * *)", *, duration: Value = DAY, names: Value = READS, **values: Value) -> Resource:
    """A mute rule."""
    schedule = Values(expression=Known(expression), duration=duration)
    blocks = {"rule": (Values({"schedule": (schedule,)}),), "mute_targets": (Values(alarm_names=names),)}
    return Resource(
        "aws_cloudwatch_alarm_mute_rule.m", "aws_cloudwatch_alarm_mute_rule", "m", "", Values(blocks, **values), Provider("aws")
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (mute(), True),
        (mute(duration=Known("P2D")), True),
        (mute(duration=Known("PT23H59M")), False),
        (mute(duration=Known("x")), False),
        (mute("at(2026-01-01T00:00:00)"), False),
        (mute(expire_date=Known("2030-01-01T00:00:00Z")), False),
        (mute(start_date=Known("2030-01-01T00:00:00Z")), True),
        (mute(expire_date=LATER), "unknown: expire_date waits for x"),
        (mute(duration=LATER), "unknown: duration waits for x"),
        (resource(), False),
    ],
)
def test_a_rule_mutes_for_ever(rule: Resource, expected: bool | str) -> None:
    assert outcome(lambda: mutes_for_ever(rule)) == expected


def alarm(name: Value = NAME, provider: Provider = HERE) -> Resource:
    """An alarm of that name."""
    return resource(provider, type_="aws_cloudwatch_metric_alarm", alarm_name=name)


IS_MUTED = "unknown: may be muted by aws_cloudwatch_alarm_mute_rule.m: "


@pytest.mark.parametrize(
    ("rule", "of", "expected"),
    [
        (mute(), alarm(), "m"),
        (mute(), alarm(Known("Reads")), None),
        (mute(names=Known([])), alarm(), None),
        (mute(duration=Known("PT1H")), alarm(), None),
        (mute(duration=LATER), alarm(), IS_MUTED + "duration waits for x"),
        (mute(duration=LATER), alarm(Known("writes")), None),
        (mute(names=LATER), alarm(), IS_MUTED + "alarm_names waits for x"),
        (mute(names=LATER, duration=Known("PT1H")), alarm(), None),
        (mute(), alarm(LATER), "unknown: alarm_name waits for x, and a mute rule mutes alarms by name"),
        (
            mute(),
            alarm(provider=Provider("aws.west", "us-west-2")),
            IS_MUTED + "provider differs: aws and aws.west may use different regions or accounts",
        ),
        (mute(region=Known("eu-west-1")), alarm(provider=Provider("aws.west", "us-west-2")), None),
    ],
)
def test_the_rule_that_mutes_an_alarm(rule: Resource, of: Resource, expected: str | None) -> None:
    def muting() -> str | None:
        found = MuteRules([rule]).muting(of)
        return found.name if found else None

    assert outcome(muting) == expected


def test_a_rule_that_may_not_exist_is_unknown() -> None:
    from msgspec.structs import replace

    rule = replace(mute(), doubt="the number of instances waits for x")
    assert outcome(lambda: MuteRules([rule]).muting(alarm())) == IS_MUTED + "the number of instances waits for x"


def test_without_rules_no_alarm_is_muted() -> None:
    assert MuteRules([]).muting(alarm(LATER)) is None
