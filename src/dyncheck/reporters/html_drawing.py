"""The drawing of a table: its keys and indexes, a wire to each alarm, and one from the alarm to the people it tells.

A wire is solid where it conducts, broken by a cross where it does not, and dotted where nobody can know yet.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator

from dyncheck.dynamodb.drawing import AlarmDrawing, Gap, KeyDrawing, Part, PartKind, State, TableDrawing, Wire
from dyncheck.reporters.html_markup import Markup, lines, tag, visible
from dyncheck.reporters.html_view import Row, called

WIDTH = 360
_RAIL, _CARD, _CARD_END, _BELL = 18, 58, 308, 332
_LINE = 16
# How many columns of the fixed type, and of the proportional one, fit into a card and into the width.
_NAME_COLUMNS, _PROSE_COLUMNS, _TITLE_COLUMNS = 34, 40, 30
_KINDS = {PartKind.TABLE: "table", PartKind.INDEX: "index", PartKind.LOCAL_INDEX: "local index", PartKind.ELSEWHERE: "not in this input"}
_LATER = "known only after apply"
_WATCHES = {State.WHOLE: "is connected", State.BROKEN: "is not connected", State.UNKNOWN: "may be connected"}
_TELLS = {State.WHOLE: "tells somebody", State.BROKEN: "tells nobody", State.UNKNOWN: "may tell nobody"}


def drawing(row: Row) -> Markup:
    """The figure of a table; what is said in it stands in its label too."""
    assert row.drawing is not None
    demanded = {shown.result.attribute: shown.verdict for shown in row.findings}
    canvas = _Canvas(demanded)
    for part in row.drawing.parts:
        canvas.part(part)
    figure = tag(
        "svg",
        lines(canvas.shapes),
        viewBox=f"0 0 {WIDTH} {canvas.bottom + 1}",
        width=str(WIDTH),
        height=str(canvas.bottom + 1),
        role="img",
        aria_label=_described(row.drawing),
    )
    notes = tag("figcaption", (tag("p", note) for note in row.drawing.notes)) if row.drawing.notes else None
    return tag("figure", figure, notes, class_="drawing")


def legend() -> Markup:
    """What the wires mean."""
    return tag("ul", (tag("li", _sample(state), words) for state, words in _MEANINGS), class_="legend wires")


_MEANINGS = (
    (State.WHOLE, "connected"),
    (State.BROKEN, "broken: missing, dead or silent"),
    (State.UNKNOWN, "known only after apply"),
)


def _sample(state: State) -> Markup:
    return tag("svg", lines(_wire(state, 1, 47, 8)), viewBox="0 0 48 16", width="48", height="16", aria_hidden="true")


class _Canvas:
    """Shapes from top to bottom; `bottom` is where the next one goes."""

    def __init__(self, demanded: dict[str, str]) -> None:
        self._boxes: list[Markup] = []
        self._rails: list[Markup] = []
        self._shapes: list[Markup] = []
        self.bottom = 1
        self._demanded = demanded

    @property
    def shapes(self) -> list[Markup]:
        """All of them, what lies behind the others first."""
        return [*self._boxes, *self._rails, *self._shapes]

    def part(self, part: Part) -> None:
        """A table or an index, with what is wired to it below."""
        if self._boxes:
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
        self._box("part elsewhere" if part.kind is PartKind.ELSEWHERE else "part", 1, top, WIDTH - 2)
        self._wired(part)

    def _wired(self, part: Part) -> None:
        start = self.bottom
        ends = [*(self._alarm(alarm) for alarm in part.alarms), *(self._gap(gap) for gap in part.gaps)]
        if ends:
            self._rails.append(tag("path", d=f"M{_RAIL} {start}V{ends[-1]}", class_="rail"))
            self._rails += (tag("circle", cx=str(_RAIL), cy=str(end), r="2.5", class_="joint") for end in ends)

    def _key(self, key: KeyDrawing) -> None:
        self.bottom += _LINE
        kind = "?" if key.type is None else key.type
        name = tag("tspan", _shortened(key.name or _LATER, _TITLE_COLUMNS), class_="mono" if key.name else "later")
        self._shapes.append(
            tag("text", name, tag("tspan", _shortened(kind, 12), dx="8", class_="type") if kind else None, x="14", y=str(self.bottom))
        )
        self._right(f"{key.role} key")

    def _alarm(self, alarm: AlarmDrawing) -> int:
        self.bottom += 10
        top = self.bottom
        self.bottom += 5
        self._text(_CARD + 10, alarm.metric or f"metric {_LATER}", "metric" if alarm.metric else "later", _NAME_COLUMNS - 3)
        self._text(_CARD + 10, alarm.name or called(alarm.address)[0], "alarm", _NAME_COLUMNS)
        if alarm.condition:
            self._text(_CARD + 10, alarm.condition, "small", _PROSE_COLUMNS)
        self._reason(alarm.watches)
        self._reason(alarm.tells)
        self.bottom += 8
        middle = top + 15
        self._box(f"card {_worst(alarm).value}", _CARD, top, _CARD_END - _CARD)
        self._shapes += _wire(alarm.watches.state, _RAIL, _CARD, middle)
        self._shapes += _wire(alarm.tells.state, _CARD_END, _BELL, middle, short=True)
        self._shapes.append(
            tag(
                "use", href="#bell", x=str(_BELL + 3), y=str(middle - 10), width="20", height="20", class_=f"bell {alarm.tells.state.value}"
            )
        )
        return middle

    def _gap(self, gap: Gap) -> int:
        self.bottom += 10
        top = self.bottom
        self.bottom += 5
        self._text(_CARD + 10, gap.metric, "metric", _NAME_COLUMNS - 3)
        verdict = self._demanded.get(gap.path, "")
        wire = gap.wire
        if wire.state is State.BROKEN:
            wire = Wire(State.BROKEN, "no alarm")
        self._reason(wire, free=not verdict)
        self.bottom += 8
        middle = top + 15
        self._box("card missing", _CARD, top, _CARD_END - _CARD)
        self._shapes += _wire(wire.state, _RAIL, _CARD, middle, free=not verdict)
        return middle

    def _reason(self, wire: Wire, *, free: bool = False) -> None:
        for line in _wrapped(wire.why):
            self._text(_CARD + 10, line, f"why {'free' if free and wire.state is State.BROKEN else wire.state.value}", _PROSE_COLUMNS + 4)

    def _text(self, x: int, value: str, kind: str, columns: int) -> None:
        self.bottom += _LINE
        shown = _shortened(value, columns)
        whole = tag("title", value) if shown != value else None
        self._shapes.append(tag("text", whole, shown, x=str(x), y=str(self.bottom - 1), class_=kind))

    def _box(self, kind: str, x: int, top: int, width: int) -> None:
        height = str(self.bottom - top)
        self._boxes.append(tag("rect", x=str(x), y=str(top), width=str(width), height=height, rx="6", class_=kind))

    def _right(self, value: str) -> None:
        self._shapes.append(tag("text", value, x=str(WIDTH - 14), y=str(self.bottom - 1), class_="kind"))


def _wire(state: State, start: int, end: int, y: int, *, short: bool = False, free: bool = False) -> Iterator[Markup]:
    kind = f"wire {'free' if free and state is State.BROKEN else state.value}"
    middle = (start + end) // 2
    if state is not State.BROKEN:
        yield tag("path", d=f"M{start} {y}H{end}", class_=kind)
        return
    reach = 4 if not short else 3
    yield tag("path", d=f"M{start} {y}H{middle - reach - 3}M{middle + reach + 3} {y}H{end}", class_=kind)
    cross = f"M{middle - reach} {y - reach}l{2 * reach} {2 * reach}m0 -{2 * reach}l-{2 * reach} {2 * reach}"
    yield tag("path", d=cross, class_=f"{kind} cross")


def _worst(alarm: AlarmDrawing) -> State:
    states = (alarm.watches.state, alarm.tells.state)
    return next((state for state in (State.BROKEN, State.UNKNOWN) if state in states), State.WHOLE)


def _name(part: Part) -> str:
    if part.name is not None:
        return part.name
    return "no table named" if part.kind is PartKind.ELSEWHERE else f"name {_LATER}"


def _wrapped(value: str) -> list[str]:
    return textwrap.wrap(visible(value), _PROSE_COLUMNS, max_lines=4, placeholder=" …") if value else []


def _shortened(value: str, columns: int) -> str:
    """The text in one line of a drawing, its middle left out where it does not fit."""
    plain = " ".join(visible(value).split())
    if _columns(plain) <= columns:
        return plain
    half = (columns - 1) // 2
    return f"{_cut(plain, half)}…{_cut(plain[::-1], half)[::-1]}"


def _cut(value: str, columns: int) -> str:
    kept = 0
    for position, character in enumerate(value):
        kept += _columns(character)
        if kept > columns:
            return value[:position]
    return value


def _columns(value: str) -> int:
    """How wide a text is in columns: East Asian characters take two."""
    return len(value) if value.isascii() else sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in value)


def _described(drawn: TableDrawing) -> str:
    """The drawing in words."""
    return " ".join(sentence for part in drawn.parts for sentence in _sentences(part))


def _sentences(part: Part) -> Iterator[str]:
    keys = ", ".join(f"{key.role} key {key.name or _LATER} ({key.type or '?'})" for key in part.keys)
    yield f"{_KINDS[part.kind].capitalize()} {_name(part)}{': ' if keys else ''}{keys}."
    for alarm in part.alarms:
        name, metric = alarm.name or alarm.address, alarm.metric or "an unknown metric"
        reasons = "; ".join(wire.why for wire in (alarm.watches, alarm.tells) if wire.why)
        because = f" ({reasons})" if reasons else ""
        yield f"Alarm {name} on {metric} {_WATCHES[alarm.watches.state]} and {_TELLS[alarm.tells.state]}{because}."
    for gap in part.gaps:
        yield f"{'No' if gap.wire.state is State.BROKEN else 'Perhaps no'} alarm on {gap.metric}."
