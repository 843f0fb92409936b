"""Changes that AWS refuses and that only version 6 of the provider has: a real plan of version 5 with the arguments of version 6."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.findings import Status
from tests.policies.edited_plans import entry
from tests.support.paths import POLICIES

pytestmark = pytest.mark.usefixtures("on_every_rule")

Plan = dict[str, Any]

# A table without a change, of the fixture.
TABLE = "left_time_to_live"


def replica(region: str, mode: str = "EVENTUAL", *, protected: bool = False) -> Plan:
    """A replica block as version 6 of the provider shows it."""
    return {"region_name": region, "consistency_mode": mode, "deletion_protection_enabled": protected, "kms_key_arn": ""}


def witness(region: str) -> list[Plan]:
    """A witness block."""
    return [{"region_name": region}]


def plan_with(before: Plan, after: Plan) -> Plan:
    """The plan of the fixture with other arguments of one table, which is its only resource."""
    plan: Plan = json.loads((POLICIES / "refused_change.plan.json").read_bytes())
    table = entry(plan, TABLE)
    plan["resource_changes"] = [table]
    table["change"] |= {
        "actions": ["update"],
        "before": table["change"]["before"] | before,
        "after": table["change"]["after"] | after,
        "after_unknown": {},
    }
    return plan


def findings(plan: Plan, path: Path) -> list[str]:
    """What refused-change finds in a plan."""
    path.write_text(json.dumps(plan))
    results = dyncheck.check(path, select=["refused-change"]).results
    return [result.message for result in results if result.status is not Status.PASS]


STRONG_PAIR = [replica("us-west-2", "STRONG"), replica("us-east-2", "STRONG")]
FROZEN = (
    "DynamoDB refuses to add or remove single members of a group with strong consistency. "
    "Apply in two steps: first remove all replicas and the witness, then create the new group"
)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param(
            {"replica": [replica("eu-west-1")]},
            {"replica": [replica("eu-west-1", "STRONG")]},
            [
                'DynamoDB refuses to change the consistency mode of the existing replica in "eu-west-1". Apply in two steps: first remove '
                'all replicas, then create them with the other mode: replica["eu-west-1"].consistency_mode is "STRONG"; expected "EVENTUAL"'
            ],
            id="other consistency",
        ),
        pytest.param({"replica": STRONG_PAIR}, {"replica": STRONG_PAIR[:1]}, [FROZEN], id="one strong replica removed"),
        pytest.param(
            {"replica": STRONG_PAIR[:1], "global_table_witness": witness("us-east-2")},
            {"replica": STRONG_PAIR, "global_table_witness": []},
            [FROZEN],
            id="a witness becomes a replica",
        ),
        pytest.param(
            {"replica": STRONG_PAIR[:1], "global_table_witness": witness("us-east-2")},
            {"replica": STRONG_PAIR[:1], "global_table_witness": []},
            [FROZEN],
            id="witness removed",
        ),
        pytest.param({"replica": STRONG_PAIR}, {"replica": []}, [], id="all strong replicas removed"),
        pytest.param({"replica": STRONG_PAIR}, {"replica": STRONG_PAIR}, [], id="strong replicas kept"),
        pytest.param(
            {"replica": []},
            {"replica": STRONG_PAIR},
            [
                "replica is added with strong consistency to an existing table; DynamoDB refuses that unless the table is empty, "
                "which no plan shows"
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
                'DynamoDB refuses to delete the replica in "eu-west-1", which has deletion protection. Apply in two steps: first '
                "deletion_protection_enabled = false in the replica, then remove it"
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
def test_a_change_of_replicas(before: Plan, after: Plan, found: list[str], tmp_path: Path) -> None:
    assert findings(plan_with(before, after), tmp_path / "plan.json") == found


@pytest.mark.parametrize("actions", [["create"], ["update"]], ids=["created", "imported"])
def test_an_index_that_moves_to_its_own_resource_has_to_be_imported(actions: list[str], tmp_path: Path) -> None:
    blocks = {"global_secondary_index": [{"name": "ByK", "hash_key": "k", "projection_type": "ALL"}]}
    plan = plan_with(blocks, blocks)
    entry(plan, TABLE)["change"]["actions"] = ["no-op"]
    values = {"index_name": "ByK", "table_name": entry(plan, TABLE)["change"]["after"]["name"]}
    index = {
        "address": "aws_dynamodb_global_secondary_index.by_k",
        "mode": "managed",
        "type": "aws_dynamodb_global_secondary_index",
        "name": "by_k",
    }
    change = {"actions": actions, "before": None, "after": values, "after_unknown": {}}
    plan["resource_changes"].append(index | {"provider_name": "registry.terraform.io/hashicorp/aws", "change": change})
    plan["configuration"]["root_module"]["resources"].append(index | {"provider_config_key": "aws", "expressions": {}})
    refused = (
        'DynamoDB refuses to create index "ByK", which the table has already. '
        "Apply in two steps: first import the index into aws_dynamodb_global_secondary_index.by_k, then plan again"
    )
    assert findings(plan, tmp_path / "plan.json") == ([refused] if actions == ["create"] else [])
