"""Every recorded expression has the same result as in Terraform."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.evaluation import evaluate
from dyncheck.readers.hcl.language.syntax import SyntaxFault, parse_expression
from dyncheck.readers.hcl.language.values import EvaluationError
from tests.readers.hcl.shown import shown
from tests.recording.record_expressions import SURROUNDINGS, Case, read_expressions

REFUSED = "refused"

# Differences from Terraform 1.11, and why.
DIFFERENCES = {
    "1 / 0": ("(known after apply)", "an infinite number is unknown"),
    "null && true": ("(known after apply)", "Terraform 1.12 and later do not refuse every null in such an operation"),
    "null || false": ("(known after apply)", "Terraform 1.12 and later do not refuse every null in such an operation"),
}


def cases() -> list[Any]:
    """The recorded expressions."""
    return [pytest.param(case, id=case.expression) for case in read_expressions()]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleInstance:
    directory = tmp_path_factory.mktemp("surroundings")
    Path(directory, "main.tf").write_text(SURROUNDINGS)
    modules = Modules()
    root = str(directory.resolve())
    return ModuleInstance(Session(modules, root, root), modules.at(root))


def outcome(expression: str, module: ModuleInstance) -> str:
    """The result of an expression in the format of `terraform console`."""
    module.budget.renew()
    try:
        return shown(evaluate(parse_expression(f"{expression}\n", "main.tf"), module))
    except (SyntaxFault, EvaluationError):
        return REFUSED


@pytest.mark.parametrize("case", cases())
def test_expression_has_the_same_value_as_in_terraform(case: Case, module: ModuleInstance) -> None:
    recorded = REFUSED if case.error else case.console
    expected, _ = DIFFERENCES.get(case.expression, (recorded, ""))
    assert outcome(case.expression, module) == expected


def test_each_listed_difference_differs_from_terraform() -> None:
    recorded = {case.expression: REFUSED if case.error else case.console for case in read_expressions()}
    assert [text for text, (found, _) in DIFFERENCES.items() if recorded[text] == found] == []
