"""`dyncheck live`: captures an account and checks it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from dyncheck import streams
from dyncheck.cli.account import INTERRUPTED, OF_ACCOUNT, OF_ACCOUNT_ALONE, captured
from dyncheck.cli.check import deliver_all
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
    CommandWithInputs,
    effective_settings,
    format_option,
    given_values,
)
from dyncheck.errors import UsageError
from dyncheck.reporters.formats import NAMES, STYLED

if TYPE_CHECKING:
    from dyncheck.checking.code import Code
    from dyncheck.dynamodb import Inventory
    from dyncheck.interface import Divergence
    from dyncheck.readers.capture.document import Capture


@click.command(cls=CommandWithInputs, epilog=EPILOG)
@OF_ACCOUNT
@click.option("--capture", metavar="FILE", help="Check this file of `dyncheck capture` instead of asking the account.")
@click.option(
    "--against", metavar="PATH", help="Also compare the account with this plan, state or directory of Terraform files (rule drift)."
)
@OF_INPUTS
@SOURCE
@format_option(NAMES)
@OUTPUT
@BASELINE
@OF_ENVIRONMENTS
@OF_TABLES
@OF_RULES
@ALLOW_EMPTY
@OF_LOOK
def live(**options: Any) -> None:
    """Check the tables and alarms that an account has.

    \b
      dyncheck live --region us-east-1
      dyncheck live --region us-east-1 --profile prod --table 'prod-*'
      dyncheck live --region us-east-1 --against plan.json

    The rules, contracts and reports are those of `dyncheck check`. It only reads, and no items: docs/live.md has the permissions. What
    AWS does not answer is unknown, and the report names the permission that is missing. AWS_ENDPOINT_URL sets another endpoint.
    """
    from dyncheck.checking.exit_code import exit_code
    from dyncheck.checking.managed import code_at
    from dyncheck.checking.run import run
    from dyncheck.cli.outputs import outputs
    from dyncheck.live.text import to_text

    if options["capture"] and any(options[name] for name in OF_ACCOUNT_ALONE):
        raise click.UsageError("--capture cannot be combined with the options that ask an account. Remove it, or those.")
    targets = outputs(options["format_"], options["written"], filter(None, (options["capture"], options["against"])))
    effective, loaded = effective_settings((), options)
    path, capture = _capture(options)
    settings = replace(
        effective.of_run(loaded),
        allow_empty=options["allow_empty"],
        only_in=tuple(dict.fromkeys(options["environments"])),
        given=tuple(given_values(options["variables"], options["var_files"])),
        workspace=options["workspace"],
        source=options["source"] or "",
        baseline=options["baseline"] or "",
        documents={path: to_text(capture).encode()},
        illustrated=any(target.format == "html" for target in targets),
        lists_passes=options["verbose"] or bool(options["baseline"]) or any(target.format not in STYLED for target in targets),
    )
    if options["against"]:
        code = code_at(options["against"], settings)
        settings = replace(settings, code=code, divergences=partial(_divergences, code, capture))
    report = run((path,), settings)
    for error in report.errors:
        streams.tell(error)
    deliver_all(report, targets, options, shows_unknown=effective.unknown != "pass")
    # A file that was interrupted is checked like any other.
    was_interrupted = not capture.complete and not options["capture"]
    click.get_current_context().exit(INTERRUPTED if was_interrupted else exit_code(report))


def _capture(options: dict[str, Any]) -> tuple[str, Capture]:
    """The capture, and its name in the report."""
    if not options["capture"]:
        try:
            found = captured(options)
        except UsageError as error:
            # Many repositories have a directory of this name.
            if os.path.isdir("live"):
                raise UsageError(f"{error} To check the directory live, write ./live.") from None
            raise
        return f"aws:{found.account}", found
    from dyncheck.readers.capture.reader import decoded_capture
    from dyncheck.readers.source import read

    return options["capture"], decoded_capture(options["capture"], read(options["capture"]).text())


def _divergences(code: Code, capture: Capture, account: Inventory) -> Iterator[Divergence]:
    from dyncheck.live.drift import Comparison

    return Comparison(code.inventories, account, capture).divergences()
