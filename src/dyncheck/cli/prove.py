"""`dyncheck prove`: a module in, proofs over all of its inputs out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from dyncheck import streams
from dyncheck.cli.options import OF_RULES, effective_settings

if TYPE_CHECKING:
    from dyncheck.prove.report import ProofReport
    from dyncheck.settings.effective import EffectiveSettings
    from dyncheck.settings.file import Loaded

_EPILOG = """\b
Exit codes:
  0  all proved, or waived, or below --fail-on
  1  something refuted at or above it (or undecided, with --unknown fail)
  2  wrong usage
  3  could not read the module
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="DIR")
@click.option(
    "--format", "format_", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True, help="What to write."
)
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write there instead of to standard output.")
@click.option(
    "--changed",
    is_flag=True,
    help="Prove the modules of changed files: the arguments are files, deleted ones included. Modules without a table are skipped.",
)
@OF_RULES
@click.option("--replay", is_flag=True, help="Run the real `terraform plan` on each counterexample as well.")
def prove(paths: tuple[str, ...], **options: Any) -> None:
    """Prove a module: compliant for every input, or the input that breaks it.

    DIR is the directory of a module. All values that the types and validations of its variables allow are divided into cases;
    values that are set somewhere (defaults, TF_VAR_*, .tfvars) do not limit them. docs/proofs.md says what is assumed.
    """
    from dyncheck.cli.outputs import Output, deliver
    from dyncheck.prove.report import exit_code_of_proofs

    _refuse_misfits(paths, options)
    if options["output"] is not None:
        streams.refuse_inputs(options["output"], paths)
    held, loaded = effective_settings(paths, options)
    if options["changed"]:
        reports, refusals = _reports_of_changed(paths, held, loaded, options)
    else:
        reports, refusals = [_report(paths[0], held, loaded, options)], []
    for refusal in refusals:
        streams.tell(refusal)
    if reports:
        pieces = [_rendered(report, options["format_"]) for report in reports]
        deliver(("\n".join(pieces),), Output(options["format_"], options["output"] or ""))
    elif not refusals:
        streams.tell("The changed files are in no module with a DynamoDB table; nothing was proved.")
    codes = [exit_code_of_proofs(report, held.fail_on, held.unknown) for report in reports]
    click.get_current_context().exit(3 if refusals else max(codes, default=0))


def _refuse_misfits(paths: tuple[str, ...], options: dict[str, Any]) -> None:
    context = click.get_current_context()
    if options["changed"]:
        if options["format_"] == "json":
            raise click.UsageError("--format json describes one module, and --changed may find several. Name the directory of one.")
    elif not paths:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    elif len(paths) > 1:
        raise click.UsageError(f"Got unexpected extra argument ({paths[1]}). Prove one module at a time.")


def _report(directory: str, held: EffectiveSettings, loaded: Loaded | None, options: dict[str, Any]) -> ProofReport:
    """The proofs of one module. Raises `InputError` when it cannot be read."""
    from dyncheck.catalog.rules import all_rules, chosen, weighed
    from dyncheck.prove.prover import prove_module

    every = all_rules()
    rules = weighed(chosen(every, held.select, held.ignore), dict(held.severities))
    report = prove_module(directory, rules, every, held.policies, held.decisions, held.configured(loaded))
    if not options["replay"]:
        return report
    from dyncheck.prove.replay import replay

    return replay(report, directory, every, held.policies)


def _reports_of_changed(
    files: Iterable[str], held: EffectiveSettings, loaded: Loaded | None, options: dict[str, Any]
) -> tuple[list[ProofReport], list[str]]:
    """The proofs of the modules that hold the files, and the reasons why some of the modules cannot be proved."""
    from dyncheck.errors import InputError
    from dyncheck.prove.prover import NothingToProve
    from dyncheck.readers.hcl.trees import has_terraform_files

    reports, refusals = [], []
    for directory in sorted({os.path.dirname(file) or "." for file in files}):
        if not has_terraform_files(directory):
            continue
        try:
            reports.append(_report(directory, held, loaded, options))
        except NothingToProve:
            continue
        except InputError as error:
            refusals.append(str(error))
    return reports, refusals


def _rendered(report: ProofReport, format_: str) -> str:
    if format_ == "json":
        from dyncheck.prove.reporters.json import proofs_as_json

        return proofs_as_json(report)
    if format_ == "markdown":
        from dyncheck.prove.reporters.markdown import proofs_as_markdown

        return proofs_as_markdown(report)
    from dyncheck.prove.reporters.text import proofs_as_text

    return proofs_as_text(report)
