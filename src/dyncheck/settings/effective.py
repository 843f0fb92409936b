"""What holds for a run, and where each part of it comes from: the command line goes before the configuration file, both before defaults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dyncheck.checking.exit_code import OnUnknown
from dyncheck.checking.permissions import AllowDestroy
from dyncheck.checking.waivers import Decision
from dyncheck.errors import one_line
from dyncheck.findings import Configured, Waiver
from dyncheck.reporters.safe import safe_text
from dyncheck.rule import Severity

if TYPE_CHECKING:
    from dyncheck.settings.file import Loaded

COMMAND_LINE = "command line"
DEFAULT = "default"


class CommandLineSettings(Struct, frozen=True):
    """What the command line says; empty and None for what it leaves open.

    `reads_part` says that the run reads a part of what there is, so that no table can be required of it.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    fail_on: Severity | None = None
    unknown: OnUnknown | None = None
    allow_destroy: tuple[str, ...] = ()
    reads_part: bool = False


class Setting(Struct, frozen=True):
    """One thing that holds: the option it is of, what it is, and where it comes from."""

    option: str
    value: str
    source: str


class EffectiveSettings(Struct, frozen=True):
    """All that holds for a run; `listed` has it in words."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    require: tuple[str, ...]
    policies: tuple[str, ...]
    fail_on: Severity
    unknown: OnUnknown
    severities: tuple[tuple[str, Severity], ...]
    decisions: tuple[Decision, ...]
    allow_destroy: tuple[AllowDestroy, ...]
    listed: tuple[Setting, ...]

    def configured(self, loaded: Loaded | None) -> Configured | None:
        """The file that has a part in this, with what holds because of it."""
        if loaded is None:
            return None
        because = [choice for choice in self.listed if choice.source not in (COMMAND_LINE, DEFAULT)]
        grouped = groupby(because, lambda choice: (choice.option, choice.value if choice.option in ("waivers", "allow-destroy") else ""))
        holds = (f"{option}: {', '.join(choice.value for choice in several)}" for (option, _), several in grouped)
        return Configured(loaded.path, loaded.sha256, tuple(holds))


def of_repository(paths: Sequence[str]) -> EffectiveSettings:
    """What holds for a check of those paths by the repository's configuration alone.

    Raises `UsageError` when the configuration cannot be used.
    """
    from dyncheck.settings.find import find

    path = find(paths)
    if path is None:
        return effective_settings(CommandLineSettings(), None)
    from dyncheck.settings.file import load

    return effective_settings(CommandLineSettings(), load(path))


def effective_settings(given: CommandLineSettings, loaded: Loaded | None) -> EffectiveSettings:
    """What holds for a run.

    Rules that the command line selects or ignores are all that is selected and ignored. Tables that the file requires are
    required besides those of the command line, for a gate is never weakened by its file: where the command line sets --fail-on,
    a severity of the file counts only if it makes the rule weigh more.
    """
    sources = [_of_command_line(given)]
    sources += [_of_file(loaded)] if loaded else []
    picked = _first_with(sources, ("select", "ignore"))
    contracts = _first_with(sources, ("policies",))
    fail_on, unknown = _first_with(sources, ("fail-on",)), _first_with(sources, ("unknown",))
    required = [choice for source in sources for choice in source if choice.option == "require" and not given.reads_part]
    severities = tuple(_severities(given, loaded))
    decisions = tuple(_decisions(loaded))
    allowed = tuple(_allowed(given, loaded))
    return EffectiveSettings(
        select=_values(picked, "select"),
        ignore=_values(picked, "ignore"),
        require=tuple(dict.fromkeys(choice.value for choice in required)),
        policies=_values(contracts, "policies"),
        fail_on=Severity(fail_on[0].value) if fail_on else Severity.ERROR,
        unknown=OnUnknown(unknown[0].value) if unknown else OnUnknown.WARN,
        severities=tuple((rule, severity) for rule, severity, _ in severities),
        decisions=decisions,
        allow_destroy=allowed,
        listed=(
            *_or_default(picked, "select", "every rule"),
            *_or_default(picked, "ignore", "no rule"),
            *(Setting("severities", f"{rule}: {severity.value}", source) for rule, severity, source in severities),
            *_or_default(fail_on, "fail-on", Severity.ERROR.value),
            *_or_default(unknown, "unknown", OnUnknown.WARN.value),
            *_or_default(required, "require", "no table"),
            *_or_default(contracts, "policies", "the shipped contracts"),
            *(Setting("waivers", _waiver(decision), decision.waiver.source) for decision in decisions),
            *(
                Setting("allow-destroy", _permission(permission), permission.source if permission.until else COMMAND_LINE)
                for permission in allowed
            ),
        ),
    )


def _of_command_line(given: CommandLineSettings) -> list[Setting]:
    lists = (("select", given.select), ("ignore", given.ignore), ("require", given.require), ("policies", given.policies))
    several = [Setting(option, value, COMMAND_LINE) for option, values in lists for value in values]
    single: tuple[tuple[str, Any], ...] = (("fail-on", given.fail_on), ("unknown", given.unknown))
    return several + [Setting(option, value.value, COMMAND_LINE) for option, value in single if value is not None]


def _of_file(loaded: Loaded) -> list[Setting]:
    from dyncheck.settings.file import policies

    said = loaded.configuration
    lists = (("select", said.select), ("ignore", said.ignore), ("require", said.require), ("policies", policies(loaded)))
    several = [Setting(option, value, loaded.at(option, number)) for option, values in lists for number, value in enumerate(values)]
    single: tuple[tuple[str, Any], ...] = (("fail-on", said.fail_on), ("unknown", said.unknown))
    return several + [Setting(option, value.value, loaded.at(option)) for option, value in single if value]


def _first_with(sources: Iterable[list[Setting]], options: tuple[str, ...]) -> list[Setting]:
    """What the first source says that says anything of those options."""
    return next(filter(None, ([choice for choice in source if choice.option in options] for source in sources)), [])


def _severities(given: CommandLineSettings, loaded: Loaded | None) -> Iterator[tuple[str, Severity, str]]:
    if loaded is None:
        return
    from dyncheck.catalog.rules import all_rules

    declared = {rule.id: rule.severity for rule in all_rules()}
    for rule, severity in loaded.configuration.severities.items():
        if given.fail_on is None or severity.rank < declared[rule].rank:
            yield rule, severity, loaded.at("severities", rule)


def _decisions(loaded: Loaded | None) -> Iterator[Decision]:
    for number, waiver in enumerate(loaded.configuration.waivers if loaded else ()):
        assert loaded is not None
        decided = Waiver(" ".join(waiver.reason.split()), loaded.at("waivers", number), waiver.owner, waiver.until)
        yield Decision(frozenset(waiver.rules), decided, addresses=waiver.address)


def _allowed(given: CommandLineSettings, loaded: Loaded | None) -> Iterator[AllowDestroy]:
    """The tables that may be destroyed; the command line's go first."""
    yield from map(AllowDestroy, dict.fromkeys(given.allow_destroy))
    for number, permission in enumerate(loaded.configuration.allow_destroy if loaded else ()):
        assert loaded is not None
        yield AllowDestroy(permission.address, " ".join(permission.reason.split()), permission.until, loaded.at("allow-destroy", number))


def _permission(permission: AllowDestroy) -> str:
    return f"{permission.address} until {permission.until}: {permission.reason}" if permission.until else permission.address


def _values(chosen: Iterable[Setting], option: str) -> tuple[str, ...]:
    return tuple(choice.value for choice in chosen if choice.option == option)


def _or_default(chosen: Iterable[Setting], option: str, default: str) -> list[Setting]:
    return [choice for choice in chosen if choice.option == option] or [Setting(option, default, DEFAULT)]


def _waiver(decision: Decision) -> str:
    until = f" until {decision.waiver.until}" if decision.waiver.until else ""
    return f"{', '.join(sorted(decision.rules))} on {decision.addresses}{until}: {decision.waiver.reason}"


_WIDEST = 60


def as_text(held: EffectiveSettings, path: str) -> str:
    """What holds, one line for each choice: the option, its value, and where it comes from. `path` is the file's, empty without one."""
    rows = [(choice.option, one_line(choice.value), one_line(choice.source)) for choice in held.listed]
    option = max(len(row[0]) for row in rows)
    value = min(max(len(row[1]) for row in rows), _WIDEST)
    lines = [f"configuration: {one_line(path) or 'none'}", ""]
    lines += [f"{name:<{option}}  {said:<{value}}  {source}" for name, said, source in rows]
    return safe_text("".join(f"{line}\n" for line in lines))
