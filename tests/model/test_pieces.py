"""What is certain of texts that are only partly known, by their pieces."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyncheck.model import Piece, has_form
from dyncheck.model.pieces import (
    Run,
    consists_of,
    in_case,
    least_length,
    may_be,
    most_length,
    pieces_have_form,
    sliced,
    with_forms,
)

ENV: Piece = ("var.env",)


def drawn(characters: str, least: int, most: int | None = None, identity: str = "x") -> Piece:
    """A piece of characters that are not known: `least`, or up to `most`."""
    return with_forms(identity, ((Run(frozenset(characters), least, most),),))


HEX = drawn("0123456789abcdef", 8, 8)


@pytest.mark.parametrize(
    ("pieces", "pattern", "expected"),
    [
        pytest.param((ENV, "-orders"), "*-products", False, id="another end"),
        pytest.param((ENV, "-products"), "*-products", None, id="an end after a text that may be empty"),
        pytest.param(("shop-", ENV, "-products"), "*-products", True, id="an end after a text"),
        pytest.param(("dev-", ENV), "prod-*", False, id="another start"),
        pytest.param(("prod-", ENV), "prod-*", None, id="a start before a text that may be empty"),
        pytest.param(("prod-a", ENV), "prod-*", True, id="a start before a text"),
        pytest.param((ENV,), "*-products", None, id="nothing known"),
        pytest.param((ENV, "orders", ENV), "a*b*c", None, id="a text in the middle"),
        pytest.param((ENV, "-orders"), "orders", False, id="a longer end than a whole name"),
        pytest.param(((), "-x"), "*-x", None, id="a piece that is not known at all"),
        pytest.param((HEX, "-products"), "*-products", True, id="an end after a text with a length"),
        pytest.param(("a-", HEX), "*-products", False, id="an end with other characters"),
        pytest.param(("a-", HEX), "*-deadbeef", None, id="an end with characters that may be drawn"),
        pytest.param(("a-", HEX), "*-beef", False, id="an end of another length"),
        pytest.param((drawn("ab", 1, None),), "a*b", None, id="no upper bound"),
    ],
)
def test_a_name_of_pieces_fits_a_pattern_as_far_as_that_is_certain(pieces: tuple[Piece, ...], pattern: str, expected: bool | None) -> None:
    assert pieces_have_form(pieces, pattern) is expected


PIECES = st.lists(st.sampled_from(["a", "b", "ab", "-", ENV, drawn("ab", 0, 2), drawn("-", 1, 1)]), min_size=1, max_size=4).map(tuple)
TEXTS = {ENV: ("", "a", "-", "ab", "b-a"), drawn("ab", 0, 2): ("", "a", "b", "ab", "bb"), drawn("-", 1, 1): ("-",)}


def texts_of(pieces: tuple[Piece, ...]) -> list[str]:
    """Some of the texts that pieces stand for."""
    return ["".join(map(str, chosen)) for chosen in product(*(TEXTS.get(piece, (piece,)) for piece in pieces))]


@given(pieces=PIECES, pattern=st.text("ab-*", min_size=1, max_size=5))
def test_a_certain_answer_holds_for_every_value(pieces: tuple[Piece, ...], pattern: str) -> None:
    answer = pieces_have_form(pieces, pattern)
    assert answer is None or {has_form(text, pattern) for text in texts_of(pieces)} == {answer}


@given(pieces=PIECES)
def test_each_text_has_the_lengths_and_the_characters_of_its_pieces(pieces: tuple[Piece, ...]) -> None:
    least, most, only = least_length(pieces), most_length(pieces), consists_of(pieces, frozenset("ab"))
    for text in texts_of(pieces):
        assert least <= len(text) <= (len(text) if most is None else most)
        assert only is None or set(text).issubset("ab") is only
        assert may_be(pieces, text)


@given(pieces=PIECES, start=st.integers(0, 4), length=st.integers(0, 4))
def test_the_part_of_a_text_is_that_of_its_pieces(pieces: tuple[Piece, ...], start: int, length: int) -> None:
    part = sliced(pieces, start, length)
    assert part is None or all(may_be(part, text[start : start + length]) for text in texts_of(pieces))


@pytest.mark.parametrize(
    ("pieces", "text", "expected"),
    [
        pytest.param(("orders-", HEX), "orders-0123abcd", True, id="the same characters"),
        pytest.param(("orders-", HEX), "orders-archives", False, id="other characters"),
        pytest.param(("orders-", HEX), "orders-0123abcde", False, id="another length"),
        pytest.param((ENV,), "orders", True, id="any text"),
    ],
)
def test_a_text_of_pieces_may_be_another_text(pieces: tuple[Piece, ...], text: str, expected: bool) -> None:
    assert may_be(pieces, text) is expected


def test_the_case_of_a_text_changes_its_characters() -> None:
    lower = in_case(drawn("aB", 1, 2), "lower", str.lower)
    assert lower == drawn("ab", 1, 2, "lower(x)")
    assert (in_case("aB", "lower", str.lower), in_case("ß", "upper", str.upper)) == ("ab", ())
    assert (in_case(ENV, "lower", str.lower), in_case((), "lower", str.lower)) == (("lower(var.env)",), ())


def test_a_part_of_a_text_of_one_length_has_its_characters() -> None:
    assert sliced(("a-", HEX), 1, 3) == ["-", drawn("0123456789abcdef", 2, 2, "x[0:2]")]
    assert sliced((ENV, "a"), 0, 1) is None
