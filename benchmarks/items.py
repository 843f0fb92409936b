"""Generates items of the products table that are as different as real ones, for measurements."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Raw
from msgspec.json import encode

_WORDS = (
    *("chair", "table", "lamp", "shelf", "mug", "plate", "bottle", "bag", "shirt", "jacket", "shoe", "watch", "phone", "cable", "speaker"),
    *("keyboard", "mouse", "monitor", "camera", "wooden", "steel", "leather", "cotton", "glass", "classic", "modern", "slim", "large"),
    *("small", "light", "heavy", "red", "blue", "green", "black", "white", "for", "kitchen", "office", "garden"),
)
_CATEGORIES = ("electronics", "books", "garden", "toys", "café", "office", "kitchen", "sports")
_FIRST, _LAST = 1_577_836_800, 1_767_225_600


def write_items(path: Path, size: int, form: str) -> Path:
    """Write items until the file has that many bytes: `dynamodb`, `plain`, `array`, or `export` compressed with gzip."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with gzip.open(unfinished, "wb", compresslevel=6) if form == "export" else unfinished.open("wb") as file:
            _write(file, size, form)  # type: ignore[arg-type]
        unfinished.rename(path)
    return path


def _write(file: BinaryIO, size: int, form: str) -> None:
    written = file.write(b"[") if form == "array" else 0
    for number, item in enumerate(_items()):
        separator = b",\n" if form == "array" and number else b""
        written += file.write(separator + encode(_as(item, form)) + (b"" if form == "array" else b"\n"))
        if written >= size:
            break
    if form == "array":
        file.write(b"]")


def _as(item: dict[str, Any], form: str) -> Any:
    if form == "export":
        return {"Item": item}
    if form == "plain":
        return {name: Raw(value["N"].encode()) if "N" in value else value["S"] for name, value in item.items()}
    return item


def _items() -> Iterator[dict[str, Any]]:
    draw = random.Random(24)
    number = 0
    while True:
        number += draw.randrange(1, 9)
        item: dict[str, Any] = {"id": {"N": str(number)}, "title": {"S": _text(draw, 2, 6).title()}}
        item["path"] = {"S": f"https://shop-images.s3.eu-west-1.amazonaws.com/{number % 1000}/{draw.getrandbits(64):016x}.jpg"}
        if draw.random() < 0.8:
            item["description"] = {"S": _text(draw, 5, 40)}
        if draw.random() < 0.9:
            item["price"] = {"N": f"{draw.randrange(99, 99_999) / 100:.2f}"}
        if draw.random() < 0.95:
            item["category"] = {"S": draw.choice(_CATEGORIES)}
        created = draw.randrange(_FIRST, _LAST)
        item["created_at"] = {"S": _time(created)}
        item["updated_at"] = {"S": _time(draw.randrange(created, _LAST))}
        yield item


def _text(draw: random.Random, least: int, most: int) -> str:
    return " ".join(draw.choices(_WORDS, k=draw.randrange(least, most)))


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
