"""`dyncheck selftest`: whether the rules find what is broken in one's own input."""

from __future__ import annotations

import click

from dyncheck import streams
from dyncheck.cli.options import CommandWithInputs, given_values


@click.command(cls=CommandWithInputs)
@click.argument("path", metavar="PATH")
@click.option("--policy", "policies", multiple=True, metavar="FILE_OR_DIR", help="More table contracts (YAML), as of check. Repeatable.")
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="A value for a variable of the root module. Repeatable.")
@click.option("--var-file", "var_files", multiple=True, metavar="FILE", help="A file of such values (.tfvars). Repeatable.")
def selftest(path: str, policies: tuple[str, ...], variables: tuple[str, ...], var_files: tuple[str, ...]) -> None:
    """Test the rules on your own input: break one demand at a time, and see that its rule, and only it, says so.

    PATH is a plan in JSON or a directory of Terraform files that dyncheck finds nothing wrong with. Nothing is written.

    \b
    Exit codes: 0 every mutation was found by its rule alone, 1 some was not, 2 wrong usage, 3 could not be read.
    """
    from dyncheck.catalog.rules import all_rules
    from dyncheck.checking.exit_code import CLEAN, FINDINGS
    from dyncheck.selftest.tester import selftest as run_selftest
    from dyncheck.selftest.text import selftest_as_text

    given = tuple(given_values(click.get_current_context().meta["order"], variables, var_files))
    tested = run_selftest(path, all_rules(), policies, given)
    streams.write(selftest_as_text(tested))
    is_right = all(tried.is_right for each in tested for tried in each.tried)
    click.get_current_context().exit(CLEAN if is_right else FINDINGS)
