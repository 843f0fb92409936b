"""Files of items in every form: all items are read, with their lines, and what is no item is a problem of the run."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from dyncheck.catalog.contracts import built_in
from dyncheck.checking.items import ItemSettings, check_items
from dyncheck.checking.progress import Progress
from dyncheck.findings import Report
from dyncheck.items import blocks, streams
from dyncheck.rule import Severity
from tests.items.test_samples import sample

PRODUCTS = next(contract for contract in built_in() if contract.table == "products")
GOOD = sample("products")
BAD = {name: value for name, value in GOOD.items() if name != "title"}
PLAIN = {"id": 1, "title": "Lamp", "path": "s3://bucket/lamp.jpg", "price": 29.99, "created_at": "2024-01-01T00:00:00Z"}
PLAIN |= {"updated_at": "2024-01-01T00:00:00Z", "stock": {"Vienna": [1, None, True]}}
MANY = 3_000
WRONG_KEY = "Partition key has the wrong type: id is a text (S); expected a number (N)"


def lines(*items: Any, end: str = "\n") -> bytes:
    return "".join(json.dumps(item) + end for item in items).encode()


def report_of(path: Path, **settings: Any) -> Report:
    return check_items([str(path)], PRODUCTS, ItemSettings(Severity.ERROR, **settings), Progress())


def found(report: Report) -> list[tuple[str, int, str]]:
    """The findings: item, line and message."""
    return [(each.address, each.location.line if each.location else 0, each.message) for each in report.results]


def missing(number: int, line: int) -> tuple[str, int, str]:
    return f"item {number}", line, 'Required attribute "title" is missing; expected a text (S)'


ONE = json.dumps(GOOD, indent=2).encode()
TEXTS: dict[str, tuple[bytes, int, list[tuple[str, int, str]]]] = {
    "one item over several lines": (ONE, 1, []),
    "items over several lines, one after the other": (ONE + b"\n\n" + json.dumps(BAD, indent=2).encode(), 2, [missing(2, 28)]),
    "lines": (lines(GOOD, BAD, GOOD), 3, [missing(2, 2)]),
    "lines without an end": (lines(GOOD, BAD).rstrip(), 2, [missing(2, 2)]),
    "lines of Windows, with a byte order mark": (b"\xef\xbb\xbf" + lines(GOOD, BAD, end="\r\n"), 2, [missing(2, 2)]),
    "blank lines": (b"\n\n" + lines(GOOD) + b"  \n" + lines(BAD), 2, [missing(2, 5)]),
    "an array": (json.dumps([GOOD, BAD, GOOD]).encode(), 3, [missing(2, 1)]),
    "an array over several lines": (json.dumps([GOOD, BAD], indent=1).encode(), 2, [missing(2, 28)]),
    "an array of an item a line": (b"[\n" + b",\n".join(lines(each).strip() for each in (GOOD, BAD)) + b"\n]\n", 2, [missing(2, 3)]),
    "an answer of a scan": (json.dumps({"Items": [GOOD, BAD], "Count": 2}, indent=1).encode(), 2, [missing(2, 29)]),
    "an answer of GetItem": (json.dumps({"Item": BAD}).encode(), 1, [missing(1, 1)]),
    "an export": (lines({"Item": GOOD}, {"Item": BAD}), 2, [missing(2, 2)]),
    "an incremental export": (
        lines({"Metadata": {}, "Keys": {"id": {"N": "1"}}, "NewImage": BAD}, {"Metadata": {}, "Keys": {"id": {"N": "2"}}, "OldImage": BAD}),
        1,
        [missing(1, 1)],
    ),
    "requests": (lines({"PutRequest": {"Item": GOOD}}, {"DeleteRequest": {"Key": {}}}, {"PutRequest": {"Item": BAD}}), 2, [missing(2, 3)]),
    "compressed": (gzip.compress(lines(GOOD, BAD)), 2, [missing(2, 2)]),
    "compressed in two members": (gzip.compress(lines(GOOD)) + gzip.compress(lines(BAD)), 2, [missing(2, 2)]),
    "plain items": (
        lines(PLAIN, {**PLAIN, "id": "1"}),
        2,
        [("item 2", 2, WRONG_KEY)],
    ),
    "many items": (lines(*[GOOD] * MANY, BAD, *[GOOD] * MANY), 2 * MANY + 1, [missing(MANY + 1, MANY + 1)]),
    "many items in an array": (json.dumps([*[GOOD] * MANY, BAD, GOOD]).encode(), MANY + 2, [missing(MANY + 1, 1)]),
    "many items with another attribute": (lines(*[GOOD | {"stock": {"M": {"a": {"L": []}}}}] * MANY), MANY, []),
}


@pytest.mark.parametrize("name", TEXTS)
def test_every_item_of_a_file_is_checked_and_has_its_line(name: str, tmp_path: Path) -> None:
    text, items, findings = TEXTS[name]
    file = tmp_path / "an odd näme.json"
    file.write_bytes(text)
    report = report_of(file)
    assert (found(report), report.errors) == (findings, ())
    assert next(iter(report.heads)).passed == items - len(findings)


BROKEN = {
    "nothing": (b"", "{} is empty. The command that writes it failed; read the output of that command."),
    "no items": (b"[]", "{} has no items. Use --allow-empty to accept that."),
    "a line that is no JSON": (lines(GOOD) + b"none\n", "{}:2 is not JSON: invalid character (byte 4)."),
    "an array without an end": (b"[" + lines(GOOD), "{}:2 ends before the end of its array."),
    "an item without an end": (ONE[:-10], "{}:1 ends within an item."),
    "more after an array": (json.dumps([GOOD]).encode() + b"[]", "{}:1 goes on after the end of its array."),
    "numbers in an array": (b"[1, 2]", "{}:1 has something other than objects in its array, or is not JSON."),
    "half a file of gzip": (gzip.compress(lines(GOOD))[:60], "{} ends in the middle of its compressed data. Copy the file again."),
    "Parquet": (b"PAR1\0\0\0\0", "{} is a Parquet file. dyncheck reads JSON, also compressed with gzip."),
    "UTF-16": (lines(GOOD).decode().encode("utf-16"), "{} is in UTF-16. Write it again as UTF-8."),
    "deep nesting": (b'{"a":' + b'{"L":[' * 50_000 + b"]}" * 50_000 + b"}\n", "{}:1 is nested too deep to be read."),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_read_to_its_end_is_a_problem(name: str, tmp_path: Path) -> None:
    text, message = BROKEN[name]
    file = tmp_path / "items.json"
    file.write_bytes(text)
    assert report_of(file).errors == (message.format(file),)


def test_a_text_that_is_far_larger_than_its_gzip_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_FREE_BYTES", 1_000_000)
    file = tmp_path / "items.json.gz"
    file.write_bytes(gzip.compress(b"[" + b" " * 5_000_000))
    assert report_of(file).errors == (
        f"{file} is more than {streams.MOST_RATIO} times as large without gzip. Check it without compression.",
    )


def test_an_item_with_more_text_than_any_item_has_ends_the_check_of_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_BYTES_OF_TEXT", 1_000_000)
    file = tmp_path / "items.json"
    for text in (lines(GOOD | {"note": {"S": "a" * 2_000_000}}), b"[" + lines(GOOD | {"note": {"S": "a" * 2_000_000}})):
        file.write_bytes(text)
        (message,) = report_of(file).errors
        assert message == f"{file}:1 One item has more than 1,000,000 bytes of JSON, and no item of DynamoDB is as large."


def export(directory: Path, count: int = 2, form: str = "DYNAMODB_JSON") -> Path:
    """An export of two items to S3."""
    at = directory / "AWSDynamoDB" / "01693685827463-2d8752fd"
    (at / "data").mkdir(parents=True)
    (at / "manifest-summary.json").write_text(json.dumps({"version": "2020-06-30", "outputFormat": form, "itemCount": count}, indent=2))
    key = "prefix/AWSDynamoDB/01693685827463-2d8752fd/data/asdl123dasas7qas7.json.gz"
    (at / "manifest-files.json").write_bytes(lines({"itemCount": count, "dataFileS3Key": key}))
    (at / "data" / "asdl123dasas7qas7.json.gz").write_bytes(gzip.compress(lines({"Item": GOOD}, {"Item": BAD})))
    return at


def test_an_export_is_read_by_its_manifest(tmp_path: Path) -> None:
    at = export(tmp_path)
    for path in (tmp_path, at, at / "manifest-files.json", at / "manifest-summary.json"):
        report = report_of(path)
        assert (found(report), report.errors) == ([missing(2, 2)], ())
        assert [each.location and each.location.file for each in report.results] == [str(at / "data" / "asdl123dasas7qas7.json.gz")]


def test_an_incomplete_export_is_a_problem(tmp_path: Path) -> None:
    at = export(tmp_path / "short", count=3)
    file = at / "data" / "asdl123dasas7qas7.json.gz"
    assert report_of(at).errors == (f"{file} has 2 entries, and the manifest of its export says 3. Copy the file again.",)
    file.unlink()
    assert report_of(at).errors == (f"{file} cannot be read: No such file or directory. Check the path.",)
    of_ion = export(tmp_path / "ion", form="ION")
    assert report_of(of_ion).errors == (f"{of_ion} is an export in the format ION. Export the table as DYNAMODB_JSON.",)


def test_many_bad_items_are_counted_and_some_are_listed(tmp_path: Path) -> None:
    file = tmp_path / "items.json"
    file.write_bytes(lines(*[BAD] * 1_000, *[{"id": GOOD["id"]}] * 3))
    report = report_of(file, examples=2)
    assert len(report.results) == 8
    assert next(iter(report.heads)).notices == (
        "1,003 of 1,003 items have a problem.",
        'Required attribute "title" is missing: 1,001 more items are not listed.',
        'Required attribute "path" is missing: 1 more items are not listed.',
        'Required attribute "created_at" is missing: 1 more items are not listed.',
        'Required attribute "updated_at" is missing: 1 more items are not listed.',
    )


def test_values_are_shown_only_on_demand(tmp_path: Path) -> None:
    file = tmp_path / "items.json"
    file.write_bytes(lines(GOOD | {"updated_at": {"S": "some personal data"}}))
    expected = "expected a time such as 2024-01-01T00:00:00Z"
    assert [each.message for each in report_of(file).results] == [f"Attribute is not an ISO 8601 timestamp: updated_at; {expected}"]
    assert [each.message for each in report_of(file, shows_values=True).results] == [
        f'Attribute is not an ISO 8601 timestamp: updated_at is "some personal data"; {expected}'
    ]
