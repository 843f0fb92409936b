"""What Terraform would refuse to evaluate, with its place."""

from __future__ import annotations

from dyncheck.readers.hcl.language.nodes import Span
from dyncheck.readers.hcl.language.problems import Problem


class LocatedProblem(Problem):
    """A `Problem` with the place of the innermost expression that has it."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span
