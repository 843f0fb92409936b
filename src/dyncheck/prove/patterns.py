"""Texts that are likely to matter to a module: those that it contains, and those that its regular expressions match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from msgspec import Struct

from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.language import nodes
from dyncheck.regular.problems import InvalidPattern, UnsurePattern
from dyncheck.regular.syntax import parse

_LONGEST = 64
_MOST = 16


def texts_in(module: Module) -> tuple[str, ...]:
    """Short texts: first those that the module's patterns match, then those that its expressions contain."""
    matched: set[str] = set()
    contained: set[str] = set()
    for block in module.blocks.values():
        for node in _nodes(block.body if block.type != "variable" else block.body.blocks):
            match node:
                case nodes.Call(name="regex" | "regexall", arguments=[nodes.Literal(value=str() as pattern), *_]):
                    with suppress(InvalidPattern, UnsurePattern):
                        matched.update(parse(pattern).samples)
                case nodes.Literal(value=str() as text) if len(text) <= _LONGEST:
                    contained.add(text)
    return (*_shortest(matched), *_shortest(contained))


def _shortest(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: (len(text), text))[:_MOST]


def _nodes(part: Any) -> Iterator[Any]:
    """The nodes of a part of a syntax tree."""
    if isinstance(part, Struct) and not isinstance(part, nodes.Span):
        yield part
        part = [getattr(part, name) for name in part.__struct_fields__]
    if isinstance(part, dict | list | tuple):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _nodes(inner)
