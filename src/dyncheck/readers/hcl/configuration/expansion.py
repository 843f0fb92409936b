"""`count` and `for_each`: how many instances a block has, and what `count`, `each` stand for in each of them.

Source: https://developer.hashicorp.com/terraform/language/meta-arguments/for_each
"""

from __future__ import annotations

from msgspec import Struct

from dyncheck.readers.hcl.evaluation import LocalScope, LocatedProblem, Scope, evaluate
from dyncheck.readers.hcl.language import types
from dyncheck.readers.hcl.language.conversion import convert
from dyncheck.readers.hcl.language.nodes import Argument, Body
from dyncheck.readers.hcl.language.numbers import Word
from dyncheck.readers.hcl.language.types import NUMBER, STRING
from dyncheck.readers.hcl.language.values import Problem, Value, causes_of, is_sensitive, number, object_of, pending, string

# Terraform has no limit, but nobody has more instances of one block than this.
_MOST = 20_000


class Instance(Struct, frozen=True):
    """One instance of a block: its key in the address (`[0]`, `["a"]`, empty for a single one), and what names mean in it."""

    key: str
    scope: Scope


class Expansion(Struct, frozen=True):
    """The instances of a block. `kind` is `single`, `count` or `for_each`.

    When how many there are is not known yet, `waits_for` says why and `instances` holds one that stands for all.
    """

    kind: str
    names: tuple[str, ...]
    instances: tuple[Instance, ...]
    waits_for: tuple[str, ...] | None = None


def expand(body: Body, scope: Scope) -> Expansion:
    """The instances of a block with that body. Raises `LocatedProblem` when its count or for_each is not one."""
    count, for_each = body.arguments.get("count"), body.arguments.get("for_each")
    if count and for_each:
        raise LocatedProblem('Invalid combination of "count" and "for_each". They are mutually exclusive.', for_each.span)
    if count:
        return _counted(count, scope)
    if for_each:
        return _for_each(for_each, scope)
    return Expansion("single", (), (Instance("", scope),))


def _counted(argument: Argument, scope: Scope) -> Expansion:
    value = evaluate(argument.expression, scope)
    try:
        wanted = convert(value, NUMBER)
    except Problem as problem:
        raise LocatedProblem(f"Invalid count argument: {problem}.", argument.expression.span) from None
    if wanted.is_pending:
        placeholder = Instance("", LocalScope(scope, {"count": object_of({"index": pending(NUMBER, wanted)})}))
        return Expansion("count", (), (placeholder,), tuple(causes_of(wanted)))
    refusal = _refused_count(wanted)
    if refusal:
        raise LocatedProblem(f"Invalid count argument. {refusal}", argument.expression.span)
    scope.budget.spend(wanted.content)
    instances = tuple(
        Instance(f"[{position}]", LocalScope(scope, {"count": object_of({"index": number(Word(position))})}))
        for position in range(wanted.content)
    )
    return Expansion("count", tuple(str(position) for position in range(wanted.content)), instances)


def _refused_count(wanted: Value) -> str:
    if wanted.sensitive:
        return "Sensitive values, or values derived from sensitive values, cannot be used as count arguments."
    if wanted.is_null:
        return 'The given "count" argument value is null. An integer is required.'
    if not isinstance(wanted.content, int):
        return 'The given "count" argument value is unsuitable: it must be a whole number.'
    if wanted.content < 0:
        return 'The given "count" argument value is unsuitable: must be greater than or equal to zero.'
    return f"More than {_MOST} instances are more than dyncheck looks at." if wanted.content > _MOST else ""


def _for_each(argument: Argument, scope: Scope) -> Expansion:
    value = evaluate(argument.expression, scope)
    waiting = _unsure(value)
    if waiting is not None:
        each = object_of({"key": pending(STRING, waiting), "value": pending(types.ANY, waiting)})
        return Expansion("for_each", (), (Instance("", LocalScope(scope, {"each": each})),), tuple(causes_of(waiting)))
    refusal = _refused_for_each(value)
    if refusal:
        raise LocatedProblem(f"Invalid for_each argument. {refusal}", argument.expression.span)
    pairs = [(key.content, item) for key, item in value.items()]
    scope.budget.spend(len(pairs))
    instances = tuple(
        Instance(f"[{quoted_key(name)}]", LocalScope(scope, {"each": object_of({"key": string(name), "value": item})}))
        for name, item in pairs
    )
    return Expansion("for_each", tuple(name for name, _ in pairs), instances)


def _unsure(value: Value) -> Value | None:
    """What keeps the keys from being known, None when they are."""
    if value.is_pending or (isinstance(value.type, types.Resource) and value.is_known):
        return value
    if isinstance(value.type, types.Set) and value.is_known:
        return next((item for item in value.content if item.is_pending), None)
    return None


def _refused_for_each(value: Value) -> str:
    if value.sensitive or (isinstance(value.type, types.Set) and is_sensitive(value)):
        return "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments."
    if value.is_null:
        return 'The given "for_each" argument value is null. A map, or set of strings is allowed.'
    if not isinstance(value.type, types.Map | types.Object | types.Set):
        return (
            'The given "for_each" argument value is unsuitable: the "for_each" argument must be a map, or set of strings, '
            f"and you have provided a value of type {types.friendly(value.type)}."
        )
    if isinstance(value.type, types.Set) and any(item.type != STRING or item.is_null for item in value.content):
        return (
            'The given "for_each" argument value is unsuitable: "for_each" supports maps and sets of strings, '
            f"but you have provided a {types.friendly(value.type)}."
        )
    return ""


def quoted_key(name: str) -> str:
    """A key as addresses show it.

    >>> print(quoted_key('a"${b}'))
    "a\\"$${b}"

    Source: `toHCLQuotedString` in https://github.com/hashicorp/terraform/blob/main/internal/addrs/instance_key.go
    """
    escaped = name if name.isprintable() and '"' not in name and "\\" not in name else "".join(map(_escaped, name))
    return f'"{escaped}"'.replace("${", "$${").replace("%{", "%%{")


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"
