"""The effective settings of a run and the source of each: the command line goes before the configuration file, both before defaults."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct

from dyncheck.checking.exit_code import OnUnknown
from dyncheck.errors import UsageError, one_line
from dyncheck.files import COMMAND_LINE, Exclude
from dyncheck.findings import Configured, Waiver
from dyncheck.reporters.safe import safe_text
from dyncheck.rule import Rule, Severity

if TYPE_CHECKING:
    from dyncheck.checking.differences import Difference
    from dyncheck.checking.permissions import AllowDestroy
    from dyncheck.checking.settings import Settings
    from dyncheck.checking.waivers import Decision
    from dyncheck.readers.hcl.configuration.environments import Environment
    from dyncheck.settings.file import Loaded

DEFAULT = "default"

_CHOICES = ("select", "ignore", "require", "exclude", "policies", "reference", "rules", "plugins", "fail-on", "unknown", "strict")
# The settings of which a report shows each by itself.
_ONE_BY_ONE = ("environments", "overrides", "waivers", "allow-destroy")
_YES, _NO = "true", "false"
_WIDEST = 60


class CommandLineSettings(Struct, frozen=True):
    """The settings of the command line; empty or None where it sets nothing.

    `reads_part` says that the run reads only a part of the inputs, so that it cannot require a table.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    reference: bool | None = None
    rules: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    fail_on: Severity | None = None
    unknown: OnUnknown | None = None
    allow_destroy: tuple[str, ...] = ()
    strict: bool | None = None
    exclude: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    reads_part: bool = False


class Setting(Struct, frozen=True):
    """One value of an option, and its source."""

    option: str
    value: str
    source: str


class EffectiveSettings(Struct, frozen=True):
    """The effective settings of a run; `listed` has all of them as text."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    require: tuple[str, ...]
    policies: tuple[str, ...]
    reference: bool
    fail_on: Severity
    unknown: OnUnknown
    strict: bool
    severities: tuple[tuple[str, Severity], ...]
    decisions: tuple[Decision, ...]
    allow_destroy: tuple[AllowDestroy, ...]
    exclude: tuple[Exclude, ...]
    environments: tuple[tuple[Environment, Difference], ...]
    overrides: tuple[tuple[tuple[Exclude, ...], Difference], ...]
    listed: tuple[Setting, ...]
    own_rules: tuple[Rule, ...] = ()

    def configured(self, loaded: Loaded | None) -> Configured | None:
        """The configuration file, with the settings that come from it."""
        if loaded is None:
            return None
        of_file = [each for each in self.listed if each.source not in (COMMAND_LINE, DEFAULT)]
        grouped = groupby(of_file, lambda each: (each.option, each.value if each.option in _ONE_BY_ONE else ""))
        holds = (f"{option}: {', '.join(each.value for each in several)}" for (option, _), several in grouped)
        return Configured(loaded.path, loaded.sha256, tuple(holds))

    def of_run(self, loaded: Loaded | None) -> Settings:
        """The settings of a run, as far as the configuration file may set them."""
        from dyncheck.checking.settings import Settings

        return Settings(
            policies=self.policies,
            reference=self.reference,
            required=self.require,
            select=self.select,
            ignore=self.ignore,
            severities=self.severities,
            decisions=self.decisions,
            configuration=self.configured(loaded),
            own_rules=self.own_rules,
            strict=self.strict,
            allow_destroy=self.allow_destroy,
            exclude=self.exclude,
            environments=self.environments,
            overrides=self.overrides,
            fail_on=self.fail_on,
            unknown_fails=self.unknown == "fail",
        )


def of_repository(paths: Sequence[str], named: str = "") -> EffectiveSettings:
    """The settings for a check of those paths by the configuration of the repository alone, or by the one that is `named`.

    Raises `UsageError` when the configuration cannot be used.
    """
    from dyncheck.settings.find import find

    loaded = None
    if path := named or find(paths):
        from dyncheck.settings.file import load

        loaded = load(path, is_trusted=bool(named))
    return effective_settings(CommandLineSettings(), loaded)


def effective_settings(given: CommandLineSettings, loaded: Loaded | None) -> EffectiveSettings:
    """The effective settings of a run.

    Rules that the command line selects or ignores replace those of the file. Required tables and excluded directories of both add up. The
    file never weakens the command line: where that sets --fail-on, a severity of the file counts only if it is higher than the rule's own,
    and where it names contracts, no environment has others. Raises `UsageError` for an environment that the file does not have.
    """
    sources = [list(_choices(given, lambda *_: COMMAND_LINE))]
    if loaded:
        sources.append(list(_choices(loaded.configuration, loaded.at)))

    def first(*options: str) -> list[Setting]:
        """The choices of the first source that has one of those options."""
        return next(filter(None, ([each for each in source if each.option in options] for source in sources)), [])

    picked = first("select", "ignore")
    required = [each for source in sources for each in source if each.option == "require" and not given.reads_part]
    directories, packages = ([each for source in sources for each in source if each.option == option] for option in ("rules", "plugins"))
    own = loaded.own_rules if loaded else _own_rules(given)
    excluded = [each for source in sources for each in source if each.option == "exclude"]
    severities = tuple(_severities(given, loaded.configuration.severities, loaded, own, "severities")) if loaded else ()
    environments = tuple(_environments(given, loaded, own))
    overrides = tuple(_overrides(given, loaded, own))
    decisions = tuple(_decisions(loaded))
    allowed = tuple(_allowed(given, loaded))
    listed = (
        *_required_version(loaded),
        *_or_default(picked, "select", "every rule"),
        *_or_default(picked, "ignore", "no rule"),
        *(Setting("severities", f"{rule}: {severity.value}", source) for rule, severity, source in severities),
        *_or_default(first("fail-on"), "fail-on", Severity.ERROR.value),
        *_or_default(first("unknown"), "unknown", "warn"),
        *_or_default(first("strict"), "strict", _NO),
        *_or_default(required, "require", "no table"),
        *_or_default(excluded, "exclude", "no directory"),
        *_or_default(first("reference"), "reference", _YES),
        *_or_default(first("policies"), "policies", "no file"),
        *directories,
        *packages,
        *(
            Setting("environments", _environment(environment, difference), source)
            for environment, difference, source in environments
            if environment.name in given.environments or not given.environments
        ),
        *(Setting("overrides", _override(patterns, difference), source) for patterns, difference, source in overrides),
        *(Setting("waivers", _waiver(decision), decision.waiver.source) for decision in decisions),
        *(Setting("allow-destroy", each.address, COMMAND_LINE) for each in allowed if not each.until),
        *(Setting("allow-destroy", f"{each.address} until {each.until}: {each.reason}", each.source) for each in allowed if each.until),
    )

    def values(option: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.value for each in listed if each.option == option and each.source != DEFAULT))

    return EffectiveSettings(
        select=values("select"),
        ignore=values("ignore"),
        require=values("require"),
        policies=values("policies"),
        reference=_NO not in values("reference"),
        fail_on=Severity((*values("fail-on"), Severity.ERROR)[0]),
        unknown=cast("OnUnknown", (*values("unknown"), "warn")[0]),
        strict=_YES in values("strict"),
        severities=tuple((rule, severity) for rule, severity, _ in severities),
        decisions=decisions,
        allow_destroy=allowed,
        exclude=tuple(_excludes(excluded, loaded)),
        overrides=tuple((patterns, difference) for patterns, difference, _ in overrides),
        environments=tuple((environment, difference) for environment, difference, _ in environments),
        listed=listed,
        own_rules=own,
    )


def _required_version(loaded: Loaded | None) -> Iterator[Setting]:
    if loaded and loaded.configuration.required_version:
        yield Setting("required-version", loaded.configuration.required_version, loaded.at("required-version"))


def _own_rules(given: CommandLineSettings) -> tuple[Rule, ...]:
    if not given.rules and not given.plugins:
        return ()
    from dyncheck.catalog.own_rules import own_rules

    return own_rules(given.rules, given.plugins)


def _choices(settings: Any, source_of: Callable[..., str]) -> Iterator[Setting]:
    """The choices that the command line or a configuration makes."""
    for option in _CHOICES:
        value = getattr(settings, option.replace("-", "_"))
        if isinstance(value, tuple):
            yield from (Setting(option, item, source_of(option, number)) for number, item in enumerate(value))
        elif isinstance(value, bool):
            yield Setting(option, _YES if value else _NO, source_of(option))
        elif value:
            yield Setting(option, value if isinstance(value, str) else value.value, source_of(option))


def _or_default(chosen: list[Setting], option: str, default: str) -> list[Setting]:
    return [each for each in chosen if each.option == option] or [Setting(option, default, DEFAULT)]


def _severities(
    given: CommandLineSettings, severities: Mapping[str, Severity], loaded: Loaded, own: tuple[Rule, ...], *where: str | int
) -> Iterator[tuple[str, Severity, str]]:
    """The severities that count, of those at one place of the file, each with its source."""
    from dyncheck.catalog.rules import all_rules

    declared = {rule.id: rule.severity for rule in (*all_rules(), *own)}
    for rule, severity in severities.items():
        if given.fail_on is None or severity.rank < declared[rule].rank:
            yield rule, severity, loaded.at(*where, rule)


def _environments(
    given: CommandLineSettings, loaded: Loaded | None, own: tuple[Rule, ...]
) -> Iterator[tuple[Environment, Difference, str]]:
    """The environments of the run, each with what differs in it and its source."""
    entries = loaded.configuration.environments if loaded else {}
    for name in given.environments:
        if name not in entries:
            from dyncheck.suggestions import did_you_mean

            known = f"There are: {', '.join(entries)}." if entries else "The configuration has none."
            raise UsageError(f"There is no environment {name!r}.{did_you_mean(name, entries)} {known}")
    if not entries or loaded is None:
        return
    from dyncheck.checking.differences import Difference
    from dyncheck.readers.hcl.configuration.environments import Environment

    base = os.path.realpath(os.path.dirname(loaded.path))
    for name, entry in entries.items():
        where = ("environments", name)
        severities = ((rule, severity) for rule, severity, _ in _severities(given, entry.severities, loaded, own, *where, "severities"))
        difference = Difference(tuple(severities), () if given.policies else entry.policies)
        yield Environment(name, base, entry.var_files, entry.workspace), difference, loaded.at(*where)


def _environment(environment: Environment, difference: Difference) -> str:
    parts = {
        "var-files": environment.var_files,
        "workspace": [environment.workspace] if environment.workspace else (),
        "severities": [f"{rule}: {severity.value}" for rule, severity in difference.severities],
        "policies": difference.policies,
    }
    return f"{environment.name} ({_joined(parts)})" if any(parts.values()) else environment.name


def _joined(parts: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{key} {', '.join(values)}" for key, values in parts.items() if values)


def _overrides(
    given: CommandLineSettings, loaded: Loaded | None, own: tuple[Rule, ...]
) -> Iterator[tuple[tuple[Exclude, ...], Difference, str]]:
    """What differs for directories: their patterns, the difference, and its source."""
    if loaded is None or not loaded.configuration.overrides:
        return
    from dyncheck.checking.differences import Difference

    base = os.path.realpath(os.path.dirname(loaded.path))
    for number, entry in enumerate(loaded.configuration.overrides):
        where = ("overrides", number)
        severities = ((rule, severity) for rule, severity, _ in _severities(given, entry.severities, loaded, own, *where, "severities"))
        ignored = () if given.select or given.ignore else entry.ignore
        difference = Difference(tuple(severities), () if given.policies else entry.policies, ignored)
        yield tuple(Exclude(pattern, base, loaded.at(*where)) for pattern in entry.paths), difference, loaded.at(*where)


def _override(patterns: tuple[Exclude, ...], difference: Difference) -> str:
    parts = {
        "ignore": difference.ignore,
        "severities": [f"{rule}: {severity.value}" for rule, severity in difference.severities],
        "policies": difference.policies,
    }
    return f"{', '.join(each.pattern for each in patterns)} ({_joined(parts) or 'nothing'})"


def _decisions(loaded: Loaded | None) -> Iterator[Decision]:
    if loaded and loaded.configuration.waivers:
        from dyncheck.checking.waivers import Decision

        for number, entry in enumerate(loaded.configuration.waivers):
            waiver = Waiver(" ".join(entry.reason.split()), loaded.at("waivers", number), entry.owner, entry.until)
            yield Decision(frozenset(entry.rules), waiver, addresses=entry.address)


def _allowed(given: CommandLineSettings, loaded: Loaded | None) -> Iterator[AllowDestroy]:
    entries = loaded.configuration.allow_destroy if loaded else ()
    if given.allow_destroy or entries:
        from dyncheck.checking.permissions import AllowDestroy

        yield from map(AllowDestroy, dict.fromkeys(given.allow_destroy))
    if loaded:
        for number, entry in enumerate(entries):
            yield AllowDestroy(entry.address, " ".join(entry.reason.split()), entry.until, loaded.at("allow-destroy", number))


def _excludes(patterns: list[Setting], loaded: Loaded | None) -> Iterator[Exclude]:
    """The patterns of the command line are relative to the working directory, those of the file to its directory."""
    for each in patterns:
        home = os.path.dirname(loaded.path) if loaded and each.source != COMMAND_LINE else ""
        yield Exclude(each.value, os.path.realpath(home), each.source)


def _waiver(decision: Decision) -> str:
    until = f" until {decision.waiver.until}" if decision.waiver.until else ""
    return f"{decision.names} on {decision.addresses}{until}: {decision.waiver.reason}"


def as_text(settings: EffectiveSettings, path: str) -> str:
    """One line for each value: the option, the value, and its source. `path` is that of the configuration, empty without one."""
    rows = [(each.option, one_line(each.value), one_line(each.source)) for each in settings.listed]
    option = max(len(row[0]) for row in rows)
    width = min(max(len(row[1]) for row in rows), _WIDEST)
    lines = [f"configuration: {one_line(path) or 'none'}", "", *(f"{row[0]:<{option}}  {row[1]:<{width}}  {row[2]}" for row in rows)]
    return safe_text("".join(f"{line}\n" for line in lines))
