"""The largest depth of a syntax tree, so that code may recurse into it."""

from __future__ import annotations

from typing import Any

from dyncheck.readers.hcl.language.nodes import children

# Levels of brackets alone, and of a tree with all its operators and attributes.
DEEPEST_BRACKETS = 100
DEEPEST_TREE = 200


def is_too_deep(tree: Any) -> bool:
    """Whether a tree has more than `DEEPEST_TREE` levels. Does not recurse."""
    level = [tree]
    for _ in range(DEEPEST_TREE):
        level = [child for node in level for child in children(node)]
        if not level:
            return False
    return True


def too_deep(levels: int) -> str:
    """The message about a text of more levels."""
    return f"This nests deeper than {levels} levels, which no configuration needs. Split it up with locals."
