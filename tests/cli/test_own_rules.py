"""Rules that are not shipped, on the command line: named by an option or by a trusted configuration, and treated like shipped ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Dyncheck

RULE = '''"""Table has a short name.

Why: nobody finds it.
Fix: give it a longer one.
    name = "orders"
"""

from dyncheck.dynamodb import Table
from dyncheck.rule import rule, warning


@rule(Table, severity=warning, frameworks={"soc2": "CC6.1"})
def check(table):
    if len(table.name) < 3:
        yield table.problem("Table has a short name", at="name", expected="at least 3 characters")
'''
TABLES = """\
resource "aws_dynamodb_table" "short" {
  name         = "t"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "waived" {
  name         = "w" # dyncheck: ignore[acme/short-name] an old one
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
"""
OWN = ("--select", "acme/short-name")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two tables, and a rule of the team acme in a directory of its own."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "main.tf").write_text(TABLES)
    (tmp_path / "rules" / "acme").mkdir(parents=True)
    (tmp_path / "rules" / "acme" / "short_name.py").write_text(RULE)
    return tmp_path


def configure(repository: Path, text: str) -> None:
    """Write the configuration that dyncheck finds."""
    (repository / ".dyncheck.yaml").write_text(text)


def results(output: bytes) -> list[tuple[str, str, str, str]]:
    """The results in a JSON report that are no passes."""
    found = json.loads(output)["results"]
    return [(each["rule"], each["status"], each["severity"], each["address"]) for each in found if each["status"] != "pass"]


SHORT = ("acme/short-name", "fail", "warning", "aws_dynamodb_table.short")
WAIVED = ("acme/short-name", "waived", "warning", "aws_dynamodb_table.waived")


def test_a_rule_of_a_named_directory_is_checked_and_waived_like_a_shipped_one(repository: Path, dyncheck: Dyncheck) -> None:
    before = sorted(repository.rglob("*"))
    done = dyncheck("./live", "--rules", "rules", "--format", "json", "--fail-on", "warning", *OWN)
    assert (done.returncode, results(done.stdout), done.stderr) == (1, [SHORT, WAIVED], b"")
    assert dyncheck("./live", "--rules", "rules", "--ignore", "acme/short-name", "--format", "json").stdout.count(b'"acme/short-name"') == 1
    assert sorted(repository.rglob("*")) == before


def test_a_configuration_can_ignore_weigh_and_waive_it(repository: Path, dyncheck: Dyncheck) -> None:
    configure(
        repository,
        "rules: [rules]\nselect: [acme/short-name]\nseverities: {acme/short-name: error}\n"
        "waivers: [{address: '*.short', rules: [acme/short-name], reason: it goes}]\n",
    )
    done = dyncheck("./live", "--config", ".dyncheck.yaml", "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert results(done.stdout) == [
        ("acme/short-name", "waived", "error", "aws_dynamodb_table.short"),
        ("acme/short-name", "waived", "error", "aws_dynamodb_table.waived"),
    ]


REFUSED = b"""\
dyncheck: The configuration is invalid. Fix it, or use --no-project-config.
.dyncheck.yaml:2: rules names directories of code, which dyncheck does not run because of a file that it found. \
Use --config .dyncheck.yaml, --trust-config, or --rules DIR
"""


@pytest.mark.parametrize("command", [("check", "live"), ("prove", "live"), ("config", "live"), ("rules",), ("explain", "acme/short-name")])
def test_a_configuration_that_was_found_runs_no_code(command: tuple[str, ...], repository: Path, dyncheck: Dyncheck) -> None:
    (repository / "rules" / "acme" / "short_name.py").write_text("open('executed', 'w').close()\n" + RULE)
    configure(repository, "fail-on: note\nrules: [rules]\n")
    done = dyncheck(*command)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", REFUSED)
    assert not (repository / "executed").exists()
    dyncheck(*command, "--trust-config")
    assert (repository / "executed").exists()


def test_directories_of_the_configuration_and_of_the_command_line_add_up(repository: Path, dyncheck: Dyncheck) -> None:
    (repository / "more" / "ops").mkdir(parents=True)
    (repository / "more" / "ops" / "short_name.py").write_text(RULE)
    configure(repository, "rules: [rules]\nseverities: {ops/short-name: note}\n")
    listed = dyncheck("rules", "--rules", "more", "--trust-config").stdout.decode().splitlines()
    assert [line.split() for line in listed[-2:]] == [
        ["acme/short-name", "warning", "Table", "has", "a", "short", "name"],
        ["ops/short-name", "warning", "Table", "has", "a", "short", "name"],
    ]
    shown = dyncheck("config", "live", "--rules", "more", "--trust-config").stdout.decode().splitlines()
    assert [line.split(maxsplit=2) for line in shown if line.startswith("rules")] == [
        ["rules", "more", "command line"],
        ["rules", "rules", ".dyncheck.yaml:1"],
    ]


@pytest.mark.usefixtures("repository")
def test_it_is_explained_and_described_in_sarif(dyncheck: Dyncheck) -> None:
    assert dyncheck("explain", "acme/short-name", "--rules", "rules").stdout.decode() == (
        "acme/short-name (warning)\nTable has a short name\n\nWhy: nobody finds it.\n\nFix: give it a longer one.\n"
        '    name = "orders"\n\nsoc2: CC6.1\n'
    )
    sarif = json.loads(dyncheck("./live", "--rules", "rules", "--format", "sarif", *OWN).stdout)
    (rule,) = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert (rule["id"], rule["shortDescription"]["text"], rule["fullDescription"]["text"], rule["defaultConfiguration"]["level"]) == (
        "acme/short-name",
        "Table has a short name",
        "Nobody finds it.",
        "warning",
    )
    assert "soc2/CC6.1" in rule["properties"]["tags"]
    page = dyncheck("./live", "--rules", "rules", "--format", "html", *OWN).stdout.decode()
    assert "nobody finds it." in page.lower()


def test_a_rule_that_cannot_be_loaded_is_wrong_usage_with_its_trace_on_demand(repository: Path, dyncheck: Dyncheck) -> None:
    (repository / "rules" / "acme" / "short_name.py").write_text('"""A."""\n\n1 / 0\n')
    sentence = (
        "dyncheck: rules/acme/short_name.py:3 cannot be loaded: ZeroDivisionError: division by zero. "
        "Correct it; `dyncheck check` with -v shows the trace."
    )
    done = dyncheck("./live", "--rules", "rules")
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", sentence + "\n")
    lines = dyncheck("./live", "--rules", "rules", "-v").stderr.decode().splitlines()
    assert (lines[0], lines[1], lines[-1]) == (sentence, "Traceback (most recent call last):", "ZeroDivisionError: division by zero")


CRASHES = {
    "an exception": ("    raise KeyError('a')\n    yield\n", "KeyError: 'a'"),
    "a text for a problem": ("    yield 'short'\n", "TypeError: check yields 'short'; expected problems, such as table.problem(...)"),
    "an exit": ("    raise SystemExit(0)\n    yield\n", "RuntimeError: The rule ends the program. Yield problems instead."),
    "no generator": ("    return None\n", "TypeError: 'NoneType' object is not iterable"),
}


@pytest.mark.parametrize(("body", "error"), CRASHES.values(), ids=list(CRASHES))
def test_a_rule_that_crashes_is_an_error_that_names_its_team(body: str, error: str, repository: Path, dyncheck: Dyncheck) -> None:
    (repository / "rules" / "acme" / "short_name.py").write_text(RULE[: RULE.index("    if len")] + body)
    done = dyncheck("./live", "--rules", "rules", *OWN)
    lines = done.stderr.decode().splitlines()
    crash = "The rule acme/short-name crashed on aws_dynamodb_table.short. This is a bug in the rule; tell the team acme:"
    assert (done.returncode, lines[0]) == (3, f"dyncheck: {crash}")
    assert error in lines


@pytest.mark.usefixtures("repository")
def test_a_name_that_is_misspelt_is_corrected(dyncheck: Dyncheck) -> None:
    alone = dyncheck("explain", "acme/short-name")
    hint = "Add the rules of its team with --rules or --plugin. `dyncheck rules` lists them all."
    assert (alone.returncode, alone.stderr.decode()) == (2, f"dyncheck: There is no rule 'acme/short-name'. {hint}\n")
    done = dyncheck("./live", "--rules", "rules", "--select", "acme/short-nam")
    sentence = "There is no rule 'acme/short-nam'. Did you mean 'acme/short-name'? `dyncheck rules` lists them all."
    assert (done.returncode, done.stderr.decode()) == (2, f"dyncheck: {sentence}\n")


def test_a_contract_can_weigh_it(repository: Path, dyncheck: Dyncheck) -> None:
    rule = repository / "rules" / "acme" / "short_name.py"
    rule.write_text(
        RULE.replace("import Table", "import Contract, Table")
        .replace("(Table, sev", "(Table, Contract, sev")
        .replace("(table)", "(table, contract)")
    )
    (repository / "contract.yaml").write_text("table: all\nencryption: customer-managed\nseverities: {acme/short-name: note}\n")
    done = dyncheck("./live", "--rules", "rules", "--policy", "contract.yaml", "--format", "json", *OWN)
    assert (results(done.stdout), done.stderr) == ([(*SHORT[:2], "note", SHORT[3]), (*WAIVED[:2], "note", WAIVED[3])], b"")
    alone = dyncheck("./live", "--policy", "contract.yaml")
    assert (alone.returncode, b"severities: there is no rule 'acme/short-name'" in alone.stderr) == (2, True)


def test_a_baseline_knows_it(repository: Path, dyncheck: Dyncheck) -> None:
    earlier = dyncheck("./live", "--rules", "rules", "--format", "json", *OWN).stdout
    (repository / "earlier.json").write_bytes(earlier)
    assert dyncheck("./live", "--rules", "rules", "--fail-on", "warning", "--baseline", "earlier.json", *OWN).returncode == 0


def test_each_of_several_processes_runs_it(repository: Path, dyncheck: Dyncheck) -> None:
    for number in range(12):
        (repository / f"root{number}").mkdir()
        (repository / f"root{number}" / "main.tf").write_text(TABLES)
    outputs = {dyncheck(".", "--rules", "rules", "--format", "json", *OWN, processors=number).stdout for number in (1, 4)}
    assert len(outputs) == 1
    # One block of each of the 13 root modules, and its waived one.
    assert len(results(outputs.pop())) == 26


def test_it_is_proved(repository: Path, dyncheck: Dyncheck) -> None:
    (repository / "live" / "variables.tf").write_text('variable "name" {\n  type = string\n}\n')
    (repository / "live" / "main.tf").write_text(TABLES[: TABLES.index("}\n\n") + 2].replace('"t"', "var.name"))
    done = dyncheck("prove", "live", "--rules", "rules", "--fail-on", "warning", *OWN)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"acme/short-name" in done.stdout
