"""One changed line in the reference module: what `dyncheck fix` makes of it, in `tests/golden/corrected_mutants.txt`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Report, Result, Status
from dyncheck.fix.diff import diff
from dyncheck.fix.verified import Fixes, verified_edits
from dyncheck.model import Severity
from tests.support.golden import assert_golden
from tests.support.paths import GOLDEN
from tests.support.terraform import copy_of_infrastructure

pytestmark = pytest.mark.usefixtures("on_every_rule")

MODULE = "Infrastructure/Modules/dynamodb/main.tf"
PRODUCTS = 'resource "aws_dynamodb_table" "products"'
SESSIONS = 'resource "aws_dynamodb_table" "sessions"'
READ = '"products_read_throttle"'
WRITE = '"products_write_throttle"'


class Mutant(NamedTuple):
    """One line after `inside` with another text; nothing in place of the line for an empty text. `more` is a line after it."""

    inside: str
    line: str
    text: str = ""
    file: str = MODULE
    more: str = ""


MUTANTS = {
    "encryption of products off": Mutant(PRODUCTS, "    enabled = true", "    enabled = false"),
    "encryption of sessions off": Mutant(SESSIONS, "    enabled = true", "    enabled = false"),
    "recovery of products off": Mutant(PRODUCTS, "    enabled = var.enable_point_in_time_recovery", "    enabled = false"),
    "recovery of sessions off": Mutant(SESSIONS, "    enabled = var.enable_point_in_time_recovery", "    enabled = false"),
    "recovery in production only": Mutant(
        PRODUCTS, "    enabled = var.enable_point_in_time_recovery", '    enabled = var.environment_name == "prod"'
    ),
    "recovery off in the root module": Mutant(
        'variable "enable_point', "  default     = true", "  default     = false", "Infrastructure/variables.tf"
    ),
    "recovery off in the call": Mutant(
        'module "dynamodb"',
        "  enable_point_in_time_recovery = var.enable_point_in_time_recovery",
        "  enable_point_in_time_recovery = false",
        "Infrastructure/main.tf",
    ),
    "expiry off": Mutant(SESSIONS, "    enabled        = true", "    enabled        = false"),
    "expiry by another attribute": Mutant(SESSIONS, '    attribute_name = "expires_at"', '    attribute_name = "ttl"'),
    "no type tag on products": Mutant(PRODUCTS, '    Type = "DynamoDB"'),
    "no type tag on sessions": Mutant(SESSIONS, '    Type = "DynamoDB"'),
    "another type tag": Mutant(PRODUCTS, '    Type = "DynamoDB"', '    Type = "Database"'),
    "type tag in lower case": Mutant(PRODUCTS, '    Type = "DynamoDB"', '    type = "DynamoDB"'),
    "metric misspelt for reads": Mutant(
        READ, '  metric_name         = "ReadThrottleEvents"', '  metric_name         = "ReadThrottledEvents"'
    ),
    "metric misspelt for writes": Mutant(
        WRITE, '  metric_name         = "WriteThrottleEvents"', '  metric_name         = "WriteThrottledEvents"'
    ),
    "metric of reads on the writes": Mutant(
        WRITE, '  metric_name         = "WriteThrottleEvents"', '  metric_name         = "ReadThrottleEvents"'
    ),
    "namespace misspelt": Mutant(READ, '  namespace           = "AWS/DynamoDB"', '  namespace           = "AWS/Dynamodb"'),
    "average in place of the sum": Mutant(READ, '  statistic           = "Sum"', '  statistic           = "Average"'),
    "below in place of above": Mutant(
        READ, '  comparison_operator = "GreaterThanThreshold"', '  comparison_operator = "LessThanThreshold"'
    ),
    "high threshold": Mutant(READ, "  threshold           = 0", "  threshold           = 1000"),
    "long period": Mutant(READ, "  period              = 300", "  period              = 3600"),
    "many periods": Mutant(READ, "  evaluation_periods  = 2", "  evaluation_periods  = 12"),
    "missing data is kept": Mutant(WRITE, '  treat_missing_data  = "notBreaching"'),
    "missing data is ignored": Mutant(WRITE, '  treat_missing_data  = "notBreaching"', '  treat_missing_data  = "ignore"'),
    "no action": Mutant(READ, "  alarm_actions       = var.alarm_actions", "  alarm_actions       = []"),
    "no action written": Mutant(READ, "  alarm_actions       = var.alarm_actions"),
    "actions off": Mutant(
        READ,
        "  alarm_actions       = var.alarm_actions",
        "  alarm_actions       = var.alarm_actions",
        more="  actions_enabled     = false",
    ),
    "alarm on the other table": Mutant(
        READ, "    TableName = aws_dynamodb_table.products.name", "    TableName = aws_dynamodb_table.sessions.name"
    ),
    "alarm on an operation": Mutant(
        READ,
        "    TableName = aws_dynamodb_table.products.name",
        "    TableName = aws_dynamodb_table.products.name",
        more='    Operation = "GetItem"',
    ),
    "wrong unit": Mutant(READ, '  statistic           = "Sum"', '  statistic           = "Sum"', more='  unit                = "Bytes"'),
    "invalid billing mode": Mutant(SESSIONS, '  billing_mode = "PAY_PER_REQUEST"', '  billing_mode = "ON_DEMAND"'),
    "invalid table class": Mutant(SESSIONS, '  table_class  = "STANDARD"', '  table_class  = "INFREQUENT"'),
    "capacity on demand": Mutant(
        PRODUCTS, '  read_capacity  = var.billing_mode == "PROVISIONED" ? var.read_capacity : null', "  read_capacity  = var.read_capacity"
    ),
    "index renamed": Mutant(PRODUCTS, '    name            = "CategoryIndex"', '    name            = "ByCategory"'),
    "index of keys only": Mutant(PRODUCTS, '    projection_type = "ALL"', '    projection_type = "KEYS_ONLY"'),
    "index by another key": Mutant(PRODUCTS, '    hash_key        = "category"', '    hash_key        = "created_at"'),
    "index without range key": Mutant(PRODUCTS, '    range_key       = "created_at"'),
    "range key of another type": Mutant('    name = "created_at"', '    type = "S"', '    type = "N"'),
    "undeclared attribute": Mutant('  attribute {\n    name = "category"', '    name = "category"', '    name = "kind"'),
}


@pytest.fixture(name="here", autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the reference module."""
    monkeypatch.chdir(tmp_path)
    Path(".git").mkdir()
    copy_of_infrastructure(tmp_path / "Infrastructure")
    return tmp_path


def mutated(text: str, mutant: Mutant) -> str:
    """The text of a file with one line changed."""
    start = text.index(mutant.inside)
    begin = text.index(f"{mutant.line}\n", start)
    end = begin + len(mutant.line) + 1
    lines = (mutant.text, mutant.more)
    return text[:begin] + "".join(f"{line}\n" for line in lines if line) + text[end:]


def report() -> Report:
    """The report of the root module."""
    return run(("Infrastructure",), Settings())


def open_findings(found: Report) -> set[tuple[str, str, str, str]]:
    """What is not a pass."""
    return {_identity(each) for each in found.results if each.status in (Status.FAIL, Status.UNKNOWN)}


def _identity(result: Result) -> tuple[str, str, str, str]:
    return result.status.value, result.rule, result.address, result.attribute


def corrections(mutant: Mutant) -> tuple[list[str], Fixes]:
    """The rules that find a mutant, and the edits for their new findings."""
    known = open_findings(report())
    path = Path(mutant.file)
    original = path.read_text()
    path.write_text(mutated(original, mutant))
    assert path.read_text() != original
    broken = report()
    new = [each for each in broken.results if _identity(each) in open_findings(broken) - known]
    worst = min(each.severity.rank for each in new)
    rules = sorted({each.rule for each in new if each.severity.rank == worst or each.severity is not Severity.NOTE})
    found = verified_edits(broken, ("Infrastructure",), Settings(), unsafe=True, rules=rules)
    for content in found.files:
        Path(content.file).write_bytes(content.after)
    # The notes on an index have its name.
    assert {each for each in open_findings(report()) - known if each[1] != "unwatched-index"} == set()
    return rules, found


def changed_lines(found: Fixes) -> int:
    """The number of lines that are new or gone; a line with another text is one."""
    lines = [line for content in found.files for line in diff(content) if not line.startswith(("---", "+++"))]
    return max(sum(line[0] == sign for line in lines) for sign in "+-")


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_comes_back_to_compliance_with_three_lines_at_most(name: str) -> None:
    rules, found = corrections(MUTANTS[name])
    assert rules, "No rule finds it."
    assert 1 <= changed_lines(found) <= 3


def _shown() -> Iterator[str]:
    for name, mutant in MUTANTS.items():
        path = Path(mutant.file)
        original = path.read_text()
        rules, found = corrections(mutant)
        yield f"{name} ({', '.join(rules)}):\n"
        for content in found.files:
            yield from (line for line in diff(content) if not line.startswith("diff "))
            Path(content.file).write_bytes(content.before)
        path.write_text(original)
        yield "\n"


@pytest.mark.golden
def test_the_edits_are_what_a_careful_colleague_would_write() -> None:
    assert_golden(GOLDEN / "corrected_mutants.txt", "".join(_shown()))
