"""`dyncheck live`: captures an account and checks it."""

from __future__ import annotations

from typing import Any

import click
from msgspec.structs import replace

from dyncheck import streams
from dyncheck.cli.account import OF_ACCOUNT, captured
from dyncheck.cli.check import deliver_all
from dyncheck.cli.options import (
    ALLOW_EMPTY,
    BASELINE,
    EPILOG,
    OF_ENVIRONMENTS,
    OF_LOOK,
    OF_RULES,
    OF_TABLES,
    OUTPUT,
    effective_settings,
    format_option,
)
from dyncheck.reporters.formats import NAMES


@click.command(epilog=EPILOG)
@OF_ACCOUNT
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

    The rules, contracts and reports are those of `dyncheck check`. It only reads, and no items: docs/live.md has the permissions. What an
    answer is missing for is unknown, with the permission that it needs. AWS_ENDPOINT_URL leads to another endpoint.
    """
    from dyncheck.checking.exit_code import OnUnknown, exit_code
    from dyncheck.checking.run import run
    from dyncheck.cli.outputs import outputs
    from dyncheck.live.text import to_text

    targets = outputs(options["format_"], options["written"], ())
    effective, loaded = effective_settings((), options)
    found = captured(options)
    path = f"aws:{found.account}"
    report = run(
        (path,),
        replace(
            effective.of_run(loaded),
            allow_empty=options["allow_empty"],
            only_in=tuple(dict.fromkeys(options["environments"])),
            baseline=options["baseline"] or "",
            documents={path: to_text(found).encode()},
            illustrated=any(target.format == "html" for target in targets),
            lists_passes=options["verbose"] or bool(options["baseline"]) or any(target.format != "text" for target in targets),
        ),
    )
    for error in report.errors:
        streams.tell(error)
    deliver_all(report, targets, options, shows_unknown=effective.unknown is not OnUnknown.PASS)
    click.get_current_context().exit(exit_code(report))
