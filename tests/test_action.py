"""The GitHub action: its steps are run as a runner runs them, in a scratch checkout, and linted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from filelock import FileLock

from tests.pre_commit import copy_of_this_repository
from tests.runner import Command, commands

ROOT = Path(__file__).parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
INSTALL, CHECK, UPLOAD = ACTION["runs"]["steps"]

REFERENCE = (ROOT / "tests" / "plans" / "reference.json").read_text()
EXAMPLE = (ROOT / "examples" / "plan.json").read_text()

# What Python would import from the directory that it runs in; the checkout belongs to whoever opened the pull request.
TRAPS = {
    **dict.fromkeys(("json.py", "pip.py", "venv.py", "sysconfig.py", "click.py", "dyncheck.py"), "raise SystemExit('executed')\n"),
    **dict.fromkeys(("pip/__init__.py", "venv/__init__.py", "pip/__main__.py", "venv/__main__.py"), "raise SystemExit('executed')\n"),
}


class Ran(NamedTuple):
    """What a step left behind: its exit code, its log, its outputs and its summary."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str


class Runner:
    """Runs the steps of a composite action in a checkout, as the GitHub runner does.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
    """

    def __init__(self, checkout: Path, temporary: Path, action: Path, installed: Mapping[str, str] | None = None) -> None:
        self.checkout = checkout
        self.temporary = temporary
        self.action = action
        self.outputs = {"install": dict(installed or {}), "check": {}}

    def run(self, step: Mapping[str, Any], inputs: Mapping[str, str], **environment: str) -> Ran:
        """Run one step that has a script."""
        files = {name: self.temporary / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("before=1\n")
        script = self.temporary / "script.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.checkout,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", "/"),
                "RUNNER_TEMP": str(self.temporary),
                "GITHUB_ACTION_PATH": str(self.action),
                "GITHUB_ACTIONS": "true",
                **{name: str(file) for name, file in files.items()},
                **{name: self._evaluated(text, inputs) for name, text in step.get("env", {}).items()},
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert "${{" not in step["run"]
        written = files["GITHUB_OUTPUT"].read_text().removeprefix("before=1\n").splitlines()
        self.outputs[step["id"]] = dict(line.split("=", 1) for line in written)
        summary = files["GITHUB_STEP_SUMMARY"].read_text()
        assert summary.startswith("before=1\n")
        return Ran(done.returncode, done.stdout, self.outputs[step["id"]], summary.removeprefix("before=1\n"))

    def _evaluated(self, text: str, inputs: Mapping[str, str]) -> str:
        given = {name: declared["default"] for name, declared in ACTION["inputs"].items()} | dict(inputs)

        def value(match: re.Match[str]) -> str:
            kind, *path = match[1].split(".")
            return given[path[0]] if kind == "inputs" else self.outputs[path[0]][path[2]]

        return re.sub(r"\$\{\{ (\S+) \}\}", value, text)


@pytest.fixture(scope="session")
def installed(shared: Path) -> dict[str, str]:
    """The outputs of the first step, run once for all processes of the test run, in a checkout full of traps."""
    kept = shared / "installed.json"
    with FileLock(shared / "installed.lock"):
        if not kept.exists():
            checkout, temporary = shared / "trapped", shared / "runner"
            temporary.mkdir()
            write(checkout, TRAPS)
            runner = Runner(checkout, temporary, copy_of_this_repository(shared / "action"))
            ran = runner.run(INSTALL, {}, **{name: text for name, text in os.environ.items() if name.startswith("PIP_")})
            assert (ran.code, "executed" in ran.log) == (0, False), ran.log
            kept.write_text(json.dumps(ran.outputs))
        found: dict[str, str] = json.loads(kept.read_text())
        return found


@pytest.fixture
def runner(tmp_path: Path, installed: dict[str, str]) -> Runner:
    """A runner with an empty checkout, and dyncheck installed by the first step."""
    checkout, temporary = tmp_path / "checkout", tmp_path / "temporary"
    checkout.mkdir()
    temporary.mkdir()
    return Runner(checkout, temporary, ROOT, installed | {"home": str(temporary)})


def write(directory: Path, files: Mapping[str, str]) -> None:
    """Write files below a directory."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def check(runner: Runner, files: Mapping[str, str], **inputs: str) -> Ran:
    """Write the files and run the step that checks them."""
    write(runner.checkout, files)
    return runner.run(CHECK, {name.replace("_", "-"): text for name, text in inputs.items()})


def counts(ran: Ran) -> dict[str, int]:
    """The numbers among the outputs."""
    return {name: int(value) for name, value in ran.outputs.items() if value.isdecimal()}


def test_a_clean_plan(runner: Runner) -> None:
    ran = check(runner, {"plan.json": REFERENCE}, paths="plan.json")
    assert ran.code == 0, ran.log
    assert counts(ran) == {"exit-code": 0, "errors": 0, "warnings": 0, "notes": 6, "unknown": 0}
    assert list(ran.outputs) == ["exit-code", "report", "errors", "warnings", "notes", "unknown", "sarif"]
    assert ran.summary.startswith("## dyncheck: ")
    assert json.loads(Path(ran.outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert json.loads(Path(ran.outputs["report"]).read_text())["summary"]["fail"] == {"error": 0, "warning": 0, "note": 6}


def test_a_plan_with_findings(runner: Runner) -> None:
    ran = check(
        runner, {"examples/plan.json": EXAMPLE, "examples/main.tf": (ROOT / "examples/main.tf").read_text()}, paths="examples/plan.json"
    )
    assert counts(ran) == {"exit-code": 1, "errors": 1, "warnings": 1, "notes": 2, "unknown": 0}
    assert ran.code == 1
    title = "3 findings: no-point-in-time-recovery, unwatched-index"
    [error] = [command for command in commands(ran.log) if command.name == "error"]
    assert error.properties == {"file": "examples/main.tf", "line": "20", "endLine": "20", "title": title}
    assert "no-point-in-time-recovery" in ran.summary
    results = json.loads(Path(ran.outputs["sarif"]).read_text())["runs"][0]["results"]
    assert {result["ruleId"] for result in results} == {"no-point-in-time-recovery", "dead-alarm", "unwatched-index"}


def test_a_plan_that_cannot_be_read(runner: Runner) -> None:
    ran = check(runner, {"plan.json": EXAMPLE[:1000]}, paths="plan.json", sarif="dyncheck")
    assert (ran.code, ran.outputs["exit-code"]) == (3, "3")
    assert "sarif" not in ran.outputs
    assert [command.name for command in commands(ran.log)] == ["error"]
    assert "Could not be checked" in ran.summary


def test_wrong_usage(runner: Runner) -> None:
    ran = check(runner, {"plan.json": REFERENCE}, paths="plan.json", args="--requires\nproducts")
    assert (ran.code, ran.outputs, ran.summary) == (2, {"exit-code": "2"}, "")
    assert ran.log.startswith("dyncheck: No such option '--requires'.")


def test_several_paths_and_arguments(runner: Runner) -> None:
    files = {"a plan.json": REFERENCE, "$(touch executed).json": EXAMPLE, "-q.json": REFERENCE}
    paths = "\n  a plan.json\n\n$(touch executed).json\n-q.json\n"
    ran = check(runner, files, paths=paths, args="--require=products\n--select\n  no-point-in-time-recovery\n\n")
    assert ran.code == 1, ran.log
    report = json.loads(Path(ran.outputs["report"]).read_text())
    assert [found["path"] for found in report["inputs"]] == ["a plan.json", "$(touch executed).json", "-q.json"]
    assert {result["rule"] for result in report["results"]} <= {"no-point-in-time-recovery", "missing-table"}
    assert not (runner.checkout / "executed").exists()


def test_without_inputs_every_root_module_of_the_repository_is_checked(runner: Runner) -> None:
    text = (ROOT / "examples" / "main.tf").read_text()
    ran = check(runner, {"a/main.tf": text, "b/main.tf": text})
    assert [found["path"] for found in json.loads(Path(ran.outputs["report"]).read_text())["inputs"]] == ["a", "b"]
    assert counts(ran) == {"exit-code": 1, "errors": 2, "warnings": 2, "notes": 4, "unknown": 0}


def test_fail_on(runner: Runner) -> None:
    assert check(runner, {"plan.json": REFERENCE}, paths="plan.json", fail_on="note").code == 1


HOSTILE = "\\n::error file=x::y%0A::add-mask::e\\n##[add-mask]e ##vso[task.setvariable variable=PATH]e <img src=x> @team `"


def test_a_hostile_name_is_no_command_and_no_output(runner: Runner) -> None:
    plan = EXAMPLE.replace("dev-products", HOSTILE)
    assert plan != EXAMPLE
    ran = check(runner, {"plan.json": plan, **TRAPS}, paths="plan.json")
    assert ran.code == 1, ran.log
    assert {command.name for command in commands(ran.log)} <= {"error", "warning", "notice"}
    assert list(ran.outputs) == ["exit-code", "report", "errors", "warnings", "notes", "unknown", "sarif"]
    assert "executed" not in ran.log
    # Outside of code spans nothing of it is left.
    assert "<img" not in re.sub("`+[^`]*`+", "", ran.summary)


def test_a_hostile_path_is_no_command_and_no_output(runner: Runner) -> None:
    name = "x ::add-mask::e##[add-mask]e.json"
    ran = check(runner, {name: "{"}, paths=name)
    assert ran.code == 3
    assert [(command.name, command.properties) for command in commands(ran.log)] == [("error", {"title": "could not be checked"})]


def test_a_runner_without_a_fitting_python_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    old = tmp_path / "bin" / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    ran = Runner(tmp_path, tmp_path, ROOT).run(INSTALL, {}, PATH=f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert (ran.code, ran.outputs) == (3, {})
    message = "The runner has no Python 3.10 or newer. Run actions/setup-python before this action."
    assert commands(ran.log) == [Command("error", {"title": "dyncheck"}, message)]


def test_the_upload_waits_for_a_whole_report_and_a_category() -> None:
    assert UPLOAD["if"] == "${{ !cancelled() && inputs.sarif != '' && steps.check.outputs.sarif != '' }}"
    assert UPLOAD["with"] == {"sarif_file": "${{ steps.check.outputs.sarif }}", "category": "${{ inputs.sarif }}"}
    assert re.fullmatch("github/codeql-action/upload-sarif@[0-9a-f]{40}", UPLOAD["uses"])


def test_every_output_is_one_that_the_check_writes(runner: Runner) -> None:
    ran = check(runner, {"plan.json": EXAMPLE}, paths="plan.json")
    declared = {output["value"] for output in ACTION["outputs"].values()}
    assert declared == {f"${{{{ steps.check.outputs.{name} }}}}" for name in ran.outputs if name != "sarif"}


def test_zizmor_finds_nothing() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "zizmor", "--offline", "--no-progress", "--persona", "pedantic", "action.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "No findings to report. Good job!\n"), done.stdout + done.stderr
