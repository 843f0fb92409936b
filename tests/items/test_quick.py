"""The quick way accepts no item that the slow way refuses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.json import encode

from dyncheck.item_schema import ItemAttribute
from dyncheck.items.checking import ItemCheck, ItemFinding
from dyncheck.items.forms import decoded, typed
from dyncheck.items.judging import Demands, ItemProblem, KeyAttribute, problems_of_item
from dyncheck.items.quick import TIMESTAMPS
from dyncheck.items.timestamps import is_timestamp

DEMANDS = Demands(
    (KeyAttribute("pk", "S", "HASH"), KeyAttribute("sk", "N", "RANGE"), KeyAttribute("status", "S", "HASH", "ByStatus")),
    "expires",
    {
        "sk": "N",
        "day": ItemAttribute("S", required=True, format="timestamp"),
        "code": ItemAttribute("S", pattern="[A-Z]{2}-[0-9]+"),
        "note": ("S", "NULL"),
        "flag": "BOOL",
        "lines": ItemAttribute("L", elements=ItemAttribute("M", attributes={"count": "N"})),
        "expires": "N",
    },
)
SEEDS = range(12)
PLAIN_NAMES = ("pk", "sk", "day", "expires", "code", "new")

TEXTS: tuple[str, ...] = (
    "",
    "a",
    "A-1",
    "AB-1",
    "AB-1\n",
    "AB-1\nAB-2",
    "2024-01-01T00:00:00Z",
    "2024-02-29T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "é" * 600,
)
TEXTS += ("2024-01-01T00:00:00Z\n2024-01-01T00:00:00Z", "\0", "1\n2", "x" * 1_100)
NUMBERS: tuple[str, ...] = (
    "1",
    "-1",
    "0",
    "1.50",
    "1\n2",
    "",
    "1e3",
    "1" * 38,
    "1" * 39,
    "1704153600",
    "1704153600000",
    "3600",
    "٣",
    "+1",
    "0x1",
    " 1",
    "NaN",
)


def value(draw: random.Random, level: int = 0) -> Any:
    """A value in DynamoDB JSON, which may be invalid."""
    kind = draw.choice(("S", "S", "N", "N", "BOOL", "NULL", "B", "SS", "NS", "M", "L", "X"))
    inner = level < 2
    content: Any = {
        "S": draw.choice(TEXTS),
        "N": draw.choice(NUMBERS),
        "BOOL": draw.choice((True, False, "true", 1)),
        "NULL": draw.choice((True, True, False)),
        "B": draw.choice(("Yg==", "", "b")),
        "SS": draw.choice((["a"], [], ["a", "a"])),
        "NS": draw.choice((["1"], ["1", "1.0"], ["a"])),
        "M": {draw.choice("abc"): value(draw, level + 1)} if inner else {},
        "L": [value(draw, level + 1)] if inner else [],
        "X": 1,
    }[kind]
    return draw.choice(({kind: content},) * 19 + ({kind: content, "S": "a"},))


def right(draw: random.Random) -> dict[str, Any]:
    item: dict[str, Any] = {"pk": {"S": "a"}, "sk": {"N": str(draw.randrange(100))}, "day": {"S": "2024-01-01T00:00:00Z"}}
    if draw.random() < 0.5:
        item |= {"status": {"S": "open"}, "flag": {"BOOL": True}, "expires": {"N": "1704153600"}}
    if draw.random() < 0.5:
        item |= {"code": {"S": "AB-1"}, "note": {"NULL": True}, "lines": {"L": [{"M": {"count": {"N": "1"}}}]}}
    return item | ({"other": {"S": "a"}} if draw.random() < 0.5 else {})


def items(seed: int) -> Iterator[dict[str, Any]]:
    """Items of which about every fourth has one change."""
    draw = random.Random(seed)
    for _ in range(100):
        item = right(draw)
        if draw.random() < 0.25:
            name = draw.choice(("pk", "sk", "day", "status", "code", "note", "flag", "lines", "expires", "other", "", "new"))
            item = {key: each for key, each in item.items() if key != name} if draw.random() < 0.2 else item | {name: value(draw)}
        yield item


def found(text: bytes, *, is_plain: bool) -> list[tuple[int, ItemProblem]]:
    findings = list(ItemCheck(DEMANDS, is_plain=is_plain).findings(iter([text]), "items.json"))
    assert all(isinstance(each, ItemFinding) for each in findings)
    return [(each.number, each.problem) for each in findings if isinstance(each, ItemFinding)]


def judged(every: list[dict[str, Any]]) -> list[tuple[int, ItemProblem]]:
    return [(number, problem) for number, item in enumerate(every, 1) for problem in problems_of_item(item, DEMANDS)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_file_has_the_problems_of_its_items(seed: int) -> None:
    every = list(items(seed))
    expected = judged(every)
    assert expected
    assert found(b"\n".join(map(encode, every)), is_plain=False) == expected
    assert found(encode(every), is_plain=False) == expected


PLAIN_VALUES: tuple[Any, ...] = (
    *TEXTS,
    1,
    -1,
    1.5,
    0,
    10**37,
    10**38,
    1e126,
    1704153600,
    1704153600000,
    3600,
    True,
    None,
    [],
    {},
    [1],
    {"a": None},
)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_file_of_plain_json_has_the_problems_of_its_items(seed: int) -> None:
    draw = random.Random(seed)
    every = []
    for _ in range(100):
        item: dict[str, Any] = {"pk": "a", "sk": draw.randrange(100), "day": "2024-01-01T00:00:00Z", "flag": True}
        every.append(item | ({draw.choice(PLAIN_NAMES): draw.choice(PLAIN_VALUES)} if draw.random() < 0.3 else {}))
    text = encode(every)
    expected = judged([typed(item, DEMANDS) for item in decoded(text)])
    assert expected
    assert found(text, is_plain=True) == expected
    assert found(b"\n".join(map(encode, every)), is_plain=True) == expected


def test_the_quick_pattern_matches_only_days_that_exist() -> None:
    days = [f"{year:04}-{month:02}-{day:02}T00:00:00Z" for year in (1900, 2000, 2023, 2024) for month in range(14) for day in range(33)]
    quick = {day for day in days if TIMESTAMPS.fullmatch(f"{day}\n")}
    right = set(filter(is_timestamp, days))
    assert quick <= right
    assert right - quick == {"2000-02-29T00:00:00Z"}
