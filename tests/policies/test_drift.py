"""Indexes and alarms that were changed outside Terraform, in edited plans that change nothing."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from dyncheck.checking.run import run
from dyncheck.checking.settings import Settings
from dyncheck.findings import Status
from tests.support.paths import PLANS

PRODUCTS = "module.dynamodb.aws_dynamodb_table.products"
ALARM = "module.dynamodb.aws_cloudwatch_metric_alarm.products_read_throttle"

INDEX = 'Outside Terraform, the index "CategoryIndex" was dropped since the last apply: queries of it fail'


def drifted(address: str, argument: str, value: Any, *, restored: bool = False) -> dict[str, Any]:
    """A plan in which an argument has another value since the last apply, which the plan leaves or restores."""
    plan: dict[str, Any] = json.loads((PLANS / "change_none.json").read_bytes())
    (entry,) = (each for each in plan["resource_changes"] if each["address"] == address)
    recorded = entry["change"]["before"]
    found = recorded | {argument: value}
    drift = deepcopy(entry)
    drift["change"] |= {"actions": ["update"], "before": recorded, "after": found}
    entry["change"] |= {"actions": ["update"] if restored else ["no-op"], "before": found, "after": recorded if restored else found}
    return plan | {"resource_drift": [drift]}


def failures(plan: dict[str, Any], directory: Path) -> list[tuple[str, str, str]]:
    """The findings of the rules on changes: the address, the argument and the message."""
    path = directory / "plan.json"
    path.write_text(json.dumps(plan))
    report = run([str(path)], Settings(select=("alarm-removed", "index-removed", "protection-removed", "table-replacement")))
    return [(each.address, each.attribute, each.message) for each in report.results if each.status is Status.FAIL]


def test_an_index_that_was_dropped_outside_terraform_is_a_finding(tmp_path: Path) -> None:
    assert failures(drifted(PRODUCTS, "global_secondary_index", []), tmp_path) == [(PRODUCTS, "global_secondary_index", INDEX)]


def test_an_index_that_the_plan_builds_again_is_none(tmp_path: Path) -> None:
    assert failures(drifted(PRODUCTS, "global_secondary_index", [], restored=True), tmp_path) == []


@pytest.mark.parametrize("restored", [False, True], ids=["left", "restored"])
def test_an_alarm_that_was_moved_to_another_table_outside_terraform(restored: bool, tmp_path: Path) -> None:
    plan = drifted(ALARM, "dimensions", {"TableName": "another"}, restored=restored)
    message = (
        'Alarm "dev-dynamodb-products-read-throttle" was changed outside Terraform; after the plan, no alarm watches "ReadThrottleEvents" '
        'with the dimensions { TableName = "dev-products" }'
    )
    assert [found for found in failures(plan, tmp_path) if "outside" in found[2]] == ([] if restored else [(ALARM, "", message)])


def test_drift_that_loses_nothing_is_no_finding(tmp_path: Path) -> None:
    assert failures(drifted(ALARM, "alarm_description", "by hand"), tmp_path) == []
    assert failures(drifted(PRODUCTS, "tags", {"Team": "shop"}), tmp_path) == []


def without(address: str) -> dict[str, Any]:
    """A plan with -refresh-only that records that a resource of the module was deleted outside Terraform."""
    plan: dict[str, Any] = json.loads((PLANS / "change_refresh_only.json").read_bytes())
    (module,) = plan["prior_state"]["values"]["root_module"]["child_modules"]
    (gone,) = (each for each in module["resources"] if each["address"] == address)
    module["resources"].remove(gone)
    change = {"actions": ["delete"], "before": gone["values"], "after": None}
    keys = ("address", "mode", "type", "name", "provider_name")
    return plan | {"resource_drift": [{key: gone[key] for key in keys} | {"change": change}]}


def test_an_alarm_that_was_deleted_outside_terraform(tmp_path: Path) -> None:
    message = (
        'Alarm "dev-dynamodb-products-read-throttle" was deleted outside Terraform; after the plan, no alarm watches "ReadThrottleEvents" '
        'with the dimensions { TableName = "dev-products" }'
    )
    assert failures(without(ALARM), tmp_path) == [(ALARM, "", message)]


def test_a_table_that_was_deleted_outside_terraform(tmp_path: Path) -> None:
    message = 'Table "dev-products" was deleted outside Terraform since the last apply, with all its items'
    assert failures(without(PRODUCTS), tmp_path) == [(PRODUCTS, "", message)]
