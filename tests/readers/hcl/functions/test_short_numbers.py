"""Numbers with fewer bits than Terraform's 512: what is known of them is right, and all else is unknown, never wrong or a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.evaluation import evaluate
from dyncheck.readers.hcl.language.syntax import parse_expression
from dyncheck.readers.hcl.language.values import causes_of
from tests.readers.hcl.configuration.test_conditions import INVALID, found_in, violated
from tests.readers.hcl.functions.console_format import LATER, printed

MODULE = """\
locals {
  rough = log(10, 3)
  third = length("a") / length("abc")
  large = pow(10, 22)
}
"""

KNOWN = {
    "ceil(local.rough)": "3",
    "floor(local.rough)": "2",
    "ceil(log(8, 2))": "3",
    "floor(-local.rough)": "-3",
    "local.rough > 2": "true",
    "local.third < 0.5": "true",
    "local.rough == 2": "false",
    "local.rough == local.third": "false",
    "max(local.rough, 5)": "5",
    "contains([1, 2], local.rough)": "false",
    "local.large > 5": "true",
    "range(0, local.rough, 1)": "tolist([\n  0,\n  1,\n  2,\n])",
    'abs(-length("abc"))': "3",
    'length("abcd") / length("ab")': "2",
    'length("abc") / 2': "1.5",
    "pow(2, 53)": "9007199254740992",
    "[for i, x in [7, 8] : i / 2]": "[\n  0,\n  0.5,\n]",
}
UNKNOWN = (
    "{ a = 1 }[local.rough]",
    '"${local.rough}"',
    "tostring(local.third)",
    "local.rough + 1",
    "1 - local.rough",
    "local.rough * 2",
    "local.rough / 2",
    "5 % local.rough",
    "local.rough == local.rough",
    "local.rough != 2.0959032742893845",
    "local.rough >= 2.0959032742893845",
    "sum([local.rough, 1])",
    "max(local.rough, local.rough)",
    "toset([local.rough, local.rough])",
    "distinct([local.rough])",
    "setunion([local.rough], [1])",
    "index([local.rough], local.rough)",
    "jsonencode({ a = local.rough })",
    "yamlencode({ a = local.rough })",
    'format("%d", local.large)',
    'format("%.2f", local.rough)',
    "floor(local.large)",
    "element([1], local.large)",
    'parseint("10", local.large)',
    "pow(2, 54)",
    "toset([{ a = local.rough }])",
    '[for i, x in [7, 8, 9, 10] : tostring(i / length("abc"))][1]',
)


@pytest.fixture
def module(tmp_path: Path) -> ModuleInstance:
    (tmp_path / "main.tf").write_text(MODULE)
    modules = Modules()
    root = str(tmp_path.resolve())
    return ModuleInstance(Session(modules, root, root), modules.at(root))


@pytest.mark.parametrize("expression", KNOWN)
def test_what_is_known(expression: str, module: ModuleInstance) -> None:
    assert printed(evaluate(parse_expression(f"{expression}\n", "main.tf"), module)) == KNOWN[expression]


@pytest.mark.parametrize("expression", UNKNOWN)
def test_what_is_unknown_and_why(expression: str, module: ModuleInstance) -> None:
    value = evaluate(parse_expression(f"{expression}\n", "main.tf"), module)
    assert LATER in printed(value)
    assert all("digits" in cause or "known" in cause for cause in causes_of(value))


def test_a_module_takes_such_a_number(tmp_path: Path) -> None:
    child = """\
variable "number" {
  type = number
  validation {
    condition     = var.number > 3
    error_message = "too small"
  }
}
variable "set" {
  type = set(number)
}
"""
    text = 'module "child" {\n  source = "./child"\n  number = log(10, 3)\n  set = [log(10, 3)]\n}\n'
    assert found_in(tmp_path, text, child=child).rows == [violated("module.child.var.number", f"{INVALID}: too small")]
