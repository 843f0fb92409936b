"""What a check leaves out of its proofs, for it is known without them, is nothing that they would find."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import dyncheck
from dyncheck.catalog.contracts import contracts
from dyncheck.catalog.rules import all_rules
from dyncheck.errors import InputError
from dyncheck.interface import Refutation
from dyncheck.model import without_keys
from dyncheck.prove import callers
from dyncheck.readers.hcl.configuration.module import Modules
from tests.recording.record_proof_cases import recorded
from tests.support.samples import every

CASES = list(recorded())
VARIABLE = re.compile(r'^variable "(\w+)" \{.*?^\}', re.MULTILINE | re.DOTALL)

# A rule, a resource block, and the inputs that break it there.
Broken = set[tuple[str, str, str]]


def alone(directory: Path, module: str) -> None:
    """The module is the root module."""
    (directory / "main.tf").write_text(module)


def called(directory: Path, module: str) -> None:
    """The root module has the same inputs, and hands all of them over."""
    _call(directory, module, [match[1] for match in VARIABLE.finditer(module)])


def called_with_some(directory: Path, module: str) -> None:
    """The root module hands over what has no default, through a local value."""
    _call(directory, module, [match[1] for match in VARIABLE.finditer(module) if "default" not in match[0]], "local.of_")


def _call(directory: Path, module: str, names: list[str], prefix: str = "var.") -> None:
    (directory / "inner").mkdir()
    (directory / "inner" / "main.tf").write_text(module)
    variables = [match[0] for match in VARIABLE.finditer(module)]
    values = [f"  of_{name} = var.{name}" for name in names]
    arguments = [f"  {name} = {prefix}{name}" for name in names]
    lines = [*variables, "locals {", *values, "}", 'module "inner" {', '  source = "./inner"', *arguments, "}"]
    (directory / "main.tf").write_text("\n".join(lines) + "\n")


def broken(refutations: tuple[Refutation, ...]) -> Broken:
    return {(found.rule, address, found.values) for found in refutations for address in found.addresses}


def found_by_a_check(directory: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Broken, set[tuple[str, str]]] | None:
    """What a check finds, and the rules that are broken without any input; None where it does not look for inputs."""
    found: list[tuple[Refutation, ...]] = []

    def watched(*arguments: Any) -> tuple[Refutation, ...]:
        found.append(callers_refutations(*arguments))
        return found[-1]

    callers_refutations = callers.refutations
    with monkeypatch.context() as patch:
        patch.setattr(callers, "refutations", watched)
        try:
            results = dyncheck.check(directory).results
        except InputError:
            return None
    without = {(result.rule, without_keys(result.address)) for result in results if result.status.value == "fail"}
    return (broken(found[0]), without) if found else None


def found_without_shortcuts(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Broken:
    modules = Modules()
    modules.trees.add(str(directory))
    with monkeypatch.context() as patch:
        patch.setattr(callers, "without_null", lambda _: {})
        patch.setattr(callers, "_is_broken_without", lambda *_: False)
        return broken(callers.refutations(str(directory), str(directory), modules, all_rules(), contracts(())))


@pytest.mark.parametrize("form", [alone, called, called_with_some])
@pytest.mark.parametrize("start", every(8, range(0, len(CASES), 10)))
def test_a_check_finds_what_breaks_rules_that_are_kept_without(
    start: int, form: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = 0
    for case in CASES[start : start + 10]:
        directory = tmp_path / str(case["seed"])
        directory.mkdir()
        form(directory, case["module"])
        found = found_by_a_check(directory, monkeypatch)
        if found is None:
            continue
        looked_at += 1
        by_the_check, without = found
        all_there_is = {each for each in found_without_shortcuts(directory, monkeypatch) if each[:2] not in without}
        assert by_the_check == all_there_is, f"seed {case['seed']}:\n{(directory / 'main.tf').read_text()}"
    assert looked_at
