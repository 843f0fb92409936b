"""Configurations that need unlimited time or memory: the evaluation budget stops them, and the error names the place.

Most tests run dyncheck in its own process with little time and memory.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from dyncheck.readers.hcl.evaluation import Budget
from tests.readers.hcl.configuration.test_modules import MODE, Found, call, checked, fails, modes, table, write

T = "aws_dynamodb_table.t"

_SECONDS = 10
_BYTES = 1_500_000_000


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))


def run(directory: Path, path: str = ".") -> subprocess.CompletedProcess[bytes]:
    """Run the command line on a directory, with little time and memory."""
    command = [sys.executable, "-m", "dyncheck", path, "--select", MODE]
    return subprocess.run(command, cwd=directory, capture_output=True, preexec_fn=_limited, timeout=60, check=False)


def refusals(directory: Path, files: dict[str, str]) -> list[str]:
    """The errors of the command line without their prefix. The exit code is 3."""
    write(directory, files)
    done = run(directory)
    assert done.returncode == 3
    return [line.removeprefix("dyncheck: ") for line in done.stderr.decode().splitlines()]


def doubling(first: str, template: str, levels: int) -> str:
    """Local values v0, v1, ...; each contains the previous one several times."""
    lines = [f"  v0 = {first}", *(f"  v{level} = {template.replace('@', f'local.v{level - 1}')}" for level in range(1, levels))]
    return "\n".join(["locals {", *lines, "}\n"])


TEN = f"[{', '.join('@' * 10)}]"
FOUR = "{ w = @, x = @, y = @, z = @ }"
LISTS = doubling('["lol"]', TEN, 10)
OBJECTS = doubling('{ w = "lol", x = 1 }', FOUR, 12)
PARTS = "main.tf:2:3: This makes a value of more than 200000 parts, so dyncheck gave up on it."

# The billing mode that needs the value, the second file, and the expected error.
EXPLODING = {
    "lists of lists": ("local.v9", LISTS, PARTS),
    "compared lists": ("local.v9 == local.v9", LISTS, PARTS),
    "lists in a conditional": ("(true ? local.v9 : local.v8)[0]", LISTS, PARTS),
    "lists compared in a for expression": ("length([for v in local.v9 : v if v == local.v9])", LISTS, PARTS),
    "lists encoded as JSON": ("jsonencode(local.v9)", LISTS, PARTS),
    "flattened lists": ("length(flatten(local.v9))", LISTS, PARTS),
    "objects of objects": ("local.v11 == local.v11", OBJECTS, PARTS),
    "objects in a list of one type": ("tolist([local.v11, local.v10])[0].x", OBJECTS, PARTS),
    "merged objects": ("merge(local.v11, local.v10).x", OBJECTS, PARTS),
    "strings of strings": (
        "local.v9",
        doubling(f'"{"lol" * 20}"', f'"{"${@}" * 10}"', 10),
        "main.tf:2:3: This makes texts of more than 64000000 characters, so dyncheck gave up on it.",
    ),
    "a long chain": (
        "local.v0",
        "locals {\n" + "".join(f"  v{number} = local.v{number + 1}\n" for number in range(3000)) + '  v3000 = "X"\n}\n',
        "main.tf:2:3: This leads through more values in a row than dyncheck follows.",
    ),
}


@pytest.mark.parametrize(("mode", "beside", "reason"), EXPLODING.values(), ids=EXPLODING)
def test_value_that_grows_exponentially_is_refused(mode: str, beside: str, reason: str, tmp_path: Path) -> None:
    assert refusals(tmp_path, {"main.tf": table("t", mode), "more.tf": beside}) == [reason]


LOOPS = {
    "in lists": "length([for a in range(100) : [for b in range(100) : [for c in range(100) : c]]])",
    "in a template": '"%{for a in range(100)}%{for b in range(100)}%{for c in range(100)}x%{endfor}%{endfor}%{endfor}"',
}


@pytest.mark.parametrize("mode", LOOPS.values(), ids=LOOPS)
def test_nested_loops_are_refused_when_they_take_too_many_steps(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Budget, "STEPS", 10_000)
    error = "main.tf:2:3: This takes more than 10000 steps to evaluate, so dyncheck gave up on it"
    assert checked(tmp_path, {"main.tf": table("t", mode)}, MODE) == Found(
        [(MODE, T, "unknown", f"billing_mode cannot be evaluated: {error}")], [], [f"{error}."]
    )


def test_other_tables_are_checked_when_a_value_is_too_large(tmp_path: Path) -> None:
    files = {"main.tf": table("t", "local.v9 == local.v9") + table("u", '"U"'), "more.tf": LISTS, "other/main.tf": table("o", '"O"')}
    assert checked(tmp_path, files, MODE) == Found(
        [
            (MODE, T, "unknown", f"billing_mode cannot be evaluated: {PARTS.rstrip('.')}"),
            fails("aws_dynamodb_table.u", '"U"'),
            fails("aws_dynamodb_table.o", '"O"'),
        ],
        [],
        [PARTS],
    )


def test_large_value_within_the_budget_is_evaluated(tmp_path: Path) -> None:
    text = 'locals {\n  many = { for n in range(1000) : format("k%04d", n) => { n = n, list = range(20) } }\n}\n'
    text += table("t", 'join("-", [length(local.many), sum([for key, each in local.many : length(each.list)]), local.many == local.many])')
    text += "locals {\n" + "".join(f"  v{number} = local.v{number + 1}\n" for number in range(100)) + '  v100 = "X"\n}\n'
    text += table("u", "local.v0")
    assert modes(tmp_path, {"main.tf": text}) == {T: '"1000-20000-true"', "aws_dynamodb_table.u": '"X"'}


NUMBERS = {
    "more instances than the limit": (
        "count = 1000000",
        "main.tf:3:11: Invalid count argument: dyncheck allows at most 20000 instances.",
    ),
    "a very large number": (
        "count = 1e500",
        "main.tf:3:11: Invalid count argument: dyncheck allows at most 20000 instances.",
    ),
    "a number with too many digits": (
        "count = 1e999999999",
        "main.tf:3:11: Invalid number literal. Failed to recognize the value of this number literal.",
    ),
}


@pytest.mark.parametrize(("line", "reason"), NUMBERS.values(), ids=NUMBERS)
def test_huge_count_is_refused(line: str, reason: str, tmp_path: Path) -> None:
    assert refusals(tmp_path, {"main.tf": table("t", '"X"', line)})[0] == reason


FUNCTIONS = {
    "range": "length(range(1000000000))",
    "format": 'format("%1000000000d", 1)',
    "format with a precision": 'format("%.1000000000f", 1)',
    "pow": "pow(10, 1000000000)",
    "a regular expression": 'length(regexall("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"))',
    "setproduct": "length(setproduct(range(1000), range(1000), range(1000)))",
    "replace": 'replace(replace(join("", range(1000)), "", join("", range(1000))), "", join("", range(1000)))',
    "cidrsubnets": 'length(cidrsubnets("::/0", 120, 120, 120))',
    "a product of large numbers": f"1{'0' * 1000} * 1{'0' * 1000} * 1{'0' * 1000} / 3",
}


@pytest.mark.parametrize("mode", FUNCTIONS.values(), ids=FUNCTIONS)
def test_expensive_function_call_ends_within_the_limits(mode: str, tmp_path: Path) -> None:
    """Any status is correct, but dyncheck must end soon and must not crash."""
    write(tmp_path, {"main.tf": table("t", mode)})
    done = run(tmp_path)
    assert b"1 table, 0 alarms, 1 check: " in done.stdout
    assert done.returncode in (0, 1, 3)
    assert b"This is a bug" not in done.stderr
    assert b"crashed" not in done.stderr


# Large files.


@pytest.mark.parametrize("name", ["main.tf", "terraform.tfvars", "main.tf.json", ".terraform/modules/modules.json"])
def test_huge_file_does_not_crash_the_run(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"table.tf": table("t", '"X"') + call("m", "a/b/c"), name: ""})
    os.truncate(tmp_path / name, 3_000_000_000)
    done = run(tmp_path)
    assert b"This is a bug" not in done.stderr
    assert done.returncode == (1 if name.endswith("modules.json") else 3)


def test_heredoc_of_many_lines_is_read(tmp_path: Path) -> None:
    text = "locals {\n  text = <<E\n" + " x\n" * 300_000 + "E\n}\n"
    write(tmp_path, {"main.tf": table("t", "substr(local.text, 0, 3)"), "more.tf": text})
    done = run(tmp_path)
    assert (b'found:    billing_mode is " x\\n"' in done.stdout, done.stderr, done.returncode) == (True, b"", 1)


# The budget of a root module.


def test_root_module_has_a_budget_for_all_its_expressions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Budget, "ALL_STEPS", 20_000)
    text = "".join(table(f"t{number}", f'"{number}${{length([for n in range(900) : n])}}"') for number in range(30))
    found = checked(tmp_path, {"main.tf": text}, MODE)
    assert [row[2] for row in found.rows if row[2] == "fail"]
    assert [row[2] for row in found.rows if row[2] == "unknown"]
    assert {error.partition(": ")[2] for error in found.errors} == {
        "This and what was evaluated before it take more than 20000 steps, so dyncheck gave up on it."
    }


BRANCHES = {
    "calls with a count": {
        "main.tf": call("m", "./one", "count = 30"),
        "one/main.tf": call("m", "./two", "count = 30"),
        "one/two/main.tf": table("t", '"X"'),
    },
    "calls that call twice": {
        "main.tf": call("a", "./m0"),
        **{f"m{number}/main.tf": call("a", f"../m{number + 1}") + call("b", f"../m{number + 1}") for number in range(40)},
        "m40/main.tf": table("t", '"X"'),
    },
}


@pytest.mark.parametrize("files", BRANCHES.values(), ids=BRANCHES)
def test_number_of_instances_is_limited(files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dyncheck.readers.hcl.configuration.session._MOST_INSTANCES", 100)
    found = checked(tmp_path, files, MODE)
    assert len(found.rows) <= 100
    assert len(found.errors) == 1
    assert found.errors[0].endswith(": This and the blocks before it make more than 100 instances, the limit of dyncheck.")


def test_long_chain_of_modules_does_not_crash_the_run(tmp_path: Path) -> None:
    files = {f"m{number}/main.tf": call("m", f"../m{number + 1}") for number in range(1500)}
    write(tmp_path, {**files, "m1500/main.tf": table("t", '"X"')})
    done = run(tmp_path, "m0")
    assert done.returncode in (1, 3)
    assert b"This is a bug" not in done.stderr
