"""`dyncheck prove`: a module in, proofs over all of its inputs out."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.commands.options import complete_rule

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
@click.option("--policy", "policies", multiple=True, metavar="FILE_OR_DIR", help="More table contracts (YAML), as of check. Repeatable.")
@click.option("--select", multiple=True, metavar="RULE", shell_complete=complete_rule, help="Prove only this rule. Repeatable.")
@click.option("--ignore", multiple=True, metavar="RULE", shell_complete=complete_rule, help="Do not prove this rule. Repeatable.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option(
    "--unknown",
    type=click.Choice(["warn", "fail", "pass"]),
    default="warn",
    show_default=True,
    help="What is undecided: show it, or count it like what is refuted.",
)
@click.option("--replay", is_flag=True, help="Run the real `terraform plan` on each counterexample as well.")
def prove(module: str, **options: Any) -> None:
    """Prove a module: compliant for every input, or the input that breaks it.

    DIR is the directory of a module. All values that the types and validations of its variables allow are divided into cases;
    values that are set somewhere (defaults, TF_VAR_*, .tfvars) do not limit them. docs/proofs.md says what is assumed.
    """
    from dyncheck.catalog import all_rules, chosen
    from dyncheck.outputs import Output, deliver
    from dyncheck.proof.prover import prove_module
    from dyncheck.rule import Severity
    from dyncheck.verdict import OnUnknown, exit_code_of_proofs

    if options["output"] is not None:
        streams.refuse_inputs(options["output"], (module,))
    rules = all_rules()
    report = prove_module(module, chosen(rules, options["select"], options["ignore"]), rules, options["policies"])
    if options["replay"]:
        from dyncheck.proof.replay import replay

        report = replay(report, module, rules, options["policies"])
    for error in report.errors:
        streams.tell(error)
    deliver(_rendered_proofs(report, options["format_"]), Output(options["format_"], options["output"] or ""))
    click.get_current_context().exit(exit_code_of_proofs(report, Severity(options["fail_on"]), OnUnknown(options["unknown"])))


def _rendered_proofs(report: Any, format_: str) -> str:
    if format_ == "json":
        from dyncheck.reporters.proof_json import proofs_as_json

        return proofs_as_json(report)
    if format_ == "markdown":
        from dyncheck.reporters.proof_markdown import proofs_as_markdown

        return proofs_as_markdown(report)
    from dyncheck.reporters.proof_text import proofs_as_text

    return proofs_as_text(report)
