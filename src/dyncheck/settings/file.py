"""What a configuration file, `.dyncheck.yaml`, says: read and validated, with every error at its line."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from dyncheck import yaml_file
from dyncheck.catalog.rules import all_rules
from dyncheck.checking.exit_code import OnUnknown
from dyncheck.checking.waivers import is_date
from dyncheck.errors import UsageError
from dyncheck.files import contents
from dyncheck.rule import Severity
from dyncheck.suggestions import did_you_mean
from dyncheck.yaml_file import Kind, Lines, Problem, Where, dotted

Text: TypeAlias = Annotated[str, Meta(pattern=r"\S")]


class AddressWaiver(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A waiver by address, of which `*` and `?` stand for any characters. `until` is its last day, as 2026-12-31."""

    address: Text
    rules: Annotated[tuple[Text, ...], Meta(min_length=1)]
    reason: Text
    owner: str = ""
    until: str = ""


class DestroyPermission(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Permission to destroy the table at exactly one address. `until` is its last day, as 2026-12-31."""

    address: Text
    reason: Text
    until: Text


class Configuration(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """What a `.dyncheck.yaml` says; each key is the option of that name. Paths in `policies` are relative to the file."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: dict[str, Severity] = {}
    fail_on: Severity | UnsetType = UNSET
    unknown: OnUnknown | UnsetType = UNSET
    require: tuple[str, ...] = ()
    policies: tuple[Text, ...] = ()
    waivers: tuple[AddressWaiver, ...] = ()
    allow_destroy: tuple[DestroyPermission, ...] = ()


CONFIGURATION = Kind(Configuration, "configuration")


class Loaded(Struct, frozen=True):
    """A configuration with the path and the SHA-256 of its file, and the line of each path in it."""

    configuration: Configuration
    path: str
    sha256: str
    lines: Lines

    def at(self, *where: str | int) -> str:
        """Where something stands: `.dyncheck.yaml:3`."""
        return f"{self.path}:{self.lines[where]}"


def load(path: str) -> Loaded:
    """The configuration of a file. Raises `UsageError` with all that is wrong with it, each at its line."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise UsageError(f"{path} is no file, so it is no configuration. Remove it, or go without by --no-project-config.")
        data = contents(path, yaml_file.MOST_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise UsageError(
                f"{path} has more than {yaml_file.MOST_BYTES:,} bytes, so it is no configuration. See docs/configuration.md."
            ) from None
        raise UsageError(f"{path} cannot be read: {error.strerror}. Name a configuration that can by --config.") from None
    configuration, lines, problems = yaml_file.read(data, CONFIGURATION)
    if configuration is not None:
        problems += _problems(configuration, path, lines)
    if configuration is None or problems:
        raise UsageError(
            "The configuration cannot be used; mend it, or go without by --no-project-config.",
            [f"{path}:{line}: {message}" for line, message in sorted(problems)],
        )
    return Loaded(configuration, path, sha256(data).hexdigest(), lines)


def policies(loaded: Loaded) -> tuple[str, ...]:
    """The paths of `policies`, relative to the working directory as the file's own path is."""
    return tuple(os.path.join(os.path.dirname(loaded.path), path) for path in loaded.configuration.policies)


def _problems(configuration: Configuration, path: str, lines: Lines) -> Iterator[Problem]:
    """What a schema cannot see: rules that do not exist, days that are none, policies from elsewhere."""
    rules = [rule.id for rule in all_rules()]
    for where, name in _named_rules(configuration):
        if name not in rules:
            yield lines[where], f"{dotted(where)}: there is no rule {name!r}.{did_you_mean(name, rules)}"
    for position, waiver in enumerate(configuration.waivers):
        if waiver.until and not is_date(waiver.until):
            yield lines["waivers", position, "until"], f"waivers[{position}].until is {waiver.until!r}; write a day as 2026-12-31"
    for position, permission in enumerate(configuration.allow_destroy):
        if not is_date(permission.until):
            named = f"allow-destroy[{position}].until"
            yield lines["allow-destroy", position, "until"], f"{named} is {permission.until!r}; write a day as 2026-12-31"
    home = os.path.realpath(os.path.dirname(path) or os.curdir)
    for position, policy in enumerate(configuration.policies):
        # Who may change the tree must not make a run read, and quote, what is outside of it.
        if not _is_below(home, os.path.join(home, policy)):
            yield lines["policies", position], f"policies[{position}] is {policy!r}, which is not below the directory of this file"
            continue
        for name in _names_in(os.path.join(home, policy)):
            if not _is_below(home, os.path.join(home, policy, name)):
                yield (
                    lines["policies", position],
                    f"policies[{position}] is {policy!r}, in which {name} leads out of the directory of this file",
                )


def _is_below(home: str, path: str) -> bool:
    return os.path.commonpath([home, os.path.realpath(path)]) == home


def _names_in(policy: str) -> list[str]:
    """What stands in a directory of contracts."""
    return sorted(os.listdir(policy)) if os.path.isdir(policy) else []


def _named_rules(configuration: Configuration) -> Iterator[tuple[Where, str]]:
    for key, names in (("select", configuration.select), ("ignore", configuration.ignore)):
        yield from (((key, position), name) for position, name in enumerate(names))
    yield from ((("severities", name), name) for name in configuration.severities)
    for number, waiver in enumerate(configuration.waivers):
        yield from ((("waivers", number, "rules", position), name) for position, name in enumerate(waiver.rules))
