"""What Terraform would refuse to evaluate."""

from __future__ import annotations

from dyncheck.readers.hcl.language.nodes import Span


class Problem(Exception):
    """What Terraform would refuse: a function's or an operator's error, a wrong type, an attribute that is not there."""


class LocatedProblem(Problem):
    """A `Problem` with the place of the innermost expression that has it."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span
