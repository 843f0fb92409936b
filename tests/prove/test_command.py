"""The command `dyncheck prove`: formats, exit codes, waivers, bad input."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from dyncheck.catalog.rules import all_rules
from dyncheck.cli.main import cli
from tests.conftest import Dyncheck
from tests.support.paths import ROOT

SPECIFICATION = "tests/modules/specification"
SCHEMA = json.loads((ROOT / "src" / "dyncheck" / "schemas" / "proofs.schema.json").read_text())

SWITCH = """\
variable "recovery" {
  type     = bool
  default  = true
  nullable = false
}

resource "aws_dynamodb_table" "orders" {
  name     = "orders"
  hash_key = "id"

  attribute {
    name = "id"
    type = "N"
  }

  point_in_time_recovery {
    enabled = var.recovery
  }
}
"""
RECOVERY = "no-point-in-time-recovery"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory `m` in the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m").mkdir()
    return tmp_path / "m"


def prove(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["prove", *arguments])


def test_without_the_shipped_contracts_only_rules_on_every_table_are_proved(module: Path) -> None:
    (module / "main.tf").write_text(SWITCH.replace("orders", "products"))

    def proved(*options: str) -> set[str]:
        return {each["rule"] for each in json.loads(prove("m", "--format", "json", *options).output)["results"]}

    of_contracts = {rule.id for rule in all_rules() if rule.is_on_contract}
    assert proved() & of_contracts
    assert proved("--no-reference") == proved() - of_contracts


def test_text(module: Path) -> None:
    (module / "main.tf").write_text(SWITCH)
    done = prove("m", "--select", RECOVERY)
    assert (done.exit_code, done.output) == (
        1,
        """\
m: every input that its variables allow

aws_dynamodb_table.orders
  rule                       verdict  cases  breaking input
  no-point-in-time-recovery  refuted      2  recovery = false

no-point-in-time-recovery on aws_dynamodb_table.orders: refuted
  breaks:  Point-in-time recovery is off: point_in_time_recovery.enabled is false; expected true
  guard:   m/main.tf:1
  options: -var=recovery=false
  call:    module "counterexample" {
             source = "./m"

             recovery = false
           }

1 proof: 0 proved, 1 refuted, 0 undecided
""",
    )


def test_markdown(module: Path) -> None:
    (module / "main.tf").write_text(SWITCH)
    done = prove("m", "--select", RECOVERY, "--format", "markdown")
    assert (
        done.output
        == """\
# Proofs of m

1 proof over every input that the variables allow: 0 proved, 1 refuted, 0 undecided.

| resource | rule | verdict | cases | breaking input |
| --- | --- | --- | ---: | --- |
| `aws_dynamodb_table.orders` | `no-point-in-time-recovery` | refuted | 2 | `recovery = false` |

**no-point-in-time-recovery** on `aws_dynamodb_table.orders`: **refuted**

- Breaks: Point-in-time recovery is off: point\\_in\\_time\\_recovery.enabled is false; expected true
- Guard: `m/main.tf:1`

~~~sh
terraform plan -var=recovery=false
~~~

~~~hcl
module "counterexample" {
  source = "./m"

  recovery = false
}
~~~

"""
    )


def test_json(module: Path) -> None:
    (module / "main.tf").write_text(SWITCH)
    done = prove("m", "--select", RECOVERY, "--format", "json")
    report = json.loads(done.output)
    jsonschema.validate(report, SCHEMA)
    assert report == {
        "version": 1,
        "module": "m",
        "summary": {"proved": 0, "refuted": 1, "undecided": 0, "waived": 0},
        "unguarded": [],
        "results": [
            {
                "rule": RECOVERY,
                "address": "aws_dynamodb_table.orders",
                "severity": "error",
                "verdict": "refuted",
                "cases": 2,
                "depends_on": ["recovery"],
                "inputs": {"recovery": False},
                "others": {},
                "reason": "Point-in-time recovery is off: point_in_time_recovery.enabled is false; expected true",
                "location": {"file": "m/main.tf", "line": 1, "end_line": 1, "column": 1},
                "arguments": ["-var=recovery=false"],
                "call": 'module "counterexample" {\n  source = "./m"\n\n  recovery = false\n}',
            }
        ],
    }


def test_the_json_of_the_specification_fits_its_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = prove(SPECIFICATION, "--format", "json")
    jsonschema.validate(json.loads(done.output), SCHEMA)
    assert done.exit_code == 1


GUARD = '  validation {\n    condition     = var.recovery\n    error_message = "No."\n  }\n}\n\nresource'
WAIVED = "# dyncheck: ignore[unguarded-input] rebuilt every night\n"
UNDECIDED = (
    SWITCH.replace("enabled = var.recovery", 'enabled = startswith(var.stage, "p") && var.recovery')
    + 'variable "stage" {\n  type = string\n}\n'
)


@pytest.mark.parametrize(
    ("text", "options", "verdict", "code"),
    [
        pytest.param(SWITCH, [], "refuted", 1, id="refuted"),
        pytest.param(SWITCH.replace("}\n\nresource", GUARD, 1), [], "proved", 0, id="proved"),
        pytest.param(WAIVED + SWITCH, [], "refuted", 0, id="waived at the variable"),
        pytest.param(
            SWITCH.replace("    enabled", f"    # dyncheck: ignore[{RECOVERY}] rebuilt\n    enabled"),
            [],
            "refuted",
            0,
            id="waived at the argument",
        ),
        pytest.param(SWITCH.replace("var.recovery", "data.aws_ssm_parameter.recovery.value"), [], "undecided", 0, id="undecided"),
        pytest.param(
            SWITCH.replace("var.recovery", "data.aws_ssm_parameter.recovery.value"),
            ["--unknown", "fail"],
            "undecided",
            1,
            id="undecided counts",
        ),
        pytest.param(UNDECIDED, [], "refuted", 1, id="refuted by a likely input"),
    ],
)
def test_verdicts_and_exit_codes(text: str, options: list[str], verdict: str, code: int, module: Path) -> None:
    data = 'data "aws_ssm_parameter" "recovery" {\n  name = "x"\n}\n' if "data." in text else ""
    (module / "main.tf").write_text(text + data)
    done = prove("m", "--select", RECOVERY, "--format", "json", *options)
    assert ([result["verdict"] for result in json.loads(done.output)["results"]], done.exit_code) == ([verdict], code)


def test_a_refuted_warning_counts_only_when_asked(module: Path) -> None:
    (module / "main.tf").write_text(
        'variable "env" {\n  type = string\n}\n'
        + SWITCH.replace('"orders"', '"products"').replace('"products"\n  hash', '"${var.env}-products"\n  hash')
    )
    codes = [prove("m", "--select", "wrong-table-name", *options).exit_code for options in ([], ["--fail-on", "warning"])]
    assert codes == [0, 1]


def test_an_undecided_verdict_names_what_it_depends_on(module: Path) -> None:
    (module / "main.tf").write_text(SWITCH.replace("var.recovery", "timestamp() == var.at") + 'variable "at" {\n  type = string\n}\n')
    done = prove("m", "--select", RECOVERY, "--format", "json")
    assert json.loads(done.output)["results"][0]["reason"] == "point_in_time_recovery.enabled waits for timestamp(), var.at"


@pytest.mark.parametrize(
    ("files", "directory", "message"),
    [
        ({}, "m", "m is not a directory with Terraform files. Name the directory of a module."),
        ({}, "n", "n is not a directory with Terraform files. Name the directory of a module."),
        (
            {"main.tf": 'output "a" {\n  value = 1\n}\n'},
            "m",
            "m has no DynamoDB table to prove. Name the directory of a module that has one.",
        ),
        (
            {"main.tf": SWITCH + 'locals {\n  a = 1 + "x"\n}\n'},
            "m",
            "m cannot be proved, because Terraform refuses it for all inputs: "
            "m/main.tf:21:7: Unsuitable value for right operand: a number is required.",
        ),
    ],
    ids=["no files", "no directory", "no table", "refused by Terraform"],
)
def test_bad_input(files: dict[str, str], directory: str, message: str, module: Path) -> None:
    for name, text in files.items():
        (module / name).write_text(text)
    from dyncheck.errors import InputError

    with pytest.raises(InputError) as raised:
        CliRunner().invoke(cli, ["prove", directory], standalone_mode=False, catch_exceptions=False)
    assert str(raised.value) == message


def test_output_to_a_file(module: Path) -> None:
    (module / "main.tf").write_text(SWITCH)
    done = prove("m", "--select", RECOVERY, "--output", "proofs.md", "--format", "markdown")
    assert (done.output, (module.parent / "proofs.md").read_text().splitlines()[0]) == ("", "# Proofs of m")


def test_a_text_that_is_compared_with_a_pattern_is_undecided(module: Path) -> None:
    (module / "main.tf").write_text(
        SWITCH
        + """
variable "expression" {
  type     = string
  nullable = false
}

resource "aws_cloudwatch_metric_alarm" "orders" {
  alarm_name          = "orders"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  threshold           = 0

  metric_query {
    id          = "e1"
    expression  = var.expression
    return_data = true
  }
}
"""
    )
    done = prove("m", "--format", "json", "--select", "dead-alarm", "--select", "silent-alarm")
    assert [(result["rule"], result["verdict"]) for result in json.loads(done.output)["results"]] == [
        ("dead-alarm", "undecided"),
        ("silent-alarm", "undecided"),
    ]


def test_the_configuration_of_the_repository_applies(dyncheck: Dyncheck, tmp_path: Path) -> None:
    shutil.copytree(ROOT / SPECIFICATION, tmp_path / "module")
    (tmp_path / ".dyncheck.yaml").write_text(
        "select: [no-point-in-time-recovery]\nrequire: [products]\nwaivers:\n"
        "  - address: aws_dynamodb_table.sessions\n    rules: [no-point-in-time-recovery]\n    reason: sessions come again\n"
    )
    done = dyncheck("prove", "module", "--format", "json")
    proofs = json.loads(done.stdout)
    assert [(proof["address"], proof["verdict"], proof.get("waiver", {}).get("reason")) for proof in proofs["results"]] == [
        ("aws_dynamodb_table.products", "refuted", None),
        ("aws_dynamodb_table.sessions", "refuted", "sessions come again"),
    ]
    assert proofs["notices"] == [
        ".dyncheck.yaml: This configuration holds: select: no-point-in-time-recovery; "
        "waivers: no-point-in-time-recovery on aws_dynamodb_table.sessions: sessions come again."
    ]
    assert done.returncode == 1


def test_an_unguarded_input_is_reported_with_the_proof(module: Path) -> None:
    (module / "main.tf").write_text(SWITCH)
    done = prove("m", "--select", RECOVERY, "--select", "unguarded-input")
    assert done.exit_code == 1
    assert done.output.endswith(
        """\
unguarded-input on var.recovery: warning
  breaks:  recovery = false breaks no-point-in-time-recovery on aws_dynamodb_table.orders
  guard:   m/main.tf:1

1 proof: 0 proved, 1 refuted, 0 undecided
"""
    )


def test_a_check_does_not_run_a_rule_that_only_a_proof_can_answer(module: Path, dyncheck: Dyncheck) -> None:
    (module / "main.tf").write_text(SWITCH)
    done = dyncheck("check", module, "--select", "unguarded-input")
    assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == (
        2,
        "",
        "dyncheck: A check does not run the rule 'unguarded-input'. Run `dyncheck prove DIR` on the directory of the module.\n",
    )


CHANGED = [
    pytest.param(["m/main.tf"], 1, ["m: every input that its variables allow"], "", id="a changed file"),
    pytest.param(["m/gone.tf", "m/main.tf"], 1, ["m: every input that its variables allow"], "", id="a deleted file"),
    pytest.param(
        ["m/main.tf", "o/main.tf"],
        1,
        ["m: every input that its variables allow", "o: every input that its variables allow"],
        "",
        id="two modules",
    ),
    pytest.param(
        ["n/main.tf", "gone/main.tf"],
        0,
        [],
        "dyncheck: No changed file is in a module with a DynamoDB table, so nothing was proved.\n",
        id="no table",
    ),
    pytest.param(
        [],
        0,
        [],
        "dyncheck: No changed file is in a module with a DynamoDB table, so nothing was proved.\n",
        id="no file",
    ),
]


@pytest.mark.parametrize(("files", "code", "heads", "error"), CHANGED)
def test_the_modules_of_changed_files(
    files: list[str], code: int, heads: list[str], error: str, tmp_path: Path, dyncheck: Dyncheck
) -> None:
    for name, text in (("m", SWITCH), ("o", SWITCH), ("n", 'variable "x" {}\n')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text)
    done = dyncheck("prove", "--changed", "--select", RECOVERY, *files)
    lines = done.stdout.decode().splitlines()
    assert (done.returncode, [line for line in lines if line.endswith("allow")], done.stderr.decode()) == (code, heads, error)


def test_an_unreadable_module_does_not_prevent_the_proof_of_another(tmp_path: Path, dyncheck: Dyncheck) -> None:
    for name, text in (("m", SWITCH), ("broken", "resource {\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text)
    done = dyncheck("prove", "--changed", "--select", RECOVERY, "broken/main.tf", "m/main.tf")
    assert (done.returncode, done.stdout.decode().splitlines()[-1]) == (3, "1 proof: 0 proved, 1 refuted, 0 undecided")
    assert done.stderr.decode().startswith("dyncheck: broken/main.tf:1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prove"], "Missing argument 'DIR'. See `dyncheck prove --help`."),
        (["prove", "m", "o"], "Got unexpected extra argument (o). Prove one module at a time. See `dyncheck prove --help`."),
        (
            ["prove", "--changed", "--format", "json", "m/main.tf"],
            "--format json describes one module, so it cannot be combined with --changed. Name one directory. See `dyncheck prove --help`.",
        ),
    ],
    ids=["no module", "two modules", "JSON of several"],
)
def test_wrong_usage_of_prove(arguments: list[str], message: str, dyncheck: Dyncheck) -> None:
    done = dyncheck(*arguments)
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"dyncheck: {message}\n")


NAMED = """\
variable "name" {
  type = string
}

resource "aws_dynamodb_table" "this" {
  name     = var.name
  hash_key = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
"""
ORDERS = 'table: orders\nmatch: { name: "*-orders" }\nprimary_key: { hash: { name: id, type: S } }\ndeletion_protection: true\n'


def verdicts(*arguments: str) -> dict[str, str]:
    """The verdict of each rule on a module with one table."""
    found = json.loads(prove("m", "--format", "json", *arguments).stdout)
    return {each["rule"]: each["verdict"] for each in found["results"]}


def test_a_module_is_proved_against_one_contract_whatever_the_name_of_its_table_is(module: Path) -> None:
    (module / "main.tf").write_text(NAMED)
    (module.parent / "orders.yaml").write_text(ORDERS)
    by_name = verdicts("--policy", "orders.yaml")
    assert by_name["wrong-primary-key"] == "undecided"
    against_one = verdicts("--policy", "orders.yaml", "--contract", "orders")
    assert (against_one["wrong-primary-key"], against_one["no-deletion-protection"]) == ("proved", "refuted")
    assert "undecided" not in against_one.values()


def test_a_contract_that_does_not_exist_is_refused(module: Path) -> None:
    (module / "main.tf").write_text(NAMED)
    done = prove("m", "--contract", "product")
    assert str(done.exception) == "No contract describes a table 'product'. Did you mean 'products'? There are: products, sessions."
