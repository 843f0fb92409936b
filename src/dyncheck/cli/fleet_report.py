"""`dyncheck fleet report`: shows the results of a fleet."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.errors import UsageError


@click.command()
@click.argument("results", metavar="RESULTS")
@click.argument("earlier", required=False, metavar="[EARLIER]")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "html", "csv", "ocsf", "json"]),
    default="text",
    show_default=True,
    help="The output format.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of to standard output.")
@click.option("-v", "--verbose", is_flag=True, help="Show more accounts, rules and tables in the text.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to use colours; auto depends on the terminal, NO_COLOR and FORCE_COLOR.",
)
def report(results: str, earlier: str | None, format_: str, output: str | None, **options: Any) -> None:
    """Show the worst accounts, rules and tables of a fleet.

    \b
      dyncheck fleet report results.parquet
      dyncheck fleet report results.parquet yesterday.parquet
      dyncheck fleet report results.parquet --format html -o fleet.html

    RESULTS is a file of `dyncheck fleet`. With the file of an EARLIER run, the report says what is new and what is fixed since then.
    text, html and json are an overview. csv has a row for each result that is not a pass. ocsf has a compliance finding a line, for
    Security Hub and Security Lake; those fixed since EARLIER are closed. docs/fleet-queries.md has queries on the file itself.

    \b
    Exit codes:
      0  the report was written, whatever it says
      2  invalid command line, or RESULTS or EARLIER is not a file of results
      3  the report could not be written
    """
    from dyncheck.cli.outputs import uses_color
    from dyncheck.reporters.layout import TextStyle

    try:
        from dyncheck.fleet.reporters.formats import parts
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "pyarrow":
            raise
        raise UsageError('This command needs PyArrow. Install it with `pip install "dyncheck[fleet]"`.') from None
    inputs = [results, *([earlier] if earlier else [])]
    if output:
        streams.refuse_inputs(output, inputs)
    is_coloured = uses_color(options["color"], is_file=bool(output))
    width = (0 if output else streams.columns()) or 80
    pieces = parts(format_, results, earlier or "", TextStyle(color=is_coloured, width=width, verbose=options["verbose"]))
    if output:
        streams.write_file(output, pieces)
    else:
        streams.write(pieces, as_utf8=format_ != "text")
