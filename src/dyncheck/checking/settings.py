"""The settings of one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from dyncheck.checking.progress import Progress
from dyncheck.files import Exclude
from dyncheck.findings import Configured
from dyncheck.rule import Divergence, Rule, Severity

if TYPE_CHECKING:
    # Only a run with a configuration needs them.
    from dyncheck.checking.code import Code
    from dyncheck.checking.differences import Difference
    from dyncheck.checking.permissions import AllowDestroy
    from dyncheck.checking.waivers import Decision
    from dyncheck.dynamodb import Inventory
    from dyncheck.readers.hcl.configuration.environments import Environment


class Settings(Struct, frozen=True):
    """The settings of a run.

    `policies` are contract files or directories; without `reference` the shipped contracts are off. `given` are values for variables of
    root modules, in order: `(name, text)` of a --var, `("", path)` of a --var-file. `workspace` is the name of their workspace, None for
    the selected one. `source` is the directory of the Terraform files of plans and states, empty to find it; `baseline` is a baseline or
    an earlier JSON report. With `changed`, the paths are changed files: the run checks only the root modules that they touch, and ignores
    `required`. `illustrated` adds drawings and lines of source for the HTML page. `severities` replace those of rules, `decisions` are
    waivers by address, and `configuration` is their file. With `together`, an alarm of one input counts for a table of another.
    `allow_destroy` are the tables that may be destroyed. Plans and states are hashed only with `hashes`. Passes are listed only with
    `lists_passes`, else counted. `processes` forks, so only a program of its own may set it. What fits `exclude` is no root module. Each
    root module is checked once for each of the `environments` whose files it has. `only_in` are names of environments: the others are
    left out, and with a single one, plans and states belong to it. Each of the `overrides` is for the root modules in the directories
    that fit its patterns. With `strict`, what was not checked and unknowns of severity error are errors. `own_rules` are rules besides
    the shipped ones. `unread` are configurations that do not count, None where the command line decides which one does. With
    `keeps_inventories`, the resources of each root module stay available after it was checked. `documents` are inputs that are no files,
    by their paths. `divergences` gives the differences of an account from the code, and `code` is what manages it. `fail_on` is the least
    severity that makes the run fail; unknowns do so with `unknown_fails`. With `stores`, the inputs of the report are in a temporary file.
    """

    policies: tuple[str, ...] = ()
    reference: bool = True
    required: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    allow_empty: bool = False
    given: tuple[tuple[str, str], ...] = ()
    workspace: str | None = None
    source: str = ""
    baseline: str = ""
    changed: bool = False
    together: bool = False
    illustrated: bool = False
    severities: tuple[tuple[str, Severity], ...] = ()
    decisions: tuple[Decision, ...] = ()
    configuration: Configured | None = None
    allow_destroy: tuple[AllowDestroy, ...] = ()
    lists_passes: bool = True
    hashes: bool = True
    exclude: tuple[Exclude, ...] = ()
    environments: tuple[tuple[Environment, Difference], ...] = ()
    overrides: tuple[tuple[tuple[Exclude, ...], Difference], ...] = ()
    only_in: tuple[str, ...] = ()
    processes: int = 1
    strict: bool = False
    keeps_inventories: bool = False
    progress: Progress = Progress()
    own_rules: tuple[Rule, ...] = ()
    unread: tuple[str, ...] | None = None
    documents: Mapping[str, bytes] = {}
    divergences: Callable[[Inventory], Iterable[Divergence]] | None = None
    code: Code | None = None
    fail_on: Severity = Severity.ERROR
    unknown_fails: bool = False
    stores: bool = False

    @property
    def environment_of_plans(self) -> str:
        """The name of the environment that plans and states belong to, empty without."""
        return self.only_in[0] if len(set(self.only_in)) == 1 else ""
