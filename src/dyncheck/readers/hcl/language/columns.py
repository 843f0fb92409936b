"""Columns as Terraform counts them: characters as a reader sees them, a letter with its accents being one.

Source: https://github.com/hashicorp/hcl/blob/main/pos.go, `Pos.Column`, and https://unicode.org/reports/tr29/.
"""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_MARKS = {"Mn", "Me", "Mc"}


def count(text: str) -> int:
    """How many columns a text takes."""
    return len(text) if text.isascii() else len(characters(text))


def characters(text: str) -> list[str]:
    """The text cut into what a reader takes for one character each."""
    if text.isascii():
        return list(text)
    found: list[str] = []
    for character in text:
        if found and _continues(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _continues(before: str, character: str) -> bool:
    if before < " ":
        return False
    if character == _JOINER or unicodedata.category(character) in _MARKS or _is_skin_tone(character):
        return True
    if _is_flag_half(character):
        return len(before) == 1 and _is_flag_half(before)
    return (before[-1] == _JOINER and unicodedata.category(character) == "So") or _joins_hangul(before[-1], character)


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _joins_hangul(before: str, character: str) -> bool:
    """Whether a Korean letter written in parts goes on."""
    vowel, final = "\u1160" <= character <= "\u11a7", "\u11a8" <= character <= "\u11ff"
    if vowel:
        return "\u1100" <= before <= "\u11a7" or ("\uac00" <= before <= "\ud7a3" and (ord(before) - 0xAC00) % 28 == 0)
    return final and ("\u1160" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3")
