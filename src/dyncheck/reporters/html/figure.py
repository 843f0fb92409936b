"""Lays out the figure of a table: its keys and indexes, a wire to each alarm, and one from the alarm to the people it tells.

A wire is solid where it conducts, broken by a cross where it does not, and dotted where that is known only after apply.
The template draws the shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from dyncheck.dynamodb.drawing import AlarmDrawing, Gap, KeyDrawing, Part, PartKind, State
from dyncheck.reporters.html.fitting import shortened, wrapped
from dyncheck.reporters.html.rows import Row, called

_WIDTH, _LINE = 360, 16
_RAIL, _CARD, _CARD_END, _BELL = 18, 58, 308, 332
# How many columns of the fixed type, and of the proportional one, fit into a card and into the width.
_NAME_COLUMNS, _PROSE_COLUMNS, _TITLE_COLUMNS = 34, 40, 30
_KINDS = {PartKind.TABLE: "table", PartKind.INDEX: "index", PartKind.LOCAL_INDEX: "local index", PartKind.ELSEWHERE: "not in this input"}
_LATER = "known only after apply"
_WATCHES = {State.WHOLE: "is connected", State.BROKEN: "is not connected", State.UNKNOWN: "may be connected"}
_TELLS = {State.WHOLE: "tells somebody", State.BROKEN: "tells nobody", State.UNKNOWN: "may tell nobody"}


class Box(Struct, frozen=True):
    """A rectangle of one of the kinds that the style sheet knows."""

    kind: str
    x: int
    y: int
    width: int
    height: int


class Stroke(Struct, frozen=True):
    """A line, as SVG writes paths."""

    kind: str
    path: str


class Bell(Struct, frozen=True):
    """The sign for the people that an alarm tells."""

    kind: str
    x: int
    y: int


class Text(Struct, frozen=True):
    """A line of text; `whole` is there where it is shortened."""

    kind: str
    x: int
    y: int
    shown: str
    whole: str = ""


class Key(Struct, frozen=True):
    """The name and the type of a key."""

    kind: str
    x: int
    y: int
    shown: str
    type: str


class Figure(Struct, frozen=True):
    """The shapes of a figure, the ones behind first; `label` says the same in words."""

    label: str
    height: int
    boxes: tuple[Box, ...]
    rails: tuple[Stroke, ...]
    joints: tuple[int, ...]
    wires: tuple[Stroke, ...]
    bells: tuple[Bell, ...]
    texts: tuple[Text, ...]
    keys: tuple[Key, ...]


def figure_of(row: Row) -> Figure:
    """The figure of a row that has a drawing."""
    assert row.drawing is not None
    parts = row.drawing.parts
    canvas = _Canvas({shown.result.attribute: shown.verdict for shown in row.findings})
    for part in parts:
        canvas.part(part)
    return Figure(
        label=" ".join(sentence for part in parts for sentence in _sentences(part)),
        height=canvas.bottom + 1,
        boxes=tuple(canvas.boxes),
        rails=tuple(canvas.rails),
        joints=tuple(canvas.joints),
        wires=tuple(canvas.wires),
        bells=tuple(canvas.bells),
        texts=tuple(canvas.texts),
        keys=tuple(canvas.keys),
    )


class _Canvas:
    """Places shapes from top to bottom; `bottom` is where the next one goes."""

    def __init__(self, demanded: Mapping[str, str]) -> None:
        self.bottom = 1
        self.boxes: list[Box] = []
        self.rails: list[Stroke] = []
        self.joints: list[int] = []
        self.wires: list[Stroke] = []
        self.bells: list[Bell] = []
        self.texts: list[Text] = []
        self.keys: list[Key] = []
        self._demanded = demanded

    def part(self, part: Part) -> None:
        """A table or an index, with what is wired to it below."""
        if self.boxes:
            self.bottom += 14
        top = self.bottom
        self.bottom += 11
        self._text(14, _name(part), "title" if part.name is not None else "title later", _TITLE_COLUMNS)
        self._right(_KINDS[part.kind])
        for key in part.keys:
            self._key(key)
        if part.projection:
            self._text(14, f"projection {part.projection}", "small", _PROSE_COLUMNS)
        self.bottom += 9
        self._box("part elsewhere" if part.kind is PartKind.ELSEWHERE else "part", 1, top, _WIDTH - 2)
        start = self.bottom
        ends = [*map(self._alarm, part.alarms), *map(self._gap, part.gaps)]
        if ends:
            self.rails.append(Stroke("rail", f"M{_RAIL} {start}V{ends[-1]}"))
            self.joints += ends

    def _key(self, key: KeyDrawing) -> None:
        self.bottom += _LINE
        type_ = shortened("?" if key.type is None else key.type, 12)
        name = shortened(key.name or _LATER, _TITLE_COLUMNS)
        self.keys.append(Key("mono" if key.name else "later", 14, self.bottom, name, type_))
        self._right(f"{key.role} key")

    def _alarm(self, alarm: AlarmDrawing) -> int:
        states = (alarm.watches.state, alarm.tells.state)
        worst = next((state for state in (State.BROKEN, State.UNKNOWN) if state in states), State.WHOLE)
        self.bottom += 10
        top, middle = self.bottom, self.bottom + 15
        self.bottom += 5
        self._text(_CARD + 10, alarm.metric or f"metric {_LATER}", "metric" if alarm.metric else "later", _NAME_COLUMNS - 3)
        self._text(_CARD + 10, alarm.name or called(alarm.address)[0], "alarm", _NAME_COLUMNS)
        if alarm.condition:
            self._text(_CARD + 10, alarm.condition, "small", _PROSE_COLUMNS)
        self._reason(alarm.watches.why, alarm.watches.state.value)
        self._reason(alarm.tells.why, alarm.tells.state.value)
        self.bottom += 8
        self._box(f"card {worst.value}", _CARD, top, _CARD_END - _CARD)
        self.wires += _wire(alarm.watches.state.value, _RAIL, _CARD, middle)
        self.wires += _wire(alarm.tells.state.value, _CARD_END, _BELL, middle, reach=3)
        self.bells.append(Bell(alarm.tells.state.value, _BELL + 3, middle - 10))
        return middle

    def _gap(self, gap: Gap) -> int:
        broken = gap.wire.state is State.BROKEN
        # A gap without a finding is not a fault, and is drawn in grey.
        kind = "free" if broken and not self._demanded.get(gap.path) else gap.wire.state.value
        self.bottom += 10
        top, middle = self.bottom, self.bottom + 15
        self.bottom += 5
        self._text(_CARD + 10, gap.metric, "metric", _NAME_COLUMNS - 3)
        self._reason("no alarm" if broken else gap.wire.why, kind)
        self.bottom += 8
        self._box("card missing", _CARD, top, _CARD_END - _CARD)
        self.wires += _wire(kind, _RAIL, _CARD, middle)
        return middle

    def _reason(self, why: str, kind: str) -> None:
        for line in wrapped(why, _PROSE_COLUMNS):
            self._text(_CARD + 10, line, f"why {kind}", _PROSE_COLUMNS + 4)

    def _text(self, x: int, value: str, kind: str, columns: int) -> None:
        self.bottom += _LINE
        shown = shortened(value, columns)
        self.texts.append(Text(kind, x, self.bottom - 1, shown, value if shown != value else ""))

    def _right(self, value: str) -> None:
        self.texts.append(Text("kind", _WIDTH - 14, self.bottom - 1, value))

    def _box(self, kind: str, x: int, top: int, width: int) -> None:
        self.boxes.append(Box(kind, x, top, width, self.bottom - top))


def _wire(kind: str, start: int, end: int, y: int, reach: int = 4) -> Iterator[Stroke]:
    """A wire from left to right; one that is broken has a cross in its middle."""
    if kind in (State.WHOLE.value, State.UNKNOWN.value):
        yield Stroke(f"wire {kind}", f"M{start} {y}H{end}")
        return
    middle = (start + end) // 2
    yield Stroke(f"wire {kind}", f"M{start} {y}H{middle - reach - 3}M{middle + reach + 3} {y}H{end}")
    cross = f"M{middle - reach} {y - reach}l{2 * reach} {2 * reach}m0 -{2 * reach}l-{2 * reach} {2 * reach}"
    yield Stroke(f"wire {kind} cross", cross)


# The legend: a wire of each kind, and what it means.
SAMPLES = tuple(
    (tuple(_wire(state.value, 1, 47, 8)), words)
    for state, words in ((State.WHOLE, "connected"), (State.BROKEN, "broken: missing, dead or silent"), (State.UNKNOWN, _LATER))
)


def _name(part: Part) -> str:
    if part.name is not None:
        return part.name
    return "no table named" if part.kind is PartKind.ELSEWHERE else f"name {_LATER}"


def _sentences(part: Part) -> Iterator[str]:
    """A part of the drawing in words."""
    keys = ", ".join(f"{key.role} key {key.name or _LATER} ({key.type or '?'})" for key in part.keys)
    yield f"{_KINDS[part.kind].capitalize()} {_name(part)}{': ' if keys else ''}{keys}."
    for alarm in part.alarms:
        name, metric = alarm.name or alarm.address, alarm.metric or "an unknown metric"
        reasons = "; ".join(wire.why for wire in (alarm.watches, alarm.tells) if wire.why)
        because = f" ({reasons})" if reasons else ""
        yield f"Alarm {name} on {metric} {_WATCHES[alarm.watches.state]} and {_TELLS[alarm.tells.state]}{because}."
    for gap in part.gaps:
        yield f"{'No' if gap.wire.state is State.BROKEN else 'Perhaps no'} alarm on {gap.metric}."
