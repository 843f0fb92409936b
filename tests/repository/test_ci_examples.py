"""The pipelines in docs/ci and the Dockerfile: they are valid, linters accept them, and their scripts work on Terraform files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dyncheck.version import REPOSITORY
from tests.support.github_runner import shellcheck
from tests.support.paths import ROOT
from tests.support.pre_commit import Repository, copy_of_this_repository, only_from
from tests.support.runner import commands

EXAMPLES = ROOT / "docs" / "ci"
# The workflow that checks an account.
NIGHTLY = ROOT / "docs" / "live" / "github.yml"
MAIN = (ROOT / "examples" / "main.tf").read_text()
CLEAN = (ROOT / "tests" / "plans" / "reference.json").read_text()

SLUG = REPOSITORY.removeprefix("https://github.com/")
ARCHIVE = '"$DYNCHECK/archive/$DYNCHECK_REVISION.tar.gz"'
LOCK = '"$DYNCHECK/raw/$DYNCHECK_REVISION/requirements.lock"'

COMMIT = "0123456789abcdef0123456789abcdef01234567"
RULES = {"no-point-in-time-recovery", "dead-alarm", "unwatched-index"}


def example(name: str) -> Any:
    """A YAML example."""
    return yaml.safe_load((EXAMPLES / name).read_text())


Pipeline = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository of Terraform files with an error, a warning and notes."""
    (tmp_path / "checkout" / "infra").mkdir(parents=True)
    (tmp_path / "checkout" / "infra" / "main.tf").write_text(MAIN)
    return tmp_path / "checkout"


@pytest.fixture
def pipeline(checkout: Path, tmp_path: Path, installed_dyncheck: dict[str, str], wheels: Path) -> Pipeline:
    """Runs a pipeline script in the checkout, with dyncheck in the path as in its container."""
    [wheel] = wheels.glob("dyncheck-*.whl")
    # A developer's PYTHONPATH would hide what is installed.
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "PATH": os.pathsep.join((installed_dyncheck["bin"], os.environ["PATH"])),
        **only_from(wheels),
        "AGENT_TEMPDIRECTORY": str(tmp_path),
        "WORKSPACE_TMP": str(tmp_path),
    }

    def run(script: str, *shell: str, **variables: str) -> subprocess.CompletedProcess[str]:
        # What GitHub would serve.
        script = script.replace(ARCHIVE, str(wheel)).replace(LOCK, str(ROOT / "requirements.lock"))
        return subprocess.run([*shell, script], cwd=checkout, env=environment | variables, capture_output=True, text=True, check=False)

    return run


def failed_tests(report: Path) -> set[str]:
    """The rules of the failures in a JUnit file."""
    cases = ElementTree.parse(report).getroot().iter("testcase")
    return {rule for case in cases if case.find("failure") is not None for rule in RULES if rule in str(case.attrib)}


def test_gitlab(checkout: Path, pipeline: Pipeline) -> None:
    job = example("gitlab.yml")["dyncheck"]
    done = pipeline("\n".join(job["script"]), "bash", "-eo", "pipefail", "-c", **job["variables"])
    assert done.returncode == 1, done.stdout + done.stderr
    reports = job["artifacts"]["reports"]
    issues = json.loads((checkout / reports["codequality"]).read_text())
    assert {issue["check_name"] for issue in issues} == RULES
    assert {issue["location"]["path"] for issue in issues} == {"infra/main.tf"}
    assert "no-point-in-time-recovery" in failed_tests(checkout / reports["junit"])


def test_gitlab_with_other_options(checkout: Path, pipeline: Pipeline) -> None:
    job = example("gitlab.yml")["dyncheck"]
    (checkout / "plan.json").write_text(CLEAN)
    chosen = {**job["variables"], "DYNCHECK_PATHS": "plan.json", "DYNCHECK_OPTIONS": "--require products --select unencrypted-table"}
    done = pipeline("\n".join(job["script"]), "bash", "-eo", "pipefail", "-c", **chosen)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((checkout / job["artifacts"]["reports"]["codequality"]).read_text()) == []


def test_gitlab_compares_a_merge_request_with_the_baseline_of_its_target(checkout: Path, pipeline: Pipeline) -> None:
    job = example("gitlab.yml")["dyncheck"]
    script = "\n".join(job["script"])
    install = " && ".join(job["script"][:2])
    accept = f"git init -q -b main && {install} && dyncheck baseline . --select dead-alarm && git add . && git commit -qm base"
    # The merge request accepts all its own findings.
    change = (
        "git remote add origin . && git checkout -qb change && rm .dyncheck-baseline.json && dyncheck baseline . && git commit -qam change"
    )
    person = {f"GIT_{who}_{what}": "x@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    made = pipeline(f"{accept} && {change}", "bash", "-eo", "pipefail", "-c", **job["variables"], **person)
    assert made.returncode == 0, made.stdout + made.stderr
    given = job["variables"] | {"DYNCHECK_BASELINE": ".dyncheck-baseline.json"}
    merged = pipeline(script, "bash", "-eo", "pipefail", "-c", CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main", **given)
    assert merged.returncode == 1, merged.stdout + merged.stderr
    issues = json.loads((checkout / job["artifacts"]["reports"]["codequality"]).read_text())
    assert {issue["check_name"] for issue in issues} == RULES - {"dead-alarm"}
    pushed = pipeline(script, "bash", "-eo", "pipefail", "-c", **given)
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr


def test_bitbucket(checkout: Path, pipeline: Pipeline) -> None:
    [entry] = example("bitbucket-pipelines.yml")["pipelines"]["pull-requests"]["**"]
    step = entry["step"]
    done = pipeline("\n".join(step["script"]), "bash", "-e", "-c")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "no-point-in-time-recovery" in failed_tests(checkout / "test-results" / "dyncheck.xml")
    report = json.loads((checkout / "dyncheck.rdjson").read_text())
    assert {diagnostic["code"]["value"] for diagnostic in report["diagnostics"]} == RULES
    assert step["after-script"][-1].endswith("< dyncheck.rdjson")


def test_azure(pipeline: Pipeline, tmp_path: Path) -> None:
    written = example("azure-pipelines.yml")
    install, check, publish = written["steps"]
    done = pipeline(install["bash"], "bash", "-c", **written["variables"])
    assert done.returncode == 0, done.stdout + done.stderr
    done = pipeline(check["bash"], "bash", "-c", **written["variables"])
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == f"##vso[task.uploadsummary]{tmp_path}/dyncheck.md"
    assert (tmp_path / "dyncheck.md").read_text().startswith("## dyncheck: ")
    assert publish["inputs"]["searchFolder"] == "$(Agent.TempDirectory)"
    assert "no-point-in-time-recovery" in failed_tests(tmp_path / publish["inputs"]["testResultsFiles"])
    assert [shellcheck("bash", step["bash"]) for step in (install, check)] == ["", ""]


def test_jenkins(checkout: Path, pipeline: Pipeline) -> None:
    text = (EXAMPLES / "Jenkinsfile").read_text()
    [script] = re.findall(r"sh '''(.*?)'''", text, re.DOTALL)
    # Jenkins runs `sh -xe`.
    done = pipeline(script, "sh", "-xe", "-c")
    assert done.returncode == 1, done.stdout + done.stderr
    [pattern] = re.findall(r"sarif\(pattern: '(.*?)'", text)
    [found] = json.loads((checkout / pattern).read_text())["runs"]
    assert {result["ruleId"] for result in found["results"]} == RULES
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize(("plan", "code"), [(CLEAN, 0), ((ROOT / "examples" / "plan.json").read_text(), 1), ("{", 3)])
def test_atlantis(plan: str, code: int, pipeline: Pipeline, installed_dyncheck: dict[str, str], tmp_path: Path) -> None:
    workflow = example("atlantis.yaml")["workflows"]["dyncheck"]
    script = workflow["plan"]["steps"][-1]["run"]
    assert workflow["apply"]["steps"] == [{"run": script}, "apply"]
    (tmp_path / "shown.json").write_text(plan)
    (tmp_path / "a.tfplan").write_text("a plan")
    # Instead of Terraform, a script shows a recorded plan.
    (tmp_path / "terraform").write_text(f'#!/bin/sh\n[ "$*" = "show -json {tmp_path}/a.tfplan" ] && cat "{tmp_path}/shown.json"\n')
    (tmp_path / "terraform").chmod(0o755)
    path = os.pathsep.join((str(tmp_path), installed_dyncheck["bin"], os.environ["PATH"]))
    done = pipeline(script, "sh", "-c", PATH=path, PLANFILE=f"{tmp_path}/a.tfplan", SHOWFILE=f"{tmp_path}/a.json")
    assert done.returncode == code, done.stdout + done.stderr


def test_the_configuration_of_pre_commit_is_valid(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "repository", tmp_path / "home")
    # pre-commit warns if the revision is not a commit.
    written = (EXAMPLES / "pre-commit-config.yaml").read_text().replace("REVISION", COMMIT)
    (repository.directory / ".pre-commit-config.yaml").write_text(written)
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", repository.directory)
    shutil.copy(ROOT / ".pre-commit-config.yaml", repository.directory / "own.yaml")
    done = repository.pre_commit("validate-config", ".pre-commit-config.yaml", "own.yaml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = repository.pre_commit("validate-manifest", ".pre-commit-hooks.yaml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    [used] = example("pre-commit-config.yaml")["repos"]
    offered = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {hook["id"] for hook in used["hooks"]} <= offered


@pytest.mark.parametrize(
    "file", [EXAMPLES / "github.yml", EXAMPLES / "github-plan.yml", NIGHTLY], ids=lambda file: f"{file.parent.name}-{file.name}"
)
def test_zizmor_finds_nothing_in_the_workflows(file: Path, tmp_path: Path) -> None:
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / file.name).write_text(file.read_text().replace("REVISION", COMMIT))
    done = subprocess.run(
        [Path(sys.executable).parent / "zizmor", "--offline", "--color=never", "--no-progress", "--persona", "pedantic", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "No findings to report. Good job!\n"), done.stdout + done.stderr


@pytest.mark.parametrize("name", ["github.yml", "github-plan.yml"])
def test_the_workflows_use_existing_inputs_of_the_action(name: str) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    [job] = example(name)["jobs"].values()
    [used] = [step for step in job["steps"] if step.get("uses", "").startswith(f"{SLUG}@")]
    assert used["with"].keys() <= action["inputs"].keys()
    assert ("sarif" in used["with"]) == ("security-events" in job["permissions"])


# The container.


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """The instructions of a container file."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return ((line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in joined.splitlines() if line)


def test_the_container_build_makes_a_standalone_program(wheels: Path, tmp_path: Path) -> None:
    context, source, made = copy_of_this_repository(tmp_path / "context"), tmp_path / "source", tmp_path / "dyncheck"
    source.mkdir()
    _as_docker_would_send(context)
    steps = list(instructions((ROOT / "Dockerfile").read_text()))
    second = [position for position, (name, _) in enumerate(steps) if name == "FROM"][1]
    for name, text in steps[:second]:
        if name == "COPY":
            *names, target = text.split()
            for each in names:
                shutil.copytree(context / each, source / target) if (context / each).is_dir() else shutil.copy(context / each, source)
        elif name == "RUN":
            script = text.replace("/dyncheck", str(made))
            offline = {**os.environ, **only_from(wheels)}
            done = subprocess.run(["sh", "-c", script], cwd=source, env=offline, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    assert steps[second + 1] == ("COPY", "--from=build /dyncheck /dyncheck")
    shutil.rmtree(source)
    [entry] = [json.loads(text) for name, text in steps if name == "ENTRYPOINT"]
    done = subprocess.run(
        [str(made / "bin" / entry[0]), str(ROOT / "examples" / "plan.json")],
        env={"HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    packages = {path.name.partition("-")[0] for path in made.glob("lib/python*/site-packages/*.dist-info")}
    assert {"dyncheck", "click", "msgspec"} <= packages
    assert not packages & {"pip", "setuptools"}
    assert [text for name, text in steps[second:] if name == "USER"] == ["10001:10001"]
    assert all(re.search("@sha256:[0-9a-f]{64}(?: |$)", text) for name, text in steps if name == "FROM")


@pytest.mark.skipif(shutil.which("hadolint", path=str(Path(sys.executable).parent)) is None, reason="there is no hadolint for this machine")
def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([Path(sys.executable).parent / "hadolint", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def _as_docker_would_send(context: Path) -> None:
    """Remove the files that .dockerignore excludes."""
    kept = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line != "*"}
    for path in context.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_every_pipeline_installs_one_commit_with_hashed_packages() -> None:
    hashed = 'install --quiet --require-hashes --requirement "$DYNCHECK/raw/$DYNCHECK_REVISION/requirements.lock"'
    itself = 'install --quiet --no-deps --no-build-isolation "$DYNCHECK/archive/$DYNCHECK_REVISION.tar.gz"'
    for file in (*EXAMPLES.iterdir(), NIGHTLY):
        text = file.read_text().replace("requirements-live.lock", "requirements.lock")
        installs = [line[line.index("install ") :] for line in text.splitlines() if re.search(r"pip\"? install", line)]
        assert installs in ([], [hashed, itself]), file
        if installs:
            values = dict(re.findall(r"(DYNCHECK(?:_REVISION)?)(?:=|: | = ')([^'\s]+)", text))
            assert values == {"DYNCHECK": REPOSITORY, "DYNCHECK_REVISION": "REVISION"}, file


def test_pins_of_the_pipelines_are_the_same_everywhere() -> None:
    uses: dict[str, set[str]] = {}
    for file in (*EXAMPLES.glob("*.yml"), NIGHTLY, *(ROOT / ".github").glob("**/*.yml"), ROOT / "action.yml"):
        for name, pin in re.findall(r"uses: (\S+)@([0-9a-f]{40} # v\S+)", file.read_text()):
            uses.setdefault(name, set()).add(pin)
    assert {name: pins for name, pins in uses.items() if len(pins) > 1} == {}
    assert len(uses) >= 4


def test_azure_reads_only_the_summary_as_a_command(checkout: Path, pipeline: Pipeline, tmp_path: Path) -> None:
    (checkout / "infra" / "main.tf").write_text(MAIN.replace('"dev-products"', '"##vso[task.setvariable variable=PATH]e"'))
    check = example("azure-pipelines.yml")["steps"][1]["bash"]
    script = check.replace("$AGENT_TEMPDIRECTORY/dyncheck/bin/dyncheck", "dyncheck")
    done = pipeline(script, "bash", "-c")
    assert done.returncode == 1, done.stderr
    assert [command.data for command in commands(done.stdout)] == [f"##vso[task.uploadsummary]{tmp_path}/dyncheck.md"]
