"""`dyncheck schema`: prints the JSON Schema of a kind of file, for editors and validators."""

from __future__ import annotations

import click

from dyncheck import streams


@click.command()
@click.argument("name", type=click.Choice(["contract", "configuration", "report", "report-line", "baseline", "capture", "proofs"]))
def schema(name: str) -> None:
    """Print the JSON Schema of a kind of file: a line of a report is one of JSON Lines.

    \b
      dyncheck schema contract > contract.schema.json

    An editor with a YAML language server uses it in a file that begins with
    `# yaml-language-server: $schema=contract.schema.json`.
    """
    from importlib.resources import files

    streams.write(files("dyncheck.schemas").joinpath(f"{name}.schema.json").read_text("utf-8"), as_utf8=True)
