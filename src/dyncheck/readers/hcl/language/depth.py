"""How deep a syntax tree may be, so that whoever walks it may recurse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from dyncheck.readers.hcl.language.nodes import Span

# More levels of brackets than any configuration has, and of a tree with all its operators and attributes.
DEEPEST_BRACKETS = 100
DEEPEST_TREE = 200


def is_too_deep(tree: Struct) -> bool:
    """Whether a tree has more than `DEEPEST_TREE` levels, found without recursion."""
    level = [tree]
    for _ in range(DEEPEST_TREE):
        level = [child for node in level for child in _children(node)]
        if not level:
            return False
    return True


def too_deep(levels: int) -> str:
    """What is wrong with a text of more levels."""
    return f"This nests deeper than {levels} levels, which no configuration needs. Split it up with locals."


def _children(node: Struct) -> Iterator[Struct]:
    pending: list[Any] = [getattr(node, name) for name in node.__struct_fields__]
    while pending:
        value = pending.pop()
        if isinstance(value, tuple):
            pending.extend(value)
        elif isinstance(value, Struct) and not isinstance(value, Span):
            yield value
