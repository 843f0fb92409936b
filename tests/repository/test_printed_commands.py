"""Every command that the README and the docs print works, and has the same outputs and exit code with 1, 2 and 8 processes."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Dyncheck
from tests.support.paths import ROOT
from tests.support.pre_commit import copy_of_this_repository
from tools import tutorial

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
PROCESSES = (1, 2, 8)

# The files that the reader makes first, and the files of this repository that replace them here.
GIVEN = {
    "plan.json": "examples/plan.json",
    "contracts": "tests/contracts",
    "orders.yaml": "tests/contracts/orders.yaml",
    "dynamodb_data_model.json": "tests/data_model/dynamodb_data_model.json",
    "items.json": "tests/items/samples/products.json",
    "capture.json": "tests/live/recorded/tables.json",
    "live/app": "examples/shop",
    "stacks": "tests/together",
    "tables.json": "tests/together/tables/plan.json",
    "alarms.json": "tests/together/alarms/plan.json",
}

# The output of checkov for the command above `dyncheck compare`: https://www.checkov.io/2.Basics/Reviewing%20Scan%20Results.html
CHECKED = {"check_id": "CKV_AWS_28", "resource": "aws_dynamodb_table.products", "file_path": "/plan.json", "file_abs_path": "/plan.json"}
CHECKOV = {"check_type": "terraform_plan", "results": {"passed_checks": [], "failed_checks": [CHECKED], "skipped_checks": []}}

# The variables that the pipelines set.
VARIABLES = {
    "$DYNCHECK_OPTIONS": "",
    '${DYNCHECK_BASELINE:+--baseline "$DYNCHECK_BASELINE"}': "",
    "$DYNCHECK_PATHS": ".",
    "$SHOWFILE": "plan.json",
    "$reports/": "",
}

BASELINE = "needs the file of an earlier command; tests/cli/test_baseline.py runs it"
ITEMS = "needs items of the reader; tests/items has its own"
ASKS = "asks an account, which tests/live runs"

FLEET = "needs a store or many documents; tests/fleet runs it"
NOT_RUN = {
    "dyncheck fleet": FLEET,
    "dyncheck fleet report results.parquet": FLEET,
    "dyncheck fleet report results.parquet earlier.parquet": FLEET,
    "dyncheck fleet report results.parquet --format html --output fleet.html": FLEET,
    "dyncheck fleet report results.parquet --format ocsf --output findings.jsonl": FLEET,
    "dyncheck fleet report": FLEET,
    "dyncheck fleet 's3://states/**/terraform.tfstate' -o results.parquet": FLEET,
    "dyncheck fleet 's3://states/**/terraform.tfstate' -o today.parquet --since yesterday.parquet": FLEET,
    "dyncheck fleet 's3://states/**/terraform.tfstate' -o results.parquet --scheduler tcp://localhost:8786": FLEET,
    "dyncheck baseline": "the name of the command, without what it checks",
    "dyncheck . --baseline .dyncheck-baseline.json": BASELINE,
    "dyncheck . --baseline /tmp/baseline.json": BASELINE,
    "dyncheck --policy wrong.yaml --var environment=dev examples/shop": "shows errors; test_tutorial.py runs it",
    "dyncheck --no-reference --policy reads.yaml --var environment=prod --select unserved-access examples/shop": (
        "selects a rule that most tests do not have; test_tutorial.py runs it"
    ),
    "dyncheck 'plans/*.json' --format jsonl --output report.jsonl": "plans is a directory of the reader",
    "dyncheck --changed FILE...": "FILE is a file of the reader",
    "dyncheck init": "writes files that must not exist, which tests/starter runs",
    "dyncheck init plan.json": "writes files that must not exist, which tests/starter runs",
    "dyncheck init --from dynamodb_data_model.json": "writes files that must not exist, which tests/starter runs",
    "dyncheck DIR": "DIR is a directory of the reader",
    "dyncheck check": "the name of the command, without what it checks",
    "dyncheck prove": "the name of the command, without what it proves",
    "dyncheck test-rules src/acme_dyncheck": "the directory of a package of the reader",
    "dyncheck live --region us-east-1 --against plan.json": ASKS,
    "dyncheck live": ASKS,
    "dyncheck capture": ASKS,
    "dyncheck live --region us-east-1": ASKS,
    "dyncheck capture --region us-east-1 -o capture.json": ASKS,
    "dyncheck live --region us-east-1 --against . --environment prod": ASKS,
    "dyncheck live --region us-east-1 --against . --format github --output 'markdown=$GITHUB_STEP_SUMMARY'": ASKS,
    "dyncheck server": "answers an editor; tests/server runs it",
    "dyncheck check --changed FILE": "FILE is a file of the reader",
    "dyncheck prove DIR": "DIR is a directory of the reader",
    "dyncheck items": "the name of the command, without what it checks",
    "dyncheck items orders.jsonl --contract orders --policy orders.yaml": ITEMS,
    "dyncheck items - --contract products": ITEMS,
    "dyncheck items AWSDynamoDB/01693685827463-2d8752fd --contract products": ITEMS,
    "dyncheck fix": "the name of the command, without what it corrects",
    "dyncheck fix --apply --changed FILE...": "FILE is a file of the reader",
    **dict.fromkeys(
        (command for page in (tutorial.PAGE_ON_FIXES, tutorial.FIRST_PAGE) for command in tutorial.commands(page.read_text())),
        "changes files; test_tutorial.py runs it",
    ),
}

OTHER_PROGRAMS = {
    "aws": "asks an account",
    "cd": "changes to the directory of the extension",
    "checkov": "tests/test_checkov.py runs these",
    "code": "installs the extension",
    "docker": "the container runs the same program",
    "duckdb": "reads the results of a fleet; tests/fleet/test_queries.py runs the queries",
    "echo": "prints the exit code",
    "find": "names the plans of Terragrunt",
    "gh": "fetches the report of the last run on main",
    "git": "fetches the baseline of the base branch",
    "jq": "reads the report",
    "kubectl": "starts a cluster of the reader",
    "ln": "puts an installed program on the path",
    "npm": "builds the extension; tests/server/test_extension.py runs it",
    "make": "the targets for contributors; CI runs them",
    "pip": "test_action.py installs dyncheck",
    "pipx": "installs a release",
    "pytest": "these tests",
    "python": "tools for contributors",
    "python3": "makes the environment that dyncheck is installed in",
    "reviewdog": "reads the report",
    "terraform": "makes the plan, which is given here",
    "uv": "installs a release",
    "uvx": "runs a release",
    "terragrunt": "makes the plan, which is given here",
}

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`(dyncheck\s[^`]+)`")
_SUBSTITUTION = re.compile(r"\$\((.*)\)")
_ASSIGNMENT = re.compile(r"\w+=")
_KEY_IN_YAML = re.compile(r"^(- )?(run: )?")


def simple_commands(line: str) -> Iterator[list[str]]:
    """The simple commands of a shell line, including those in substitutions: a program and its arguments."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    command: list[str] = []
    is_file = False
    for word in [*lexer, ";"]:
        if is_file or (_ASSIGNMENT.match(word) and not command):
            is_file = False
        elif word in ("<", ">"):
            is_file = True
        elif word.strip("();<>|&"):
            command.append(word)
            if inner := _SUBSTITUTION.search(word):
                yield from simple_commands(inner[1])
        elif command:
            yield command
            command = []


def shell_lines(language: str, text: str) -> list[str]:
    """The shell lines of a block."""
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
    if language == "console":
        return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    if language == "sh":
        return [line for line in lines if line]
    # A pipeline, which has scripts between its keys.
    return [_KEY_IN_YAML.sub("", line) for line in lines if re.search(r'\bdyncheck"? [^:]', line) and not line.startswith("#")]


def printed() -> Iterator[list[str]]:
    """Every command on the pages: all commands in shell blocks, and the dyncheck commands in pipelines and in the text."""
    for page in PAGES:
        text = page.read_text()
        for _, language, block in _BLOCK.findall(text):
            for line in shell_lines(language, block):
                yield from simple_commands(with_values(line))
        for command in _INLINE.findall(_BLOCK.sub("", text)):
            yield from simple_commands(command)


def with_values(line: str) -> str:
    """The line with the variables that pipelines set."""
    for name, value in VARIABLES.items():
        line = line.replace(name, value)
    return line


def is_dyncheck(command: list[str]) -> bool:
    """Whether the command is dyncheck, wherever it is installed."""
    return Path(command[0]).name == "dyncheck"


PRINTED = list(printed())
OWN = list(dict.fromkeys(shlex.join(["dyncheck", *command[1:]]) for command in PRINTED if is_dyncheck(command)))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this repository, with the other files that the commands read."""
    copy = copy_of_this_repository(tmp_path_factory.mktemp("printed") / "repository")
    for name, source in GIVEN.items():
        make = shutil.copytree if (ROOT / source).is_dir() else shutil.copy
        make(ROOT / source, copy / name)
    for name, content in tutorial.files(tutorial.PAGE.read_text()):
        # A configuration would change all other commands.
        if not Path(name).name.startswith(".") and not (copy / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_text(content)
    (copy / "checkov.json").write_text(json.dumps(CHECKOV))
    (copy / "test-results").mkdir()
    return copy


def files(directory: Path) -> dict[str, bytes]:
    """All files of a working tree."""
    found = (path for path in directory.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}


def outcomes(dyncheck: Dyncheck, directory: Path, *arguments: str) -> list[tuple[int, bytes, bytes, dict[str, bytes]]]:
    """The exit code, both outputs and the written files for each number of processes. Removes the written files."""
    before = files(directory)
    found = []
    for processes in PROCESSES:
        done = dyncheck(*arguments, cwd=directory, processors=processes)
        written = {name: content for name, content in files(directory).items() if before.get(name) != content}
        for name in written:
            (directory / name).unlink()
        found.append((done.returncode, done.stdout, done.stderr, written))
    return found


@pytest.mark.parametrize("command", [command for command in OWN if command not in NOT_RUN])
def test_a_printed_command_works_with_any_number_of_processes(command: str, dyncheck: Dyncheck, repository: Path) -> None:
    with_one, *with_more = outcomes(dyncheck, repository, *shlex.split(command)[1:])
    assert with_one[0] in (0, 1), with_one[2].decode()
    assert with_more == [with_one] * 2


def test_every_printed_command_runs_or_has_a_reason() -> None:
    assert NOT_RUN.keys() - set(OWN) == set(), "No page prints these commands."
    assert {Path(command[0]).name for command in PRINTED} - {"dyncheck"} == OTHER_PROGRAMS.keys()
    text = "".join(page.read_text() for page in PAGES)
    assert [name for name in (*GIVEN, *VARIABLES) if name not in text] == []


@pytest.mark.parametrize(
    ("paths", "required", "exit_code"),
    [
        pytest.param(["."], "products", 0, id="every required table exists"),
        pytest.param(["all/a", "all"], "orders", 1, id="a required table is missing"),
    ],
)
def test_required_tables_of_many_root_modules(paths: list[str], required: str, exit_code: int, dyncheck: Dyncheck, tmp_path: Path) -> None:
    for name in "abcdefghi":
        shutil.copytree(ROOT / "Infrastructure", tmp_path / "all" / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(ROOT / "tests" / "contracts", tmp_path / "contracts")
    (tmp_path / ".dyncheck.yaml").write_text(f"policies: [contracts/orders.yaml]\nrequire: [{required}, sessions]\n")
    with_one, *with_more = outcomes(dyncheck, tmp_path, *paths)
    assert with_one[0] == exit_code, with_one[2].decode()
    assert with_more == [with_one] * 2


def test_many_root_modules_are_checked_side_by_side(dyncheck: Dyncheck, tmp_path: Path) -> None:
    for name in "abcdefghi":
        shutil.copytree(ROOT / "Infrastructure", tmp_path / name, ignore=shutil.ignore_patterns(".*"))
    with_one, *with_more = outcomes(dyncheck, tmp_path, ".", "--output", "json=report.json")
    assert with_one[0] == 0, with_one[2].decode()
    assert with_more == [with_one] * 2
