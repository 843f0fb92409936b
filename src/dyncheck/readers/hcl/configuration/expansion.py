"""`count`, `for_each` and `enabled`: the instances of a block, and the values of `count` and `each` in them.

Source: https://developer.hashicorp.com/terraform/language/meta-arguments/for_each
"""

from __future__ import annotations

from msgspec import Struct

from dyncheck.readers.hcl.evaluation import LimitError, LocalScope, LocatedError, Scope, evaluate
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Argument, Body, Conditional, Expression
from dyncheck.readers.hcl.language.numbers import Word, to_text
from dyncheck.readers.hcl.language.types import BOOL, NUMBER, STRING
from dyncheck.readers.hcl.language.values import EvaluationError, Value, causes_of, is_sensitive, number, object_of, pending, string

# Terraform has no limit. Real configurations have far fewer instances of one block.
_MOST = 20_000


_ESCAPES = str.maketrans({"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"})


class Instance(Struct, frozen=True):
    """One instance of a block: its key in the address (`[0]`, `["a"]`, empty for a single one), and its scope."""

    key: str
    scope: Scope


class Expansion(Struct, frozen=True):
    """The instances of a block. `kind` is `single`, `count` or `for_each`; `enabled` may keep a single one from existing.

    While their number is unknown, `waits_for` says why and `instances` has one that stands for all. `may_repeat` says that there may be
    more than one.
    """

    kind: str
    names: tuple[str, ...]
    instances: tuple[Instance, ...]
    waits_for: tuple[str, ...] | None = None
    may_repeat: bool = False


def expand(body: Body, scope: Scope) -> Expansion:
    """The instances of a block with that body. Raises `LocatedError` when its count, for_each or enabled is invalid."""
    count, for_each = body.arguments.get("count"), body.arguments.get("for_each")
    if count and for_each:
        raise LocatedError('A block cannot have both "count" and "for_each". Remove one of them.', for_each.span)
    enabled = next((block.body.arguments["enabled"] for block in body.of_type("lifecycle") if "enabled" in block.body.arguments), None)
    if enabled and (count or for_each):
        raise LocatedError('Invalid combination of "enabled" with "count" or "for_each". Remove one of them.', enabled.span)
    if enabled:
        return _switched(enabled, scope)
    if count:
        return _counted(count, scope)
    if for_each:
        return _for_each(for_each, scope)
    return Expansion("single", (), (Instance("", scope),))


def _switched(argument: Argument, scope: Scope) -> Expansion:
    """One instance or none, as `enabled` says. Only OpenTofu has it, from 1.11 on.

    Source: https://opentofu.org/docs/language/meta-arguments/enabled/
    """
    value = evaluate(argument.expression, scope)
    try:
        wanted = convert(value, BOOL)
    except EvaluationError as problem:
        raise LocatedError(f"Invalid enabled argument: {problem}.", argument.expression.span) from None
    if wanted.is_pending:
        return Expansion("single", (), (Instance("", scope),), tuple(causes_of(wanted)))
    if wanted.sensitive or wanted.is_null:
        what = "null" if wanted.is_null else "a sensitive value"
        raise LocatedError(f"Invalid enabled argument: found {what}, expected true or false.", argument.expression.span)
    return Expansion("single", (), (Instance("", scope),) if wanted.content else ())


def _counted(argument: Argument, scope: Scope) -> Expansion:
    value = evaluate(argument.expression, scope)
    try:
        wanted = convert(value, NUMBER)
    except EvaluationError as problem:
        raise LocatedError(f"Invalid count argument: {problem}.", argument.expression.span) from None
    if wanted.is_pending:
        return _unknown("count", argument, scope, {"index": pending(NUMBER, wanted)}, wanted)
    if refusal := _refused_count(wanted):
        raise LocatedError(f"Invalid count argument: {refusal}.", argument.expression.span)
    if wanted.content > _MOST:
        raise LimitError(f"Invalid count argument: dyncheck allows at most {_MOST} instances.", argument.expression.span)
    scope.budget.spend(wanted.content)
    numbers = range(wanted.content)
    instances = (_instance(f"[{position}]", scope, "count", {"index": number(Word(position))}) for position in numbers)
    return Expansion("count", tuple(map(str, numbers)), tuple(instances))


def _refused_count(wanted: Value) -> str:
    if wanted.sensitive:
        return "the value is sensitive, so it cannot be the number of instances"
    if wanted.is_null or not isinstance(wanted.content, int) or wanted.content < 0:
        return f"found {'null' if wanted.is_null else to_text(wanted.content)}, expected a whole number of at least 0"
    return ""


def _for_each(argument: Argument, scope: Scope) -> Expansion:
    value = evaluate(argument.expression, scope)
    waiting = _deferred_keys(value)
    if waiting is not None:
        return _unknown("for_each", argument, scope, {"key": pending(STRING, waiting), "value": pending(types.ANY, waiting)}, waiting)
    if refusal := _refused_for_each(value):
        raise LocatedError(f"Invalid for_each argument: {refusal}.", argument.expression.span)
    pairs = [(key.content, item) for key, item in value.items()]
    scope.budget.spend(len(pairs))
    instances = (_instance(f"[{quoted_key(name)}]", scope, "each", {"key": string(name), "value": item}) for name, item in pairs)
    return Expansion("for_each", tuple(name for name, _ in pairs), tuple(instances))


def _instance(key: str, scope: Scope, name: str, attributes: dict[str, Value]) -> Instance:
    return Instance(key, LocalScope(scope, {name: object_of(attributes)}))


def _unknown(kind: str, argument: Argument, scope: Scope, attributes: dict[str, Value], waiting: Value) -> Expansion:
    instance = _instance("", scope, kind.removeprefix("for_"), attributes)
    return Expansion(kind, (), (instance,), tuple(causes_of(waiting)), may_repeat=not _is_one_at_most(argument.expression, scope))


def _is_one_at_most(expression: Expression, scope: Scope) -> bool:
    """Whether a count or for_each makes one instance at most in every branch of its conditions, such as `var.on ? 1 : 0`."""
    value = evaluate(expression, scope)
    if value.is_pending:
        branches = (expression.then, expression.otherwise) if isinstance(expression, Conditional) else ()
        return bool(branches) and all(_is_one_at_most(branch, scope) for branch in branches)
    if value.is_known and isinstance(value.type, types.Map | types.Object | types.Set | types.Tuple):
        return len(value.content) <= 1
    return value.type == NUMBER and value.is_known and value.content <= 1


def _deferred_keys(value: Value) -> Value | None:
    """The value that makes the keys unknown, None when they are known."""
    if value.is_pending or (isinstance(value.type, types.Resource) and value.is_known):
        return value
    if isinstance(value.type, types.Set) and value.is_known:
        return next((item for item in value.content if item.is_pending), None)
    return None


def _refused_for_each(value: Value) -> str:
    is_set = isinstance(value.type, types.Set)
    if value.sensitive or (is_set and is_sensitive(value)):
        return "the value is sensitive, so its keys cannot be in addresses"
    if value.is_null or not isinstance(value.type, types.Map | types.Object | types.Set):
        return f"found {'null' if value.is_null else types.friendly(value.type)}, expected a map or a set of strings"
    if is_set and any(item.type != STRING or item.is_null for item in value.content):
        return f"found {types.friendly(value.type)}, expected a map or a set of strings without null"
    return ""


def quoted_key(name: str) -> str:
    """A key as addresses show it.

    >>> print(quoted_key('a"${b}'))
    "a\\"$${b}"

    Source: `toHCLQuotedString` in https://github.com/hashicorp/terraform/blob/main/internal/addrs/instance_key.go
    """
    escaped = name.translate(_ESCAPES)
    if not escaped.isprintable():
        escaped = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in escaped)
    return f'"{escaped}"'.replace("${", "$${").replace("%{", "%%{")
