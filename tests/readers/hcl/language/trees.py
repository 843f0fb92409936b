"""Draws a syntax tree as one line, without places: `Binary("+", Name(a), 1)` for `a + 1`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dyncheck.readers.hcl.language import nodes


def drawn(node: Any) -> str:
    """The tree as text. Texts are in quotes; names, operators and types of blocks are not."""
    if isinstance(node, nodes.Literal):
        return _literal(node.value)
    if isinstance(node, nodes.Body):
        items = [drawn(argument) for argument in node.arguments.values()] + [drawn(block) for block in node.blocks]
        return f"{{{'; '.join(items)}}}"
    if isinstance(node, nodes.Argument):
        return f"{node.name} = {drawn(node.expression)}"
    if isinstance(node, nodes.BlockNode):
        return " ".join((node.type, *map(_literal, node.labels), drawn(node.body)))
    if isinstance(node, nodes.ObjectExpression):
        return f"Object({', '.join(f'{drawn(key)} = {drawn(value)}' for key, value in node.items)})"
    if isinstance(node, nodes.For):
        return _for(node)
    name = type(node).__name__.removesuffix("Expression")
    return f"{name}({', '.join(_field(node, field) for field in node.__struct_fields__ if field != 'span')})"


def _for(node: nodes.For) -> str:
    names = f"{node.key_name}, {node.value_name}" if node.key_name else node.value_name
    key = f"{drawn(node.key)} => " if node.key else ""
    condition = f" if {drawn(node.condition)}" if node.condition else ""
    return f"For({names} in {drawn(node.collection)} : {key}{drawn(node.result)}{'...' * node.grouped}{condition})"


def _field(node: Any, name: str) -> str:
    value = getattr(node, name)
    if isinstance(value, tuple):
        return f"[{', '.join(map(drawn, value))}]"
    return str(value) if isinstance(value, str | bool) else drawn(value)


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(float(value)) if isinstance(value, Fraction) else str(value)
