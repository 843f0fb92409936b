"""Where something is written: lines of a file, and what stands around them."""

from __future__ import annotations

from msgspec import Struct


class Location(Struct, frozen=True):
    """Lines of a file, counted from 1; the path is relative to the directory dyncheck ran in."""

    file: str
    line: int
    end_line: int


class Place(Struct, frozen=True):
    """Something around a value in the sources: its argument, a block it stands in, or a module call it comes through.

    `kind` is `argument`, `block`, `resource` or `module`; the lines are those of the whole of it, counted from 1.
    """

    kind: str
    file: str
    line: int
    end_line: int


class Comment(Struct, frozen=True):
    """A comment to a tool: where it stands, the line that it is about, and its text without the signs that make it a comment."""

    file: str
    line: int
    about: int
    text: str


class Related(Struct, frozen=True):
    """A place that had a part in a value, such as the variable it came from; `message` completes "<file>:<line>: ..."."""

    file: str
    line: int
    message: str
