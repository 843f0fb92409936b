"""Mute rules that mute an alarm at all times: its actions never run.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-mute-rules.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise

from dyncheck.dynamodb.place import may_be_same_place, same_place
from dyncheck.logic import first, some
from dyncheck.model import Deferred, Known, Resource, Unknown

_MINUTE, _HOUR, _DAY, _WEEK = 1, 60, 1_440, 10_080

_DURATION = r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
_DAY_NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


class MuteRules:
    """The rules that mute at all times, or may do so, by the names of the alarms that they mute."""

    def __init__(self, rules: Iterable[Resource]) -> None:
        self._by_name: dict[str, list[Resource]] = {}
        self._anywhere: list[Resource] = []
        for rule in rules:
            try:
                if not mutes_for_ever(rule):
                    continue
                names = _names(rule)
            except Unknown:
                self._anywhere.append(rule)
                continue
            for name in names:
                self._by_name.setdefault(name, []).append(rule)

    def muting(self, alarm: Resource) -> Resource | None:
        """The rule that mutes an alarm at all times, None without one. May raise `Unknown`."""
        return first(self._near(alarm), lambda rule: _mutes(rule, alarm))

    def _near(self, alarm: Resource) -> Iterator[Resource]:
        yield from self._anywhere
        name = alarm.body.value("alarm_name")
        if isinstance(name, Known) and isinstance(name.value, str):
            yield from self._by_name.get(name.value, ())
        elif isinstance(name, Deferred) and self._by_name:
            raise name.unknown("alarm_name", more=", and a mute rule mutes alarms by name")


def _names(rule: Resource) -> list[str]:
    return [name for block in rule.body.blocks("mute_targets") for name in block.read("alarm_names", [])]


def _mutes(rule: Resource, alarm: Resource) -> bool:
    """Whether a rule mutes the alarm at all times. A part that certainly excludes it decides."""
    tests: tuple[Callable[[], bool], ...] = (
        lambda: alarm.body.string("alarm_name") in _names(rule),
        lambda: mutes_for_ever(rule),
        lambda: may_be_same_place(rule, alarm) and same_place(rule, alarm),
    )
    try:
        return not some(tests, lambda test: not test())
    except Unknown as reason:
        raise Unknown("", f"may be muted by {rule.address}: {reason}") from None


def mutes_for_ever(rule: Resource) -> bool:
    """Whether a rule never stops to mute, once it has started. Raises `Unknown`."""
    if rule.doubt:
        raise Unknown("", rule.doubt)
    if rule.body.text("expire_date"):
        return False
    for outer in rule.body.blocks("rule"):
        for schedule in outer.blocks("schedule"):
            longest = longest_pause(schedule.string("expression"))
            duration = minutes_of(schedule.string("duration"))
            return longest is not None and duration is not None and duration >= longest
    return False


def minutes_of(duration: str) -> float | None:
    """The minutes of an ISO 8601 duration; None for another text.

    >>> minutes_of("P1D"), minutes_of("PT1H30M"), minutes_of("P1M")
    (1440.0, 90.0, None)
    """
    found = re.fullmatch(_DURATION, duration)
    if found is None:
        return None
    units = {"weeks": _WEEK, "days": _DAY, "hours": _HOUR, "minutes": _MINUTE, "seconds": 1 / 60}
    return float(sum(int(found[name] or 0) * unit for name, unit in units.items()))


@cache
def longest_pause(expression: str) -> int | None:
    """The longest time between two activations of `cron(minute hour day month weekday)`, in minutes; None for any other expression.

    >>> longest_pause("cron(0 0 * * *)"), longest_pause("cron(0 */6 * * *)"), longest_pause("at(2026-01-01T00:00)")
    (1440, 360, None)
    """
    found = re.fullmatch(r"cron\((.*)\)", expression.strip())
    fields = found[1].split() if found else []
    if len(fields) != 5:
        return None
    minutes, hours = _numbers(fields[0], 0, 59), _numbers(fields[1], 0, 23)
    active = _active_days(*fields[2:])
    if not minutes or not hours or len(active) < 2:
        return None
    times = [hour * _HOUR + minute for hour in sorted(hours) for minute in sorted(minutes)]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    overnight = max(later - earlier for earlier, later in pairwise(active)) * _DAY + times[0] - times[-1]
    return max(*pauses, overnight) if pauses else overnight


def _active_days(day: str, month: str, weekday: str) -> list[int]:
    """The numbers of the days on which an expression activates, in years that have every length of a month and of a year."""
    from datetime import date

    days, months, weekdays = _numbers(day, 1, 31), _numbers(month, 1, 12, _MONTH_NAMES, 1), _numbers(weekday, 0, 7, _DAY_NAMES)
    if not days or not months or not weekdays:
        return []
    on = {number % 7 for number in weekdays}
    is_either = not _is_any(day) and not _is_any(weekday)
    found = []
    for number in range(date(2096, 1, 1).toordinal(), date(2104, 12, 31).toordinal()):
        each = date.fromordinal(number)
        fits = (each.day in days, each.isoweekday() % 7 in on)
        if each.month in months and (any(fits) if is_either else all(fits)):
            found.append(number)
    return found


def _is_any(field: str) -> bool:
    return field[:1] in ("*", "?")


def _numbers(field: str, lowest: int, highest: int, names: tuple[str, ...] = (), first_name: int = 0) -> set[int] | None:
    """The numbers of a field of a cron expression; None for a field that dyncheck does not know."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        start, _, end = span.partition("-")
        if span in ("*", "?"):
            start, end = str(lowest), str(highest)
        elif step and not end:
            end = str(highest)
        low, high, every = (_number(each, names, first_name) for each in (start, end or start, step or "1"))
        if low is None or high is None or not every or not lowest <= low <= high <= highest:
            return None
        found.update(range(low, high + 1, every))
    return found


def _number(text: str, names: tuple[str, ...], first_name: int) -> int | None:
    if text.upper() in names:
        return names.index(text.upper()) + first_name
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
