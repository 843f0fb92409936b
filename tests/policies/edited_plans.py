"""Real plans, edited to contain what other versions of Terraform or the provider write, according to their documentation or source."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.paths import PLANS, POLICIES
from tests.support.plans import without_values

Plan = dict[str, Any]


class Edited(NamedTuple):
    """A plan of the tests, the edit, and the rule that runs on it."""

    title: str
    plan: Path
    rule: str
    edit: Callable[[Plan], None]

    def written(self) -> str:
        """The edited plan."""
        plan: Plan = without_values(json.loads(self.plan.read_bytes()))
        self.edit(plan)
        return json.dumps(plan)


def entry(plan: Plan, name: str) -> Plan:
    """The entry of a table."""
    found: Plan = next(each for each in plan["resource_changes"] if each["address"] == f"aws_dynamodb_table.{name}")
    return found


# A table of that plan, without a change.
TABLE = "left_time_to_live"


def with_values(before: Plan, after: Plan, configured: Plan | None = None) -> Plan:
    """The plan of a fixture with other arguments of `TABLE`, which is its only resource; `configured` adds expressions to its block."""
    plan: Plan = without_values(json.loads((POLICIES / "refused_change.plan.json").read_bytes()))
    table = entry(plan, TABLE)
    plan["resource_changes"] = [table]
    table["change"] |= {
        "actions": ["update"],
        "before": table["change"]["before"] | before,
        "after": table["change"]["after"] | after,
        "after_unknown": {},
    }
    (block,) = (each for each in plan["configuration"]["root_module"]["resources"] if each["address"] == table["address"])
    block["expressions"] |= configured or {}
    return plan


def _only(plan: Plan, *names: str) -> None:
    kept = {f"aws_dynamodb_table.{name}" for name in names}
    plan["resource_changes"] = [each for each in plan["resource_changes"] if each["address"] in kept]


def _reasons(plan: Plan) -> None:
    """Reasons without a case in the fixture, an unknown one, and plans without a reason or without values."""
    _only(
        plan,
        "gone",
        "east",
        'keyed["b"]',
        "old_address",
        "triggered",
        "unmanaged",
        "single",
        "local",
        "unsorted",
        "rekeyed",
        "renamed",
        "restored",
    )
    entry(plan, "gone")["action_reason"] = "delete_because_no_move_target"
    entry(plan, "east")["action_reason"] = "delete_because_no_module"
    entry(plan, 'keyed["b"]')["action_reason"] = "delete_because_wrong_repetition"
    entry(plan, "triggered")["action_reason"] = "replace_because_of_the_moon"
    entry(plan, "single").pop("action_reason")
    # Older versions of Terraform do not name the arguments.
    entry(plan, "local")["change"].pop("replace_paths")
    entry(plan, "unsorted")["change"].pop("replace_paths")
    entry(plan, "unsorted")["action_reason"] = "replace_by_request"
    entry(plan, "rekeyed")["change"].pop("replace_paths")
    entry(plan, "rekeyed")["action_reason"] = "replace_because_tainted"
    # The reasons omit numbers, and the values before the change if the plan does not have them.
    renamed = entry(plan, "renamed")["change"]
    renamed["replace_paths"] = [["name"], ["deletion_protection_enabled"], ["read_capacity"]]
    renamed["before"] |= {"deletion_protection_enabled": False, "read_capacity": 1}
    renamed["after"] |= {"deletion_protection_enabled": True, "read_capacity": 5}
    entry(plan, "restored")["change"] |= {"before": None, "replace_paths": [["name"]]}
    entry(plan, "old_address")["change"]["before"] = None
    entry(plan, "unmanaged")["change"]["before"] = None


def _without_reasons(plan: Plan) -> None:
    """The format of Terraform before version 1.1: https://developer.hashicorp.com/terraform/internals/json-format."""
    _only(plan, "gone", "rekeyed", "kept")
    plan["format_version"] = "1.0"
    for name in ("gone", "rekeyed"):
        entry(plan, name).pop("action_reason")
        entry(plan, name)["change"].pop("replace_paths", None)


def _left_behind(plan: Plan) -> None:
    """A replacement that created the new table first, and could not delete the old one: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle."""
    _only(plan, "kept", "renamed")
    deposed = copy.deepcopy(entry(plan, "kept")) | {"deposed": "3e9f6e5c"}
    deposed["change"] |= {"actions": ["delete"], "after": None}
    plan["resource_changes"].append(deposed)


def _without_before(plan: Plan) -> None:
    """Changes without the values before the change."""
    for each in plan["resource_changes"]:
        if each["type"] in ("aws_dynamodb_table", "aws_cloudwatch_metric_alarm"):
            each["change"]["before"] = None


def _read_on(plan: Plan) -> None:
    """A change of a table whose stream another resource reads."""
    readers = ("read_on", "reader", "reader_on")
    plan["resource_changes"] = [each for each in plan["resource_changes"] if each["name"] in readers]
    table = entry(plan, "read_on")["change"]
    table["actions"] = ["update"]
    table["after"] = table["after"] | {"deletion_protection_enabled": True}


def _other_types_written(plan: Plan) -> None:
    """Types in the configuration that Terraform does not plan on an existing table: hashicorp/terraform-provider-aws#759."""
    blocks = plan["configuration"]["root_module"]["module_calls"]["dynamodb"]["module"]["resources"]
    for block in blocks:
        for attribute in block["expressions"].get("attribute", ()):
            if attribute["name"]["constant_value"] in ("created_at", "session_id"):
                attribute["type"] = {"constant_value": "N"}


def _postponed(plan: Plan) -> None:
    """Changes that the plan postpones: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation."""
    changes = plan.pop("resource_changes")
    plan |= {"complete": False, "resource_changes": []}
    plan["deferred_changes"] = [{"reason": "provider_config_unknown", "resource_change": each} for each in changes]


def _add_separate_index(plan: Plan, name: str, table: str, key: str, projection: str = "ALL", *included: str) -> None:
    block = {
        "address": f"aws_dynamodb_global_secondary_index.{name}",
        "mode": "managed",
        "type": "aws_dynamodb_global_secondary_index",
        "name": name,
    }
    after = {
        "index_name": "ByColour",
        "table_name": table,
        "key_schema": [{"attribute_name": key, "attribute_type": "S", "key_type": "HASH"}],
        "projection": [{"projection_type": projection, "non_key_attributes": [*included] or None}],
    }
    created = {"actions": ["create"], "before": None, "after": after, "after_unknown": {}}
    plan["resource_changes"].append(block | {"provider_name": "registry.terraform.io/hashicorp/aws", "change": created})
    plan["configuration"]["root_module"]["resources"].append(block | {"provider_config_key": "aws", "expressions": {}})


def _other_spellings(plan: Plan) -> None:
    """Indexes in the syntax of provider version 6: in the table with `key_schema`, and as separate resources."""
    _only(plan, "dropped", "rekeyed", "sorted", "projected", "added", "included")
    for name in ("rekeyed", "sorted"):
        (index,) = entry(plan, name)["change"]["after"]["global_secondary_index"]
        keys = {"HASH": index.pop("hash_key"), "RANGE": index.pop("range_key")}
        index["key_schema"] = [{"attribute_name": key, "key_type": role} for role, key in keys.items() if key]
    # An index that moves from its table to a separate resource is rebuilt.
    for name in ("projected", "added", "included"):
        entry(plan, name)["change"]["after"]["global_secondary_index"] = []
    _add_separate_index(plan, "same", "ir-dropped", "colour")
    _add_separate_index(plan, "other_key", "ir-projected", "hue")
    _add_separate_index(plan, "other_projection", "ir-added", "colour", "KEYS_ONLY")
    _add_separate_index(plan, "fewer_attributes", "ir-included", "colour", "INCLUDE", "size")


EDITED = (
    Edited("reasons of a destruction", POLICIES / "table_replacement.plan.json", "table-replacement", _reasons),
    Edited("no reasons of a destruction", POLICIES / "table_replacement.plan.json", "table-replacement", _without_reasons),
    Edited("a table left behind", POLICIES / "table_replacement.plan.json", "table-replacement", _left_behind),
    Edited("protection before is not said", POLICIES / "protection_removed.plan.json", "protection-removed", _without_before),
    Edited("a stream that is read on", POLICIES / "protection_removed.plan.json", "protection-removed", _read_on),
    Edited("other types written of an index", PLANS / "change_none.json", "wrong-index", _other_types_written),
    Edited("other types written of a table", PLANS / "change_none.json", "wrong-primary-key", _other_types_written),
    Edited("alarms before are not said", POLICIES / "alarm_removed.plan.json", "alarm-removed", _without_before),
    Edited("destruction later", POLICIES / "table_replacement.plan.json", "table-replacement", _postponed),
    Edited("alarms later", POLICIES / "alarm_removed.plan.json", "alarm-removed", _postponed),
    Edited("other spellings of an index", POLICIES / "index_removed.plan.json", "index-removed", _other_spellings),
)
