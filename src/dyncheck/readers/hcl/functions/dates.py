"""Dates and times, in the notation of RFC 3339.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/datetime.go, and `Parse` and `ParseDuration` of Go's `time`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from dyncheck.readers.hcl.functions.declaration import Function, Parameter, invalid, named
from dyncheck.readers.hcl.functions.native import from_int
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import NUMBER, STRING
from dyncheck.readers.hcl.language.values import Problem, Value, pending, string

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = 86_400
_SECOND = 1_000_000_000
_LONGEST = 2**63


class _Time(Struct, frozen=True):
    """A moment: whole seconds since 1970 and the rest in nanoseconds, with the offset it was written with, None for `Z`."""

    seconds: int
    nanoseconds: int
    offset: int | None


class _Fault(Exception):
    """What keeps a text from being a timestamp."""


class _Scanner:
    """Reads a timestamp as Go does, so that what is wrong with it is told alike."""

    def __init__(self, text: str) -> None:
        self._left = text

    def timestamp(self, is_strict: bool) -> _Time:
        """The moment. Terraform is not strict everywhere; then an hour may have one digit, and a comma may be a point."""
        text = self._left
        year = self._year()
        self._literal("-")
        month = self._number("month", 1, 12)
        self._literal("-")
        day = self._number("day of month", 0, 99)
        self._literal("T")
        hour = self._number("hour", 0, 23)
        self._literal(":")
        minute = self._number("minute", 0, 59)
        self._literal(":")
        second = self._number("second", 0, 59)
        nanoseconds = self._fraction()
        offset = self._offset()
        if self._left:
            raise _Fault(f"cannot use {quote(self._left)} as timestamp segment")
        if not 1 <= day <= _days_in(year, month):
            raise _Fault("day out of range")
        if is_strict:
            _refuse_loose(text, offset)
        seconds = _days_since_1970(year, month, day) * _DAY + hour * 3600 + minute * 60 + second - (offset or 0)
        return _Time(seconds, nanoseconds, offset)

    def _refuse(self, what: str) -> _Fault:
        if not self._left:
            return _Fault(f"end of string before {what}")
        return _Fault(f"{what} must have exactly two digits" if what in ("hour", "minute") else f"cannot use {quote(self._left)} as {what}")

    def _year(self) -> int:
        digits = self._left[:4]
        if len(digits) < 4 or not _is_digits(digits):
            raise self._refuse("year")
        self._left = self._left[4:]
        return int(digits)

    def _literal(self, symbol: str) -> None:
        if self._left.startswith(symbol):
            self._left = self._left[1:]
        elif symbol == "T":
            raise _Fault("missing required time introducer 'T'")
        elif self._left:
            raise _Fault(f'found {quote(self._left)} where "{symbol}" is expected')
        else:
            raise _Fault(f'end of string where "{symbol}" is expected')

    def _number(self, what: str, least: int, most: int) -> int:
        length = 2 if _is_digits(self._left[:2]) and len(self._left) > 1 else 1
        if not _is_digits(self._left[:1]) or (length == 1 and what != "hour"):
            raise self._refuse(what)
        found = int(self._left[:length])
        self._left = self._left[length:]
        if not least <= found <= most:
            raise _Fault("hour must be between 0 and 23 inclusive") if what == "hour" and self._left else self._refuse(what)
        return found

    def _fraction(self) -> int:
        match = re.match(r"[.,]([0-9]+)", self._left)
        if not match:
            return 0
        self._left = self._left[match.end() :]
        return int(match[1][:9].ljust(9, "0"))

    def _offset(self) -> int | None:
        if self._left.startswith("Z"):
            self._left = self._left[1:]
            return None
        match = re.match(r"([+-])([0-9]{2}):([0-9]{2})", self._left)
        if not match:
            raise self._refuse("UTC offset")
        rest = self._left[match.end() :]
        if int(match[2]) > 24 or int(match[3]) > 60:
            self._left = rest
            raise self._refuse("UTC offset")
        self._left = rest
        offset = int(match[2]) * 3600 + int(match[3]) * 60
        return -offset if match[1] == "-" else offset


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _refuse_loose(text: str, offset: int | None) -> None:
    """What Go takes although the notation does not allow it."""
    if text[12] == ":":
        raise _Fault("hour must have exactly two digits")
    if text[19] == ",":
        raise _Fault('cannot use "," as timestamp segment')
    if offset is not None and (int(text[-5:-3]) >= 24 or int(text[-2:]) >= 60):
        raise _Fault(f"cannot use {quote(text[-6:])} as UTC offset")


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _days_since_1970(year: int, month: int, day: int) -> int:
    """Years may be 0 and beyond 9999, which the standard library does not count. See https://howardhinnant.github.io/date_algorithms.html"""
    if month < 3:
        year, month = year - 1, month + 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 719_469


def _date(days: int) -> tuple[int, int, int]:
    """Year, month and day of so many days since 1970."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month < 3), month, day_of_year - (153 * shifted + 2) // 5 + 1


def is_timestamp(text: str) -> bool:
    """Whether a text is a moment in the notation of RFC 3339, as Go is not strict about it."""
    try:
        _Scanner(text).timestamp(is_strict=False)
    except _Fault:
        return False
    return True


def _parsed(text: str, is_strict: bool = True) -> _Time:
    try:
        return _Scanner(text).timestamp(is_strict)
    except _Fault as fault:
        raise Problem(f"not a valid RFC3339 timestamp: {fault}") from None


def _parsed_argument(parameter: str, value: Value, is_strict: bool = True) -> _Time:
    try:
        return _parsed(value.content, is_strict)
    except Problem as problem:
        raise invalid(parameter, str(problem)) from None


def _offset_text(offset: int, colon: str) -> str:
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"{'-' if offset < 0 else '+'}{hours:02d}{colon}{minutes:02d}"


def _formatdate(pattern: Value, moment: Value) -> Value:
    time = _parsed_argument("time", moment)
    clock = time.seconds + (time.offset or 0)
    fields = _Fields(*_date(clock // _DAY), clock // _DAY, clock % _DAY, time.offset or 0)
    return string("".join(_formatted(part, fields) for part in _parts(pattern.content)))


class _Fields(Struct, frozen=True):
    year: int
    month: int
    day: int
    days: int
    second_of_day: int
    offset: int

    @property
    def hour(self) -> int:
        """From 0 to 23."""
        return self.second_of_day // 3600

    @property
    def weekday(self) -> str:
        """Its English name. The first of January 1970 was a Thursday."""
        return _WEEKDAYS[(self.days + 3) % 7]


def _parts(pattern: str) -> Iterator[str]:
    """Texts in quotes, the same letter in a row, and what stands between them."""
    return (match[0] for match in re.finditer(r"''|'(?:[^']|'')*'?|([A-Za-z])\1*|[^A-Za-z']+", pattern))


def _formatted(part: str, fields: _Fields) -> str:
    if part[0] == "'":
        if part == "''":
            return "'"
        if len(part) == 1 or part[-1] != "'":
            raise invalid("format", "unterminated literal '")
        return part[1:-1].replace("''", "'")
    if not (part[0].isascii() and part[0].isalpha()):
        return part
    verbs = _VERBS.get(part[0])
    write = verbs[0].get(len(part)) if verbs else None
    if write is None:
        hint = f": {verbs[1]}" if verbs else ""
        raise invalid("format", f"invalid date format verb {quote(part)}{hint}")
    return write(fields)


def _zone(fields: _Fields, at_zero: str, colon: str) -> str:
    return _offset_text(fields.offset, colon) if fields.offset or not at_zero else at_zero


# For each letter, what it stands for when written so many times in a row, and what to write instead of another number.
_VERBS: dict[str, tuple[dict[int, Callable[[_Fields], str]], str]] = {
    "Y": ({2: lambda at: f"{at.year % 100:02d}", 4: lambda at: f"{at.year:04d}"}, 'year must either be "YY" or "YYYY"'),
    "M": (
        {
            1: lambda at: str(at.month),
            2: lambda at: f"{at.month:02d}",
            3: lambda at: _MONTHS[at.month - 1][:3],
            4: lambda at: _MONTHS[at.month - 1],
        },
        'month must be "M", "MM", "MMM", or "MMMM"',
    ),
    "D": ({1: lambda at: str(at.day), 2: lambda at: f"{at.day:02d}"}, 'day of month must either be "D" or "DD"'),
    "E": ({3: lambda at: at.weekday[:3], 4: lambda at: at.weekday}, 'day of week must either be "EEE" or "EEEE"'),
    "h": ({1: lambda at: str(at.hour), 2: lambda at: f"{at.hour:02d}"}, '24-hour must either be "h" or "hh"'),
    "H": (
        {1: lambda at: str(at.hour % 12 or 12), 2: lambda at: f"{at.hour % 12 or 12:02d}"},
        '12-hour must either be "H" or "HH"',
    ),
    "A": ({2: lambda at: "AM" if at.hour < 12 else "PM"}, 'must be "AA"'),
    "a": ({2: lambda at: "am" if at.hour < 12 else "pm"}, 'must be "aa"'),
    "m": (
        {1: lambda at: str(at.second_of_day // 60 % 60), 2: lambda at: f"{at.second_of_day // 60 % 60:02d}"},
        'minute must either be "m" or "mm"',
    ),
    "s": (
        {1: lambda at: str(at.second_of_day % 60), 2: lambda at: f"{at.second_of_day % 60:02d}"},
        'second must either be "s" or "ss"',
    ),
    "Z": (
        {
            1: lambda at: _zone(at, "Z", ":"),
            3: lambda at: _zone(at, "UTC", ""),
            4: lambda at: _zone(at, "", ""),
            5: lambda at: _zone(at, "", ":"),
        },
        "timezone must be Z, ZZZZ, or ZZZZZ",
    ),
}


def _timeadd(moment: Value, duration: Value) -> Value:
    time = _parsed(moment.content)
    added = _duration(duration.content)
    if time.offset is not None:
        # Go looks whether the offset is that of the machine's own zone just then, and counts in that zone if it is.
        return pending(STRING, "timeadd() to a time with an offset, which depends on the time zone of the machine")
    seconds = time.seconds + (time.nanoseconds + added) // _SECOND
    year, month, day = _date(seconds // _DAY)
    clock = seconds % _DAY
    shown = f"{year:04d}" if year >= 0 else f"-{-year:04d}"
    return string(f"{shown}-{month:02d}-{day:02d}T{clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d}Z")


_UNITS = {"ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": _SECOND, "m": 60 * _SECOND, "h": 3600 * _SECOND}


def _duration(text: str) -> int:
    """Nanoseconds. Raises `Problem` as Go's `ParseDuration` refuses a text."""
    wrong = Problem(f"time: invalid duration {quote(text)}")
    body = text[1:] if text[:1] in ("+", "-") else text
    if body == "0":
        return 0
    if not body:
        raise wrong
    found = 0
    while body:
        match = re.match(r"([0-9]*)(\.([0-9]*))?", body)
        assert match is not None, "all of it may be empty"
        whole, _, part = match.groups()
        if not whole and not part:
            raise wrong
        body = body[match.end() :]
        unit = re.match(r"[^.0-9]*", body)
        name = unit[0] if unit else ""
        if not name:
            raise Problem(f"time: missing unit in duration {quote(text)}")
        if name not in _UNITS:
            raise Problem(f"time: unknown unit {quote(name)} in duration {quote(text)}")
        body = body[len(name) :]
        # More digits than make a difference are not looked at.
        found += int((whole or "0")[:40]) * _UNITS[name] + _part_of(part or "", _UNITS[name])
        if found > _LONGEST:
            raise wrong
    if text[0] == "-":
        return -found
    if found == _LONGEST:
        raise wrong
    return found


def _part_of(digits: str, unit: int) -> int:
    """A fraction of a unit, cut to whole nanoseconds, with the rounding that Go's floats have."""
    value, scale = 0, 1.0
    for digit in digits:
        if value * 10 + int(digit) > _LONGEST:
            break
        value = value * 10 + int(digit)
        scale *= 10
    return int(float(value) * (float(unit) / scale))


def _timecmp(one: Value, other: Value) -> Value:
    first = _parsed_argument("timestamp_a", one, is_strict=False)
    second = _parsed_argument("timestamp_b", other, is_strict=False)
    moments = ((first.seconds, first.nanoseconds), (second.seconds, second.nanoseconds))
    return from_int((moments[0] > moments[1]) - (moments[0] < moments[1]))


FUNCTIONS = named(
    Function("formatdate", (Parameter("format", STRING), Parameter("time", STRING)), _formatdate, STRING),
    Function("timeadd", (Parameter("timestamp", STRING), Parameter("duration", STRING)), _timeadd, STRING),
    Function("timecmp", (Parameter("timestamp_a", STRING), Parameter("timestamp_b", STRING)), _timecmp, NUMBER),
)
