"""What is evaluated once for all that is written alike is what each would come to by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Report
from dyncheck.readers.hcl.configuration.likeness import Alike
from dyncheck.readers.hcl.language.nodes import Argument
from dyncheck.readers.hcl.language.values import Value

EXPRESSIONS = (
    "{ T = var.a }",
    "{ T = [var.a][0] }",
    'merge({ T = "x" }, { T = var.a })',
    "merge(var.a, {})",
    'var.a == "1" ? { T = "1" } : { T = "other" }',
    "var.a == 1 ? { T = 1 } : { T = 2 }",
    "var.a == null ? null : { T = var.a }",
    "{ for key, value in [var.a] : key => value }",
    "{ for var in [var.a] : var => var }",
    "{ T = length([var.a]) }",
    "{ T = jsonencode(var.a) }",
    "{ T = try(var.a.b, 0) }",
    "{ T = can(var.a.b) }",
    "{ T = upper(var.a) }",
    '{ T = format("%s", var.a) }',
    "{ T = timestamp() }",
    '{ T = file("${path.module}/text") }',
    "{ T = path.module }",
    "{ T = terraform.workspace }",
    "{ Type = local.a }",
    "{ Type = var.a }",
    '{ Type = file("text") }',
    "{ T = var.b }",
    "{ T = var.a.b }",
    '{ T = var["a"] }',
    "{ T = sensitive(var.a) }",
    "{ T = no_function(var.a) }",
    "{ T = aws_sns_topic.topic.arn }",
    '{ T = regex("[0-9]", jsonencode(var.a)) }',
    "{ T = -var.a }",
    "[var.a]",
)
VARIABLES = (
    "",
    'default = "1"',
    "default = 1",
    "default = 1.5",
    "default = 0",
    "default = true",
    'default = "true"',
    "default = null",
    "default = []",
    'default = ["1"]',
    "default = [1]",
    "default = {}",
    'default = { b = "1" }',
    "default = { b = 1 }",
    "default = { b = null }",
    'default   = "1"\n  sensitive = true',
    'default = ["1"]\n  type    = set(string)',
    'default = ["1"]\n  type    = list(string)',
    'default = { b = "1" }\n  type    = map(string)',
    "default = null\n  type    = string",
)

ROOT = """\
variable "a" {
  %s
}

locals {
  a = "%s"
}

resource "aws_sns_topic" "topic" {}

resource "aws_dynamodb_table" "products" {
  name          = "dev-products"
  read_capacity = try(tonumber(var.a), 1) == 1 ? null : 5
  tags          = %s
}
"""

Work = Callable[[], Value]


def written(directory: Path, expression: str, variables: tuple[str, ...] = VARIABLES) -> None:
    """A tree of root modules that differ in what they are given; each is there twice."""
    for copy in ("first", "second"):
        for number, variable in enumerate(variables):
            root = directory / copy / f"{number:02}"
            root.mkdir(parents=True)
            (root / "main.tf").write_text(ROOT % (variable, copy, expression))
            (root / "text").write_text(f"{copy} {number}")


def checked(*ignored: str) -> Report:
    return run(["."], Settings(ignore=ignored, allow_empty=True))


def alone(_self: Alike, _argument: Argument, _module: Any, _purpose: Any, work: Work) -> Value:
    return work()


def worked_on_tags(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The directories of the modules whose tags a check evaluates."""
    worked: list[str] = []
    once = Alike.once

    def counting(self: Alike, argument: Argument, module: Any, purpose: Any, work: Work) -> Value:
        def counted() -> Value:
            worked.append(module.module.directory)
            return work()

        return once(self, argument, module, purpose, counted if argument.name == "tags" else work)

    monkeypatch.setattr(Alike, "once", counting)
    checked("unguarded-input")
    return worked


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_it_comes_to_the_same(expression: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, expression)
    monkeypatch.chdir(tmp_path)
    together = checked()
    with monkeypatch.context() as patch:
        patch.setattr(Alike, "once", alone)
        assert together == checked()
    assert len(together.inputs) + len(together.errors) >= 2 * len(VARIABLES)


def test_copies_are_not_evaluated_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = VARIABLES[:8]
    written(tmp_path, "{ T = var.a }", variables)
    monkeypatch.chdir(tmp_path)
    worked = worked_on_tags(monkeypatch)
    copies = [directory for directory in worked if Path(directory).parent.name == "second"]
    # Those whose value is not known are evaluated wherever they are.
    assert copies == [str(tmp_path / "second" / "00")]
    assert len(worked) == len(variables) + 1


@pytest.mark.parametrize(("tags", "times"), [('{ T = join("", ["a", "b"]) }', 1), ("{ for n in range(99) : n => n }", 2)])
def test_large_values_are_not_kept(tags: str, times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would fill the memory, and it takes as long to compare them."""
    written(tmp_path, tags, VARIABLES[1:2])
    monkeypatch.chdir(tmp_path)
    assert len(worked_on_tags(monkeypatch)) == times


def test_the_budget_is_spent_as_if_each_was_evaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would depend on what was checked before whether an expression is too much."""
    tags = '{ T = join("", [for one in range(1000) : one]) }'
    table = 'resource "aws_dynamodb_table" "t%d" {\n  name = "dev-products"\n  tags = %s\n}\n'
    resources = "".join(table % (number, tags) for number in range(8))
    monkeypatch.setattr("dyncheck.readers.hcl.evaluation.Budget.ALL_STEPS", 10_000)
    found = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(resources)
    monkeypatch.chdir(tmp_path)
    for patched in (False, True):
        with monkeypatch.context() as patch:
            if patched:
                patch.setattr(Alike, "once", alone)
            found.append(checked())
    assert found[0] == found[1]
    assert "gave up" in str(found[0])
