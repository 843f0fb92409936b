"""What a plan does to capacity that autoscaling owns, on edited plans of the fixture with autoscaling."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from dyncheck.checking.run import run
from dyncheck.checking.settings import Settings
from dyncheck.reporters.effects import sentences
from tests.support.paths import POLICIES
from tests.support.plans import without_values

Entry = dict[str, Any]

TABLE, TARGET, POLICY = "aws_dynamodb_table", "aws_appautoscaling_target", "aws_appautoscaling_policy"
KEPT = 'The table "scaled" (aws_dynamodb_table.scaled) keeps its items and changes in place: '


def _applied(entry: Entry) -> Entry:
    """The entry of a resource that exists, and that the plan does not change."""
    change = entry["change"]
    same = {"actions": ["no-op"], "before": deepcopy(change["after"]), "before_sensitive": {}, "after_unknown": {}}
    return entry | {"change": change | same}


def _deleted(entry: Entry) -> Entry:
    change = entry["change"] | {"actions": ["delete"], "after": None, "after_sensitive": False}
    return entry | {"change": change, "action_reason": "delete_because_no_resource_config"}


def _set_back(entry: Entry) -> Entry:
    """Autoscaling has raised the capacity since the last apply, and the plan lowers it."""
    change = deepcopy(entry["change"]) | {"actions": ["update"]}
    change["before"]["read_capacity"] = 50
    change["before"]["global_secondary_index"][0]["write_capacity"] = 20
    return entry | {"change": change}


def _on_demand(entry: Entry) -> Entry:
    change = deepcopy(entry["change"]) | {"actions": ["update"]}
    change["after"]["billing_mode"] = "PAY_PER_REQUEST"
    return entry | {"change": change}


def _effects(directory: Path, edits: dict[str, Callable[[Entry], Entry]]) -> list[str]:
    plan = without_values(json.loads((POLICIES / "fixed_capacity.plan.json").read_bytes()))
    entries = [_applied(entry) for entry in plan["resource_changes"] if entry["name"] == "scaled"]
    plan["resource_changes"] = [edits[entry["type"]](entry) if entry["type"] in edits else entry for entry in entries]
    path = directory / "plan.json"
    path.write_text(json.dumps(plan))
    return sentences(run([str(path)], Settings(select=("protection-removed",))).inputs[0])


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param({}, [], id="nothing changes"),
        pytest.param(
            {TABLE: _set_back},
            [
                f'{KEPT}the index "ByCategory" changes in place: write_capacity from 20 to 5, which undoes what autoscaling has set (to '
                "keep that, write lifecycle { ignore_changes = [global_secondary_index] }); read_capacity from 50 to 5, which undoes what "
                "autoscaling has set (to keep that, write lifecycle { ignore_changes = [read_capacity] })."
            ],
            id="the plan sets the capacity back",
        ),
        pytest.param(
            {POLICY: _deleted},
            [f'{KEPT}autoscaling of reads and writes of the table stops; autoscaling of reads and writes of the index "ByCategory" stops.'],
            id="the policies are destroyed",
        ),
        pytest.param(
            {TARGET: lambda entry: _deleted(entry) if entry["index"] == "tableWrite" else entry},
            [f"{KEPT}autoscaling of writes of the table stops."],
            id="one target is destroyed",
        ),
        pytest.param(
            {TABLE: _on_demand, TARGET: _deleted, POLICY: _deleted},
            [f'{KEPT}billing_mode from "PROVISIONED" to "PAY_PER_REQUEST".'],
            id="the table needs no autoscaling any more",
        ),
        pytest.param(
            {TABLE: _set_back, TARGET: _deleted, POLICY: _deleted},
            [
                f'{KEPT}the index "ByCategory" changes in place: write_capacity from 20 to 5, which undoes what autoscaling has set (to '
                "keep that, write lifecycle { ignore_changes = [global_secondary_index] }); read_capacity from 50 to 5, which undoes what "
                "autoscaling has set (to keep that, write lifecycle { ignore_changes = [read_capacity] }); autoscaling of reads and writes "
                'of the table stops; autoscaling of reads and writes of the index "ByCategory" stops.'
            ],
            id="both",
        ),
    ],
)
def test_effects_on_capacity_that_autoscaling_owns(edits: dict[str, Callable[[Entry], Entry]], expected: list[str], tmp_path: Path) -> None:
    assert _effects(tmp_path, edits) == expected
