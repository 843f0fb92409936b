"""Every recorded expression has the value, or is refused, as the real Terraform has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.module import Modules
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.evaluation import evaluate
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_expression
from dyncheck.readers.hcl.language.values import Problem
from tests.hcl.record_expressions import SURROUNDINGS, Case, read_expressions
from tests.hcl.shown import shown

REFUSED = "refused"

# What comes out otherwise than Terraform 1.11 has it, and why.
DIFFERENCES = {
    "-0": ("0", "a zero has no sign"),
    "1 / 0": ("(known after apply)", "an infinite number is nobody's intention, and is left unknown"),
    'true || "x"': ("true", "Terraform 1.12 and later do not look at the right where the left decides"),
    'false && "x"': ("false", "Terraform 1.12 and later do not look at the right where the left decides"),
    "false && nope": ("false", "Terraform 1.12 and later do not look at the right where the left decides"),
    "true || 1": ("true", "Terraform 1.12 and later do not look at the right where the left decides"),
    "[1, terraform_data.later.output] == [2, 1]": ("false", "the known parts differ"),
}
# What is still to be done; each fails the suite once it is.
OPEN = {
    "{ var.strings[0] = 1 }": "a dotted key is refused when it is evaluated",
    "{ var.flag = 1 }": "a dotted key is refused when it is evaluated",
    "nope": "a word alone is no reference",
    "var": "a word alone is no reference",
    "var.nothing[*].a": "what the splat of null does to each item is not looked at",
    "var.none[*].x": "the items that a list could have have no such attribute",
}


def cases() -> list[Any]:
    """The recorded expressions, those that are open marked as such."""
    open_ = {text: pytest.mark.xfail(strict=True, reason=reason) for text, reason in OPEN.items()}
    return [
        pytest.param(case, id=case.expression, marks=open_.get(case.expression, ()))
        for case in read_expressions()
    ]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleInstance:
    directory = tmp_path_factory.mktemp("surroundings")
    Path(directory, "main.tf").write_text(SURROUNDINGS)
    modules = Modules()
    root = str(directory.resolve())
    return ModuleInstance(Session(modules, root, root), modules.at(root))


def outcome(expression: str, module: ModuleInstance) -> str:
    """What the console would show of an expression."""
    module.budget.renew()
    try:
        return shown(evaluate(parse_expression(f"{expression}\n", "main.tf"), module))
    except (SyntaxFault, Problem):
        return REFUSED


@pytest.mark.parametrize("case", cases())
def test_values(case: Case, module: ModuleInstance) -> None:
    recorded = REFUSED if case.error else case.console
    expected, _ = DIFFERENCES.get(case.expression, (recorded, ""))
    assert outcome(case.expression, module) == expected


def test_each_difference_is_one() -> None:
    recorded = {case.expression: REFUSED if case.error else case.console for case in read_expressions()}
    assert [text for text, (found, _) in DIFFERENCES.items() if recorded[text] == found] == []
