"""Places in files: lines, and the blocks around them."""

from __future__ import annotations

from msgspec import Struct


class Location(Struct, frozen=True, omit_defaults=True):
    """Lines of a file, counted from 1; the path is relative to the working directory.

    `column` is where the first line has the argument or block, in characters counted from 1, or 0 where that is unknown.
    """

    file: str
    line: int
    end_line: int
    column: int = 0


class Place(Struct, frozen=True):
    """The first and last line of an `argument`, `block`, `resource` or `module` call (its `kind`) around a value."""

    kind: str
    file: str
    line: int
    end_line: int


class Comment(Struct, frozen=True):
    """A comment to a tool: its place, the line that it applies to, and its text without the comment characters."""

    file: str
    line: int
    about: int
    text: str


class Unjudged(Struct, frozen=True):
    """A resource block or module call that no rule judges, because it has no instance or is not read: its address and places."""

    address: str
    places: tuple[Place, ...] = ()


class Related(Struct, frozen=True):
    """A place that passes on a value, such as a variable; `message` completes "<file>:<line>: ..."."""

    file: str
    line: int
    message: str
