"""`dyncheck init`: writes the first contracts and a configuration from the tables that are there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from dyncheck import streams
from dyncheck.cli.options import OF_INPUTS, CommandWithInputs, given_values
from dyncheck.errors import UsageError

if TYPE_CHECKING:
    from dyncheck.starter.contracts import Draft
    from dyncheck.starter.start import Start

_MOST_SHOWN = 10


@click.command(cls=CommandWithInputs)
@click.argument("path", metavar="[PATH]", default=".")
@click.option(
    "--from", "model", metavar="FILE", help="Write the tables of a data model file instead: dynamodb_data_model.json or schema.json."
)
@OF_INPUTS
def init(path: str, model: str | None, variables: tuple[str, ...], var_files: tuple[str, ...], workspace: str | None) -> None:
    """Write contracts of the tables that are there, and a configuration that uses them.

    PATH is a plan or a state in JSON, or a directory of Terraform files; by default the working directory. The command writes
    .dyncheck.yaml and the directory contracts at the root of the repository. It demands only what the tables have for certain, so
    a check of PATH has no finding from these contracts. It never overwrites a file.

    With --from, the contracts have the keys, indexes and access patterns of a data model, which the DynamoDB MCP server of AWS
    writes; PATH is only where the repository is.

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

    has_options = bool(variables or var_files or workspace)
    if model and has_options:
        raise UsageError("--from reads a data model, which has no variables. Remove --var, --var-file and --workspace.")
    root = root_of(path)
    # Outside of a repository, a configuration between the root and the input would be used instead of the new one.
    refuse_existing(filter(None, (find([path]), *(os.path.join(root, name) for name in (CONFIGURATION_FILE, DIRECTORY)))))
    if model:
        from dyncheck.starter.model import start_from_model

        started = start_from_model(model)
    else:
        started = start(path, tuple(given_values(variables, var_files)), workspace)
    write_new({os.path.join(root, name): text for name, text in started.texts.items()})
    for error in started.errors:
        streams.tell(error)
    streams.write(safe_text(_said_of_model(model, path, root, started) if model else _said(path, root, started, has_options=has_options)))
    click.get_current_context().exit(3 if started.errors else 0)


def _said(path: str, root: str, started: Start, *, has_options: bool) -> str:
    shared, *own = started.drafts.contracts
    lines = [f"Wrote {len(started.texts):,} files from {_tables(len(shared.tables))} in {path}:"]
    lines += _files(root, (shared, *own[:_MOST_SHOWN]), len(own) - _MOST_SHOWN)
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


def _said_of_model(model: str, path: str, root: str, started: Start) -> str:
    own = started.drafts.contracts
    lines = [f"Wrote {len(started.texts):,} files from {_tables(len(own))} in {model}:"]
    lines += _files(root, own[:_MOST_SHOWN], len(own) - _MOST_SHOWN)
    lines += (
        "",
        "Comments in the contracts say what they leave out, and why.",
        "What to do next:",
        "  1. Read the contracts. Change `match` where Terraform gives a table another name.",
        f"  2. Run `dyncheck {path}`: a table that does not serve an access pattern is a finding.",
        "  3. Commit the files.",
    )
    return "\n".join(lines) + "\n"


def _files(root: str, shown: Sequence[Draft], more: int) -> Iterator[str]:
    """The lines with the files and what each is for."""
    rows = [(os.path.join(root, ".dyncheck.yaml"), "the configuration, which uses the contracts")]
    rows += ((os.path.join(root, f"contracts/{draft.contract.table}.yaml"), _under(draft.tables)) for draft in shown)
    width = max(len(name) for name, _ in rows)
    yield from (f"  {name:{width}}  {what}" for name, what in rows)
    if more > 0:
        yield f"  and {more:,} more contracts"


def _tables(count: int) -> str:
    return f"{count:,} {'table' if count == 1 else 'tables'}"


def _under(tables: tuple[str, ...]) -> str:
    return tables[0] if len(tables) == 1 else _tables(len(tables))
