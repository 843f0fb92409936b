"""`dyncheck capture`: writes what an account says about its tables and alarms, to be checked later and elsewhere."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.cli.account import INTERRUPTED, OF_ACCOUNT, captured


@click.command()
@click.option("-o", "--output", metavar="FILE", help="The file; by default standard output.")
@OF_ACCOUNT
def capture(output: str | None, **options: Any) -> None:
    """Write what an account says about its DynamoDB tables and their alarms.

    \b
      dyncheck capture --region us-east-1 -o capture.json
      dyncheck capture.json

    It only reads, and no items: docs/live.md has the permissions. The file has names, tags, keys and alarms of the account, and no
    credentials. Checking it needs no access to the account. Ctrl-C writes what was answered by then; the rest is unknown.
    """
    from dyncheck.live.text import summary, to_text

    if output:
        streams.refuse_links(output)
    found = captured(options)
    if output:
        streams.replace_file(output, to_text(found))
    else:
        streams.write(to_text(found), as_utf8=True)
    for line in summary(found, output or "The output"):
        streams.tell(line)
    if not found.complete:
        click.get_current_context().exit(INTERRUPTED)
