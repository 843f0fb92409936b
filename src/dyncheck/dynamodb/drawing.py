"""What a drawing of a table shows: its keys, its indexes, and which alarms are wired to which of them.

Three-valued as all else: a wire is whole, broken with the reason, or unknown with what it waits for.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class State(Enum):
    """Whether a wire conducts."""

    WHOLE = "whole"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Wire(Struct, frozen=True):
    """A connection; `why` says what breaks it, or what its verdict waits for."""

    state: State
    why: str = ""


class KeyDrawing(Struct, frozen=True):
    """A key attribute: `role` is `partition` or `sort`.

    `name` and `type` are None when known only after apply; `type` is empty where none is declared.
    """

    role: str
    name: str | None
    type: str | None


class AlarmDrawing(Struct, frozen=True):
    """One metric of an alarm at a table or an index: what raises the alarm, and whom it tells.

    `watches` is the wire from the metric to the alarm, `tells` the one from the alarm to people. `name` and `metric` are None
    when known only after apply; `condition` is empty then.
    """

    address: str
    name: str | None
    metric: str | None
    condition: str
    watches: Wire
    tells: Wire


class Gap(Struct, frozen=True):
    """A throttle metric that no alarm stands at. `path` is the attribute that findings on it have."""

    metric: str
    path: str
    wire: Wire


class PartKind(Enum):
    """What part of a drawing alarms can be wired to. `ELSEWHERE` is what no table of the input is."""

    TABLE = "table"
    INDEX = "index"
    LOCAL_INDEX = "local index"
    ELSEWHERE = "elsewhere"


class Part(Struct, frozen=True):
    """A table or one of its indexes, with its keys and its alarms. `name` and `projection` are None when known only after apply."""

    kind: PartKind
    name: str | None
    keys: tuple[KeyDrawing, ...] = ()
    projection: str | None = ""
    alarms: tuple[AlarmDrawing, ...] = ()
    gaps: tuple[Gap, ...] = ()


class TableDrawing(Struct, frozen=True):
    """The drawing that belongs to an address: a table's, or that of an alarm on none of the tables.

    `notes` say what the drawing leaves out or cannot know.
    """

    address: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
