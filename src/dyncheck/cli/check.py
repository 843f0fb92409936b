"""`dyncheck check`: checks plans, states and Terraform files, and writes reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from dyncheck import streams
from dyncheck.cli.options import (
    ALLOW_EMPTY,
    BASELINE,
    EPILOG,
    OF_ENVIRONMENTS,
    OF_INPUTS,
    OF_LOOK,
    OF_RULES,
    OF_TABLES,
    OUTPUT,
    SOURCE,
    TOGETHER,
    CommandWithInputs,
    effective_settings,
    format_option,
    settings_of_run,
)
from dyncheck.reporters.formats import NAMES, STYLED, WITH_EDITS

if TYPE_CHECKING:
    from dyncheck.cli.outputs import Output
    from dyncheck.findings import Report


@click.command(cls=CommandWithInputs, epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="PATH...")
@format_option(NAMES)
@OUTPUT
@OF_INPUTS
@SOURCE
@click.option(
    "--changed",
    is_flag=True,
    help="PATHs are changed or deleted files: check the root modules below the working directory that contain them or call their modules.",
)
@TOGETHER
@BASELINE
@OF_ENVIRONMENTS
@OF_TABLES
@OF_RULES
@ALLOW_EMPTY
@click.option(
    "--edits/--no-edits",
    "adds_edits",
    default=None,
    help="Add the safe edits of `dyncheck fix` to the reports.  [default: only in sarif, github-comment, rdjson and html]",
)
@OF_LOOK
def check(paths: tuple[str, ...], **options: Any) -> None:
    """Check plans, states or Terraform files.

    PATH is a file from `terraform show -json`, a terraform.tfstate, - for standard input, a directory (every root module in it), or a
    Terraform file (its module). Variables get their values as in Terraform: from defaults, TF_VAR_*, terraform.tfvars, *.auto.tfvars, then
    --var and --var-file in their order. A variable without a value is unknown.
    """
    from dyncheck.checking.exit_code import exit_code
    from dyncheck.checking.inputs import are_many
    from dyncheck.checking.progress import watched
    from dyncheck.checking.run import run
    from dyncheck.cli.outputs import outputs
    from dyncheck.readers.source import expanded

    context = click.get_current_context()
    if not paths and not options["changed"]:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    if options["changed"] and options["require"]:
        raise click.UsageError("--require cannot be combined with --changed, which reads only a part of the inputs. Remove one of them.")
    if options["changed"] and options["together"]:
        raise click.UsageError("--together cannot be combined with --changed, which reads only a part of the inputs. Remove one of them.")

    paths = expanded(paths)
    targets = outputs(options["format_"], options["written"], paths)
    if options["statistics"] and not any(target.format in STYLED for target in targets):
        raise click.UsageError(f"--statistics needs --format {' or '.join(STYLED)}. Remove it, or choose one of them.")
    effective, loaded = effective_settings(paths, options)
    with watched() as progress:
        settings = replace(
            settings_of_run(effective, loaded, paths, options),
            baseline=options["baseline"] or "",
            changed=options["changed"],
            illustrated=any(target.format == "html" for target in targets),
            # Most results of a large input are passes, which the text only counts.
            lists_passes=options["verbose"] or bool(options["baseline"]) or any(target.format not in STYLED for target in targets),
            hashes=any(target.format in ("html", "json", "jsonl", "sarif") for target in targets),
            progress=progress,
            stores=are_many(paths) and not options["changed"] and not options["together"],
        )
        report = run(paths, settings)
        if options["adds_edits"] or (options["adds_edits"] is None and any(target.format in WITH_EDITS for target in targets)):
            from dyncheck.cli.edits import with_edits

            edited = with_edits(report, paths, settings, is_asked_for=bool(options["adds_edits"]))
        else:
            edited = report
    has_text = bool(report.inputs or report.required)
    # The last lines of a text on standard output are the errors of a strict run.
    is_shown = has_text and any(target.format == "text" and not target.path for target in targets)
    for error in report.errors[: len(report.errors) - len(report.strict) * is_shown]:
        streams.tell(error)
    if options["changed"] and not report.inputs and not report.errors:
        streams.tell("The changed files affect no root module below the working directory, so nothing was checked.")
    elif not report.inputs and not report.errors and any(each.state == "excluded" for each in report.directories):
        streams.tell("Every root module is excluded, so nothing was checked.")
    deliver_all(edited, targets, options, shows_unknown=effective.unknown != "pass", without_edits=report)
    context.exit(exit_code(report))


def deliver_all(
    report: Report, targets: Iterable[Output], options: dict[str, Any], *, shows_unknown: bool, without_edits: Report | None = None
) -> None:
    """Write the reports of a run; those that show no edits unless they are asked for are written from `without_edits`.

    A text without inputs would repeat the errors on standard error.
    """
    from dyncheck.cli.outputs import deliver, rendered

    look = {name: options[name] for name in ("verbose", "quiet", "statistics")} | {"show_unknown": shows_unknown}
    for target in targets:
        shown = report if without_edits is None or options["adds_edits"] or target.format in WITH_EDITS else without_edits
        if target.format not in STYLED or report.inputs or report.required:
            deliver(rendered(shown, target, options["color"], look), target)
