"""Small inputs in which the language decides: odd values, and what only later versions of Terraform or OpenTofu have.

`language_cases.jsonl.xz` has the files of each case and the plan that Terraform made of them, where it reads them.
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
    text = lzma.decompress((POLICIES / "language_cases.jsonl.xz").read_bytes())
    return {case.name: case for case in map(Decoder(Case).decode, text.splitlines())}


NO_RECOVERY: Rows = {("no-point-in-time-recovery", "products", "fail")}

# By the case and the input: the results that are not a pass, of errors.
EXPECTED: dict[tuple[str, str], Rows] = {
    ("negative_zero", "files"): NO_RECOVERY,
    ("negative_zero", "plan"): NO_RECOVERY,
    ("templatestring_literal", "files"): NO_RECOVERY,
    ("templatestring_literal", "plan"): NO_RECOVERY,
    ("source_one_part", "files"): {("no-point-in-time-recovery", "bad", "fail"), ("unencrypted-table", "bad", "fail")},
    ("source_one_part", "plan"): {("no-point-in-time-recovery", "bad", "fail"), ("unencrypted-table", "bad", "fail")},
    ("source_by_variable", "files"): {("unencrypted-table", "m", "fail")},
    ("tofu_by_region", "files"): {("no-throttle-alarm", 'products["eu-west-1"]', "fail")},
    ("tofu_enabled", "files"): {("no-throttle-alarm", "products", "fail")},
}


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize(("name", "mode"), EXPECTED, ids=[f"{name}-{mode}" for name, mode in EXPECTED])
def test_a_case_has_the_right_results(name: str, mode: str, tmp_path: Path) -> None:
    report = report_of(cases()[name], mode, tmp_path)
    assert report.errors == ()
    rules = {rule for rule, _, _ in EXPECTED[(name, mode)]}
    found = {
        (result.rule, result.address.rpartition(".")[2], result.status.value)
        for result in report.results
        if result.status is not Status.PASS and result.rule in rules
    }
    assert found == EXPECTED[(name, mode)]


def test_what_does_not_exist_has_no_result(tmp_path: Path) -> None:
    report = report_of(cases()["tofu_enabled"], "files", tmp_path)
    assert {result.address for result in report.results if "ghost" in result.address} == set()


def test_every_case_is_used() -> None:
    assert {name for name, _ in EXPECTED} == cases().keys()
