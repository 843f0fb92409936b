"""`dyncheck test-rules`: the results of a rule against the marks in its fixtures."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.support.paths import EXAMPLES

RULES = EXAMPLES / "rules"
LIMIT = "on_demand_throughput.max_write_request_units"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The example with the rule on throughput alone."""
    shutil.copytree(RULES, tmp_path / "rules", ignore=shutil.ignore_patterns("__pycache__", "no_runbook*"))
    return tmp_path / "rules" / "acme"


def edit(file: Path, old: str, new: str) -> None:
    """Replace the first of that text in a file."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def output_of(dyncheck: Dyncheck, *arguments: str) -> tuple[int, list[str]]:
    """The exit code and the lines of the output."""
    done = dyncheck("test-rules", "rules", *arguments)
    return done.returncode, (done.stdout + done.stderr).decode().splitlines()


def test_the_example_passes(dyncheck: Dyncheck) -> None:
    done = dyncheck("test-rules", "rules", cwd=EXAMPLES)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == (
        "acme/no-runbook\n"
        "  pass  rules/acme/no_runbook.tf (Terraform files: 1 fail, 1 pass, 1 unknown)\n"
        "  pass  rules/acme/no_runbook.plan.json (plan: 1 fail, 1 pass, 1 unknown)\n"
        "\n"
        "acme/no-throughput-limit\n"
        "  pass  rules/acme/no_throughput_limit.tf (Terraform files: 3 fail, 1 pass, 1 unknown)\n"
        "  pass  rules/acme/no_throughput_limit.plan.json (plan: 3 fail, 1 pass, 1 unknown)\n"
        "\n"
        "2 rules: 2 passed, 0 failed (4 of 4 tests passed)\n"
    )


def test_a_difference_has_its_line_and_both_results(rules: Path, dyncheck: Dyncheck) -> None:
    (rules / "no_throughput_limit.plan.json").unlink()
    edit(rules / "no_throughput_limit.tf", f"maximum write throughput: {LIMIT} is not set", "maximum throughput")
    edit(rules / "no_throughput_limit.tf", "    max_write_request_units = 1000\n", "")
    assert output_of(dyncheck) == (
        1,
        [
            "acme/no-throughput-limit",
            "  FAIL  rules/acme/no_throughput_limit.tf (Terraform files: 4 fail, 1 unknown)",
            "        line 8: aws_dynamodb_table.unlimited",
            "          expected: fail On-demand table has no maximum throughput; expected a number",
            f"          found:    fail On-demand table has no maximum write throughput: {LIMIT} is not set; expected a number",
            "        line 29: aws_dynamodb_table.limited",
            "          expected: nothing else",
            f"          found:    fail On-demand table has no maximum write throughput: {LIMIT} is not set; expected a number",
            "  FAIL  lacks a case that passes; add one to rules/acme/no_throughput_limit.tf",
            "",
            "1 rule: 0 passed, 1 failed (0 of 1 test passed)",
        ],
    )


def test_terraform_files_may_say_unknown_where_a_plan_confirms_the_mark(rules: Path, dyncheck: Dyncheck) -> None:
    fixture, plan = rules / "no_throughput_limit.tf", rules / "no_throughput_limit.plan.json"
    edit(fixture, "    max_read_request_units  = 4000\n", "    max_read_request_units  = var.reads\n")
    fixture.write_text(f'variable "reads" {{\n  type = number\n}}\n{fixture.read_text()}')
    assert output_of(dyncheck)[0] == 0
    plan.unlink()
    code, lines = output_of(dyncheck)
    assert (code, lines[4].partition(" (")[0]) == (
        1,
        "          found:    unknown on_demand_throughput.max_read_request_units waits for var.reads",
    )


def test_a_rule_without_a_fixture_fails(rules: Path, dyncheck: Dyncheck) -> None:
    (rules / "no_throughput_limit.tf").unlink()
    assert output_of(dyncheck) == (
        1,
        [
            "acme/no-throughput-limit",
            "  FAIL  lacks a fixture; write rules/acme/no_throughput_limit.tf",
            "",
            "1 rule: 0 passed, 1 failed (0 of 0 tests passed)",
        ],
    )


def test_a_rule_has_several_fixtures_with_contracts_and_required_tables(rules: Path, dyncheck: Dyncheck) -> None:
    (rules / "no_throughput_limit.py").write_text(
        '"""Table is absent.\n\nWhy: it is needed.\nFix: declare it.\n"""\n\n'
        "from dyncheck.rule import Run, error, rule\n\n\n@rule(Run, severity=error)\ndef check(run):\n"
        "    if not run.tables:\n        yield run.problem('Table is absent')\n"
    )
    (rules / "no_throughput_limit.plan.json").unlink()
    table = "".join((rules / "no_throughput_limit.tf").read_text().partition('resource "aws_dynamodb_table" "limited"')[1:])
    table = table[: table.index("\n}\n") + 3]
    (rules / "no_throughput_limit.tf").write_text(f"# require: limits\n{table}")
    (rules / "no_throughput_limit.yaml").write_text("table: limits\nmatch: {resource: limited}\nencryption: customer-managed\n")
    (rules / "no_throughput_limit.absent.tf").write_text(f"# require: limits\n# expect: fail limits Table is absent\n{table}")
    (rules / "no_throughput_limit.absent.yaml").write_text("table: limits\nmatch: {resource: other}\nencryption: customer-managed\n")
    assert output_of(dyncheck) == (
        0,
        [
            "acme/no-throughput-limit",
            "  pass  rules/acme/no_throughput_limit.absent.tf (Terraform files: 1 fail)",
            "  pass  rules/acme/no_throughput_limit.tf (Terraform files: 1 pass)",
            "",
            "1 rule: 1 passed, 0 failed (2 of 2 tests passed)",
        ],
    )


def test_a_rule_on_changes_is_tested_on_plans(rules: Path, dyncheck: Dyncheck) -> None:
    (rules / "no_throughput_limit.py").write_text(
        '"""Table is destroyed.\n\nWhy: its items are lost.\nFix: keep it.\n"""\n\n'
        "from dyncheck.dynamodb import TableChange\nfrom dyncheck.rule import error, rule\n\n\n@rule(TableChange, severity=error)\n"
        "def check(change):\n    yield from ()\n"
    )
    plan = rules / "no_throughput_limit.plan.json"
    plan.unlink()
    assert output_of(dyncheck) == (
        3,
        [
            "acme/no-throughput-limit",
            "  FAIL  rules/acme/no_throughput_limit.tf (plan)",
            f"        A rule on changes needs a plan. Write rules/acme/{plan.name} with `terraform show -json`.",
            "",
            "1 rule: 0 passed, 1 failed (0 of 1 test passed)",
        ],
    )


def test_a_crash_and_an_unreadable_plan_are_errors(rules: Path, dyncheck: Dyncheck) -> None:
    (rules / "no_throughput_limit.plan.json").write_text(json.dumps({}))
    edit(rules / "no_throughput_limit.py", "    def unlimited", "    1 / 0\n\n    def unlimited")
    code, lines = output_of(dyncheck)
    assert (code, lines[2], lines[-1]) == (
        3,
        "        The rule acme/no-throughput-limit crashed on aws_dynamodb_table.unlimited. This is a bug in the rule; tell the team acme:",
        "1 rule: 0 passed, 1 failed (0 of 2 tests passed)",
    )


def test_a_rule_that_cannot_be_loaded_is_wrong_usage(rules: Path, dyncheck: Dyncheck) -> None:
    edit(rules / "no_throughput_limit.py", "from dyncheck.rule", "from dyncheck.rules")
    code, lines = output_of(dyncheck)
    assert (code, len(lines)) == (2, 1)
    code, lines = output_of(dyncheck, "-v")
    assert (code, lines[1], lines[-1]) == (2, "Traceback (most recent call last):", "ModuleNotFoundError: No module named 'dyncheck.rules'")
