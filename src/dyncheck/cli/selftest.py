"""`dyncheck selftest`: tests whether the rules find defects in the user's own input."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.cli.options import OF_CONTRACTS, OF_INPUTS, CommandWithInputs, given_values


@click.command(cls=CommandWithInputs)
@click.argument("path", metavar="PATH")
@OF_CONTRACTS
@OF_INPUTS
def selftest(path: str, variables: tuple[str, ...], var_files: tuple[str, ...], workspace: str | None, **options: Any) -> None:
    """Test the rules on your own input: break one demand at a time, and check that only its rule finds the defect.

    PATH is a plan in JSON or a directory of Terraform files, without findings. The command writes no file.

    \b
    Exit codes:
      0  each mutation was found by its rule alone
      1  at least one mutation was not
      2  invalid command line or configuration
      3  could not read the input
    """
    from dyncheck.catalog.rules import all_rules
    from dyncheck.checking.exit_code import CLEAN, FINDINGS
    from dyncheck.selftest.tester import selftest as run_selftest
    from dyncheck.selftest.text import selftest_as_text

    policies, reference = options["policies"], options["reference"] is not False
    tested = run_selftest(path, all_rules(), policies, tuple(given_values(variables, var_files)), workspace, reference)
    streams.write(selftest_as_text(tested))
    is_right = all(tried.is_right for each in tested for tried in each.tried)
    click.get_current_context().exit(CLEAN if is_right else FINDINGS)
