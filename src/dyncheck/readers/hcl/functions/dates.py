"""Dates and times in the notation of RFC 3339: the standard library's, under Terraform's rules.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/datetime.go, and `Parse` and `ParseDuration` of Go's `time`
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, invalid, named
from dyncheck.readers.hcl.functions.native import from_int
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import NUMBER, STRING
from dyncheck.readers.hcl.language.values import Problem, Value, string

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SECOND = 1_000_000_000
_LONGEST = 2**63
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:([.,])([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)


class _Time(Struct, frozen=True):
    """What the clock shows, without parts of a second; these in nanoseconds; and how far the clock is ahead, None for `Z`."""

    clock: datetime
    nanoseconds: int
    offset: timedelta | None


def _time(text: str, is_strict: bool = True) -> _Time | None:
    """The time; None for a text that is not one. Terraform is not strict everywhere."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, point, fraction, sign, hours, minutes = match.groups()
    if is_strict and (len(hour) == 1 or point == "," or int(hours or 0) > 23 or int(minutes or 0) > 59):
        return None
    if int(hours or 0) > 24 or int(minutes or 0) > 60:
        return None
    try:
        # The standard library counts no year 0, which has the days of the year 2000.
        datetime(int(year) or 2000, int(month), int(day), int(hour), int(minute), int(second))
    except ValueError:
        return None
    if not int(year):
        raise UnsureError("a time in the year 0")
    clock = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second))
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1) if sign else None
    return _Time(clock, int((fraction or "")[:9].ljust(9, "0")), offset)


def is_timestamp(text: str) -> bool:
    """Whether a text is a time in the notation of RFC 3339, which Go does not follow strictly."""
    try:
        return _time(text, is_strict=False) is not None
    except UnsureError:
        return True


_NO_TIME = "not a valid RFC 3339 timestamp"


def _argument(parameter: str, value: Value, is_strict: bool = True) -> _Time:
    found = _time(value.content, is_strict)
    if found is None:
        raise invalid(parameter, _NO_TIME)
    return found


def _formatdate(pattern: Value, moment: Value) -> Value:
    time = _argument("time", moment)
    parts = re.finditer(r"''|'(?:[^']|'')*'?|([A-Za-z])\1*|[^A-Za-z']+", pattern.content)
    return string("".join(_formatted(part[0], time) for part in parts))


def _formatted(part: str, time: _Time) -> str:
    if part == "''":
        return "'"
    if part[0] == "'":
        if len(part) == 1 or part[-1] != "'":
            raise invalid("format", "unterminated literal '")
        return part[1:-1].replace("''", "'")
    if not (part[0].isascii() and part[0].isalpha()):
        return part
    write = _VERBS.get(part)
    if write is None:
        raise invalid("format", f"invalid date format verb {quote(part)}")
    return write(time.clock, time.offset or timedelta())


def _zone(offset: timedelta, at_zero: str, colon: str) -> str:
    if not offset and at_zero:
        return at_zero
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02d}{colon}{minutes:02d}"


# English names whatever the locale is, which `strftime` follows.
_VERBS: dict[str, Callable[[datetime, timedelta], str]] = {
    "YY": lambda at, _: f"{at.year % 100:02d}",
    "YYYY": lambda at, _: f"{at.year:04d}",
    "M": lambda at, _: f"{at.month}",
    "MM": lambda at, _: f"{at.month:02d}",
    "MMM": lambda at, _: _MONTHS[at.month - 1][:3],
    "MMMM": lambda at, _: _MONTHS[at.month - 1],
    "D": lambda at, _: f"{at.day}",
    "DD": lambda at, _: f"{at.day:02d}",
    "EEE": lambda at, _: _WEEKDAYS[at.weekday()][:3],
    "EEEE": lambda at, _: _WEEKDAYS[at.weekday()],
    "h": lambda at, _: f"{at.hour}",
    "hh": lambda at, _: f"{at.hour:02d}",
    "H": lambda at, _: f"{at.hour % 12 or 12}",
    "HH": lambda at, _: f"{at.hour % 12 or 12:02d}",
    "AA": lambda at, _: "AM" if at.hour < 12 else "PM",
    "aa": lambda at, _: "am" if at.hour < 12 else "pm",
    "m": lambda at, _: f"{at.minute}",
    "mm": lambda at, _: f"{at.minute:02d}",
    "s": lambda at, _: f"{at.second}",
    "ss": lambda at, _: f"{at.second:02d}",
    "Z": lambda _, offset: _zone(offset, "Z", ":"),
    "ZZZ": lambda _, offset: _zone(offset, "UTC", ""),
    "ZZZZ": lambda _, offset: _zone(offset, "", ""),
    "ZZZZZ": lambda _, offset: _zone(offset, "", ":"),
}


def _timeadd(moment: Value, duration: Value) -> Value:
    time = _time(moment.content)
    if time is None:
        raise Problem(_NO_TIME)
    added = _duration(duration.content)
    if time.offset is not None:
        # Go looks whether the offset is that of the machine's own zone just then, and counts in that zone if it is.
        raise UnsureError("a time with an offset, which depends on the time zone of the machine")
    try:
        clock = time.clock + timedelta(seconds=(time.nanoseconds + added) // _SECOND)
    except OverflowError:
        raise UnsureError("a time outside the years 1 to 9999") from None
    return string(f"{clock.isoformat()}Z")


_UNITS = {"ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": _SECOND, "m": 60 * _SECOND, "h": 3600 * _SECOND}
_TERM = re.compile(r"(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)(?![^.0-9])")


def _duration(text: str) -> int:
    """The nanoseconds of a text such as `1h30m`."""
    wrong = Problem(f"invalid duration {quote(text)}")
    body = text[1:] if text[:1] in ("+", "-") else text
    if body == "0":
        return 0
    found = position = 0
    while position < max(len(body), 1):
        match = _TERM.match(body, position)
        if match is None:
            raise wrong
        whole, fraction, unit = match.groups()
        if len(fraction or "") > 9:
            raise UnsureError("a duration with more than nine digits after a point, which Go rounds")
        # More digits than make a difference are not looked at.
        found += int(whole[:40] or 0) * _UNITS[unit] + int((fraction or "").ljust(9, "0")) * _UNITS[unit] // _SECOND
        position = match.end()
        if found > _LONGEST:
            raise wrong
    if text[0] == "-":
        return -found
    if found == _LONGEST:
        raise wrong
    return found


def _timecmp(one: Value, other: Value) -> Value:
    first = _argument("timestamp_a", one, is_strict=False)
    second = _argument("timestamp_b", other, is_strict=False)
    # A difference, for the moment itself may be in the year 0.
    difference = (first.clock - second.clock) - ((first.offset or timedelta()) - (second.offset or timedelta()))
    sign = difference // timedelta(seconds=1) * _SECOND + first.nanoseconds - second.nanoseconds
    return from_int((sign > 0) - (sign < 0))


FUNCTIONS = named(
    Function("formatdate", (Parameter("format", STRING), Parameter("time", STRING)), _formatdate, STRING),
    Function("timeadd", (Parameter("timestamp", STRING), Parameter("duration", STRING)), _timeadd, STRING),
    Function("timecmp", (Parameter("timestamp_a", STRING), Parameter("timestamp_b", STRING)), _timecmp, NUMBER),
)
