"""Errors of evaluation."""

from __future__ import annotations

from dyncheck.readers.hcl.language.nodes import Span


class EvaluationError(Exception):
    """Terraform refuses the expression: a function fails, a type is wrong, an attribute does not exist."""


class LocatedError(EvaluationError):
    """An `EvaluationError` with the place of the innermost expression that has it."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


class UnsureError(Exception):
    """dyncheck does not compute this, although Terraform does. Functions, operators and conversions make it an unknown value."""
