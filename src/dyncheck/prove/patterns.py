"""Texts that are likely to matter to a module: those that are written in it, and those that its regular expressions match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.functions.regular_syntax import parse
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.problems import Problem, UnsureError

_LONGEST = 64
_MOST = 16


def spelled_in(module: Module) -> tuple[str, ...]:
    """Short texts out of the expressions of a module: what its patterns match first, then what it compares with."""
    found: dict[str, None] = {}
    compared: dict[str, None] = {}
    for block in module.blocks.values():
        for node in _nodes(block.body if block.type != "variable" else block.body.blocks):
            if isinstance(node, nodes.Call) and node.name in ("regex", "regexall") and node.arguments:
                pattern = node.arguments[0]
                if isinstance(pattern, nodes.Literal) and isinstance(pattern.value, str):
                    found.update(dict.fromkeys(_matched_by(pattern.value)))
            elif isinstance(node, nodes.Literal) and isinstance(node.value, str) and len(node.value) <= _LONGEST:
                compared[node.value] = None
    return (*_chosen(found), *_chosen(compared))


def _chosen(texts: Iterable[str]) -> tuple[str, ...]:
    """The shortest texts: the same ones in whatever order, and in whatever files, the module has its blocks."""
    return tuple(sorted(texts, key=lambda text: (len(text), text))[:_MOST])


def _nodes(part: Any) -> Iterator[Any]:
    """A part of a syntax tree and all in it, places aside."""
    if isinstance(part, Struct) and not isinstance(part, nodes.Span):
        yield part
        for name in part.__struct_fields__:
            yield from _nodes(getattr(part, name))
    elif isinstance(part, dict):
        for inner in part.values():
            yield from _nodes(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _nodes(inner)


def _matched_by(pattern: str) -> tuple[str, ...]:
    """A short text that a pattern is likely to match, and one a little longer."""
    try:
        return parse(pattern).samples
    except (Problem, UnsureError):
        return ()
