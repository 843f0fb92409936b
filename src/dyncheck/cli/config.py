"""`dyncheck config`: shows the effective settings and their origins."""

from __future__ import annotations

from typing import Any

import click

from dyncheck import streams
from dyncheck.cli.options import OF_ENVIRONMENTS, OF_RULES, OF_TABLES, effective_settings


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@OF_ENVIRONMENTS
@OF_TABLES
@OF_RULES
def config(paths: tuple[str, ...], **options: Any) -> None:
    """Show the effective settings for a check of PATH, and the origin of each one.

    The default PATH is the working directory.
    """
    from dyncheck.settings.effective import as_text

    effective, loaded = effective_settings(paths or (".",), options)
    streams.write(as_text(effective, loaded.path if loaded else ""))
