"""`dyncheck config`: shows the effective settings and their origins."""

from __future__ import annotations

import os
from typing import Any

import click

from dyncheck import streams
from dyncheck.cli.options import OF_ENVIRONMENTS, OF_RULES, OF_TABLES, effective_settings


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("--path", "directory", metavar="DIR", help="Show the settings for the root module in this directory.")
@OF_ENVIRONMENTS
@OF_TABLES
@OF_RULES
def config(paths: tuple[str, ...], directory: str | None, **options: Any) -> None:
    """Show the effective settings for a check of PATH, and the origin of each one.

    The default PATH is the working directory. With --path, overrides for that directory are part of the settings, and only the
    environments whose files it has are shown.
    """
    from dyncheck.errors import UsageError
    from dyncheck.settings.effective import as_text

    if directory is not None and not os.path.isdir(directory):
        raise UsageError(f"--path {directory} is not a directory. Name the directory of a root module.")
    effective, loaded = effective_settings((directory,) if directory is not None else paths or (".",), options)
    if directory is not None:
        from dyncheck.settings.of_directory import of_directory

        effective = of_directory(effective, directory)
    streams.write(as_text(effective, loaded.path if loaded else ""))
