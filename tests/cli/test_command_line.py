"""The command line as a user runs it: options, exit codes and outputs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dyncheck.version import VERSION
from tests.conftest import Dyncheck
from tests.support.paths import TESTS
from tests.support.plans import without_values

EXAMPLE = TESTS.parent / "examples" / "plan.json"
SPECIFICATION = TESTS / "plans" / "specification.json"
NO_TABLE = b'{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{}},"resource_changes":[]}'


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((SPECIFICATION,), 0),
        ((EXAMPLE,), 1),
        (("check", EXAMPLE), 1),
        (("--format", "json", EXAMPLE), 1),
        ((EXAMPLE, "--quiet"), 1),
        (("--fail-on", "warning", SPECIFICATION), 1),
        (("--fail-on", "note", "--ignore", "dead-alarm", SPECIFICATION), 1),
        (("--ignore", "no-point-in-time-recovery", EXAMPLE), 0),
        (("--select", "unencrypted-table", EXAMPLE), 0),
        (("--require", "products", SPECIFICATION), 0),
        (("--require", "sessions", "--select", "missing-table", EXAMPLE), 1),
        (("rules",), 0),
        (("explain", "dead-alarm"), 0),
        (("--version",), 0),
        (("--help",), 0),
        ((), 2),
        (("--select", "no-such-rule", EXAMPLE), 2),
        (("--require", "no-such-table", EXAMPLE), 2),
        (("--policy", "no-such-file.yaml", EXAMPLE), 2),
        (("--no-such-option", EXAMPLE), 2),
        (("--fail-on", "never", EXAMPLE), 2),
        (("explain", "no-such-rule"), 2),
        (("no-such-file.json",), 3),
        ((EXAMPLE, "no-such-file.json"), 3),
    ],
    ids=lambda value: " ".join(map(str, value)).replace(str(TESTS.parent) + "/", "") if isinstance(value, tuple) else None,
)
def test_exit_codes(arguments: tuple[str | Path, ...], code: int, dyncheck: Dyncheck) -> None:
    assert dyncheck(*arguments).returncode == code


@pytest.mark.parametrize(("unknown", "code"), [("warn", 0), ("fail", 1), ("pass", 0)])
def test_unknowns_count_as_the_option_says(unknown: str, code: int, dyncheck: Dyncheck) -> None:
    deferred = ("--select", "no-throttle-alarm", "--unknown", unknown, "-")
    plan = without_values(json.loads((TESTS / "policies" / "no_throttle_alarm.plan.json").read_text()))
    kept = ("aws_dynamodb_table.later", "aws_cloudwatch_metric_alarm.later_read", "aws_cloudwatch_metric_alarm.later_write")
    plan["resource_changes"] = [change for change in plan["resource_changes"] if change["address"] in kept]
    assert dyncheck(*deferred, stdin=json.dumps(plan).encode()).returncode == code


def test_an_unknown_note_does_not_fail_a_run_that_notes_do_not_fail(dyncheck: Dyncheck) -> None:
    state = ("--select", "aws-managed-key", "--unknown", "fail", TESTS / "plans" / "state.json")
    assert (dyncheck(*state).returncode, dyncheck("--fail-on", "note", *state).returncode) == (0, 1)


def test_standard_input_is_read_for_a_dash(dyncheck: Dyncheck, tmp_path: Path) -> None:
    # Without the sources beside it, which standard input cannot have.
    (tmp_path / "plan.json").write_bytes(EXAMPLE.read_bytes())
    from_file, piped = dyncheck("plan.json"), dyncheck("-", stdin=EXAMPLE.read_bytes())
    assert piped.stdout == from_file.stdout.replace(b"plan.json", b"-")


def test_a_pipe_that_the_shell_made_is_read() -> None:
    command = f"{sys.executable} -m dyncheck --quiet <(cat {EXAMPLE})"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert (done.returncode, done.stderr, b"no-point-in-time-recovery" in done.stdout) == (1, b"", True)


def test_allow_empty_accepts_a_plan_without_tables(dyncheck: Dyncheck) -> None:
    refused, accepted = dyncheck("-", stdin=NO_TABLE), dyncheck("--allow-empty", "-", stdin=NO_TABLE)
    assert (refused.returncode, accepted.returncode) == (3, 0)
    assert accepted.stdout.decode().splitlines()[-2:] == ["0 tables, 0 alarms, 0 checks: no findings", "Exit code 0: no errors."]


def test_a_required_table_is_missing_from_an_empty_plan_even_if_empty_is_allowed(dyncheck: Dyncheck) -> None:
    assert dyncheck("--allow-empty", "--require", "products", "-", stdin=NO_TABLE).returncode == 1


def test_a_required_table_may_be_in_any_of_several_plans(dyncheck: Dyncheck) -> None:
    assert dyncheck("--require", "sessions", "--select", "missing-table", EXAMPLE, SPECIFICATION).returncode == 0


def test_other_inputs_are_checked_despite_a_bad_one(dyncheck: Dyncheck) -> None:
    done = dyncheck("--format", "json", "missing.json", EXAMPLE)
    report = json.loads(done.stdout)
    sentence = "missing.json does not exist. Make it with `terraform show -json tfplan > missing.json`."
    assert done.stderr.decode() == f"dyncheck: {sentence}\n"
    assert (done.returncode, report["errors"], [checked["path"] for checked in report["inputs"]]) == (3, [sentence], [str(EXAMPLE)])


def test_a_required_table_may_be_in_the_input_that_could_not_be_checked(dyncheck: Dyncheck) -> None:
    done = dyncheck("--format", "json", "--require", "sessions", "--select", "missing-table", "missing.json", EXAMPLE)
    assert [(result["status"], result["message"]) for result in json.loads(done.stdout)["results"]] == [
        ("unknown", "an input could not be checked, so the table may exist although no checked input shows it")
    ]
    assert done.returncode == 3


def test_output_goes_to_the_file_and_nowhere_else(dyncheck: Dyncheck, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    done = dyncheck("--output", file, "--color", "auto", EXAMPLE)
    assert (done.returncode, done.stdout, file.read_bytes()) == (1, b"", dyncheck(EXAMPLE).stdout)
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]


def test_an_output_that_cannot_be_written_is_one_sentence(dyncheck: Dyncheck) -> None:
    done = dyncheck("--output", "no/such/directory/report.txt", EXAMPLE)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == (
        "dyncheck: no/such/directory/report.txt cannot be written: No such file or directory. Choose another file for --output.\n"
    )


@pytest.mark.parametrize(
    ("environment", "arguments", "colored"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
    ],
    ids=["piped", "FORCE_COLOR", "NO_COLOR wins", "always", "never"],
)
def test_colour(environment: dict[str, str], arguments: tuple[str, ...], colored: bool, dyncheck: Dyncheck) -> None:
    assert (b"\x1b[" in dyncheck(*arguments, EXAMPLE, **environment).stdout) is colored


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--select", "unencrypted", EXAMPLE),
            "There is no rule 'unencrypted'. Did you mean 'unencrypted-table'? `dyncheck rules` lists them all.",
        ),
        (
            ("--require", "product", EXAMPLE),
            "No contract describes a table 'product'. Did you mean 'products'? There are: products, sessions.",
        ),
        (
            ("--policy", "none.yaml", EXAMPLE),
            "none.yaml does not exist. --policy takes YAML files (.yaml, .yml) or a directory of them.",
        ),
    ],
    ids=["rule", "table", "contract"],
)
def test_an_invalid_name_is_reported_with_a_suggestion(arguments: tuple[str | Path, ...], message: str, dyncheck: Dyncheck) -> None:
    done = dyncheck(*arguments)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"dyncheck: {message}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("porve", "modules"), "There is no command and no file 'porve'. Did you mean 'prove'?"),
        (("explian", "x"), "There is no command and no file 'explian'. Did you mean 'explain'?"),
        (("PROVE", "modules"), "There is no command and no file 'PROVE'. Did you mean 'prove'?"),
        (("chekc", "plan.json"), "There is no command and no file 'chekc'. Did you mean 'check'?"),
    ],
)
def test_a_misspelt_command_is_suggested(arguments: tuple[str, ...], message: str, dyncheck: Dyncheck) -> None:
    done = dyncheck(*arguments)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"dyncheck: {message}\n")


@pytest.mark.parametrize("name", ["porve", "explain.json"])
def test_a_file_with_nearly_the_name_of_a_command_is_checked(name: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path / name)
    assert dyncheck(name).stdout.startswith(f"{name}: plan by Terraform".encode())


@pytest.mark.parametrize("name", ["plans", "./porve", "porve.json"])
def test_a_path_that_does_not_exist_is_no_misspelt_command(name: str, dyncheck: Dyncheck) -> None:
    done = dyncheck(name)
    made = f"Make it with `terraform show -json tfplan > {name}`."
    assert (done.returncode, done.stderr.decode()) == (3, f"dyncheck: {name} does not exist. {made}\n")


def test_the_version_is_printed(dyncheck: Dyncheck) -> None:
    assert dyncheck("--version").stdout.decode() == f"dyncheck {VERSION}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_program(shell: str, dyncheck: Dyncheck) -> None:
    assert "_DYNCHECK_COMPLETE" in dyncheck("completion", shell).stdout.decode()


def test_rule_ids_are_completed(dyncheck: Dyncheck) -> None:
    done = dyncheck(_DYNCHECK_COMPLETE="bash_complete", COMP_WORDS="dyncheck explain missing-t", COMP_CWORD="2")
    assert done.stdout.decode().splitlines() == ["plain,missing-table", "plain,missing-tags", "plain,missing-ttl"]


def test_ids_of_other_tools_are_completed(dyncheck: Dyncheck) -> None:
    done = dyncheck(_DYNCHECK_COMPLETE="bash_complete", COMP_WORDS="dyncheck explain CKV_AWS_2", COMP_CWORD="2")
    assert done.stdout.decode().splitlines() == ["plain,CKV_AWS_28"]


def test_a_reader_that_stops_reading_is_not_an_error() -> None:
    command = f"{sys.executable} -m dyncheck -v {SPECIFICATION} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=os.environ)
    assert (done.stdout.decode(), done.stderr) == (f"{SPECIFICATION}: plan by Terraform 1.11.4\n", b"")
