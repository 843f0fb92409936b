"""The settings of dyncheck inside checkov: from checkov's options, and from the repository's `.dyncheck.yaml`.

checkov has no options for its checks, so `DYNCHECK_CONFIG=FILE` in the environment is the option `--config FILE`.
"""

from __future__ import annotations

import os

from checkov.common.bridgecrew.integration_features.integration_feature_registry import integration_feature_registry

from dyncheck.checking.run import Settings
from dyncheck.checkov.resources import Seen
from dyncheck.errors import UsageError
from dyncheck.readers.hcl.configuration.files import is_inside, shown
from dyncheck.rule import Rule
from dyncheck.settings.effective import of_repository


def scanned_with(seen: Seen) -> tuple[str, ...]:
    """The paths that `dyncheck` would get in checkov's place: the plans or the directory that contain the input."""
    around = [path for path in option("file" if seen.is_of_plan else "directory") if is_inside(seen.input, os.path.realpath(path))]
    if not around:
        return (shown(seen.path),)
    return tuple(path for path in option("file") if path.endswith(".json")) if seen.is_of_plan else (around[0],)


def own_rules() -> tuple[Rule, ...]:
    """The rules that are not shipped. checkov must know all checks before it reads an input, so only a named configuration adds any."""
    return of_repository((), named).own_rules if (named := _named_configuration()) else ()


def _named_configuration() -> str:
    return os.environ.get("DYNCHECK_CONFIG", "")


def settings(paths: tuple[str, ...]) -> Settings:
    """The settings for a check of those paths. Raises `UsageError` when the configuration cannot be used."""
    repository = of_repository(paths, _named_configuration())
    if repository.own_rules and not _named_configuration():
        raise UsageError("checkov runs your own rules only with DYNCHECK_CONFIG=FILE in the environment. Set it to the configuration file.")
    sources = option("repo_root_for_plan_enrichment")
    return Settings(
        policies=repository.policies,
        reference=repository.reference,
        required=repository.require,
        select=repository.select,
        ignore=repository.ignore,
        severities=repository.severities,
        decisions=repository.decisions,
        overrides=repository.overrides,
        allow_destroy=repository.allow_destroy,
        # checkov has found a DynamoDB resource. If dyncheck finds none, that is not an error.
        allow_empty=True,
        given=tuple(("", path) for path in option("var_file")),
        own_rules=repository.own_rules,
        source=sources[0] if sources else "",
    )


def directories() -> tuple[str, ...]:
    """The directories that the paths checkov passes to checks may be relative to."""
    around_files = os.path.dirname(os.path.commonprefix(option("file")))  # noqa: RUF071 - it is what checkov does
    return (*option("directory"), around_files, os.curdir)


def option(name: str) -> tuple[str, ...]:
    """The values of an option of checkov's command line; empty when checkov is used as a library."""
    return tuple(getattr(getattr(integration_feature_registry, "config", None), name, None) or ())
