"""Modules of a tree in HCL mode: calls at any depth, their instances, inputs and outputs, and providers handed down.

What is expected was compared with Terraform 1.11 and hashicorp/aws 5.100. The helpers are for the other tests of HCL mode too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from dyncheck.run import Settings, run

# Rule, address, status and message of a result.
Row: TypeAlias = tuple[str, str, str, str]

MODE = "invalid-billing-mode"
WANTED = 'must be "PAY_PER_REQUEST" or "PROVISIONED"'


class Found(NamedTuple):
    """What a run says: its results, what it tells about the inputs, and what could not be checked."""

    rows: list[Row]
    notices: list[str]
    errors: list[str]


def write(directory: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a directory."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@contextmanager
def inside(directory: Path) -> Iterator[None]:
    """Be in a directory, for messages name files as seen from there."""
    before = os.getcwd()
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)


def checked(
    directory: Path,
    files: Mapping[str, str | bytes],
    *rules: str,
    paths: Iterable[str] = (".",),
    given: Iterable[tuple[str, str]] = (),
    required: Iterable[str] = (),
    allow_empty: bool = False,
) -> Found:
    """Write the files, and check them by these rules (all of them where none is named); `given` is as in `dyncheck.run.Settings`."""
    write(directory, files)
    with inside(directory):
        settings = Settings(select=rules, given=tuple(given), required=tuple(required), allow_empty=allow_empty)
        report = run(tuple(paths), settings)
    return Found(
        [(result.rule, result.address, result.status.value, result.message) for result in report.results],
        [notice for checked in report.inputs for notice in checked.notices],
        list(report.errors),
    )


def table(name: str, mode: str, *lines: str) -> str:
    """A table whose billing mode is an expression that a test wants to see the value of."""
    return "\n".join([f'resource "aws_dynamodb_table" "{name}" {{', f"  billing_mode = {mode}", *(f"  {line}" for line in lines), "}\n"])


def modes(
    directory: Path, files: Mapping[str, str | bytes], *, given: Iterable[tuple[str, str]] = (), paths: Iterable[str] = (".",)
) -> dict[str, str]:
    """What the billing mode of each table is, as the report shows it, or why it is not known. Nothing else goes wrong."""
    found = checked(directory, files, MODE, given=given, paths=paths)
    assert found.errors == []
    assert len(found.rows) == len({address for _, address, _, _ in found.rows})
    return {address: _mode(status, message) for _, address, status, message in found.rows}


def _mode(status: str, message: str) -> str:
    if status == "pass":
        return "a good one"
    return message.removeprefix("there is no such billing mode: ").removeprefix("billing_mode is ").removesuffix(f", {WANTED}")


# Calls.


def test_arguments_become_variables_and_outputs_values(tmp_path: Path) -> None:
    files = {
        "main.tf": """\
module "one" {
  source = "./one"
  mode   = "A"
}
"""
        + table("root", "module.one.both"),
        "one/main.tf": """\
variable "mode" {}
module "two" {
  source = "../two"
  mode   = "${var.mode}B"
}
output "both" { value = "${module.two.mode}C" }
"""
        + table("one", "var.mode"),
        "two/main.tf": 'variable "mode" {}\noutput "mode" { value = aws_dynamodb_table.two.billing_mode }\n' + table("two", "var.mode"),
    }
    assert modes(tmp_path, files) == {
        "aws_dynamodb_table.root": '"ABC"',
        "module.one.aws_dynamodb_table.one": '"A"',
        "module.one.module.two.aws_dynamodb_table.two": '"AB"',
    }


SOURCES = {
    "below": "./one",
    "with a slash at the end": "./one/",
    "over a detour": "./one/../two/../one",
    "with doubled slashes": ".//one",
    "with backslashes": ".\\\\one",
    "as a heredoc-free template": "./${\"one\"}",
}


@pytest.mark.parametrize("source", [*list(SOURCES.values())[:5]], ids=[*list(SOURCES)[:5]])
def test_a_source_may_be_written_in_many_ways(source: str, tmp_path: Path) -> None:
    files = {"main.tf": f'module "m" {{\n  source = "{source}"\n}}\n', "one/main.tf": table("t", '"X"'), "two/main.tf": "locals {}\n"}
    assert modes(tmp_path, files) == {"module.m.aws_dynamodb_table.t": '"X"'}
