"""Records the results of the real Terraform for the calls in `tests/readers/hcl/functions/*.json`, and which functions it has.

    python -m tests.recording.record_console          records all cases again
    python -m tests.recording.record_console --check  prints the cases with other results, and writes nothing

A case is added by writing its expression into one of the files; each is one line, and they are kept sorted. What the
expressions refer to is in `SURROUNDINGS` and `FILES`. Needs Terraform, but no provider.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from tests.support.paths import TESTS

TABLES = TESTS / "readers" / "hcl" / "functions"
SIGNATURES = TESTS / "readers" / "hcl" / "function_signatures.json"

SURROUNDINGS = """\
resource "terraform_data" "later" {}
variable "secret" {
  type      = string
  default   = "hush"
  sensitive = true
}
locals {
  anything = terraform_data.later.output
  text     = tostring(terraform_data.later.id)
  number   = tonumber(terraform_data.later.id)
  truth    = tobool(terraform_data.later.id)
  texts    = split(",", local.text)
  set      = toset(local.texts)
  map      = zipmap(local.texts, local.texts)
  template = "a $${x}"
}
"""

FILES = {
    "main.tf": SURROUNDINGS.encode(),
    "hello.txt": b"hello",
    "crlf.txt": b"a\r\nb\n",
    "bad.bin": b"\xff\xfe",
    "sub/.hidden": b"z\n",
    "sub/a.tf": b"# a\n",
    "sub/deep/b.tf": b"# b\n",
    "name.tpl": b"Hi ${name}!",
    "single.tpl": b"${x}",
    "loop.tpl": b"%{ for a in list }${a},%{ endfor }",
}


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """An expression and the output of the console, or the error: title and detail, without the position."""

    expression: str
    console: str | None = None
    error: str | None = None


def tables() -> dict[str, tuple[Case, ...]]:
    """The recorded cases by subject."""
    return {path.stem: msgspec.json.decode(path.read_bytes(), type=tuple[Case, ...]) for path in sorted(TABLES.glob("*.json"))}


def write_files(directory: Path) -> None:
    """Write the files that the expressions refer to into a directory."""
    for name, content in FILES.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@contextmanager
def surroundings() -> Iterator[Path]:
    """A directory in which Terraform can evaluate the expressions."""
    with tempfile.TemporaryDirectory() as directory:
        write_files(Path(directory))
        terraform(Path(directory), "init", "-input=false", "-no-color")
        yield Path(directory)


def recorded(directory: Path, expression: str) -> Case:
    """The result of Terraform for an expression."""
    done = terraform(directory, "console", "-no-color", input=f"{expression}\n")
    # Read as bytes, because a carriage return can be part of the value.
    error = _error((done.stderr + done.stdout).decode())
    return Case(expression, error=error) if error else Case(expression, console=done.stdout.decode().removesuffix("\n"))


def terraform(directory: Path, *arguments: str, input: str = "") -> subprocess.CompletedProcess[bytes]:  # noqa: A002
    return subprocess.run(
        ["terraform", f"-chdir={directory}", *arguments],
        input=input.encode(),
        env=os.environ | {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull},
        capture_output=True,
        check=False,
    )


def _error(output: str) -> str | None:
    """The first error as `title. detail`; for a panic, the message before the stack."""
    match = re.search(r"^Error: (.+)\n\n(?:  on .+\n(?:.+\n)*\n)?((?:.+\n|\n(?!\n))*)", output, re.MULTILINE)
    if not match:
        return None
    detail = " ".join(match[2].split())
    return f"{match[1]}. {detail.partition(' goroutine ')[0].removesuffix('.')}."


def signatures() -> dict[str, Any]:
    """The functions of Terraform, with the names of their parameters."""
    described = json.loads(terraform(Path(), "metadata", "functions", "-json").stdout)["function_signatures"]
    return {name: _signature(each) for name, each in sorted(described.items()) if "::" not in name}


def _signature(described: Mapping[str, Any]) -> dict[str, Any]:
    names = [parameter["name"] for parameter in described.get("parameters", ())]
    return {"parameters": names, "variadic": described.get("variadic_parameter", {}).get("name")}


def _write(path: Path, cases: Iterable[Case]) -> None:
    by_expression = {case.expression: case for case in cases}
    lines = (json.dumps(msgspec.to_builtins(by_expression[key]), ensure_ascii=False) for key in sorted(by_expression))
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def _write_signatures(found: Mapping[str, Any]) -> None:
    lines = (f"{json.dumps(name)}: {json.dumps(signature)}" for name, signature in found.items())
    SIGNATURES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main() -> int:
    """Record, or check."""
    different: list[tuple[Case, Case]] = []
    with surroundings() as directory:
        for subject, known in tables().items():
            # Sequential, because each call of the console locks the state.
            found = [recorded(directory, case.expression) for case in known]
            different += [(old, new) for old, new in zip(known, found, strict=True) if old != new]
            if "--check" not in sys.argv:
                _write(TABLES / f"{subject}.json", found)
    if "--check" not in sys.argv:
        _write_signatures(signatures())
        return 0
    for old, new in different:
        sys.stderr.write(f"{old}\n{new}\n\n")
    return 1 if different else 0


if __name__ == "__main__":
    raise SystemExit(main())
