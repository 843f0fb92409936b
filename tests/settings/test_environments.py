"""`environments` of `.dyncheck.yaml`: each root module is checked once in each environment whose files it has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import dyncheck as dyncheck_package
from tests.conftest import Dyncheck
from tests.support.paths import ROOT

RECOVERY = "no-point-in-time-recovery"
MAIN = """\
variable "recovery" {
  type = bool
}

resource "aws_dynamodb_table" "orders" {
  name = "orders"

  point_in_time_recovery {
    enabled = var.recovery
  }
}
"""
ENVIRONMENTS = """\
select: [no-point-in-time-recovery]
environments:
  dev:
    var-files: [envs/dev.tfvars]
  prod:
    var-files: [envs/prod.tfvars]
"""
EMPTY = "If that is intended, use --allow-empty."


@pytest.fixture(name="repository")
def _repository(tmp_path: Path) -> Path:
    """A repository with one root module, and the values of two environments for all root modules."""
    (tmp_path / ".git").mkdir()
    files = {"live/app/main.tf": MAIN, "envs/dev.tfvars": "recovery = false\n", "envs/prod.tfvars": "recovery = true\n"}
    write(tmp_path, {**files, ".dyncheck.yaml": ENVIRONMENTS})
    return tmp_path


def write(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)


def report(dyncheck: Dyncheck, *arguments: str) -> Any:
    done = dyncheck(*(arguments or (".",)), "--format", "json")
    assert done.stderr == b""
    return json.loads(done.stdout) | {"exit code": done.returncode}


def verdicts(checked: Any) -> list[tuple[str, str, str, str]]:
    """The environment, file, status and severity of each result."""
    return [(each.get("environment", ""), each["location"]["file"], each["status"], each["severity"]) for each in checked["results"]]


def refused(dyncheck: Dyncheck, *arguments: str) -> tuple[bytes, str, int]:
    done = dyncheck(*arguments)
    return done.stdout, done.stderr.decode(), done.returncode


# Which root modules are in which environments.


@pytest.mark.usefixtures("repository")
def test_a_root_module_is_checked_once_in_each_environment(dyncheck: Dyncheck) -> None:
    checked = report(dyncheck)
    file = {
        "files": ["live/app/main.tf"],
        "contracts": {"aws_dynamodb_table.orders": []},
        "kind": "hcl",
        "path": "live/app",
        "tables": 1,
        "alarms": 0,
    }
    inputs = [{key: each[key] for key in each if key != "sha256"} for each in checked["inputs"]]
    assert inputs == [
        {**file, "variable_files": ["envs/dev.tfvars"], "environment": "dev"},
        {**file, "variable_files": ["envs/prod.tfvars"], "environment": "prod"},
    ]
    failed, passed = checked["results"]
    assert {**failed, "fingerprint": ""} == {
        "input": "live/app",
        "rule": RECOVERY,
        "status": "fail",
        "severity": "error",
        "address": "aws_dynamodb_table.orders",
        "message": "Point-in-time recovery is off: point_in_time_recovery.enabled is false; expected true",
        "location": {"file": "live/app/main.tf", "line": 9, "end_line": 9, "column": 5},
        "related": [{"file": "envs/dev.tfvars", "line": 1, "message": "var.recovery is set here"}],
        "fingerprint": "",
        "attribute": "point_in_time_recovery.enabled",
        "found": "false",
        "expected": "true",
        "fix": "point_in_time_recovery {\n  enabled = true\n}",
        "environment": "dev",
    }
    assert (passed["environment"], passed["status"]) == ("prod", "pass")
    assert failed["fingerprint"] != passed["fingerprint"]
    assert [(each["path"], each["state"]) for each in checked["directories"]] == [("live/app", "checked"), ("**/.git", "excluded")]
    assert checked["exit code"] == 1


def test_the_text_names_the_environment_of_each_input(repository: Path, dyncheck: Dyncheck) -> None:
    write(repository, {"envs/prod.tfvars": "recovery = false\n"})
    assert dyncheck(".").stdout.decode() == (
        "error    no-point-in-time-recovery: Point-in-time recovery is off\n"
        "         live/app/main.tf:9  aws_dynamodb_table.orders (dev, prod)\n"
        "         from:     envs/dev.tfvars:1 var.recovery is set here\n"
        "         found:    point_in_time_recovery.enabled is false\n"
        "         expected: true\n"
        "         fix:      point_in_time_recovery {\n"
        "                     enabled = true\n"
        "                   }\n"
        "\n"
        ".dyncheck.yaml: configuration\n"
        "  select: no-point-in-time-recovery\n"
        "  environments: dev (var-files envs/dev.tfvars)\n"
        "  environments: prod (var-files envs/prod.tfvars)\n"
        "\n"
        "Inputs: live/app (dev), live/app (prod).\n"
        "Checked 1 root module (1 file, 2 variable files).\n"
        "Variable files: envs/dev.tfvars, envs/prod.tfvars.\n"
        "Contracts: none on 2 tables.\n"
        "2 tables, 0 alarms, 2 checks: 2 errors\n"
        "Exit code 1: 2 errors.\n"
    )


def test_a_file_of_the_root_module_replaces_the_one_of_the_repository(repository: Path, dyncheck: Dyncheck) -> None:
    write(repository, {"live/app/envs/prod.tfvars": "recovery = false\n"})
    assert [each["variable_files"] for each in report(dyncheck)["inputs"]] == [["envs/dev.tfvars"], ["live/app/envs/prod.tfvars"]]


def test_a_root_module_without_files_of_an_environment_is_checked_once(repository: Path, dyncheck: Dyncheck) -> None:
    (repository / "envs" / "dev.tfvars").unlink()
    (repository / "envs" / "prod.tfvars").unlink()
    write(repository, {"live/own/main.tf": MAIN, "live/own/envs/dev.tfvars": "recovery = true\n"})
    checked = report(dyncheck)
    assert [(each["path"], each.get("environment")) for each in checked["inputs"]] == [("live/app", None), ("live/own", "dev")]
    assert verdicts(checked) == [("", "live/app/main.tf", "unknown", "error"), ("dev", "live/own/main.tf", "pass", "error")]


def test_an_environment_without_files_is_that_of_every_root_module(repository: Path, dyncheck: Dyncheck) -> None:
    main = MAIN.partition("\n\n")[2].replace("var.recovery", 'terraform.workspace == "dev"')
    write(repository, {".dyncheck.yaml": "environments: {dev: {workspace: dev}}\n", "live/app/main.tf": main})
    checked = report(dyncheck)
    assert [(each["path"], each["environment"], each["notices"]) for each in checked["inputs"]] == [
        ("live/app", "dev", ['terraform.workspace is assumed to be "dev", because the environment dev names it.'])
    ]


def test_a_root_module_with_only_some_files_of_an_environment_was_not_checked_in_it(repository: Path, dyncheck: Dyncheck) -> None:
    write(repository, {".dyncheck.yaml": ENVIRONMENTS.replace("[envs/prod.tfvars]", "[envs/prod.tfvars, prod.tfvars]")})
    checked = report(dyncheck)
    assert [each["environment"] for each in checked["inputs"]] == ["dev"]
    why = "it has other files of the environment, but no prod.tfvars. Add the file, or correct var-files"
    assert checked["not_checked"] == [{"path": "live/app (prod)", "reason": why}]
    assert dyncheck(".", "--strict").returncode == 3
    assert "not_checked" not in report(dyncheck, ".", "--environment", "dev")


def test_values_of_one_environment_do_not_reach_another_one(repository: Path, dyncheck: Dyncheck) -> None:
    module = 'variable "recovery" {}\n' + MAIN.partition("\n\n")[2]
    call = 'variable "recovery" {}\nmodule "orders" {\n  source   = "../../modules/orders"\n  recovery = var.recovery\n}\n'
    write(repository, {"modules/orders/main.tf": module, "live/app/main.tf": call})
    for number in range(10):
        write(repository, {f"live/app{number}/main.tf": call})
    # More root modules than one process checks.
    checked = report(dyncheck)
    assert [each["environment"] for each in checked["inputs"]] == ["dev", "prod"] * 11
    assert set(verdicts(checked)) == {
        ("dev", "modules/orders/main.tf", "fail", "error"),
        ("prod", "modules/orders/main.tf", "pass", "error"),
    }


# What differs in an environment.


def test_severities_and_contracts_of_an_environment_hold_in_it_only(repository: Path, dyncheck: Dyncheck) -> None:
    text = (
        "select: [no-point-in-time-recovery, no-deletion-protection]\n"
        "environments:\n"
        "  dev: {var-files: [envs/dev.tfvars], severities: {no-point-in-time-recovery: note}}\n"
        "  prod: {var-files: [envs/prod.tfvars], policies: [contracts]}\n"
    )
    write(repository, {".dyncheck.yaml": text, "contracts/company.yaml": "deletion_protection: true\n"})
    checked = report(dyncheck)
    found = [(each.get("environment"), each["rule"], each["status"], each["severity"]) for each in checked["results"]]
    assert found == [
        ("dev", "no-deletion-protection", "fail", "note"),
        ("dev", RECOVERY, "fail", "note"),
        ("prod", "no-deletion-protection", "fail", "error"),
        ("prod", RECOVERY, "pass", "error"),
    ]
    assert [each["contracts"] for each in checked["inputs"]] == [
        {"aws_dynamodb_table.orders": []},
        {"aws_dynamodb_table.orders": ["company"]},
    ]


def test_the_command_line_goes_before_an_environment(repository: Path, dyncheck: Dyncheck) -> None:
    text = "environments:\n  prod: {workspace: prod, severities: {no-point-in-time-recovery: note}, policies: [contracts]}\n"
    main = MAIN.replace('"orders"\n', '"orders-${terraform.workspace}"\n')
    write(repository, {".dyncheck.yaml": text, "contracts/company.yaml": "deletion_protection: true\n", "live/app/main.tf": main})
    write(repository, {"own.yaml": "table: own\ntags: {Team: '*'}\n", "values.tfvars": "recovery = false\n"})
    options = ("--fail-on", "error", "--policy", "own.yaml", "--workspace", "other", "--var-file", "values.tfvars")
    checked = report(dyncheck, ".", "--select", RECOVERY, *options)
    assert verdicts(checked) == [("prod", "live/app/main.tf", "fail", "error")]
    (checked_input,) = checked["inputs"]
    assert checked_input["contracts"] == {"aws_dynamodb_table.orders": ["own"]}
    assert checked_input["notices"] == ['terraform.workspace is assumed to be "other", because --workspace names it.']
    assert checked["configuration"]["holds"] == ["environments: prod (workspace prod)"]


# --environment.


@pytest.mark.usefixtures("repository")
def test_an_option_chooses_environments(dyncheck: Dyncheck) -> None:
    checked = report(dyncheck, ".", "--environment", "prod")
    assert verdicts(checked) == [("prod", "live/app/main.tf", "pass", "error")]
    assert checked["configuration"]["holds"] == [f"select: {RECOVERY}", "environments: prod (var-files envs/prod.tfvars)"]
    both = report(dyncheck, ".", "--environment", "prod", "--environment", "dev")
    assert [each["environment"] for each in both["inputs"]] == ["dev", "prod"]


def test_a_root_module_of_other_environments_is_excluded_with_the_modules_that_only_it_calls(repository: Path, dyncheck: Dyncheck) -> None:
    (repository / "envs" / "prod.tfvars").unlink()
    write(repository, {"live/app/call.tf": 'module "more" {\n  source = "../../modules/more"\n}\n', "modules/more/main.tf": "locals {}\n"})
    write(repository, {"live/own/main.tf": MAIN, "live/own/envs/prod.tfvars": "recovery = true\n"})
    checked = report(dyncheck, ".", "--environment", "prod", "--strict")
    why = '"--environment prod" (command line)'
    assert checked["directories"][:-1] == [
        {"path": "live/app", "state": "excluded", "reason": why},
        {"path": "live/own", "state": "checked"},
        {"path": "modules/more", "state": "excluded", "reason": why},
    ]
    assert verdicts(checked) == [("prod", "live/own/main.tf", "pass", "error")]


def test_no_root_module_in_an_environment_is_an_error(repository: Path, dyncheck: Dyncheck) -> None:
    (repository / "envs" / "prod.tfvars").unlink()
    message = f"dyncheck: . has no root module in the environment prod, so there is nothing to check. {EMPTY}\n"
    assert refused(dyncheck, ".", "--environment", "prod") == (b"", message, 3)
    assert dyncheck(".", "--environment", "prod", "--allow-empty").returncode == 0


@pytest.mark.usefixtures("repository")
def test_an_unknown_environment_is_an_error_with_the_nearest_one(dyncheck: Dyncheck) -> None:
    message = "dyncheck: There is no environment 'prd'. Did you mean 'prod'? There are: dev, prod.\n"
    assert refused(dyncheck, ".", "--environment", "prd") == (b"", message, 2)
    message = "dyncheck: There is no environment 'prod'. The configuration has none.\n"
    assert refused(dyncheck, ".", "--environment", "prod", "--no-project-config") == (b"", message, 2)


def test_a_plan_is_in_an_environment_only_if_the_command_line_names_one(repository: Path, dyncheck: Dyncheck) -> None:
    write(repository, {"plan.json": (ROOT / "examples" / "plan.json").read_text()})
    write(repository, {".dyncheck.yaml": "environments: {prod: {severities: {no-point-in-time-recovery: note}}, dev: {}}\n"})
    for options, environment, severity in (
        ((), "", "error"),
        (("--environment", "prod"), "prod", "note"),
        (("--environment", "prod", "--environment", "dev"), "", "error"),
    ):
        checked = report(dyncheck, "plan.json", "--select", RECOVERY, *options)
        (found,) = [each for each in checked["results"] if each["status"] == "fail"]
        assert (checked["inputs"][0].get("environment", ""), found["severity"]) == (environment, severity)


# Errors.


def test_an_error_in_one_environment_names_it(repository: Path, dyncheck: Dyncheck) -> None:
    write(repository, {"envs/prod.tfvars": "recovery = []\n"})
    done = dyncheck(".", "--format", "json")
    assert done.returncode == 3
    (error,) = done.stderr.decode().splitlines()
    assert error == "dyncheck: envs/prod.tfvars:1:1: Invalid value for var.recovery: a bool is required. (in the environment prod)"


def test_an_error_in_every_environment_is_reported_once(repository: Path, dyncheck: Dyncheck) -> None:
    write(repository, {"live/app/main.tf": "resource {\n"})
    done = dyncheck(".")
    assert (len([line for line in done.stderr.decode().splitlines() if line.startswith("dyncheck: ")]), done.returncode) == (1, 3)
    assert b"environment" not in done.stderr


def test_a_file_outside_the_repository_is_not_read(repository: Path, dyncheck: Dyncheck, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.tfvars"
    secret.write_text("password!\n")
    (repository / "envs" / "prod.tfvars").unlink()
    (repository / "envs" / "prod.tfvars").symlink_to(secret)
    message = (
        "dyncheck: envs/prod.tfvars of the environment prod is outside the directory of the configuration. "
        "Name a file below that directory, or use --var-file. (in the environment prod)\n"
    )
    done = dyncheck(".", "--format", "json")
    assert (done.stderr.decode(), done.returncode) == (message, 3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("environments: {prod: {var-file: []}}", "environments.prod.var-file is not a key of a configuration. Did you mean 'var-files'?"),
        (
            "environments: {prod: {severities: {no-recovery: note}}}",
            "environments.prod.severities.no-recovery: there is no rule 'no-recovery'. Did you mean 'no-point-in-time-recovery'?",
        ),
        ("environments: {'a b': {}}", "environments has 'a b'; expected a name of letters, digits, and the characters - . _"),
        (
            "environments: {prod: {workspace: a b}}",
            "environments.prod.workspace is 'a b'; expected letters, digits, and the characters - . _ ~ $ & + : = @ only",
        ),
        (
            "environments: {prod: {var-files: [/etc/passwd]}}",
            "environments.prod.var-files[0] is '/etc/passwd'; expected a path relative to the root module or to this file",
        ),
        (
            "environments: {prod: {policies: [../elsewhere]}}",
            "environments.prod.policies[0] is '../elsewhere'; expected a path below the directory of this file",
        ),
    ],
)
def test_errors_are_reported_with_lines(text: str, problem: str, repository: Path, dyncheck: Dyncheck) -> None:
    write(repository, {".dyncheck.yaml": f"{text}\n"})
    first, *lines = refused(dyncheck, ".")[1].splitlines()
    assert first == "dyncheck: The configuration is invalid. Fix it, or use --no-project-config."
    assert [line.strip() for line in lines] == [f".dyncheck.yaml:1: {problem}"]


# Other ways to check.


def test_inputs_are_judged_together_in_their_environment(repository: Path, dyncheck: Dyncheck) -> None:
    alarm = (
        'variable "watched" {\n  type = string\n}\n'
        'resource "aws_cloudwatch_metric_alarm" "throttled" {\n  alarm_name = "x"\n  namespace = "AWS/DynamoDB"\n'
        '  metric_name = "ReadThrottleEvents"\n  statistic = "Sum"\n  period = 60\n  evaluation_periods = 1\n  threshold = 0\n'
        '  comparison_operator = "GreaterThanThreshold"\n  alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:x"]\n'
        "  dimensions = {\n    TableName = var.watched\n  }\n}\n"
    )
    table = 'resource "aws_dynamodb_table" "orders" {\n  name         = "orders"\n  billing_mode = "PAY_PER_REQUEST"\n}\n'
    write(repository, {"live/app/main.tf": table, "live/alarms/main.tf": alarm, ".dyncheck.yaml": ENVIRONMENTS.partition("\n")[2]})
    write(repository, {"envs/dev.tfvars": 'watched = "other"\n', "envs/prod.tfvars": 'watched = "orders"\n'})
    write(repository, {"contracts/company.yaml": "alarms: [{metric: ReadThrottleEvents}]\n"})
    checked = report(dyncheck, ".", "--together", "--select", "no-throttle-alarm", "--policy", "contracts")
    # The alarm in prod is none for the table in dev.
    assert verdicts(checked) == [("dev", "live/app/main.tf", "fail", "error"), ("prod", "live/app/main.tf", "pass", "error")]


def test_a_changed_file_of_values_touches_every_root_module(repository: Path, dyncheck: Dyncheck) -> None:
    write(repository, {"live/own/main.tf": MAIN, "envs/main.tf": MAIN})
    checked = report(dyncheck, "--changed", "envs/prod.tfvars", "--environment", "prod")
    assert [each["path"] for each in checked["inputs"]] == ["envs", "live/app", "live/own"]


def test_a_required_table_must_be_in_every_environment(repository: Path, dyncheck: Dyncheck) -> None:
    text = ENVIRONMENTS.replace("[no-point-in-time-recovery]", "[missing-table]\nrequire: [orders]\npolicies: [contracts]")
    write(
        repository,
        {".dyncheck.yaml": text, "contracts/orders.yaml": 'match: {name: "orders-live"}\nprimary_key: {hash: {name: pk, type: S}}\n'},
    )
    write(
        repository,
        {
            "live/app/main.tf": 'variable "recovery" {}\n'
            + MAIN.partition("\n\n")[2].replace('= "orders"', '= var.recovery ? "orders-live" : "test"')
        },
    )
    checked = report(dyncheck)
    found = [(each["environment"], each["status"], each["message"]) for each in checked["results"]]
    assert [(environment, status) for environment, status, _ in found] == [("dev", "fail"), ("prod", "pass")]
    assert found[0][2].endswith(" (in the environment dev)")


def test_the_python_interface_checks_in_environments(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    checked = dyncheck_package.check(".", config=".dyncheck.yaml")
    assert [each.title for each in checked.inputs] == ["live/app (dev)", "live/app (prod)"]
    checked = dyncheck_package.check(".", config=".dyncheck.yaml", environments=["prod"])
    assert [(each.title, each.environment) for each in checked.inputs] == [("live/app (prod)", "prod")]
    with pytest.raises(dyncheck_package.UsageError, match="There is no environment 'prd'"):
        dyncheck_package.check(".", config=".dyncheck.yaml", environments=["prd"])
