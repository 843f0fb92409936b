"""Every recorded call has the value, or is refused with the words, that the real Terraform has for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dyncheck.readers.hcl import functions
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.module import Modules
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.evaluation import evaluate
from dyncheck.readers.hcl.functions import BY_EVALUATOR, DEFERRED, EVALUATED, IN_TREE, NAMES, find, support
from dyncheck.readers.hcl.language.syntax import parse_expression
from dyncheck.readers.hcl.language.values import Problem
from tests.hcl.console_format import printed
from tests.hcl.record_console import SIGNATURES, Case, recorded, signatures, surroundings, tables, write_files

_LATER = "(known after apply)"

# What comes out otherwise than Terraform has it, and why. Never another value: what is not sure is left unknown.
DIFFERENCES: dict[str, tuple[str, str]] = {}


def cases() -> list[Any]:
    """The recorded calls."""
    return [pytest.param(case, id=case.expression) for table in tables().values() for case in table]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleInstance:
    directory = tmp_path_factory.mktemp("surroundings")
    write_files(directory)
    modules = Modules()
    root = str(directory.resolve())
    return ModuleInstance(Session(modules, root, root), modules.at(root))


def outcome(expression: str, module: ModuleInstance) -> Case:
    """What comes out here, as it is recorded of Terraform."""
    module.budget.renew()
    try:
        return Case(expression, console=printed(evaluate(parse_expression(f"{expression}\n", "main.tf"), module)))
    except Problem as problem:
        return Case(expression, error=f"{' '.join(str(problem).split()).removesuffix('.')}.")


@pytest.mark.parametrize("case", cases())
def test_calls(case: Case, module: ModuleInstance) -> None:
    found = outcome(case.expression, module)
    if case.expression in DIFFERENCES:
        assert (found.console or found.error) == DIFFERENCES[case.expression][0]
    elif case.error:
        assert (found.error or f"no error: {found.console}").endswith(case.error)
    else:
        assert found == case
