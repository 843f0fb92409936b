"""The sample items of the specification pass, and every single change that breaks a demand is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from msgspec.json import decode, encode

from dyncheck.catalog.contracts import built_in
from dyncheck.checking.items import demands_of
from dyncheck.items.checking import ItemCheck, ItemFinding
from dyncheck.items.judging import MOST_BYTES, ItemProblem, problems_of_item

SAMPLES = Path(__file__).parent / "samples"
CONTRACTS = {contract.table: contract for contract in built_in()}
DEMANDS = {name: demands_of(contract) for name, contract in CONTRACTS.items()}

Item: TypeAlias = dict[str, Any]

# One valid value of every type.
VALUES: dict[str, Any] = {
    "S": "text",
    "N": "7",
    "B": "Yg==",
    "BOOL": True,
    "NULL": True,
    "M": {},
    "L": [],
    "SS": ["a"],
    "NS": ["1"],
    "BS": ["Yg=="],
}
# The attributes that the specification marks as optional.
OPTIONAL = {"description", "price", "category"}
# Values of the right type that no attribute may have, and those that some may not.
INVALID: dict[str, tuple[Any, ...]] = {"S": (1, None, ["a"]), "N": (1, "", "one", "NaN", "1" * 39, "1e126", "1e-131", " 1", "0x1", "1_0")}
NOT_TIMESTAMPS = ("", "2024-01-01", "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "yesterday", "1704067200", "2024-01-01T25:00:00Z")
NOT_URLS = (
    "",
    "image.jpg",
    "http://bucket.s3.region.amazonaws.com/image.jpg",
    "https://example.com/image.jpg",
    "s3://bucket",
    "s3:///image",
)
NOT_SECONDS = ("1704153600000", "3600", "-1", "1704153600000000")
NO_VALUES: tuple[Any, ...] = ({}, {"S": "a", "N": "1"}, {"X": "a"}, {"s": "a"}, "a", 1, None, [])


def sample(name: str) -> Item:
    item: Item = decode((SAMPLES / f"{name}.json").read_bytes())
    return item


def changes(name: str) -> Iterator[tuple[str, Item]]:
    """Every item that breaks one demand, with the attribute."""
    item = sample(name)
    contract = CONTRACTS[name]
    for attribute, value in item.items():
        ((kind, _),) = value.items()
        others = {key: other for key, other in item.items() if key != attribute}
        if attribute not in OPTIONAL:
            yield attribute, others
        wrong = [{other: content} for other, content in VALUES.items() if other != kind]
        wrong += [{kind: content} for content in INVALID[kind]]
        wrong += NO_VALUES
        if attribute.endswith("_at") and kind == "S":
            wrong += [{"S": content} for content in NOT_TIMESTAMPS]
        if attribute == "path":
            wrong += [{"S": content} for content in NOT_URLS]
        if contract.time_to_live and attribute == contract.time_to_live.attribute:
            wrong += [{"N": content} for content in NOT_SECONDS]
        if attribute == "category":
            wrong += [{"S": ""}, {"S": "é" * 1025}]
        if attribute == "session_id":
            wrong += [{"S": ""}, {"S": "é" * 1025}]
        yield from ((attribute, item | {attribute: each}) for each in wrong)
    yield "", item | {"": {"S": "a"}}
    yield "other", item | {"other": {"SS": []}}
    yield "", item | {"other": {"S": "a" * MOST_BYTES}}


CHANGES = [(name, attribute, item) for name in CONTRACTS for attribute, item in changes(name)]


def problems(name: str, text: bytes) -> list[ItemProblem]:
    """The problems of a text of items, as the command finds them."""
    found = list(ItemCheck(DEMANDS[name], is_plain=False).findings(iter([text]), "items.json"))
    assert all(isinstance(each, ItemFinding) for each in found)
    return [each.problem for each in found if isinstance(each, ItemFinding)]


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_sample_item_of_the_specification_has_no_problem(name: str) -> None:
    assert problems_of_item(sample(name), DEMANDS[name]) == ()
    assert problems(name, (SAMPLES / f"{name}.json").read_bytes()) == []


def test_every_single_change_that_breaks_a_demand_is_found() -> None:
    missed = [(name, attribute, item) for name, attribute, item in CHANGES if not problems_of_item(item, DEMANDS[name])]
    assert missed == [], f"{len(missed)} of {len(CHANGES)} changes are not found. Correct items/judging.py or the contract."
    elsewhere = [
        (attribute, found)
        for name, attribute, item in CHANGES
        for found in problems_of_item(item, DEMANDS[name])
        if found.attribute != attribute
    ]
    assert elsewhere == []


def test_a_file_with_changed_items_among_right_ones_has_the_same_problems() -> None:
    for name in CONTRACTS:
        changed = [item for of, _, item in CHANGES if of == name]
        lines = [each for item in changed for each in (sample(name), item, sample(name))]
        expected = [problem for item in lines for problem in problems_of_item(item, DEMANDS[name])]
        assert problems(name, b"\n".join(map(encode, lines))) == expected
        assert problems(name, encode(lines)) == expected


@pytest.mark.parametrize(
    ("name", "attribute", "value"),
    [
        ("products", "price", {"N": "0"}),
        ("products", "price", {"N": "-1.5E+3"}),
        ("products", "description", {"S": ""}),
        ("products", "path", {"S": "s3://bucket/image.jpg"}),
        ("products", "created_at", {"S": "2024-02-29T23:59:60.123+02:00"}),
        ("products", "stock", {"M": {"Vienna": {"L": [{"N": "1"}, {"NULL": True}]}}}),
        ("sessions", "data", {"S": ""}),
    ],
)
def test_a_change_that_breaks_no_demand_has_no_problem(name: str, attribute: str, value: Item) -> None:
    assert problems_of_item(sample(name) | {attribute: value}, DEMANDS[name]) == ()
