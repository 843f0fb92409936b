"""`dyncheck config`: what would hold for a check, and where each part comes from."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.cli.options import OF_RULES, OF_TABLES, effective_settings


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@OF_TABLES
@OF_RULES
def config(paths: tuple[str, ...], **options: Any) -> None:
    """Show what would hold for a check of PATH, and where each part comes from.

    Without a PATH it is the working directory that would be checked.
    """
    from dyncheck.settings.effective import as_text

    held, loaded = effective_settings(paths or (".",), options)
    streams.write(as_text(held, loaded.path if loaded else ""))
