"""Small inputs that expand to huge work: dyncheck refuses them early, with a message that names the limit.

Bombs in Terraform's language are in `tests/readers/hcl/evaluation/test_budget.py` and in
`tests/readers/hcl/functions/test_function_limits.py`, those in JSON in `tests/cli/test_bad_input.py`. docs/reliability.md lists all.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from dyncheck.catalog import contract_file
from dyncheck.checking.baseline import compare
from dyncheck.checking.run import Settings, run
from dyncheck.errors import UsageError
from dyncheck.files import of_stream
from dyncheck.findings import Report
from dyncheck.readers.hcl.functions import find as function
from dyncheck.readers.hcl.language.values import string
from dyncheck.settings import file as config
from dyncheck.settings.find import find
from tests.readers.hcl.configuration.test_modules import checked, table, write
from tests.readers.hcl.functions.test_function_limits import called
from tests.support.paths import INPUTS, POLICIES
from tests.support.plans import without_values

ONE_TABLE = (INPUTS / "one_table.json").read_bytes()
LARGEST = 4_000_000_000

# Each test below takes less than a second. Without its limit it takes minutes, or all memory.
SECONDS = 20.0


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()


def errors(*paths: str, **settings: object) -> tuple[str, ...]:
    """The errors that prevent a check of these paths."""
    start = time.process_time()
    report = run(paths, Settings(**settings))  # type: ignore[arg-type]
    assert time.process_time() - start < SECONDS
    return report.errors


def sparse(name: str, start: bytes = b"") -> None:
    """A sparse file of 4 GB."""
    Path(name).write_bytes(start)
    os.truncate(name, LARGEST)


# Large inputs.

TOO_LARGE = "has more than 500,000,000 bytes. If it is a plan, set DYNCHECK_MAX_BYTES to a higher limit."


@pytest.mark.parametrize("start", [b"", b'{"format_version":"1.2",'], ids=["zeros", "JSON"])
def test_a_plan_of_4_gigabytes_is_refused_before_reading(start: bytes) -> None:
    sparse("plan.json", start)
    assert errors("plan.json") == (f"plan.json {TOO_LARGE}",)


def test_the_input_limit_is_adjustable(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("plan.json").write_bytes(ONE_TABLE)
    monkeypatch.setenv("DYNCHECK_MAX_BYTES", str(len(ONE_TABLE) - 1))
    assert errors("plan.json") == (f"plan.json {TOO_LARGE}".replace("500,000,000", f"{len(ONE_TABLE) - 1:,}"),)
    monkeypatch.setenv("DYNCHECK_MAX_BYTES", str(len(ONE_TABLE)))
    assert errors("plan.json") == ()


@pytest.mark.parametrize("value", ["1G", "-1", "1e9", "٣", "9" * 30])
def test_an_invalid_limit_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNCHECK_MAX_BYTES", value)
    with pytest.raises(UsageError) as refused:
        run(["plan.json"], Settings())
    assert str(refused.value) == f"DYNCHECK_MAX_BYTES is {value!r}; expected a number of bytes such as 1000000000."


def test_endless_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNCHECK_MAX_BYTES", "10000000")
    with open("/dev/zero", "rb") as zeros:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=zeros))
        assert errors("-") == (f"standard input {TOO_LARGE}".replace("500,000,000", "10,000,000"),)


def test_a_stream_is_read_to_its_end() -> None:
    assert of_stream(io.BytesIO(b"x" * 3_000_000), 3_000_000) == b"x" * 3_000_000


def _baseline(path: str) -> object:
    return compare(Report(()), path)


def _policy(path: str) -> object:
    return contract_file.load([path])


def _policies(path: str) -> object:
    os.mkdir("contracts")
    os.rename(path, f"contracts/{path}.yaml")
    return contract_file.load(["contracts"])


READ: dict[str, Callable[[str], object]] = {
    "--baseline": _baseline,
    "--config": config.load,
    "--policy FILE": _policy,
    "--policy DIRECTORY": _policies,
}
REFUSED: dict[str, Callable[[str], None]] = {
    "a pipe": os.mkfifo,
    "a device": lambda path: os.symlink("/dev/zero", path),
    "4 GB": sparse,
}


@pytest.mark.parametrize("read", READ.values(), ids=READ)
@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_special_and_huge_files_are_refused_before_reading(make: Callable[[str], None], read: Callable[[str], object]) -> None:
    make("given")
    with pytest.raises(UsageError):
        read("given")


# Many files, links and circular modules.


def test_tens_of_thousands_of_other_files() -> None:
    for directory in range(20):
        os.makedirs(f"d{directory}/e")
        for number in range(500):
            Path(f"d{directory}/e/{number}.txt").touch()
    write(Path(), {"main.tf": table("t", '"X"')})
    assert errors(".") == ()


def test_circular_links() -> None:
    write(Path(), {"a/main.tf": table("t", '"X"'), "b/c/x.txt": ""})
    os.symlink("..", "a/up")
    os.symlink(".", "a/self")
    os.symlink("../../a", "b/c/back")
    os.symlink("../b", "a/there")
    assert errors(".") == ()


def test_a_module_that_calls_itself() -> None:
    write(Path(), {"main.tf": 'module "m" {\n  source = "./"\n}\n' + table("t", '"X"')})
    (error,) = errors(".")
    assert "main.tf:" in error


# Bombs in expressions.


def test_for_each_over_a_million_keys(tmp_path: Path) -> None:
    keys = 'toset([for part in setproduct(range(100), range(100), range(100)) : join("-", part)])'
    found = checked(tmp_path, {"main.tf": table("t", '"X"', f"for_each = {keys}")})
    # A pass holds for each of the keys.
    assert {status for _, _, status, *_ in found.rows} <= {"unknown", "pass"}
    assert len(found.rows) < 50


def test_templates_that_double_in_size(tmp_path: Path) -> None:
    lines = "".join(f'  a{number} = "${{local.a{number - 1}}}${{local.a{number - 1}}}"\n' for number in range(1, 60))
    found = checked(tmp_path, {"main.tf": f'locals {{\n  a0 = "xxxxxxxxxx"\n{lines}}}\n' + table("t", "local.a59")})
    assert any("texts of more than 64000000 characters" in error for error in found.errors)


def test_a_count_from_an_input_is_not_tried_with_thousands(tmp_path: Path) -> None:
    indexes = "".join(f'  attribute {{\n    name = "a{number}"\n    type = "S"\n  }}\n' for number in range(40))
    module = 'variable "number" {\n  type = number\n}\nvariable "mode" {\n  type = string\n}\n'
    module += f'resource "aws_dynamodb_table" "t" {{\n  count = var.number\n  billing_mode = var.mode\n  hash_key = "a0"\n{indexes}}}\n'
    write(tmp_path, {"main.tf": module})
    start = time.process_time()
    report = run(["."], Settings())
    assert report.errors == ()
    # Evaluation with a thousand tables of forty attributes takes more than ten seconds.
    assert time.process_time() - start < 8


def test_metric_math_in_a_thousand_brackets() -> None:
    plan = json.loads((POLICIES / "no_throttle_alarm.plan.json").read_bytes())
    alarms = [entry for entry in plan["resource_changes"] if entry["type"] == "aws_cloudwatch_metric_alarm"]
    query = {"id": "e", "expression": "SUM(" * 5_000, "return_data": True, "metric": []}
    for entry in alarms:
        entry["change"]["after"] |= {"metric_query": [query], "metric_name": None, "namespace": None}
    Path("plan.json").write_text(json.dumps(plan))
    assert errors("plan.json") == ()


def test_a_thousand_tables_and_a_thousand_unrelated_alarms() -> None:
    """Each table without an alarm lists similar alarms; comparing all pairs would take a million comparisons."""
    plan = without_values(json.loads((POLICIES / "no_throttle_alarm.plan.json").read_bytes()))
    products = next(entry for entry in plan["resource_changes"] if str(entry["change"]["after"].get("name")).endswith("-products"))
    alarm = next(entry for entry in plan["resource_changes"] if entry["type"] == "aws_cloudwatch_metric_alarm")
    plan["resource_changes"] = []
    for number in range(1_000):
        for entry, changed in (
            (products, {"name": f"s{number}-products"}),
            (alarm, {"alarm_name": f"s{number}", "statistic": "Average", "dimensions": {"TableName": f"old-{number}"}}),
        ):
            copied = json.loads(json.dumps(entry)) | {"address": f"{entry['type']}.{entry['name']}[{number}]", "index": number}
            copied["change"]["after"] |= changed
            plan["resource_changes"].append(copied)
    Path("plan.json").write_text(json.dumps(plan))
    assert errors("plan.json", select=("no-throttle-alarm",)) == ()


def test_messages_shorten_a_name_of_five_megabytes() -> None:
    plan = json.loads(ONE_TABLE)
    plan["resource_changes"][0]["change"]["after"]["name"] = "x" * 5_000_000
    Path("plan.json").write_text(json.dumps(plan))
    assert max(len(result.message) for result in run(["plan.json"], Settings(required=("products",))).results) < 1_000


@pytest.mark.parametrize("pattern", ["\0", "a/\0/*", "**\0"])
def test_a_pattern_with_a_null_character_matches_no_file(pattern: str) -> None:
    assert function("fileset") is not None
    assert "zero character, which no name has" in called("fileset", string("."), string(pattern))


def test_json_that_is_invalid_text_after_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_bytes(b"\xef\xbb\xbf\xef\xbb")
    (error,) = errors(".")
    assert error.startswith("main.tf.json:1:1: Invalid character encoding. All input files must be UTF-8 encoded.")


# Links that leave the checked tree. An author of the tree must not make dyncheck read and quote other files.


@pytest.fixture(name="secret")
def _secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    secret = tmp_path_factory.mktemp("outside") / "secret.yaml"
    secret.write_text("canary: canary\n")
    return secret


def test_a_configuration_link_that_leaves_the_repository(secret: Path) -> None:
    os.symlink(secret, ".dyncheck.yaml")
    with pytest.raises(UsageError) as refused:
        find(["plan.json"])
    assert str(refused.value) == ".dyncheck.yaml is a link that leads out of the repository. Name its target with --config."


def test_a_configuration_link_within_the_repository() -> None:
    Path("live").mkdir()
    Path("live/shared.yaml").write_text("")
    os.symlink("live/shared.yaml", ".dyncheck.yaml")
    assert find(["live/plan.json"]) == ".dyncheck.yaml"


def test_a_contract_link_that_leaves_the_configuration_directory(secret: Path) -> None:
    Path("contracts").mkdir()
    os.symlink(secret, "contracts/x.yaml")
    Path(".dyncheck.yaml").write_text("policies: [contracts]\n")
    with pytest.raises(UsageError) as refused:
        config.load(".dyncheck.yaml")
    assert "policies[0] is 'contracts', but x.yaml in it leads out of the directory of this file" in str(refused.value)


@pytest.mark.parametrize("link", [".terraform", ".terraform/environment"])
def test_a_workspace_link_that_leaves_the_module(link: str, secret: Path) -> None:
    secret.with_name("environment").write_text("canary")
    if link != ".terraform":
        Path(".terraform").mkdir()
    os.symlink(secret.parent if link == ".terraform" else secret.with_name("environment"), link)
    write(Path(), {"main.tf": table("t", "terraform.workspace")})
    report = run(["."], Settings(select=("invalid-billing-mode",)))
    (checked,) = report.inputs
    assert [result.message for result in report.results] == ["billing_mode waits for terraform.workspace"]
    assert checked.notices == (
        "terraform.workspace is unknown, because .terraform/environment is a link to a file outside the root module. "
        "To check one, use --workspace NAME or set TF_WORKSPACE.",
    )


def test_the_data_directory_from_the_environment_may_be_anywhere(secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret.with_name("environment").write_text("staging")
    monkeypatch.setenv("TF_DATA_DIR", str(secret.parent))
    write(Path(), {"main.tf": table("t", "terraform.workspace")})
    assert [result.found for result in run(["."], Settings(select=("invalid-billing-mode",))).results] == ['"staging"']


# Runs the command line with a memory limit ten megabytes above the use of Python at start.
SHORT_OF_MEMORY = """
import resource, sys
import dyncheck.cli.check, dyncheck.checking.run
from dyncheck.cli.main import main
most = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + 10_000_000
resource.setrlimit(resource.RLIMIT_AS, (most, most))
sys.argv = ["dyncheck", "plan.json"]
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit what a process may take")
def test_too_little_memory_is_not_reported_as_a_bug(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(ONE_TABLE + b" " * 30_000_000)
    done = subprocess.run([sys.executable, "-c", SHORT_OF_MEMORY], cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.stderr.decode() == (
        "dyncheck: There is not enough memory, so there is no result. Check fewer inputs at once, or use a machine with more memory.\n"
    )
    assert (done.stdout, done.returncode) == (b"", 3)
