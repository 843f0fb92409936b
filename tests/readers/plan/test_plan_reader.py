"""Plans of other provider versions and other tools, and plans with deposed, imported and deferred objects.

Each case is a real plan with one part changed, as the documentation or the source of the provider or tool describes it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.errors import InputError
from dyncheck.findings import Report, Status
from tests.support.paths import PLANS

Plan = dict[str, Any]
Check = Callable[..., Report]

TABLE = "module.dynamodb.aws_dynamodb_table.products"


@pytest.fixture
def plan() -> Plan:
    """The plan of the reference module."""
    loaded: Plan = json.loads((PLANS / "reference.json").read_bytes())
    return loaded


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check a changed plan."""

    def run(changed: Plan, **options: Any) -> Report:
        path = tmp_path / "plan.json"
        path.write_text(json.dumps(changed))
        return dyncheck.check(path, **options)

    return run


def change(plan: Plan, address: str) -> Plan:
    """The entry of a resource in `resource_changes`."""
    found: Plan = next(entry for entry in plan["resource_changes"] if entry["address"] == address)
    return found


def worse_than_notes(report: Report) -> list[tuple[str, str, str]]:
    """The status, rule and address of each finding that is not a note."""
    return [
        (result.status.value, result.rule, result.address)
        for result in report.results
        if result.status is not Status.PASS and result.severity.value != "note"
    ]


def test_unchanged_plan_has_only_notes(plan: Plan, check: Check) -> None:
    assert worse_than_notes(check(plan)) == []


def with_key_schema(plan: Plan) -> None:
    """Write the index in the syntax of provider version 6.29."""
    body = change(plan, TABLE)["change"]
    body["after"]["region"] = "us-east-1"
    (index,) = body["after"]["global_secondary_index"]
    for old in ("hash_key", "range_key"):
        index.pop(old)
    index["key_schema"] = [{"attribute_name": "category", "key_type": "HASH"}, {"attribute_name": "created_at", "key_type": "RANGE"}]
    body["after_unknown"]["global_secondary_index"] = [{"hash_key": True, "range_key": True, "read_capacity": True, "write_capacity": True}]


def test_index_is_read_from_its_key_schema(plan: Plan, check: Check) -> None:
    with_key_schema(plan)
    assert worse_than_notes(check(plan)) == []


def test_wrong_key_in_a_key_schema_fails(plan: Plan, check: Check) -> None:
    with_key_schema(plan)
    change(plan, TABLE)["change"]["after"]["global_secondary_index"][0]["key_schema"][0]["attribute_name"] = "created_at"
    assert ("fail", "wrong-index", TABLE) in worse_than_notes(check(plan))


def with_separate_index(plan: Plan, name: Any = "dev-products") -> Plan:
    """Write the index as the resource aws_dynamodb_global_secondary_index of provider version 6."""
    # They do not have it, and dyncheck refuses a plan whose parts do not fit together.
    del plan["planned_values"]
    table = change(plan, TABLE)
    table["change"]["after"]["global_secondary_index"] = []
    table["change"]["after_unknown"]["global_secondary_index"] = []
    index = copy.deepcopy(table)
    index |= {"address": "module.dynamodb.aws_dynamodb_global_secondary_index.category", "name": "category"}
    index["type"] = "aws_dynamodb_global_secondary_index"
    index["change"] |= {
        "after": {
            "index_name": "CategoryIndex",
            "table_name": name,
            "key_schema": [
                {"attribute_name": "category", "attribute_type": "S", "key_type": "HASH"},
                {"attribute_name": "created_at", "attribute_type": "S", "key_type": "RANGE"},
            ],
            "projection": [{"projection_type": "ALL", "non_key_attributes": None}],
        },
        "after_unknown": {} if name else {"table_name": True},
        "after_sensitive": {},
    }
    plan["resource_changes"].append(index)
    written = {"table_name": {"constant_value": name} if name else {"references": ["random_id.table.hex", "random_id.table"]}}
    block = {"address": index["address"], "mode": "managed", "type": index["type"], "name": "category"}
    blocks = plan["configuration"]["root_module"]["module_calls"]["dynamodb"]["module"]["resources"]
    blocks.append(block | {"provider_config_key": "aws", "expressions": written})
    return index


def test_separate_index_resource_passes(plan: Plan, check: Check) -> None:
    with_separate_index(plan)
    assert worse_than_notes(check(plan)) == []


def test_index_is_missing_when_the_separate_index_is_on_another_table(plan: Plan, check: Check) -> None:
    with_separate_index(plan, "dev-sessions")
    assert ("fail", "missing-index", TABLE) in worse_than_notes(check(plan))


def test_separate_index_with_another_key_type_fails(plan: Plan, check: Check) -> None:
    index = with_separate_index(plan)
    index["change"]["after"]["key_schema"][0]["attribute_type"] = "N"
    assert worse_than_notes(check(plan)) == [("fail", "wrong-index", index["address"])]


def test_missing_index_is_unknown_when_a_separate_index_has_an_unknown_table(plan: Plan, check: Check) -> None:
    with_separate_index(plan, None)
    found = worse_than_notes(check(plan))
    assert ("unknown", "missing-index", TABLE) in found
    assert ("fail", "missing-index", TABLE) not in found


@pytest.mark.parametrize(
    ("table", "alarm", "watched"),
    [("us-east-1", "us-east-1", True), ("us-east-1", "eu-west-1", False), (None, "us-east-1", True), (None, "eu-west-1", False)],
    ids=["same region", "another region", "the provider's region", "not the provider's region"],
)
def test_alarm_counts_only_in_the_region_of_its_table(table: str | None, alarm: str, watched: bool, plan: Plan, check: Check) -> None:
    change(plan, TABLE)["change"]["after"]["region"] = table
    for direction in ("read", "write"):
        change(plan, f"module.dynamodb.aws_cloudwatch_metric_alarm.products_{direction}_throttle")["change"]["after"]["region"] = alarm
    found = ("fail", "no-throttle-alarm", TABLE) in worse_than_notes(check(plan))
    assert found is not watched


def test_the_order_of_the_arguments_of_a_provider_does_not_matter(plan: Plan, check: Check) -> None:
    providers = plan["configuration"]["provider_config"]
    providers["aws"]["expressions"]["endpoints"] = [{"cloudwatch": {"constant_value": "a"}, "dynamodb": {"constant_value": "b"}}]
    again = copy.deepcopy(providers["aws"]) | {"alias": "again"}
    again["expressions"]["endpoints"] = [{"dynamodb": {"constant_value": "b"}, "cloudwatch": {"constant_value": "a"}}]
    providers["aws.again"] = again
    for block in plan["configuration"]["root_module"]["module_calls"]["dynamodb"]["module"]["resources"]:
        if block["type"] == "aws_cloudwatch_metric_alarm":
            block["provider_config_key"] = "aws.again"
    assert worse_than_notes(check(plan)) == []


def test_deposed_object_counts_as_a_table(plan: Plan, check: Check) -> None:
    deposed = copy.deepcopy(change(plan, TABLE)) | {"deposed": "3e9f6e5c"}
    deposed["change"] |= {"actions": ["delete"], "before": deposed["change"]["after"], "after": None}
    plan["resource_changes"].append(deposed)
    plan["prior_state"] = {}
    report = check(plan)
    assert (report.inputs[0].tables, report.inputs[0].notices) == (2, ())
    assert worse_than_notes(report) == [("fail", "table-replacement", TABLE)]
    assert next(result.message for result in report.results if result.rule == "table-replacement").startswith(
        'Table "dev-products" is destroyed with all its items, because an earlier replacement left it behind. '
    )


def test_data_source_is_not_checked(plan: Plan, check: Check) -> None:
    data = copy.deepcopy(change(plan, TABLE)) | {"mode": "data", "address": "data.aws_dynamodb_table.products"}
    data["change"] |= {"actions": ["read"], "after": {"name": "other"}}
    plan["resource_changes"].append(data)
    assert check(plan).inputs[0].tables == 2


def test_table_of_another_provider_is_not_checked(plan: Plan, check: Check) -> None:
    other = copy.deepcopy(change(plan, TABLE)) | {"address": "aws_dynamodb_table.other", "provider_name": "example.com/acme/aws"}
    plan["resource_changes"].append(other)
    assert check(plan).inputs[0].tables == 2


def test_imported_table_is_checked_with_its_planned_values(plan: Plan, check: Check) -> None:
    table = change(plan, TABLE)["change"]
    table |= {"actions": ["update"], "importing": {"id": "dev-products"}, "before": copy.deepcopy(table["after"])}
    table["after"]["point_in_time_recovery"] = [{"enabled": False}]
    assert worse_than_notes(check(plan)) == [("fail", "no-point-in-time-recovery", TABLE), ("fail", "protection-removed", TABLE)]


def test_plan_of_opentofu_is_read(plan: Plan, check: Check) -> None:
    tofu = json.loads(json.dumps(plan).replace("registry.terraform.io", "registry.opentofu.org"))
    for name in ("applyable", "complete"):
        tofu.pop(name)
    report = check(tofu | {"terraform_version": "1.10.0"})
    assert (report.inputs[0].producer, worse_than_notes(report)) == ("OpenTofu 1.10.0", [])


def test_plan_of_terraform_0_12_is_read(plan: Plan, check: Check) -> None:
    old = {name: plan[name] for name in ("planned_values", "resource_changes", "configuration")}
    for entry in old["resource_changes"]:
        entry["provider_name"] = "aws"
        entry["change"].pop("after_sensitive")
    report = check({"format_version": "0.1", "terraform_version": "0.12.31"} | old)
    assert (report.inputs[0].producer, worse_than_notes(report)) == ("Terraform 0.12.31", [])


def test_unknown_values_stay_unknown_without_a_configuration(plan: Plan, check: Check) -> None:
    plan.pop("configuration")
    table = change(plan, TABLE)["change"]
    table["after"].pop("point_in_time_recovery")
    table["after_unknown"]["point_in_time_recovery"] = True
    assert ("unknown", "no-point-in-time-recovery", TABLE) in worse_than_notes(check(plan))


def test_unknown_block_is_unset_when_the_configuration_does_not_set_it(plan: Plan, check: Check) -> None:
    table = change(plan, TABLE)["change"]
    table["after"].pop("point_in_time_recovery")
    table["after_unknown"]["point_in_time_recovery"] = True
    entry = plan["configuration"]["root_module"]["module_calls"]["dynamodb"]["module"]["resources"]
    next(block for block in entry if block["address"] == "aws_dynamodb_table.products")["expressions"].pop("point_in_time_recovery")
    assert worse_than_notes(check(plan)) == [("fail", "no-point-in-time-recovery", TABLE)]


def test_module_key_may_contain_any_characters(plan: Plan, check: Check) -> None:
    key = r'["we\"ird.k[0]"]'
    text = json.dumps(plan["resource_changes"]).replace('"module.dynamodb', json.dumps(f"module.dynamodb{key}")[:-1])
    plan["resource_changes"] = json.loads(text)
    del plan["planned_values"]
    report = check(plan)
    assert worse_than_notes(report) == []
    assert {result.address.startswith(f"module.dynamodb{key}.") for result in report.results} == {True}


def test_deferred_changes_are_checked(plan: Plan, check: Check) -> None:
    deferred = change(plan, TABLE)
    plan["resource_changes"].remove(deferred)
    plan |= {"complete": False, "deferred_changes": [{"reason": "instance_count_unknown", "resource_change": deferred}]}
    report = check(plan)
    assert (report.inputs[0].tables, worse_than_notes(report)) == (2, [])
    assert [notice for notice in report.inputs[0].notices if "partial" in notice] == [
        "The plan is partial (-target, or changes deferred to a later plan). Nothing outside it was checked."
    ]


@pytest.mark.parametrize("version", ["2.0", "10.1", "x", ""])
def test_unknown_major_version_is_refused(version: str, plan: Plan, check: Check) -> None:
    with pytest.raises(InputError, match="dyncheck reads 0"):
        check(plan | {"format_version": version})
