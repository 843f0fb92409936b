"""Places in a text as Terraform counts them, and as editors do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol.types import Position, Range

from dyncheck.server.texts import Text, moved

TEXTS = st.text(st.sampled_from("ab \t\r\n\x0b\x0c\x85\u2028é🙂\u0301\ud800\ufeff"), max_size=40)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])


@settings(deadline=None)
@given(TEXTS, ENCODINGS, st.integers(0, 40))
def test_a_position_is_the_position_of_its_offset(text: str, encoding: str, offset: int) -> None:
    of, offset = Text(text, encoding), min(offset, len(text))
    found = of.offset(of.position(offset))
    # An editor has no position inside of a line end.
    assert found == offset or (text[offset - 1 : offset] == "\r" and text[found:offset].strip("\r\n") == "")


@settings(deadline=None)
@given(TEXTS, ENCODINGS, st.integers(0, 50), st.integers(0, 50))
def test_every_position_has_an_offset_in_the_text(text: str, encoding: str, line: int, character: int) -> None:
    assert 0 <= Text(text, encoding).offset(Position(line, character)) <= len(text)


@settings(deadline=None)
@given(TEXTS, st.integers(1, 50), st.integers(0, 50))
def test_every_line_and_column_has_a_range(text: str, line: int, column: int) -> None:
    found = Text(text).first_line(line, column)
    assert (found.start.line, found.start.character) <= (found.end.line, found.end.character)


@pytest.mark.parametrize(("encoding", "start", "end"), [("utf-8", 6, 12), ("utf-16", 4, 10), ("utf-32", 3, 9)])
def test_columns_of_terraform_are_visible_characters(encoding: str, start: int, end: int) -> None:
    # The first character is one of two units of UTF-16, and the second one a letter with an accent of its own.
    assert Text("🙂e a = 1\r\n", encoding).first_line(1, 4) == Range(Position(0, start), Position(0, end - 1))


def test_only_a_line_feed_ends_a_line_of_terraform() -> None:
    assert Text("a\rb\u2028c\nd = 1").first_line(2, 1) == Range(Position(2, 0), Position(2, 5))


def test_a_byte_order_mark_is_no_column() -> None:
    assert Text("\ufeffa = 1").first_line(1, 1) == Range(Position(0, 1), Position(0, 6))


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\nb\nc", "a\nb\nc", [1, 2, 3]),
        ("a\nb\nc", "x\na\nb\nc", [2, 3, 4]),
        ("a\nb\nc", "a\nc", [1, 2, 2]),
        ("a\nb\nc", "a\nx\ny\nc", [1, 2, 4]),
        ("a\nb\nc", "", [1, 1, 1]),
    ],
)
def test_a_line_moves_with_what_is_around_it(before: str, after: str, lines: list[int]) -> None:
    assert [moved(line, before, after) for line in (1, 2, 3)] == lines
