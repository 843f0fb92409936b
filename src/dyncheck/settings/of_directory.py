"""The effective settings of one root module, for people to read."""

from __future__ import annotations

import os
from collections.abc import Iterator

from msgspec.structs import replace

from dyncheck.checking.differences import Difference
from dyncheck.readers.hcl.configuration.environments import environments_of
from dyncheck.readers.hcl.exclusions import Exclusions
from dyncheck.settings.effective import DEFAULT, EffectiveSettings, Setting


def of_directory(settings: EffectiveSettings, directory: str) -> EffectiveSettings:
    """The settings whose list has what the overrides of a directory say, and only the environments whose files it has."""
    real = os.path.realpath(directory)
    sources = [each.source for each in settings.listed if each.option == "overrides"]
    own = [
        setting
        for (patterns, difference), source in zip(settings.overrides, sources, strict=True)
        if Exclusions(patterns).of(real)
        for setting in _of_difference(difference, source)
    ]
    names = environments_of(real, [each for each, _ in settings.environments])
    kept = [each for each in settings.listed if each.option != "overrides" and (each.option != "environments" or _name(each) in names)]
    if settings.environments and not any(each.option == "environments" for each in kept):
        own.append(Setting("environments", "no environment", DEFAULT))
    order = dict.fromkeys(("select", "ignore", "severities", *(each.option for each in settings.listed)))
    listed = [each for option in order for each in _of_option(option, [*kept, *own])]
    return replace(settings, listed=tuple(listed))


def _of_option(option: str, settings: list[Setting]) -> list[Setting]:
    """The settings of an option, without a default that others replace. Of one rule, the last severity counts."""
    found = [each for each in settings if each.option == option]
    if option == "severities":
        return list({each.value.partition(":")[0]: each for each in found}.values())
    return [each for each in found if each.source != DEFAULT] or found


def _of_difference(difference: Difference, source: str) -> Iterator[Setting]:
    yield from (Setting("ignore", rule, source) for rule in difference.ignore)
    yield from (Setting("severities", f"{rule}: {severity.value}", source) for rule, severity in difference.severities)
    yield from (Setting("policies", path, source) for path in difference.policies)


def _name(setting: Setting) -> str:
    return setting.value.partition(" ")[0]
