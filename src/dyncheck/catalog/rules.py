"""The rules there are: one Python file each in `policies/`, found by listing the directory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from importlib import import_module

from msgspec.structs import replace

from dyncheck.errors import UsageError
from dyncheck.rule import Rule, Severity

# The repository's `policies/`, as it is installed.
_PACKAGE = "dyncheck.policies"

# The prefix of the ids of our checks in checkov, and the check for inputs that could not be checked.
CHECKOV_PREFIX = "DYN_"
NOT_CHECKED = "DYN_NOT_CHECKED"


def policies_directory() -> str:
    """The directory of the rules; the contracts are in `tables/` below it."""
    (directory,) = import_module(_PACKAGE).__path__
    return str(directory)


def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the ids."""
    names = os.listdir(policies_directory())
    stems = sorted(name[:-3] for name in names if name.endswith(".py") and not name.startswith("_"))
    return tuple(import_module(f"{_PACKAGE}.{stem}").check for stem in stems)


def checkov_id(rule: str) -> str:
    """The id of the checkov check for a rule: `DYN_NO_POINT_IN_TIME_RECOVERY` for `no-point-in-time-recovery`.

    Two underscores end the team of a rule that is not shipped: `DYN_ACME__NO_RUNBOOK` for `acme/no-runbook`.
    """
    return f"{CHECKOV_PREFIX}{rule.upper().replace('-', '_').replace('/', '__')}"


def chosen(rules: tuple[Rule, ...], select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The selected rules (all when none is named) without the ignored ones.

    Raises `UsageError` for an id that no rule has.
    """
    selected, ignored = frozenset(select), frozenset(ignore)
    for name in sorted(selected | ignored):
        find(rules, name)
    return tuple(each for each in rules if (not selected or each.id in selected) and each.id not in ignored)


def checked_rules(rules: tuple[Rule, ...], select: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules that a check runs: all but those that only `dyncheck prove` runs.

    Raises `UsageError` when those are all that is selected.
    """
    checked = tuple(rule for rule in rules if not rule.is_proved)
    if rules and not checked and select:
        raise UsageError(f"A check does not run the rule {rules[0].id!r}. Run `dyncheck prove DIR` on the directory of the module.")
    return checked


def weighed(rules: tuple[Rule, ...], severities: Mapping[str, Severity]) -> tuple[Rule, ...]:
    """The rules with these severities instead of their own."""
    return tuple(replace(rule, severity=severities[rule.id], is_weighed=True) if rule.id in severities else rule for rule in rules)


def find(rules: tuple[Rule, ...], name: str) -> Rule:
    """The rule of that id. Raises `UsageError` when it does not exist, with the nearest id."""
    by_id = {each.id: each for each in rules}
    if name not in by_id:
        raise UsageError(f"There is no rule {name!r}.{hint(name, by_id)} `dyncheck rules` lists them all.")
    return by_id[name]


def hint(name: str, known: Iterable[str]) -> str:
    """What to do about the id of a rule that does not exist: the nearest id, or how to add the rules of a team."""
    from dyncheck.suggestions import did_you_mean

    return did_you_mean(name, known) or (" Add the rules of its team with --rules or --plugin." if "/" in name else "")
