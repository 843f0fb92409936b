"""Visible characters (grapheme clusters): a letter with its accents, a family of emoji, a flag, a Korean syllable.

Terraform counts these in `length`, `substr`, `strrev` and in the widths of `format`, and its columns count them too.
Source: https://www.unicode.org/reports/tr29/tr29-41.html#Grapheme_Cluster_Boundary_Rules, as in go-textseg version 15.
"""

from __future__ import annotations

from functools import cache
from typing import Any

# `\X` of `regex` follows later rules: it joins Indian conjuncts, and joins pictures to fewer characters than Terraform does.
_CLUSTER = r"""
    \r\n
  | [\p{GCB=Control}\r\n]
  | \p{GCB=Prepend}*+ (?:
        (?:
            \p{GCB=L}*+ (?: \p{GCB=V}++ | \p{GCB=LV} \p{GCB=V}*+ | \p{GCB=LVT} ) \p{GCB=T}*+
          | \p{GCB=L}++
          | \p{GCB=T}++
          | \p{GCB=RI}{1,2}+
          | \p{Extended_Pictographic}
        ) (?: [\p{GCB=Extend}\p{GCB=SpacingMark}\u200d]*+ (?<=\u200d) \p{Extended_Pictographic} )*+
      | [^\p{GCB=Control}\r\n]
    ) [\p{GCB=Extend}\p{GCB=SpacingMark}\u200d]*+
  | \p{GCB=Prepend}++
"""


@cache
def _pattern() -> Any:
    import regex

    return regex.compile(_CLUSTER, regex.VERBOSE)


def clusters(text: str) -> list[str]:
    """The visible characters of a text."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    found: list[str] = _pattern().findall(text)
    return found


def count(text: str) -> int:
    """The number of visible characters."""
    return len(text) if text.isascii() and "\r\n" not in text else len(clusters(text))
