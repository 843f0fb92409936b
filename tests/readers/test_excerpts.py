"""The HTML page quotes the lines of a finding, but no line that calls `sensitive`."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.model import Location
from dyncheck.readers.excerpts import MOST_LINES, excerpt
from tests.conftest import Dyncheck
from tests.reporters.html.page import Page

TABLE = """\
resource "aws_dynamodb_table" "t" {
  name     = sensitive("canary")
  hash_key = "id"

  server_side_encryption {
    enabled = false
  }

  attribute {
    name = "id"
    type = "S"
  }
}
"""


def test_finding_is_shown_with_its_lines(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TABLE)
    done = dyncheck("main.tf", "--format", "html", "--select", "unencrypted-table", "--select", "no-point-in-time-recovery")
    quoted = [element.text for element in Page(done.stdout.decode()).all("pre", class_="source")]
    assert quoted == ['   1  resource "aws_dynamodb_table" "t" {', "   6  enabled = false"]


def test_line_that_calls_sensitive_is_not_quoted(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TABLE.replace('"t"', '"products"'))
    for format_ in ("html", "text", "json", "sarif", "github", "markdown", "gitlab", "junit", "rdjson", "checkstyle", "csv"):
        done = dyncheck("main.tf", "--format", format_, "--verbose")
        assert b"canary" not in done.stdout + done.stderr
        assert b"wrong-table-name" in done.stdout


@pytest.mark.parametrize(
    ("written", "location", "expected"),
    [
        ("  a {\n    b = 1\n  }\n", (1, 3), ("a {", "  b = 1", "}")),
        ("a {\r\n\r\n}\r\n", (1, 3), ("a {", "", "}")),
        ("a = 1\n", (7, 9), ()),
        ("".join(f"a = {number}\n" for number in range(99)), (3, 90), tuple(f"a = {number}" for number in range(2, 2 + MOST_LINES))),
        ("a = sensitive (\n  1)\n", (1, 2), ()),
        ("a = nonsensitive(1)\n", (1, 1), ("a = nonsensitive(1)",)),
    ],
)
def test_excerpt_has_the_lines_of_the_location(written: str, location: tuple[int, int], expected: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "main.tf"
    file.write_bytes(written.encode())
    assert excerpt(Location(str(file), *location)) == expected


def test_excerpt_is_empty_without_a_location_or_a_file(tmp_path: Path) -> None:
    assert [excerpt(None), excerpt(Location(str(tmp_path / "gone.tf"), 1, 1))] == [(), ()]
