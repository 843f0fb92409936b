"""`overrides` of `.dyncheck.yaml`: what differs for the root modules in some directories, and `dyncheck config --path`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dyncheck

RECOVERY, PROTECTION = "no-point-in-time-recovery", "no-deletion-protection"
MAIN = 'resource "aws_dynamodb_table" "orders" {\n  name = "orders"\n}\n'
OVERRIDES = """\
select: [no-point-in-time-recovery, no-deletion-protection]
overrides:
  - paths: [sandbox]
    ignore: [no-deletion-protection]
    severities: {no-point-in-time-recovery: note}
  - paths: ["live/pay*"]
    policies: [contracts]
"""


@pytest.fixture(name="repository")
def _repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    files = {f"{directory}/main.tf": MAIN for directory in ("live/orders", "live/payments", "sandbox/trial")}
    write(tmp_path, {**files, ".dyncheck.yaml": OVERRIDES, "contracts/company.yaml": "deletion_protection: true\n"})
    return tmp_path


def write(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)


def report(dyncheck: Dyncheck, *arguments: str) -> Any:
    done = dyncheck(*arguments, "--format", "json")
    assert done.stderr == b""
    return json.loads(done.stdout)


def findings(checked: Any) -> list[tuple[str, str, str]]:
    return [(each["location"]["file"].removesuffix("/main.tf"), each["rule"], each["severity"]) for each in checked["results"]]


@pytest.mark.usefixtures("repository")
def test_overrides_hold_for_the_directories_that_fit(dyncheck: Dyncheck) -> None:
    checked = report(dyncheck, ".")
    assert findings(checked) == [
        ("live/orders", PROTECTION, "note"),
        ("live/orders", RECOVERY, "error"),
        ("live/payments", PROTECTION, "error"),
        ("live/payments", RECOVERY, "error"),
        ("sandbox/trial", RECOVERY, "note"),
    ]
    under = [(each["path"], each["contracts"]["aws_dynamodb_table.orders"], each.get("not_run")) for each in checked["inputs"]]
    assert under == [("live/orders", [], None), ("live/payments", ["company"], None), ("sandbox/trial", [], [PROTECTION])]
    assert checked["configuration"]["holds"] == [
        f"select: {RECOVERY}, {PROTECTION}",
        f"overrides: sandbox (ignore {PROTECTION}; severities {RECOVERY}: note)",
        "overrides: live/pay* (policies contracts)",
    ]


@pytest.mark.usefixtures("repository")
def test_a_rule_that_is_ignored_for_every_input_was_not_run(dyncheck: Dyncheck) -> None:
    checked = report(dyncheck, "sandbox")
    assert PROTECTION in checked["not_run"]
    assert PROTECTION not in checked.get("not_applicable", [])


def test_an_override_replaces_an_environment_and_an_earlier_override(repository: Path, dyncheck: Dyncheck) -> None:
    text = (
        f"select: [{RECOVERY}]\nenvironments: {{prod: {{severities: {{{RECOVERY}: note}}}}}}\n"
        f"overrides:\n  - {{paths: [live], severities: {{{RECOVERY}: note}}}}\n"
        f"  - {{paths: [live/payments], severities: {{{RECOVERY}: warning}}}}\n"
    )
    write(repository, {".dyncheck.yaml": text})
    assert findings(report(dyncheck, ".")) == [
        ("live/orders", RECOVERY, "note"),
        ("live/payments", RECOVERY, "warning"),
        ("sandbox/trial", RECOVERY, "note"),
    ]


@pytest.mark.usefixtures("repository")
def test_the_command_line_goes_before_overrides(dyncheck: Dyncheck) -> None:
    checked = report(dyncheck, "sandbox", "live/payments", "--select", PROTECTION, "--fail-on", "error", "--policy", "contracts")
    assert findings(checked) == [("sandbox/trial", PROTECTION, "error"), ("live/payments", PROTECTION, "error")]


def test_overrides_hold_in_every_process(repository: Path, dyncheck: Dyncheck) -> None:
    write(repository, {f"sandbox/more{number}/main.tf": MAIN for number in range(12)})
    found = json.loads(dyncheck("sandbox", "--format", "json", processors=2).stdout)
    assert {(rule, severity) for _, rule, severity in findings(found)} == {(RECOVERY, "note")}
    assert len(found["results"]) == 13


def test_a_waiver_of_an_ignored_rule_is_not_called_unused(repository: Path, dyncheck: Dyncheck) -> None:
    waiver = f"waivers:\n  - {{address: x, rules: [{PROTECTION}], reason: trial}}\n"
    write(repository, {".dyncheck.yaml": OVERRIDES + waiver})
    assert "notices" not in report(dyncheck, "sandbox")


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{ignore: []}", "overrides[0] lacks 'paths'"),
        (
            "{paths: [a], ignore: [no-recovery]}",
            "overrides[0].ignore[0]: there is no rule 'no-recovery'. Did you mean 'no-point-in-time-recovery'?",
        ),
        ("{paths: ['!a']}", "overrides[0].paths[0] is '!a'; expected a pattern without !, because nothing is included again"),
        ("{paths: [a], policies: [../x]}", "overrides[0].policies[0] is '../x'; expected a path below the directory of this file"),
    ],
)
def test_errors_are_reported_with_lines(entry: str, problem: str, repository: Path, dyncheck: Dyncheck) -> None:
    write(repository, {".dyncheck.yaml": f"overrides:\n  - {entry}\n"})
    done = dyncheck(".")
    assert done.stderr.decode().splitlines()[1:] == [f".dyncheck.yaml:2: {problem}"]
    assert done.returncode == 2


def test_the_settings_of_a_directory_are_shown(repository: Path, dyncheck: Dyncheck) -> None:
    text = (
        OVERRIDES
        + "environments:\n  dev: {workspace: dev}\n  prod: {var-files: [prod.tfvars]}\nseverities: {no-point-in-time-recovery: warning}\n"
    )
    write(repository, {".dyncheck.yaml": text, "live/payments/prod.tfvars": ""})
    shown = [line.split("  ") for line in dyncheck("config", "--path", "sandbox/trial").stdout.decode().splitlines()[2:]]
    assert [[part.strip() for part in line if part.strip()] for line in shown] == [
        ["select", RECOVERY, ".dyncheck.yaml:1"],
        ["select", PROTECTION, ".dyncheck.yaml:1"],
        ["ignore", PROTECTION, ".dyncheck.yaml:3"],
        ["severities", f"{RECOVERY}: note", ".dyncheck.yaml:3"],
        ["fail-on", "error", "default"],
        ["unknown", "warn", "default"],
        ["strict", "false", "default"],
        ["require", "no table", "default"],
        ["exclude", "no directory", "default"],
        ["reference", "true", "default"],
        ["policies", "no file", "default"],
        ["environments", "dev (workspace dev)", ".dyncheck.yaml:9"],
    ]
    payments = dyncheck("config", "--path", "live/payments").stdout.decode()
    lines = [line.split() for line in payments.splitlines() if line.startswith(("policies", "environments"))]
    assert lines == [
        ["policies", "contracts", ".dyncheck.yaml:6"],
        ["environments", "dev", "(workspace", "dev)", ".dyncheck.yaml:9"],
        ["environments", "prod", "(var-files", "prod.tfvars)", ".dyncheck.yaml:10"],
    ]


@pytest.mark.usefixtures("repository")
def test_a_path_that_is_no_directory_has_no_settings(dyncheck: Dyncheck) -> None:
    done = dyncheck("config", "--path", "live/none")
    message = "dyncheck: --path live/none is not a directory. Name the directory of a root module.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 2)
