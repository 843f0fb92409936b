"""A fix names a variable only where the module of the table has it, in plans and in files alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Status
from tests.support.paths import PLANS

TABLE = """
resource "aws_dynamodb_table" "products" {
  name         = "shop"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}
"""
CONTRACT = "table: products\nmatch: {resource: products}\nname: '{environment}-products'\n"


def fixes(path: Path, *policies: str) -> list[str]:
    """The fixes of the names that are wrong."""
    report = run((str(path),), Settings(policies=policies))
    assert report.errors == ()
    return [result.fix for result in report.results if result.rule == "wrong-table-name" and result.status is Status.FAIL]


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        pytest.param('variable "environment" {}', 'name = "${var.environment}-products"', id="the module has the variable"),
        pytest.param('variable "other" {}', 'name = "<environment>-products"', id="the module has another variable"),
    ],
)
def test_the_name_of_a_placeholder_is_a_variable_only_where_that_exists(variable: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(variable + TABLE)
    (tmp_path / "products.yaml").write_text(CONTRACT)

    (fix,) = fixes(tmp_path, str(tmp_path / "products.yaml"))

    assert fix.startswith(f"# For a new table:\n{expected}\n")


def test_a_plan_shows_the_variables_of_a_module() -> None:
    found = fixes(PLANS / "demand_products_name_of_another_table.json")

    assert found == ['name = "${var.environment_name}-products"']
