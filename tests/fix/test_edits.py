"""Edits of bytes: applied together, and found between two contents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyncheck.fix.edits import Edit, OverlapError, applied, edits_between

LINES = st.lists(st.sampled_from(["a = 1", "  b = 2", "", "}", "é = 3", "# ü\r"]), max_size=8).map("\n".join)


def test_edits_are_applied_at_their_places() -> None:
    assert applied(b"one two three", [Edit("f", 8, 13, b"3"), Edit("f", 0, 3, b"1"), Edit("f", 3, 3, b"+")]) == b"1+ two 3"


def test_equal_edits_are_applied_once() -> None:
    assert applied(b"one", [Edit("f", 3, 3, b"!"), Edit("f", 3, 3, b"!")]) == b"one!"


def test_edits_that_overlap_are_refused() -> None:
    with pytest.raises(OverlapError, match=r"Two edits of main.tf overlap at byte 2."):
        applied(b"one two", [Edit("main.tf", 0, 3, b"1"), Edit("main.tf", 2, 5, b"2")])


def test_the_edit_of_a_value_is_only_what_differs() -> None:
    assert edits_between("f", b"a\nb = false\nc\n", b"a\nb = true\nc\n") == (Edit("f", 6, 10, b"tru"),)


def test_an_edit_never_cuts_a_character() -> None:
    before, after = "x = é\n".encode(), "x = è\n".encode()
    assert edits_between("f", before, after) == (Edit("f", 4, 6, "è".encode()),)


@given(LINES, LINES)
def test_the_edits_between_two_contents_turn_one_into_the_other(before: str, after: str) -> None:
    edits = edits_between("f", before.encode(), after.encode())
    assert applied(before.encode(), edits) == after.encode()
    assert all(edit.replacement.decode() or edit.end > edit.start for edit in edits)
