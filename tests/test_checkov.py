"""The same policies inside checkov, run as a user runs it: every verdict is the one that dyncheck gives."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.catalog import NOT_CHECKED, all_rules, checkov_id
from dyncheck.checkov.verdicts import TYPES, comparable
from dyncheck.findings import Result, Status
from tests import record_checkov
from tests.checkov_environment import ROOT, Done, NotInstallable, environment, run
from tests.fixtures import fixtures, planned_fixtures
from tests.make_plans import EXAMPLE, PLANS, REFERENCE, SPECIFICATION
from tests.terraform import PROVIDER, PROVIDER_WEST

pytestmark = pytest.mark.checkov

# Resource and check, each with checkov's word for the verdict.
Verdicts = dict[tuple[str, str], str]

_LISTS = {"passed_checks": "PASSED", "failed_checks": "FAILED", "skipped_checks": "SKIPPED"}
_WORDS = {Status.FAIL: "FAILED", Status.UNKNOWN: "", Status.WAIVED: "SKIPPED", Status.PASS: "PASSED"}


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """Skip where checkov cannot be installed, and say why."""
    try:
        environment()
    except NotInstallable as reason:
        pytest.skip(f"checkov cannot be installed here: {reason}")


def checkov(*arguments: str | Path, cwd: Path, **variables: str) -> Done:
    """Run checkov with dyncheck's checks."""
    found = run("dyncheck", "checkov-dir", cwd=cwd)
    assert (found.returncode, found.stderr) == (0, "")
    return run("checkov", "--skip-download", "--external-checks-dir", found.stdout.strip(), *arguments, cwd=cwd, **variables)


def ours(report: Any) -> Iterator[dict[str, Any]]:
    """The records of dyncheck's checks in a JSON report."""
    for part in report if isinstance(report, list) else [report]:
        for name in _LISTS:
            for record in part.get("results", {}).get(name, ()):
                if record["check_id"].startswith("DYN_"):
                    yield record


def by_input(records: Iterable[dict[str, Any]]) -> dict[str, Verdicts]:
    """The verdicts of each directory below the one that was checked."""
    found: dict[str, Verdicts] = {}
    for record in records:
        name = record["file_path"].split("/")[1]
        if record["check_id"] != NOT_CHECKED:
            found.setdefault(name, {})[comparable(record["resource"]), record["check_id"]] = record["check_result"]["result"]
    return found


def expected(path: Path) -> tuple[Verdicts, int]:
    """What checkov has to say of an input, and how many verdicts are unknown."""
    statuses: dict[tuple[str, str], set[Status]] = {}
    for result in dyncheck.check(path, allow_empty=True).results:
        address = told_at(path, result) if path.suffix == ".json" else result.address
        statuses.setdefault((comparable(address), checkov_id(result.rule)), set()).add(result.status)
    verdicts = {key: next(word for status, word in _WORDS.items() if status in found) for key, found in statuses.items()}
    return {key: word for key, word in verdicts.items() if word and key[0]}, sum(not word for word in verdicts.values())


def told_at(plan: Path, result: Result) -> str:
    """The address in checkov's report for a result on a plan: its own, or else that of the first table, alarm or provider that is left."""
    document = json.loads(plan.read_bytes())
    forgotten = {change["address"] for change in document["resource_changes"] if change["change"]["actions"] == ["forget"]}
    left = sorted(
        {*planned(document["planned_values"]["root_module"])} - forgotten, key=lambda address: ("_table." not in address, address)
    )
    if result.address in left:
        return result.address
    return "" if result.status is Status.PASS else [*left, "aws.default"][0]


def planned(module: dict[str, Any]) -> Iterator[str]:
    """The addresses of the tables, indexes and alarms that will be there after the apply."""
    for resource in module.get("resources", ()):
        if resource["type"] in TYPES and resource["mode"] == "managed":
            yield resource["address"]
    for child in module.get("child_modules", ()):
        yield from planned(child)


def assert_parity(inputs: dict[str, Path], directory: Path, framework: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check all inputs in one run, and hold the JSON and the SARIF report against what dyncheck says of each."""
    monkeypatch.chdir(directory)
    done = checkov("-d", "inputs", "--framework", framework, "-o", "json", "-o", "sarif", "--output-file-path", ".", cwd=directory)
    assert done.returncode == 1, done.stderr
    records = list(ours(json.loads((directory / "results_json.json").read_text())))
    wanted = {name: expected(path) for name, path in inputs.items()}
    found = by_input(records)
    assert {name: found.get(name, {}) for name in inputs} == {name: verdicts for name, (verdicts, _) in wanted.items()}
    assert {record["check_result"]["result"] for record in records if record["check_id"] == NOT_CHECKED} == {"PASSED"}
    unknown = sum(count for _, count in wanted.values())
    assert done.stderr.splitlines()[-1].startswith(f"dyncheck: {unknown} verdicts are unknown, which checkov does not show: in ")
    assert sarif(directory / "results_sarif.sarif") == sorted(
        (record["check_id"], record["repo_file_path"].lstrip("/"), record["check_result"]["result"])
        for record in records
        if record["check_result"]["result"] != "PASSED"
    )


def sarif(path: Path) -> list[tuple[str, str, str]]:
    """Check, file and verdict of each of dyncheck's results in a SARIF report."""
    (results,) = (part["results"] for part in json.loads(path.read_text())["runs"])
    return sorted(
        (
            result["ruleId"],
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "SKIPPED" if "suppressions" in result else "FAILED",
        )
        for result in results
        if result["ruleId"].startswith("DYN_")
    )


def test_every_plan_has_the_verdicts_of_dyncheck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = {fixture.path.stem: fixture.plan for fixture in fixtures() if fixture.is_planned}
    plans |= {plan.stem: plan for plan in PLANS.glob("change_*.json") if plan.stem != "change_errored"}
    plans |= {"reference": PLANS / "reference.json", "specification": PLANS / "specification.json", "example": EXAMPLE / "plan.json"}
    inputs = {name: tmp_path / "inputs" / name / "plan.json" for name in plans}
    for name, copy in inputs.items():
        copy.parent.mkdir(parents=True)
        shutil.copy(plans[name], copy)
    assert_parity(inputs, tmp_path, "terraform_plan", monkeypatch)


def test_all_terraform_files_have_the_verdicts_of_dyncheck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = {fixture.path.stem: tmp_path / "inputs" / fixture.path.stem for fixture in planned_fixtures()}
    for fixture in planned_fixtures():
        inputs[fixture.path.stem].mkdir(parents=True)
        (inputs[fixture.path.stem] / "main.tf").write_text(PROVIDER + PROVIDER_WEST + fixture.planned_text)
    for name, source in {"Infrastructure": REFERENCE.parents[1], "specification": SPECIFICATION}.items():
        inputs[name] = tmp_path / "inputs" / name
        shutil.copytree(source, inputs[name], ignore=shutil.ignore_patterns(".terraform*"))
    assert_parity(inputs, tmp_path, "terraform", monkeypatch)


def test_there_is_a_check_for_each_rule_with_its_name_severity_and_documentation(tmp_path: Path) -> None:
    code = (
        "import json; from checkov.terraform.checks.resource.registry import resource_registry as registry\n"
        "from dyncheck.checkov import external_checks_directory; registry.load_external_checks(external_checks_directory())\n"
        "checks = {check.id: check for _, check in registry.all_checks() if check.id.startswith('DYN_')}\n"
        "print(json.dumps({id: [check.name, check.severity.name, check.guideline] for id, check in checks.items()}))"
    )
    done = run("python", "-c", code, cwd=tmp_path)
    described = json.loads(done.stdout)
    assert described.pop(NOT_CHECKED) == [
        "dyncheck can check this",
        "HIGH",
        "What dyncheck cannot read, it does not pass. The details say what to do.",
    ]
    severities = {"error": "HIGH", "warning": "MEDIUM", "note": "LOW"}
    assert {check: entry[:2] for check, entry in described.items()} == {
        checkov_id(rule.id): [rule.title, severities[rule.severity.value]] for rule in all_rules()
    }
    assert described["DYN_NO_POINT_IN_TIME_RECOVERY"][2] == (
        "Without it a bad write or a bad deploy cannot be undone past the last backup. "
        "How to fix it: dyncheck explain no-point-in-time-recovery"
    )


TABLE = """\
# dyncheck: ignore[no-point-in-time-recovery] rebuilt every night
resource "aws_dynamodb_table" "orders" {
  # checkov:skip=DYN_UNENCRYPTED_TABLE,CKV_AWS_119:a table for tests
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = var.type
  }
}

variable "type" {
  type = string
}
"""


def details(done: Done, check: str) -> list[tuple[str, str, str, list[str]]]:
    """Framework and resource, verdict and details, of all records of one check."""
    parts = json.loads(done.stdout)
    return sorted(
        (part["check_type"], comparable(record["resource"]), record["check_result"]["result"], record["details"])
        for part in (parts if isinstance(parts, list) else [parts])
        for record in ours(part)
        if record["check_id"] == check
    )


def test_a_skip_of_checkov_and_a_waiver_of_dyncheck_both_count_in_both(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TABLE)
    done = checkov("-d", ".", "--framework", "terraform", "-o", "json", cwd=tmp_path)
    skipped = {
        record["check_id"]: record["check_result"]["suppress_comment"] for record in json.loads(done.stdout)["results"]["skipped_checks"]
    }
    assert skipped == {
        "CKV_AWS_119": "a table for tests",
        "DYN_NO_POINT_IN_TIME_RECOVERY": "rebuilt every night",
        "DYN_UNENCRYPTED_TABLE": "a table for tests",
    }
    waived = {(result.rule, result.waiver.reason) for result in dyncheck.check(tmp_path).results if result.waiver}
    assert waived == {("no-point-in-time-recovery", "rebuilt every night"), ("unencrypted-table", "a table for tests")}
    assert done.stderr.splitlines() == [
        "dyncheck: .: type has no value, so what depends on it is unknown; give it with --var or --var-file.",
        "dyncheck: 1 verdict is unknown, which checkov does not show: in .. dyncheck itself says what each waits for.",
    ]


def test_a_file_of_values_that_checkov_gets_is_one_for_dyncheck(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TABLE)
    (tmp_path / "test.tfvars").write_text('type = "S"\n')
    done = checkov("-d", ".", "--var-file", "test.tfvars", "--framework", "terraform", "-o", "json", cwd=tmp_path)
    assert (details(done, "DYN_ATTRIBUTE_MISMATCH"), done.stderr) == ([("terraform", "aws_dynamodb_table.orders", "PASSED", [])], "")


def test_the_same_module_called_from_two_roots_is_judged_for_each(tmp_path: Path) -> None:
    for root, encrypted in {"dev": "false", "prod": "true"}.items():
        (tmp_path / root).mkdir()
        call = f'module "table" {{\n  source    = "../table"\n  for_each  = toset(["we\\"ird"])\n  encrypted = {encrypted}\n}}\n'
        (tmp_path / root / "main.tf").write_text(call)
    (tmp_path / "table").mkdir()
    (tmp_path / "table" / "main.tf").write_text(
        'variable "encrypted" {}\n\n'
        'resource "aws_dynamodb_table" "one" {\n  name     = "one"\n  hash_key = "id"\n\n'
        "  server_side_encryption {\n    enabled = var.encrypted\n  }\n}\n"
    )
    (tmp_path / "json").mkdir()
    (tmp_path / "json" / "main.tf.json").write_text('{"resource": {"aws_dynamodb_table": {"two": {"name": "two", "hash_key": "id"}}}}')
    address = "module.table[weird].aws_dynamodb_table.one"
    off = "encryption with a KMS key is off: server_side_encryption.enabled is"
    for graphs in ("RUSTWORKX", "NETWORKX"):
        done = checkov("-d", ".", "--framework", "terraform", "terraform_json", "-o", "json", cwd=tmp_path, CHECKOV_GRAPH_FRAMEWORK=graphs)
        assert details(done, "DYN_UNENCRYPTED_TABLE") == [
            ("terraform", address, "FAILED", [f"{off} false, must be true (table/main.tf:8)"]),
            ("terraform", address, "PASSED", []),
            ("terraform_json", "resource.two", "FAILED", [f"{off} not set, must be true (json/main.tf.json:1)"]),
        ]


def test_what_stands_at_no_resource_is_told_at_a_table(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        TABLE.replace(
            "type = string",
            'type = string\n  default = "X"\n  validation {\n    condition = var.type == "S"\n    error_message = "Only S."\n  }',
        )
    )
    done = checkov("-d", ".", "--framework", "terraform", "-o", "json", cwd=tmp_path)
    (result,) = dyncheck.check(tmp_path, select=["violated-condition"]).results
    assert details(done, "DYN_VIOLATED_CONDITION") == [
        ("terraform", "aws_dynamodb_table.orders", "FAILED", [f"var.type: {result.message} (main.tf:18)"])
    ]


@pytest.mark.parametrize("options", [[], ["--check", "DYN_UNENCRYPTED_TABLE"]])
def test_a_plan_that_dyncheck_refuses_fails(options: list[str], tmp_path: Path) -> None:
    plan = json.loads((EXAMPLE / "plan.json").read_text())
    (tmp_path / "plan.json").write_text(json.dumps(plan | {"errored": True}))
    done = checkov("-f", "plan.json", "--framework", "terraform_plan", "-o", "json", *options, cwd=tmp_path)
    (why,) = (line.removeprefix("dyncheck: ") for line in done.stderr.splitlines() if line.startswith("dyncheck: "))
    assert why.startswith("plan.json is a plan that Terraform could not finish")
    told = [(record["resource"], record["check_result"]["result"], record["details"]) for record in ours(json.loads(done.stdout))]
    addresses = ['aws_cloudwatch_metric_alarm.products_throttle["read"]', 'aws_cloudwatch_metric_alarm.products_throttle["write"]']
    assert (done.returncode, sorted(told)) == (1, [(address, "FAILED", [why]) for address in [*addresses, "aws_dynamodb_table.products"]])


def test_an_installation_that_does_not_load_fails(tmp_path: Path) -> None:
    directory = run("dyncheck", "checkov-dir", cwd=tmp_path).stdout.strip()
    (tmp_path / "broken" / "dyncheck").mkdir(parents=True)
    (tmp_path / "broken" / "dyncheck" / "__init__.py").write_text('raise ImportError("half of it is missing")')
    shutil.copy(EXAMPLE / "plan.json", tmp_path)
    arguments = ("-f", "plan.json", "--framework", "terraform_plan", "-o", "json", "--skip-download", "--external-checks-dir", directory)
    done = run("checkov", *arguments, cwd=tmp_path, PYTHONPATH=str(tmp_path / "broken"))
    why = "dyncheck cannot be imported (ImportError: half of it is missing)"
    told = {(record["check_id"], record["check_result"]["result"], *record["details"]) for record in ours(json.loads(done.stdout))}
    assert (done.returncode, told) == (1, {(NOT_CHECKED, "FAILED", why)})
    assert done.stderr.startswith(f"dyncheck: {why}. Install dyncheck where checkov is: ")


def test_the_extra_and_the_package_live_in_one_environment(tmp_path: Path) -> None:
    assert run("python", "-m", "pip", "check", cwd=tmp_path).stdout == "No broken requirements found.\n"
    versions = run("python", "-c", "import dyncheck, checkov.main, importlib.metadata as m; print(*m.requires('dyncheck'))", cwd=tmp_path)
    assert 'checkov<4,>=3.2.300; extra == "checkov"' in versions.stdout
    assert run("dyncheck", EXAMPLE / "plan.json", "--format", "json", cwd=tmp_path).returncode == 1


COMPARED = """\
checkov.json: checkov 3.3.30, against dyncheck on examples/plan.json

aws_cloudwatch_metric_alarm.products_throttle["read"]
  agree     CKV_AWS_319 passed; silent-alarm pass

aws_cloudwatch_metric_alarm.products_throttle["write"]
  agree     CKV_AWS_319 passed; silent-alarm pass

aws_dynamodb_table.products
  apart     CKV2_AWS_16 passed; no rule finds the same
            The specification demands no auto scaling. What capacity a table has is judged by
            capacity-mismatch, its mode by invalid-billing-mode.
  agree     CKV_AWS_119 passed; unencrypted-table, aws-managed-key pass
  agree     CKV_AWS_28 failed; no-point-in-time-recovery fail

4 agree, 0 disagree, 1 of which only one of the two speaks
"""


def commands() -> list[str]:
    """The commands in docs/checkov.md that run checkov, in their order."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs" / "checkov.md").read_text(), re.DOTALL | re.MULTILINE)
    return [block.strip() for block in blocks if "checkov --skip-download" in block]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout as a fresh repository, uncommitted changes included."""
    copy = tmp_path_factory.mktemp("checkout")
    names = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    for command in (
        ["init", "-q"],
        ["config", "user.name", "somebody"],
        ["config", "user.email", "a@b.c"],
        ["add", "."],
        ["commit", "-qm", "All"],
    ):
        subprocess.run(["git", *command], cwd=copy, check=True)
    return copy


@pytest.mark.parametrize(("number", "path"), enumerate(("examples/plan.json", "Infrastructure", "Infrastructure")))
def test_the_commands_of_the_documentation_work_as_printed(number: int, path: str, checkout: Path) -> None:
    done = run("bash", "-c", commands()[number] + " -o json", cwd=checkout)
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads(re.sub(r"\A(?!\{).*\n", "", done.stdout))
    verdicts = {
        (comparable(record["resource"]), record["check_id"]): record["check_result"]["result"]
        for record in ours(report)
        if record["check_id"] != NOT_CHECKED
    }
    assert verdicts == expected(checkout / path)[0]
    assert not list(checkout.glob("*_checks")), "checkov removes what it cloned."


def test_the_comparison_of_the_documentation_works_as_printed(checkout: Path) -> None:
    done = run("bash", "-c", commands()[3], cwd=checkout)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == COMPARED


@pytest.mark.parametrize("framework", record_checkov.FRAMEWORKS)
def test_the_recorded_verdicts_are_those_of_checkov(framework: str) -> None:
    recorded = (record_checkov.DIRECTORY / f"{framework}.json").read_text()
    assert record_checkov.recorded(framework) == recorded, "Run `make recordings` and `make generate`."
