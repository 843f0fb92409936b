"""Permissions to destroy a table: by address, with a reason and an end date."""

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
    """The status of each table that the plan destroys."""
    report = run([str(PLAN)], Settings(select=(RULE,), allow_destroy=allowed))
    return {result.address: result.status.value for result in report.results if result.status is not Status.PASS}


def messages(*allowed: AllowDestroy) -> tuple[str, ...]:
    """The notices about the permissions."""
    return run([str(PLAN)], Settings(select=(RULE,), allow_destroy=allowed)).notices


def test_a_permission_covers_only_the_table_at_its_address() -> None:
    assert statuses(AllowDestroy(TEXT)) == {NUMBER: "fail", TEXT: "waived"}


@pytest.mark.parametrize("address", ["aws_dynamodb_table.*", "aws_dynamodb_table", "*", f"{TEXT}[0]", TEXT.upper()])
def test_a_permission_is_not_a_pattern(address: str) -> None:
    assert statuses(AllowDestroy(address)) == {NUMBER: "fail", TEXT: "fail"}


def test_the_waiver_names_the_source_of_the_permission() -> None:
    report = run(
        [str(PLAN)], Settings(select=(RULE,), allow_destroy=(AllowDestroy(TEXT, "moved to orders", "2999-12-31", ".dyncheck.yaml:3"),))
    )
    (waiver,) = [result.waiver for result in report.results if result.waiver]
    assert (waiver.reason, waiver.source, waiver.until) == ("moved to orders", ".dyncheck.yaml:3", "2999-12-31")


def test_a_permission_covers_no_other_rule() -> None:
    plan = PLAN.with_name("change_update.json")
    products = "module.dynamodb.aws_dynamodb_table.products"
    report = run([str(plan)], Settings(select=("protection-removed",), allow_destroy=(AllowDestroy(products),)))
    assert {result.address for result in report.results if result.status is Status.FAIL} > {products}


@pytest.mark.parametrize(("until", "status"), [("2026-11-30", "waived"), ("2026-11-26", "waived"), ("2026-11-25", "fail"), ("", "waived")])
def test_a_permission_is_valid_through_its_last_day(until: str, status: str) -> None:
    results = run([str(PLAN)], Settings(select=(RULE,))).results
    marked = {result.address: result.status.value for result in allow(results, (AllowDestroy(TEXT, until=until),), "2026-11-26")}
    assert marked[TEXT] == status


def test_an_expired_permission_has_a_notice() -> None:
    assert messages(AllowDestroy(TEXT, "gone soon", "2020-01-01", ".dyncheck.yaml:3")) == (
        f".dyncheck.yaml:3: the permission to destroy {TEXT} expired on 2020-01-01. Renew it or keep the table.",
    )


def test_an_unused_permission_has_a_notice_with_the_nearest_address() -> None:
    assert messages(AllowDestroy("aws_dynamodb_table.txt"), AllowDestroy(TEXT), AllowDestroy("module.shop.x")) == (
        "--allow-destroy: the permission to destroy aws_dynamodb_table.txt is not used, because no plan destroys it. "
        "Did you mean 'aws_dynamodb_table.text'? Remove it.",
        "--allow-destroy: the permission to destroy module.shop.x is not used, because no plan destroys it. Remove it.",
    )


def test_one_of_several_plans_may_use_a_permission() -> None:
    report = run([str(PLAN), str(PLAN.with_name("change_none.json"))], Settings(allow_destroy=(AllowDestroy(TEXT),)))
    assert report.notices == ()


def test_a_permission_has_no_notice_if_the_rule_does_not_run() -> None:
    assert run([str(PLAN)], Settings(select=("missing-ttl",), allow_destroy=(AllowDestroy("x"),))).notices == ()


def test_no_notice_without_a_permission() -> None:
    assert [*notices((), (), "2026-11-26")] == []


def test_permissions_on_the_command_line_and_in_the_configuration(dyncheck: Dyncheck, tmp_path: Path) -> None:
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
    ids=["no end", "no reason", "an invalid end"],
)
def test_a_permission_in_the_configuration_needs_a_reason_and_an_end(entry: str, problem: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / ".dyncheck.yaml").write_text(f"allow-destroy:\n  - {entry}\n")
    done = dyncheck(PLAN)
    assert done.returncode == 2
    assert problem in done.stderr.decode()
