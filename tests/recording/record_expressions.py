"""Records the results of Terraform for the cases in `tests/readers/hcl/evaluation/expressions.json` and `templates.json`.

    python -m tests.recording.record_expressions         records all cases again
    python -m tests.recording.record_expressions --check prints the cases with other results, and writes nothing

A case is added by writing its expression, or its name and source, into the file. Each is the value of a local, so that it may
take several lines. An expression has what the console then shows, or the error; a template has its text, character by
character. Needs Terraform, but no provider.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from tests.support.paths import TESTS

EXPRESSIONS = TESTS / "readers" / "hcl" / "evaluation" / "expressions.json"
TEMPLATES = TESTS / "readers" / "hcl" / "evaluation" / "templates.json"

SURROUNDINGS = """\
variable "nothing" {
  type    = string
  default = null
}
variable "flag" {
  type    = bool
  default = true
}
variable "strings" {
  type    = list(string)
  default = ["a", "b", "c"]
}
variable "numbers" {
  type    = list(number)
  default = [3, 1, 2]
}
variable "none" {
  type    = list(string)
  default = []
}
variable "set" {
  type    = set(string)
  default = ["b", "a"]
}
variable "map" {
  type    = map(string)
  default = { a = "1", b = "2" }
}
variable "object" {
  type    = object({ name = string, size = number, tags = map(string), items = list(object({ id = number })) })
  default = { name = "n", size = 2, tags = { env = "prod" }, items = [{ id = 7 }] }
}
variable "objects" {
  type    = list(object({ name = string, ports = list(number) }))
  default = [{ name = "x", ports = [1, 2] }, { name = "y", ports = [3] }]
}
variable "secret" {
  type      = string
  default   = "x"
  sensitive = true
}
variable "secret_number" {
  type      = number
  default   = 5
  sensitive = true
}
variable "secret_flag" {
  type      = bool
  default   = true
  sensitive = true
}
variable "secret_list" {
  type      = list(string)
  default   = ["a", "b"]
  sensitive = true
}
resource "terraform_data" "later" {}
"""


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """An expression and the output of the console, or the error: title and detail, without the position."""

    expression: str
    console: str | None = None
    error: str | None = None


class Text(msgspec.Struct, frozen=True):
    """The source of a template file, and its text."""

    name: str
    source: str
    text: str = ""


def read_expressions() -> tuple[Case, ...]:
    """The recorded expressions."""
    return msgspec.json.decode(EXPRESSIONS.read_bytes(), type=tuple[Case, ...])


def read_templates() -> tuple[Text, ...]:
    """The recorded templates."""
    return msgspec.json.decode(TEMPLATES.read_bytes(), type=tuple[Text, ...])


def recorded(case: Case) -> Case:
    """The result of Terraform for an expression."""
    shown, error = _console(f"{SURROUNDINGS}locals {{\n  it = {case.expression}\n}}\n", "local.it")
    return Case(case.expression, error=error) if error else Case(case.expression, console=shown)


def recorded_text(case: Text) -> Text:
    """The result of Terraform for a template."""
    shown, error = _console(f"locals {{\n  it = {case.source}\n}}\n", "base64encode(local.it)")
    assert not error, error
    return Text(case.name, case.source, base64.b64decode(shown.strip('"')).decode())


def _console(configuration: str, expression: str) -> tuple[str, str | None]:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "main.tf").write_bytes(configuration.encode())
        done = subprocess.run(
            ["terraform", f"-chdir={directory}", "console", "-no-color"],
            input=f"{expression}\n".encode(),
            env=os.environ | {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull},
            capture_output=True,
            check=False,
        )
    return done.stdout.decode().strip("\n"), _error((done.stderr + done.stdout).decode())


def _error(output: str) -> str | None:
    """The first error: `title. detail`."""
    match = re.search(r"^Error: (.+)\n\n(?:  on .+\n(?:.+\n)*\n)?((?:.+\n|\n(?!\n))*)", output, re.MULTILINE)
    return f"{match[1]}. {' '.join(match[2].split())}".strip() if match else None


def _write(path: Path, cases: Iterable[msgspec.Struct]) -> None:
    """Write these cases, one per line."""
    lines = (json.dumps(msgspec.to_builtins(case)) for case in cases)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n")


def main() -> int:
    """Record, or check."""
    known: dict[Path, list[msgspec.Struct]] = {EXPRESSIONS: [*read_expressions()], TEMPLATES: [*read_templates()]}
    with ThreadPoolExecutor(2) as pool:
        found: dict[Path, list[msgspec.Struct]] = {
            EXPRESSIONS: [*pool.map(recorded, read_expressions())],
            TEMPLATES: [*pool.map(recorded_text, read_templates())],
        }
    if "--check" not in sys.argv:
        for path, cases in found.items():
            _write(path, cases)
        return 0
    different = [(old, new) for path in known for old, new in zip(known[path], found[path], strict=True) if old != new]
    for old, new in different:
        sys.stderr.write(f"{old}\n{new}\n\n")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
