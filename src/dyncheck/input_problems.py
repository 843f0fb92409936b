"""What keeps a run from checking a part of its inputs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

# The set is closed: a program may depend on it. `tools/keys/report.yaml` says what each of them means.
ProblemKind: TypeAlias = Literal[
    "unreadable", "syntax", "unsupported", "incomplete", "invalid", "limit", "nothing-to-check", "crash", "strict"
]


class InputProblem(Struct, frozen=True):
    """One reason why something could not be checked.

    `path` is that of the input or of the file, empty for the run as a whole. `line` and `column` are counted from 1; 0 stands for an
    unknown one. The first line of `message` says it all; further lines are details.
    """

    kind: ProblemKind
    message: str
    path: str = ""
    line: int = 0
    column: int = 0


def with_path(problems: Iterable[InputProblem], path: str) -> tuple[InputProblem, ...]:
    """The problems of an input, with its path where they name no file."""
    return tuple(each if each.path else replace(each, path=path) for each in problems)


def with_end(problem: InputProblem, end: str) -> InputProblem:
    """The problem with a text at the end of the first line of its message."""
    first, *rest = problem.message.split("\n")
    return replace(problem, message="\n".join((f"{first}{end}", *rest)))
