"""`dyncheck rules` and `dyncheck explain`: list and explain the rules."""

from __future__ import annotations

import click

from dyncheck import streams
from dyncheck.cli.options import complete_rule, format_option


@click.command()
@format_option(("text", "json"))
def rules(format_: str) -> None:
    """List the rules: id, severity and title."""
    from dyncheck.catalog.rules import all_rules
    from dyncheck.reporters.rules import rules_as_json, rules_as_text

    streams.write(rules_as_json(all_rules()) if format_ == "json" else rules_as_text(all_rules()), as_utf8=format_ == "json")


@click.command()
@click.argument("rule", shell_complete=complete_rule)
def explain(rule: str) -> None:
    """Explain a rule: why it matters and how to fix its findings."""
    from dyncheck.catalog.examples import examples_of
    from dyncheck.catalog.rules import all_rules, find
    from dyncheck.reporters.rules import explained

    found = find(all_rules(), rule)
    examples = examples_of(found.id)
    streams.write(explained(found, examples.finding, examples.bad, examples.good))
