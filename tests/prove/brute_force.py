"""The oracle of proofs: checks a module with each input, and collects the rules that certainly fail."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import dyncheck
from dyncheck.catalog.rules import all_rules
from dyncheck.dynamodb import Alarm, Contract, Copy, Notifier, Table
from dyncheck.errors import InputError
from dyncheck.findings import Report, Result, Status
from dyncheck.model import without_keys
from tests.prove.generator import Made
from tests.readers.hcl.parity.law import ELSEWHERE

# The rules that are proved.
_SUBJECTS = ((Table,), (Table, Contract | None), (Copy, Contract | None), (Alarm,), (Notifier,))
RULES = tuple(rule.id for rule in all_rules() if rule.is_on_contract or rule.subjects in _SUBJECTS)
TABLE = "aws_dynamodb_table.products"


def broken(directory: Path, given: dict[str, Any]) -> set[tuple[str, str]] | None:
    """The rule and the address of each certain failure with an input; None when Terraform would refuse it."""
    values = directory / "given.json"
    values.write_text(json.dumps(given))
    try:
        report = dyncheck.check(directory, var_files=[values], select=[*RULES, "violated-condition"])
    except InputError:
        return None
    failed = [result for result in report.results if result.status is Status.FAIL]
    if any(result.rule == "violated-condition" for result in failed) or _lacks_required(directory, report):
        return None
    return {(result.rule, _address(result)) for result in failed}


def _address(result: Result) -> str:
    # This rule judges the table and reports at the alarm.
    return TABLE if result.rule == ELSEWHERE else without_keys(result.address)


def _lacks_required(directory: Path, report: Report) -> bool:
    """Whether a required argument is written but null, which Terraform refuses."""
    text = (directory / "main.tf").read_text()
    return any(
        result.found == "not set" and re.search(rf"^  {result.attribute.partition('.')[0]} {{", text, re.MULTILINE)
        for result in report.results
        if result.attribute in ("point_in_time_recovery.enabled", "server_side_encryption.enabled")
    )


def counted(directory: Path, made: Made) -> tuple[int, dict[str, int]]:
    """The number of inputs that Terraform would accept, and how many of them break each rule on each resource."""
    (directory / "main.tf").write_text(made.text)
    allowed = 0
    breaking: dict[str, int] = {}
    for given in made.inputs():
        found = broken(directory, given)
        if found is not None:
            allowed += 1
            for rule, address in found:
                key = f"{rule} {address}"
                breaking[key] = breaking.get(key, 0) + 1
    return allowed, dict(sorted(breaking.items()))
