"""Errors of a run, as opposed to findings about the infrastructure that it checks."""

from __future__ import annotations

from collections.abc import Iterable


class DyncheckError(Exception):
    """A run that cannot go on: one line with what happened and what to do next, and optional lines of detail."""

    exit_code = 3

    def __init__(self, message: str, details: Iterable[str] = ()) -> None:
        super().__init__("\n".join(map(one_line, (message, *details))))


class UsageError(DyncheckError):
    """An invalid option, configuration, contract, or rule of the user's own. `trace` is that of such a rule, if Python gives one."""

    exit_code = 2
    trace = ""


class InputError(DyncheckError):
    """An input that cannot be checked: unreadable, truncated, not a plan, or without anything to check."""


class OutputError(DyncheckError):
    """A report that cannot be written."""


def one_line(text: str) -> str:
    """The text without line ends: a file name or an address may contain some."""
    return text.replace("\r", "\\r").replace("\n", "\\n")
