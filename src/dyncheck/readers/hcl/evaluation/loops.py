"""`for` expressions.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#for-expressions
"""

from __future__ import annotations

from dyncheck.readers.hcl.evaluation.scope import Evaluate, LocalScope, Scope
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Expression
from dyncheck.readers.hcl.language.problems import Problem
from dyncheck.readers.hcl.language.types import ANY, BOOL, STRING
from dyncheck.readers.hcl.language.values import Value, is_sensitive, object_of, pending, tuple_of, without_marks


def evaluate_for(evaluate: Evaluate, expression: nodes.For, scope: Scope) -> Value:
    source = evaluate(expression.collection, scope)
    refuse_iteration(source)
    if source.is_pending or isinstance(source.type, types.Resource):
        return pending(ANY, source)
    builder = _ForTuple() if expression.key is None else _ForObject(expression.grouped)
    for key, item in source.items():
        scope.budget.spend()
        inner = LocalScope(scope, bindings(expression.key_name, expression.value_name, key, item))
        kept = _kept(evaluate, expression.condition, inner, builder)
        if kept:
            builder.add(evaluate, expression, inner)
    return builder.finished().marked(source.sensitive)


def refuse_iteration(source: Value) -> None:
    if source.is_null:
        raise Problem("Iteration over null value. A null value cannot be used as the collection in a 'for' expression.")
    if isinstance(source.type, types.Primitive):
        raise Problem(
            f"Iteration over non-iterable value. A value of type {source.type.name} cannot be used as the collection in a 'for' expression."
        )


def bindings(key_name: str, value_name: str, key: Value, item: Value) -> dict[str, Value]:
    return {key_name: key, value_name: item} if key_name else {value_name: item}


class _ForResult:
    """What a `for` has collected so far; `unsure` are the values that keep it from being known."""

    def __init__(self) -> None:
        self.unsure: list[Value] = []
        self.sensitive = False

    def doubt(self, value: Value) -> None:
        self.unsure.append(value)


class _ForTuple(_ForResult):
    def __init__(self) -> None:
        super().__init__()
        self._items: list[Value] = []

    def add(self, evaluate: Evaluate, expression: nodes.For, scope: Scope) -> None:
        self._items.append(evaluate(expression.result, scope))

    def finished(self) -> Value:
        if self.unsure:
            return pending(ANY, *self.unsure, sensitive=self.sensitive)
        return tuple_of(self._items).marked(self.sensitive)


class _ForObject(_ForResult):
    def __init__(self, grouped: bool) -> None:
        super().__init__()
        self._grouped = grouped
        self._items: dict[str, list[Value]] = {}

    def add(self, evaluate: Evaluate, expression: nodes.For, scope: Scope) -> None:
        assert expression.key is not None
        key = evaluate(expression.key, scope)
        item = evaluate(expression.result, scope)
        if key.is_null:
            raise Problem("Invalid object key. Key expression in 'for' expression must not produce a null value.")
        self.sensitive = self.sensitive or is_sensitive(key)
        try:
            name = convert(without_marks(key), STRING)
        except Problem as problem:
            raise Problem(f"Invalid object key. The key expression produced an invalid result: {problem}.") from None
        if name.is_pending:
            self.doubt(name)
            return
        items = self._items.setdefault(name.content, [])
        items.append(item)
        if len(items) > 1 and not self._grouped:
            raise Problem(
                f"Duplicate object key. Two different items produced the key \"{name.content}\" in this 'for' expression. If duplicates "
                "are expected, use the ellipsis (...) after the value expression to enable grouping by key."
            )

    def finished(self) -> Value:
        if self.unsure:
            return pending(ANY, *self.unsure, sensitive=self.sensitive)
        grouped = {name: tuple_of(items) if self._grouped else items[0] for name, items in self._items.items()}
        return object_of(grouped).marked(self.sensitive)


def _kept(evaluate: Evaluate, condition: Expression | None, scope: Scope, result: _ForResult) -> bool:
    if condition is None:
        return True
    asked = evaluate(condition, scope)
    if asked.is_null:
        raise Problem("Invalid 'for' condition. The 'if' clause value must not be null.")
    try:
        answer = convert(asked, BOOL)
    except Problem as problem:
        raise Problem(f"Invalid 'for' condition. The 'if' clause value is invalid: {problem}.") from None
    result.sensitive = result.sensitive or answer.sensitive
    if answer.is_pending:
        result.doubt(answer)
        return False
    return bool(answer.content)
