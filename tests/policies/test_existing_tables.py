"""Tables that exist: a plan shows arguments of them that the configuration does not set, and DynamoDB has accepted them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Status
from tests.policies.edited_plans import TABLE, Plan, entry, with_values

pytestmark = pytest.mark.usefixtures("on_every_rule")


def findings(plan: Plan, path: Path, rule: str = "invalid-table") -> list[str]:
    """What a rule finds in a plan."""
    path.write_text(json.dumps(plan))
    results = dyncheck.check(path, select=[rule]).results
    return [result.message for result in results if result.status is not Status.PASS]


def limits(reads: int) -> Plan:
    """An on-demand maximum of the table."""
    return {"on_demand_throughput": [{"max_read_request_units": reads, "max_write_request_units": -1}]}


HERE, THERE = (f"arn:aws:kms:{region}:123456789012:key/1" for region in ("us-east-1", "eu-west-1"))
ENABLED = {"enabled": {"constant_value": True}}
REPLICA = {"region_name": {"constant_value": "eu-west-1"}}
REPORTED = "{}.kms_key_arn is the ARN of a key that the configuration no longer sets, and an ARN does not show who manages the key"


def keys(here: str, there: str) -> Plan:
    """The keys of the table and of a replica."""
    return {
        "server_side_encryption": [{"enabled": True, "kms_key_arn": here}],
        "replica": [{"region_name": "eu-west-1", "kms_key_arn": there}],
    }


DROPPED = 'Index "i" is dropped: queries of it fail. Building it again takes time and write capacity'
INDEX = {"name": "i", "hash_key": "id", "projection_type": "ALL"}
PROVISIONED = {"billing_mode": "PROVISIONED", "read_capacity": 1, "write_capacity": 1}
OFF = {"stream_enabled": False, "stream_view_type": "KEYS_ONLY"}


@pytest.mark.parametrize(
    ("values", "configured", "found"),
    [
        pytest.param({"name": "ab"}, {}, [], id="short name"),
        pytest.param({"global_secondary_index": [INDEX]}, {}, [], id="short name of an index"),
        pytest.param({"point_in_time_recovery": [{"enabled": False, "recovery_period_in_days": 0}]}, {}, [], id="recovery off"),
        pytest.param(
            {"point_in_time_recovery": [{"enabled": True, "recovery_period_in_days": 36}]},
            {},
            ["Recovery window is invalid: point_in_time_recovery.recovery_period_in_days is 36; expected 1 to 35 days"],
            id="recovery of 36 days",
        ),
        pytest.param(OFF, {}, [], id="view type left by a stream"),
        pytest.param(
            OFF,
            {"stream_view_type": {"constant_value": "KEYS_ONLY"}},
            [
                "Stream has a view type but is off: version 6 of the provider refuses that, earlier versions create no stream: "
                "stream_enabled is false; expected true"
            ],
            id="view type without a stream",
        ),
        pytest.param(limits(0), {"on_demand_throughput": [{}]}, [], id="no maximum"),
        pytest.param(
            limits(0),
            {"on_demand_throughput": [{"max_read_request_units": {"constant_value": 0}}]},
            [
                "Table has an invalid on-demand maximum: on_demand_throughput.max_read_request_units is 0; "
                "expected 1 or more request units, or -1 for no maximum"
            ],
            id="maximum of zero",
        ),
        pytest.param(
            PROVISIONED | limits(5),
            {"on_demand_throughput": [{}]},
            ["Table has an on-demand maximum under PROVISIONED: on_demand_throughput.max_read_request_units is 5; expected no value"],
            id="maximum that the table keeps",
        ),
        pytest.param(
            keys(HERE, ""),
            {"server_side_encryption": [ENABLED], "replica": [REPLICA]},
            [REPORTED.format("server_side_encryption")],
            id="kept key",
        ),
        pytest.param(
            keys(HERE, THERE),
            {"server_side_encryption": [ENABLED | {"kms_key_arn": {"constant_value": HERE}}], "replica": [REPLICA]},
            [REPORTED.format('replica["eu-west-1"]')],
            id="kept key of a replica",
        ),
        pytest.param(keys(HERE, THERE), {"server_side_encryption": [ENABLED], "replica": [REPLICA]}, [], id="kept keys"),
        pytest.param(keys(HERE, THERE), {}, [], id="keys of dynamic blocks"),
        pytest.param(PROVISIONED | {"replica": [{"region_name": "eu-west-1"}]}, {}, [], id="provisioned with a replica"),
    ],
)
def test_a_table_that_exists(values: Plan, configured: Plan, found: list[str], tmp_path: Path) -> None:
    assert findings(with_values(values, values, configured), tmp_path / "plan.json") == found


def test_default_tags_count_as_tags(tmp_path: Path) -> None:
    tags = {f"tag-{number}": "x" for number in range(50)}
    plan = with_values({}, {"tags": tags, "tags_all": tags | {"Team": "x"}})
    assert findings(plan, tmp_path / "plan.json") == ["Table has too many tags: tags is a map of 51; expected 50 at most"]


def test_a_tag_may_have_no_value(tmp_path: Path) -> None:
    tags = {"tags": {"Team": None}, "tags_all": {"Team": None}}
    assert findings(with_values(tags, tags), tmp_path / "plan.json") == []


def test_a_table_is_destroyed_in_all_its_regions(tmp_path: Path) -> None:
    plan = with_values({"replica": [{"region_name": "eu-west-1"}]}, {})
    table = entry(plan, TABLE)
    table |= {"action_reason": "delete_because_no_resource_config"}
    table["change"] |= {"actions": ["delete"], "after": None}
    assert findings(plan, tmp_path / "plan.json", "table-replacement") == [
        'Table "rc-left-time-to-live" is destroyed with all its items in all its regions, because the configuration no longer has its '
        "block. Deletion protection is off, so nothing stops the apply; point-in-time recovery is off, so no backup stays. To keep the "
        "table outside Terraform, write a removed block with destroy = false"
    ]


@pytest.mark.parametrize(("after", "found"), [([], [DROPPED]), ([INDEX | {"projection_type": "KEYS_ONLY"}], [])])
def test_a_table_that_is_replaced_builds_its_indexes_itself(after: list[Plan], found: list[str], tmp_path: Path) -> None:
    plan = with_values({"global_secondary_index": [INDEX]}, {"global_secondary_index": after})
    entry(plan, TABLE)["change"]["actions"] = ["delete", "create"]
    assert findings(plan, tmp_path / "plan.json", "index-removed") == found


def test_what_is_known_of_a_new_table_is_configured(tmp_path: Path) -> None:
    """A dynamic block, which a plan does not describe, has the keys."""
    values = keys(HERE, THERE) | {"point_in_time_recovery": []}
    plan = with_values({}, values)
    entry(plan, TABLE)["change"] |= {"actions": ["create"], "before": None}
    assert findings(plan, tmp_path / "plan.json") == []
    assert findings(plan, tmp_path / "plan.json", "aws-managed-key") == []
