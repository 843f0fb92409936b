"""Dates and times of RFC 3339: those of the standard library, with Terraform's rules.

Source: https://github.com/zclconf/go-cty/blob/main/cty/function/stdlib/datetime.go, and `Parse` and `ParseDuration` of Go's `time`
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from dyncheck.readers.hcl.functions.declaration import InvalidArgument, plain
from dyncheck.readers.hcl.language.numbers import Word
from dyncheck.readers.hcl.language.problems import UnsureError
from dyncheck.readers.hcl.language.quoting import quote
from dyncheck.readers.hcl.language.types import NUMBER, STRING
from dyncheck.readers.hcl.language.values import EvaluationError

# English names in every locale, unlike those of `strftime`.
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SECOND = 1_000_000_000
_LONGEST = 2**63
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:([.,])([0-9]+))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)


def _time(text: str, parameter: str, is_strict: bool = True) -> tuple[datetime, int, timedelta | None]:
    """The clock without parts of a second, these in nanoseconds, and the offset, None for `Z`. Terraform is not strict everywhere."""
    wrong = InvalidArgument(parameter, "not a valid RFC 3339 timestamp")
    match = _TIME.fullmatch(text)
    if match is None:
        raise wrong
    year, month, day, hour, minute, second, point, fraction, sign, *offset = match.groups()
    hours, minutes = (int(each or 0) for each in offset)
    is_loose = len(hour) == 1 or point == "," or hours > 23 or minutes > 59
    if hours > 24 or minutes > 60 or (is_strict and is_loose):
        raise wrong
    try:
        # The standard library has no year 0; its days are those of the year 2000.
        clock = datetime(int(year) or 2000, int(month), int(day), int(hour), int(minute), int(second))
    except ValueError:
        raise wrong from None
    if not int(year):
        raise UnsureError("a time in the year 0")
    ahead = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1) if sign else None
    return clock, int((fraction or "")[:9].ljust(9, "0")), ahead


def is_timestamp(text: str) -> bool:
    """Whether a text is a time of RFC 3339, by the loose rules of Go."""
    try:
        _time(text, "", is_strict=False)
    except UnsureError:
        return True
    except EvaluationError:
        return False
    return True


def _formatdate(pattern: str, moment: str) -> str:
    clock, _, offset = _time(moment, "time")
    parts = re.finditer(r"''|'(?:[^']|'')*'?|([A-Za-z])\1*|[^A-Za-z']+", pattern)
    return "".join(_formatted(part[0], clock, offset or timedelta()) for part in parts)


def _formatted(part: str, at: datetime, offset: timedelta) -> str:
    if part == "''":
        return "'"
    if part[0] == "'":
        if len(part) == 1 or part[-1] != "'":
            raise InvalidArgument("format", "unterminated literal '")
        return part[1:-1].replace("''", "'")
    if not (part[0].isascii() and part[0].isalpha()):
        return part
    numbers = {"M": at.month, "D": at.day, "h": at.hour, "H": at.hour % 12 or 12, "m": at.minute, "s": at.second}
    if part[0] in numbers and len(part) <= 2:
        return str(numbers[part[0]]).zfill(len(part))
    half = "AM" if at.hour < 12 else "PM"
    texts = {
        "YY": f"{at.year % 100:02d}",
        "YYYY": f"{at.year:04d}",
        "MMM": _MONTHS[at.month - 1][:3],
        "MMMM": _MONTHS[at.month - 1],
        "EEE": _WEEKDAYS[at.weekday()][:3],
        "EEEE": _WEEKDAYS[at.weekday()],
        "AA": half,
        "aa": half.lower(),
        "Z": _zone(offset, ":") if offset else "Z",
        "ZZZ": _zone(offset, "") if offset else "UTC",
        "ZZZZ": _zone(offset, ""),
        "ZZZZZ": _zone(offset, ":"),
    }
    if part not in texts:
        raise InvalidArgument("format", f"invalid date format verb {quote(part)}")
    return texts[part]


def _zone(offset: timedelta, colon: str) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02d}{colon}{minutes:02d}"


def _timeadd(moment: str, duration: str) -> str:
    try:
        clock, nanoseconds, offset = _time(moment, "timestamp")
    except InvalidArgument as problem:
        raise EvaluationError(str(problem)) from None
    added = _duration(duration)
    if offset is not None:
        # If the offset is that of the machine's own zone at that time, Go counts in that zone.
        raise UnsureError("a time with an offset, which depends on the time zone of the machine")
    try:
        return f"{(clock + timedelta(seconds=(nanoseconds + added) // _SECOND)).isoformat()}Z"
    except OverflowError:
        raise UnsureError("a time outside the years 1 to 9999") from None


_UNITS = {"ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": _SECOND, "m": 60 * _SECOND, "h": 3600 * _SECOND}
_TERM = re.compile(r"(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)(?![^.0-9])")


def _duration(text: str) -> int:
    """The nanoseconds of a text such as `1h30m`."""
    wrong = EvaluationError(f"invalid duration {quote(text)}")
    body = text[1:] if text[:1] in ("+", "-") else text
    found = position = 0
    while position < max(len(body), 1) and body != "0":
        match = _TERM.match(body, position)
        if match is None:
            raise wrong
        whole, fraction, unit = match.groups()
        if len(fraction or "") > 9:
            raise UnsureError("a duration with more than nine digits after a point, which Go rounds")
        # More digits make no difference.
        found += int(whole[:40] or 0) * _UNITS[unit] + int((fraction or "").ljust(9, "0")) * _UNITS[unit] // _SECOND
        position = match.end()
        if found > _LONGEST:
            raise wrong
    is_negative = text[:1] == "-"
    if found == _LONGEST and not is_negative:
        raise wrong
    return -found if is_negative else found


def _timecmp(one: str, other: str) -> Word:
    clock, nanoseconds, offset = _time(one, "timestamp_a", is_strict=False)
    other_clock, other_nanoseconds, other_offset = _time(other, "timestamp_b", is_strict=False)
    # Differences, because the moment itself may be in the year 0.
    difference = (clock - other_clock) - ((offset or timedelta()) - (other_offset or timedelta()))
    sign = difference // timedelta(seconds=1) * _SECOND + nanoseconds - other_nanoseconds
    return Word((sign > 0) - (sign < 0))


FUNCTIONS = (
    plain("formatdate", _formatdate, STRING, format=STRING, time=STRING),
    plain("timeadd", _timeadd, STRING, timestamp=STRING, duration=STRING),
    plain("timecmp", _timecmp, NUMBER, timestamp_a=STRING, timestamp_b=STRING),
)
