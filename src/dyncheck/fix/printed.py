"""The fix that a finding prints, as a tree with the texts of its values."""

from __future__ import annotations

import re

from dyncheck.fix.changes import NewBlock
from dyncheck.fix.sources import SourceFile
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body
from dyncheck.readers.hcl.language.syntax import SyntaxFault

# What stands for a value in a fix: "...", "data-...", "<environment>-orders".
_PLACEHOLDER = re.compile(r"\.\.\.(?!\))|<[\w.]+>")


# The reason where the rule prints no fix.
NO_FIX = "No fix is known."


class NotFixableError(Exception):
    """There is no edit that dyncheck may offer; the text says why, as a sentence."""


def printed(fix: str, *, is_example: bool = False) -> NewBlock:
    """The arguments and blocks of a fix, as those of a block without a type. Raises `NotFixableError`.

    An example need not have all values.
    """
    if not fix:
        raise NotFixableError(NO_FIX)
    try:
        source = SourceFile("fix.tf", fix.encode())
        body = source.body
    except SyntaxFault:
        raise NotFixableError("The fix is not plain HCL.") from None
    if source.comments and not is_example:
        raise NotFixableError(f"The fix needs a decision: {_decision(source)}")
    if _PLACEHOLDER.search(fix) and not is_example:
        raise NotFixableError("The fix needs a value that only you know.")
    return _block(source, body, "", ())


def _decision(source: SourceFile) -> str:
    """The first comment, which says what is to be decided."""
    start, end = source.comments[0]
    text = source.text[start:end].lstrip("#/ ").rstrip()
    if named := re.match(r"(\w+) *= ", text):
        return f"the value of {named[1]}."
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", ":")) else ".")


def _block(source: SourceFile, body: Body, kind: str, labels: tuple[str, ...]) -> NewBlock:
    arguments = tuple((argument.name, _value(source, argument)) for argument in body.arguments.values())
    return NewBlock(kind, labels, arguments, tuple(_inner(source, block) for block in body.blocks))


def _inner(source: SourceFile, block: BlockNode) -> NewBlock:
    return _block(source, block.body, block.type, block.labels)


def _value(source: SourceFile, argument: Argument) -> str:
    """The text of a value, its further lines without the indentation of the argument."""
    _, _, text = source.of(argument.span).partition("=")
    blanks = " " * (argument.span.column - 1)
    first, *more = text.strip().split("\n")
    return "\n".join((first, *(line.removeprefix(blanks) for line in more)))
