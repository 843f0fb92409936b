"""The parts of a plan name the same resources: plans that were cut or edited are refused, and no plan of Terraform is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dyncheck.errors import InputError
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.source import read
from tests.conftest import Dyncheck
from tests.support.paths import PLANS, TESTS

Plan = dict[str, Any]

PRODUCTS, SESSIONS = "module.dynamodb.aws_dynamodb_table.products", "module.dynamodb.aws_dynamodb_table.sessions"


def _without_change(plan: Plan) -> None:
    plan["resource_changes"] = [each for each in plan["resource_changes"] if each["address"] != PRODUCTS]


def _without_changes(plan: Plan) -> None:
    del plan["resource_changes"]


def _planned(plan: Plan) -> Plan:
    (module,) = plan["planned_values"]["root_module"]["child_modules"]
    found: Plan = module
    return found


def _without_planned_value(plan: Plan) -> None:
    module = _planned(plan)
    module["resources"] = [each for each in module["resources"] if each["address"] != PRODUCTS]


def _without_planned_module(plan: Plan) -> None:
    plan["planned_values"]["root_module"]["child_modules"] = []


def _of_the_call(plan: Plan) -> Plan:
    called: Plan = plan["configuration"]["root_module"]["module_calls"]["dynamodb"]["module"]
    return called


def _without_block(plan: Plan) -> None:
    module = _of_the_call(plan)
    module["resources"] = [each for each in module["resources"] if each["address"] != "aws_dynamodb_table.products"]


def _without_call(plan: Plan) -> None:
    plan["configuration"]["root_module"]["module_calls"] = {}


def _renamed(plan: Plan) -> None:
    text = json.dumps(plan["resource_changes"]).replace(PRODUCTS, "module.dynamodb.aws_dynamodb_table.goods")
    plan["resource_changes"] = json.loads(text)


_CUT = "Terraform writes them in both, so the plan was cut or edited. Write it again with `terraform show -json tfplan`."
_BOTH = f"{PRODUCTS}, {SESSIONS}"


@pytest.mark.parametrize(
    ("cut", "what"),
    [
        (_without_change, f"planned_values has {PRODUCTS}, which resource_changes does not have"),
        (_without_planned_value, f"resource_changes has {PRODUCTS}, which planned_values does not have"),
        (_without_block, f"resource_changes has {PRODUCTS}, which configuration does not have"),
        (_renamed, f"planned_values has {PRODUCTS}, which resource_changes does not have"),
    ],
    ids=["a change", "a planned value", "a block", "an address"],
)
def test_a_plan_that_was_cut_ends_in_exit_code_3(cut: Callable[[Plan], None], what: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    plan: Plan = json.loads((PLANS / "reference.json").read_bytes())
    cut(plan)
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    done = dyncheck("plan.json", "--allow-empty")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (
        b"",
        f"dyncheck: plan.json is not a valid plan or state: {what}. {_CUT}\n",
        3,
    )


@pytest.mark.parametrize(
    ("cut", "part", "other"),
    [
        (_without_changes, "planned_values", "resource_changes"),
        (_without_planned_module, "resource_changes", "planned_values"),
        (_without_call, "resource_changes", "configuration"),
    ],
    ids=["all changes", "a module of planned values", "a module call"],
)
def test_a_cut_part_names_the_first_resources(cut: Callable[[Plan], None], part: str, other: str, tmp_path: Path) -> None:
    plan: Plan = json.loads((PLANS / "reference.json").read_bytes())
    cut(plan)
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(InputError) as raised:
        read_document(read(str(tmp_path / "plan.json")))
    assert f"{part} has " in str(raised.value)
    assert f", which {other} does not have. {_CUT}" in str(raised.value)


def recorded() -> Iterator[Path]:
    """All recorded plans of which Terraform has finished each."""
    for path in sorted(TESTS.rglob("*.json")):
        text = path.read_bytes()
        if b'"resource_changes"' in text and b'"errored":true' not in text and b'"errored": true' not in text:
            yield path


def test_no_recorded_plan_contradicts_itself() -> None:
    plans = list(recorded())
    for path in plans:
        read_document(read(str(path)))
    assert len(plans) > 250


def _deposed(plan: Plan) -> None:
    entry = json.loads(json.dumps(next(each for each in plan["resource_changes"] if each["address"] == PRODUCTS)))
    entry |= {
        "deposed": "3774cc66",
        "address": PRODUCTS,
        "change": entry["change"] | {"actions": ["delete"], "before": entry["change"]["after"]},
    }
    plan["resource_changes"].append(entry)


def _orphan(plan: Plan) -> None:
    entry = json.loads(json.dumps(next(each for each in plan["resource_changes"] if each["address"] == PRODUCTS)))
    change = entry["change"] | {"actions": ["delete"], "before": entry["change"]["after"], "after": None}
    entry |= {"address": "module.gone.aws_dynamodb_table.old", "module_address": "module.gone", "name": "old", "change": change}
    plan["resource_changes"].append(entry)


def _forgotten(plan: Plan) -> None:
    """Before 1.16, Terraform lists a resource that it removes from the state among the planned values."""
    _orphan(plan)
    plan["resource_changes"][-1]["change"]["actions"] = ["forget"]
    entry = next(each for each in _planned(plan)["resources"] if each["address"] == PRODUCTS)
    module = {"address": "module.gone", "resources": [entry | {"address": "module.gone.aws_dynamodb_table.old", "name": "old"}]}
    plan["planned_values"]["root_module"]["child_modules"].append(module)


def _generated(plan: Plan) -> None:
    """With -generate-config-out, the plan is older than the file with the block."""
    _without_block(plan)
    next(each for each in plan["resource_changes"] if each["address"] == PRODUCTS)["change"]["generated_config"] = "resource ..."


def _targeted(plan: Plan) -> None:
    _without_change(plan)
    _without_planned_value(plan)
    plan["complete"] = False


def _postponed(plan: Plan) -> None:
    (entry,) = (each for each in plan["resource_changes"] if each["address"] == PRODUCTS)
    plan["resource_changes"].remove(entry)
    plan["deferred_changes"] = [{"reason": "instance_count_unknown", "resource_change": entry}]


def _of_terraform_0_12(plan: Plan) -> None:
    """Its planned values do not have the modules of a module without resources."""
    _without_planned_module(plan)
    plan["format_version"] = "0.1"


@pytest.mark.parametrize("edit", [_deposed, _orphan, _forgotten, _generated, _targeted, _postponed, _of_terraform_0_12])
def test_parts_that_differ_in_a_plan_of_terraform(edit: Callable[[Plan], None], tmp_path: Path) -> None:
    plan: Plan = json.loads((PLANS / "reference.json").read_bytes())
    edit(plan)
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert read_document(read(str(tmp_path / "plan.json"))).kind == "plan"
