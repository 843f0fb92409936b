"""The page of commands, docs/commands.md: the help of each, as it prints it."""

from __future__ import annotations

from collections.abc import Iterator

import click
from click.testing import CliRunner

from dyncheck.cli.main import cli

_HEAD = """\
# Commands

<!-- Generated from the help of the commands by `make generate`; edit that. -->

`check` may be left out: `dyncheck plan.json` checks a plan."""


def page() -> str:
    """The text of the page."""
    return "\n\n".join([_HEAD, *(_section(*command) for command in _commands(cli))]) + "\n"


def _commands(group: click.Command, *names: str) -> Iterator[tuple[str, ...]]:
    """The words of each command, in the order of the help."""
    if not isinstance(group, click.Group):
        yield names
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command and not command.hidden:
            yield from _commands(command, *names, name)


def _section(*names: str) -> str:
    shown = CliRunner().invoke(cli, [*names, "--help"], prog_name="dyncheck", terminal_width=100).output
    command = " ".join(("dyncheck", *names))
    return f"## {command}\n\n```console\n$ {command} --help\n{shown}```"
