"""Errors of evaluation."""

from __future__ import annotations

from dyncheck.readers.hcl.language.nodes import Span


class EvaluationError(Exception):
    """Terraform refuses the expression: a function fails, a type is wrong, an attribute does not exist."""


class StaticError(EvaluationError):
    """A reference that is wrong whatever the values are, so that neither `try` nor a condition keeps Terraform from refusing it."""


class LocatedError(EvaluationError):
    """An `EvaluationError` with the place of the innermost expression that has it. `is_static` is true for a `StaticError`."""

    def __init__(self, message: str, span: Span, is_static: bool = False) -> None:
        super().__init__(message)
        self.span = span
        self.is_static = is_static


class LimitError(LocatedError):
    """The expression exceeds a limit of dyncheck, although Terraform may evaluate it."""


class UnsureError(Exception):
    """dyncheck does not compute this, although Terraform does. Functions, operators and conversions make it an unknown value."""
