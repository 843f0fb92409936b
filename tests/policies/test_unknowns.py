"""A value that becomes unknown never turns a fail or an unknown into a pass."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.dynamodb import Alarm, Named, Notifier
from dyncheck.errors import InputError
from dyncheck.findings import Status
from dyncheck.readers.shapes import SHAPES
from tests.support.fixtures import Fixture, planned_fixtures
from tests.support.rules import every_rule
from tests.support.samples import THOROUGH

Plan = dict[str, Any]
Place = tuple[str, ...]

pytestmark = pytest.mark.usefixtures("on_every_rule")

ON_ALARMS = {rule.id for rule in every_rule() if rule.subjects in ((Alarm,), (Notifier,))}
ON_PAIRS = {rule.id for rule in every_rule() if rule.subjects == (Named,)}
LATER = {"references": ["terraform_data.later.id", "terraform_data.later"]}


def places(body: dict[str, Any], shape: Any) -> Iterator[Place]:
    """The arguments of a resource that rules read, including those in its blocks."""
    for name, kind in shape.items():
        blocks = body.get(name)
        if callable(kind):
            if blocks is not None:
                yield (name,)
        elif isinstance(blocks, list):
            yield from ((name, *inner) for block in blocks[:1] for inner in places(block, kind))


def without(plan: Plan, position: int, place: Place) -> Plan:
    """The plan after one argument of one resource becomes deferred, in the values and in the configuration."""
    changed = copy.deepcopy(plan)
    entry = changed["resource_changes"][position]
    blocks = changed["configuration"]["root_module"]["resources"]
    written: Any = next((block["expressions"] for block in blocks if entry["address"].partition("[")[0] == block["address"]), {})
    after, unknown = entry["change"]["after"], entry["change"]["after_unknown"]
    *outer, name = place
    for step in outer:
        unknown.setdefault(step, [{} for _ in after[step]])
        written.setdefault(step, [{} for _ in after[step]])
        after, unknown, written = after[step][0], unknown[step][0], written[step][0]
    if name == "tags":
        # The provider merges them into tags_all, which is unknown with them.
        after.pop("tags_all", None)
        unknown["tags_all"] = True
    after.pop(name)
    unknown[name] = True
    written[name] = LATER
    return changed


def verdicts(plan: Plan, fixture: Fixture, path: Path) -> dict[str, set[Status]]:
    """The statuses of the fixture's rule by subject."""
    path.write_text(json.dumps(plan))
    found: dict[str, set[Status]] = {}
    for result in dyncheck.check(path, select=[fixture.rule]).results:
        subject = result.address if result.rule in ON_ALARMS | ON_PAIRS else result.table
        found.setdefault(subject, set()).add(result.status)
    return found


@pytest.mark.parametrize("most", [60, pytest.param(sys.maxsize, marks=THOROUGH)], ids=["sample", "all"])
@pytest.mark.parametrize("fixture", [each for each in planned_fixtures() if not each.required], ids=lambda fixture: fixture.path.stem)
def test_an_unknown_value_never_makes_a_pass(fixture: Fixture, most: int, tmp_path: Path) -> None:
    plan = json.loads(fixture.plan.read_bytes())
    before = verdicts(plan, fixture, tmp_path / "plan.json")
    turned, lost = [], 0
    there_are = [
        (position, entry, place)
        for position, entry in enumerate(plan["resource_changes"])
        if entry["type"] in SHAPES
        for place in places(entry["change"]["after"], SHAPES[entry["type"]])
    ]
    for position, entry, place in there_are[:: -(-len(there_are) // most)]:
        try:
            after = verdicts(without(plan, position, place), fixture, tmp_path / "plan.json")
        except InputError as error:
            pytest.fail(f"{entry['address']} {place}: {error}")
        lost += sum(Status.UNKNOWN in statuses and Status.UNKNOWN not in before.get(subject, ()) for subject, statuses in after.items())
        if fixture.rule in ON_PAIRS and Status.UNKNOWN in after.get(entry["address"], ()):
            # What the two have in common is reported at the one whose value is unknown.
            continue
        turned += [
            f"{entry['address']}: {'.'.join(place)} made {subject} pass"
            for subject, statuses in after.items()
            if statuses == {Status.PASS} and before.get(subject, {Status.PASS}) != {Status.PASS}
        ]
    assert turned == []
    was_certain = any(statuses != {Status.UNKNOWN} for statuses in before.values())
    assert lost > 0 or not was_certain, "No value made any verdict unknown: the test changes nothing."
