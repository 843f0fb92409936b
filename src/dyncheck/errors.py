"""Errors of a run, as opposed to findings about the infrastructure that it checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dyncheck.input_problems import InputProblem, ProblemKind


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
    """An input that cannot be checked: unreadable, truncated, not a plan, or without anything to check.

    `path` is that of the file, empty where the input is the file. `line` and `column` are counted from 1; 0 stands for an unknown one.
    """

    def __init__(
        self, message: str, details: Iterable[str] = (), *, kind: ProblemKind, path: str = "", line: int = 0, column: int = 0
    ) -> None:
        super().__init__(message, details)
        self._kind, self._path, self._line, self._column = kind, path, line, column

    @property
    def problems(self) -> tuple[InputProblem, ...]:
        """The error for a report, where one error may have several causes."""
        from dyncheck.input_problems import InputProblem

        return (InputProblem(self._kind, str(self), self._path, self._line, self._column),)


class InputErrors(InputError):
    """At least one problem, each with its own place. The text has all their messages."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self._problems = tuple(problems)
        first, *details = "\n".join(each.message for each in self._problems).split("\n")
        super().__init__(first, details, kind=self._problems[0].kind)

    @property
    def problems(self) -> tuple[InputProblem, ...]:
        """All problems."""
        return self._problems


class OutputError(DyncheckError):
    """A report that cannot be written."""


def one_line(text: str) -> str:
    """The text without line ends: a file name or an address may contain some."""
    return text.replace("\r", "\\r").replace("\n", "\\n")
