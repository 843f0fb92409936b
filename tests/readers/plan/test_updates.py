"""Plans on top of a state: what the provider keeps is not what the configuration sets."""

from __future__ import annotations

import dyncheck
from tests.support.paths import PLANS


def results(plan: str, rule: str, address: str) -> list[tuple[str, str]]:
    """The status and the message of each result of a rule at an address."""
    found = dyncheck.check(PLANS / plan, select=[rule]).results
    return [(result.status.value, result.message) for result in found if result.address == address]


def test_old_capacity_of_a_table_on_demand_and_of_its_index_is_no_defect() -> None:
    assert results("change_capacity_left_out.json", "capacity-mismatch", "aws_dynamodb_table.orders") == [("pass", "")]


def test_unknown_block_of_an_existing_table_is_unknown() -> None:
    reason = "point_in_time_recovery comes from a dynamic block whose for_each is known only after apply"
    for rule in ("no-point-in-time-recovery", "protection-removed"):
        assert results("change_recovery_known_later.json", rule, "aws_dynamodb_table.text") == [("unknown", reason)]
