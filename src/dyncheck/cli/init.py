"""`dyncheck init`: writes the first contracts and a configuration from the tables that are there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from dyncheck import streams
from dyncheck.cli.options import OF_INPUTS, CommandWithInputs, given_values

if TYPE_CHECKING:
    from dyncheck.starter.start import Start

_MOST_SHOWN = 10


@click.command(cls=CommandWithInputs)
@click.argument("path", metavar="[PATH]", default=".")
@OF_INPUTS
def init(path: str, variables: tuple[str, ...], var_files: tuple[str, ...], workspace: str | None) -> None:
    """Write contracts of the tables that are there, and a configuration that uses them.

    PATH is a plan or a state in JSON, or a directory of Terraform files; by default the working directory. The command writes
    .dyncheck.yaml and the directory contracts at the root of the repository. It demands only what the tables have for certain, so
    a check of PATH has no finding from these contracts. It never overwrites a file.

    \b
    Exit codes:
      0  the files were written
      2  invalid command line, or a file is there already
      3  could not read the input, or a part of it
    """
    from dyncheck.reporters.safe import safe_text
    from dyncheck.settings.find import find, root_of
    from dyncheck.starter.files import refuse_existing, write_new
    from dyncheck.starter.start import CONFIGURATION_FILE, DIRECTORY, start

    root = root_of(path)
    # Outside of a repository, a configuration between the root and the input would be used instead of the new one.
    refuse_existing(filter(None, (find([path]), *(os.path.join(root, name) for name in (CONFIGURATION_FILE, DIRECTORY)))))
    started = start(path, tuple(given_values(variables, var_files)), workspace)
    write_new({os.path.join(root, name): text for name, text in started.texts.items()})
    for error in started.errors:
        streams.tell(error)
    streams.write(safe_text(_said(path, root, started, has_options=bool(variables or var_files or workspace))))
    click.get_current_context().exit(3 if started.errors else 0)


def _said(path: str, root: str, started: Start, *, has_options: bool) -> str:
    shared, *own = started.drafts.contracts
    lines = [f"Wrote {len(started.texts):,} files from {_tables(len(shared.tables))} in {path}:"]
    rows = [(os.path.join(root, ".dyncheck.yaml"), "the configuration, which uses the contracts")]
    shown = (shared, *own[:_MOST_SHOWN])
    rows += ((os.path.join(root, f"contracts/{draft.contract.table}.yaml"), _under(draft.tables)) for draft in shown)
    width = max(len(name) for name, _ in rows)
    lines += (f"  {name:{width}}  {what}" for name, what in rows)
    if len(own) > _MOST_SHOWN:
        lines.append(f"  and {len(own) - _MOST_SHOWN:,} more contracts")
    if started.drafts.without:
        lines.append(f"No contract of their own, because nothing tells them from others: {', '.join(started.drafts.without)}.")
    options = " with the same options" if has_options else ""
    lines += (
        "",
        "They demand only what the tables have for certain; comments in them say what is left out, and why.",
        "What to do next:",
        "  1. Read the contracts, and add what must hold: alarms, tags, more days of recovery.",
        f"  2. Run `dyncheck {path}`{options}. It has no finding from these contracts; other findings show what to improve.",
        "  3. Commit the files.",
    )
    return "\n".join(lines) + "\n"


def _tables(count: int) -> str:
    return f"{count:,} {'table' if count == 1 else 'tables'}"


def _under(tables: tuple[str, ...]) -> str:
    return tables[0] if len(tables) == 1 else _tables(len(tables))
