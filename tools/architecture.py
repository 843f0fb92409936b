"""Draws the picture of docs/architecture.md from the imports: which room imports which, as Mermaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import grimp

_ROOT = "dyncheck"
_CONTAINERS = frozenset({"dyncheck.readers"})
# Modules that every room may import. They would clutter the picture.
_EVERYWHERE = frozenset({"errors", "files", "schemas", "streams", "suggestions", "version", "yaml_file", "__main__"})

Arrows = Mapping[str, frozenset[str]]


def picture() -> str:
    """The rooms of the package as a Mermaid flowchart, without the arrows that other arrows imply."""
    arrows = _reduced(_arrows())
    lines = ["```mermaid", "flowchart TD"]
    lines += [f"  {_node(room)}[{room}]" for room in sorted(arrows)]
    lines += [f"  {_node(room)} --> {_node(other)}" for room in sorted(arrows) for other in sorted(arrows[room])]
    return "\n".join([*lines, "```"])


def _arrows() -> Arrows:
    graph = grimp.build_graph(_ROOT, include_external_packages=False)
    found: dict[str, set[str]] = {}
    for module in graph.modules:
        room = _room(module)
        for imported in graph.find_modules_directly_imported_by(module) if room else ():
            other = _room(imported)
            found.setdefault(room, set())
            if other and other != room:
                found[room].add(other)
                found.setdefault(other, set())
    return {room: frozenset(others) for room, others in found.items()}


def _room(module: str) -> str:
    """The room of a module; empty for a module that every room may import."""
    parts = module.split(".")
    deep = ".".join(parts[:2]) in _CONTAINERS and len(parts) > 3
    name = ".".join(parts[1 : 3 if deep else 2])
    return "" if name in _EVERYWHERE else name


def _reduced(arrows: Arrows) -> Arrows:
    """The arrows without those that other arrows imply."""
    return {
        room: frozenset(other for other in others if not any(other in _reached(arrows, via) for via in others - {other}))
        for room, others in arrows.items()
    }


def _reached(arrows: Arrows, start: str) -> frozenset[str]:
    return frozenset(_walk(arrows, start, set()))


def _walk(arrows: Arrows, start: str, seen: set[str]) -> Iterator[str]:
    for other in arrows[start] - seen:
        seen.add(other)
        yield other
        yield from _walk(arrows, other, seen)


def _node(room: str) -> str:
    return room.replace(".", "_")
