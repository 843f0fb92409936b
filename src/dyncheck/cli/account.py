"""The options of the commands that ask an account, and the capture that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dyncheck.cli.options import repeatable, with_options

if TYPE_CHECKING:
    from dyncheck.readers.capture.document import Capture

# The exit code of shells for a program that Ctrl-C ended.
INTERRUPTED = 130

OF_ACCOUNT = with_options(
    repeatable("--region", "regions", metavar="REGION", help="Ask in this region; by default in that of the profile or the environment."),
    click.option("--all-regions", is_flag=True, help="Ask in every region that the account has switched on."),
    click.option("--profile", metavar="NAME", help="The profile of the AWS configuration; by default the standard chain of credentials."),
    click.option("--role-arn", metavar="ARN", help="Assume this role first."),
    repeatable("--table", "tables", metavar="GLOB", help="Ask only for tables with such names."),
)

# The names of these options.
OF_ACCOUNT_ALONE = ("regions", "all_regions", "profile", "role_arn", "tables")


def captured(options: dict[str, Any]) -> Capture:
    """What the account answers. Raises `UsageError` when there are no credentials or no region."""
    from dyncheck.checking.progress import watched
    from dyncheck.errors import UsageError
    from dyncheck.live.account import ANY_REGION, NO_REGION, Account, session_of
    from dyncheck.live.capturing import THREADS, Capturing

    if options["all_regions"] and options["regions"]:
        raise click.UsageError("--all-regions cannot be combined with --region. Remove one of them.")
    session = session_of(options["profile"] or "", options["role_arn"] or "", next(iter(options["regions"]), ""))
    account = Account(session, THREADS)
    regions = tuple(dict.fromkeys(options["regions"])) or ((session.region_name,) if session.region_name else ())
    if options["all_regions"]:
        regions = account.regions(session.region_name or ANY_REGION)
    if not regions:
        raise UsageError(NO_REGION)
    with watched("Asking") as progress:
        return Capturing(account, regions, options["tables"], progress).capture()
