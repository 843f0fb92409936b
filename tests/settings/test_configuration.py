"""`.dyncheck.yaml`: its discovery, its keys, its errors, and the precedence of the command line."""

from __future__ import annotations

import json
import shutil
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dyncheck.reporters.formats import NAMES
from tests.conftest import Dyncheck
from tests.support.paths import ROOT
from tools.reference import content_of

SCHEMA = json.loads((ROOT / "src" / "dyncheck" / "schemas" / "configuration.schema.json").read_bytes())
RECOVERY = "no-point-in-time-recovery"
TABLE = "aws_dynamodb_table.products"


@pytest.fixture(name="repository")
def _repository(tmp_path: Path) -> Path:
    """A repository with the example plan in a subdirectory. The plan has one error, one warning and two notes."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "plans").mkdir()
    shutil.copy(ROOT / "examples" / "plan.json", tmp_path / "plans")
    return tmp_path


def configure(directory: Path, text: str) -> None:
    (directory / ".dyncheck.yaml").write_text(text)


def report(dyncheck: Dyncheck, *arguments: str) -> Any:
    done = dyncheck("plans/plan.json", "--format", "json", *arguments)
    assert done.stderr == b""
    return json.loads(done.stdout) | {"exit code": done.returncode}


def findings(checked: Any, status: str = "fail") -> list[tuple[str, str]]:
    return [(result["severity"], result["rule"]) for result in checked["results"] if result["status"] == status]


# Discovery.


def test_the_file_at_the_root_of_the_repository_is_the_configuration(repository: Path, dyncheck: Dyncheck) -> None:
    configure(repository / "plans", "fail-on: warning\n")
    assert dyncheck("config", "plans/plan.json").stdout.decode().splitlines()[0] == "configuration: none"
    configure(repository, "fail-on: note\n")
    assert dyncheck("config", "plans/plan.json").stdout.decode().splitlines()[0] == "configuration: .dyncheck.yaml"


def test_outside_of_a_repository_the_nearest_file_upwards_is_the_configuration(repository: Path, dyncheck: Dyncheck) -> None:
    (repository / ".git").rmdir()
    configure(repository, "fail-on: note\n")
    assert dyncheck("config", "plans/plan.json").stdout.decode().splitlines()[0] == "configuration: .dyncheck.yaml"
    configure(repository / "plans", "fail-on: warning\n")
    assert dyncheck("config", "plans/plan.json").stdout.decode().splitlines()[0] == "configuration: plans/.dyncheck.yaml"


def test_files_in_subdirectories_are_reported(repository: Path, dyncheck: Dyncheck) -> None:
    for directory in ("", "plans", "live/app", "old"):
        (repository / directory).mkdir(parents=True, exist_ok=True)
        configure(repository / directory, "ignore: []\n")
        (repository / directory / "main.tf").write_text('resource "aws_dynamodb_table" "t" {}\n')
    unread = "{} is not read, because only the .dyncheck.yaml at the root of the repository counts. Move its settings there."
    assert report(dyncheck)["notices"] == [unread.format("plans/.dyncheck.yaml")]
    found = json.loads(dyncheck(".", "--exclude", "old", "--format", "json").stdout)["notices"]
    assert found == [unread.format("live/app/.dyncheck.yaml"), unread.format("plans/.dyncheck.yaml")]
    inner = json.loads(dyncheck(".", "--format", "json", cwd=repository / "live" / "app").stdout)["notices"]
    assert inner == [unread.format(".dyncheck.yaml")]
    assert "notices" not in report(dyncheck, "--no-project-config") | report(dyncheck, "--config", "plans/.dyncheck.yaml")


def test_the_search_ends_at_the_repository_root(repository: Path, dyncheck: Dyncheck) -> None:
    configure(repository, "fail-on: note\n")
    inner = repository / "plans"
    (inner / ".git").mkdir()
    assert dyncheck("config", cwd=inner).stdout.decode().splitlines()[0] == "configuration: none"


def test_a_plan_outside_the_repository_uses_the_configuration_of_the_working_directory(
    repository: Path, dyncheck: Dyncheck, tmp_path_factory: pytest.TempPathFactory
) -> None:
    configure(repository, f"ignore: [{RECOVERY}]\n")
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "plan.json"
    shutil.move(repository / "plans" / "plan.json", elsewhere)
    assert dyncheck(str(elsewhere)).returncode == 0
    assert dyncheck("-", stdin=elsewhere.read_bytes()).returncode == 0


def test_the_search_begins_at_the_common_directory_of_the_paths(repository: Path, dyncheck: Dyncheck) -> None:
    (repository / ".git").rmdir()
    shutil.copytree(repository / "plans", repository / "more")
    configure(repository / "plans", f"ignore: [{RECOVERY}]\n")
    assert [dyncheck("plans/plan.json").returncode, dyncheck("plans/plan.json", "more/plan.json").returncode] == [0, 1]


@pytest.mark.parametrize("name", [".dyncheck.yml", "dyncheck.yaml", "dyncheck.yml"])
def test_a_misspelled_file_name_is_an_error(name: str, repository: Path, dyncheck: Dyncheck) -> None:
    (repository / name).write_text("fail-on: note\n")
    done = dyncheck("plans/plan.json")
    message = f"dyncheck: {name} is not read. The name of a configuration is .dyncheck.yaml.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 2)


def test_options_name_or_disable_the_configuration(repository: Path, dyncheck: Dyncheck) -> None:
    configure(repository, f"ignore: [{RECOVERY}]\n")
    (repository / "strict.yaml").write_text("fail-on: note\n")
    without, named = report(dyncheck, "--no-project-config"), report(dyncheck, "--config", "strict.yaml")
    assert "configuration" not in without
    assert without["exit code"] == 1
    assert (named["configuration"]["path"], named["configuration"]["holds"]) == ("strict.yaml", ["fail-on: note"])
    assert dyncheck("plans/plan.json", "--config", "strict.yaml", "--no-project-config").returncode == 2
    missing = dyncheck("plans/plan.json", "--config", "none.yaml")
    assert missing.stderr.decode() == (
        "dyncheck: none.yaml cannot be read: No such file or directory. Name another configuration with --config.\n"
    )


# Keys.


@pytest.mark.parametrize(
    ("text", "expected", "exit_code"),
    [
        ("", [("error", RECOVERY), ("warning", "dead-alarm"), ("note", "unwatched-index"), ("note", "unwatched-index")], 1),
        (f"select: [{RECOVERY}]", [("error", RECOVERY)], 1),
        (f"ignore: [{RECOVERY}, unwatched-index]", [("warning", "dead-alarm")], 0),
        ("select: [dead-alarm]\nfail-on: warning", [("warning", "dead-alarm")], 1),
        ("select: [dead-alarm]\nseverities: {dead-alarm: error}", [("error", "dead-alarm")], 1),
        (f"select: [{RECOVERY}]\nseverities: {{{RECOVERY}: note}}", [("note", RECOVERY)], 0),
        ("select: [missing-table]\nrequire: [sessions]", [("error", "missing-table")], 1),
        ("select: [unwatched-index]\nreference: false", [], 0),
    ],
)
def test_each_key_works_like_the_option_of_that_name(
    text: str, expected: list[tuple[str, str]], exit_code: int, repository: Path, dyncheck: Dyncheck
) -> None:
    configure(repository, text)
    checked = report(dyncheck)
    assert (sorted(findings(checked)), checked["exit code"]) == (sorted(expected), exit_code)


def test_policies_are_relative_to_the_file(repository: Path, dyncheck: Dyncheck) -> None:
    contract = (ROOT / "policies" / "tables" / "products.yaml").read_text()
    (repository / "contracts").mkdir()
    (repository / "contracts" / "products.yaml").write_text(contract.replace("CategoryIndex", "ColourIndex"))
    configure(repository, "policies: [contracts]\nselect: [missing-index]\n")
    assert findings(report(dyncheck)) == [("error", "missing-index")]


def test_the_shipped_contracts_are_off_with_the_option_or_the_key_and_the_option_goes_first(repository: Path, dyncheck: Dyncheck) -> None:
    selected = ("plans/plan.json", "--select", "unwatched-index", "--format", "json")

    def found(*options: str) -> list[str]:
        (checked,) = json.loads(dyncheck(*selected, *options).stdout)["inputs"]
        return checked["contracts"][TABLE]  # type: ignore[no-any-return]

    assert (found(), found("--no-reference")) == (["products"], [])
    configure(repository, "reference: false\n")
    assert (found(), found("--reference")) == ([], ["products"])
    shown = dyncheck("config").stdout.decode().splitlines()
    assert [line.split() for line in shown if line.startswith("reference")] == [["reference", "false", ".dyncheck.yaml:1"]]
    refused = dyncheck("plans/plan.json", "--require", "products")
    message = "dyncheck: No contract describes a table 'products'. There is no contract; add one with --policy.\n"
    assert (refused.stderr.decode(), refused.returncode) == (message, 2)


def test_the_configuration_decides_how_unknown_counts(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "on" {\n  type = bool\n}\nresource "aws_dynamodb_table" "t" {\n  server_side_encryption {\n    enabled = var.on\n  }\n}\n'
    )
    assert dyncheck(".", "--select", "unencrypted-table").returncode == 0
    configure(tmp_path, "unknown: fail\n")
    assert dyncheck(".", "--select", "unencrypted-table").returncode == 1


WAIVER = f"""\
waivers:
  - address: {TABLE}
    rules: [{RECOVERY}]
    reason: >
      rebuilt
      every night
    owner: data
    until: UNTIL
"""


def test_a_waiver_by_address_is_in_every_report_with_its_reason(repository: Path, dyncheck: Dyncheck) -> None:
    configure(repository, WAIVER.replace("UNTIL", "2999-12-31"))
    checked = report(dyncheck)
    assert (findings(checked, "waived"), checked["exit code"]) == ([("error", RECOVERY)], 0)
    assert checked["configuration"]["holds"] == [f"waivers: {RECOVERY} on {TABLE} until 2999-12-31: rebuilt every night"]
    outputs = {name: dyncheck("plans/plan.json", "--format", name).stdout.decode() for name in NAMES}
    # These formats have findings only. A comment on a pull request has no room for waivers, and CSV has a row for each result.
    without = [name for name, text in outputs.items() if "rebuilt every night" not in text]
    assert without == ["concise", "github-comment", "gitlab", "rdjson", "checkstyle", "csv"]


def test_a_waiver_of_one_instance_waives_no_other(repository: Path, dyncheck: Dyncheck) -> None:
    (repository / "main.tf").write_text(
        'resource "aws_dynamodb_table" "t" {\n  for_each = toset(["eu", "us"])\n  name = each.key\n  hash_key = "id"\n'
        '  attribute {\n    name = "id"\n    type = "S"\n  }\n}\n'
    )
    waiver = f'  - address: aws_dynamodb_table.t["eu"]\n    rules: [{RECOVERY}]\n    reason: a test\n'
    configure(repository, f"select: [{RECOVERY}]\nwaivers:\n{waiver}")
    results = json.loads(dyncheck("main.tf", "--format", "json").stdout)["results"]
    assert [(result["address"], result["status"]) for result in results] == [
        ('aws_dynamodb_table.t["eu"]', "waived"),
        ('aws_dynamodb_table.t["us"]', "fail"),
    ]


def test_an_expired_waiver_has_no_effect_and_is_reported(repository: Path, dyncheck: Dyncheck) -> None:
    configure(repository, WAIVER.replace("UNTIL", "2020-01-31"))
    checked = report(dyncheck)
    ended = f"the waiver of {RECOVERY} expired on 2020-01-31, so it waives nothing. Fix the finding or renew the waiver."
    assert (checked["notices"], checked["exit code"]) == ([f".dyncheck.yaml:2: {ended}"], 1)


def test_an_unused_waiver_is_reported_if_all_inputs_were_checked(repository: Path, dyncheck: Dyncheck) -> None:
    configure(repository, WAIVER.replace("UNTIL", "''").replace(TABLE, "aws_dynamodb_table.other"))
    assert report(dyncheck)["notices"] == [f".dyncheck.yaml:2: the waiver of {RECOVERY} waives nothing. Remove it."]
    (repository / "bad.json").write_text("{}")
    done = dyncheck("plans/plan.json", "bad.json", "--format", "json")
    assert "notices" not in json.loads(done.stdout)


def test_required_tables_apply_to_the_whole_repository_only(repository: Path, dyncheck: Dyncheck) -> None:
    shutil.copy(ROOT / "examples" / "main.tf", repository)
    configure(repository, "require: [sessions]\nselect: [missing-table]\n")
    whole, part = (json.loads(dyncheck(*arguments, "--format", "json").stdout) for arguments in (["."], ["--changed", "main.tf"]))
    assert [findings(whole), findings(part)] == [[("error", "missing-table")], []]
    assert [checked["configuration"]["holds"] for checked in (whole, part)] == [
        ["select: missing-table", "require: sessions"],
        ["select: missing-table"],
    ]


# The command line has precedence.


def test_the_command_line_overrides_the_file(repository: Path, dyncheck: Dyncheck) -> None:
    configure(
        repository,
        f"ignore: [{RECOVERY}]\nseverities: {{{RECOVERY}: note, dead-alarm: error}}\nfail-on: note\nunknown: pass\nrequire: [sessions]\n",
    )
    done = dyncheck("config", "--select", RECOVERY, "--fail-on", "error", "--unknown", "fail", "--require", "products")
    assert done.stdout.decode() == (
        "configuration: .dyncheck.yaml\n\n"
        f"select      {RECOVERY}  command line\n"
        "ignore      no rule                    default\n"
        "severities  dead-alarm: error          .dyncheck.yaml:2\n"
        "fail-on     error                      command line\n"
        "unknown     fail                       command line\n"
        "strict      false                      default\n"
        "require     products                   command line\n"
        "require     sessions                   .dyncheck.yaml:5\n"
        "exclude     no directory               default\n"
        "reference   true                       default\n"
        "policies    no file                    default\n"
    )


def test_the_file_cannot_weaken_options_of_the_command_line(repository: Path, dyncheck: Dyncheck) -> None:
    configure(repository, f"ignore: [{RECOVERY}]\nselect: [dead-alarm]\nseverities: {{{RECOVERY}: note}}\nfail-on: error\n")
    assert dyncheck("plans/plan.json").returncode == 0
    assert dyncheck("plans/plan.json", "--select", RECOVERY, "--fail-on", "error").returncode == 1


# Errors.

WRONG = {
    "an unknown key": ("fail_on: note\n", ["1: fail_on is not a key of a configuration. Did you mean 'fail-on'?"]),
    "an unknown rule": ("ignore:\n  - missing-tag\n", ["2: ignore[0]: there is no rule 'missing-tag'. Did you mean 'missing-tags'?"]),
    "an unknown rule in severities": (
        "severities:\n  no-ttl: note\n",
        ["2: severities.no-ttl: there is no rule 'no-ttl'."],
    ),
    "an unknown severity": ("fail-on: warn\n", ["1: fail-on is 'warn'; expected error, note, warning. Did you mean 'warning'?"]),
    "a text for a list": ("select: missing-tags\n", ["1: select is 'missing-tags'; expected type array"]),
    "a list for the whole": ("- a\n", ["1: the configuration is ['a']; expected type object"]),
    "a key twice": ("unknown: fail\nunknown: pass\n", ["2: unknown is set twice; the first is on line 1"]),
    "a waiver without a reason": (
        f"waivers:\n  - address: a\n    rules: [{RECOVERY}]\n",
        ["2: waivers[0] lacks 'reason'"],
    ),
    "a waiver with an empty reason and no rules": (
        "waivers:\n  - address: a\n    rules: []\n    reason: ' '\n",
        ["3: waivers[0].rules is empty", "4: waivers[0].reason is empty"],
    ),
    "an invalid day": (
        f"waivers:\n  - address: a\n    rules: [{RECOVERY}]\n    reason: b\n    until: 2026-02-31\n",
        ["5: waivers[0].until is '2026-02-31'; expected a day such as 2026-12-31"],
    ),
    "policies from elsewhere": (
        "policies: [../other, /etc]\n",
        [
            "1: policies[0] is '../other'; expected a path below the directory of this file",
            "1: policies[1] is '/etc'; expected a path below the directory of this file",
        ],
    ),
    "what is not YAML": ("select: [\n", ["2: is not YAML: expected the node content, but found '<stream end>'"]),
    "an invalid tag": ("select: !!int x\n", ["1: select is not a valid value for the tag tag:yaml.org,2002:int"]),
    "Python in a tag": (
        "select: !!python/name:os.system x\n",
        ["1: select is not a valid value for the tag tag:yaml.org,2002:python/name:os.system"],
    ),
    "a node in itself": ("select: &a [*a]\n", ["1: is nested too deep, or contains itself through an alias"]),
    "brackets without end": ("[" * 5000, ["1: is nested too deep, or contains itself through an alias"]),
}


@pytest.mark.parametrize(("text", "problems"), WRONG.values(), ids=WRONG)
def test_errors_are_reported_with_lines(text: str, problems: list[str], repository: Path, dyncheck: Dyncheck) -> None:
    configure(repository, text)
    done = dyncheck("plans/plan.json")
    head = "dyncheck: The configuration is invalid. Fix it, or use --no-project-config.\n"
    message = head + "".join(f".dyncheck.yaml:{problem}\n" for problem in problems)
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 2)


def test_aliases_that_expand_to_billions_are_refused_quickly(repository: Path, dyncheck: Dyncheck) -> None:
    names = "abcdefghi"
    levels = [f"{name}: &{name} [{', '.join([f'*{below}'] * 8)}]\n" for below, name in pairwise(names)]
    configure(repository, "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(levels))
    started = time.monotonic()
    done = dyncheck("plans/plan.json")
    assert done.stderr.decode().splitlines()[1:] == [".dyncheck.yaml:1: has more than 100,000 values through its aliases"]
    assert time.monotonic() - started < 60


def test_the_published_schema_accepts_the_documented_example_and_refuses_errors() -> None:
    documented = (ROOT / "docs" / "configuration.md").read_text().split("```yaml\n")[1].split("```")[0]
    shown = content_of(documented)
    jsonschema.Draft202012Validator(SCHEMA).validate(shown)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(shown | {"fail_on": "note"})


def test_the_documented_configuration_is_valid(repository: Path, dyncheck: Dyncheck) -> None:
    documented = (ROOT / "docs" / "configuration.md").read_text().split("```yaml\n")[1].split("```")[0]
    configure(repository, documented)
    (repository / "contracts").mkdir()
    shutil.copy(ROOT / "policies" / "tables" / "products.yaml", repository / "contracts")
    assert dyncheck("plans/plan.json").returncode == 1


def test_the_documentation_shows_the_output_of_the_command(dyncheck: Dyncheck) -> None:
    shown = (
        (ROOT / "docs" / "configuration.md")
        .read_text()
        .split("$ dyncheck config --config examples/configuration.yaml --fail-on note\n")[1]
        .split("```")[0]
    )
    assert dyncheck("config", "--config", "examples/configuration.yaml", "--fail-on", "note", cwd=ROOT).stdout.decode() == shown
