"""`dyncheck prove`: proves the rules for all inputs of a module."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import import_module
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
  1  refuted at or above --fail-on, or undecided with --unknown fail
  2  invalid command line or configuration
  3  could not read the module
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="DIR")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="The format of the report.",
)
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write the report to a file instead of to standard output.")
@click.option(
    "--changed",
    is_flag=True,
    help="DIRs are changed or deleted files: prove their modules, except those without a DynamoDB table.",
)
@OF_RULES
@click.option("--replay", is_flag=True, help="Also run the real `terraform plan` on each counterexample.")
def prove(paths: tuple[str, ...], **options: Any) -> None:
    """Prove that a module is compliant for every input, or show an input that breaks a rule.

    DIR is the directory of a module. The proof covers all values that the types and validations of the variables allow; values
    from defaults, TF_VAR_* or .tfvars files do not limit it. docs/proofs.md lists the assumptions.
    """
    from dyncheck.cli.outputs import Output, deliver
    from dyncheck.prove.exit_code import exit_code_of_proofs

    _refuse_invalid(paths, options)
    if options["output"] is not None:
        streams.refuse_inputs(options["output"], paths)
    effective, loaded = effective_settings(paths, options)
    if options["changed"]:
        reports, refusals = _reports_of_changed(paths, effective, loaded, options)
    else:
        reports, refusals = [_report(paths[0], effective, loaded, options)], []
    for error in (*refusals, *(error for report in reports for error in report.errors)):
        streams.tell(error)
    if reports:
        pieces = [_rendered(report, options["format_"]) for report in reports]
        deliver(("\n".join(pieces),), Output(options["format_"], options["output"] or ""))
    elif not refusals:
        streams.tell("No changed file is in a module with a DynamoDB table, so nothing was proved.")
    codes = [exit_code_of_proofs(report, effective.fail_on, effective.unknown) for report in reports]
    click.get_current_context().exit(3 if refusals else max(codes, default=0))


def _refuse_invalid(paths: tuple[str, ...], options: dict[str, Any]) -> None:
    context = click.get_current_context()
    if options["changed"]:
        if options["format_"] == "json":
            raise click.UsageError("--format json describes one module, so it cannot be combined with --changed. Name one directory.")
    elif not paths:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    elif len(paths) > 1:
        raise click.UsageError(f"Got unexpected extra argument ({paths[1]}). Prove one module at a time.")


def _report(directory: str, effective: EffectiveSettings, loaded: Loaded | None, options: dict[str, Any]) -> ProofReport:
    from dyncheck.catalog.rules import all_rules, chosen, weighed
    from dyncheck.prove.prover import prove_module

    every = all_rules()
    rules = weighed(chosen(every, effective.select, effective.ignore), dict(effective.severities))
    report = prove_module(directory, rules, every, effective.policies, effective.decisions, effective.configured(loaded))
    if not options["replay"]:
        return report
    from dyncheck.prove.replay import replay

    return replay(report, directory, every, effective.policies)


def _reports_of_changed(
    files: Iterable[str], effective: EffectiveSettings, loaded: Loaded | None, options: dict[str, Any]
) -> tuple[list[ProofReport], list[str]]:
    """The proofs of the modules of the files, and the errors of modules that cannot be read."""
    from dyncheck.errors import InputError
    from dyncheck.prove.prover import NothingToProve
    from dyncheck.readers.hcl.trees import has_terraform_files

    reports, refusals = [], []
    for directory in sorted({os.path.dirname(file) or "." for file in files}):
        if not has_terraform_files(directory):
            continue
        try:
            reports.append(_report(directory, effective, loaded, options))
        except NothingToProve:
            continue
        except InputError as error:
            refusals.append(str(error))
    return reports, refusals


def _rendered(report: ProofReport, format_: str) -> str:
    write = getattr(import_module(f"dyncheck.prove.reporters.{format_}"), f"proofs_as_{format_}")
    text: str = write(report)
    return text
