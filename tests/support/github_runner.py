"""Runs the steps of the GitHub action like a runner, and installs dyncheck with the first step."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from filelock import FileLock

from tests.support.paths import ROOT
from tests.support.pre_commit import copy_of_this_repository

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
INSTALL, CHECK, COMMENT, UPLOAD = ACTION["runs"]["steps"]

# Files that Python would import from its working directory. The author of the pull request controls the checkout.
TRAPS = {
    **dict.fromkeys(("json.py", "pip.py", "venv.py", "sysconfig.py", "click.py", "dyncheck.py"), "raise SystemExit('executed')\n"),
    **dict.fromkeys(("pip/__init__.py", "venv/__init__.py", "pip/__main__.py", "venv/__main__.py"), "raise SystemExit('executed')\n"),
}


class Ran(NamedTuple):
    """The result of a step: its exit code, its log, its outputs and its summary."""

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
        self.github = {"token": "secret-token", "event.pull_request.number": "7"}

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
        outputs = self.outputs[step.get("id", step["name"])] = dict(line.split("=", 1) for line in written)
        summary = files["GITHUB_STEP_SUMMARY"].read_text()
        assert summary.startswith("before=1\n")
        return Ran(done.returncode, done.stdout, outputs, summary.removeprefix("before=1\n"))

    def _evaluated(self, text: str, inputs: Mapping[str, str]) -> str:
        given = {name: declared["default"] for name, declared in ACTION["inputs"].items()} | dict(inputs)

        def value(match: re.Match[str]) -> str:
            kind, *path = match[1].split(".")
            if kind == "github":
                return self.github[".".join(path)]
            return given[path[0]] if kind == "inputs" else self.outputs[path[0]][path[2]]

        return re.sub(r"\$\{\{ (\S+) \}\}", value, text)


def installed_by_the_action(shared: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The outputs of the first step, run once for all processes, in a checkout with hostile files; `settings` are for pip."""
    kept = shared / "installed.json"
    with FileLock(shared / "installed.lock"):
        if not kept.exists():
            checkout, temporary = shared / "trapped", shared / "runner"
            temporary.mkdir()
            write(checkout, TRAPS)
            runner = Runner(checkout, temporary, copy_of_this_repository(shared / "action"))
            ran = runner.run(INSTALL, {}, **settings)
            assert (ran.code, "executed" in ran.log) == (0, False), ran.log
            kept.write_text(json.dumps(ran.outputs))
        found: dict[str, str] = json.loads(kept.read_text())
        return found


def write(directory: Path, files: Mapping[str, str]) -> None:
    """Write files below a directory."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def shellcheck(shell: str, script: str) -> str:
    """The output of shellcheck for a script."""
    program = Path(sys.executable).parent / "shellcheck"
    return subprocess.run([program, "--shell", shell, "-"], input=script, capture_output=True, text=True, check=False).stdout
