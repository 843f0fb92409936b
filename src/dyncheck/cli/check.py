"""`dyncheck check`: plans, states and Terraform files in, a report out."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.cli.options import EPILOG, OF_RULES, OF_TABLES, CommandWithInputs, effective_settings, given_values
from dyncheck.reporters.formats import NAMES


@click.command(cls=CommandWithInputs, epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--format", "format_", type=click.Choice(NAMES), default="text", show_default=True, help="What to write.")
@click.option(
    "--output",
    "written",
    multiple=True,
    metavar="[FORMAT=]FILE",
    help="Write to a file: FILE instead of to standard output, FORMAT=FILE as well, such as sarif=report.sarif. Repeatable.",
)
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="A value for a variable of the root module. Repeatable.")
@click.option("--var-file", "var_files", multiple=True, metavar="FILE", help="A file of such values (.tfvars). Repeatable.")
@click.option(
    "--source",
    metavar="DIR",
    help="The Terraform files a plan was made of, for the lines of its findings; found beside the plan or in the working directory.",
)
@click.option(
    "--changed",
    is_flag=True,
    help="The PATHs are files that changed, deleted ones too: check the root modules below the working directory that hold them or call "
    "their modules.",
)
@click.option("--baseline", metavar="REPORT", help="An earlier JSON report: only what is new since then counts for the exit code.")
@OF_TABLES
@OF_RULES
@click.option("--allow-empty", is_flag=True, help="An input without any DynamoDB table is fine.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours; auto goes by the terminal, NO_COLOR and FORCE_COLOR.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only the findings that make the exit code 1.")
@click.option("-v", "--verbose", is_flag=True, help="What passed as well.")
def check(paths: tuple[str, ...], **options: Any) -> None:
    """Check plans, states or Terraform files.

    PATH is a file that `terraform show -json` writes, - for standard input, a directory (every root module in it), or a
    Terraform file (its module). Variables get values as in Terraform: defaults, TF_VAR_*, terraform.tfvars,
    *.auto.tfvars, then --var and --var-file in their order; what has none is unknown.
    """
    from dyncheck.checking.exit_code import exit_code
    from dyncheck.checking.processes import available
    from dyncheck.checking.progress import watched
    from dyncheck.checking.run import Settings, run
    from dyncheck.cli.outputs import Look, deliver, outputs, rendered

    _refuse_misfits(paths, options)

    wanted = outputs(options["format_"], options["written"], paths)
    held, loaded = effective_settings(paths, options)
    with watched() as progress:
        report = run(
            paths,
            Settings(
                policies=held.policies,
                required=held.require,
                select=held.select,
                ignore=held.ignore,
                severities=held.severities,
                decisions=held.decisions,
                configuration=held.configured(loaded),
                allow_empty=options["allow_empty"],
                source=options["source"] or "",
                baseline=options["baseline"] or "",
                changed=options["changed"],
                illustrated=any(output.format == "html" for output in wanted),
                allow_destroy=held.allow_destroy,
                given=tuple(given_values(click.get_current_context().meta["order"], options["variables"], options["var_files"])),
                # What the text does not show is not built: of a large input, most results are passes.
                lists_passes=options["verbose"] or bool(options["baseline"]) or any(output.format != "text" for output in wanted),
                processes=available(),
                progress=progress,
            ),
        )
    for error in report.errors:
        streams.tell(error)
    if options["changed"] and not report.inputs and not report.errors:
        streams.tell("The changes touch no root module here; nothing was checked.")
    look = Look(options["color"], options["verbose"], options["quiet"], held.unknown, held.fail_on)
    for output in wanted:
        # What could not be checked was said on standard error, and is all there is to say to a person.
        if output.format != "text" or report.inputs or report.required:
            deliver(rendered(report, output, look), output)
    click.get_current_context().exit(exit_code(report, held.fail_on, held.unknown))


def _refuse_misfits(paths: tuple[str, ...], options: dict[str, Any]) -> None:
    context = click.get_current_context()
    if not paths and not options["changed"]:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    if options["changed"] and options["require"]:
        raise click.UsageError("--require needs everything to be read, and --changed reads a part. Leave one of them out.")
