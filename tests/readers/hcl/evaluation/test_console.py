"""Every expression that Terraform's console was asked has the same value here, the same refusal, or is unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from tests.readers.hcl.evaluation.drawn_expressions import drawn
from tests.readers.hcl.functions.console_format import LATER
from tests.recording.ask_console import (
    DRAWN,
    EXPRESSIONS,
    SURROUNDINGS,
    Answer,
    answer_here,
    answers_of_terraform,
    different,
    module_in,
    read_answers,
)

# Values that are certain although Terraform 1.11 does not plan them: both arms are equal.
_CERTAIN = {
    'local.truth ? "a" : "a"': '"a"',
    "local.truth ? { a = 1 } : { a = 1 }": '{\n  "a" = 1\n}',
}

# `type` exists only in the console, see https://developer.hashicorp.com/terraform/language/functions/type
_ONLY_IN_THE_CONSOLE = "type("


def cases() -> list[Any]:
    """The recorded answers."""
    return [pytest.param(answer, id=answer.expression) for answer in read_answers(EXPRESSIONS)]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleInstance:
    directory = tmp_path_factory.mktemp("surroundings")
    Path(directory, "main.tf").write_text(SURROUNDINGS.read_text())
    return module_in(directory)


@pytest.mark.parametrize("answer", cases())
def test_an_expression_has_the_value_that_the_console_shows(answer: Answer, module: ModuleInstance) -> None:
    with module.session.as_planned():
        found = answer_here(answer.expression, module)
    if answer.expression.startswith(_ONLY_IN_THE_CONSOLE):
        assert "There is no function" in (found.error or "")
    elif answer.error:
        assert found.error or LATER in (found.result or "")
    else:
        assert found.result == answer.result or LATER in (found.result or "")


@pytest.mark.parametrize("expression", _CERTAIN)
def test_equal_arms_are_certain_without_the_condition(expression: str, module: ModuleInstance) -> None:
    assert answer_here(expression, module).result == _CERTAIN[expression]


def test_few_expressions_are_unknown_here_that_the_console_knows(module: ModuleInstance) -> None:
    unknown = []
    for answer in read_answers(EXPRESSIONS):
        found = answer_here(answer.expression, module)
        if LATER in (found.result or "") and LATER not in (answer.result or ""):
            unknown.append(answer.expression)
    assert len(unknown) <= 15


def test_generated_expressions_have_no_other_value(module: ModuleInstance) -> None:
    answers = [*read_answers(DRAWN)]
    assert len(answers) >= 2_000
    assert [answer.expression for answer in answers if different(answer, module)] == []


@pytest.mark.terraform
def test_fresh_expressions_have_no_other_value(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(SURROUNDINGS.read_text())
    module = module_in(tmp_path)
    answers = answers_of_terraform(drawn(7, 3_000), tmp_path)
    assert [answer.expression for answer in answers if different(answer, module)] == []
