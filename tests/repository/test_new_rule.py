"""`make rule` writes a rule and a fixture that pass the tests without a change."""

from __future__ import annotations

import shutil
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

import dyncheck
from dyncheck.findings import Status
from dyncheck.rule import Rule
from tests.support.fixtures import Expectation, Fixture
from tests.support.rules import with_rules
from tools.new_rule import Refused, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty repository."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "tests" / "policies").mkdir(parents=True)
    return tmp_path


def declared(path: Path) -> Rule:
    """The rule that a file declares."""
    spec = spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    declared: Rule = module.check
    return declared


def test_the_results_of_the_skeleton_match_its_fixture(root: Path) -> None:
    policy, fixture = write("no-stream", root)
    rule = declared(policy)
    assert (rule.id, rule.title, rule.section("Why")) == ("no-stream", "No stream", "say what goes wrong without it.")
    (root / "module").mkdir()
    shutil.copy(fixture, root / "module")
    with with_rules(rule):
        results = dyncheck.check(root / "module").results
    found = [Expectation(result.address, result.status.value, result.message) for result in results if result.status is not Status.PASS]
    assert sorted(found) == Fixture(fixture).expectations
    assert [result.address for result in results if result.status is Status.PASS] == ["aws_dynamodb_table.on"]


@pytest.mark.parametrize("name", ["", "stream", "no_stream", "No-Stream", "no-stream.py", "../no-stream", "no--stream", "-no-stream"])
def test_an_invalid_rule_id_is_refused(name: str, root: Path) -> None:
    with pytest.raises(Refused) as refused:
        write(name, root)
    assert str(refused.value) == f"{name!r} is not a rule id: use two or more lower-case words with dashes, such as NAME=no-stream."


def test_an_existing_rule_is_not_overwritten(root: Path) -> None:
    existing = root / "tests" / "policies" / "no_stream.tf"
    existing.write_text("# mine\n")
    with pytest.raises(Refused) as refused:
        write("no-stream", root)
    assert str(refused.value) == "tests/policies/no_stream.tf exists already: choose another name."
    assert [path.name for path in root.rglob("*") if path.is_file()] == ["no_stream.tf"]
    assert existing.read_text() == "# mine\n"
