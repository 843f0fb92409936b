"""The page of the API for rules, docs/rule-api.md: every name that a rule may use, with the first sentence of its docstring."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cached_property
from types import UnionType
from typing import Any, get_args

from dyncheck import dynamodb, rule
from dyncheck.catalog.own_rules import SUBJECTS
from dyncheck.rule import API_VERSION

_HEAD = f"""\
# The API for rules

<!-- Generated from the docstrings in src/dyncheck by `make generate`; edit those. -->

A rule of [your own](own-rules.md) imports from `dyncheck.rule` and `dyncheck.dynamodb` only. This is version {API_VERSION} of that API,
`dyncheck.rule.API_VERSION`. The version grows when names are added. As long as the first number of
dyncheck's version stays the same, no name on this page is removed or changes its meaning. Other names may change.
"""
# A rule of one's own has no modules or conditions as its subject.
_NOT_OFFERED = frozenset({"Condition", "InputContract", "Module", "ModuleInput", "ModuleOutput", "OutputContract", "UnguardedInput"})
# Their methods are for dyncheck itself.
_WITHOUT_MEMBERS = frozenset({"Problem", "Rule"})


def page() -> str:
    """The text of the page."""
    parts = [_HEAD, "## dyncheck.rule", *_listed(rule, _of_rule()), "## dyncheck.dynamodb", *_listed(dynamodb, subjects())]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def names() -> list[str]:
    """Every name on the page with its module, such as `dyncheck.dynamodb.Table.encrypted`."""
    found = []
    for module, exported in ((rule, _of_rule()), (dynamodb, subjects())):
        for name in exported:
            found.append(f"{module.__name__}.{name}")
            found += [f"{module.__name__}.{name}.{member}" for member, _, _ in _members(name, getattr(module, name))]
    return found


def _of_rule() -> list[str]:
    return [name for name in rule.__all__ if name not in _NOT_OFFERED]


def subjects() -> list[str]:
    """The classes of `dyncheck.dynamodb` that a rule gets, and their parts."""
    types = {kind for each in SUBJECTS for subject in each for kind in _types(subject)}
    exported = {name for name in dynamodb.__all__ if any(getattr(dynamodb, name) is kind for kind in types)}
    return sorted(exported | {"Copy", "CopyChange", "Index"})


def _types(subject: Any) -> tuple[Any, ...]:
    return get_args(subject) if isinstance(subject, UnionType) else (subject,)


def _listed(module: Any, exported: list[str]) -> Iterator[str]:
    for name in exported:
        value = getattr(module, name)
        members = "\n".join(f"- `{_declared(member, found)}`: {text}" for member, found, text in _members(name, value))
        yield f"### {name}"
        yield from [f"`{_declared(name, value)}`"] if inspect.isfunction(value) else []
        yield _described(name, value)
        yield from [members] if members else []


def _described(name: str, value: Any) -> str:
    if isinstance(value, UnionType):
        return f"Either of {' and '.join(each.__name__ for each in get_args(value))}."
    if isinstance(value, rule.Severity):
        return f"The severity `{value.value}`."
    return _sentence(value) if inspect.isclass(value) or inspect.isfunction(value) else _OTHERS[name]


_OTHERS = {"API_VERSION": "The version of this API, a number.", "Problems": "What a rule's check returns: an iterator of `Problem`."}


def _members(name: str, value: Any) -> Iterator[tuple[str, Any, str]]:
    """The public properties and methods of a class: the name, the object, and the first sentence of each."""
    if not inspect.isclass(value) or name in _WITHOUT_MEMBERS or value.__module__ in ("builtins", "enum"):
        return
    for attribute in inspect.classify_class_attrs(value):
        found = attribute.object
        is_shown = isinstance(found, (property, cached_property)) or inspect.isfunction(found)
        if is_shown and not attribute.name.startswith("_") and (text := _sentence(found)):
            yield attribute.name, found, text


def _declared(name: str, value: Any) -> str:
    """A function or method with its arguments and types, or a property with its type."""
    if isinstance(value, property):
        return _typed(name, value.fget)
    if isinstance(value, cached_property):
        return _typed(name, value.func)
    signature = inspect.signature(value)
    shown: list[str] = []
    for each in signature.parameters.values():
        if each.kind is each.KEYWORD_ONLY and "*" not in shown and not any(text.startswith("*") for text in shown):
            shown.append("*")
        if each.name != "self":
            shown.append(_argument(each))
    return f"{name}({', '.join(shown)}) -> {signature.return_annotation}"


def _argument(argument: inspect.Parameter) -> str:
    star = "*" if argument.kind is argument.VAR_POSITIONAL else ""
    if argument.default is argument.empty:
        return f"{star}{argument.name}: {argument.annotation}"
    default = "..." if inspect.isfunction(argument.default) else repr(argument.default)
    return f"{star}{argument.name}: {argument.annotation} = {default}"


def _typed(name: str, function: Any) -> str:
    return f"{name}: {function.__annotations__['return']}"


def _sentence(value: Any) -> str:
    """The first sentence of a docstring, or of that of the function of a property."""
    return (inspect.getdoc(value) or "").partition("\n")[0]
