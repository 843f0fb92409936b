"""Any and all over tests that may not know."""

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
    """Whether a test holds for an item, or that nobody knows."""
    if item in REASONS:
        raise REASONS[item]
    return item.startswith("yes")


def ending(*items: str) -> Iterator[str]:
    """Items of which there may be more."""
    yield from items
    raise REASONS[ASKED]


def answer(items: list[str] | Iterator[str]) -> str | Unknown | None:
    """The first item for which the test holds, or why there is none."""
    try:
        return first(items, holds)
    except Unknown as reason:
        return reason


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param(["no", "no"], None, id="none"),
        pytest.param(["no", "yes one", "yes two"], "yes one", id="the first of two"),
        pytest.param([UNKNOWN, "yes"], "yes", id="a certain one after an unknown one"),
        pytest.param(["yes", UNKNOWN], "yes", id="a certain one before an unknown one"),
        pytest.param(["no", UNKNOWN, "no"], REASONS[UNKNOWN], id="perhaps"),
        pytest.param([UNKNOWN, LATER], REASONS[UNKNOWN], id="the first unknown one"),
        pytest.param([UNKNOWN, ASKED, ASKED_LATER], REASONS[ASKED], id="the first that an input would decide"),
        pytest.param([ASKED, UNKNOWN], REASONS[ASKED], id="one that an input would decide before one that nothing does"),
        pytest.param(ending("no", "yes"), "yes", id="a certain one where there may be more"),
        pytest.param(ending("no"), REASONS[ASKED], id="none where there may be more"),
    ],
)
def test_the_first_item_for_which_a_test_holds(items: list[str] | Iterator[str], expected: object) -> None:
    assert answer(items) is expected


def test_some_is_whether_there_is_a_first() -> None:
    assert [some(items, holds) for items in (["no"], ["no", "yes"], [UNKNOWN, "yes"])] == [False, True, True]
    # What is found may be false itself.
    assert some([0], lambda _: True) is True
    with pytest.raises(Unknown, match="a is unknown"):
        some([UNKNOWN, "no"], holds)


def test_those_are_the_certain_ones() -> None:
    assert those(["yes one", UNKNOWN, "no", "yes two"], holds) == ("yes one", "yes two")


def test_an_unknown_gives_way_to_one_that_an_input_would_decide() -> None:
    one, other, asked, asked_later = REASONS.values()
    pairs = [(None, one), (one, other), (one, asked), (asked, one), (asked, asked_later)]
    assert [foremost(*pair) for pair in pairs] == [one, one, asked, asked, asked]


def problems(item: str) -> Iterator[Problem]:
    """A problem of an item, and then that there may be more."""
    yield Problem(address=item, path="", summary="")
    if item in REASONS:
        raise REASONS[item]


def test_an_item_that_cannot_be_judged_hides_no_other() -> None:
    addresses = []
    with pytest.raises(Unknown, match="c is asked for"):  # noqa: PT012
        for problem in each(["one", UNKNOWN, "two", ASKED, "three"], problems):
            addresses.append(problem.address)
    assert addresses == ["one", UNKNOWN, "two", ASKED, "three"]
    assert [problem.address for problem in each(["one", "two"], problems)] == ["one", "two"]
