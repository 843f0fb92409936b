"""The results on complete configurations for provider 6, on the plan and on the files."""

from __future__ import annotations

from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Status
from tests.policies.provider_6_examples import ASIDE, COMPARED, EXPECTED, Example, Mode, Row, examples, expected

pytestmark = pytest.mark.usefixtures("on_every_rule")

CASES: list[tuple[Example, Mode]] = [
    *((example, "plan") for example in examples() if bytes(example.plan)),
    *((example, "files") for example in examples()),
]


def found(example: Example, mode: Mode, directory: Path) -> frozenset[Row]:
    """The results of an example that are not a pass, those of the compared rules."""
    path = directory / ("plan.json" if mode == "plan" else "main.tf")
    path.write_bytes(bytes(example.plan) if mode == "plan" else example.main.encode())
    results = dyncheck.check(path if mode == "plan" else directory).results
    compared = COMPARED - ASIDE.get(example.name, frozenset())
    return frozenset(
        (result.rule, result.address, result.status.value)
        for result in results
        if result.rule in compared and result.status is not Status.PASS
    )


@pytest.mark.parametrize(("example", "mode"), CASES, ids=[f"{example.name}-{mode}" for example, mode in CASES])
def test_example_has_exactly_the_expected_results(example: Example, mode: Mode, tmp_path: Path) -> None:
    assert sorted(found(example, mode, tmp_path)) == sorted(expected(example.name, mode))


def test_there_are_expectations_for_every_example() -> None:
    assert [example.name for example in examples()] == sorted(EXPECTED)
