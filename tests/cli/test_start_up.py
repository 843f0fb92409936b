"""The imports of a normal run, because start-up is most of the time of a check."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from tests.support.paths import PLANS

# A plan that has no Terraform files beside it.
ALONE = PLANS / "reference.json"

# How many times the instructions of `import click, msgspec` a run on a plan may take: 1.43 when this was written.
MOST = 1.5

# All that a run on a plan may import of Python besides what click and msgspec do: each has a reason, and costs next to nothing.
ALLOWED = {
    "_locale",  # with locale
    "dyncheck",
    "gc",
    "locale",  # click asks for translations of its messages
}

# Parts of dyncheck that a run on a plan without sources has no use for.
UNUSED = (
    "dyncheck.checkov",
    "dyncheck.settings.file",
    "dyncheck.catalog.contract_file",
    "dyncheck.dynamodb.diagrams",
    "dyncheck.prove",
    "dyncheck.prove.report",
    "dyncheck.readers.hcl",
    "dyncheck.reporters.html",
    "dyncheck.reporters.json",
    "dyncheck.selftest",
    "dyncheck.model.symbolic",
    "dyncheck.yaml_file",
)


def imported(code: str) -> set[str]:
    """The modules that the code loads."""
    script = f"import sys, click, msgspec\nbefore = set(sys.modules)\n{code}\nprint(*sorted(set(sys.modules) - before), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    return {*done.stderr.splitlines()[-1].split()}


CHECKS_A_PLAN = f"from dyncheck.cli.main import run\nsys.argv[1:] = [{str(ALONE)!r}]\nrun()"


def test_checking_a_plan_imports_what_it_needs_and_nothing_else() -> None:
    loaded = imported(CHECKS_A_PLAN)
    # An editable install has a finder that imports more itself; what is looked at is what dyncheck adds to that.
    of_python = {name.partition(".")[0] for name in loaded - imported("import dyncheck")}
    assert of_python - ALLOWED == set(), "Import it where it is needed, or say in ALLOWED why every run needs it."
    assert {name for name in loaded if name.startswith(UNUSED)} == set()


def test_the_version_is_printed_without_loading_rules() -> None:
    loaded = imported("from dyncheck.cli.main import run\nsys.argv[1:] = ['--version']\nrun()") - imported("import dyncheck")
    assert {name.partition(".")[0] for name in loaded} - ALLOWED == set()
    assert "dyncheck.rule" not in loaded


def test_the_package_itself_imports_almost_nothing() -> None:
    assert {name for name in imported("import dyncheck") if name.startswith("dyncheck")} == {"dyncheck", "dyncheck.version"}


@pytest.mark.skipif(not which("valgrind"), reason="there is no valgrind to count instructions with")
def test_a_plan_takes_few_more_instructions_than_importing_click_and_msgspec() -> None:
    """Unlike seconds, the number of instructions does not depend on other processes."""
    program = Path(sys.executable).parent / "dyncheck"
    assert instructions(str(program), str(ALONE)) < MOST * instructions("-c", "import click, msgspec"), (
        "Start-up has become slower. See what is new with `python -X importtime -m dyncheck`."
    )


def instructions(*arguments: str) -> int:
    """The number of instructions that Python executes, with compiled byte code."""
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0"}
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", sys.executable, *arguments]
    subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=False)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return int(done.stderr.rpartition("refs:")[2].split()[0].replace(",", ""))
