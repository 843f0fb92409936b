"""The drawing of a table: its keys, its indexes, and the alarms that are wired to them.

A wire is whole, broken or unknown, the last two with the reason.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class State(Enum):
    """The state of a wire."""

    WHOLE = "whole"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Wire(Struct, frozen=True):
    """A connection; `why` is the reason why it is broken or unknown."""

    state: State
    why: str = ""


class KeyDrawing(Struct, frozen=True):
    """A key attribute; `role` is `partition` or `sort`.

    `name` and `type` are None when known only after apply. `type` is empty when the attribute is not declared.
    """

    role: str
    name: str | None
    type: str | None


class AlarmDrawing(Struct, frozen=True):
    """One metric of an alarm at a table or an index.

    `watches` is the wire from the metric to the alarm, `tells` the wire from the alarm to its notifications. `name` and
    `metric` are None, and `condition` is empty, when known only after apply.
    """

    address: str
    name: str | None
    metric: str | None
    condition: str
    watches: Wire
    tells: Wire


class Gap(Struct, frozen=True):
    """A throttle metric without an alarm; `path` is the attribute of its findings."""

    metric: str
    path: str
    wire: Wire


class AccessDrawing(Struct, frozen=True):
    """An access pattern of a contract. `served` says how it is served, or why it is not or may not be."""

    name: str
    state: State
    served: str


class PartKind(Enum):
    """The kind of a part. Alarms on no table of the input are at a part of kind `ELSEWHERE`."""

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
    """The drawing of a table, or of an alarm on none of the tables; `notes` say what it does not show or what is unknown.

    `access` are the access patterns of its contracts.
    """

    address: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    access: tuple[AccessDrawing, ...] = ()
