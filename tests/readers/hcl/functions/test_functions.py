"""Every recorded call has the value or the kind of error that the real Terraform gives."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

from dyncheck.readers.hcl import functions
from dyncheck.readers.hcl.configuration.instance import ModuleInstance
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.configuration.session import Session
from dyncheck.readers.hcl.evaluation import evaluate
from dyncheck.readers.hcl.functions import BY_EVALUATOR, DEFERRED, EVALUATED, IN_TREE, NAMES, find, support
from dyncheck.readers.hcl.language.syntax import parse_expression
from dyncheck.readers.hcl.language.values import EvaluationError
from tests.readers.hcl.functions.console_format import LATER, printed
from tests.recording.record_console import SIGNATURES, Case, recorded, signatures, surroundings, tables, write_files

_YEARS = "Python counts the years 1 to 9999"
_DIGITS = "the last digits of numbers with fewer than 512 bits are not computed"

# Calls that stay unknown although Terraform evaluates them, and why.
DIFFERENCES = {
    'regex("(?i)é", "É")': "dyncheck ignores the case of the letters a to z only",
    r'regex("\\p{Greek}", "λ")': "Python does not know the letters of a script",
    r'regex("\\p{Nope}", "λ")': "Python does not know the letters of a script",
    'timeadd("2018-01-02T23:12:01+00:00", "1h")': "Go follows the summer time of the machine if the offset is that of the machine",
    'timeadd("2018-01-02T23:12:01+05:30", "1h")': "Go follows the summer time of the machine if the offset is that of the machine",
    'timeadd("2018-01-02T23:12:01-08:00", "1h")': "Go follows the summer time of the machine if the offset is that of the machine",
    'formatdate("YYYY EEE", "0000-01-01T00:00:00Z")': _YEARS,
    'timeadd("0000-01-01T00:00:00Z", "-1s")': _YEARS,
    'timeadd("0001-01-01T00:00:00Z", "-1s")': _YEARS,
    'timeadd("9999-12-31T23:59:59Z", "1s")': _YEARS,
    'cidrhost("::ffff:10.0.0.0/120", 1)': "Terraform's answer is wrong: the address is outside the network",
    'cidrsubnet("10.0.0.0/16", 8, -1)': "Terraform's answer is wrong: the range is outside the network",
    'cidrhost("2001:db8::/32", 79228162514264337593543950336)': "Terraform's answer is wrong: the address is outside the network",
    'cidrhost("2001:db8::/64", 18446744073709551616)': "Terraform's answer is wrong: the address is outside the network",
    'cidrsubnet("2001:db8::/32", 64, 18446744073709551616)': "Terraform's answer is wrong: the range is outside the network",
    'cidrsubnet("10.0.0.0/16", -1, 0)': "Terraform's answer is wrong: the range is outside the network",
    'yamldecode("[.inf]")': "an infinite number is not intended",
    'yamldecode("[-.Inf]")': "an infinite number is not intended",
    r'yamldecode("a: \tb")': "parsers of YAML disagree about tabs",
    r'yamldecode("%FOO bar\n---\na: 1")': "dyncheck does not read the directives of YAML",
    'yamldecode("%a")': "dyncheck does not read the directives of YAML",
    "floor(log(1000, 10))": _DIGITS,
    "[for i, x in [1, 2, 3] : i / length([1, 2, 3])]": _DIGITS,
    'format("%.60f", pow(10, -1))': _DIGITS,
    'format("%g", pow(10, -1))': _DIGITS,
    "jsonencode(pow(10, -1))": _DIGITS,
    "contains([0.1], pow(10, -1))": _DIGITS,
    "distinct([0.1, pow(10, -1)])": _DIGITS,
    'length("a") / length("abc")': _DIGITS,
    'tostring(length("ab") / length("abc"))': _DIGITS,
    'parseint("7", 10) / parseint("3", 10)': _DIGITS,
    "log(10, 3)": _DIGITS,
    "log(50, 10)": _DIGITS,
    "log(1000, 10)": _DIGITS,
    "log(1e300, 10)": _DIGITS,
    "log(2, 10) * log(50, 10)": _DIGITS,
    "log(2, 10) + 1": _DIGITS,
    "log(2, 10) + log(50, 10)": _DIGITS,
    "log(2, 10) / log(50, 10)": _DIGITS,
    "pow(1.1, 10)": _DIGITS,
    "pow(10, -1)": _DIGITS,
    "pow(10, -1) + 0": _DIGITS,
    "pow(10, -1) == 0.1": _DIGITS,
    "pow(10, 22)": _DIGITS,
    "pow(10, 23)": _DIGITS,
    "pow(10, 23) == 1e23": _DIGITS,
    "pow(2, -0.5)": _DIGITS,
    "pow(2, -1)": _DIGITS,
    "pow(2, -1080)": _DIGITS,
    "pow(2, 0.5)": _DIGITS,
    "pow(2, 3) / pow(3, 1)": _DIGITS,
    "pow(3, 40)": _DIGITS,
    "pow(7, 22)": _DIGITS,
    "tostring(pow(10, -1) + 0)": _DIGITS,
    "tostring(pow(10, -1))": _DIGITS,
}


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
    """The outcome of dyncheck, in the form of the recordings."""
    module.budget.renew()
    try:
        return Case(expression, console=printed(evaluate(parse_expression(f"{expression}\n", "main.tf"), module)))
    except EvaluationError as problem:
        return Case(expression, error=f"{' '.join(str(problem).split()).removesuffix('.')}.")


def title(error: str) -> str:
    """The kind of the error. The place of a reference may come before it."""
    return error.partition(". ")[0].rpartition(": ")[2]


@pytest.mark.parametrize("case", cases())
def test_calls(case: Case, module: ModuleInstance) -> None:
    found = outcome(case.expression, module)
    if case.expression in DIFFERENCES:
        assert LATER in (found.console or "")
    elif case.error:
        # Only the title is Terraform's. The other words change no verdict.
        assert title(found.error or "") == title(case.error)
    else:
        assert found == case


def test_each_difference_is_recorded() -> None:
    known = {case.expression: case for table in tables().values() for case in table}
    assert [expression for expression in DIFFERENCES if LATER in (known[expression].console or "")] == []


def test_the_names_are_those_of_terraform() -> None:
    assert list(NAMES) == sorted(_signatures())


@pytest.mark.parametrize("name", NAMES)
def test_the_parameters_are_those_of_terraform(name: str) -> None:
    function = find(name)
    if function is None:
        assert support(name) == BY_EVALUATOR
        return
    variadic = function.variadic.name if function.variadic else None
    found = {"parameters": [parameter.name for parameter in function.parameters], "variadic": variadic}
    assert found == _signatures()[name]
    assert function.name == name


def test_the_support_of_each_function() -> None:
    by_support: dict[str, list[str]] = {}
    for name in NAMES:
        by_support.setdefault(support(name).partition(":")[0], []).append(name)
    assert by_support.pop(BY_EVALUATOR) == ["can", "try"]
    assert by_support.pop(DEFERRED) == ["base64gzip", "bcrypt", "ephemeralasnull", "plantimestamp", "rsadecrypt", "timestamp", "uuid"]
    assert by_support.pop(IN_TREE) == [*(name for name in NAMES if name.startswith("file")), "templatefile"]
    assert list(by_support) == [EVALUATED]


def test_why_a_function_is_deferred() -> None:
    assert support("timestamp").startswith("deferred: ")
    assert {support(name) for name in NAMES if not support(name).startswith(DEFERRED)} == {EVALUATED, IN_TREE, BY_EVALUATOR}


def test_a_name_may_start_with_core() -> None:
    function = find("core::upper")
    assert function is not None
    assert function.name == "core::upper"
    assert find("nope") is None
    assert find("core::nope") is None


def test_each_module_declares_exactly_its_functions_of_the_table() -> None:
    homes = set(functions._HOMES.values())
    declared = {each.name: home for home in homes for each in import_module(f"{functions.__name__}.{home}").FUNCTIONS}
    assert declared == functions._HOMES


def _signatures() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SIGNATURES.read_bytes())
    return found


@pytest.mark.terraform
def test_terraform_still_has_these_functions() -> None:
    assert signatures() == _signatures()


@pytest.mark.terraform
def test_terraform_still_gives_the_recorded_answers() -> None:
    every = [case for table in tables().values() for case in table]
    with surroundings() as directory:
        sample = every[:: len(every) // 60]
        assert [recorded(directory, case.expression) for case in sample] == sample
