"""The parser of expressions as the parsers of templates and collections use it."""

from __future__ import annotations

from typing import Protocol

from dyncheck.readers.hcl.language.cursor import Cursor
from dyncheck.readers.hcl.language.nodes import Expression
from dyncheck.readers.hcl.language.source_text import SourceText


class ExpressionParser(Protocol):
    """Parses an expression at its cursor, and moves the cursor past it. `depth` counts brackets and directives."""

    cursor: Cursor
    source: SourceText
    depth: int

    def expression(self) -> Expression:
        """Any expression."""

    def deeper(self) -> None:
        """Count one more level."""
