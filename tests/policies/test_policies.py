"""Every rule on its fixture: the marks in the HCL and the results on the plan that Terraform made from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest

import dyncheck
from dyncheck.catalog.rules import all_rules
from dyncheck.findings import Input, Report, Status
from dyncheck.model import without_keys
from dyncheck.prove.prover import prove_module
from dyncheck.rule import Rule
from tests.support.fixtures import NEVER_UNKNOWN, ON_ACCOUNTS, Expectation, Fixture, fixtures
from tests.support.rules import every_rule

# The statuses of rules whose subject is itself a defect.
# `drift` compares an account, see tests/live/test_drift.py.
ONLY_SOME = {"drift": set(), "violated-condition": {Status.FAIL}, "unguarded-input": {Status.FAIL, Status.WAIVED}}

pytestmark = pytest.mark.usefixtures("on_every_rule")

each_fixture = pytest.mark.parametrize("fixture", fixtures(), ids=lambda fixture: fixture.path.stem)
each_rule = pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.id)


def checked(fixture: Fixture) -> Report:
    """The report of the fixture's own rule on its plan, or on the file itself if no plan is possible."""
    if fixture.is_planned:
        return dyncheck.check(fixture.plan, select=[fixture.rule], required=fixture.required, policies=fixture.contracts)
    # A Terraform file stands for its whole directory, so the fixture gets a separate directory.
    with TemporaryDirectory() as directory:
        # The directory has the name of a module with an interface.
        module = Path(directory) / "dynamodb"
        module.mkdir()
        copy(fixture.path, module)
        return checked_module(fixture, module, fixture.contracts)


def checked_module(fixture: Fixture, module: Path, policies: Sequence[Path] = ()) -> Report:
    """The report of the fixture's own rule on a module; `dyncheck prove` runs the rules that only it has."""
    rules = all_rules()
    (rule,) = (rule for rule in rules if rule.id == fixture.rule)
    if rule.is_proved:
        return Report((Input(str(module), "hcl", "", results=prove_module(str(module), rules, rules).unguarded),))
    return dyncheck.check(module, select=[rule.id], policies=policies, required=fixture.required, allow_empty=True)


def verdicts(fixture: Fixture) -> list[tuple[Status, Expectation]]:
    """The results of `checked`, without instance keys."""
    results = checked(fixture).results
    return [(result.status, Expectation(without_keys(result.address), result.status.value, result.message)) for result in results]


@each_fixture
def test_the_results_match_the_marks_in_the_fixture(fixture: Fixture) -> None:
    found = sorted(expectation for status, expectation in verdicts(fixture) if status is not Status.PASS)
    assert found == fixture.expectations, f"Correct {fixture.path.name} or the rule; after changing the HCL run `make plans`."


@each_rule
def test_every_rule_has_a_failing_a_passing_and_an_unknown_case(rule: Rule) -> None:
    statuses = {status for fixture in fixtures() if fixture.rule == rule.id for status, _ in verdicts(fixture)}
    # A condition that is true or unknown is not a subject of a rule; an input that breaks no rule is not one either.
    wanted = ONLY_SOME.get(rule.id, {Status.FAIL, Status.PASS, Status.UNKNOWN})
    assert statuses == wanted - ({Status.UNKNOWN} if rule.id in NEVER_UNKNOWN else set()), (
        f"Write the cases into tests/policies/{rule.id.replace('-', '_')}.tf and run `make plans`."
    )


@each_rule
def test_every_rule_is_documented(rule: Rule) -> None:
    assert rule.title, "The first line of the docstring is the title."
    assert rule.section("Why"), "The docstring needs a section that starts with `Why:`."
    assert rule.section("Fix"), "The docstring needs a section that starts with `Fix:`, with HCL indented by four blanks."
    assert set(rule.frameworks) <= {"aws-config", "aws-fsbp", "checkov", "kics", "nist-800-53-r5", "tflint", "trivy"}


def test_the_fix_of_wrong_dimensions_names_the_correct_ones() -> None:
    (fixture,) = (each for each in fixtures() if each.path.stem == "dead_alarm")
    results = dyncheck.check(fixture.plan, select=["dead-alarm"]).results
    fixes = {result.address.rpartition(".")[2]: result.fix for result in results if result.fix.startswith("dimensions")}
    assert fixes == {
        "extra_dimension": "dimensions = { TableName = aws_dynamodb_table.products.name }",
        "no_operation": 'dimensions = { TableName = aws_dynamodb_table.products.name, Operation = "GetItem" }',
        "user_errors": "dimensions = {}",
    }


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {fixture.rule for fixture in fixtures()} | ON_ACCOUNTS == {rule.id for rule in every_rule()}
