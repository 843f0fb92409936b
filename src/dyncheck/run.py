"""One run: inputs in, a report out."""

from __future__ import annotations

import os
from collections.abc import Sequence

from msgspec import Struct

from dyncheck import engine
from dyncheck.catalog import all_rules, chosen
from dyncheck.contract import contracts, named
from dyncheck.dynamodb import Contract, Inventory
from dyncheck.errors import InputError
from dyncheck.findings import Input, Report
from dyncheck.readers.documents import read_document
from dyncheck.readers.source import read
from dyncheck.rule import Rule


class Settings(Struct, frozen=True):
    """What a run is to check, and by what."""

    policies: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    allow_empty: bool = False


class Checked(Struct, frozen=True):
    """One input, checked: its part of the report, the inventory it held, and the rules that broke down on it."""

    input: Input
    inventory: Inventory
    crashes: tuple[engine.Crash, ...]


def run(paths: Sequence[str], settings: Settings) -> Report:
    """Check every input; one that cannot be checked does not keep the others from it.

    Raises `UsageError` when the settings name a rule, a contract or a table that does not exist.
    """
    rules = chosen(all_rules(), settings.select, settings.ignore)
    known = contracts(settings.policies)
    required = [named(known, name) for name in dict.fromkeys(settings.required)]
    checked: list[Checked] = []
    errors: list[str] = []
    for path in paths:
        try:
            checked.append(_check(path, settings, rules, known))
        except InputError as error:
            errors.append(str(error))
    unread = "an input could not be checked" if errors else ""
    outcome = engine.check_required([each.inventory for each in checked], rules, known, required, unread)
    crashes = [crash for each in checked for crash in each.crashes]
    errors += map(_crashed, [*crashes, *outcome.crashes])
    return Report(tuple(each.input for each in checked), outcome.results, tuple(errors))


def _check(path: str, settings: Settings, rules: tuple[Rule, ...], known: tuple[Contract, ...]) -> Checked:
    if os.path.isdir(path):
        raise InputError(_directory(path))
    source = read(path)
    reading = read_document(source)
    inventory = Inventory(reading.resources, left_out=reading.left_out)
    if not inventory.tables and not settings.allow_empty:
        raise InputError(f"{source.name} has no DynamoDB table to check. {reading.nothing} If that is intended, say so with --allow-empty.")
    outcome = engine.check(inventory, rules, known)
    return Checked(
        Input(
            path=path,
            kind=reading.kind,
            sha256=source.sha256,
            producer=reading.producer,
            tables=len(inventory.tables),
            alarms=len(inventory.alarms),
            notices=reading.notices,
            results=outcome.results,
        ),
        inventory,
        outcome.crashes,
    )


def _directory(path: str) -> str:
    suffixes = (".tf", ".tofu", ".tf.json", ".tofu.json")
    try:
        has_terraform = any(name.endswith(suffixes) for name in os.listdir(path))
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}. Check its permissions."
    if has_terraform:
        return f"{path} holds Terraform files, which this version does not read. Plan it, and check the plan's JSON."
    return f"{path} is a directory without Terraform files. Name a file that `terraform show -json tfplan` wrote."


def _crashed(crash: engine.Crash) -> str:
    return (
        f"The rule {crash.rule} broke down on {crash.address}, which is a bug in dyncheck. "
        f"Please report it with this trace:\n{crash.traceback}"
    )
