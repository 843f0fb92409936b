"""Indexes as blocks and as resources, before and after a plan.

The plans in `index_plans` are of Terraform 1.11 with the schema of provider 6, on a table that exists, reduced to tables and indexes.
Such a table also shows its separate indexes in `global_secondary_index`, as they were before the plan.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.findings import Input, Status

PLANS = Path(__file__).parent / "index_plans"
RULES = ("attribute-mismatch", "index-removed", "missing-index", "wrong-index")

TABLE, RESOURCE = "aws_dynamodb_table.products", "aws_dynamodb_global_secondary_index"
COSTS = "Building it takes time and write capacity"
REBUILT = f'Index "CategoryIndex" is dropped and rebuilt because {{}}: queries of it fail until it is built. {COSTS}'
OTHER_KEYS = REBUILT.format("its keys change from category and created_at to category and updated_at")
DROPPED = 'Index "{}" is dropped: queries of it fail. Building it again takes time and write capacity'
WRONG_BLOCK = 'Index has the wrong sort key: global_secondary_index["CategoryIndex"].key_schema is {}; expected "created_at"'
WRONG_RESOURCE = 'Index has the wrong sort key: key_schema is "updated_at"; expected "created_at"'
ANOTHER_ADDRESS = f"it is destroyed at {RESOURCE}.category and created at {RESOURCE}.renamed"

# The details of the table's change and the findings: rule, address and message.
CASES: dict[str, tuple[list[str], list[tuple[str, str, str]]]] = {
    "block_added": (["attribute", 'the index "PriceIndex" is built'], []),
    "block_becomes_resource": ([], []),
    "block_becomes_resource_with_other_keys": ([], [("wrong-index", f"{RESOURCE}.category", WRONG_RESOURCE)]),
    "block_rewritten_with_key_schema": ([], []),
    "block_with_other_keys": (
        ["attribute", 'the index "CategoryIndex" is dropped and built again'],
        [("index-removed", TABLE, OTHER_KEYS), ("wrong-index", TABLE, WRONG_BLOCK.format('"updated_at"'))],
    ),
    "dynamic_block_kept": (["deletion_protection_enabled from false to true"], []),
    "dynamic_block_with_other_keys": (
        ["attribute", 'the index "CategoryIndex" is dropped and built again'],
        [("index-removed", TABLE, OTHER_KEYS), ("wrong-index", TABLE, WRONG_BLOCK.format('"updated_at"'))],
    ),
    "last_block_removed": ([], []),
    "one_of_two_blocks_removed": (
        ["attribute", 'the index "PriceIndex" is dropped'],
        [("index-removed", TABLE, DROPPED.format("PriceIndex"))],
    ),
    "one_of_two_resources_removed": (['the index "PriceIndex" is dropped'], [("index-removed", TABLE, DROPPED.format("PriceIndex"))]),
    "resource_added": (['the index "CategoryIndex" is built'], []),
    "resource_becomes_block": ([], []),
    "resource_becomes_block_with_other_keys": (
        ["attribute", 'the index "CategoryIndex" is dropped and built again'],
        [("index-removed", TABLE, OTHER_KEYS), ("wrong-index", TABLE, WRONG_BLOCK.format('"updated_at"'))],
    ),
    "resource_beside_a_block": (
        ["attribute", 'the index "PriceIndex" is dropped'],
        [("index-removed", TABLE, DROPPED.format("PriceIndex"))],
    ),
    "resource_no_longer_managed": ([], []),
    "resource_of_another_table_removed": ([], []),
    "resource_removed": (
        ['the index "CategoryIndex" is dropped'],
        [
            ("index-removed", TABLE, DROPPED.format("CategoryIndex")),
            ("missing-index", TABLE, 'Index "CategoryIndex" is missing (the table has no index)'),
        ],
    ),
    "resource_replaced_by_another": (
        ['the index "CategoryIndex" is dropped', 'the index "PriceIndex" is built'],
        [
            ("index-removed", TABLE, DROPPED.format("CategoryIndex")),
            ("missing-index", TABLE, 'Index "CategoryIndex" is missing (the table has "PriceIndex")'),
        ],
    ),
    "resource_with_another_address": (
        ['the index "CategoryIndex" is dropped and built again'],
        [("index-removed", f"{RESOURCE}.renamed", REBUILT.format(ANOTHER_ADDRESS))],
    ),
    "resource_with_another_name": (
        ['the index "CategoryIndex" is dropped', 'the index "OtherIndex" is built'],
        [
            (
                "index-removed",
                TABLE,
                'Index "CategoryIndex" is dropped and rebuilt as "OtherIndex": queries of "CategoryIndex" fail, and queries of '
                f'"OtherIndex" fail until it is built. {COSTS}',
            ),
            ("missing-index", TABLE, 'Index "CategoryIndex" is missing (the table has "OtherIndex")'),
        ],
    ),
    "resource_with_another_throughput": (['the index "CategoryIndex" changes in place'], []),
    "resource_with_other_keys": (
        ['the index "CategoryIndex" is dropped and built again'],
        [("index-removed", f"{RESOURCE}.category", OTHER_KEYS), ("wrong-index", f"{RESOURCE}.category", WRONG_RESOURCE)],
    ),
    "sort_keys_in_another_order": (
        ['the index "CategoryIndex" is dropped and built again'],
        [
            ("index-removed", TABLE, REBUILT.format("its keys change from category and a and b to category and b and a")),
            ("wrong-index", TABLE, WRONG_BLOCK.format('"b" and "a"')),
        ],
    ),
    "table_removed_with_its_resource": ([], []),
    "table_replaced_with_its_resource": ([], []),
}

CREATED = "key_schema_from_a_dynamic_block"

NOTICES = {
    "resource_becomes_block": (
        f"The plan destroys {RESOURCE}.category, and the table {TABLE} has a block for its index. To keep the index, let Terraform forget "
        "the resource: write a removed block with destroy = false.",
    ),
    "resource_of_another_table_removed": (
        f'The plan drops the index "ByCustomer" ({RESOURCE}.orders) of the table "dev-orders", which is not in the plan: '
        "queries of it fail.",
    ),
}


def checked(plan: Path) -> Input:
    """The part of a report on one input."""
    (found,) = dyncheck.check(plan, select=RULES).inputs
    return found


def failures(found: Input) -> list[tuple[str, str, str]]:
    """Everything that does not pass: rule, address and message."""
    return sorted((result.rule, result.address, result.message) for result in found.results if result.status is not Status.PASS)


@pytest.mark.parametrize("name", CASES)
def test_what_a_plan_does_to_the_indexes_of_a_table(name: str) -> None:
    found = checked(PLANS / f"{name}.json")
    (effect,) = (effect for effect in found.effects if effect.address == TABLE)
    details, expected = CASES[name]
    assert (list(effect.details), failures(found), found.notices) == (details, expected, NOTICES.get(name, ()))


DYNAMIC = "comes from a dynamic block whose for_each is known only after apply"


def test_a_key_schema_from_a_dynamic_block_is_unknown() -> None:
    block = 'global_secondary_index["CategoryIndex"].key_schema'
    assert failures(checked(PLANS / f"{CREATED}.json")) == [
        ("attribute-mismatch", "aws_dynamodb_table.orders", f"key_schema {DYNAMIC}"),
        ("attribute-mismatch", TABLE, f"{block} {DYNAMIC}"),
        ("wrong-index", TABLE, f"{block} {DYNAMIC}"),
    ]


def test_unknown_blocks_of_an_existing_table_are_from_a_dynamic_block(tmp_path: Path) -> None:
    plan = json.loads((PLANS / "last_block_removed.json").read_bytes())
    (entry,) = plan["resource_changes"]
    del entry["change"]["after"]["global_secondary_index"]
    entry["change"] |= {"actions": ["update"], "after_unknown": {"global_secondary_index": True}}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    why = f"global_secondary_index {DYNAMIC}"
    assert failures(checked(tmp_path / "plan.json")) == [(rule, TABLE, why) for rule in RULES]


@pytest.mark.parametrize(
    ("name", "notices"),
    [
        ("resource_added", ()),
        (
            "block_added",
            (f'Outside Terraform, the index "CategoryIndex" was dropped on {TABLE} since the last apply. The plan restores it.',),
        ),
    ],
)
def test_an_echo_that_is_gone_is_no_index_that_was_dropped_outside_terraform(name: str, notices: tuple[str, ...], tmp_path: Path) -> None:
    plan = json.loads((PLANS / f"{name}.json").read_bytes())
    (entry,) = (each for each in plan["resource_changes"] if each["address"] == TABLE)
    recorded = json.loads((PLANS / "last_block_removed.json").read_bytes())["resource_changes"][0]["change"]["before"]
    drift = {"actions": ["update"], "before": recorded, "after": recorded | {"global_secondary_index": []}, "after_unknown": {}}
    plan["resource_drift"] = [entry | {"change": drift}]
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert checked(tmp_path / "plan.json").notices == notices


def test_an_index_whose_resource_is_replaced_is_built_again(tmp_path: Path) -> None:
    plan = json.loads((PLANS / "resource_with_another_address.json").read_bytes())
    gone, created, table = plan["resource_changes"]
    changed = gone["change"] | {"actions": ["delete", "create"], "after": created["change"]["after"]}
    plan["resource_changes"] = [gone | {"action_reason": "replace_by_request", "change": changed}, table]
    block = plan["configuration"]["root_module"]["resources"][0]
    block |= {key: gone[key] for key in ("address", "name")}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert rebuilt(tmp_path / "plan.json") == ("index_name", REBUILT.format("its resource is replaced"))


def test_the_address_of_an_index_is_beside_its_name() -> None:
    assert rebuilt(PLANS / "resource_with_another_address.json") == ("index_name", REBUILT.format(ANOTHER_ADDRESS))


def rebuilt(plan: Path) -> tuple[str, str]:
    """The argument and the message of the only finding of index-removed."""
    (result,) = (each for each in dyncheck.check(plan, select=["index-removed"]).results if each.status is Status.FAIL)
    return result.attribute, result.message


def test_every_plan_is_a_case() -> None:
    assert {path.stem for path in PLANS.iterdir()} == {*CASES, CREATED}


def state(*tables: dict[str, Any]) -> dict[str, Any]:
    """A state with these resources."""
    return {"format_version": "1.0", "terraform_version": "1.11.4", "values": {"root_module": {"resources": list(tables)}}}


def before(name: str) -> list[dict[str, Any]]:
    """The resources of a recorded plan as they were before it, in the form of a state."""
    plan = json.loads((PLANS / f"{name}.json").read_bytes())
    known = ("address", "mode", "type", "name", "provider_name")
    changes = (each for each in plan["resource_changes"] if each["change"]["before"])
    return [{key: each[key] for key in known} | {"values": each["change"]["before"]} for each in changes]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one_of_two_resources_removed", ["CategoryIndex", "PriceIndex"]),
        ("resource_beside_a_block", ["CategoryIndex", "PriceIndex"]),
        ("last_block_removed", ["CategoryIndex"]),
    ],
)
def test_a_state_shows_each_index_once(name: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(json.dumps(state(*before(name))))
    (found,) = dyncheck.check(tmp_path / "state.json", select=["unwatched-index"]).inputs
    assert failures(found) == [
        ("unwatched-index", TABLE, f'No alarm fires on {metric} of index "{index}"')
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents")
        for index in expected
    ]
