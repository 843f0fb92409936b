"""Small inputs after public reports of what checks of names, places and other services get wrong, on the plan and on the files.

`reported_names.jsonl.xz` has the Terraform files of each case and the plan that Terraform made of them, where there is one.
"""

from __future__ import annotations

import lzma
from functools import cache
from pathlib import Path

import pytest
from msgspec.json import Decoder

from dyncheck.findings import Status
from tests.policies.test_reported_cases import Case, Rows, report_of
from tests.support.paths import POLICIES


@cache
def cases() -> dict[str, Case]:
    """Every case by its name."""
    text = lzma.decompress((POLICIES / "reported_names.jsonl.xz").read_bytes())
    return {case.name: case for case in map(Decoder(Case).decode, text.splitlines())}


OVERWRITTEN: Rows = {
    ("duplicate-name", f'throttle["{key}"]', "fail")
    for key in ("ReadThrottleEventsCategoryIndex", "WriteThrottleEvents", "WriteThrottleEventsCategoryIndex")
}
OF_TWO_ACCOUNTS: Rows = {
    ("dead-alarm", "read", "unknown"),
    ("dead-alarm", "write", "unknown"),
    ("insensitive-alarm", "products", "unknown"),
    ("no-throttle-alarm", "products", "unknown"),
}

# By the case and the input: the results of the rules on alarms and names that are not a pass.
EXPECTED: dict[tuple[str, str], Rows] = {
    ("alarms_share_a_name", "files"): OVERWRITTEN,
    ("alarms_share_a_name", "plan"): OVERWRITTEN,
    ("missing_module_makes_unknown", "files"): set(),
    ("tofu_by_region", "files"): {("no-throttle-alarm", 'products["eu-west-1"]', "fail")},
    ("two_profiles", "files"): OF_TWO_ACCOUNTS,
    ("two_profiles", "plan"): OF_TWO_ACCOUNTS,
}
ON_ALARMS = frozenset({"dead-alarm", "duplicate-name", "insensitive-alarm", "no-throttle-alarm"})


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize(("name", "mode"), EXPECTED, ids=[f"{name}-{mode}" for name, mode in EXPECTED])
def test_a_reported_case_has_the_right_results(name: str, mode: str, tmp_path: Path) -> None:
    results = report_of(cases()[name], mode, tmp_path).results
    assert {
        (result.rule, result.address.rpartition(".")[2], result.status.value)
        for result in results
        if result.status is not Status.PASS and result.rule in ON_ALARMS
    } == EXPECTED[(name, mode)]


def test_every_case_is_used() -> None:
    assert {name for name, _ in EXPECTED} == cases().keys()
