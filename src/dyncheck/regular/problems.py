"""Why an expression cannot be used."""

from __future__ import annotations


class InvalidPattern(Exception):
    """RE2 refuses the expression."""


class UnsurePattern(Exception):
    """The expression is valid, but dyncheck does not decide it: it takes too long, or needs tables of Unicode that differ by version."""
