"""The self-test: exactly one rule finds each mutation of a compliant input, and a rule that finds nothing leaves survivors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from dyncheck.catalog import rules as catalog
from dyncheck.catalog.rules import all_rules
from dyncheck.cli.main import cli
from dyncheck.errors import InputError
from dyncheck.rule import Problem, Rule
from dyncheck.selftest.tester import selftest
from dyncheck.selftest.text import selftest_as_text
from tests.support.paths import ROOT, TESTS

PLAN = ROOT / "tests" / "plans" / "reference.json"

MUTATED = [
    "attribute-mismatch",
    "capacity-mismatch",
    "dead-alarm",
    "insensitive-alarm",
    "invalid-billing-mode",
    "invalid-table-class",
    "missing-index",
    "missing-tags",
    "missing-ttl",
    "no-point-in-time-recovery",
    "no-throttle-alarm",
    "silent-alarm",
    "unencrypted-table",
    "wrong-index",
    "wrong-primary-key",
    "wrong-table-name",
]


@pytest.mark.parametrize("path", [PLAN, ROOT / "Infrastructure"], ids=["a plan", "Terraform files"])
def test_each_mutation_is_found_by_its_rule_alone(path: Path) -> None:
    (tested,) = selftest(str(path), all_rules(), (), (("environment_name", "dev"),) if path.is_dir() else ())
    assert [each for each in tested.tried if not each.is_right] == []
    assert (sorted({each.rule for each in tested.tried}), tested.skipped) == (MUTATED, ("no-deletion-protection",))


@pytest.mark.usefixtures("on_every_rule")
def test_access_patterns_fail_with_the_key_or_index_that_they_rest_on_and_by_themselves() -> None:
    (reference,) = selftest(str(PLAN), catalog.all_rules(), (), ())
    assert [each for each in reference.tried if not each.is_right] == []
    fixture = TESTS / "policies" / "unserved_access.plan.json"
    (tested,) = selftest(str(fixture), catalog.all_rules(), (str(fixture.with_name("unserved_access.yaml")),), (), reference=False)
    assert [(each.address, each.is_right) for each in tested.tried if each.rule == "unserved-access"] == [
        ("aws_dynamodb_table.a", True),
        ("aws_dynamodb_table.included", True),
    ]


def _finds_nothing(*_: object) -> Iterator[Problem]:
    return iter(())


def _without(rules: tuple[Rule, ...], name: str) -> tuple[Rule, ...]:
    return tuple(replace(rule, check=_finds_nothing) if rule.id == name else rule for rule in rules)


@pytest.mark.parametrize("name", MUTATED)
def test_a_rule_that_finds_nothing_leaves_survivors(name: str) -> None:
    (tested,) = selftest(str(PLAN), _without(all_rules(), name), (), ())
    assert {each.rule for each in tested.tried if not each.is_right} == {name}


def test_a_survivor_is_shown() -> None:
    text = selftest_as_text(selftest(str(PLAN), _without(all_rules(), "missing-ttl"), (), ())).splitlines()
    table = "module.dynamodb.aws_dynamodb_table.sessions"
    assert text[-2:] == [
        f"survivor: time to live is removed on {table}, and missing-ttl does not find it",
        "30 of 31 mutations found by their rule and no other",
    ]


def test_the_command() -> None:
    done = CliRunner().invoke(cli, ["selftest", str(PLAN)])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "31 of 31 mutations found by their rule and no other")


def test_without_the_shipped_contracts_their_rules_are_not_tried() -> None:
    of_contracts = {rule.id for rule in all_rules() if rule.is_on_contract}
    (tested,) = selftest(str(PLAN), all_rules(), (), (), reference=False)
    assert {each.rule for each in tested.tried} & of_contracts == set()
    done = CliRunner().invoke(cli, ["selftest", str(PLAN), "--no-reference"])
    count = len(tested.tried)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, f"{count} of {count} mutations found by their rule and no other")


def test_nothing_to_mutate(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('output "a" {\n  value = 1\n}\n')
    with pytest.raises(InputError, match="has nothing to mutate"):
        selftest(str(tmp_path), all_rules(), (), ())


def test_the_echo_of_a_separate_index_is_not_mutated() -> None:
    done = CliRunner().invoke(cli, ["selftest", str(TESTS / "dynamodb" / "index_plans" / "one_of_two_resources_removed.json")])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "5 of 5 mutations found by their rule and no other")
