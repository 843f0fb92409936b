"""The same policies inside checkov: every result is dyncheck's."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.catalog.rules import NOT_CHECKED, checkov_id
from dyncheck.checkov.verdicts import TYPES, comparable
from dyncheck.findings import Result, Status
from tests.checkov.environment import Done, NotInstallable, environment, run
from tests.recording import record_checkov
from tests.support.fixtures import fixtures, planned_fixtures
from tests.support.paths import EXAMPLES, PLANS, REFERENCE, ROOT, SPECIFICATION
from tests.support.rules import RULES, every_rule
from tests.support.samples import THOROUGH
from tests.support.terraform import PROVIDER, PROVIDER_WEST

# Inside checkov, all rules run.
pytestmark = [pytest.mark.checkov, pytest.mark.usefixtures("on_every_rule")]

# checkov's result by resource and check.
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
    """The expected results in checkov for an input, and the number of unknown ones."""
    statuses: dict[tuple[str, str], set[Status]] = {}
    results = dyncheck.check(path, allow_empty=True).results
    shown = seen_in(path) if path.suffix == ".json" else written(results)
    for result in results:
        address = reported_at(shown, result)
        statuses.setdefault((comparable(address), checkov_id(result.rule)), set()).add(result.status)
    verdicts = {key: next(word for status, word in _WORDS.items() if status in found) for key, found in statuses.items()}
    return {key: word for key, word in verdicts.items() if word and key[0]}, sum(not word for word in verdicts.values())


def reported_at(shown: list[str], result: Result) -> str:
    """The address in checkov's report for a result: its own, or else that of the first table, alarm or provider that checkov shows."""
    if result.address in shown:
        return result.address
    return "" if result.status is Status.PASS else [*shown, "aws.default"][0]


def written(results: Iterable[Result]) -> list[str]:
    """The addresses of the tables, indexes and alarms in Terraform files, tables first."""
    addresses = {result.address for result in results if any(f"{kind}." in result.address for kind in TYPES)}
    return sorted(addresses, key=lambda address: ("_table." not in address, address))


@cache
def seen_in(plan: Path) -> list[str]:
    """The addresses that checkov sees in a plan, tables first."""
    document = json.loads(plan.read_bytes())
    forgotten = {change["address"] for change in document.get("resource_changes", ()) if change["change"]["actions"] == ["forget"]}
    addresses = {*planned(document["planned_values"]["root_module"])} - forgotten
    return sorted(addresses, key=lambda address: ("_table." not in address, address))


def planned(module: dict[str, Any]) -> Iterator[str]:
    """The addresses of the tables, indexes and alarms after the apply."""
    for resource in module.get("resources", ()):
        if resource["type"] in TYPES and resource["mode"] == "managed":
            yield resource["address"]
    for child in module.get("child_modules", ()):
        yield from planned(child)


def assert_parity(inputs: dict[str, Path], directory: Path, framework: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check all inputs in one run, and compare the JSON and the SARIF report with dyncheck's results.

    The results of checkov's own checks are compared with the record for the documentation.
    """
    monkeypatch.chdir(directory)
    done = checkov("-d", "inputs", "--framework", framework, "-o", "json", "-o", "sarif", "--output-file-path", ".", cwd=directory)
    assert done.returncode == 1, done.stderr
    report = json.loads((directory / "results_json.json").read_text())
    recorded = {
        fixture.path.stem: getattr(record_checkov.recorded(fixture), framework)
        for fixture in planned_fixtures()
        if fixture.path.stem in inputs
    }
    theirs = record_checkov.by_fixture(report)
    assert {name: theirs.get(name, ()) for name in recorded} == recorded, "Run `make recordings` and `make generate`."
    records = list(ours(report))
    by_name = {name: expected(path) for name, path in inputs.items()}
    found = by_input(records)
    assert {name: found.get(name, {}) for name in inputs} == {name: verdicts for name, (verdicts, _) in by_name.items()}
    assert {record["check_result"]["result"] for record in records if record["check_id"] == NOT_CHECKED} == {"PASSED"}
    unknown = sum(count for _, count in by_name.values())
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


SAMPLE_OR_ALL = pytest.mark.parametrize("step", [3, pytest.param(1, marks=THOROUGH)], ids=["sample", "all"])


@SAMPLE_OR_ALL
def test_every_plan_has_the_verdicts_of_dyncheck(step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = {fixture.path.stem: fixture.plan for fixture in [each for each in fixtures() if each.is_planned][::step]}
    plans |= {plan.stem: plan for plan in PLANS.glob("change_*.json") if plan.stem != "change_errored"}
    plans |= {"reference": PLANS / "reference.json", "specification": PLANS / "specification.json", "example": EXAMPLES / "plan.json"}
    inputs = {name: tmp_path / "inputs" / name / "plan.json" for name in plans}
    for name, copy in inputs.items():
        copy.parent.mkdir(parents=True)
        shutil.copy(plans[name], copy)
    assert_parity(inputs, tmp_path, "terraform_plan", monkeypatch)


@SAMPLE_OR_ALL
def test_all_terraform_files_have_the_verdicts_of_dyncheck(step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = [*planned_fixtures()][::step]
    inputs = {fixture.path.stem: tmp_path / "inputs" / fixture.path.stem for fixture in chosen}
    for fixture in chosen:
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
        checkov_id(rule.id): [rule.title, severities[rule.severity.value]] for rule in every_rule() if not rule.is_proved
    }
    assert described["DYN_NO_POINT_IN_TIME_RECOVERY"][2] == (
        "Without it, only a backup can undo a bad write or a bad deploy, and later writes are lost. A replica needs its own setting. "
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


CONDITION = """\
type    = string
  default = "X"
  validation {
    condition     = var.type == "S"
    error_message = "Only S."
  }"""

CALL = 'module "table" {\n  source    = "../outer"\n  for_each  = toset(["we\\"ird"])\n  encrypted = %s\n}\n'

INNER = """\
variable "encrypted" {}

resource "aws_dynamodb_table" "one" {
  name     = "one"
  hash_key = "id"

  server_side_encryption {
    enabled = var.encrypted
  }
}
"""

REFUSED = (
    "%s is not a complete plan: Terraform stopped with an error. Any resource may be missing from it. Fix that error, then plan again."
)


def details(records: Iterable[dict[str, Any]], check: str) -> list[tuple[str, str, str, list[str]]]:
    """Framework and resource, verdict and details, of all records of one check."""
    return sorted(
        (record["framework"], comparable(record["resource"]), record["check_result"]["result"], record["details"])
        for record in records
        if record["check_id"] == check
    )


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of root modules and a plan with edge cases."""
    root = tmp_path_factory.mktemp("odd")
    files = {
        "skips/main.tf": TABLE,
        "condition/main.tf": TABLE.replace("type = string", CONDITION),
        "dev/main.tf": CALL % "false",
        "prod/main.tf": CALL % "true",
        "outer/main.tf": 'module "table" {\n  source    = "../inner"\n  encrypted = var.encrypted\n}\n\nvariable "encrypted" {}\n',
        "inner/main.tf": INNER,
        "json/main.tf.json": '{"resource": {"aws_dynamodb_table": {"two": {"name": "two", "hash_key": "id"}}}}',
        "refused/plan.json": json.dumps(json.loads((EXAMPLES / "plan.json").read_text()) | {"errored": True}),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    return root


def test_edge_cases(odd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(odd)
    done = checkov("-d", ".", "--framework", "terraform", "terraform_json", "terraform_plan", "-o", "json", cwd=odd)
    records = [record | {"framework": part["check_type"]} for part in json.loads(done.stdout) for record in ours(part)]

    # A skip of checkov and a waiver of dyncheck count in both programs.
    skipped = {
        (record["check_id"], record["check_result"]["suppress_comment"])
        for record in records
        if record["file_path"] == "/skips/main.tf" and record["check_result"]["result"] == "SKIPPED"
    }
    assert skipped == {("DYN_NO_POINT_IN_TIME_RECOVERY", "rebuilt every night"), ("DYN_UNENCRYPTED_TABLE", "a table for tests")}
    waived = {(result.rule, result.waiver.reason) for result in dyncheck.check("skips").results if result.waiver}
    assert waived == {("no-point-in-time-recovery", "rebuilt every night"), ("unencrypted-table", "a table for tests")}

    # A module that two root modules call has a result in each, and Terraform in JSON has one as well.
    address = "module.table[weird].module.table.aws_dynamodb_table.one"
    off = "Encryption with a KMS key is off: server_side_encryption.enabled is"
    assert [row for row in details(records, "DYN_UNENCRYPTED_TABLE") if "orders" not in row[1]] == [
        ("terraform", address, "FAILED", [f"{off} false; expected true (inner/main.tf:8)"]),
        ("terraform", address, "PASSED", []),
        ("terraform_json", "resource.two", "FAILED", [f"{off} not set; expected true (json/main.tf.json:1)"]),
    ]

    # A finding that is at no resource is reported at a table.
    (result,) = dyncheck.check("condition", select=["violated-condition"]).results
    finding = ("terraform", "aws_dynamodb_table.orders", "FAILED", [f"var.type: {result.message} (condition/main.tf:18)"])
    assert details(records, "DYN_VIOLATED_CONDITION") == [finding]

    # An input that cannot be checked does not pass.
    failed = [record for record in records if record["file_path"] == "/refused/plan.json" and record["check_id"] != NOT_CHECKED]
    assert failed == []
    refused = [row for row in details(records, NOT_CHECKED) if row[0] == "terraform_plan"]
    assert {(verdict, *why) for _, _, verdict, why in refused} == {("FAILED", REFUSED % "refused/plan.json")}
    assert len(refused) == 3
    assert sorted(done.stderr.splitlines()) == [
        "dyncheck: 2 verdicts are unknown, which checkov does not show: in skips. Run dyncheck by itself to see the reasons.",
        f"dyncheck: {REFUSED % 'refused/plan.json'}",
        "dyncheck: skips: type has no value, so what depends on it is unknown. Set it with --var or --var-file.",
    ]


def test_dyncheck_reads_the_file_of_values_that_checkov_gets(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TABLE)
    (tmp_path / "test.tfvars").write_text('type = "S"\n')
    arguments = ("-d", ".", "--var-file", "test.tfvars", "--framework", "terraform", "-o", "json")
    done = checkov(*arguments, cwd=tmp_path, CHECKOV_GRAPH_FRAMEWORK="NETWORKX")
    (row,) = details([record | {"framework": "terraform"} for record in ours(json.loads(done.stdout))], "DYN_ATTRIBUTE_MISMATCH")
    assert (row, done.stderr) == (("terraform", "aws_dynamodb_table.orders", "PASSED", []), "")


CONFIGURATION = """\
ignore: [no-deletion-protection]
require: [products]
severities:
  unencrypted-table: note
waivers:
  - address: aws_dynamodb_table.orders
    rules: [no-point-in-time-recovery]
    reason: rebuilt every night
"""


def test_the_configuration_of_the_repository_applies(tmp_path: Path) -> None:
    plain = "".join(line for line in TABLE.splitlines(keepends=True) if "#" not in line).replace("var.type", '"S"')
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(plain)
    (tmp_path / ".dyncheck.yaml").write_text(CONFIGURATION)
    done = checkov("-d", ".", "--framework", "terraform", "-o", "json", cwd=tmp_path)
    rows = [
        (record["check_id"], record["severity"], record["check_result"]["result"], record["check_result"].get("suppress_comment"))
        for record in ours(json.loads(done.stdout))
        if record["check_result"]["result"] != "PASSED" and record["check_id"] in map(checkov_id, RULES)
    ]
    assert sorted(rows, key=str) == [
        ("DYN_MISSING_TABLE", "HIGH", "FAILED", None),
        *[("DYN_NO_POINT_IN_TIME_RECOVERY", "HIGH", "SKIPPED", "rebuilt every night")] * 2,
        *[("DYN_UNENCRYPTED_TABLE", "LOW", "FAILED", None)] * 2,
    ]


def test_the_rules_of_a_team_are_checks_where_the_environment_names_their_configuration(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "rules", tmp_path / "rules")
    (tmp_path / "live").mkdir()
    (tmp_path / "rules" / "acme" / "no_throughput_limit.tf").rename(tmp_path / "live" / "main.tf")
    (tmp_path / "team.yaml").write_text("rules: [rules]\n")
    done = checkov("-d", "live", "--framework", "terraform", "-o", "json", cwd=tmp_path, DYNCHECK_CONFIG="team.yaml")
    rows = {
        (record["check_name"], record["severity"], record["resource"].rpartition(".")[2], record["check_result"]["result"])
        for record in ours(json.loads(done.stdout))
        if record["check_id"] == "DYN_ACME__NO_THROUGHPUT_LIMIT"
    }
    title = "On-demand table has no maximum throughput"
    assert rows == {
        (title, "MEDIUM", "unlimited", "FAILED"),
        (title, "MEDIUM", "half_limited", "FAILED"),
        (title, "MEDIUM", "limited", "PASSED"),
    }
    (tmp_path / "live" / ".dyncheck.yaml").write_text("rules: [../rules]\n")
    refused = checkov("-d", "live", "--framework", "terraform", "-o", "json", cwd=tmp_path)
    assert refused.returncode == 1
    assert "rules names directories of code" in refused.stderr


REFUSALS = {
    "a plan that Terraform could not finish": ({"errored": True}, ".dyncheck.yaml", REFUSED % "plan.json"),
    "a configuration of another name": ({}, ".dyncheck.yml", ".dyncheck.yml is not read. The name of a configuration is .dyncheck.yaml."),
}


@pytest.mark.parametrize(("changed", "configuration", "why"), REFUSALS.values(), ids=list(REFUSALS))
def test_a_refused_input_fails_every_choice_of_checks(changed: dict[str, bool], configuration: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(json.loads((EXAMPLES / "plan.json").read_text()) | changed))
    (tmp_path / configuration).touch()
    arguments = ("-f", "plan.json", "--framework", "terraform_plan", "-o", "json", "--check", "DYN_UNENCRYPTED_TABLE")
    done = checkov(*arguments, cwd=tmp_path)
    reported = {(record["check_id"], record["check_result"]["result"], *record["details"]) for record in ours(json.loads(done.stdout))}
    assert (done.returncode, reported) == (1, {("DYN_UNENCRYPTED_TABLE", "FAILED", why)})
    assert done.stderr == f"dyncheck: {why}\n"


def test_an_installation_that_does_not_load_fails(tmp_path: Path) -> None:
    directory = run("dyncheck", "checkov-dir", cwd=tmp_path).stdout.strip()
    (tmp_path / "broken" / "dyncheck").mkdir(parents=True)
    (tmp_path / "broken" / "dyncheck" / "__init__.py").write_text('raise ImportError("half of it is missing")')
    shutil.copy(EXAMPLES / "plan.json", tmp_path)
    arguments = ("-f", "plan.json", "--framework", "terraform_plan", "-o", "json", "--skip-download", "--external-checks-dir", directory)
    done = run("checkov", *arguments, cwd=tmp_path, PYTHONPATH=str(tmp_path / "broken"))
    why = "dyncheck cannot be imported (ImportError: half of it is missing)"
    reported = {(record["check_id"], record["check_result"]["result"], *record["details"]) for record in ours(json.loads(done.stdout))}
    assert (done.returncode, reported) == (1, {(NOT_CHECKED, "FAILED", why)})
    assert done.stderr.startswith(f"dyncheck: {why}. Install dyncheck where checkov is: ")


def test_the_extra_installs_into_one_environment_with_checkov(tmp_path: Path) -> None:
    assert run("python", "-m", "pip", "check", cwd=tmp_path).stdout == "No broken requirements found.\n"
    asked = run("python", "-c", "import importlib.metadata as m; print(*m.requires('dyncheck'), sep='\\n')", cwd=tmp_path).stdout
    assert 'checkov<4,>=3.2.300; extra == "checkov"' in asked.splitlines()
    assert run("dyncheck", "--version", cwd=tmp_path).stdout == f"dyncheck {dyncheck.__version__}\n"


COMPARED = """\
checkov.json: checkov 3.3.30, against dyncheck on examples/plan.json

aws_cloudwatch_metric_alarm.products_throttle["read"]
  agree     CKV_AWS_319 passed; silent-alarm pass

aws_cloudwatch_metric_alarm.products_throttle["write"]
  agree     CKV_AWS_319 passed; silent-alarm pass

aws_dynamodb_table.products
  apart     CKV2_AWS_16 passed; no rule finds the same
            The specification does not demand auto scaling. capacity-mismatch judges the capacity of
            a table, invalid-billing-mode its mode.
  agree     CKV_AWS_119 passed; unencrypted-table, aws-managed-key pass
  agree     CKV_AWS_28 failed; no-point-in-time-recovery fail

4 agree, 0 disagree, 1 apart (only one of the two has a result)
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
        ["config", "user.name", "tester"],
        ["config", "user.email", "a@b.c"],
        ["add", "."],
        ["commit", "-qm", "All"],
    ):
        subprocess.run(["git", *command], cwd=copy, check=True)
    return copy


@pytest.mark.parametrize(("number", "path"), [(0, "examples/plan.json"), (1, "Infrastructure"), (2, "Infrastructure")])
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
