"""The decision on one item: what DynamoDB refuses to write, and what a contract demands besides."""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.json import encode

from dyncheck.item_schema import ItemAttribute, ItemDemand, long_form
from dyncheck.items.numbers import InvalidNumber, Number, parsed
from dyncheck.items.patterns import Answer, matches
from dyncheck.items.timestamps import is_timestamp

# Source of the limits: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
MOST_BYTES = 409_600
MOST_BYTES_OF_KEY = {"HASH": 2048, "RANGE": 1024}
MOST_BYTES_OF_NAME = 65_535
MOST_LEVELS = 32

# A time to live below is no time of this century, one above is in milliseconds or a smaller unit.
# Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
EARLIEST_SECONDS, LATEST_SECONDS = 10**9, 10**11

# The problems of one item that are listed.
MOST_PROBLEMS = 20

# The bytes that DynamoDB adds to a list or a map, and to each of its elements.
# Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
_OF_CONTAINER, _OF_ELEMENT = 3, 1

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

_MOST_SHOWN = 40

_WORDS = {
    "S": "a text (S)",
    "N": "a number (N)",
    "B": "binary data (B)",
    "BOOL": "true or false (BOOL)",
    "NULL": "null (NULL)",
    "M": "a map (M)",
    "L": "a list (L)",
    "SS": "a set of texts (SS)",
    "NS": "a set of numbers (NS)",
    "BS": "a set of binary data (BS)",
}
_ROLES = {"HASH": "Partition key", "RANGE": "Sort key"}

Steps: TypeAlias = "tuple[str | int, ...]"

# What is demanded and by whom: `key` and `value` are what DynamoDB refuses; it accepts what is against `time-to-live` and `schema`.
ItemProblemKind: TypeAlias = Literal["value", "key", "time-to-live", "schema", "unknown"]


class KeyAttribute(Struct, frozen=True):
    """An attribute of a key: its type (S, N or B), its role (HASH or RANGE), and the index that has the key, empty for the table."""

    name: str
    type: str
    role: str
    index: str = ""


class Demands(Struct, frozen=True):
    """All that an item is held against: the keys of the table and its indexes, its time to live, and the contract's attributes."""

    keys: tuple[KeyAttribute, ...] = ()
    time_to_live: str = ""
    attributes: Mapping[str, ItemDemand] = {}


class ItemProblem(Struct, frozen=True):
    """One reason why an item is refused, or does not meet its contract.

    `path` is that of the value as DynamoDB writes it, such as `lines[2].price`; it is empty for the item. `attribute` is the first step of
    it, `inside` the rest. `found` describes the value without showing it, `value` shows the start of it. The kind `unknown` says that the
    value is not known, `found` says why.
    """

    kind: ItemProblemKind
    path: str
    summary: str
    found: str = ""
    expected: str = ""
    value: str | None = None
    attribute: str = ""
    inside: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether DynamoDB refuses to write the item."""
        return self.kind in ("value", "key")


class Undetermined(Struct, frozen=True):
    """Stands in an item for a value that is not known, and says why."""

    why: str


def problems_of_item(item: object, demands: Demands) -> tuple[ItemProblem, ...]:
    """The problems of an item in DynamoDB JSON, such as `{"id": {"N": "1"}}`, at most `MOST_PROBLEMS` of them."""
    return tuple(_Judge(demands).judge(item))


def size_of_item(item: Mapping[str, Any]) -> int:
    """The bytes of a valid item, as DynamoDB counts them: its names and values.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    judge = _Judge(Demands())
    judge.judge(item)
    return judge.size


def meets(value: object, demand: ItemDemand) -> bool:
    """Whether a valid value of an attribute is what a contract demands."""
    judge = _Judge(Demands())
    judge._demanded(value, long_form(demand), ())
    return not judge._problems


def dotted(steps: Sequence[str | int]) -> str:
    """A path as DynamoDB writes it; a name of other characters than letters, digits, - and _ is in quotes.

    >>> dotted(("lines", 2, "unit price"))
    'lines[2]."unit price"'
    """
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if _PLAIN_NAME.fullmatch(step) else quoted(step))
    return text


class _Judge:
    """Collects the problems of one item."""

    def __init__(self, demands: Demands) -> None:
        self._demands = demands
        self._problems: list[ItemProblem] = []
        self.size = 0
        self._is_certain = True

    def judge(self, item: object) -> list[ItemProblem]:
        if isinstance(item, Undetermined):
            self._unknown((), item)
            return self._problems
        if not isinstance(item, dict):
            self._add("value", (), "Item is not an object", found=_kind(item), expected="an object with attributes")
            return self._problems
        for name, value in item.items():
            self.size += self._name((name,)) + self._value(value, (name,), 1)
        if self.size > MOST_BYTES:
            self._add("value", (), "Item is too large", found=f"{self.size:,} bytes", expected=f"at most {MOST_BYTES:,} bytes")
        self._keys(item)
        self._time_to_live(item)
        self._attributes(item, self._demands.attributes, ())
        return self._problems[:MOST_PROBLEMS]

    def _add(
        self, kind: ItemProblemKind, path: Steps, summary: str, *, found: str = "", expected: str = "", value: str | None = None
    ) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            attribute = str(path[0]) if path else ""
            inside = dotted(path)[len(dotted(path[:1])) :]
            self._problems.append(ItemProblem(kind, dotted(path), summary, found, expected, value, attribute, inside))

    def _unknown(self, path: Steps, value: Undetermined) -> None:
        self._add("unknown", path, "Value cannot be determined", found=value.why)

    # What DynamoDB accepts as a value. Each method returns the bytes of the value.

    def _name(self, path: Steps) -> int:
        name = path[-1]
        assert isinstance(name, str)
        size = len(_utf8(name))
        if not size:
            self._add("value", path, "Name of an attribute is empty")
        elif size > MOST_BYTES_OF_NAME:
            self._add(
                "value",
                path,
                "Name of an attribute is too long",
                found=f"{size:,} bytes",
                expected=f"at most {MOST_BYTES_OF_NAME:,} bytes",
            )
        return size

    def _value(self, value: object, path: Steps, level: int) -> int:
        if isinstance(value, Undetermined):
            self._unknown(path, value)
            return 0
        if not isinstance(value, dict) or len(value) != 1:
            found = f"{len(value)} keys" if isinstance(value, dict) else _kind(value)
            self._add("value", path, "Invalid value", found=found, expected='one type and its value, such as {"S": "text"}')
            return 0
        ((kind, content),) = value.items()
        check = _CHECKS.get(kind)
        if check is None:
            self._add("value", path, "Type of a value does not exist", expected=", ".join(_WORDS), value=_shown(str(kind)))
            return 0
        if isinstance(content, Undetermined):
            # Every text is valid. What else is demanded of it is read where that is demanded.
            if kind != "S":
                self._unknown(path, content)
            return 0
        # The last level is for a value without others in it; even an empty list is refused there.
        if level >= MOST_LEVELS and kind in ("M", "L"):
            self._add("value", path, "Value is nested too deeply", expected=f"at most {MOST_LEVELS} levels")
            return 0
        return check(self, content, path, level)

    def _text(self, content: object, path: Steps, _level: int) -> int:
        if isinstance(content, str):
            return len(_utf8(content))
        return self._wrong_json(path, content, "a text")

    def _number(self, content: object, path: Steps, _level: int) -> int:
        found = self._parsed(content, path)
        return found.size if found else 0

    def _parsed(self, content: object, path: Steps) -> Number | None:
        if not isinstance(content, str):
            self._wrong_json(path, content, "a number in quotes")
            return None
        try:
            return parsed(content)
        except InvalidNumber as reason:
            expected = "a number of at most 38 significant digits, from 1E-130 to 9.99E+125"
            self._add("value", path, f"Value {reason}", expected=expected, value=_shown(content))
            return None

    def _binary(self, content: object, path: Steps, _level: int) -> int:
        found = self._decoded(content, path)
        return len(found) if found else 0

    def _decoded(self, content: object, path: Steps) -> bytes | None:
        if not isinstance(content, str):
            self._wrong_json(path, content, "a text in base64")
            return None
        found = base64_bytes(content)
        if found is None:
            self._add("value", path, "Binary data is not in base64")
        return found

    def _bool(self, content: object, path: Steps, _level: int) -> int:
        return 1 if isinstance(content, bool) else self._wrong_json(path, content, "true or false")

    def _null(self, content: object, path: Steps, _level: int) -> int:
        return 1 if content is True else self._wrong_json(path, content, "true")

    def _map(self, content: object, path: Steps, level: int) -> int:
        if not isinstance(content, dict):
            return self._wrong_json(path, content, "an object")
        size = _OF_CONTAINER
        for name, value in content.items():
            inner = (*path, name)
            size += _OF_ELEMENT + self._name(inner) + self._value(value, inner, level + 1)
        return size

    def _list(self, content: object, path: Steps, level: int) -> int:
        if not isinstance(content, list):
            return self._wrong_json(path, content, "an array")
        return _OF_CONTAINER + sum(_OF_ELEMENT + self._value(value, (*path, at), level + 1) for at, value in enumerate(content))

    def _texts(self, content: object, path: Steps, level: int) -> int:
        return self._set(content, path, lambda member, at: member if isinstance(member, str) else self._no_text(member, at, level))

    def _no_text(self, member: object, path: Steps, level: int) -> None:
        self._text(member, path, level)

    def _numbers(self, content: object, path: Steps, _level: int) -> int:
        return self._set(content, path, self._parsed)

    def _binaries(self, content: object, path: Steps, _level: int) -> int:
        return self._set(content, path, self._decoded)

    def _set(self, content: object, path: Steps, read: Any) -> int:
        if not isinstance(content, list):
            return self._wrong_json(path, content, "an array")
        if not content:
            self._add("value", path, "Set is empty", expected="at least one member")
        seen: set[object] = set()
        size = 0
        for at, member in enumerate(content):
            if isinstance(member, Undetermined):
                self._unknown((*path, at), member)
                continue
            found = read(member, (*path, at))
            if found is None:
                continue
            if found in seen:
                self._add("value", (*path, at), "Set has a member twice", value=_shown(str(member)))
            seen.add(found)
            size += found.size if isinstance(found, Number) else len(_utf8(found) if isinstance(found, str) else found)
        return size

    def _wrong_json(self, path: Steps, content: object, expected: str) -> int:
        self._add("value", path, "Value does not fit its type", found=_kind(content), expected=expected)
        return 0

    # The keys of the table and of its indexes.

    def _keys(self, item: Mapping[str, object]) -> None:
        for name, uses in _by_name(self._demands.keys).items():
            if name not in item:
                for use in uses:
                    if not use.index:
                        self._add("key", (name,), f"{_ROLES[use.role]} {quoted(name)} is missing", expected=_WORDS.get(use.type, use.type))
                continue
            kind, content = _type_of(item[name])
            for use in uses:
                if not kind or self._key(use, kind, content):
                    break

    def _key(self, use: KeyAttribute, kind: str, content: object) -> bool:
        """Whether there is a problem with a value as the key of the table or of an index."""
        label = _ROLES[use.role] + (f" of index {quoted(use.index)}" if use.index else "")
        if kind != use.type:
            self._add("key", (use.name,), f"{label} has the wrong type", found=_WORDS[kind], expected=_WORDS.get(use.type, use.type))
            return True
        if isinstance(content, Undetermined) and kind == "S":
            self._unknown((use.name,), content)
            return True
        if kind == "N" or not isinstance(content, str):
            return False
        size = len(_utf8(content)) if kind == "S" else len(base64_bytes(content) or b"")
        most = MOST_BYTES_OF_KEY[use.role]
        if not content:
            self._add("key", (use.name,), f"{label} is empty", expected="at least one byte")
        elif size > most:
            self._add("key", (use.name,), f"{label} is too long", found=f"{size:,} bytes", expected=f"at most {most:,} bytes")
        return not content or size > most

    def _time_to_live(self, item: Mapping[str, object]) -> None:
        name = self._demands.time_to_live
        kind, content = _type_of(item.get(name))
        if not kind:
            return
        if kind != "N":
            demand = self._demands.attributes.get(name)
            if demand is None or kind not in long_form(demand).types:
                summary = "Time to live is not a number, so the item never expires"
                self._add("time-to-live", (name,), summary, found=_WORDS[kind], expected="a number of seconds since 1970 (N)")
            return
        self._seconds("time-to-live", (name,), content)

    def _seconds(self, kind: ItemProblemKind, path: Steps, content: object) -> None:
        why = _why_no_seconds(content) if isinstance(content, str) else ""
        if why:
            self._add(kind, path, f"Time {why}", expected="seconds since 1970, such as 1704153600", value=_shown(str(content)))

    # What the contract demands.

    def _attributes(self, item: Mapping[str, object], demands: Mapping[str, ItemDemand], path: Steps) -> None:
        for name, demand in demands.items():
            inner = (*path, name)
            if name in item:
                self._demanded(item[name], long_form(demand), inner)
            elif isinstance(demand, ItemAttribute) and demand.required and not self._is_reported(inner):
                self._add("schema", inner, f"Required attribute {quoted(name)} is missing", expected=_in_words(demand.types))

    def _is_reported(self, path: Steps) -> bool:
        text = dotted(path)
        return any(each.path == text and each.kind != "schema" for each in self._problems)

    def _demanded(self, value: object, demand: ItemAttribute, path: Steps) -> None:
        kind, content = _type_of(value)
        if not kind:
            return
        if kind not in demand.types:
            if not self._is_reported(path):
                self._add("schema", path, "Attribute has the wrong type", found=_WORDS[kind], expected=_in_words(demand.types))
            return
        if kind == "S":
            self._demanded_text(content, demand, path)
        elif kind == "N" and demand.format == "epoch-seconds" and not self._is_reported(path):
            self._seconds("schema", path, content)
        elif kind == "SS" and demand.pattern and isinstance(content, list):
            for at, member in enumerate(content):
                self._demanded_text(member, demand, (*path, at))
        elif kind == "M" and demand.attributes and isinstance(content, dict):
            self._attributes(content, demand.attributes, path)
        elif kind == "L" and demand.elements and isinstance(content, list):
            elements = long_form(demand.elements)
            for at, element in enumerate(content):
                self._demanded(element, elements, (*path, at))

    def _demanded_text(self, content: object, demand: ItemAttribute, path: Steps) -> None:
        if isinstance(content, Undetermined) and (demand.format or demand.pattern):
            self._unknown(path, content)
        if not isinstance(content, str):
            return
        if self._is_reported(path):
            return
        if demand.format == "timestamp" and not is_timestamp(content):
            expected = "a time such as 2024-01-01T00:00:00Z"
            self._add("schema", path, "Attribute is not an ISO 8601 timestamp", expected=expected, value=_shown(content))
        if demand.pattern is None:
            return
        answer = matches(demand.pattern, content)
        if answer is Answer.NO:
            expected = f"the regular expression {encode(demand.pattern).decode()}"
            self._add("schema", path, "Attribute does not match its pattern", expected=expected, value=_shown(content))
        elif answer is Answer.UNSURE:
            why = f"the regular expression {encode(demand.pattern).decode()} takes too long on this text"
            self._add("unknown", path, "Value cannot be determined", found=why)


_CHECKS = {
    "S": _Judge._text,
    "N": _Judge._number,
    "B": _Judge._binary,
    "BOOL": _Judge._bool,
    "NULL": _Judge._null,
    "M": _Judge._map,
    "L": _Judge._list,
    "SS": _Judge._texts,
    "NS": _Judge._numbers,
    "BS": _Judge._binaries,
}


def base64_bytes(text: str) -> bytes | None:
    """The bytes of a text in base64, None for another text."""
    # Only Python 3.11 and later can refuse other characters by themselves.
    if len(text) % 4 or not re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text):
        return None
    return a2b_base64(text)


def _by_name(keys: tuple[KeyAttribute, ...]) -> dict[str, list[KeyAttribute]]:
    found: dict[str, list[KeyAttribute]] = {}
    for key in keys:
        found.setdefault(key.name, []).append(key)
    return found


def _type_of(value: object) -> tuple[str, object]:
    """The type of a value and its content; an empty type where it is not one of DynamoDB's, or not known."""
    if isinstance(value, dict) and len(value) == 1:
        ((kind, content),) = value.items()
        if kind in _CHECKS:
            return kind, content
    return "", None


def _why_no_seconds(text: str) -> str:
    """What is wrong with a number as a time in seconds, as the rest of a sentence; empty for a time, and for 0, which never expires."""
    try:
        number = parsed(text)
    except InvalidNumber:
        return ""
    if not number.digits:
        return ""
    if number.is_negative or number.exponent < len(str(EARLIEST_SECONDS)):
        return "is before the year 2002, so it is probably a duration"
    if number.exponent >= len(str(LATEST_SECONDS)):
        return "is after the year 5000, so it is probably in milliseconds"
    return ""


def _in_words(types: Sequence[str]) -> str:
    *most, last = (_WORDS[each] for each in types)
    return f"{', '.join(most)} or {last}" if most else last


def _kind(value: object) -> str:
    """The kind of a JSON value in words."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    kinds = ((str, "a text"), (int | float, "a number"), (dict, "an object"), (list, "an array"))
    return next((words for kind, words in kinds if isinstance(value, kind)), "another value")


def quoted(text: str) -> str:
    """A text in double quotes."""
    return encode(_shown(text)).decode()


def _shown(text: str) -> str:
    """The start of a text, which may be long."""
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def demanded_keys(table: Iterator[KeyAttribute]) -> tuple[KeyAttribute, ...]:
    """The keys, those of the table before those of indexes."""
    return tuple(sorted(table, key=lambda key: bool(key.index)))
