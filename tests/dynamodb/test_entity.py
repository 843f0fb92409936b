"""The location of a problem."""

from __future__ import annotations

import pytest

from dyncheck.dynamodb import Index, hcl_block
from dyncheck.model import Problem
from tests.dynamodb.reading import inventory_of, table

ORDERS = """\
variable "name" {
  default = "orders"
}
resource "terraform_data" "later" {}
resource "aws_dynamodb_table" "orders" {
  name = var.name
  point_in_time_recovery {
    enabled = false
  }
  dynamic "ttl" {
    for_each = terraform_data.later.output
    content {
      enabled = true
    }
  }
  global_secondary_index {
    name = "ByDate"
  }
}
"""


def parts(problem: Problem) -> dict[str, object]:
    """All parts of a problem except its address."""
    location = problem.location
    return {
        "path": problem.path,
        "found": problem.found,
        "line": location and location.line,
        "related": [(each.line, each.message) for each in problem.related],
        "places": [(place.kind, place.line, place.end_line) for place in problem.places],
    }


RESOURCE = ("resource", 5, 19)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (
            "name",
            {
                "path": "name",
                "found": '"orders"',
                "line": 6,
                "related": [(2, "var.name has its default here")],
                "places": [("argument", 6, 6), RESOURCE],
            },
        ),
        ("hash_key", {"path": "hash_key", "found": "not set", "line": 5, "related": [], "places": [RESOURCE]}),
        (
            "point_in_time_recovery.enabled",
            {
                "path": "point_in_time_recovery.enabled",
                "found": "false",
                "line": 8,
                "related": [],
                "places": [("argument", 8, 8), ("block", 7, 9), RESOURCE],
            },
        ),
        (
            "server_side_encryption.enabled",
            {"path": "server_side_encryption.enabled", "found": "not set", "line": 5, "related": [], "places": [RESOURCE]},
        ),
        (
            "ttl.enabled",
            {"path": "ttl.enabled", "found": "known only after apply", "line": 10, "related": [], "places": [RESOURCE]},
        ),
    ],
)
def test_a_problem_has_the_location_of_its_argument(at: str, expected: dict[str, object]) -> None:
    assert parts(table(inventory_of(ORDERS)).problem("It is wrong", at, expected="another")) == expected


def test_a_problem_of_an_index_is_in_its_block() -> None:
    orders = table(inventory_of(ORDERS))
    (index,) = orders.indexes
    assert parts(index.problem("It is wrong", "hash_key", expected="another")) == {
        "path": 'global_secondary_index["ByDate"].hash_key',
        "found": "not set",
        "line": 16,
        "related": [],
        "places": [RESOURCE],
    }
    assert isinstance(index, Index)
    problem = index.problem("It is wrong", "name", expected="another", fix="name = another", found="something")
    assert (problem.address, problem.summary, problem.expected, problem.fix, problem.found) == (
        "aws_dynamodb_table.orders",
        "It is wrong",
        "another",
        "name = another",
        "something",
    )


def test_the_current_value_is_shown_only_beside_an_expected_one() -> None:
    problem = table(inventory_of(ORDERS)).problem("It is wrong", "name")
    assert (problem.found, problem.expected, problem.fix, problem.message) == ("", "", "", "It is wrong")


@pytest.mark.parametrize(
    ("at", "fix"), [("hash_key", "hash_key = true"), ("point_in_time_recovery.enabled", "point_in_time_recovery {\n  enabled = true\n}")]
)
def test_the_correct_value_is_expected_and_in_the_fix(at: str, fix: str) -> None:
    problem = table(inventory_of(ORDERS)).problem("It is wrong", at, value="true")
    assert (problem.expected, problem.fix) == ("true", fix)


def test_a_block_has_the_format_of_terraform() -> None:
    assert hcl_block("tags =", Name='"orders"', Id="1") == 'tags = {\n  Name = "orders"\n  Id   = 1\n}'


def test_a_problem_in_a_nested_block_has_the_path_of_the_block() -> None:
    orders = table(inventory_of(ORDERS))
    (block,) = orders.block.blocks("point_in_time_recovery")
    inner, outer = (
        orders.problem("It is wrong", "enabled", inside=block, expected="true"),
        orders.problem("It is wrong", f"{block.path}.enabled", expected="true"),
    )
    assert parts(inner) == parts(outer)
