"""What could not be checked, as data: the kind, the file and the place of each problem."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from dyncheck import InputError, check
from dyncheck.checking.run import Settings, run
from dyncheck.files import LIMIT
from dyncheck.input_problems import InputProblem, ProblemKind, with_end
from tests.conftest import Dyncheck
from tests.support.paths import PLANS

TABLE = 'resource "aws_dynamodb_table" "t" {\n  name     = "t"\n  hash_key = "id"\n  attribute {\n    name = "id"\n    type = "S"\n  }\n}\n'

# The kind, the path, and the line and column of the only problem of each input.
CASES: dict[str, tuple[dict[str, str], str, tuple[str, str, int, int]]] = {
    "a missing plan": ({}, "plan.json", ("unreadable", "plan.json", 0, 0)),
    "a missing directory": ({}, "live", ("unreadable", "live", 0, 0)),
    "no JSON": ({"plan.json": "plan"}, "plan.json", ("syntax", "plan.json", 0, 0)),
    "a key twice": ({"plan.json": '{"a": 1, "a": 2}'}, "plan.json", ("syntax", "plan.json", 0, 0)),
    "no HCL": ({"live/main.tf": TABLE + "locals {\n"}, "live", ("syntax", "live/main.tf", 9, 8)),
    "invalid values": ({"live/main.tf": TABLE, "live/terraform.tfvars": "x = \n"}, "live", ("syntax", "live/terraform.tfvars", 1, 5)),
    "an empty file": ({"plan.json": ""}, "plan.json", ("incomplete", "plan.json", 0, 0)),
    "a truncated plan": ({"plan.json": '{"format_version": "1.2", "planned'}, "plan.json", ("incomplete", "plan.json", 0, 0)),
    "a state file without resources": (
        {"s.json": '{"version": 4, "lineage": "x", "resources": []}'},
        "s.json",
        ("nothing-to-check", "s.json", 0, 0),
    ),
    "an old state file": ({"s.json": '{"version": 3, "lineage": "x", "modules": []}'}, "s.json", ("unsupported", "s.json", 0, 0)),
    "a later format": ({"plan.json": '{"format_version": "2.0"}'}, "plan.json", ("unsupported", "plan.json", 0, 0)),
    "no valid plan": ({"plan.json": '{"format_version": "1.2", "planned_values": 1}'}, "plan.json", ("invalid", "plan.json", 0, 0)),
    "a wrong reference": ({"live/main.tf": TABLE.replace('"t"\n', "var.no\n")}, "live", ("invalid", "live/main.tf", 2, 14)),
    "a block twice": ({"live/main.tf": TABLE + TABLE}, "live", ("invalid", "live/main.tf", 9, 1)),
    "a deep plan": ({"plan.json": '{"a":' * 200_000 + "1" + "}" * 200_000}, "plan.json", ("limit", "plan.json", 0, 0)),
    "no table": ({"live/main.tf": "locals {}\n"}, "live", ("nothing-to-check", "live", 0, 0)),
    "no files": ({"live/readme": ""}, "live", ("nothing-to-check", "live", 0, 0)),
    "an empty state": ({"s.json": '{"format_version": "1.0"}'}, "s.json", ("nothing-to-check", "s.json", 0, 0)),
}


def write(directory: Path, files: dict[str, str]) -> None:
    """Write files below a directory."""
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)


def problems(*paths: str, **settings: Any) -> tuple[InputProblem, ...]:
    """The problems of a run."""
    return run(paths, replace(Settings(), **settings)).problems


def placed(several: tuple[InputProblem, ...]) -> list[tuple[str, str, int, int]]:
    """The problems without their messages."""
    return [(each.kind, each.path, each.line, each.column) for each in several]


@pytest.mark.parametrize(("files", "path", "expected"), CASES.values(), ids=CASES)
def test_a_problem_has_its_kind_its_file_and_its_place(
    files: dict[str, str], path: str, expected: tuple[str, str, int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    found = problems(path)
    assert placed(found) == [expected]
    assert path in found[0].message


def test_each_kind_has_a_case() -> None:
    assert {kind for _, _, (kind, *_) in CASES.values()} | {"crash", "strict"} == set(get_args(ProblemKind))


def test_a_file_larger_than_the_limit_is_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"plan.json": "x" * 100})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(LIMIT, "10")
    assert placed(problems("plan.json")) == [("limit", "plan.json", 0, 0)]


def test_an_expression_beyond_a_limit_of_dyncheck_is_a_limit_also_in_a_directory_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        tmp_path,
        {
            "dyncheck/main.tf": TABLE.replace('"t"\n', "var.no\n") + 'module "m" {\n  source = "./m"\n  count  = 100000\n}\n',
            "dyncheck/m/main.tf": "",
        },
    )
    monkeypatch.chdir(tmp_path)
    assert sorted(placed(problems("dyncheck"))) == [("invalid", "dyncheck/main.tf", 2, 14), ("limit", "dyncheck/main.tf", 11, 12)]


def test_each_file_of_a_module_has_its_own_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"live/a.tf": "= 1\n", "live/b.tf": "locals {\n"})
    monkeypatch.chdir(tmp_path)
    assert placed(problems("live")) == [("syntax", "live/a.tf", 1, 1), ("syntax", "live/b.tf", 1, 8)]


def test_a_value_of_an_option_has_no_place_but_its_root_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"live/main.tf": 'variable "x" {\n  type = list(string)\n}\n' + TABLE.replace('"t"\n', "var.x[0]\n")})
    monkeypatch.chdir(tmp_path)
    assert placed(problems("live", given=(("x", "[1"),))) == [("syntax", "live", 0, 0)]


def test_what_a_strict_run_has_besides_is_strict_and_concerns_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PLANS)
    assert set(placed(problems("change_target.json", strict=True))) == {("strict", "", 0, 0)}


def test_the_problems_of_an_input_do_not_hide_those_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.json": "", "b.json": "b"})
    monkeypatch.chdir(tmp_path)
    assert placed(problems("a.json", "b.json")) == [("incomplete", "a.json", 0, 0), ("syntax", "b.json", 0, 0)]


def test_json_has_the_problems_beside_the_sentences(tmp_path: Path, dyncheck: Dyncheck) -> None:
    write(tmp_path, {"live/main.tf": "locals {\n"})
    done = dyncheck("--format", "json", "live", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert done.returncode == 3
    assert report["problems"] == [
        {"kind": "syntax", "message": report["errors"][0], "path": "live/main.tf", "place": {"line": 1, "column": 8}}
    ]


def test_a_rule_that_crashes_is_a_problem_of_the_input_also_in_python(tmp_path: Path) -> None:
    rule = """\
\"\"\"The table has a short name.

Why: it is short.

Fix: write a longer one.
\"\"\"

from dyncheck.dynamodb import Table
from dyncheck.rule import rule, warning


@rule(Table, severity=warning)
def check(table):
    yield "no problem"
"""
    write(tmp_path, {"rules/acme/short.py": rule})
    with pytest.raises(InputError) as raised:
        check(PLANS / "reference.json", rules=[tmp_path / "rules"], select=["acme/short"])
    assert set(placed(raised.value.problems)) == {("crash", str(PLANS / "reference.json"), 0, 0)}
    assert str(raised.value) == "\n".join(each.message for each in raised.value.problems)


def test_an_end_goes_to_the_first_line_of_a_message() -> None:
    problem = InputProblem("syntax", "a.tf:1:1: No.\n  x\n  ^", "a.tf", 1, 1)
    assert with_end(problem, " (in the environment dev)").message == "a.tf:1:1: No. (in the environment dev)\n  x\n  ^"
