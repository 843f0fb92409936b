"""Symbolic values: an answer is true for every possible value, or it is unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dyncheck.dynamodb import has_form
from dyncheck.model import Opaque, Question, Unknown
from dyncheck.model.symbolic import Bounds, Entries, Items, Number, Symbol, Text, joined

# Combining marks, and the letters that they compose.
CHARACTERS = "ab-I<\u0301\u0307\u0338\u00e1\u0130"
PLAIN = st.text(alphabet="abI-<", max_size=3)
ANY = st.text(alphabet=CHARACTERS, max_size=3).map(lambda text: normalize("NFC", text))
NAMES = ("var.a", "var.b")
VALUES = st.fixed_dictionaries(dict.fromkeys(NAMES, ANY))
INPUTS = st.sampled_from(NAMES).map(lambda name: Text((Symbol(name),)))
BETWEEN = st.text(alphabet="abI-<", min_size=1, max_size=2)


def made(pieces: tuple[str | Text, ...]) -> Text:
    """The text of the pieces."""
    text = joined(pieces)
    assert text is not None
    return text


TEXTS = st.one_of(st.tuples(PLAIN, INPUTS, PLAIN), st.tuples(PLAIN, INPUTS, BETWEEN, INPUTS, PLAIN)).map(made)
thoroughly = settings(max_examples=400)


def concrete(text: Text, values: dict[str, str]) -> str:
    """The text for these inputs, as Terraform joins it."""
    return normalize("NFC", "".join(piece if isinstance(piece, str) else values[piece.name] for piece in text.pieces))


@thoroughly
@given(TEXTS, VALUES, PLAIN)
def test_a_certain_answer_about_a_text_is_true_for_every_input(text: Text, values: dict[str, str], other: str) -> None:
    plain = concrete(text, values)
    for answer, truth in (
        (text.equals(other), plain == other),
        (text.starts_with(other), plain.startswith(other)),
        (text.ends_with(other), plain.endswith(other)),
        (text.is_empty(), plain == ""),
        (text.has_form(f"*{other}"), has_form(plain, f"*{other}")),
        (text.has_form(f"{other}*"), has_form(plain, f"{other}*")),
        (text.has_form(f"a*{other}"), has_form(plain, f"a*{other}")),
    ):
        assert answer in (truth, None) or isinstance(answer, Question)


@thoroughly
@given(TEXTS, TEXTS, VALUES)
def test_a_certain_answer_about_two_texts_is_true_for_every_input(first: Text, second: Text, values: dict[str, str]) -> None:
    truth = concrete(first, values) == concrete(second, values)
    answer = first.equals(second)
    assert answer in (truth, None) or isinstance(answer, Question)


@thoroughly
@given(TEXTS, VALUES, PLAIN)
def test_the_answer_to_a_question_decides_a_text_with_one_input(text: Text, values: dict[str, str], other: str) -> None:
    question = text.equals(other)
    if isinstance(question, Question) and len(text.symbols) == 1:
        assert (concrete(text, values) == other) is (values[question.input] == question.at)


COMPARISONS: list[Callable[[Any, Any], bool]] = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
FRACTIONS = st.fractions(min_value=-3, max_value=3, max_denominator=2)


@given(st.none() | FRACTIONS, st.none() | FRACTIONS, FRACTIONS, st.integers(-3, 3), st.sampled_from(COMPARISONS), st.integers(-1, 1))
def test_a_certain_comparison_is_true_for_every_number(
    low: Fraction | None, high: Fraction | None, value: Fraction, limit: int, compare: Callable[[Any, Any], bool], shift: int
) -> None:
    assume((low is None or value > low) and (high is None or value < high))
    number = Number("var.n", Bounds(low, high)) - shift
    assert answer_of(lambda: compare(number, limit)) in (compare(value - shift, limit), Question("var.n", "number", limit + shift))


def answer_of(compare: Callable[[], bool]) -> bool | Question | None:
    """The answer, or the question that decides it."""
    try:
        return compare()
    except Unknown as unknown:
        return unknown.question


OPAQUE = [Text((Symbol("var.a"),)), Number("var.n", Bounds()), Items("var.l", 2), Entries("var.m", {})]
READS: list[Callable[[Any], object]] = [
    hash,
    str,
    len,
    list,
    int,
    float,
    operator.index,
    lambda value: f"{value}",
    lambda value: f"{value:g}",
    lambda value: value in {"a": 1},
    lambda value: value + value,
    lambda value: value.casefold(),
    lambda value: sorted([value, value]),
]


@pytest.mark.parametrize("opaque", OPAQUE, ids=repr)
def test_a_symbolic_value_has_no_value_to_read(opaque: Opaque) -> None:
    for read in READS:
        with pytest.raises(Unknown):
            read(opaque)


def test_emptiness_of_a_symbolic_list_or_map() -> None:
    assert [bool(Items("var.l", 2)), bool(Entries("var.m", {"a": 1}))] == [True, True]
    with pytest.raises(Unknown):
        bool(Entries("var.m", {}))


def test_an_unknown_key_of_a_map_has_its_question() -> None:
    entries = Entries("var.m", {"a": 1}, frozenset({"b"}))
    assert [entries.has("a"), entries.has("b"), entries.has("c"), entries.get("b", 2)] == [True, False, Question("var.m", "key", "c"), 2]
