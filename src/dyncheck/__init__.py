"""Checks DynamoDB tables and their alarms in Terraform plans against a specification.

The supported interface of the package is what this module defines; all else may change.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from dyncheck.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dyncheck.findings import Report

__version__ = VERSION
__all__ = ["__version__", "check"]


def check(
    path: str | PathLike[str],
    *,
    policies: Iterable[str | PathLike[str]] = (),
    reference: bool = True,
    required: Iterable[str] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    allow_empty: bool = False,
    var_files: Iterable[str | PathLike[str]] = (),
    variables: Mapping[str, str] | None = None,
    workspace: str | None = None,
) -> Report:
    """Check a plan, a state or a directory of Terraform files: `report.results` has every rule on every resource.

    `var_files` and `variables` give values to the variables of root modules, as the options --var-file and --var do, the
    latter last. `workspace` is the value of `terraform.workspace`, by default as in Terraform. `policies` are more contract
    files or directories, and without `reference` the shipped contracts are off. `required` are the names of tables that must be there,
    `select` and `ignore` rule ids. Raises `dyncheck.errors.InputError` when the file cannot be checked, and
    `dyncheck.errors.UsageError` when a rule, a contract or a table of that name does not exist, or the workspace is not a valid name.

        report = dyncheck.check("plan.json")
        failed = [result for result in report.results if result.status is Status.FAIL]
    """
    from dyncheck.checking.run import Settings, run
    from dyncheck.errors import InputError

    settings = Settings(
        policies=tuple(map(str, policies)),
        reference=reference,
        required=tuple(required),
        select=tuple(select),
        ignore=tuple(ignore),
        allow_empty=allow_empty,
        given=(*(("", str(file)) for file in var_files), *(variables or {}).items()),
        workspace=workspace,
    )
    report = run([str(path)], settings)
    if report.errors:
        raise InputError("\n".join(report.errors))
    return report
