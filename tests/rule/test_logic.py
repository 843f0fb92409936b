"""`any` and `all` over tests with unknown results."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dyncheck.logic import each, first, foremost, some, those
from dyncheck.model import Problem, Question, Unknown

UNKNOWN, LATER, ASKED, ASKED_LATER = "unknown", "unknown later", "asked", "asked later"
REASONS = {
    UNKNOWN: Unknown("a", "is unknown"),
    LATER: Unknown("b", "is unknown"),
    ASKED: Unknown("c", "is asked for", question=Question("size", "null")),
    ASKED_LATER: Unknown("d", "is asked for", question=Question("name", "null")),
}


def holds(item: str) -> bool:
    """Whether the test is true for an item. Raises `Unknown` if that is unknown."""
    if item in REASONS:
        raise REASONS[item]
    return item.startswith("yes")


def ending(*items: str) -> Iterator[str]:
    """Items that may be incomplete."""
    yield from items
    raise REASONS[ASKED]


def answer(items: list[str] | Iterator[str]) -> str | Unknown | None:
    """The first item for which the test is true, or the reason why that is unknown."""
    try:
        return first(items, holds)
    except Unknown as reason:
        return reason


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([], None, id="no item"),
        pytest.param(["no", "no"], None, id="no match"),
        pytest.param(["no", "yes one", "yes two"], "yes one", id="the first of two matches"),
        pytest.param([UNKNOWN, "yes"], "yes", id="a match after an unknown"),
        pytest.param(["yes", UNKNOWN], "yes", id="a match before an unknown"),
        pytest.param(["no", UNKNOWN, "no"], REASONS[UNKNOWN], id="an unknown and no match"),
        pytest.param([UNKNOWN, LATER], REASONS[UNKNOWN], id="the first unknown"),
        pytest.param([UNKNOWN, ASKED, ASKED_LATER], REASONS[ASKED], id="the first unknown that depends on an input"),
        pytest.param([ASKED, UNKNOWN], REASONS[ASKED], id="an unknown that depends on an input before another"),
        pytest.param(ending("no", "yes"), "yes", id="a match in incomplete items"),
        pytest.param(ending("no"), REASONS[ASKED], id="no match in incomplete items"),
    ],
)
def test_first(items: list[str] | Iterator[str], expected: object) -> None:
    assert answer(items) is expected


def test_some() -> None:
    assert [some(items, holds) for items in (["no"], ["no", "yes"], [UNKNOWN, "yes"])] == [False, True, True]
    # The match may be a false value.
    assert some([0], lambda _: True) is True
    with pytest.raises(Unknown, match="a is unknown"):
        some([UNKNOWN, "no"], holds)


def test_those_has_certain_matches_only() -> None:
    assert those(["yes one", UNKNOWN, "no", "yes two"], holds) == ("yes one", "yes two")


def test_an_unknown_that_depends_on_an_input_is_raised_first() -> None:
    one, other, asked, asked_later = REASONS.values()
    pairs = [(None, one), (one, other), (one, asked), (asked, one), (asked, asked_later)]
    assert [foremost(*pair) for pair in pairs] == [one, one, asked, asked, asked]


def problems(item: str) -> Iterator[Problem]:
    """The problem of an item; some items are unknown."""
    yield Problem(address=item, path="", summary="")
    if item in REASONS:
        raise REASONS[item]


def test_an_unknown_item_hides_no_problem() -> None:
    addresses = []
    with pytest.raises(Unknown, match="c is asked for"):  # noqa: PT012
        for problem in each(["one", UNKNOWN, "two", ASKED, "three"], problems):
            addresses.append(problem.address)
    assert addresses == ["one", UNKNOWN, "two", ASKED, "three"]
    assert [problem.address for problem in each(["one", "two"], problems)] == ["one", "two"]
