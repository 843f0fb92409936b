"""What the editor shows about a place: the rules with a finding there, the value and its origin, and what an alarm watches."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from dyncheck.catalog.rules import all_rules
from dyncheck.checking.one_input import inventory_of
from dyncheck.dynamodb.drawing import AlarmDrawing, Part, PartKind, State, TableDrawing, Wire
from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.errors import InputError
from dyncheck.findings import Result
from dyncheck.model import Block, Deferred, Related, Resource
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body
from dyncheck.readers.hcl.trees import Root
from dyncheck.reporters.pages import page
from dyncheck.server.folder import Reading

# More instances of one block, or longer lists, do not help.
_MOST = 5


def hover_text(
    path: str, line: int, body: Body, results: Sequence[Result], roots: Iterable[Root], reading: Reading, uri_of: Callable[[str], str]
) -> str:
    """Markdown about a line of a file with that real path and syntax tree; empty where there is nothing to say.

    `results` are those at the line, and `roots` are the root modules that the file touches.
    """
    parts = list(_values(path, line, body, roots, reading, uri_of))
    parts += dict.fromkeys(filter(None, (_of_rule(each, reading) for each in results)))
    return "\n\n---\n\n".join(parts)


def _of_rule(result: Result, reading: Reading) -> str:
    """What a rule demands."""
    rule = next((each for each in (*all_rules(), *reading.by.settings.own_rules) if each.id == result.rule), None)
    if rule is None:
        return ""
    url = page(rule.id)
    name = f"[{rule.id}]({url})" if url else f"`{rule.id}`"
    prose, code = _split(rule.section("Fix"))
    fix = [f"**Fix:** {prose}" if prose else "", f"```terraform\n{code}\n```" if code else ""]
    why = f"**Why:** {' '.join(rule.section('Why').split())}"
    return "\n\n".join(filter(None, (f"**{rule.title}** ({rule.severity.value}, {name})", why, *fix)))


def _split(text: str) -> tuple[str, str]:
    """The prose of a section in one line, and its code without indentation."""
    from textwrap import dedent

    lines = text.split("\n")
    prose = " ".join(line.strip() for line in lines if not line.startswith("    "))
    return " ".join(prose.split()), dedent("\n".join(line for line in lines if line.startswith("    ")))


def _values(path: str, line: int, body: Body, roots: Iterable[Root], reading: Reading, uri_of: Callable[[str], str]) -> Iterator[str]:
    way = _way(body, line)
    if not way or way[0].type not in ("resource", "data"):
        return
    argument = next((each for each in way[-1].body.arguments.values() if each.span.line <= line <= each.span.end_line), None)
    if argument is None and line != way[0].header.line:
        return
    shown: dict[str, list[str]] = {}
    for root in roots:
        try:
            read = reading.trees.read(root)
        except InputError:
            continue
        inventory = None
        for resource in read.resources:
            if not _is_at(resource, path, way[0]):
                continue
            if argument is not None:
                text = _of_argument(resource.body, way, argument, uri_of)
            else:
                inventory = inventory or inventory_of(read)
                from dyncheck.dynamodb.diagrams import diagrams

                text = _of_resource(resource, diagrams(inventory))
            if text:
                shown.setdefault(text, []).append(resource.address)
    for text, addresses in list(shown.items())[:_MOST]:
        named = ", ".join(f"`{each}`" for each in dict.fromkeys(addresses[:_MOST]))
        yield f"{named}\n\n{text}"


def _is_at(resource: Resource, path: str, block: BlockNode) -> bool:
    places = resource.body.surroundings("")
    return bool(places) and places[0].line == block.header.line and os.path.realpath(places[0].file) == path


def _way(body: Body, line: int) -> list[BlockNode]:
    """The blocks around a line, outermost first."""
    found: list[BlockNode] = []
    blocks: tuple[BlockNode, ...] = body.blocks
    while block := next((each for each in blocks if each.header.line <= line <= each.span.end_line), None):
        found.append(block)
        blocks = block.body.blocks
    return found


def _of_argument(block: Block, way: Sequence[BlockNode], argument: Argument, uri_of: Callable[[str], str]) -> str:
    """The value of an argument and where it comes from."""
    for node in way[1:]:
        inner = block.nested(node.type)
        if isinstance(inner, Deferred):
            return ""
        found = next((each for each in inner if (place := each.locate("")) and place.line == node.header.line), None)
        if found is None:
            return ""
        block = found
    value = block.value(argument.name)
    shown = f"`{block.at(argument.name)}` {value.describe()}" if isinstance(value, Deferred) else ""
    lines = [shown or f"```terraform\n{block.at(argument.name)} = {block.show(argument.name)}\n```"]
    lines += (_origin(each, uri_of) for each in block.trace(argument.name))
    return "\n".join(lines)


def _origin(related: Related, uri_of: Callable[[str], str]) -> str:
    place = f"{os.path.basename(related.file)}:{related.line}"
    return f"- [{place}]({uri_of(os.path.realpath(related.file))}#L{related.line}): {related.message}"


def _of_resource(resource: Resource, drawings: Sequence[TableDrawing]) -> str:
    """What a table has, or what an alarm watches."""
    if resource.type == TABLE:
        drawing = next((each for each in drawings if each.address == resource.address), None)
        return "\n".join(line for part in drawing.parts for line in _of_part(part)) if drawing else ""
    if resource.type == ALARM:
        lines = [line for drawing in drawings for part in drawing.parts for line in _of_alarm(resource.address, drawing, part)]
        return "\n".join(dict.fromkeys(lines))
    return ""


def _of_part(part: Part) -> Iterator[str]:
    name = "" if part.name is None else f" `{part.name}`"
    keys = ", ".join(f"{key.role} key `{key.name or '?'}`{f' ({key.type})' if key.type else ''}" for key in part.keys)
    yield f"- {part.kind.value[:1].upper()}{part.kind.value[1:]}{name}: {keys}"
    for alarm in part.alarms:
        yield f"  - {_metric(alarm)} is watched by `{alarm.address}`{_broken(alarm.watches, alarm.tells)}"
    for gap in part.gaps:
        yield f"  - `{gap.metric}`: {gap.wire.why}"


def _of_alarm(address: str, drawing: TableDrawing, part: Part) -> Iterator[str]:
    for alarm in part.alarms:
        if alarm.address != address:
            continue
        where = f"`{drawing.address}`" if part.kind is not PartKind.ELSEWHERE else f"`{part.name or 'an unknown table'}`, not in this input"
        index = f", index `{part.name}`" if part.kind is PartKind.INDEX else ""
        yield f"- Watches {_metric(alarm)} of {where}{index}{_broken(alarm.watches, alarm.tells)}"


def _metric(alarm: AlarmDrawing) -> str:
    return f"`{alarm.metric or 'an unknown metric'}{f' {alarm.condition}' if alarm.condition else ''}`"


def _broken(watches: Wire, tells: Wire) -> str:
    """What keeps the alarm from firing, or from notifying, if anything does."""
    words = {State.BROKEN: "", State.UNKNOWN: "unknown: "}
    found = [f"{words[wire.state]}{wire.why}" for wire in (watches, tells) if wire.state is not State.WHOLE and wire.why]
    return f" ({'; '.join(found)})" if found else ""
