"""`dyncheck test-rules`: tests rules of one's own on their fixtures."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.cli.options import traced


@click.command(name="test-rules")
@click.argument("directory", metavar="DIR")
@click.option("-v", "--verbose", is_flag=True, help="Show the trace of a rule that cannot be loaded.")
def test_rules(directory: str, **options: Any) -> None:
    """Test the rules in DIR on their fixtures.

    The rule DIR/TEAM/NAME.py has the fixture NAME.tf beside it, and more as NAME.CASE.tf. A comment `# expect: fail MESSAGE` or
    `# expect: unknown MESSAGE` is a result that the rule must give for the block around it; all else must pass. Each fixture is checked as
    Terraform files and, if there is NAME.plan.json, as a plan. A contract for it is NAME.yaml. The command writes no file.

    \b
    Exit codes:
      0  all results are as expected
      1  a result is not, or a rule has no fixture, or none that fails, or none that passes
      2  invalid command line, or a rule cannot be loaded
      3  a rule crashed, or an input cannot be read
    """
    from dyncheck.catalog.own_rules import fixtures_of, own_rules
    from dyncheck.checking.exit_code import CLEAN, FINDINGS, NOT_CHECKED
    from dyncheck.ruletest.tester import tested
    from dyncheck.ruletest.text import tests_as_text

    with traced(options):
        rules = own_rules([directory])
    every = [tested(rule, fixtures_of(directory, rule.id), rules) for rule in rules]
    streams.write(tests_as_text(every))
    code = CLEAN if all(each.is_right for each in every) else FINDINGS
    click.get_current_context().exit(NOT_CHECKED if any(each.has_error for each in every) else code)
