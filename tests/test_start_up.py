"""What a normal run imports: start-up is most of the time that checking a plan takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "plan.json"
REFERENCE = Path(__file__).parent / "plans" / "reference.json"

# Each of these costs a millisecond or more, or is needed only when something is wrong.
HEAVY = {
    "asyncio",
    "dataclasses",
    "difflib",
    "email",
    "json",
    "jsonschema",
    "logging",
    "pathlib",
    "subprocess",
    "traceback",
    "urllib",
    "yaml",
}


def imported(code: str) -> set[str]:
    """The top-level modules that are loaded after the code ran and that were not there before."""
    script = f"import sys, click, msgspec\nbefore = set(sys.modules)\n{code}\nprint(*sorted(set(sys.modules) - before), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stderr.splitlines()[-1].split()}


def test_checking_a_plan_imports_nothing_heavy() -> None:
    # An editable install has a finder that imports pathlib itself; what is measured is what dyncheck adds to click and msgspec.
    loaded = imported(f"from dyncheck.cli import run\nsys.argv[1:] = [{str(REFERENCE)!r}]\nassert run() == 0")
    assert loaded & HEAVY - imported("import dyncheck") == set()


def test_the_version_is_printed_without_loading_rules() -> None:
    loaded = imported("from dyncheck.cli import run\nsys.argv[1:] = ['--version']\nrun()\nassert 'dyncheck.rule' not in sys.modules")
    assert loaded & HEAVY - imported("import dyncheck") == set()


def test_the_package_itself_imports_almost_nothing() -> None:
    code = "import dyncheck\nassert not any(name in sys.modules for name in ('dyncheck.run', 'dyncheck.cli', 'dyncheck.rule'))"
    imported(code)
