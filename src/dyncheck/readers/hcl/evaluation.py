"""The syntax tree -> values: every expression of the language, evaluated when its value is asked for.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#expressions
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from dyncheck.model import Opaque
from dyncheck.model.symbolic import Entries, Number, Text, joined
from dyncheck.readers.hcl.functions import find
from dyncheck.readers.hcl.functions.declaration import Context
from dyncheck.readers.hcl.language import nodes, types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Expression, Span
from dyncheck.readers.hcl.language.of_inputs import entry, item_by_input
from dyncheck.readers.hcl.language.operators import binary, choose, invert, negate
from dyncheck.readers.hcl.language.types import ANY, BOOL, NUMBER, STRING
from dyncheck.readers.hcl.language.values import (
    NULL,
    Pending,
    Problem,
    Value,
    boolean,
    is_sensitive,
    is_wholly_known,
    known_of,
    number,
    object_of,
    pending,
    refined,
    string,
    tuple_of,
    without_marks,
)


class LocatedProblem(Problem):
    """A `Problem` with the place of the innermost expression that has it."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


class BudgetError(Exception):
    """The evaluation took more than any configuration needs."""


class Budget:
    """What evaluation may take, so that no configuration can make it endless or fill the memory.

    One argument may take a number of steps, and so may a root module. A step is an expression, an item of a collection, or
    the comparison or conversion of a few parts of one. A value may have a number of parts, those counted again that it has several times;
    all texts that a configuration is evaluated to may have a number of characters together.
    """

    __slots__ = ("_weights", "all_steps", "depth", "folds", "steps", "text")

    DEEPEST = 400
    STEPS = 1_000_000
    ALL_STEPS = 5_000_000
    PARTS = 200_000
    TEXT = 64_000_000

    # How many parts are looked at in the time of one step.
    _PER_STEP = 16

    def __init__(self) -> None:
        self.depth = 0
        self.steps = self.STEPS
        self.all_steps = self.ALL_STEPS
        self.text = self.TEXT
        # Whether a choice between equal arms is known, see `operators.choose`.
        self.folds = True
        # By the identity of a content, which is kept so that the identity stays its own.
        self._weights: dict[int, tuple[Any, int]] = {}

    def renew(self) -> None:
        """Give the next argument all its steps."""
        self.depth = 0
        self.steps = self.STEPS

    def spend(self, steps: int = 1) -> None:
        """Raises `BudgetError` when the last step is taken."""
        self.steps -= steps
        self.all_steps -= steps
        if self.all_steps < 0:
            raise BudgetError(f"and what was evaluated before it take more than {self.ALL_STEPS} steps, so dyncheck gave up on it")
        if self.steps < 0:
            raise BudgetError(f"takes more than {self.STEPS} steps to evaluate, so dyncheck gave up on it")

    @property
    def is_spent(self) -> bool:
        """Whether what all arguments share is used up."""
        return self.text < 0 or self.all_steps < 0

    def weigh(self, value: Value) -> int:
        """The number of parts of a value. Raises `BudgetError` when there are more than may be.

        Values share parts, so a short text can spell one of astronomical size; each shared part is counted once and added
        as often as it occurs.
        """
        content = value.content
        if type(content) is not tuple and type(content) is not dict:
            return 1
        known = self._weights.get(id(content))
        if known is None:
            parts = content.values() if isinstance(content, dict) else content
            known = (content, 1 + sum(map(self.weigh, parts)))
            self._weights[id(content)] = known
        if known[1] > self.PARTS:
            raise BudgetError(f"makes a value of more than {self.PARTS} parts, so dyncheck gave up on it")
        return known[1]

    def look_into(self, *values: Value) -> None:
        """Spend the steps for looking into all parts of values. Raises `BudgetError`."""
        self.spend(sum(map(self.weigh, values)) // self._PER_STEP)

    def write(self, characters: int) -> None:
        """Raises `BudgetError` when there are more characters than may be."""
        self.text -= characters
        if self.text < 0:
            raise BudgetError(f"makes texts of more than {self.TEXT} characters, so dyncheck gave up on it")


class Scope(Protocol):
    """What names mean where an expression stands. Where `is_constant`, no function may be called."""

    budget: Budget
    is_constant: bool

    @property
    def context(self) -> Context:
        """What functions may see."""

    def lookup(self, name: str) -> Value | None:
        """What the first word of a reference stands for; None when there is no such name."""


class LocalScope:
    """A scope with names of its own, such as those of a `for`, before those around it. `item` is what a splat is at."""

    __slots__ = ("_names", "_outer", "budget", "is_constant", "item")

    def __init__(self, outer: Scope, names: Mapping[str, Value], item: Value | None = None) -> None:
        self._outer = outer
        self._names = names
        self.item = item if item is not None else getattr(outer, "item", None)
        self.budget = outer.budget
        self.is_constant = outer.is_constant

    @property
    def context(self) -> Context:
        """That of the scope around."""
        return self._outer.context

    def lookup(self, name: str) -> Value | None:
        """Its own names first."""
        found = self._names.get(name)
        return self._outer.lookup(name) if found is None else found


def evaluate(expression: Expression, scope: Scope) -> Value:
    """The value of an expression.

    Raises `LocatedProblem` where Terraform would refuse it, and `BudgetError` when it takes too much.
    """
    budget = scope.budget
    # As `spend` does it, which is not called for each of so many.
    budget.steps -= 1
    budget.all_steps -= 1
    if budget.steps < 0 or budget.all_steps < 0:
        budget.spend(0)
    if budget.depth > Budget.DEEPEST:
        raise BudgetError("leads through more values in a row than dyncheck follows")
    budget.depth += 1
    try:
        value = _EVALUATE[type(expression)](expression, scope)
    except LocatedProblem:
        raise
    except Problem as problem:
        raise LocatedProblem(str(problem), expression.span) from None
    finally:
        budget.depth -= 1
    content = value.content
    if type(content) is tuple or type(content) is dict:
        budget.weigh(value)
    elif type(content) is str and len(content) > 1_000:
        budget.write(len(content))
    return value


def _literal(expression: nodes.Literal, _scope: Scope) -> Value:
    value = expression.value
    if isinstance(value, str):
        return string(value)
    if value is None:
        return NULL
    return boolean(value) if isinstance(value, bool) else number(value)


def _name(expression: nodes.Name, scope: Scope) -> Value:
    found = _looked_up(expression, scope)
    if isinstance(found.type, types.Resource) and found.content.is_prefix:
        raise Problem(f'Invalid reference. "{expression.name}" stands for nothing by itself: it must be followed by a name.')
    return found


def _looked_up(expression: nodes.Name, scope: Scope) -> Value:
    found = scope.lookup(expression.name)
    if found is None:
        raise Problem(f'There is no "{expression.name}" here.')
    return found


def _attribute(expression: nodes.Attribute, scope: Scope) -> Value:
    of = expression.of
    return attribute_of(_looked_up(of, scope) if isinstance(of, nodes.Name) else evaluate(of, scope), expression.name)


def attribute_of(value: Value, name: str) -> Value:
    """`value.name`. Raises `Problem` when it has no such attribute."""
    if value.content is None:
        raise Problem("Attempt to get attribute from null value. This value is null, so it does not have any attributes.")
    if isinstance(value.content, Pending):
        return _pending_attribute(value, name)
    if isinstance(value.type, types.Resource):
        found: Value = value.content.attribute(name)
        return found.marked(True) if value.sensitive else found
    if isinstance(value.type, (types.Map, types.Object)):
        if name in value.content:
            item: Value = value.content[name]
            return item.marked(value.sensitive)
        if isinstance(value.type, types.Map):
            raise Problem("The given key does not identify an element in this collection value.")
        raise Problem(f'Unsupported attribute. This object does not have an attribute named "{name}".')
    raise Problem(f"Unsupported attribute. Can't access attributes on {_kind(value)}.")


def _pending_attribute(value: Value, name: str) -> Value:
    kind = value.type
    if isinstance(known := known_of(value), Entries):
        return entry(value, known, name)
    if isinstance(kind, types.Object):
        if name not in kind.attributes:
            raise Problem(f'Unsupported attribute. This object does not have an attribute named "{name}".')
        return pending(kind.attributes[name], value)
    if isinstance(kind, types.Map):
        return pending(kind.element, value)
    if isinstance(kind, types.Any | types.Resource):
        return pending(ANY, value)
    raise Problem(f"Unsupported attribute. Can't access attributes on {_kind(value)}.")


def _kind(value: Value) -> str:
    if isinstance(value.type, types.Primitive):
        return f"a primitive-typed value ({value.type.name})"
    return f"a {types.friendly(value.type)}"


def _index(expression: nodes.Index, scope: Scope) -> Value:
    return item_of(evaluate(expression.of, scope), evaluate(expression.key, scope))


def item_of(value: Value, key: Value) -> Value:
    """`value[key]`. Raises `Problem` when it has no such item."""
    if value.is_null:
        raise Problem("Attempt to index null value. This value is null, so it does not have any indices.")
    if key.is_null:
        raise Problem("Invalid index. Can't use a null value as an indexing key.")
    sensitive = value.sensitive or key.sensitive
    if isinstance(value.type, types.Resource) and value.is_known:
        if key.is_pending:
            return pending(ANY, value, key)
        found: Value = value.content.item(convert(key, STRING).content, is_number=key.type == NUMBER)
        return found.marked(sensitive)
    if isinstance(value.type, types.Any | types.Resource):
        return pending(ANY, value, key)
    wanted = NUMBER if isinstance(value.type, types.List | types.Tuple) else STRING
    if isinstance(value.type, types.Primitive | types.Set):
        raise Problem("Invalid index. This value does not have any indices.")
    try:
        position = convert(key, wanted)
    except Problem as problem:
        raise Problem(f"Invalid index. The given key does not identify an element in this collection value: {problem}.") from None
    if position.is_pending or value.is_pending:
        return _pending_item(value, position).marked(sensitive)
    return _known_item(value, position.content).marked(sensitive)


def _pending_item(value: Value, key: Value) -> Value:
    waiting = [part for part in (value, key) if part.is_pending]
    kind = value.type
    if key.is_known and isinstance(entries := known_of(value), Entries):
        return entry(value, entries, key.content)
    if value.is_known and isinstance(known := known_of(key), Text | Number):
        return item_by_input(value, key, known)
    if isinstance(kind, types.List | types.Map):
        return pending(kind.element, *waiting)
    if isinstance(kind, types.Object) and key.is_known and key.content in kind.attributes:
        return pending(kind.attributes[key.content], *waiting)
    return pending(ANY, *waiting)


def _known_item(value: Value, key: Any) -> Value:
    content = value.content
    if isinstance(content, dict):
        if key in content:
            item: Value = content[key]
            return item
        raise Problem("Invalid index. The given key does not identify an element in this collection value.")
    if isinstance(key, int) and 0 <= key < len(content):
        found: Value = content[key]
        return found
    if not isinstance(key, int):
        raise Problem(
            "Invalid index. The given key does not identify an element in this collection value: "
            "indexing a sequence requires a whole number, but the given index has a fractional part."
        )
    if key < 0:
        raise Problem(
            "Invalid index. The given key does not identify an element in this collection value: "
            "a negative number is not a valid index for a sequence."
        )
    raise Problem(
        "Invalid index. The given key does not identify an element in this collection value: "
        + (
            "the collection has no elements."
            if not content
            else "the given index is greater than or equal to the length of the collection."
        )
    )


def _splat(expression: nodes.Splat, scope: Scope) -> Value:
    source = evaluate(expression.of, scope)
    if isinstance(source.type, types.Any | types.Set | types.List | types.Tuple) and source.is_pending:
        # A pending value of no known type may turn out to be null or no list at all.
        return pending(ANY, source)
    if source.is_null:
        if isinstance(source.type, types.List | types.Set):
            raise Problem("Splat of null value. Splat expressions (with the * symbol) cannot be applied to null sequences.")
        return tuple_of(())
    if isinstance(source.type, types.List | types.Set | types.Tuple):
        items = [item for _, item in source.items()]
    elif source.is_pending:
        return pending(ANY, source)
    else:
        items = [source]
    if isinstance(source.type, types.List | types.Set) and not items:
        # Even of no items it has to be something that they could have.
        probe = evaluate(expression.each, LocalScope(scope, {}, pending(source.type.element, source)))
        return Value(types.List(probe.type), (), source.sensitive)
    scope.budget.spend(len(items))
    results = [evaluate(expression.each, LocalScope(scope, {}, item.marked(source.sensitive))) for item in items]
    return _like_source(source, results)


def _like_source(source: Value, results: list[Value]) -> Value:
    """A splat of a list or set is a list when its items have one type, that of a tuple or a single value a tuple."""
    if isinstance(source.type, types.List | types.Set) and len({item.type for item in results}) == 1:
        return Value(types.List(results[0].type), tuple(results), source.sensitive)
    return tuple_of(results).marked(source.sensitive)


def _splat_item(_expression: nodes.SplatItem, scope: Scope) -> Value:
    item: Value | None = getattr(scope, "item", None)
    assert item is not None, "the parser puts these into splats only"
    return item


def _tuple(expression: nodes.Tuple, scope: Scope) -> Value:
    return tuple_of([evaluate(item, scope) for item in expression.items])


def _object(expression: nodes.Object, scope: Scope) -> Value:
    if expression.dotted:
        raise LocatedProblem(
            "Ambiguous attribute key. If this expression is intended to be a reference, wrap it in parentheses. If it's instead "
            "intended as a literal name containing periods, wrap it in quotes to create a string literal.",
            expression.dotted,
        )
    items: dict[str, Value] = {}
    unsure: list[Value] = []
    sensitive = False
    for key_expression, item_expression in expression.items:
        key = evaluate(key_expression, scope)
        item = evaluate(item_expression, scope)
        if key.is_null:
            raise Problem("Null value as key. Can't use a null value as a key.")
        sensitive = sensitive or is_sensitive(key)
        try:
            name = convert(without_marks(key), STRING)
        except Problem as problem:
            raise Problem(f"Incorrect key type. Can't use this value as a key: {problem}.") from None
        if name.is_pending:
            unsure.append(name)
        else:
            items[name.content] = item
    if unsure:
        return pending(ANY, *unsure, sensitive=sensitive)
    return object_of(items).marked(sensitive)


def _for(expression: nodes.For, scope: Scope) -> Value:
    source = evaluate(expression.collection, scope)
    _refuse_iteration(source)
    if source.is_pending or isinstance(source.type, types.Resource):
        return pending(ANY, source)
    builder = _ForTuple() if expression.key is None else _ForObject(expression.grouped)
    for key, item in source.items():
        scope.budget.spend()
        inner = LocalScope(scope, _bindings(expression.key_name, expression.value_name, key, item))
        kept = _kept(expression.condition, inner, builder)
        if kept:
            builder.add(expression, inner)
    return builder.finished().marked(source.sensitive)


def _refuse_iteration(source: Value) -> None:
    if source.is_null:
        raise Problem("Iteration over null value. A null value cannot be used as the collection in a 'for' expression.")
    if isinstance(source.type, types.Primitive):
        raise Problem(
            f"Iteration over non-iterable value. A value of type {source.type.name} cannot be used as the collection in a 'for' expression."
        )


def _bindings(key_name: str, value_name: str, key: Value, item: Value) -> dict[str, Value]:
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

    def add(self, expression: nodes.For, scope: Scope) -> None:
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

    def add(self, expression: nodes.For, scope: Scope) -> None:
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


def _kept(condition: Expression | None, scope: Scope, result: _ForResult) -> bool:
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


def _unary(expression: nodes.Unary, scope: Scope) -> Value:
    operand = evaluate(expression.operand, scope)
    return negate(operand) if expression.operator == "-" else invert(operand)


def _binary(expression: nodes.Binary, scope: Scope) -> Value:
    left = evaluate(expression.left, scope)
    operator = expression.operator
    if operator in ("==", "!="):
        right = evaluate(expression.right, scope)
        scope.budget.look_into(left, right)
        return binary(operator, left, right)
    if operator in ("&&", "||") and left.is_known and left.type == BOOL and left.content is (operator == "||"):
        # From version 1.12 on Terraform does not look at the right side then; before, it had to be without error.
        try:
            right = evaluate(expression.right, scope)
            return binary(operator, left, right)
        except Problem:
            return left
    return binary(operator, left, evaluate(expression.right, scope))


def _conditional(expression: nodes.Conditional, scope: Scope) -> Value:
    condition = evaluate(expression.condition, scope)
    then, otherwise = _attempt(expression.then, scope), _attempt(expression.otherwise, scope)
    scope.budget.look_into(*(arm for arm in (then, otherwise) if isinstance(arm, Value)))
    return choose(condition, then, otherwise, scope.budget.folds)


def _attempt(expression: Expression, scope: Scope) -> Value | Problem:
    try:
        return evaluate(expression, scope)
    except Problem as problem:
        return problem


def _call(expression: nodes.Call, scope: Scope) -> Value:
    if scope.is_constant:
        raise Problem("Function calls not allowed. Functions may not be called here: the value must be a constant.")
    name = expression.name.removeprefix("core::")
    special = _SPECIAL.get(name)
    if special:
        return special(expression, scope)
    if "::" in name:
        return pending(ANY, f"{name}(), a function of a provider")
    function = find(name)
    if function is None:
        raise Problem(f'Call to unknown function. There is no function named "{name}".')
    arguments = _arguments(expression, scope)
    if isinstance(arguments, Pending):
        return Value(ANY, arguments)
    scope.budget.look_into(*arguments)
    result = function.call(arguments, scope.context)
    if isinstance(result.content, tuple | dict):
        scope.budget.spend(len(result.content))
    return result


def _arguments(expression: nodes.Call, scope: Scope) -> list[Value] | Pending:
    arguments = [evaluate(argument, scope) for argument in expression.arguments]
    if not expression.expanded:
        return arguments
    last = arguments.pop()
    if last.is_null:
        raise Problem("Invalid expanding argument value. The expanding argument (indicated by ...) must not be null.")
    if not isinstance(last.type, types.List | types.Set | types.Tuple | types.Any):
        raise Problem("Invalid expanding argument value. The expanding argument (indicated by ...) must be of a tuple, list, or set type.")
    if isinstance(last.content, Pending):
        return last.content
    return [*arguments, *(item.marked(last.sensitive) for _, item in last.items())]


def _try(expression: nodes.Call, scope: Scope) -> Value:
    """`try`: the first argument without an error; one that is not wholly known makes the result pending, for it may have one yet."""
    problems = []
    for argument in expression.arguments:
        value = _attempt(argument, scope)
        if not isinstance(value, Problem):
            return value if is_wholly_known(value) else pending(ANY, value)
        problems.append(str(value))
    if not problems:
        raise Problem('Error in function call. Call to function "try" failed: at least one argument is required.')
    raise Problem(f'Error in function call. Call to function "try" failed: no expression succeeded: {"; ".join(problems)}')


def _can(expression: nodes.Call, scope: Scope) -> Value:
    """`can`: whether the argument is without an error; not known while it is pending."""
    if len(expression.arguments) != 1:
        raise Problem('Error in function call. Call to function "can" failed: exactly one argument is required.')
    value = _attempt(expression.arguments[0], scope)
    if isinstance(value, Problem):
        return boolean(False)
    return boolean(True) if is_wholly_known(value) else pending(BOOL, value)


_SPECIAL: dict[str, Callable[[nodes.Call, Scope], Value]] = {"can": _can, "try": _try}


def _template(expression: nodes.Template, scope: Scope) -> Value:
    return _joined(_rendered(expression.parts, scope), scope)


def _rendered(parts: Iterable[Expression | nodes.TemplateIf | nodes.TemplateFor], scope: Scope) -> Iterator[Value]:
    for part in parts:
        if isinstance(part, nodes.TemplateIf):
            yield _template_if(part, scope)
        elif isinstance(part, nodes.TemplateFor):
            yield _template_for(part, scope)
        else:
            yield _as_text(evaluate(part, scope), part.span)


def _joined(parts: Iterable[Value], scope: Scope) -> Value:
    texts: list[str] = []
    waiting: list[Value] = []
    pieces: list[str | Opaque | None] = []
    sensitive = False
    for part in parts:
        sensitive = sensitive or part.sensitive
        pieces.append(known_of(part) if part.is_pending else part.content)
        if part.is_pending:
            waiting.append(part)
        else:
            texts.append(part.content)
            scope.budget.write(len(part.content))
    if waiting:
        text = _joined_inputs(pieces)
        return (pending(STRING, *waiting) if text is None else refined(STRING, text, *waiting)).marked(sensitive)
    return string("".join(texts)).marked(sensitive)


def _joined_inputs(pieces: list[str | Opaque | None]) -> Text | None:
    """What is known of a text of which some pieces are pending."""
    known = [piece for piece in pieces if isinstance(piece, str | Text)]
    return joined(known) if len(known) == len(pieces) else None


def _as_text(value: Value, span: Span) -> Value:
    if value.is_null:
        raise LocatedProblem(
            "Invalid template interpolation value. The expression result is null. Cannot include a null value in a string template.", span
        )
    try:
        return convert(value, STRING)
    except Problem as problem:
        raise LocatedProblem(
            f"Invalid template interpolation value. Cannot include the given value in a string template: {problem}.", span
        ) from None


def _template_if(part: nodes.TemplateIf, scope: Scope) -> Value:
    condition = evaluate(part.condition, scope)
    then, otherwise = (_attempt_template(arm, scope) for arm in (part.then, part.otherwise))
    try:
        return choose(condition, then, otherwise, scope.budget.folds)
    except LocatedProblem:
        raise
    except Problem as problem:
        raise LocatedProblem(str(problem), part.span) from None


def _attempt_template(parts: tuple[Any, ...], scope: Scope) -> Value | Problem:
    try:
        return _joined(_rendered(parts, scope), scope)
    except Problem as problem:
        return problem


def _template_for(part: nodes.TemplateFor, scope: Scope) -> Value:
    source = evaluate(part.collection, scope)
    try:
        _refuse_iteration(source)
    except Problem as problem:
        raise LocatedProblem(str(problem), part.span) from None
    if source.is_pending or isinstance(source.type, types.Resource):
        return pending(STRING, source)
    rendered: list[Value] = []
    for key, item in source.items():
        scope.budget.spend()
        rendered += _rendered(part.body, LocalScope(scope, _bindings(part.key, part.value, key, item)))
    return _joined(rendered, scope).marked(source.sensitive)


_EVALUATE: dict[type, Callable[[Any, Scope], Value]] = {
    nodes.Literal: _literal,
    nodes.Template: _template,
    nodes.Tuple: _tuple,
    nodes.Object: _object,
    nodes.For: _for,
    nodes.Name: _name,
    nodes.Attribute: _attribute,
    nodes.Index: _index,
    nodes.Splat: _splat,
    nodes.SplatItem: _splat_item,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Conditional: _conditional,
    nodes.Call: _call,
}
