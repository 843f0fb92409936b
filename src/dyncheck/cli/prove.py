"""`dyncheck prove`: a module in, proofs over all of its inputs out."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.cli.options import OF_RULES, choices_of

_EPILOG = """\b
Exit codes:
  0  all proved, or waived, or below --fail-on
  1  something refuted at or above it (or undecided, with --unknown fail)
  2  wrong usage
  3  could not read the module
"""


@click.command(epilog=_EPILOG)
@click.argument("module", metavar="DIR")
@click.option(
    "--format", "format_", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True, help="What to write."
)
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write there instead of to standard output.")
@OF_RULES
@click.option("--replay", is_flag=True, help="Run the real `terraform plan` on each counterexample as well.")
def prove(module: str, **options: Any) -> None:
    """Prove a module: compliant for every input, or the input that breaks it.

    DIR is the directory of a module. All values that the types and validations of its variables allow are divided into cases;
    values that are set somewhere (defaults, TF_VAR_*, .tfvars) do not limit them. docs/proofs.md says what is assumed.
    """
    from dyncheck.catalog.rules import all_rules, chosen, weighed
    from dyncheck.cli.outputs import Output, deliver
    from dyncheck.prove.exit_code import exit_code_of_proofs
    from dyncheck.prove.prover import prove_module

    if options["output"] is not None:
        streams.refuse_inputs(options["output"], (module,))
    held, loaded = choices_of((module,), options)
    every = all_rules()
    rules = weighed(chosen(every, held.select, held.ignore), dict(held.severities))
    report = prove_module(module, rules, every, held.policies, held.decisions, held.configured(loaded))
    if options["replay"]:
        from dyncheck.prove.replay import replay

        report = replay(report, module, every, held.policies)
    for error in report.errors:
        streams.tell(error)
    deliver((_rendered_proofs(report, options["format_"]),), Output(options["format_"], options["output"] or ""))
    click.get_current_context().exit(exit_code_of_proofs(report, held.fail_on, held.unknown))


def _rendered_proofs(report: Any, format_: str) -> str:
    if format_ == "json":
        from dyncheck.prove.reporters.json import proofs_as_json

        return proofs_as_json(report)
    if format_ == "markdown":
        from dyncheck.prove.reporters.markdown import proofs_as_markdown

        return proofs_as_markdown(report)
    from dyncheck.prove.reporters.text import proofs_as_text

    return proofs_as_text(report)
