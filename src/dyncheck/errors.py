"""What goes wrong with a run, as opposed to what is wrong with the infrastructure it checks."""

from __future__ import annotations

from collections.abc import Iterable


class DyncheckError(Exception):
    """A run that cannot go on: one line that says what happened and what to do next, and lines of detail where there are any."""

    exit_code = 3

    def __init__(self, message: str, details: Iterable[str] = ()) -> None:
        super().__init__("\n".join(map(one_line, (message, *details))))


class UsageError(DyncheckError):
    """An option, a rule's name or a contract that dyncheck cannot work with."""

    exit_code = 2


class InputError(DyncheckError):
    """An input that could not be checked: unreadable, truncated, not a plan, or with nothing in it to check."""

    exit_code = 3


class OutputError(DyncheckError):
    """A report that could not be delivered."""

    exit_code = 3


def one_line(text: str) -> str:
    """The text without line ends: a file name or an address may hold some."""
    return text.replace("\r", "\\r").replace("\n", "\\n")
