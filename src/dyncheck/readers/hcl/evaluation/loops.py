"""`for` expressions.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#for-expressions
"""

from __future__ import annotations

from dyncheck.readers.hcl.evaluation.scope import Evaluate, LocalScope, Scope
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.problems import EvaluationError
from dyncheck.readers.hcl.language.types import ANY, BOOL, STRING
from dyncheck.readers.hcl.language.values import Value, is_sensitive, object_of, pending, tuple_of, without_marks


def evaluate_for(evaluate: Evaluate, expression: nodes.For, scope: Scope) -> Value:
    source = evaluate(expression.collection, scope)
    refuse_iteration(source)
    if source.is_pending or isinstance(source.type, types.Resource):
        return pending(ANY, source)
    result = _Result(evaluate, expression)
    # Terraform looks at the condition once before, so that it may refuse it even when there is no item.
    result.keeps(LocalScope(scope, bindings(expression.key_name, expression.value_name, pending(ANY), pending(ANY))))
    result.unsure.clear()
    for key, item in source.items():
        scope.budget.spend()
        inner = LocalScope(scope, bindings(expression.key_name, expression.value_name, key, item))
        if result.keeps(inner):
            result.add(inner)
    return result.value().marked(source.sensitive)


def refuse_iteration(source: Value) -> None:
    if source.is_null:
        raise EvaluationError("Iteration over null value. The collection of this 'for' is null.")
    if isinstance(source.type, types.Primitive):
        raise EvaluationError(f"Iteration over non-iterable value. The collection of this 'for' is a {source.type.name}.")


def bindings(key_name: str, value_name: str, key: Value, item: Value) -> dict[str, Value]:
    return {key_name: key, value_name: item} if key_name else {value_name: item}


class _Result:
    """The items that a `for` has collected so far; `unsure` are the values that keep the result from being known."""

    def __init__(self, evaluate: Evaluate, expression: nodes.For) -> None:
        self.evaluate = evaluate
        self.expression = expression
        self.unsure: list[Value] = []
        self.sensitive = False
        self.items: list[Value] = []
        self.named: dict[str, list[Value]] = {}

    def keeps(self, scope: Scope) -> bool:
        """Whether the condition is true."""
        if self.expression.condition is None:
            return True
        asked = self.evaluate(self.expression.condition, scope)
        if asked.is_null:
            raise EvaluationError("Invalid 'for' condition. The 'if' clause must not be null.")
        try:
            answer = convert(asked, BOOL)
        except EvaluationError as error:
            raise EvaluationError(f"Invalid 'for' condition. The 'if' clause is invalid: {error}.") from None
        self.sensitive = self.sensitive or answer.sensitive
        if answer.is_pending:
            self.unsure.append(answer)
        return answer.is_known and bool(answer.content)

    def add(self, scope: Scope) -> None:
        if self.expression.key is None:
            self.items.append(self.evaluate(self.expression.result, scope))
            return
        key = self.evaluate(self.expression.key, scope)
        item = self.evaluate(self.expression.result, scope)
        self.sensitive = self.sensitive or is_sensitive(key)
        name = key_text(key)
        if name.is_pending:
            self.unsure.append(name)
            return
        items = self.named.setdefault(name.content, [])
        items.append(item)
        if len(items) > 1 and not self.expression.grouped:
            raise EvaluationError(
                f"Duplicate object key. Two items have the key \"{name.content}\" in this 'for'. To group items by key, "
                "write an ellipsis (...) after the value."
            )

    def value(self) -> Value:
        if self.unsure:
            return pending(ANY, *self.unsure, sensitive=self.sensitive)
        if self.expression.key is None:
            return tuple_of(self.items).marked(self.sensitive)
        named = {name: tuple_of(items) if self.expression.grouped else items[0] for name, items in self.named.items()}
        return object_of(named).marked(self.sensitive)


def key_text(key: Value) -> Value:
    """A key of an object as text, without its marks."""
    if key.is_null:
        raise EvaluationError("Invalid object key. The key is null.")
    try:
        return convert(without_marks(key), STRING)
    except EvaluationError as error:
        raise EvaluationError(f"Invalid object key: {error}.") from None
