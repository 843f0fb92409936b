"""`dyncheck rules` and `dyncheck explain`: list and explain the rules."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.cli.options import OF_OWN_RULES, complete_known_rule, format_option, own_rules


@click.command()
@format_option(("text", "json"))
@OF_OWN_RULES
@click.option("-v", "--verbose", is_flag=True, help="Show the trace of a rule that cannot be loaded.")
def rules(format_: str, **options: Any) -> None:
    """List the rules: id, severity and title."""
    from dyncheck.catalog.rules import all_rules
    from dyncheck.reporters.rules import rules_as_json, rules_as_text

    every = (*all_rules(), *own_rules(options))
    streams.write(rules_as_json(every) if format_ == "json" else rules_as_text(every), as_utf8=format_ == "json")


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="RULE", shell_complete=complete_known_rule)
@OF_OWN_RULES
def explain(words: tuple[str, ...], **options: Any) -> None:
    """Explain a rule: why it matters and how to fix its findings.

    RULE is its id, the id of a framework or of another tool (CKV_AWS_28, DynamoDB.2), or words such as pitr. Where several rules fit,
    they are listed.
    """
    from dyncheck.catalog.examples import examples_of
    from dyncheck.catalog.rules import all_rules, find
    from dyncheck.catalog.search import search
    from dyncheck.reporters.rules import explained, rules_as_text

    text = " ".join(words)
    # Without a team, the rule is a shipped one, which no configuration changes.
    found = (find((*all_rules(), *own_rules(options)), text),) if "/" in text else search(all_rules(), text)
    if len(found) > 1:
        streams.write(f"{len(found)} rules fit {text!r}. To explain one of them, name its id.\n\n{rules_as_text(found)}")
        return
    examples = examples_of(found[0].id)
    streams.write(explained(found[0], examples.finding, examples.bad, examples.good))
