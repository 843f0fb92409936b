"""Checks DynamoDB tables and their alarms in Terraform plans against a specification.

The supported interface of the package is what this module exports; rules are written with `dyncheck.rule` and `dyncheck.dynamodb`. All
else may change.

    import dyncheck

    report = dyncheck.check("plan.json", baseline="earlier.json")
    failed = [result for result in report.results if result.status is dyncheck.Status.FAIL and report.is_new(result)]
    print(dyncheck.render(report, "markdown"))
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

from dyncheck.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dyncheck.errors import DyncheckError, InputError, UsageError
    from dyncheck.findings import Input, Report, Result, Status, Waiver
    from dyncheck.input_problems import InputProblem
    from dyncheck.model import Location
    from dyncheck.rule import Severity

__version__ = VERSION
__all__ = [
    "DyncheckError",
    "Input",
    "InputError",
    "InputProblem",
    "Location",
    "Report",
    "Result",
    "Severity",
    "Status",
    "UsageError",
    "Waiver",
    "__version__",
    "check",
    "render",
]

# The module of each name that is imported only when it is used, because every start of the command line imports this module.
_PLACES = {
    "DyncheckError": "errors",
    "Input": "findings",
    "InputError": "errors",
    "InputProblem": "input_problems",
    "Location": "model",
    "Report": "findings",
    "Result": "findings",
    "Severity": "rule",
    "Status": "findings",
    "UsageError": "errors",
    "Waiver": "findings",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'dyncheck' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"dyncheck.{_PLACES[name]}"), name)


def check(
    *paths: str | PathLike[str],
    policies: Iterable[str | PathLike[str]] = (),
    reference: bool | None = None,
    required: Iterable[str] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    allow_empty: bool = False,
    var_files: Iterable[str | PathLike[str]] = (),
    variables: Mapping[str, str] | None = None,
    workspace: str | None = None,
    config: str | PathLike[str] | None = None,
    baseline: str | PathLike[str] | None = None,
    source: str | PathLike[str] | None = None,
    exclude: Iterable[str] = (),
    allow_destroy: Iterable[str] = (),
    strict: bool | None = None,
    together: bool = False,
    rules: Iterable[str | PathLike[str]] = (),
    plugins: Iterable[str] = (),
    environments: Iterable[str] = (),
) -> Report:
    """Check plans, states and directories of Terraform files: `report.results` has every rule on every resource.

    The arguments are those of the command line:

    - `policies`: contract files, or directories of them; `reference`: whether the shipped contracts hold, by default they do; `required`:
      the names of contracts for which a table must be there.
    - `select`, `ignore`: ids of rules. `rules`: directories of rules of your own, and `plugins`: installed packages of rules. Loading them
      runs their code.
    - `var_files`, `variables`: values for the variables of root modules, the latter last. `workspace`: the value of
      `terraform.workspace`, by default as in Terraform.
    - `config`: a configuration file. Without it none is used, also where there is a `.dyncheck.yaml`. Its settings are merged with the
      arguments as on the command line. Its `fail-on` and `unknown` have no effect, because a report has no exit code.
    - `environments`: names of environments of the configuration, to check only in those.
    - `baseline`: a file of `dyncheck baseline` or an earlier JSON report, for `report.comparison` and `report.is_new(result)`.
    - `source`: the directory of the Terraform files of a plan, for the lines of findings.
    - `exclude`: patterns of directories that are not checked. `allow_destroy`: addresses of tables that a plan may destroy.
    - `allow_empty`: accept an input without a table. `strict`: what was not checked, or is unknown with severity error, is an error.
    - `together`: judge all inputs as one deployment.

    Raises `InputError` when anything could not be checked, with `problems`, and `UsageError` when an argument or the
    configuration is invalid: what it names does not exist, or a rule of your own cannot be loaded.
    """
    from msgspec.structs import replace

    from dyncheck.checking.run import run
    from dyncheck.errors import InputErrors, UsageError
    from dyncheck.readers.hcl.exclusions import why_invalid
    from dyncheck.settings.effective import CommandLineSettings, effective_settings
    from dyncheck.settings.file import load

    if not paths:
        raise UsageError("check() needs at least one path. Name a plan, a state or a directory of Terraform files.")
    excluded = tuple(exclude)
    for pattern in excluded:
        if why := why_invalid(pattern):
            raise UsageError(f"Invalid exclude {pattern!r}; {why}.")
    directories, packages = tuple(map(_path, rules)), tuple(plugins)
    loaded = load(_path(config), is_trusted=True, rules=directories, plugins=packages) if config is not None else None
    given = CommandLineSettings(
        select=tuple(select),
        ignore=tuple(ignore),
        require=tuple(required),
        policies=tuple(map(_path, policies)),
        reference=reference,
        rules=directories,
        plugins=packages,
        allow_destroy=tuple(allow_destroy),
        strict=strict,
        exclude=excluded,
        environments=tuple(environments),
    )
    effective = effective_settings(given, loaded)
    settings = replace(
        effective.of_run(loaded),
        allow_empty=allow_empty,
        source=_path(source) if source is not None else "",
        baseline=_path(baseline) if baseline is not None else "",
        together=together,
        # A report that may be rendered as a page.
        illustrated=True,
        only_in=given.environments,
        given=(*(("", _path(file)) for file in var_files), *(variables or {}).items()),
        workspace=workspace,
    )
    report = run(tuple(map(_path, paths)), settings)
    if report.problems:
        raise InputErrors(report.problems)
    return report


def render(report: Report, format: str = "text") -> str:  # noqa: A002
    """The report in a format of the command line, such as `text`, `json`, `sarif`, `junit` or `html`.

    Text for people has no colours and 80 columns. Raises `UsageError` when the format does not exist.
    """
    from dyncheck.errors import UsageError
    from dyncheck.reporters.formats import NAMES, STYLED, parts, styled
    from dyncheck.suggestions import did_you_mean

    if format not in NAMES:
        raise UsageError(f"There is no format {format!r}.{did_you_mean(format, NAMES) or ' Formats are ' + ', '.join(NAMES) + '.'}")
    if format not in STYLED:
        return "".join(parts(format, report))
    from dyncheck.reporters.layout import TextStyle

    return styled(format, report, TextStyle())


def _path(path: str | PathLike[str]) -> str:
    from os import fspath

    return fspath(path)
