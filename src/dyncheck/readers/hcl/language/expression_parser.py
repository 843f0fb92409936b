"""What the parsers of templates and of collections need of the parser of expressions, which needs them in turn."""

from __future__ import annotations

from typing import Protocol

from dyncheck.readers.hcl.language.cursor import Cursor
from dyncheck.readers.hcl.language.nodes import Expression
from dyncheck.readers.hcl.language.source_text import SourceText


class ExpressionParser(Protocol):
    """Parses an expression from where its cursor stands, and leaves it after that. `depth` counts brackets and directives."""

    cursor: Cursor
    source: SourceText
    depth: int

    def expression(self) -> Expression:
        """Any expression."""

    def deeper(self) -> None:
        """Count one more level."""
