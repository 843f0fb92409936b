"""What is certain of values that are only partly known."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyncheck.model import Piece, has_form, pieces_have_form

ENV: Piece = ("var.env",)


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
    ],
)
def test_a_name_of_pieces_fits_a_pattern_as_far_as_that_is_certain(pieces: tuple[Piece, ...], pattern: str, expected: bool | None) -> None:
    assert pieces_have_form(pieces, pattern) is expected


PIECES = st.lists(st.sampled_from(["a", "b", "ab", "-", ENV]), min_size=1, max_size=4).map(tuple)


@given(pieces=PIECES, pattern=st.text("ab-*", min_size=1, max_size=5))
def test_a_certain_answer_holds_for_every_value(pieces: tuple[Piece, ...], pattern: str) -> None:
    answer = pieces_have_form(pieces, pattern)
    values = ("", "a", "-", "ab", "b-a")
    for chosen in product(values, repeat=pieces.count(ENV)):
        left = iter(chosen)
        text = "".join(piece if isinstance(piece, str) else next(left) for piece in pieces)
        assert answer is None or has_form(text, pattern) is answer
