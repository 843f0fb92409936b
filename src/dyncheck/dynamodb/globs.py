"""Texts with `*` for any number of characters, and `?` for one."""

from __future__ import annotations

import re
from collections.abc import Sequence


def is_like(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern of IAM.

    >>> is_like("sns:publish", "sns:*"), is_like("sns:publish", "sns:publis?"), is_like("sns", "sns:*")
    (True, True, False)
    """
    return has_pieces(text, pattern.split("*"), "?" in pattern)


def has_pieces(text: str, pieces: Sequence[str], has_any: bool = False) -> bool:
    """Whether a text is these pieces in order, with any text between two of them. With `has_any`, `?` fits any character."""
    first, *middle = pieces
    if not middle:
        return len(text) == len(first) and _find(text, first, 0, has_any) == 0
    last = middle.pop()
    end = len(text) - len(last)
    if end < len(first) or _find(text[: len(first)], first, 0, has_any) != 0 or _find(text[end:], last, 0, has_any) != 0:
        return False
    at = len(first)
    for piece in middle:
        at = _find(text[:end], piece, at, has_any)
        if at < 0:
            return False
        at += len(piece)
    return True


def _find(text: str, piece: str, start: int, has_any: bool) -> int:
    if not has_any or "?" not in piece:
        return text.find(piece, start)
    found = re.compile(re.escape(piece).replace(r"\?", "."), re.DOTALL).search(text, start)
    return found.start() if found else -1
