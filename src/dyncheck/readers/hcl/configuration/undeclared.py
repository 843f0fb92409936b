"""References that Terraform refuses before it evaluates anything: `try` and `can` do not catch them, and no condition skips them.

Source: https://github.com/hashicorp/terraform/blob/main/internal/terraform/evaluate_valid.go
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.evaluation import LocatedError
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import BlockNode, Body, Span, children

# What the first word of a reference leads to; the words for a message.
_DECLARED: Mapping[str, tuple[str, ...]] = {"var": ("variable",), "module": ("module",)}
_BY_TYPE: Mapping[str, str] = {"data": "data", "ephemeral": "ephemeral", "resource": "resource"}
_ALWAYS = frozenset({"path", "terraform", "tofu"})
_PLACES = {"each": "a block with for_each", "count": "a block with count", "self": "a postcondition"}

# Arguments that name things in a way of their own, and blocks that exist only later.
_NAMING = frozenset({"depends_on", "provider", "providers"})
_OF_LIFECYCLE = ("enabled", "prevent_destroy")
_LATER = frozenset({"connection", "provisioner"})
_CONDITIONS = ("precondition", "postcondition")

_LINKS = frozenset({nodes.Name, nodes.Attribute, nodes.IndexExpression})


def undeclared(kind: str, *labels: str) -> str:
    """The message about a reference to something that is not declared."""
    what = " ".join(f'"{label}"' for label in labels)
    return f"Reference to undeclared {kind} {what}. Declare it, or correct the reference."


def out_of_place(name: str) -> str:
    """The message about `each`, `count` and `self` where they do not exist."""
    return f'Invalid reference to "{name}". It exists only in {_PLACES[name]}.'


def unfinished(name: str) -> str:
    """The message about a first word alone."""
    return f'Invalid reference. "{name}" must be followed by a name.'


def wrong_references(module: Module) -> Iterator[LocatedError]:
    """The references of a module that are wrong whatever the values are."""
    for argument in module.locals.values():
        yield from _References(module, frozenset(), argument.span).of(argument.expression, frozenset())
    for kind in ("resource", "data", "ephemeral", "module"):
        for block in module.of_type(kind):
            yield from _of_block(module, block)
    for block in module.providers.values():
        yield from _of_block(module, block)
    for block in module.of_type("output"):
        found = _References(module, frozenset(), block.span)
        if value := block.body.arguments.get("value"):
            yield from found.of(value.expression, frozenset())


def _of_block(module: Module, block: BlockNode) -> Iterator[LocatedError]:
    arguments = block.body.arguments
    names = {name for name, argument in (("each", "for_each"), ("count", "count")) if argument in arguments}
    found = _References(module, frozenset(names), block.span)
    yield from found.of_body(block.body, frozenset())
    for lifecycle in block.body.of_type("lifecycle"):
        for name in _OF_LIFECYCLE:
            if name in lifecycle.body.arguments:
                yield from found.of(lifecycle.body.arguments[name].expression, frozenset())
        for condition in lifecycle.body.blocks:
            if condition.type in _CONDITIONS:
                yield from found.of_body(condition.body, frozenset({"self"}))


class _References:
    """Checks the references of one block. `names` are those of `each` and `count` that it has."""

    def __init__(self, module: Module, names: frozenset[str], span: Span) -> None:
        self._module = module
        self._names = names
        # In JSON the blocks of an unknown resource type look like arguments, so the names that they bind are not known.
        self._is_loose = span.file.endswith(".json")

    def of_body(self, body: Body, bound: frozenset[str]) -> Iterator[LocatedError]:
        """Those of a body and of the blocks in it."""
        for argument in body.arguments.values():
            if argument.name not in _NAMING:
                yield from self.of(argument.expression, bound)
        for block in body.blocks:
            if block.type == "dynamic":
                yield from self._of_dynamic(block, bound)
            elif block.type not in _LATER and block.type != "lifecycle":
                yield from self.of_body(block.body, bound)

    def _of_dynamic(self, block: BlockNode, bound: frozenset[str]) -> Iterator[LocatedError]:
        arguments = block.body.arguments
        label, iterator = "".join(block.labels), arguments.get("iterator")
        inside = bound | ({getattr(iterator.expression, "name", None) or label} if iterator else {label})
        if "for_each" in arguments:
            yield from self.of(arguments["for_each"].expression, bound)
        if "labels" in arguments:
            yield from self.of(arguments["labels"].expression, inside)
        for content in block.body.of_type("content"):
            yield from self.of_body(content.body, inside)

    def of(self, part: Any, bound: frozenset[str]) -> Iterator[LocatedError]:
        """Those of an expression, or of a part of a template."""
        kind = type(part)
        if kind is nodes.Literal:
            return
        if kind in _LINKS:
            yield from self._of_link(part, bound)
            return
        inside = bound
        if kind is nodes.For:
            inside = bound | {part.key_name, part.value_name}
        elif kind is nodes.TemplateFor:
            inside = bound | {part.key, part.value}
        collection = getattr(part, "collection", None)
        # The second argument of `convert` is a type.
        for inner in part.arguments[:1] if kind is nodes.Call and part.name == "convert" else children(part):
            # The collection is evaluated before its items have names.
            yield from self.of(inner, bound if inner is collection else inside)

    def _of_link(self, link: Any, bound: frozenset[str]) -> Iterator[LocatedError]:
        # The constant steps after the first word: names of attributes, and literal keys as one-tuples.
        steps: list[Any] = []
        part = link
        while type(part) in _LINKS and not isinstance(part, nodes.Name):
            if isinstance(part, nodes.Attribute):
                steps.append(part.name)
            elif isinstance(part.key, nodes.Literal):
                steps.append((part.key.value,))
            else:
                yield from self.of(part.key, bound)
                steps.clear()
            part = part.of
        if not isinstance(part, nodes.Name):
            yield from self.of(part, bound)
        elif part.name not in bound:
            problem = self._problem(part.name, steps[::-1])
            if problem:
                yield LocatedError(problem, part.span)

    def _problem(self, name: str, steps: list[Any]) -> str:
        if name in _ALWAYS:
            return ""
        if name in _PLACES:
            return "" if name in self._names or (name == "self" and self._is_loose) else out_of_place(name)
        if name in _BY_TYPE or name not in ("var", "local", "module"):
            return self._of_resource(name, steps)
        first = steps[0] if steps and isinstance(steps[0], str) else None
        if first is None:
            return unfinished(name)
        if name == "local":
            return "" if first in self._module.locals else undeclared("local value", first)
        kind = _DECLARED[name][0]
        return "" if self._module.block(kind, first) else undeclared(kind, first)

    def _of_resource(self, name: str, steps: list[Any]) -> str:
        mode = _BY_TYPE.get(name, "resource")
        if name in _BY_TYPE:
            if not steps or not isinstance(steps[0], str):
                return unfinished(name)
            name, steps = steps[0], steps[1:]
        elif self._is_loose:
            return ""
        if not steps or not isinstance(steps[0], str):
            return unfinished(name)
        block = self._module.block(mode, name, steps[0])
        if block is None:
            return undeclared(mode, name, steps[0])
        return _wrong_key(block, steps[1:])


def _wrong_key(block: BlockNode, steps: list[Any]) -> str:
    """A key where there is one instance, or an attribute where there are several."""
    is_repeated = not block.body.arguments.keys().isdisjoint(("count", "for_each"))
    if not steps or isinstance(steps[0], tuple) == is_repeated:
        return ""
    what = f"{block.labels[0]}.{block.labels[1]}"
    if is_repeated:
        return f"Missing resource instance key. {what} has count or for_each, so write the key of an instance after it."
    return f"Unexpected resource instance key. {what} has neither count nor for_each. Remove the key."
