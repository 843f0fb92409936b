"""`dyncheck baseline`: the file that it writes, what it says, and what it refuses."""

from __future__ import annotations

import json
import os
import shutil
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from dyncheck.streams import replace_file
from tests.conftest import Dyncheck
from tests.support.paths import TESTS

RULES = ("--select", "no-point-in-time-recovery", "--select", "unencrypted-table")
NAME = ".dyncheck-baseline.json"
DEV, PROD = Path("envs/dev/main.tf"), Path("envs/prod/main.tf")
OFF, ON = "point_in_time_recovery {\n    enabled = false", "point_in_time_recovery {\n    enabled = true"
FIRST = """\
.dyncheck-baseline.json: 3 findings; 3 added
  added    error    no-point-in-time-recovery on aws_dynamodb_table.products in envs/dev
  added    error    unencrypted-table on aws_dynamodb_table.products in envs/dev
  added    error    unencrypted-table on aws_dynamodb_table.products in envs/prod
"""
FILE = """\
{"format":"dyncheck-baseline","version":1,"findings":[
{"fingerprint":"ae68eecc65314af8","status":"fail","severity":"error","rule":"no-point-in-time-recovery",\
"address":"aws_dynamodb_table.products","input":"envs/dev"},
{"fingerprint":"d7844e96a6500a4a","status":"fail","severity":"error","rule":"unencrypted-table",\
"address":"aws_dynamodb_table.products","input":"envs/dev"},
{"fingerprint":"97540250937411d9","status":"fail","severity":"error","rule":"unencrypted-table",\
"address":"aws_dynamodb_table.products","input":"envs/prod"}
]}
"""


@pytest.fixture(autouse=True)
def roots(tmp_path: Path) -> Path:
    """Two root modules with a table at one address."""
    shutil.copytree(TESTS / "checking" / "two_roots", tmp_path, dirs_exist_ok=True)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that occurs exactly once in a file."""
    found = file.read_text()
    assert found.count(old) == 1
    file.write_text(found.replace(old, new))


def test_the_first_run_accepts_every_finding(dyncheck: Dyncheck, roots: Path) -> None:
    done = dyncheck("baseline", ".", *RULES)
    assert (done.stdout.decode(), done.stderr, done.returncode) == (FIRST, b"", 0)
    assert (roots / NAME).read_text() == FILE
    schema = json.loads(files("dyncheck.schemas").joinpath("baseline.schema.json").read_bytes())
    jsonschema.Draft202012Validator(schema).validate(json.loads(FILE))


def test_the_file_is_the_same_wherever_the_command_starts(dyncheck: Dyncheck, roots: Path) -> None:
    (roots / ".git").mkdir()
    done = dyncheck("baseline", ".", "../prod", *RULES, cwd=roots / "envs/dev")
    assert done.stdout.decode().splitlines()[0] == "../../.dyncheck-baseline.json: 3 findings; 3 added"
    assert (roots / NAME).read_text() == FILE


def test_an_update_removes_what_is_fixed_and_accepts_nothing_new(dyncheck: Dyncheck, roots: Path) -> None:
    dyncheck("baseline", ".", *RULES)
    edit(roots / DEV, OFF, ON)
    edit(roots / PROD, ON, OFF)
    done = dyncheck("baseline", ".", *RULES)
    assert done.returncode == 1
    assert done.stdout.decode() == (
        ".dyncheck-baseline.json: 2 findings; 1 removed\n"
        "  removed  error    no-point-in-time-recovery on aws_dynamodb_table.products in envs/dev\n"
        "New, and not in the file: 1 finding. Fix them, or accept them with --add.\n"
        "  new      error    no-point-in-time-recovery on aws_dynamodb_table.products in envs/prod\n"
    )
    assert (roots / NAME).read_text() == "".join(line for line in FILE.splitlines(keepends=True) if "ae68eecc65314af8" not in line)
    added = dyncheck("baseline", ".", "--add", *RULES)
    assert added.returncode == 0
    assert added.stdout.decode() == (
        ".dyncheck-baseline.json: 3 findings; 1 added\n"
        "  added    error    no-point-in-time-recovery on aws_dynamodb_table.products in envs/prod\n"
    )
    assert dyncheck("baseline", ".", *RULES).stdout.decode() == ".dyncheck-baseline.json: 3 findings; no change\n"


def test_an_update_keeps_what_it_did_not_check(dyncheck: Dyncheck, roots: Path) -> None:
    dyncheck("baseline", ".", *RULES)
    done = dyncheck("baseline", "envs/prod", *RULES)
    assert (done.returncode, done.stdout.decode()) == (
        0,
        ".dyncheck-baseline.json: 3 findings; no change\nKept, because this run did not check them: 2. Remove them with --prune.\n",
    )
    assert (roots / NAME).read_text() == FILE
    pruned = dyncheck("baseline", "envs/prod", "--prune", *RULES)
    assert (pruned.returncode, pruned.stdout.decode()) == (
        0,
        ".dyncheck-baseline.json: 1 finding; 2 removed\n"
        "  removed  error    no-point-in-time-recovery on aws_dynamodb_table.products in envs/dev\n"
        "  removed  error    unencrypted-table on aws_dynamodb_table.products in envs/dev\n",
    )


def test_an_update_keeps_what_cannot_be_determined(dyncheck: Dyncheck, roots: Path) -> None:
    dyncheck("baseline", ".", *RULES)
    edit(roots / DEV, OFF, OFF.replace("false", "var.recovery"))
    (roots / DEV).write_text(f'{(roots / DEV).read_text()}\nvariable "recovery" {{}}\n')
    done = dyncheck("baseline", ".", "--add", *RULES)
    assert done.returncode == 0
    assert done.stdout.decode() == (
        ".dyncheck-baseline.json: 3 findings, 1 unknown; 1 added\n"
        "  added    unknown  no-point-in-time-recovery on aws_dynamodb_table.products in envs/dev\n"
        "Kept, because they can no longer be determined: 1.\n"
    )


def test_environments_have_their_own_findings(dyncheck: Dyncheck, roots: Path) -> None:
    shutil.rmtree(roots / "envs/prod")
    edit(roots / DEV, OFF, OFF.replace("false", "var.recovery"))
    (roots / DEV).write_text(f'{(roots / DEV).read_text()}\nvariable "recovery" {{}}\n')
    (roots / "envs/dev/a.tfvars").write_text("recovery = false\n")
    (roots / "envs/dev/b.tfvars").write_text("recovery = true\n")
    (roots / ".dyncheck.yaml").write_text("environments:\n  a: { var-files: [a.tfvars] }\n  b: { var-files: [b.tfvars] }\n")
    done = dyncheck("baseline", ".", "--select", "no-point-in-time-recovery")
    assert done.stdout.decode() == (
        ".dyncheck-baseline.json: 1 finding; 1 added\n"
        "  added    error    no-point-in-time-recovery on aws_dynamodb_table.products in envs/dev (a)\n"
    )
    only_b = dyncheck("baseline", ".", "--environment", "b", "--select", "no-point-in-time-recovery")
    assert b"Kept, because this run did not check them: 1." in only_b.stdout


def test_a_run_with_errors_leaves_the_file_as_it_was(dyncheck: Dyncheck, roots: Path) -> None:
    (roots / "envs/prod/broken.tf").write_text("resource {\n")
    first = dyncheck("baseline", ".", *RULES)
    assert (first.returncode, first.stdout, (roots / NAME).exists()) == (3, b"", False)
    assert first.stderr.decode().endswith("\ndyncheck: .dyncheck-baseline.json was not written, because not everything could be checked.\n")
    (roots / NAME).write_text(FILE)
    done = dyncheck("baseline", ".", "--prune", *RULES)
    assert (done.returncode, done.stdout, (roots / NAME).read_text()) == (3, b"", FILE)
    assert done.stderr.decode().endswith("\ndyncheck: .dyncheck-baseline.json was not changed, because not everything could be checked.\n")


def test_a_link_is_not_followed(dyncheck: Dyncheck, roots: Path) -> None:
    for target in ("elsewhere", "gone"):
        (roots / "elsewhere").write_text(FILE)
        os.symlink(target, roots / NAME)
        done = dyncheck("baseline", ".", "--add", *RULES)
        message = f"dyncheck: {NAME} is a link, and dyncheck writes only a regular file there. Choose another file for --output.\n"
        assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", message)
        assert ((roots / "elsewhere").read_text(), (roots / "gone").exists()) == (FILE, False)
        (roots / NAME).unlink()


def test_a_link_in_the_place_of_the_temporary_file_is_not_followed(roots: Path) -> None:
    (roots / "elsewhere").write_text("mine")
    os.symlink("elsewhere", roots / f"{NAME}.{os.getpid()}.tmp")
    replace_file(str(roots / NAME), ["text"])
    assert {path.name: path.read_text() for path in roots.iterdir() if path.is_file()} == {"elsewhere": "mine", NAME: "text"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "report.json",
            '{"version":1,"tool":{"name":"dyncheck"},"results":[]}',
            "report.json is not a baseline of dyncheck, version 1, so",
        ),
        ("notes.txt", "notes", "notes.txt is not a baseline of dyncheck, version 1, so"),
        (DEV, None, f"{DEV} has the name of a Terraform file, and dyncheck never overwrites those."),
        ("envs", None, "envs is not a regular file, and dyncheck writes only a regular file there."),
        ("none/b.json", None, "none/b.json cannot be written: No such file or directory. Choose another file for --output."),
    ],
)
def test_what_is_no_baseline_is_never_overwritten(
    name: str | Path, text: str | None, message: str, dyncheck: Dyncheck, roots: Path
) -> None:
    if text is not None:
        (roots / name).write_text(text)
    done = dyncheck("baseline", ".", "-o", name, "--add", *RULES)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"dyncheck: {message}")
    assert text is None or (roots / name).read_text() == text


def test_a_long_list_is_cut(dyncheck: Dyncheck, roots: Path) -> None:
    for number in range(12):
        shutil.copytree(roots / "envs/dev", roots / f"envs/dev{number}")
    lines = dyncheck("baseline", ".", *RULES).stdout.decode().splitlines()
    assert (lines[0], len(lines), lines[-1]) == (".dyncheck-baseline.json: 27 findings; 27 added", 22, "  and 7 more")


def test_a_file_with_conflicts_of_a_merge_is_refused(dyncheck: Dyncheck, roots: Path) -> None:
    (roots / NAME).write_text(f"<<<<<<< HEAD\n{FILE}")
    done = dyncheck(".", "--baseline", NAME)
    assert (done.returncode, done.stderr.decode()) == (
        2,
        "dyncheck: --baseline .dyncheck-baseline.json is not JSON. Write one with `dyncheck baseline`.\n",
    )
