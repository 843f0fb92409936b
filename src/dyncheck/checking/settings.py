"""The settings of one run: what to check, and by which rules."""

from __future__ import annotations

from msgspec import Struct

from dyncheck.checking.permissions import AllowDestroy
from dyncheck.checking.progress import Progress
from dyncheck.checking.waivers import Decision
from dyncheck.findings import Configured
from dyncheck.rule import Severity


class Settings(Struct, frozen=True):
    """What a run is to check, and by what.

    `given` are values for the variables of root modules, in order: `(name, text)` of a --var, `("", path)` of a --var-file.
    `source` is the directory of the Terraform files that plans and states were made of, empty when it is to be found;
    `baseline` is an earlier JSON report. With `changed`, the paths are files that changed, and what is checked are the root modules
    below the working directory that they touch; `required` is not judged then, for only a part is read. `illustrated` fills in what
    only the HTML page shows: drawings and lines of source. `severities` are of rules that weigh more or less than they declare,
    `decisions` waivers by address, and `configuration` is the file that either come from. `allow_destroy` are the tables that may be
    destroyed. Passes are among the results with `lists_passes` only, else they are counted. With more than one of `processes`, root
    modules are checked side by side; only a program of its own may ask for that, for it is forked. `progress` is told what is done.
    """

    policies: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    allow_empty: bool = False
    given: tuple[tuple[str, str], ...] = ()
    source: str = ""
    baseline: str = ""
    changed: bool = False
    illustrated: bool = False
    severities: tuple[tuple[str, Severity], ...] = ()
    decisions: tuple[Decision, ...] = ()
    configuration: Configured | None = None
    allow_destroy: tuple[AllowDestroy, ...] = ()
    lists_passes: bool = True
    processes: int = 1
    progress: Progress = Progress()
