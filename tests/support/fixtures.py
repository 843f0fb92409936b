"""The rules' fixtures: HCL with the expected results as comments, and the plan that Terraform made of it.

The marks are those of `dyncheck test-rules`, see `dyncheck.ruletest.marks`, and one more:

    billing_mode = "X" # in the plan: "BANANA"

The fixture of a rule on changes is the configuration after the change; `before/` has the configuration that was applied before it.
A `.state.json` beside that adds to the state what the simulated cloud does not keep, such as replicas.

A `.yaml` beside the fixture is a contract of its own, besides the built-in ones.

A rule whose cases exclude each other has several fixtures: `missing_table.tf`, `missing_table.absent.tf`. The fixture
`invalid_table.files.tf` has the cases that the provider refuses to plan, so it is checked as Terraform files only. That mark is
for values that the current provider refuses to plan. The plan is made with the value in the HCL, and then gets the
marked value, which another version of the provider might accept.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dyncheck.ruletest.marks import Expectation as Expectation
from dyncheck.ruletest.marks import address_of, expectations, required
from tests.support.paths import CONTRACTS, POLICIES

# The rules about defects that no plan shows: Terraform makes no plan, or the rule is about modules.
ONLY_IN_TERRAFORM_FILES = frozenset({"interface-drift", "unguarded-input", "violated-condition"})

# The rules about what an account has and the code has not. tests/live/test_drift.py has their cases.
ON_ACCOUNTS = frozenset({"drift"})

# The rules without unknown results: a plan always shows which tables it destroys.
NEVER_UNKNOWN = frozenset({"table-replacement"})

_IN_THE_PLAN = re.compile(r"^\s*(?P<argument>\w+)\s*=.*# in the plan: (?P<value>\S+)")
_REFUSED = re.compile(r"(= *)\S+(\s*# in the plan: (\S+))")


@dataclass(frozen=True)
class Fixture:
    """One rule's fixture."""

    path: Path

    @property
    def rule(self) -> str:
        """The id of the fixture's rule."""
        return self.path.name.split(".")[0].replace("_", "-")

    @property
    def plan(self) -> Path:
        """The plan that Terraform made of the fixture."""
        return self.path.with_suffix(".plan.json")

    @property
    def before(self) -> Path | None:
        """The configuration that was applied before the plan, for a rule on changes."""
        path = self.path.parent / "before" / self.path.name
        return path if path.exists() else None

    @property
    def added_to_state(self) -> dict[str, Any] | None:
        """Arguments of resources, by address, that are written into the state after the apply; None without any."""
        path = self.path.parent / "before" / f"{self.path.stem}.state.json"
        return json.loads(path.read_text()) if path.exists() else None

    @property
    def is_planned(self) -> bool:
        """Whether Terraform can plan the fixture; the defect itself may prevent a plan."""
        return self.rule not in ONLY_IN_TERRAFORM_FILES and not self.path.stem.endswith(".files")

    @property
    def contracts(self) -> tuple[Path, ...]:
        """The contracts of its own: the file beside it, and that of a required table."""
        own = self.path.with_suffix(".yaml")
        return ((own,) if own.exists() else ()) + ((CONTRACTS / "orders.yaml",) if "orders" in self.required else ())

    @property
    def lines(self) -> list[str]:
        """The HCL, line by line."""
        return self.path.read_text().splitlines()

    @property
    def required(self) -> tuple[str, ...]:
        """The tables that the run requires."""
        return required(self.lines)

    @property
    def expectations(self) -> list[Expectation]:
        """Every result that is not a pass, in order."""
        return sorted(expectation for expectation, _ in expectations(self.lines))

    @property
    def planned_text(self) -> str:
        """The HCL with the values of its plan, including those that the provider refuses."""
        return _REFUSED.sub(r"\1\3\2", self.path.read_text())

    def with_impossible_values(self, plan: bytes) -> bytes:
        """The plan with the values that the provider refuses."""
        if not self._impossible():
            return plan
        data: dict[str, Any] = json.loads(plan)
        for entry in data["resource_changes"]:
            entry["change"] = self.with_impossible_change(entry["address"], entry["change"])
        return json.dumps(data, separators=(",", ":")).encode()

    def with_impossible_change(self, address: str, change: dict[str, Any]) -> dict[str, Any]:
        """One resource change with the values that the provider refuses."""
        values = self._impossible().get(address, {})
        return change | {"after": change["after"] | values} if values else change

    def _impossible(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        address = ""
        for line in self.lines:
            address = address_of(line) or address
            if mark := _IN_THE_PLAN.match(line):
                found.setdefault(address, {})[mark["argument"]] = json.loads(mark["value"])
        return found


def fixtures() -> list[Fixture]:
    """Every fixture, in the order of the names."""
    return [Fixture(path) for path in sorted(POLICIES.glob("*.tf"))]


class NoFixture(Exception):
    """A rule has no fixture; the message says how to make one."""


def fixtures_of(rule: str) -> list[Fixture]:
    """The fixtures of a rule. Raises `NoFixture` when there is none."""
    found = [fixture for fixture in fixtures() if fixture.rule == rule]
    if not found:
        raise NoFixture(f"There is no tests/policies/{rule.replace('-', '_')}.tf. `make rule NAME={rule}` writes a rule and its fixture.")
    return found


def planned_fixtures() -> list[Fixture]:
    """The fixtures that are planned without a state."""
    return [fixture for fixture in fixtures() if fixture.is_planned and not fixture.before]


def change_fixtures() -> list[Fixture]:
    """The fixtures that are planned after an apply."""
    return [fixture for fixture in fixtures() if fixture.before]
