"""Records what the real Terraform makes of directories with odd file names, and holds dyncheck against new ones.

    python -m tests.recording.record_file_sets                             records all directories again
    python -m tests.recording.record_file_sets --check --seed 1 --count 9  prints generated directories that dyncheck reads differently

Needs Terraform, but no provider.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

from tests.readers.hcl.file_sets import directories
from tests.readers.hcl.file_sets.directories import ABSOLUTE, Directory
from tests.readers.hcl.file_sets.drawing import drawn

_MANIFEST = ".terraform/modules/modules.json"
_ERROR = re.compile(r"(?:^|[╷│] )Error: (.+)", re.MULTILINE)


def of_terraform(case: Directory) -> Directory:
    """A directory with the answer of Terraform."""
    with tempfile.TemporaryDirectory() as top:
        home = directories.write(case, Path(top))
        return replace(case, answer=_answer(case, home).replace(os.path.realpath(home), ABSOLUTE))


def _answer(case: Directory, home: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_VAR_")} | case.environment
    environment |= {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}

    def run(*arguments: str, text: str = "") -> str:
        command = ["terraform", *([f"-chdir={case.inside}"] if case.inside else []), *arguments]
        done = subprocess.run(command, input=text.encode(), env=environment, cwd=home, capture_output=True, check=False)
        output = done.stdout.decode(errors="backslashreplace")
        if done.returncode:
            found = _ERROR.search(done.stderr.decode(errors="backslashreplace") + output)
            raise _RefusedError(found[1] if found else "?")
        return output

    if any(content.startswith("module ") for content in case.files.values()) and _MANIFEST not in case.files:
        with suppress(_RefusedError):
            run("get", "-no-color")
    try:
        if not case.ask.startswith("plan:"):
            shown = run("console", "-no-color", *case.options, text=f"{case.ask}\n").removesuffix("\n")
            return shown.rpartition("\n\n")[2].lstrip("\n") if shown.startswith("\nWarning: ") else shown
        run("plan", "-no-color", "-input=false", "-out=tfplan", *case.options)
        planned = json.loads(run("show", "-json", "-no-color", "tfplan"))["planned_values"]
    except _RefusedError as refused:
        return f"error: {refused}"
    resources = dict(sorted(_resources(planned.get("root_module", {}))))
    if case.ask == "plan:addresses":
        return " ".join(resources)
    if case.ask == "plan:inputs":
        return "; ".join(f"{address} = {value}" for address, value in resources.items())
    return directories.outputs({name: output.get("value") for name, output in planned.get("outputs", {}).items()})


class _RefusedError(Exception):
    """Terraform refuses the directory."""


def _resources(module: dict[str, Any]) -> list[tuple[str, Any]]:
    own = [(each["address"], each["values"].get("input")) for each in module.get("resources", ())]
    return own + [pair for child in module.get("child_modules", ()) for pair in _resources(child)]


def difference(case: Directory) -> str:
    """What dyncheck makes of a directory, where that contradicts Terraform; else empty."""
    with tempfile.TemporaryDirectory() as top:
        found = directories.answer(case, Path(os.path.realpath(top)))
    return "" if directories.agrees(case, found) else found


def _all_of_terraform(cases: list[Directory]) -> list[Directory]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(of_terraform, cases))


def main() -> int:
    """Record, or check."""
    options = argparse.ArgumentParser()
    options.add_argument("--check", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=100)
    chosen = options.parse_args()
    if not chosen.check:
        directories.record(iter(_all_of_terraform(list(directories.recorded()))))
        return 0
    found = 0
    for case in _all_of_terraform([drawn(Random(f"{chosen.seed}-{number}"), f"{chosen.seed}-{number}") for number in range(chosen.count)]):
        if other := difference(case):
            found += 1
            sys.stdout.write(f"{case}\n  dyncheck: {other}\n\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
