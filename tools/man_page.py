"""The manual page, `man dyncheck`: all commands with their options, from the command line itself.

It is written with the macros that every `man` has: https://man7.org/linux/man-pages/man7/groff_man.7.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from dyncheck.cli.main import cli
from dyncheck.version import REPOSITORY, VERSION

_SUMMARY = "check the DynamoDB tables and alarms of Terraform plans and files"
# A paragraph whose lines stay as they are.
_VERBATIM = "\b\n"


def page() -> str:
    """The manual page."""
    lines = list(_lines())
    # A heading begins a paragraph by itself.
    kept = (line for before, line in zip(["", *lines], lines, strict=False) if line != ".PP" or not before.startswith((".SH", ".SS")))
    return "\n".join(kept) + "\n"


def _lines() -> Iterator[str]:
    yield r".\" Written by `make generate` from the commands."
    yield f'.TH DYNCHECK 1 "" "dyncheck {VERSION}" "User Commands"'
    yield from (".SH NAME", rf"dyncheck \- {_SUMMARY}")
    yield from (".SH SYNOPSIS", r".B dyncheck", r"[\fICOMMAND\fR] [\fIOPTIONS\fR] [\fIARGUMENTS\fR]")
    yield ".SH DESCRIPTION"
    yield from _paragraphs(cli.help or "")
    yield ".SH COMMANDS"
    context = click.Context(cli, info_name="dyncheck", **cli.context_settings)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        yield from _command(command, click.Context(command, info_name=name, parent=context))
    yield ".SH EXIT STATUS"
    yield from _paragraphs(cli.epilog or "")
    yield ".SH FILES"
    yield from (".TP", r"\fI.dyncheck.yaml\fR", _escaped("The configuration of a repository, at its root."))
    yield from (".SH SEE ALSO", _escaped(f"The documentation: {REPOSITORY}/tree/main/docs"))


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    usage = " ".join(command.collect_usage_pieces(context))
    yield f'.SS "dyncheck {_escaped(str(context.info_name))} {_escaped(usage)}"'
    yield from _paragraphs(command.help or "")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Option) and record:
            names, meaning = record
            yield from (".TP", rf"\fB{_escaped(names)}\fR", *_text(" ".join(meaning.split())))
    if command.epilog and command.epilog != cli.epilog:
        yield from _paragraphs(command.epilog)


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a help text, which click marks and separates as it prints them."""
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        lines = paragraph.strip("\n")
        if lines.lstrip().startswith(_VERBATIM):
            kept = lines.lstrip().removeprefix(_VERBATIM)
            yield from (".PP", ".nf", *(_escaped(line) for line in kept.split("\n")), ".fi")
        elif lines.strip():
            yield from (".PP", *_text(" ".join(lines.split())))


def _text(text: str) -> Iterator[str]:
    """Sentences, each on its own line: so `man` sets the space between them."""
    yield from (_escaped(sentence) for sentence in re.split(r"(?<=[.?!]) (?=[A-Z])", text) if sentence)


def _escaped(text: str) -> str:
    """Text without what is markup to `man`: a backslash, a dash, and a dot or apostrophe at the start of a line."""
    plain = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq").replace("'", r"\(aq").replace("`", r"\(ga")
    plain = plain.replace("^", r"\(ha").replace("~", r"\(ti")
    return rf"\&{plain}" if plain.startswith(".") else plain
