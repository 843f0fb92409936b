"""The files of an export of a table to S3, in a directory.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from dyncheck.errors import InputError

FILES, SUMMARY = "manifest-files.json", "manifest-summary.json"

_ENDINGS = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
_MOST_BYTES = 100_000_000


class ItemFile(Struct, frozen=True):
    """A file with items, and how many entries its export says that it has; None where nothing says that."""

    path: str
    entries: int | None = None


def files_of(path: str) -> tuple[ItemFile, ...]:
    """The files of a path: the file itself, or those of an export or of a directory. Raises `InputError` where there are none."""
    if os.path.basename(path) in (FILES, SUMMARY) and os.path.isfile(path):
        path = os.path.dirname(path) or "."
    if not os.path.isdir(path):
        return (ItemFile(path),)
    exports = [each for each in (path, *_directories(os.path.join(path, "AWSDynamoDB"))) if os.path.isfile(os.path.join(each, FILES))]
    found = tuple(file for each in exports for file in _of_export(each))
    if not exports:
        found = tuple(ItemFile(os.path.join(path, name)) for name in sorted(os.listdir(path)) if name.endswith(_ENDINGS))
    if not found:
        raise InputError(f"{path} has no export with {FILES}, and no file that ends in {', '.join(_ENDINGS)}.", kind="nothing-to-check")
    return found


def _directories(path: str) -> list[str]:
    return sorted(entry.path for entry in os.scandir(path) if entry.is_dir()) if os.path.isdir(path) else []


def _of_export(directory: str) -> Iterator[ItemFile]:
    summary = next(_objects(os.path.join(directory, SUMMARY)), {}) if os.path.isfile(os.path.join(directory, SUMMARY)) else {}
    form = summary.get("outputFormat", "DYNAMODB_JSON")
    if form != "DYNAMODB_JSON":
        raise InputError(f"{directory} is an export in the format {form}. Export the table as DYNAMODB_JSON.", kind="unsupported")
    for entry in _objects(os.path.join(directory, FILES)):
        key, count = entry.get("dataFileS3Key"), entry.get("itemCount")
        if not isinstance(key, str):
            raise InputError(f"{os.path.join(directory, FILES)} has an entry without dataFileS3Key.", kind="invalid")
        # The key has the prefix of the bucket, which no copy has. Nothing outside the export is read.
        name = os.path.basename(key)
        yield ItemFile(os.path.join(directory, "data", name), count if isinstance(count, int) else None)


def _objects(path: str) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON Lines, or the only one of a file of JSON."""
    with open(path, "rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise InputError(f"{path} has more than {_MOST_BYTES:,} bytes.", kind="limit", path=path)
    try:
        yield from msgspec.json.Decoder(dict[str, Any]).decode_lines(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{path} is not a manifest of an export: {error}.", kind="syntax", path=path) from None
