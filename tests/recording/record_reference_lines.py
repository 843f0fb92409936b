"""Records how Terraform and the rules judge every edit of the reference module: `python -m tests.recording.record_reference_lines`.

Each edited module is called twice: with only a name, and with every input set. One root calls all modules, so there is one plan.
Terraform refuses some edits before it plans. Their record is the error, and the root does not call them.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import dyncheck
import dyncheck.errors
from dyncheck.catalog.rules import all_rules
from dyncheck.findings import Result, Status
from dyncheck.prove.prover import prove_module
from tests.infrastructure.reference_lines import MODULE, Edit, Entry, edits, keep, unnoticed
from tests.support.rules import fix_the_rules
from tests.support.terraform import PROVIDER, Root, installed

# The tables that the CI of this repository requires.
REQUIRED = ("products", "sessions")

INPUTS = """
  billing_mode               = "PROVISIONED"
  read_capacity              = 7
  write_capacity             = 8
  enable_deletion_protection = true
  table_class                = "STANDARD_INFREQUENT_ACCESS"
  tags                       = { Team = "shop" }
  alarm_actions              = ["arn:aws:sns:us-east-1:123456789012:alarms"]
  consumed_reads_threshold   = 1000
"""
CALLS = {"plain": "", "full": INPUTS}

Diagnostic: TypeAlias = dict[str, Any]
Finding: TypeAlias = tuple[str, str, str]

_UNEDITED = "unedited"


def of_terraform(made: Sequence[Edit], ready: Path) -> tuple[dict[Edit, str], dict[Edit, set[str]]]:
    """The errors of the edits that Terraform refuses, and the rules that notice the other edits in the plan.

    `ready` is a directory in which the provider is installed.
    """
    names = {f"e{position}": edit for position, edit in enumerate(made)}
    refused = _refused_inputs(names)
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory), ready)
        root.write("provider.tf", PROVIDER)
        shutil.copytree(MODULE, root.directory / _UNEDITED)
        left = {name: edit for name, edit in names.items() if name not in refused}
        for name, edit in left.items():
            edit.write(root.directory / name)
        refused |= _refused(root, (_UNEDITED, *left))
        plan = json.loads(root.run("show", "-json", "tfplan"))
        unedited = _found_in_plan(plan, _UNEDITED)
        noticed = {
            edit: {rule for rule, *_ in _found_in_plan(plan, name) - unedited} for name, edit in names.items() if name not in refused
        }
    return {names[name]: error for name, error in refused.items()}, noticed


def _refused_inputs(names: dict[str, Edit]) -> dict[str, str]:
    """The errors about inputs. Terraform stops at the first wrong module call, which is fast without a provider."""
    with tempfile.TemporaryDirectory() as directory:
        root = Root(Path(directory))
        inputs = [name for name, edit in names.items() if edit.file == "variables.tf"]
        for name in inputs:
            names[name].write(root.directory / name, only=["variables.tf"])
        return _refused(root, inputs)


def _refused(root: Root, names: Sequence[str]) -> dict[str, str]:
    """The errors of the modules that Terraform refuses. At the end it plans all others."""
    _install_modules(root, names)
    refused: dict[str, str] = {}
    while True:
        root.write("main.tf", "".join(_calls(name, f"{name}-") for name in names if name not in refused))
        errors = [each for each in _plan(root) if each["severity"] == "error"]
        if not errors:
            return refused
        found = {_module_of(error): _words(error) for error in reversed(errors)}
        assert found.keys() <= set(names) - refused.keys() - {_UNEDITED}, errors
        print(f"refused: {', '.join(found)}", flush=True)
        refused |= found


def _install_modules(root: Root, names: Iterable[str]) -> None:
    """Write the files of `terraform init`, which would stop at a refused module."""
    modules = [{"Key": f"{call}_{name}", "Source": f"./{name}", "Dir": name} for name in names for call in CALLS]
    directory = root.directory / ".terraform" / "modules"
    directory.mkdir(parents=True)
    (directory / "modules.json").write_text(json.dumps({"Modules": [{"Key": "", "Source": "", "Dir": "."}, *modules]}))


def _plan(root: Root) -> list[Diagnostic]:
    lines = map(json.loads, root.run("plan", "-json", "-input=false", "-out=tfplan", expect=(0, 1)).splitlines())
    return [line["diagnostic"] for line in lines if "diagnostic" in line]


def _module_of(error: Diagnostic) -> str:
    """The edited module of an error, by its address, its file, or the line of the call."""
    places = (error.get("address"), error.get("range", {}).get("filename"), json.dumps(error))
    found = next((match for place in places if (match := re.search(r"\b(?:(?:plain|full)_)?(e\d+)\b", place or ""))), None)
    assert found, error
    return found[1]


def _words(error: Diagnostic) -> str:
    words = " ".join(f"{error['summary']}: {error.get('detail', '')}".split()).rstrip(": ")
    return re.sub(r"\b(plain|full)_e\d+\b", r"\1", re.sub(r"\be\d+/", "", words))


def _calls(name: str, prefix: str = "") -> str:
    """The two calls of the module in the directory of that name."""
    return "".join(
        f'module "{call}_{name}" {{\n  source           = "./{name}"\n  environment_name = "{prefix}{call}"\n{inputs}}}\n'
        for call, inputs in CALLS.items()
    )


def _found_in_plan(plan: dict[str, Any], name: str) -> set[Finding]:
    """The findings in the plan of a root that calls only this module."""
    calls = {f"{call}_{name}" for call in CALLS}
    addresses = {f"module.{call}" for call in calls}
    alone = {
        **plan,
        "planned_values": {"root_module": {"child_modules": [
            module for module in plan["planned_values"]["root_module"]["child_modules"] if module["address"] in addresses
        ]}},
        "resource_changes": [change for change in plan["resource_changes"] if change.get("module_address") in addresses],
        "configuration": {**plan["configuration"], "root_module": {"module_calls": {
            call: module for call, module in plan["configuration"]["root_module"]["module_calls"].items() if call in calls
        }}},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "plan.json")
        path.write_text(json.dumps(alone).replace(f"_{name}", "_module").replace(f"{name}-", ""))
        return _found(path)


def of_the_files(made: Iterable[Edit]) -> Iterator[set[str]]:
    """The rules that notice each edit in the Terraform files: in a check of the two calls, or in a proof of the module."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        (root / "main.tf").write_text(_calls("dynamodb"))
        module = Path(shutil.copytree(MODULE, root / "dynamodb"))
        unedited = _found(root) | _found(module)
        for edit in made:
            shutil.rmtree(module)
            edit.write(module)
            yield {rule for rule, *_ in (_found(root) | _found(module)) - unedited}


def _found(path: Path) -> set[Finding]:
    """The findings without block names. Invalid files have no findings."""
    try:
        report = dyncheck.check(path, required=REQUIRED)
    except dyncheck.errors.InputError:
        return set()
    failed = [result for result in (*report.results, *_unguarded(path)) if result.status is Status.FAIL]
    return {(result.rule, result.address.removesuffix("_other"), result.message.replace("_other", "")) for result in failed}


def _unguarded(path: Path) -> tuple[Result, ...]:
    """The inputs that break a rule in a proof of the module; empty if the proof is not possible."""
    rules = all_rules()
    try:
        return prove_module(str(path), rules, rules).unguarded
    except dyncheck.errors.InputError:
        return ()


def main() -> None:
    """Record the rules that notice each edit."""
    fix_the_rules()
    made = edits()
    with tempfile.TemporaryDirectory() as directory:
        refused, planned = of_terraform(made, installed(Path(directory)))
    entries = [
        Entry(edit.key, refused.get(edit, ""), tuple(sorted(planned.get(edit, ()))), tuple(sorted(in_files)))
        for edit, in_files in zip(made, of_the_files(made), strict=True)
    ]
    keep(entries)
    print("\n\n".join(tables(entries)))


def tables(entries: Sequence[Entry]) -> tuple[str, str]:
    """The number of edits by kind, and by the reason why no rule has to notice them, as in docs/reliability.md."""
    planned = [entry for entry in entries if not entry.refused]
    refused = [entry for entry in entries if entry.refused]
    rows = {
        "made": len(entries),
        "planned by Terraform": len(planned),
        "of these, noticed by a rule in the plan": sum(1 for entry in planned if entry.in_plan),
        "noticed by a rule in the Terraform files alone": sum(1 for entry in planned if entry.in_files and not entry.in_plan),
        "noticed by no rule, for the reasons below": sum(1 for entry in planned if not entry.rules),
        "refused by Terraform": len(refused),
        "of these, noticed by a rule in the Terraform files": sum(1 for entry in refused if entry.rules),
    }
    reasons = Counter(edit.reason.why for edit in unnoticed(entries) if edit.reason)
    return _rows(rows), _rows(dict(reasons.most_common()))


def _rows(rows: dict[str, int]) -> str:
    return "\n".join(f"| {kind} | {number} |" for kind, number in rows.items())


if __name__ == "__main__":
    main()
