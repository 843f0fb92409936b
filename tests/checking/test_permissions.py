"""Destruction that is meant: allowed by address, with a reason and an end, and by nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dyncheck.checking.permissions import AllowDestroy, allow, notices
from dyncheck.checking.run import Settings, run
from dyncheck.findings import Status
from tests.conftest import Dyncheck
from tests.support.paths import PLANS

PLAN = PLANS / "change_removed.json"
NUMBER, TEXT = "aws_dynamodb_table.number", "aws_dynamodb_table.text"
RULE = "table-replacement"


def statuses(*allowed: AllowDestroy) -> dict[str, str]:
    """The verdict on each table that the plan destroys."""
    report = run([str(PLAN)], Settings(select=(RULE,), allow_destroy=allowed))
    return {result.address: result.status.value for result in report.results if result.status is not Status.PASS}


def said(*allowed: AllowDestroy) -> tuple[str, ...]:
    """What is said of the permission that was given."""
    return run([str(PLAN)], Settings(select=(RULE,), allow_destroy=allowed)).notices


def test_permission_covers_the_table_at_its_address_and_no_other() -> None:
    assert statuses(AllowDestroy(TEXT)) == {NUMBER: "fail", TEXT: "waived"}


@pytest.mark.parametrize("address", ["aws_dynamodb_table.*", "aws_dynamodb_table", "*", f"{TEXT}[0]", TEXT.upper()])
def test_permission_is_no_pattern(address: str) -> None:
    assert statuses(AllowDestroy(address)) == {NUMBER: "fail", TEXT: "fail"}


def test_the_waiver_names_where_it_was_allowed() -> None:
    report = run(
        [str(PLAN)], Settings(select=(RULE,), allow_destroy=(AllowDestroy(TEXT, "moved to orders", "2999-12-31", ".dyncheck.yaml:3"),))
    )
    (waiver,) = [result.waiver for result in report.results if result.waiver]
    assert (waiver.reason, waiver.source, waiver.until) == ("moved to orders", ".dyncheck.yaml:3", "2999-12-31")


def test_permission_covers_no_other_rule() -> None:
    plan = PLAN.with_name("change_update.json")
    products = "module.dynamodb.aws_dynamodb_table.products"
    report = run([str(plan)], Settings(select=("protection-removed",), allow_destroy=(AllowDestroy(products),)))
    assert {result.address for result in report.results if result.status is Status.FAIL} > {products}


@pytest.mark.parametrize(("until", "status"), [("2026-11-30", "waived"), ("2026-11-26", "waived"), ("2026-11-25", "fail"), ("", "waived")])
def test_permission_holds_until_the_end_of_its_last_day(until: str, status: str) -> None:
    results = run([str(PLAN)], Settings(select=(RULE,))).results
    marked = {result.address: result.status.value for result in allow(results, (AllowDestroy(TEXT, until=until),), "2026-11-26")}
    assert marked[TEXT] == status


def test_permission_that_has_ended_says_so() -> None:
    assert said(AllowDestroy(TEXT, "gone soon", "2020-01-01", ".dyncheck.yaml:3")) == (
        f".dyncheck.yaml:3: the permission to destroy {TEXT} expired on 2020-01-01. Renew it or keep the table.",
    )


def test_permission_that_nothing_needs_is_mentioned_with_the_nearest_address() -> None:
    assert said(AllowDestroy("aws_dynamodb_table.txt"), AllowDestroy(TEXT), AllowDestroy("module.shop.x")) == (
        "--allow-destroy: the permission to destroy aws_dynamodb_table.txt is not used, because no plan destroys it. "
        "Did you mean 'aws_dynamodb_table.text'? Remove it.",
        "--allow-destroy: the permission to destroy module.shop.x is not used, because no plan destroys it. Remove it.",
    )


def test_permission_is_used_by_one_plan_of_several() -> None:
    report = run([str(PLAN), str(PLAN.with_name("change_none.json"))], Settings(allow_destroy=(AllowDestroy(TEXT),)))
    assert report.notices == ()


def test_nothing_is_said_of_permission_where_the_rule_does_not_run() -> None:
    assert run([str(PLAN)], Settings(select=("missing-ttl",), allow_destroy=(AllowDestroy("x"),))).notices == ()


def test_nothing_to_say_without_permission() -> None:
    assert [*notices((), (), "2026-11-26")] == []


def test_the_command_line_and_the_configuration_allow_it(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / ".dyncheck.yaml").write_text(
        f"allow-destroy:\n  - address: {NUMBER}\n    reason: its items are in orders now\n    until: 2999-12-31\n"
    )
    done = dyncheck("--select", RULE, "--allow-destroy", TEXT, "--format", "json", PLAN)
    waived = {result["address"] for result in json.loads(done.stdout)["results"] if result["status"] == "waived"}
    assert (done.returncode, waived) == (0, {NUMBER, TEXT})


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("address: x\n    reason: y", ".dyncheck.yaml:2: allow-destroy[0] lacks 'until'"),
        ("address: x\n    until: 2999-12-31", ".dyncheck.yaml:2: allow-destroy[0] lacks 'reason'"),
        (
            "address: x\n    reason: y\n    until: soon",
            ".dyncheck.yaml:4: allow-destroy[0].until is 'soon'; expected a day such as 2026-12-31",
        ),
    ],
    ids=["no end", "no reason", "an end that is no day"],
)
def test_permission_in_the_configuration_needs_a_reason_and_an_end(entry: str, problem: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / ".dyncheck.yaml").write_text(f"allow-destroy:\n  - {entry}\n")
    done = dyncheck(PLAN)
    assert done.returncode == 2
    assert problem in done.stderr.decode()
