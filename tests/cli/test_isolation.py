"""No network, no child process, no code of the checked tree, and no file except the inputs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from dyncheck.reporters.formats import NAMES
from tests.support.paths import ROOT, SOURCES

# Runs the command line in a process that writes down what it does, by the audit events of Python.
# https://docs.python.org/3/library/audit_events.html
WATCHED = """
import json, os, sys
report = open(os.environ["WATCH"], "w", buffering=1)
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.system", "pty.", "ctypes.dlopen")
def watch(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, (str, bytes)):
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) if isinstance(flags, int) else False
            report.write(json.dumps(["write" if writes else "read", os.path.realpath(os.fsdecode(path))]) + "\\n")
    elif event.startswith(FORBIDDEN):
        report.write(json.dumps([event, ascii(arguments)]) + "\\n")
sys.addaudithook(watch)
from dyncheck.cli.main import main
main()
"""

# What Python itself opens: its library, what is installed, and the machine's locale, time zone and devices.
OF_PYTHON = tuple(
    os.path.realpath(path)
    for path in (*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, f"{ROOT}/src", f"{ROOT}/policies", os.devnull)
)


@pytest.fixture(name="tree")
def _tree(tmp_path: Path) -> Path:
    """A configuration with its plan, and files that a careless program would import or run."""
    tree = Path(shutil.copytree(SOURCES, tmp_path / "tree"))
    for name in ("click", "msgspec", "yaml", "jsonschema", "sitecustomize", "policies", "json", "dyncheck_policies"):
        (tree / f"{name}.py").write_text('raise SystemExit("something of the checked tree was executed")\n')
    (tree / ".dyncheck.yaml").write_text("fail-on: note\npolicies: [contracts]\n")
    (tree / "contracts").mkdir()
    shutil.copy(ROOT / "policies" / "tables" / "products.yaml", tree / "contracts")
    shutil.copy(ROOT / "tests" / "live" / "recorded" / "tables.json", tree / "capture.json")
    return tree


def did(tree: Path, log: Path, *arguments: str) -> list[tuple[str, str]]:
    """The actions of a run, except reading the files of Python."""
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", WATCHED, *arguments],
        cwd=tree,
        env=os.environ | {"WATCH": str(log)},
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr.decode()
    events = [tuple(json.loads(line)) for line in log.read_text().splitlines()]
    inside = [(event, detail) for event, detail in events if not (event == "read" and detail.startswith(OF_PYTHON))]
    return [(event, os.path.relpath(detail, tree) if event in ("read", "write") else detail) for event, detail in inside]


RUNS = {
    "a plan": ["plan.json"],
    "a plan, in every format": ["plan.json", *(f"--output={name}=out/{name}" for name in NAMES)],
    "a capture": ["capture.json"],
    "a capture, with its code": ["live", "--capture", "capture.json", "--against", "plan.json"],
    "a tree": ["."],
    "a tree, with values": [".", "--var-file", "prod.tfvars", "--var", "recovery=true"],
}


@pytest.mark.parametrize("arguments", RUNS.values(), ids=RUNS)
def test_a_run_only_reads_its_inputs(arguments: list[str], tree: Path, tmp_path: Path) -> None:
    (tree / "out").mkdir()
    found = did(tree, tmp_path / "log", *arguments)
    assert [each for each in found if each[0] not in ("read", "write")] == []
    assert {path for event, path in found if event == "write"} == {
        f"out/{name}.{number}.tmp" for name in NAMES for number in _numbers(found) if len(arguments) > 5
    }
    allowed = {"plan.json", "capture.json", ".dyncheck.yaml", "contracts/products.yaml", "main.tf", "modules/table/main.tf", "prod.tfvars"}
    assert {path for event, path in found if event == "read"} <= allowed


def _numbers(found: list[tuple[str, str]]) -> set[str]:
    """The process ids in the names of temporary files."""
    return {path.split(".")[-2] for event, path in found if event == "write"}


def test_nothing_of_the_checked_tree_is_imported(tree: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "dyncheck", "plan.json"], cwd=tree, capture_output=True, check=False)
    assert (done.stderr, done.returncode) == (b"", 1)


def test_no_function_leaves_the_tree(tmp_path: Path) -> None:
    tree, outside = tmp_path / "tree", tmp_path / "secret.txt"
    tree.mkdir()
    outside.write_text("canary")
    (tree / "link.txt").symlink_to(outside)
    readers = [
        f'{function}("{path}")' for function in ("file", "filebase64", "filesha256") for path in ("../secret.txt", "link.txt", str(outside))
    ]
    readers += ['templatefile("../secret.txt", {})', 'join("", fileset("..", "*.txt"))', 'tostring(fileexists("link.txt"))']
    blocks = [f'resource "aws_dynamodb_table" "t{number}" {{\n  name = {call}\n}}\n' for number, call in enumerate(readers)]
    (tree / "main.tf").write_text("".join(blocks))
    found = did(tree, tmp_path / "log", ".", "--format", "json", "--output", str(tmp_path / "report.json"))
    assert "canary" not in (tmp_path / "report.json").read_text()
    assert {path for event, path in found if event == "read"} == {"main.tf"}
