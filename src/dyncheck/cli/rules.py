"""`dyncheck rules` and `dyncheck explain`: list and explain the rules."""

from __future__ import annotations

import click

from dyncheck import streams
from dyncheck.cli.options import complete_known_rule, format_option


@click.command()
@format_option(("text", "json"))
def rules(format_: str) -> None:
    """List the rules: id, severity and title."""
    from dyncheck.catalog.rules import all_rules
    from dyncheck.reporters.rules import rules_as_json, rules_as_text

    streams.write(rules_as_json(all_rules()) if format_ == "json" else rules_as_text(all_rules()), as_utf8=format_ == "json")


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="RULE", shell_complete=complete_known_rule)
def explain(words: tuple[str, ...]) -> None:
    """Explain a rule: why it matters and how to fix its findings.

    RULE is its id, the id of a framework or of another tool (CKV_AWS_28, DynamoDB.2), or words such as pitr. Where several rules fit,
    they are listed.
    """
    from dyncheck.catalog.examples import examples_of
    from dyncheck.catalog.rules import all_rules
    from dyncheck.catalog.search import search
    from dyncheck.reporters.rules import explained, rules_as_text

    text = " ".join(words)
    found = search(all_rules(), text)
    if len(found) > 1:
        streams.write(f"{len(found)} rules fit {text!r}. To explain one of them, name its id.\n\n{rules_as_text(found)}")
        return
    examples = examples_of(found[0].id)
    streams.write(explained(found[0], examples.finding, examples.bad, examples.good))
