"""Reads and validates a configuration file, `.dyncheck.yaml`, with every error at its line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from dyncheck import yaml_file
from dyncheck.catalog.rules import all_rules, hint
from dyncheck.checking.exit_code import OnUnknown
from dyncheck.checking.waivers import is_date
from dyncheck.errors import UsageError
from dyncheck.files import contents
from dyncheck.readers.hcl.configuration.workspaces import is_valid_name
from dyncheck.readers.hcl.exclusions import why_invalid
from dyncheck.rule import Rule, Severity
from dyncheck.version import VERSION
from dyncheck.yaml_file import Kind, Lines, Problem, Where, dotted

_ENVIRONMENT = r"[A-Za-z0-9][A-Za-z0-9._-]*"

Text: TypeAlias = Annotated[str, Meta(pattern=r"\S")]


class AddressWaiver(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A waiver by address, where `*` and `?` stand for any characters. `until` is its last day, as 2026-12-31."""

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


class EnvironmentEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """An environment: the files that give root modules their values, its workspace, and the severities and contracts that it has besides.

    Each of `var-files` is relative to the directory of a root module, or where that has none, to the configuration.
    """

    var_files: tuple[Text, ...] = ()
    workspace: str = ""
    severities: dict[str, Severity] = {}
    policies: tuple[Text, ...] = ()


class OverrideEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What differs for the root modules in the directories that fit one of the patterns `paths`."""

    paths: Annotated[tuple[Text, ...], Meta(min_length=1)]
    ignore: tuple[str, ...] = ()
    severities: dict[str, Severity] = {}
    policies: tuple[Text, ...] = ()


class Configuration(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """A `.dyncheck.yaml`: each key is the option of that name. Paths in `policies`, `rules` and `exclude` are relative to the file."""

    required_version: Text = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: dict[str, Severity] = {}
    fail_on: Severity | UnsetType = UNSET
    unknown: OnUnknown | UnsetType = UNSET
    strict: bool | UnsetType = UNSET
    require: tuple[str, ...] = ()
    exclude: tuple[Text, ...] = ()
    policies: tuple[Text, ...] = ()
    reference: bool | UnsetType = UNSET
    rules: tuple[Text, ...] = ()
    plugins: tuple[Text, ...] = ()
    environments: dict[str, EnvironmentEntry] = {}
    overrides: tuple[OverrideEntry, ...] = ()
    waivers: tuple[AddressWaiver, ...] = ()
    allow_destroy: tuple[DestroyPermission, ...] = ()


_UNTRUSTED = (
    "rules names directories of code, which dyncheck does not run because of a file that it found. "
    "Use --config {path}, --trust-config, or --rules DIR"
)

CONFIGURATION = Kind(Configuration, "configuration")


class _Required(Struct, frozen=True, kw_only=True, rename="kebab"):
    """The only key of a configuration that every version understands."""

    required_version: Text = ""


class Loaded(Struct, frozen=True):
    """A configuration with the path and the SHA-256 of its file, and the line of each path in it.

    `own_rules` are the rules of the directories and packages that it or the command line names.
    """

    configuration: Configuration
    path: str
    sha256: str
    lines: Lines
    own_rules: tuple[Rule, ...] = ()

    def at(self, *where: str | int) -> str:
        """Where something stands: `.dyncheck.yaml:3`."""
        return f"{self.path}:{self.lines[where]}"


def load(path: str, *, is_trusted: bool = False, rules: Sequence[str] = (), plugins: Sequence[str] = ()) -> Loaded:
    """The configuration of a file. Raises `UsageError` with every error in it, each at its line.

    Only a trusted one may name directories of `rules`: they are code, and the file may belong to the tree that is checked. `rules` and
    `plugins` are those of the command line.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise UsageError(f"{path} is not a file. Remove it, or use --no-project-config.")
        data = contents(path, yaml_file.MOST_BYTES)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}. Name another configuration with --config.") from None
    if b"required-version" in data:
        _refuse_other_versions(data, path)
    configuration, lines, problems = yaml_file.read(data, CONFIGURATION)
    own: tuple[Rule, ...] = ()
    if configuration is not None:
        directories = (*rules, *(os.path.join(os.path.dirname(path), each) for each in configuration.rules if is_trusted))
        packages = (*plugins, *configuration.plugins)
        if directories or packages:
            from dyncheck.catalog.own_rules import own_rules

            own = own_rules(directories, packages)
        if configuration.rules and not is_trusted:
            problems.append((lines[("rules",)], _UNTRUSTED.format(path=path)))
        else:
            problems += _problems(configuration, path, lines, own)
    if configuration is None or problems:
        raise UsageError(
            "The configuration is invalid. Fix it, or use --no-project-config.",
            [f"{path}:{line}: {message}" for line, message in sorted(problems)],
        )
    environments = {
        name: replace(each, policies=_from_working_directory(path, each.policies)) for name, each in configuration.environments.items()
    }
    overrides = tuple(replace(each, policies=_from_working_directory(path, each.policies)) for each in configuration.overrides)
    policies = _from_working_directory(path, configuration.policies)
    configuration = replace(configuration, policies=policies, environments=environments, overrides=overrides)
    return Loaded(configuration, path, sha256(data).hexdigest(), lines, own)


def _refuse_other_versions(data: bytes, path: str) -> None:
    """Raise `UsageError` if the file requires another version of dyncheck, before an error about keys that only that version has."""
    from dyncheck.settings.required_version import allows

    required, lines, _ = yaml_file.read(data, Kind(_Required, "configuration"))
    try:
        is_other = required is not None and required.required_version and not allows(required.required_version)
    except ValueError:
        return  # One of the errors of the file.
    if required and is_other:
        raise UsageError(
            f"{path}:{lines['required-version',]}: required-version is {required.required_version!r}, and this is dyncheck {VERSION}. "
            "Install a version that the file allows, or use --no-project-config."
        )


def _from_working_directory(path: str, policies: tuple[str, ...]) -> tuple[str, ...]:
    """The paths of contracts like that of the file, relative to the working directory."""
    return tuple(os.path.join(os.path.dirname(path), policy) for policy in policies)


def _problems(configuration: Configuration, path: str, lines: Lines, own: tuple[Rule, ...]) -> Iterator[Problem]:
    """Errors that a schema cannot find: rules that do not exist, invalid dates and patterns, policies outside the directory."""
    if configuration.required_version and not _is_specifier(configuration.required_version):
        found = f"required-version is {configuration.required_version!r}"
        yield lines["required-version",], f"{found}; expected versions such as '>=0.2,<1'"
    rules = [rule.id for rule in (*all_rules(), *own)]
    for where, name in _named_rules(configuration):
        if name not in rules:
            yield lines[where], f"{dotted(where)}: there is no rule {name!r}.{hint(name, rules)}"
    days: list[tuple[Where, str]] = [(("waivers", number, "until"), entry.until) for number, entry in enumerate(configuration.waivers)]
    days += ((("allow-destroy", number, "until"), entry.until) for number, entry in enumerate(configuration.allow_destroy))
    for where, day in days:
        if day and not is_date(day):
            yield lines[where], f"{dotted(where)} is {day!r}; expected a day such as 2026-12-31"
    for position, pattern in enumerate(configuration.exclude):
        if why := why_invalid(pattern):
            yield lines["exclude", position], f"exclude[{position}] is {pattern!r}; {why}"
    home = os.path.realpath(os.path.dirname(path) or os.curdir)
    yield from _wrong_policies(configuration.policies, ("policies",), home, lines)
    for number, override in enumerate(configuration.overrides):
        for position, pattern in enumerate(override.paths):
            at = ("overrides", number, "paths", position)
            if why := why_invalid(pattern):
                yield lines[at], f"{dotted(at)} is {pattern!r}; {why}"
        yield from _wrong_policies(override.policies, ("overrides", number, "policies"), home, lines)
    for name, environment in configuration.environments.items():
        yield from _wrong_environment(environment, name, home, lines)


def _is_specifier(text: str) -> bool:
    from dyncheck.settings.required_version import allows

    try:
        allows(text)
    except ValueError:
        return False
    return True


def _wrong_environment(environment: EnvironmentEntry, name: str, home: str, lines: Lines) -> Iterator[Problem]:
    where: Where = ("environments", name)
    if not re.fullmatch(_ENVIRONMENT, name):
        yield lines[where], f"environments has {name!r}; expected a name of letters, digits, and the characters - . _"
    if environment.workspace and not is_valid_name(environment.workspace):
        found = f"{dotted((*where, 'workspace'))} is {environment.workspace!r}"
        yield lines[(*where, "workspace")], f"{found}; expected letters, digits, and the characters - . _ ~ $ & + : = @ only"
    for position, file in enumerate(environment.var_files):
        if os.path.isabs(file):
            at = (*where, "var-files", position)
            yield lines[at], f"{dotted(at)} is {file!r}; expected a path relative to the root module or to this file"
    yield from _wrong_policies(environment.policies, (*where, "policies"), home, lines)


def _wrong_policies(policies: tuple[str, ...], where: Where, home: str, lines: Lines) -> Iterator[Problem]:
    """Paths of contracts that lead out of the directory `home`."""
    for position, policy in enumerate(policies):
        # Who may change the tree must not make a run read, and quote, files outside of it.
        at = (*where, position)
        named = f"{dotted(at)} is {policy!r}"
        directory = os.path.join(home, policy)
        if not _is_below(home, directory):
            yield lines[at], f"{named}; expected a path below the directory of this file"
            continue
        for name in sorted(os.listdir(directory)) if os.path.isdir(directory) else ():
            if not _is_below(home, os.path.join(directory, name)):
                yield lines[at], f"{named}, but {name} in it leads out of the directory of this file"


def _is_below(home: str, path: str) -> bool:
    return os.path.commonpath([home, os.path.realpath(path)]) == home


def _named_rules(configuration: Configuration) -> Iterator[tuple[Where, str]]:
    for key, names in (("select", configuration.select), ("ignore", configuration.ignore)):
        yield from (((key, position), name) for position, name in enumerate(names))
    yield from ((("severities", name), name) for name in configuration.severities)
    for environment, entry in configuration.environments.items():
        yield from ((("environments", environment, "severities", name), name) for name in entry.severities)
    for number, override in enumerate(configuration.overrides):
        yield from ((("overrides", number, "ignore", position), name) for position, name in enumerate(override.ignore))
        yield from ((("overrides", number, "severities", name), name) for name in override.severities)
    for number, waiver in enumerate(configuration.waivers):
        yield from ((("waivers", number, "rules", position), name) for position, name in enumerate(waiver.rules))
