"""Patterns of EventBridge, held against a second implementation that tries every event."""

from __future__ import annotations

import fnmatch
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dyncheck.dynamodb.event_patterns import can_match, wildcard_pieces
from dyncheck.model import Deferred, Unknown
from tests.dynamodb.reading import outcome

# The texts that a field of the drawn events may have; a field without any is missing.
TEXTS = ("OK", "ok", "ALARM", "orders-read", "orders")
NAMES = ("a", "b", "c")

leaf_texts = st.sampled_from((*TEXTS, "or", "read", "*", "a*"))
tests_of_text = st.one_of(
    st.builds(lambda text: {"prefix": text}, leaf_texts),
    st.builds(lambda text: {"suffix": text}, leaf_texts),
    st.builds(lambda text: {"equals-ignore-case": text}, leaf_texts),
    st.builds(lambda text: {"prefix": {"equals-ignore-case": text}}, leaf_texts),
    st.builds(lambda text: {"suffix": {"equals-ignore-case": text}}, leaf_texts),
    st.builds(lambda text: {"wildcard": text}, st.sampled_from(("*", "o*", "*s", "o*d*", "A*M", "orders"))),
)
alternatives = st.one_of(
    leaf_texts,
    st.sampled_from((1, True, None)),
    st.builds(lambda flag: {"exists": flag}, st.booleans()),
    st.just({"numeric": [">", 0]}),
    st.builds(lambda items: {"anything-but": items}, st.one_of(leaf_texts, st.lists(leaf_texts, min_size=1, max_size=2))),
    st.builds(lambda test: {"anything-but": test}, tests_of_text),
    tests_of_text,
)
leaves = st.lists(alternatives, min_size=1, max_size=3)
fields = st.dictionaries(st.sampled_from(NAMES), leaves, max_size=2)
patterns = st.one_of(
    fields,
    st.builds(lambda some, inner: {**some, "inner": inner}, fields, fields),
    st.builds(lambda some, ways: {**some, "$or": ways}, fields, st.lists(fields, min_size=1, max_size=3)),
)
flat = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2, unique=True).map(tuple))
events = st.builds(lambda outer, inner: {**outer, "inner": inner}, flat, flat)


def every_event(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The events with one text for each field."""
    names = list(event)
    choices = [every_event(event[name]) if isinstance(event[name], dict) else list(event[name]) for name in names]
    return [dict(zip(names, chosen, strict=True)) for chosen in itertools.product(*choices)]


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Whether one event matches: the plain reading of the documentation."""
    for name, expected in pattern.items():
        if name == "$or":
            if not any(matches(way, event) for way in expected):
                return False
        elif isinstance(expected, dict):
            if not matches(expected, event.get(name, {})):
                return False
        elif not any(fits(each, event.get(name)) for each in expected):
            return False
    return True


def fits(expected: Any, text: str | None) -> bool:
    """Whether one alternative fits a text, None where the field is missing."""
    if isinstance(expected, dict) and "exists" in expected:
        return bool((text is not None) == expected["exists"])
    if text is None or not isinstance(expected, str | dict):
        return False
    if isinstance(expected, str):
        return text == expected
    ((operator, operand),) = expected.items()
    folds = isinstance(operand, dict) and "equals-ignore-case" in operand
    if operator == "anything-but":
        others = operand if isinstance(operand, list) else [operand]
        return not any(fits(other, text) for other in others)
    if operator == "wildcard":
        return fnmatch.fnmatchcase(text, operand)
    if operator == "equals-ignore-case":
        return bool(text.casefold() == operand.casefold())
    if operator == "numeric":
        return False
    of, part = (text.casefold(), operand["equals-ignore-case"].casefold()) if folds else (text, operand)
    return bool(of[: len(part)] == part if operator == "prefix" else of[max(len(of) - len(part), 0) :] == part)


@given(pattern=patterns, event=events)
def test_a_pattern_can_match_when_it_matches_some_event(pattern: dict[str, Any], event: dict[str, Any]) -> None:
    separate = can_match(pattern, event)
    some = any(matches(pattern, each) for each in every_event(event))
    # The parts of a pattern are tested one by one: with several texts for a field, two parts may need two of them.
    if len(every_event(event)) == 1:
        assert separate == some
    else:
        assert separate or not some


@given(pattern=patterns, event=flat)
def test_any_text_matches_more_than_each_text(pattern: dict[str, Any], event: dict[str, Any]) -> None:
    if "$or" not in pattern and can_match(pattern, {**event, "inner": {}}):
        assert can_match(pattern, {**dict.fromkeys(event), "inner": {}})


EVENT: dict[str, Any] = {
    "source": ("aws.cloudwatch",),
    "any": None,
    "detail": {"name": ("orders",)},
    "unsure": Deferred(reason="may be missing"),
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({}, True),
        ({"source": ["aws.cloudwatch"]}, True),
        ({"source": ["aws.ec2", "aws.cloudwatch"]}, True),
        ({"source": ["AWS.CLOUDWATCH"]}, False),
        ({"source": []}, False),
        ({"any": ["x"]}, True),
        ({"any": [{"prefix": "x"}]}, True),
        ({"any": [{"exists": False}]}, False),
        ({"any": [{"exists": True}]}, True),
        ({"any": [{"numeric": ["=", 1]}]}, False),
        ({"missing": [{"exists": False}]}, True),
        ({"missing": ["x"]}, False),
        ({"missing": {"inner": [{"exists": False}]}}, True),
        ({"missing": {"inner": ["x"]}}, False),
        ({"unsure": ["x"]}, "unknown: unsure may be missing"),
        ({"unsure": ["x"], "source": ["aws.ec2"]}, False),
        (
            {"detail": {"name": [{"cidr": "10.0.0.0/24"}]}},
            "unknown: detail.name has the operator cidr, which dyncheck does not evaluate",
        ),
        (
            {"detail": {"name": [{"prefix": "a", "suffix": "b"}]}},
            "unknown: detail.name has the operator prefix and suffix, which dyncheck does not evaluate",
        ),
        (
            {"detail": {"name": [{"anything-but": [{"x": 1}]}]}},
            "unknown: detail.name has the operator anything-but, which dyncheck does not evaluate",
        ),
        (
            {"detail": {"name": [{"prefix": {"x": "a"}}]}},
            "unknown: detail.name has the operator prefix, which dyncheck does not evaluate",
        ),
        ({"detail": {"name": [{"x": "a"}, "orders"]}}, True),
        ({"detail": ["x"]}, "unknown: detail is an object, and the pattern has a list for it"),
        ({"source": {"x": ["y"]}}, "unknown: source is a text, and the pattern has an object for it"),
        ({"source": "aws.cloudwatch"}, "unknown: source has a pattern, which dyncheck does not evaluate"),
        ({"source": None}, "unknown: source has a pattern, which dyncheck does not evaluate"),
        ({"source": [Deferred(reason="waits for x")]}, "unknown: source waits for x"),
        ({"source": [{"prefix": Deferred(reason="waits for x")}]}, "unknown: source waits for x"),
        ({"source": [{"anything-but": [Deferred(reason="waits for x")]}]}, "unknown: source waits for x"),
        ({"source": [{"anything-but": {"prefix": ["aws.", "x"]}}]}, False),
        (
            {"source": [{"anything-but": {"anything-but": ["x"]}}]},
            "unknown: source has the operator anything-but, which dyncheck does not evaluate",
        ),
        ({"source": Deferred(reason="waits for x")}, "unknown: source waits for x"),
        (["x"], "unknown: has a pattern, which dyncheck does not evaluate"),
        ({"$or": [{"source": ["aws.ec2"]}, {"any": ["x"]}]}, True),
        ({"$or": [{"source": ["aws.ec2"]}, {"any": [{"exists": False}]}]}, False),
    ],
)
def test_a_pattern_on_an_event_of_which_a_part_is_known(pattern: Any, expected: bool | str) -> None:
    assert str(outcome(lambda: can_match(pattern, EVENT))) == str(expected)


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [("", [""]), ("*", ["", ""]), ("a*b", ["a", "b"]), (r"a\*b", ["a*b"]), (r"a\\*b", ["a\\", "b"]), (r"a\b", ["a\\b"]), ("a\\", ["a\\"])],
)
def test_the_pieces_of_a_wildcard(pattern: str, pieces: list[str]) -> None:
    assert wildcard_pieces(pattern) == pieces


def test_a_field_may_test_alternatives_itself() -> None:
    asked = []

    def is_arn(expected: Any, at: str) -> bool:
        asked.append((expected, at))
        return bool(expected == "y")

    assert can_match({"resources": ["x", "y", "z"]}, {"resources": is_arn})
    assert asked == [("x", "resources"), ("y", "resources")]
    with pytest.raises(Unknown, match="resources is a text, and the pattern has an object for it"):
        can_match({"resources": {"x": ["y"]}}, {"resources": is_arn})
