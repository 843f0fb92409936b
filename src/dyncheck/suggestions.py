"""Suggests an allowed word for a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


def nearest(word: str, allowed: Iterable[str], similarity: float = 0.6) -> str | None:
    """The most similar allowed word, or None where none has that `similarity`, from 0 to 1."""
    return _nearest(word, tuple(sorted(allowed)), similarity)


@lru_cache(maxsize=256)
def _nearest(word: str, allowed: tuple[str, ...], similarity: float) -> str | None:
    from difflib import get_close_matches

    close = get_close_matches(word, allowed, n=1, cutoff=similarity)
    return close[0] if close else None


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """` Did you mean 'x'?`, or nothing."""
    close = nearest(word, allowed)
    return f" Did you mean {close!r}?" if close else ""
