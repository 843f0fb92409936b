"""The GitHub action: its steps run in a temporary checkout as on a runner, and linters check it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.github_runner import ACTION, CHECK, COMMENT, INSTALL, TRAPS, UPLOAD, Ran, Runner, shellcheck, write
from tests.support.paths import ROOT
from tests.support.runner import Command, commands

REFERENCE = (ROOT / "tests" / "plans" / "reference.json").read_text()
EXAMPLE = (ROOT / "examples" / "plan.json").read_text()


@pytest.fixture
def runner(tmp_path: Path, installed_dyncheck: dict[str, str]) -> Runner:
    """A runner with an empty checkout, and dyncheck installed by the first step."""
    checkout, temporary = tmp_path / "checkout", tmp_path / "temporary"
    checkout.mkdir()
    temporary.mkdir()
    return Runner(checkout, temporary, ROOT, installed_dyncheck | {"home": str(temporary)})


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
    assert list(ran.outputs) == ["exit-code", "comment", "report", "errors", "warnings", "notes", "unknown", "sarif"]
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


def test_without_inputs_all_root_modules_are_checked(runner: Runner) -> None:
    text = (ROOT / "examples" / "main.tf").read_text()
    ran = check(runner, {"a/main.tf": text, "b/main.tf": text})
    assert [found["path"] for found in json.loads(Path(ran.outputs["report"]).read_text())["inputs"]] == ["a", "b"]
    assert counts(ran) == {"exit-code": 1, "errors": 2, "warnings": 2, "notes": 4, "unknown": 0}


def test_the_input_fail_on_overrides_the_configuration(runner: Runner) -> None:
    plan, configured = {"plan.json": REFERENCE}, {"plan.json": REFERENCE, ".dyncheck.yaml": "fail-on: note\n"}
    assert check(runner, plan, paths="plan.json", fail_on="note").code == 1
    assert check(runner, configured, paths="plan.json").code == 1
    assert check(runner, configured, paths="plan.json", fail_on="error").code == 0


def git(runner: Runner, *arguments: str) -> str:
    """Run git in the checkout, and return its output."""
    own = ["-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *own, *arguments], cwd=runner.checkout, capture_output=True, text=True, check=True).stdout.strip()


def pull_request(runner: Runner, *, has_baseline: bool) -> str:
    """A merge commit as GitHub makes it, of a pull request that accepts all its own findings; the hash of the commit."""
    write(runner.checkout, {"infra/main.tf": (ROOT / "examples" / "main.tf").read_text()})
    git(runner, "init")
    every = [sys.executable, "-m", "dyncheck", "baseline", "infra"]
    subprocess.run([*every, "--select", "dead-alarm"], cwd=runner.checkout, check=True)
    baseline = runner.checkout / ".dyncheck-baseline.json"
    if not has_baseline:
        baseline.unlink()
    git(runner, "add", ".")
    git(runner, "commit", "-m", "base")
    git(runner, "checkout", "-b", "change")
    baseline.unlink(missing_ok=True)
    subprocess.run(every, cwd=runner.checkout, check=True)
    git(runner, "add", ".")
    git(runner, "commit", "-m", "change")
    git(runner, "checkout", "main")
    git(runner, "merge", "--no-ff", "change")
    return git(runner, "rev-parse", "HEAD")


@pytest.mark.parametrize(("has_baseline", "new", "still_open"), [(True, 3, 1), (False, 4, 0)])
def test_a_pull_request_is_compared_with_the_baseline_of_its_base(runner: Runner, has_baseline: bool, new: int, still_open: int) -> None:
    commit = pull_request(runner, has_baseline=has_baseline)
    ran = runner.run(CHECK, {"paths": "infra", "baseline": ".dyncheck-baseline.json"}, GITHUB_BASE_REF="main", GITHUB_SHA=commit)
    assert ran.code == 1, ran.log
    report = json.loads(Path(ran.outputs["report"]).read_text())
    is_new = [result.get("new", True) for result in report["results"] if result["status"] == "fail"]
    assert (is_new.count(True), is_new.count(False)) == (new, still_open)
    pushed = runner.run(CHECK, {"paths": "infra", "baseline": ".dyncheck-baseline.json"}, GITHUB_SHA=commit)
    assert pushed.code == 0, pushed.log


def test_a_checkout_without_the_base_is_refused(runner: Runner) -> None:
    commit = pull_request(runner, has_baseline=True)
    inputs = {"paths": "infra", "baseline": ".dyncheck-baseline.json"}
    # The commits of the pull request itself, of which the first may have the baseline.
    git(runner, "checkout", "change")
    of_head = runner.run(CHECK, inputs, GITHUB_BASE_REF="main", GITHUB_SHA=commit)
    clone = runner.checkout.with_name("clone")
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", "--branch", "main", f"file://{runner.checkout}", clone], check=True)
    runner.checkout = clone
    shallow = runner.run(CHECK, inputs, GITHUB_BASE_REF="main", GITHUB_SHA=commit)
    why = "The base branch is not available for the input baseline. Give actions/checkout fetch-depth: 2 and no ref."
    message = f"::error title=dyncheck::{why}\n"
    assert [(ran.code, ran.log, ran.outputs) for ran in (of_head, shallow)] == [(3, message, {})] * 2


HOSTILE = "\\n::error file=x::y%0A::add-mask::e\\n##[add-mask]e ##vso[task.setvariable variable=PATH]e <img src=x> @team `"


def test_a_hostile_name_creates_no_command_and_no_output(runner: Runner) -> None:
    plan = EXAMPLE.replace("dev-products", HOSTILE)
    assert plan != EXAMPLE
    ran = check(runner, {"plan.json": plan, **TRAPS}, paths="plan.json")
    assert ran.code == 1, ran.log
    assert {command.name for command in commands(ran.log)} <= {"error", "warning", "notice"}
    assert list(ran.outputs) == ["exit-code", "comment", "report", "errors", "warnings", "notes", "unknown", "sarif"]
    assert "executed" not in ran.log
    # The summary contains the name only in code spans.
    assert "<img" not in re.sub("`+[^`]*`+", "", ran.summary)


def test_a_hostile_path_creates_no_command_and_no_output(runner: Runner) -> None:
    name = "x ::add-mask::e##[add-mask]e.json"
    ran = check(runner, {name: "{"}, paths=name)
    assert ran.code == 3
    assert [(command.name, command.properties) for command in commands(ran.log)] == [("error", {"title": "could not be checked"})]


def test_a_runner_without_a_supported_python_gets_an_error(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    old = tmp_path / "bin" / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    ran = Runner(tmp_path, tmp_path, ROOT).run(INSTALL, {}, PATH=f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert (ran.code, ran.outputs) == (3, {})
    message = "The runner has no Python 3.10 or newer. Run actions/setup-python before this action."
    assert commands(ran.log) == [Command("error", {"title": "dyncheck"}, message)]


def test_the_upload_needs_a_report_and_a_category() -> None:
    assert UPLOAD["if"] == "${{ !cancelled() && inputs.sarif != '' && steps.check.outputs.sarif != '' }}"
    assert UPLOAD["with"] == {"sarif_file": "${{ steps.check.outputs.sarif }}", "category": "${{ inputs.sarif }}"}
    assert re.fullmatch("github/codeql-action/upload-sarif@[0-9a-f]{40}", UPLOAD["uses"])


def test_the_check_writes_every_output(runner: Runner) -> None:
    ran = check(runner, {"plan.json": EXAMPLE}, paths="plan.json")
    declared = {output["value"] for output in ACTION["outputs"].values()}
    assert declared == {f"${{{{ steps.check.outputs.{name} }}}}" for name in ran.outputs if name not in ("comment", "sarif")}


def test_zizmor_finds_nothing() -> None:
    done = subprocess.run(
        [
            Path(sys.executable).parent / "zizmor",
            "--offline",
            "--color=never",
            "--no-progress",
            "--persona",
            "pedantic",
            "action.yml",
            ".github",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "No findings to report. Good job! (1 ignored, 1 suppressed)\n"), done.stdout + done.stderr


@pytest.mark.parametrize("step", [INSTALL, CHECK, COMMENT], ids=lambda step: str(step["name"]))
def test_shellcheck_finds_nothing(step: dict[str, str]) -> None:
    assert shellcheck("bash", step["run"]) == ""
