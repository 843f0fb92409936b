"""The edits that correct the findings of a report, as its formats show them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Position(Struct, frozen=True):
    """A place between two characters of a file.

    `line` counts from 1. `column` and `byte_column` count from 1 in their line, in characters and in bytes of UTF-8; only the latter counts
    a byte order mark. `offset` is the number of bytes before the place.
    """

    line: int
    column: int
    byte_column: int
    offset: int


class Replacement(Struct, frozen=True):
    """The text that replaces what is from `start` to `end` in a file. `file` is the path as messages show it."""

    file: str
    start: Position
    end: Position
    text: str


class VerifiedEdit(Struct, frozen=True):
    """An edit that corrects a finding: the smallest replacements, in the order of their files and places, and their unified diff.

    `joined` is one replacement with the same effect, None if the edit is in several files.
    """

    replacements: tuple[Replacement, ...]
    diff: str
    joined: Replacement | None = None


class Edits(Struct, frozen=True):
    """The edits of a report, by the fingerprints of the findings, and one diff of all for the new findings. They were verified together."""

    by_finding: Mapping[str, VerifiedEdit] = {}
    diff: str = ""
