"""Lays out the figure of a table: its keys and indexes, a wire to each alarm, and a wire from the alarm to its notification action.

A connected wire is solid, a broken one has a cross, and an unknown one is dotted. The template draws the shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from dyncheck.dynamodb.drawing import AlarmDrawing, Gap, Part, PartKind, State
from dyncheck.reporters.html.fitting import shortened, wrapped
from dyncheck.reporters.html.subjects import Subject
from dyncheck.reporters.html.words import short_name

_WIDTH, _LINE = 360, 16
_RAIL, _CARD, _CARD_END, _BELL = 18, 58, 308, 332
# The columns of the monospaced and of the proportional font that fit into a card, and into the figure.
_NAME_COLUMNS, _PROSE_COLUMNS, _TITLE_COLUMNS = 34, 40, 30
_KINDS = {PartKind.TABLE: "table", PartKind.INDEX: "index", PartKind.LOCAL_INDEX: "local index", PartKind.ELSEWHERE: "not in this input"}
_AFTER_APPLY = "known only after apply"
_FIRES = {State.WHOLE: "is connected", State.BROKEN: "is not connected", State.UNKNOWN: "may be connected"}
_NOTIFIES = {State.WHOLE: "notifies", State.BROKEN: "does not notify", State.UNKNOWN: "may not notify"}


class Shape(Struct, frozen=True):
    """A rectangle of one of the kinds that the style sheet knows, or a bell, which has no size of its own."""

    kind: str
    x: int
    y: int
    width: int = 0
    height: int = 0


class Stroke(Struct, frozen=True):
    """A line, as SVG writes paths."""

    kind: str
    path: str


class Label(Struct, frozen=True):
    """A line of text. `whole` is the text before it was shortened, `type` is the type of a key."""

    kind: str
    x: int
    y: int
    shown: str
    whole: str = ""
    type: str = ""


class Figure:
    """The shapes of a figure from top to bottom. `label` describes the figure in words."""

    def __init__(self, subject: Subject) -> None:
        assert subject.drawing is not None
        self.height = 1
        self.boxes: list[Shape] = []
        self.rails: list[Stroke] = []
        self.joints: list[int] = []
        self.wires: list[Stroke] = []
        self.bells: list[Shape] = []
        self.labels: list[Label] = []
        self.label = " ".join(sentence for part in subject.drawing.parts for sentence in _sentences(part))
        self._attributes_with_findings = {each.attribute for each in subject.findings}
        for part in subject.drawing.parts:
            self._part(part)
        self.height += 1

    def _part(self, part: Part) -> None:
        if self.boxes:
            self.height += 14
        top = self.height
        self.height += 11
        self._text(14, _name(part), "title" if part.name is not None else "title later", _TITLE_COLUMNS)
        self._right(_KINDS[part.kind])
        for key in part.keys:
            self.height += _LINE
            name, type_ = shortened(key.name or _AFTER_APPLY, _TITLE_COLUMNS), shortened("?" if key.type is None else key.type, 12)
            self.labels.append(Label("mono" if key.name else "later", 14, self.height, name, type=type_))
            self._right(f"{key.role} key")
        if part.projection:
            self._text(14, f"projection {part.projection}", "small", _PROSE_COLUMNS)
        self.height += 9
        self._box("part elsewhere" if part.kind is PartKind.ELSEWHERE else "part", 1, top, _WIDTH - 2)
        start = self.height
        ends = [*map(self._alarm, part.alarms), *map(self._gap, part.gaps)]
        if ends:
            self.rails.append(Stroke("rail", f"M{_RAIL} {start}V{ends[-1]}"))
            self.joints += ends

    def _alarm(self, alarm: AlarmDrawing) -> int:
        watches, tells = alarm.watches, alarm.tells
        worst = next((each for each in (State.BROKEN, State.UNKNOWN) if each in (watches.state, tells.state)), State.WHOLE)
        texts = [
            (alarm.metric or f"metric {_AFTER_APPLY}", "metric" if alarm.metric else "later", _NAME_COLUMNS - 3),
            (alarm.name or short_name(alarm.address)[0], "alarm", _NAME_COLUMNS),
            *([(alarm.condition, "small", _PROSE_COLUMNS)] if alarm.condition else []),
            *_reason(watches.why, watches.state.value),
            *_reason(tells.why, tells.state.value),
        ]
        y = self._card(f"card {worst.value}", watches.state.value, texts)
        self.wires += _wire(tells.state.value, _CARD_END, _BELL, y, reach=3)
        self.bells.append(Shape(tells.state.value, _BELL + 3, y - 10))
        return y

    def _gap(self, gap: Gap) -> int:
        is_broken = gap.wire.state is State.BROKEN
        # A gap without a finding is drawn in grey.
        kind = "free" if is_broken and gap.path not in self._attributes_with_findings else gap.wire.state.value
        reason = _reason("no alarm" if is_broken else gap.wire.why, kind)
        return self._card("card missing", kind, [(gap.metric, "metric", _NAME_COLUMNS - 3), *reason])

    def _card(self, kind: str, wire: str, texts: Iterable[tuple[str, str, int]]) -> int:
        """A card with texts (each with its kind and columns) and the wire to it, whose height is returned."""
        top = self.height + 10
        self.height += 15
        for value, kind_of_text, columns in texts:
            self._text(_CARD + 10, value, kind_of_text, columns)
        self.height += 8
        self._box(kind, _CARD, top, _CARD_END - _CARD)
        self.wires += _wire(wire, _RAIL, _CARD, top + 15)
        return top + 15

    def _text(self, x: int, value: str, kind: str, columns: int) -> None:
        self.height += _LINE
        shown = shortened(value, columns)
        self.labels.append(Label(kind, x, self.height - 1, shown, value if shown != value else ""))

    def _right(self, value: str) -> None:
        self.labels.append(Label("kind", _WIDTH - 14, self.height - 1, value))

    def _box(self, kind: str, x: int, top: int, width: int) -> None:
        self.boxes.append(Shape(kind, x, top, width, self.height - top))


def _reason(why: str, kind: str) -> list[tuple[str, str, int]]:
    return [(line, f"why {kind}", _PROSE_COLUMNS + 4) for line in wrapped(why, _PROSE_COLUMNS)]


def _wire(kind: str, start: int, end: int, y: int, reach: int = 4) -> Iterator[Stroke]:
    """A wire from left to right; a broken one has a cross in its middle."""
    if kind in (State.WHOLE.value, State.UNKNOWN.value):
        yield Stroke(f"wire {kind}", f"M{start} {y}H{end}")
        return
    middle = (start + end) // 2
    yield Stroke(f"wire {kind}", f"M{start} {y}H{middle - reach - 3}M{middle + reach + 3} {y}H{end}")
    size = 2 * reach
    yield Stroke(f"wire {kind} cross", f"M{middle - reach} {y - reach}l{size} {size}m0 -{size}l-{size} {size}")


# The legend: a wire of each kind, and its meaning.
_LEGEND = {"whole": "connected", "broken": "broken: no alarm, or one that cannot fire or notify", "unknown": _AFTER_APPLY}
SAMPLES = tuple((tuple(_wire(state, 1, 47, 8)), words) for state, words in _LEGEND.items())


def _name(part: Part) -> str:
    if part.name is not None:
        return part.name
    return "no table named" if part.kind is PartKind.ELSEWHERE else f"name {_AFTER_APPLY}"


def _sentences(part: Part) -> Iterator[str]:
    keys = ", ".join(f"{key.role} key {key.name or _AFTER_APPLY} ({key.type or '?'})" for key in part.keys)
    yield f"{_KINDS[part.kind].capitalize()} {_name(part)}{': ' if keys else ''}{keys}."
    for alarm in part.alarms:
        name, metric = alarm.name or alarm.address, alarm.metric or "an unknown metric"
        reasons = "; ".join(wire.why for wire in (alarm.watches, alarm.tells) if wire.why)
        because = f" ({reasons})" if reasons else ""
        yield f"Alarm {name} on {metric} {_FIRES[alarm.watches.state]} and {_NOTIFIES[alarm.tells.state]}{because}."
    for gap in part.gaps:
        yield f"{'No' if gap.wire.state is State.BROKEN else 'Perhaps no'} alarm on {gap.metric}."
