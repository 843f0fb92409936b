"""`dyncheck items`: checks files of items against a contract."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.cli.check import deliver_all
from dyncheck.cli.options import (
    EPILOG,
    OF_CONTRACTS,
    OF_LOOK,
    OF_OWN_RULES,
    OF_VERDICTS,
    OUTPUT,
    complete_table,
    effective_settings,
    format_option,
)
from dyncheck.errors import UsageError
from dyncheck.reporters.formats import NAMES


@click.command(epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="FILE...")
@click.option("--contract", "name", metavar="NAME", shell_complete=complete_table, help="The contract of the table, such as products.")
@click.option("--model", metavar="FILE", help="Check a data model instead: its items and its access patterns against its tables.")
@click.option(
    "--item-format",
    type=click.Choice(["auto", "dynamodb", "plain"]),
    default="auto",
    show_default=True,
    help="DynamoDB JSON, plain JSON, or what the first item of each file looks like.",
)
@click.option(
    "--examples",
    type=click.IntRange(min=1, max=10_000),
    default=5,
    show_default=True,
    metavar="N",
    help="List N items for each kind of problem, and count the others.",
)
@click.option("--show-values", is_flag=True, help="Show the values that are wrong. Without it, a report has no values of items.")
@format_option(NAMES)
@OUTPUT
@OF_CONTRACTS
@OF_VERDICTS
@OF_OWN_RULES
@click.option("--allow-empty", is_flag=True, help="Accept a file without items.")
@OF_LOOK
def items(
    paths: tuple[str, ...],
    name: str | None,
    model: str | None,
    item_format: str,
    examples: int,
    show_values: bool,
    **options: Any,
) -> None:
    """Check items against the keys, indexes and item schema of a contract.

    \b
      dyncheck items items.json --contract products
      dyncheck items AWSDynamoDB/01693685827463-2d8752fd --contract orders --policy contracts
      aws dynamodb scan --table-name dev-products | dyncheck items - --contract products

    FILE has one item, an array of items, or one item on each line (JSON Lines), in DynamoDB JSON or plain JSON, also compressed with gzip.
    It may also be an answer of `aws dynamodb scan`, the directory of an export to S3, a directory of such files, or - for standard
    input. A file of any size is checked in constant memory.

    With --model, the file is a data model of the DynamoDB MCP server of AWS: dynamodb_data_model.json or schema.json.
    """
    from dyncheck.catalog.contracts import contracts, named
    from dyncheck.catalog.rules import all_rules, find, weighed
    from dyncheck.checking.exit_code import exit_code
    from dyncheck.checking.items import RULE, ItemSettings, check_items
    from dyncheck.checking.progress import watched
    from dyncheck.cli.outputs import outputs

    if model is not None:
        _check_model(model, paths, name, options, shows_values=show_values)
        return
    if not paths or name is None:
        raise UsageError("`dyncheck items` takes files and --contract NAME, or --model FILE.")
    targets = outputs(options["format_"], options["written"], paths)
    effective, loaded = effective_settings((), {"select": (), "ignore": ()} | options)
    settings = effective.of_run(loaded)
    contract = named(contracts(settings.policies, settings.own_rules, reference=settings.reference), name)
    rule = find(weighed(all_rules(), dict(settings.severities)), RULE)
    of_items = ItemSettings(
        rule.severity_under(contract),
        {"auto": None, "dynamodb": False, "plain": True}[item_format],
        show_values,
        examples,
        options["allow_empty"],
        settings.fail_on,
        settings.unknown_fails,
    )
    with watched() as progress:
        report = check_items(paths, contract, of_items, progress)
    for error in report.errors:
        streams.tell(error)
    deliver_all(report, targets, options, shows_unknown=effective.unknown != "pass")
    click.get_current_context().exit(exit_code(report))


def _check_model(model: str, paths: tuple[str, ...], name: str | None, options: dict[str, Any], *, shows_values: bool) -> None:
    from dyncheck.checking.exit_code import exit_code
    from dyncheck.cli.outputs import outputs
    from dyncheck.data_model.report import report_of

    if paths or name:
        raise UsageError("--model checks the items in the data model. Remove the other files and --contract.")
    targets = outputs(options["format_"], options["written"], (model,))
    effective, loaded = effective_settings((), {"select": (), "ignore": ()} | options)
    settings = effective.of_run(loaded)
    report = report_of(model, dict(settings.severities), settings.fail_on, shows_values=shows_values)
    for error in report.errors:
        streams.tell(error)
    deliver_all(report, targets, options, shows_unknown=True)
    click.get_current_context().exit(exit_code(report))
