"""Changes that AWS refuses and that only version 6 of the provider has: a real plan of version 5 with the arguments of version 6."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.findings import Status
from tests.policies.edited_plans import TABLE, Plan, entry, with_values

pytestmark = pytest.mark.usefixtures("on_every_rule")


def replica(region: str, mode: str = "EVENTUAL", *, protected: bool = False) -> Plan:
    """A replica block as version 6 of the provider shows it."""
    return {"region_name": region, "consistency_mode": mode, "deletion_protection_enabled": protected, "kms_key_arn": ""}


def witness(region: str) -> list[Plan]:
    """A witness block."""
    return [{"region_name": region}]


def findings(plan: Plan, path: Path) -> list[tuple[str, str]]:
    """What refused-change finds in a plan: the argument and the message."""
    path.write_text(json.dumps(plan))
    results = dyncheck.check(path, select=["refused-change"]).results
    return [(result.attribute, result.message) for result in results if result.status is not Status.PASS]


STRONG_PAIR = [replica("us-west-2", "STRONG"), replica("us-east-2", "STRONG")]
WITH_WITNESS = {"replica": STRONG_PAIR[:1], "global_table_witness": witness("us-east-2")}
FROZEN = (
    "replica",
    "DynamoDB refuses to add or remove single members of a group with strong consistency. "
    "Apply in two steps: first remove all replicas and the witness, then create the new group",
)
OTHER_CONSISTENCY = (
    'replica["eu-west-1"].consistency_mode',
    'DynamoDB refuses to change the consistency mode of the existing replica in "eu-west-1". Apply in two steps: first remove '
    'all replicas, then create them with the other mode: replica["eu-west-1"].consistency_mode is "STRONG"; expected "EVENTUAL"',
)
PROVISIONED = {"billing_mode": "PROVISIONED", "read_capacity": 5, "write_capacity": 5}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param(
            {"replica": [replica("eu-west-1")]},
            {"replica": [replica("eu-west-1", "STRONG")]},
            [OTHER_CONSISTENCY],
            id="other consistency",
        ),
        pytest.param(
            {"replica": [replica("eu-west-1"), replica("eu-west-2")]},
            {"replica": [replica("eu-west-1", "STRONG"), replica("eu-west-2", "STRONG")]},
            [OTHER_CONSISTENCY],
            id="other consistency of two replicas",
        ),
        pytest.param({"replica": [replica("eu-west-1", "")]}, {"replica": [replica("eu-west-1")]}, [], id="consistency written"),
        pytest.param({"replica": STRONG_PAIR}, {"replica": STRONG_PAIR[:1]}, [FROZEN], id="one strong replica removed"),
        pytest.param(
            WITH_WITNESS,
            {"replica": STRONG_PAIR, "global_table_witness": []},
            [FROZEN],
            id="a witness becomes a replica",
        ),
        pytest.param(
            WITH_WITNESS,
            {"replica": STRONG_PAIR[:1], "global_table_witness": []},
            [FROZEN],
            id="witness removed",
        ),
        pytest.param(WITH_WITNESS, WITH_WITNESS | {"global_table_witness": witness("eu-west-1")}, [FROZEN], id="witness moved"),
        pytest.param(WITH_WITNESS, WITH_WITNESS, [], id="witness kept"),
        pytest.param(
            PROVISIONED,
            PROVISIONED | {"replica": [replica("eu-west-1")]},
            [
                (
                    "replica",
                    "replica is added to a PROVISIONED table; DynamoDB refuses that unless autoscaling manages the write capacity of the "
                    "table and of every index, which the plan does not show",
                )
            ],
            id="replica added to a provisioned table",
        ),
        pytest.param(
            PROVISIONED | {"replica": [replica("eu-west-1")]},
            PROVISIONED | {"replica": [replica("eu-west-1"), replica("eu-west-2")]},
            [],
            id="replica added to replicas of a provisioned table",
        ),
        pytest.param({"replica": STRONG_PAIR}, {"replica": []}, [], id="all strong replicas removed"),
        pytest.param({"replica": STRONG_PAIR}, {"replica": STRONG_PAIR}, [], id="strong replicas kept"),
        pytest.param(
            {"replica": []},
            {"replica": STRONG_PAIR},
            [
                (
                    "replica",
                    "replica is added with strong consistency to an existing table; DynamoDB refuses that unless the table is empty, "
                    "which no plan shows",
                )
            ],
            id="strong replicas added",
        ),
        pytest.param({"replica": []}, {"replica": [replica("eu-west-1")]}, [], id="eventual replica added"),
        pytest.param(
            {"replica": [replica("eu-west-1"), replica("eu-central-1")]},
            {"replica": [replica("eu-west-1")]},
            [],
            id="one eventual replica removed",
        ),
        pytest.param(
            {"replica": [replica("eu-west-1", protected=True)]},
            {"replica": []},
            [
                (
                    'replica["eu-west-1"]',
                    'DynamoDB refuses to delete the replica in "eu-west-1", which has deletion protection. Apply in two steps: first '
                    "deletion_protection_enabled = false in the replica, then remove it",
                )
            ],
            id="protected replica removed",
        ),
        pytest.param(
            {"replica": [replica("eu-west-1", protected=True)]},
            {"replica": [replica("eu-west-1")]},
            [],
            id="protection of a replica removed",
        ),
    ],
)
def test_a_change_of_replicas(before: Plan, after: Plan, found: list[tuple[str, str]], tmp_path: Path) -> None:
    assert findings(with_values(before, after), tmp_path / "plan.json") == found


PROTECTED = {"deletion_protection_enabled": True}
STREAM = {"stream_enabled": True, "stream_view_type": "KEYS_ONLY"}


def limits(reads: int, writes: int) -> Plan:
    """The on-demand maxima of a table or an index."""
    return {"on_demand_throughput": [{"max_read_request_units": reads, "max_write_request_units": writes}]}


def index(name: str = "ByK", **others: Any) -> Plan:
    """One index of the table."""
    return {"global_secondary_index": [{"name": name, "hash_key": "k", "projection_type": "ALL"} | others]}


def together(one: str, other: str) -> tuple[str, str]:
    """The finding on two settings that change in one update."""
    summary = f"DynamoDB refuses to change {one} and {other} in one update. Apply in two steps: first {one}, then {other}"
    return (one if one == "deletion_protection_enabled" else "stream_enabled", summary)


WITH_CAPACITY = together("deletion_protection_enabled", "billing_mode or capacity")
WITH_LIMITS = together("deletion_protection_enabled", "on_demand_throughput")
WITH_INDEX = together("deletion_protection_enabled", "the capacity of an index")
CAPACITY_WITH_STREAM = together("billing_mode or capacity", "stream_enabled")
LIMITS_WITH_STREAM = together("on_demand_throughput", "stream_enabled")


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param({}, PROTECTED | STREAM, [together("deletion_protection_enabled", "stream_enabled")], id="protection and stream"),
        pytest.param(PROVISIONED, PROVISIONED | PROTECTED | {"read_capacity": 6}, [WITH_CAPACITY], id="protection and reads"),
        pytest.param(PROVISIONED, PROVISIONED | PROTECTED | {"write_capacity": 6}, [WITH_CAPACITY], id="protection and writes"),
        pytest.param({}, PROVISIONED | PROTECTED, [WITH_CAPACITY], id="protection and mode"),
        pytest.param({"read_capacity": 5}, PROTECTED | {"read_capacity": 0}, [], id="capacity without effect"),
        pytest.param(PROVISIONED, PROVISIONED | STREAM | {"read_capacity": 6}, [CAPACITY_WITH_STREAM], id="reads and stream"),
        pytest.param(PROVISIONED, PROVISIONED | STREAM, [], id="stream of a provisioned table"),
        pytest.param(PROVISIONED, STREAM, [], id="on-demand and stream"),
        pytest.param(limits(5, -1), PROTECTED | limits(7, -1), [WITH_LIMITS], id="protection and maximum of reads"),
        pytest.param(limits(-1, 5), PROTECTED | limits(-1, 7), [WITH_LIMITS], id="protection and maximum of writes"),
        pytest.param(limits(0, 0), PROTECTED | limits(-1, -1), [], id="no maxima in two forms"),
        pytest.param(limits(5, 5), STREAM | limits(7, 5), [LIMITS_WITH_STREAM], id="maximum and stream"),
        pytest.param(PROVISIONED | limits(0, 0), STREAM | limits(7, 5), [], id="mode, maximum and stream"),
        pytest.param(
            PROVISIONED | index(read_capacity=1, write_capacity=1),
            PROVISIONED | PROTECTED | index(read_capacity=2, write_capacity=1),
            [WITH_INDEX],
            id="protection and reads of an index",
        ),
        pytest.param(
            PROVISIONED | index(read_capacity=1, write_capacity=1),
            PROVISIONED | PROTECTED | index(read_capacity=1, write_capacity=2),
            [WITH_INDEX],
            id="protection and writes of an index",
        ),
        pytest.param(index(read_capacity=1), PROTECTED | index(read_capacity=0), [], id="capacity of an index without effect"),
        pytest.param(index(**limits(5, 5)), PROTECTED | index(**limits(7, 5)), [WITH_INDEX], id="protection and maximum of an index"),
        pytest.param(index(**limits(5, 5)), PROTECTED | index(**limits(5, 5)), [], id="maximum of an index kept"),
        pytest.param({}, PROTECTED | index(), [], id="protection and new index"),
    ],
)
def test_a_change_of_two_settings(before: Plan, after: Plan, found: list[tuple[str, str]], tmp_path: Path) -> None:
    assert findings(with_values(before, after), tmp_path / "plan.json") == found


@pytest.mark.parametrize("actions", [["delete", "create"], ["create", "forget"]])
def test_a_table_that_is_created_again_is_not_updated(actions: list[str], tmp_path: Path) -> None:
    plan = with_values({}, PROTECTED | STREAM)
    entry(plan, TABLE)["change"]["actions"] = actions
    assert findings(plan, tmp_path / "plan.json") == []


@pytest.mark.parametrize(
    "before",
    [
        pytest.param({"ttl": [{"attribute_name": "a", "enabled": False}]}, id="off"),
        pytest.param({"ttl": []}, id="never on"),
    ],
)
def test_time_to_live_that_is_off_can_take_any_attribute(before: Plan, tmp_path: Path) -> None:
    plan = with_values(before, {"ttl": [{"attribute_name": "b", "enabled": True}]})
    assert findings(plan, tmp_path / "plan.json") == []


def with_separate_index(plan: Plan, actions: list[str], **change: Any) -> Plan:
    """The plan with an index of the table that is a resource."""
    values = {"index_name": "ByK", "table_name": entry(plan, TABLE)["change"]["after"]["name"]}
    block = {
        "address": "aws_dynamodb_global_secondary_index.by_k",
        "mode": "managed",
        "type": "aws_dynamodb_global_secondary_index",
        "name": "by_k",
    }
    made = {"actions": actions, "before": None, "after": values, "after_unknown": {}} | change
    expressions = {"table_name": {"references": ["terraform_data.later.output", "terraform_data.later"]}}
    plan["resource_changes"].append(block | {"provider_name": "registry.terraform.io/hashicorp/aws", "change": made})
    plan["configuration"]["root_module"]["resources"].append(block | {"provider_config_key": "aws", "expressions": expressions})
    return plan


@pytest.mark.parametrize("actions", [["create"], ["update"]], ids=["created", "imported"])
def test_an_index_that_moves_to_its_own_resource_has_to_be_imported(actions: list[str], tmp_path: Path) -> None:
    refused = (
        "index_name",
        'DynamoDB refuses to create index "ByK", which the table has already. '
        "Apply in two steps: first import the index into aws_dynamodb_global_secondary_index.by_k, then plan again",
    )
    plan = with_separate_index(with_values(index(), index()), actions)
    entry(plan, TABLE)["change"]["actions"] = ["no-op"]
    assert findings(plan, tmp_path / "plan.json") == ([refused] if actions == ["create"] else [])


def test_an_index_can_be_created_when_its_block_is_removed(tmp_path: Path) -> None:
    written: Plan = {"global_secondary_index": [{}]}
    plan = with_separate_index(with_values(index(), index("ByL"), written), ["create"])
    assert findings(plan, tmp_path / "plan.json") == []


def test_an_index_can_be_created_beside_a_block_that_stays(tmp_path: Path) -> None:
    plan = with_separate_index(with_values(index("ByL"), index("ByL")), ["create"])
    assert findings(plan, tmp_path / "plan.json") == []


def test_an_index_that_is_a_resource_already_can_be_replaced(tmp_path: Path) -> None:
    # The provider shows it among the blocks of the table too.
    plan = with_values(index(), index())
    values = {"index_name": "ByK", "table_name": entry(plan, TABLE)["change"]["after"]["name"]}
    assert findings(with_separate_index(plan, ["delete", "create"], before=values), tmp_path / "plan.json") == []


def test_an_index_of_an_unknown_table_does_not_move(tmp_path: Path) -> None:
    plan = with_separate_index(with_values({}, {}), ["create"], after={"index_name": "ByK"}, after_unknown={"table_name": True})
    assert findings(plan, tmp_path / "plan.json") == []
