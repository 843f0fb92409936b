"""`dyncheck prove`: proves the rules for all inputs of a module."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from dyncheck import streams
from dyncheck.cli.options import OF_RULES, effective_settings, format_option

if TYPE_CHECKING:
    from dyncheck.dynamodb import Contract
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
@format_option(("text", "markdown", "json"))
@click.option("--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write the report to a file instead of to standard output.")
@click.option("--changed", is_flag=True, help="DIRs are changed or deleted files: prove their modules that have a DynamoDB table.")
@OF_RULES
@click.option("--contract", metavar="NAME", help="Prove each table against this contract, whatever its name is.")
@click.option("--replay", is_flag=True, help="Also run the real `terraform plan` on each counterexample.")
def prove(paths: tuple[str, ...], **options: Any) -> None:
    """Prove that a module is compliant for every input, or show an input that breaks a rule.

    DIR is the directory of a module. The proof covers all values that the types and validations of the variables allow; values
    from defaults, TF_VAR_* or .tfvars files do not limit it. docs/proofs.md lists the assumptions.
    """
    from dyncheck.cli.outputs import Output, deliver
    from dyncheck.prove.report import exit_code_of_proofs

    context, is_changed = click.get_current_context(), options["changed"]
    if is_changed and options["format_"] == "json":
        raise click.UsageError("--format json describes one module, so it cannot be combined with --changed. Name one directory.")
    if not paths and not is_changed:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    if len(paths) > 1 and not is_changed:
        raise click.UsageError(f"Got unexpected extra argument ({paths[1]}). Prove one module at a time.")
    if options["output"] is not None:
        streams.refuse_inputs(options["output"], paths)
    effective, loaded = effective_settings(paths, options)
    prove_one = partial(_report, effective, loaded, _contracts(effective, options["contract"]), options["replay"])
    reports, errors = _reports_of_changed(_kept(paths, effective), prove_one) if is_changed else ([prove_one(paths[0])], [])
    for error in errors:
        streams.tell(error)
    if reports:
        format_ = options["format_"]
        written = getattr(import_module(f"dyncheck.prove.reporters.{format_}"), f"proofs_as_{format_}")
        deliver(("\n".join(map(written, reports)),), Output(format_, options["output"] or ""))
    elif not errors:
        streams.tell("No changed file is in a module with a DynamoDB table, so nothing was proved.")
    codes = [exit_code_of_proofs(report, effective.fail_on, effective.unknown) for report in reports]
    context.exit(3 if errors else max(codes, default=0))


def _contracts(effective: EffectiveSettings, name: str | None) -> tuple[Contract, ...]:
    """The contracts of a proof. The one of that name alone holds for every table."""
    from dyncheck.catalog.contracts import contracts, named

    known = contracts(effective.policies, effective.own_rules, reference=effective.reference)
    return known if name is None else (replace(named(known, name), match=None),)


def _report(effective: EffectiveSettings, loaded: Loaded | None, known: tuple[Contract, ...], replays: bool, directory: str) -> ProofReport:
    from dyncheck.catalog.rules import all_rules, chosen, weighed
    from dyncheck.prove.prover import prove_module

    every = (*all_rules(), *effective.own_rules)
    rules = weighed(chosen(every, effective.select, effective.ignore), dict(effective.severities))
    report = prove_module(directory, rules, every, known, effective.decisions, effective.configured(loaded))
    if not replays:
        return report
    from dyncheck.prove.replay import replay

    return replay(report, directory, every, known)


def _kept(files: Iterable[str], effective: EffectiveSettings) -> list[str]:
    """The files without those in excluded directories."""
    from dyncheck.readers.hcl.exclusions import Exclusions

    exclusions = Exclusions(effective.exclude)
    return [file for file in files if exclusions.of(os.path.realpath(os.path.dirname(file))) is None]


def _reports_of_changed(files: Iterable[str], prove_one: Callable[[str], ProofReport]) -> tuple[list[ProofReport], list[str]]:
    """The proofs of the modules of the files, and the errors of modules that cannot be read."""
    from dyncheck.errors import InputError
    from dyncheck.files import has_terraform_files
    from dyncheck.prove.prover import NothingToProve

    reports, errors = [], []
    for directory in filter(has_terraform_files, sorted({os.path.dirname(file) or "." for file in files})):
        try:
            reports.append(prove_one(directory))
        except NothingToProve:
            continue
        except InputError as error:
            errors.append(str(error))
    return reports, errors
