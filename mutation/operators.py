"""The changes that mutation testing makes: small slips at one place of an expression or a statement."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

Item = TypeVar("Item")
Rebuilt = Callable[[ast.expr], Any]

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitAnd,
}
_NAMES = {
    "all": "any",
    "any": "all",
    "error": "warning",
    "max": "min",
    "min": "max",
    "note": "warning",
    "warning": "error",
}
_TEXT = "mutated"

# Fields that an assignment or a loop binds, and fields that only type checkers read.
_NOT_EVALUATED = {"annotation", "ctx", "format_spec", "target", "targets"}


def mutated_statements(statement: ast.stmt) -> Iterator[ast.stmt]:
    """Every simple statement with one change, and `pass`."""
    if not _is_docstring(statement):
        yield ast.Pass()
        for expression, rebuilt in _expressions(statement):
            yield from map(rebuilt, mutated_expressions(expression))
    if isinstance(statement, ast.Continue):
        yield ast.Break()
    if isinstance(statement, ast.Return) and statement.value is not None and not _is_none(statement.value):
        yield ast.Return(ast.Constant(None))


def mutated_conditions(test: ast.expr) -> Iterator[ast.expr]:
    """Every condition of an `if` or a `while` with one change, and the two constants."""
    yield from (ast.Constant(True), ast.Constant(False))
    yield from mutated_expressions(test)


def mutated_expressions(node: ast.expr) -> Iterator[ast.expr]:
    """Every expression with one change, at its root or anywhere in it."""
    yield from _at_the_root(node)
    for expression, rebuilt in _expressions(node):
        yield from map(rebuilt, mutated_expressions(expression))


def _at_the_root(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.Constant():
            yield from _constants(node)
        case ast.JoinedStr():
            yield ast.Constant(_TEXT)
        case ast.Compare():
            for position, operator in enumerate(node.ops):
                for other in _COMPARISONS[type(operator)]:
                    operators: list[ast.cmpop] = [*node.ops]
                    operators[position] = other()
                    yield ast.Compare(node.left, operators, node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            for rest in _one_less(node.values):
                yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.BinOp():
            if other_operator := _ARITHMETIC.get(type(node.op)):
                yield ast.BinOp(node.left, other_operator(), node.right)
            if isinstance(node.op, ast.BitOr | ast.Sub):
                yield from (node.left, node.right)
        case ast.IfExp():
            yield from (node.body, node.orelse)
        case ast.Name(id=name) if name in _NAMES:
            yield ast.Name(_NAMES[name], ast.Load())
        case ast.Call():
            for keywords in _one_less(node.keywords):
                yield ast.Call(node.func, node.args, keywords)
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.expr) and not node.keywords and len(node.args) < 2:
                yield node.func.value
            if isinstance(node.func, ast.Name) and len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred):
                yield node.args[0]
        case ast.Tuple() | ast.List() | ast.Set():
            for elements in _one_less(node.elts):
                yield type(node)(elts=elements)
        case ast.Dict():
            for pairs in _one_less(list(zip(node.keys, node.values, strict=True))):
                yield ast.Dict([key for key, _ in pairs], [value for _, value in pairs])
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            for position, generator in enumerate(node.generators):
                for conditions in _one_less(generator.ifs):
                    changed = copy.copy(node)
                    changed.generators = [*node.generators]
                    changed.generators[position] = ast.comprehension(generator.target, generator.iter, conditions, generator.is_async)
                    yield changed


def _constants(node: ast.Constant) -> Iterator[ast.expr]:
    match node.value:
        case bool():
            yield ast.Constant(not node.value)
        case int() | float():
            yield ast.Constant(node.value + 1)
        case str():
            yield ast.Constant(_TEXT)


def _one_less(items: list[Item]) -> Iterator[list[Item]]:
    for position in range(len(items)):
        yield items[:position] + items[position + 1 :]


def _expressions(node: ast.AST) -> Iterator[tuple[ast.expr, Rebuilt]]:
    """The expressions directly in a node, each with a function that rebuilds the node with another expression."""
    for field, value in ast.iter_fields(node):
        if field in _NOT_EVALUATED:
            continue
        for position, child in enumerate(value if isinstance(value, list) else [value]):
            at = position if isinstance(value, list) else None
            if isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant):
                # A text is one change, not one for each of its pieces.
                continue
            if isinstance(child, ast.comprehension | ast.keyword | ast.FormattedValue):
                for inner, rebuilt in _expressions(child):
                    yield inner, _chained(rebuilt, _replacing(node, field, at))
            elif isinstance(child, ast.expr):
                yield child, _replacing(node, field, at)


def _replacing(node: ast.AST, field: str, position: int | None) -> Callable[[Any], Any]:
    def rebuilt(child: Any) -> Any:
        changed = copy.copy(node)
        if position is None:
            setattr(changed, field, child)
        else:
            children = [*getattr(node, field)]
            children[position] = child
            setattr(changed, field, children)
        return changed

    return rebuilt


def _chained(inner: Rebuilt, outer: Callable[[Any], Any]) -> Rebuilt:
    return lambda child: outer(inner(child))


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
