"""Notices of several inputs: one line for each cause."""

from __future__ import annotations

from dyncheck.findings import Input, Report
from dyncheck.model import NotChecked
from dyncheck.reporters.notices import FoldedNotice, folded_notices
from dyncheck.reporters.tally import notices

WORKSPACE = 'terraform.workspace is assumed to be "default".'
REASON = "its module (example/table/aws) is not downloaded"


def root(path: str, *given: str, unread: tuple[str, ...] = (), environment: str = "") -> Input:
    """A root module with notices, and with module calls that were not checked for one reason."""
    about = f"{', '.join(unread)} {'was' if len(unread) == 1 else 'were'} not checked: {REASON}."
    not_checked = tuple(NotChecked(each, REASON) for each in unread)
    return Input(path, "hcl", "", notices=(*given, *([about] if unread else [])), not_checked=not_checked, environment=environment)


def test_a_notice_of_thirty_inputs_is_there_once_and_names_the_first_three() -> None:
    report = Report(tuple(root(f"live/{number:02}", WORKSPACE) for number in range(30)))
    assert list(notices(report)) == [("live/00, live/01, live/02 and 27 more inputs", WORKSPACE)]


def test_a_notice_of_one_input_names_only_that_and_of_four_the_fourth_is_one_more_input() -> None:
    inputs = [root("own", "Own notice."), *(root(f"live/{number}", WORKSPACE) for number in range(4))]
    assert list(notices(Report(tuple(inputs)))) == [("own", "Own notice."), ("live/0, live/1, live/2 and 1 more input", WORKSPACE)]


def test_resources_of_several_inputs_that_were_not_checked_for_one_reason_have_one_notice() -> None:
    inputs = (
        root("a", unread=("module.orders",)),
        root("b", unread=("module.carts", "module.users")),
        root("c", unread=("module.x", "module.orders")),
    )
    text = f"module.orders, module.carts, module.users and 1 more were not checked: {REASON}."
    assert folded_notices(inputs) == (FoldedNotice(text, ("a", "b", "c")),)


def test_the_notices_of_one_input_stay_as_they_are_and_in_their_order() -> None:
    found = root("a", "First.", "Second.", unread=("module.orders",))
    assert folded_notices([found]) == tuple(FoldedNotice(notice, ("a",)) for notice in found.notices)


def test_one_root_module_in_two_environments_is_two_inputs() -> None:
    inputs = [root("live", WORKSPACE, environment=name) for name in ("dev", "prod")]
    assert folded_notices(inputs) == (FoldedNotice(WORKSPACE, ("live (dev)", "live (prod)")),)


def test_notices_on_the_run_come_first() -> None:
    report = Report((root("a", WORKSPACE), root("b", WORKSPACE)), notices=("The pattern x excludes no directory.",))
    assert list(notices(report)) == [("run", "The pattern x excludes no directory."), ("a, b", WORKSPACE)]
