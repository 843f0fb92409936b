"""What the language has only since some version of Terraform or OpenTofu, and where a module uses it.

Sources: https://github.com/hashicorp/terraform/blob/main/CHANGELOG.md and https://github.com/opentofu/opentofu/blob/main/CHANGELOG.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from dyncheck.files import OPENTOFU, TERRAFORM
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body, Span, children


class Feature(Struct, frozen=True):
    """Something of the language, and the first versions that have it; empty where no version of a program has it."""

    name: str
    terraform: str
    opentofu: str

    @property
    def since(self) -> Mapping[str, str]:
        """The first version of each program that has it."""
        return {name: version for name, version in ((TERRAFORM, self.terraform), (OPENTOFU, self.opentofu)) if version}


# The first versions of Terraform and OpenTofu, which began with all of Terraform 1.5.
_Since = tuple[str, str]
_FIRST = "1.6"

_BLOCKS: Mapping[str, _Since] = {
    "action": ("1.14", ""),
    "check": ("1.5", _FIRST),
    "ephemeral": ("1.10", "1.11"),
    "import": ("1.5", _FIRST),
    "language": ("", "1.12"),
    "moved": ("1.1", _FIRST),
    "removed": ("1.7", "1.7"),
}

# By the type of the block around them.
_INNER_BLOCKS: Mapping[tuple[str, str], _Since] = {
    ("lifecycle", "action_trigger"): ("1.14", ""),
    ("lifecycle", "postcondition"): ("1.2", _FIRST),
    ("lifecycle", "precondition"): ("1.2", _FIRST),
    ("module", "lifecycle"): ("", "1.11"),
    ("output", "precondition"): ("1.2", _FIRST),
    ("removed", "provisioner"): ("1.9", "1.10"),
    ("terraform", "cloud"): ("1.1", _FIRST),
    ("terraform", "encryption"): ("", "1.7"),
    ("terraform", "state_store"): ("1.17", ""),
}
_ARGUMENTS: Mapping[tuple[str, str], _Since] = {
    ("import", "for_each"): ("1.7", "1.7"),
    ("import", "identity"): ("1.12", "1.12"),
    ("lifecycle", "destroy"): ("1.16", "1.12"),
    ("lifecycle", "enabled"): ("", "1.11"),
    ("lifecycle", "replace_triggered_by"): ("1.2", _FIRST),
    ("module", "ignore_nested_deprecations"): ("1.15", ""),
    ("output", "deprecated"): ("1.15", "1.10"),
    ("output", "ephemeral"): ("1.10", "1.11"),
    ("output", "type"): ("1.15", ""),
    ("provider", "for_each"): ("", "1.9"),
    ("variable", "const"): ("1.15", "1.12"),
    ("variable", "deprecated"): ("1.15", "1.10"),
    ("variable", "ephemeral"): ("1.10", "1.11"),
    ("variable", "nullable"): ("1.1", _FIRST),
}

# Arguments that were constants before.
_EXPRESSIONS: Mapping[tuple[str, str], _Since] = {
    ("lifecycle", "prevent_destroy"): ("", "1.12"),
    ("module", "source"): ("1.15", "1.8"),
    ("module", "version"): ("1.15", "1.8"),
}
_FUNCTIONS: Mapping[str, _Since] = {
    "assumeequal": ("", "1.13"),
    "assumenotnull": ("", "1.13"),
    "assumestringprefix": ("", "1.13"),
    "base64gunzip": ("", "1.7"),
    "cidrcontains": ("", "1.7"),
    "convert": ("1.15", "1.13"),
    "endswith": ("1.3", _FIRST),
    "ephemeralasnull": ("1.10", "1.11"),
    "issensitive": ("1.8", "1.7"),
    "plantimestamp": ("1.5", _FIRST),
    "startswith": ("1.3", _FIRST),
    "strcontains": ("1.5", _FIRST),
    "templatestring": ("1.9", "1.7"),
    "timecmp": ("1.3", _FIRST),
    "urldecode": ("", "1.7"),
}
_NAMESPACES: _Since = ("1.8", "1.7")

_REPEATABLE = ("resource", "data", "ephemeral", "module")


def features(module: Module, *, is_root: bool) -> Iterator[tuple[Feature, Span]]:
    """The features of later versions that a module uses, with the places."""
    for file in module.files:
        for block in file.body.blocks:
            if block.type in _BLOCKS:
                yield Feature(f'The block "{block.type}"', *_BLOCKS[block.type]), block.header
            if block.type == "import" and not is_root:
                yield Feature("An import block in a called module", "1.16", ""), block.header
            yield from _in_body(block.type, block.body)
            yield from _of_providers(block)
            yield from _in_expressions(block.body)
            if block.type == "variable":
                yield from _in_validations(block)


def _in_body(kind: str, body: Body) -> Iterator[tuple[Feature, Span]]:
    for name, argument in body.arguments.items():
        if (kind, name) in _ARGUMENTS:
            yield Feature(f'The argument "{name}" in "{kind}"', *_ARGUMENTS[kind, name]), argument.span
        if (kind, name) in _EXPRESSIONS and not _is_constant(argument.expression):
            yield Feature(f'An expression as "{name}" in "{kind}"', *_EXPRESSIONS[kind, name]), argument.span
    for block in body.blocks:
        if (kind, block.type) in _INNER_BLOCKS:
            yield Feature(f'The block "{block.type}" in "{kind}"', *_INNER_BLOCKS[kind, block.type]), block.header
        if block.type == "lifecycle" and kind != "removed":
            yield from _in_body("lifecycle", block.body)


def _is_constant(expression: Any) -> bool:
    """Whether an expression refers to nothing."""
    return not isinstance(expression, nodes.Name) and all(map(_is_constant, children(expression)))


def _of_providers(block: BlockNode) -> Iterator[tuple[Feature, Span]]:
    """The keys of instances of provider configurations, which a block uses."""
    if block.type not in _REPEATABLE:
        return
    argument: Argument | None = block.body.arguments.get("providers" if block.type == "module" else "provider")
    if argument:
        named = argument.expression
        values = [value for _, value in named.items] if isinstance(named, nodes.ObjectExpression) else [named]
        if any(isinstance(value, nodes.IndexExpression) for value in values):
            yield Feature("The key of a provider configuration", "", "1.9"), argument.span


def _in_validations(block: BlockNode) -> Iterator[tuple[Feature, Span]]:
    waiting: list[Any] = [argument.expression for inner in block.body.of_type("validation") for argument in inner.body.arguments.values()]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Attribute) and isinstance(node.of, nodes.Name):
            if node.of.name in ("local", "data", "module") or (node.of.name == "var" and node.name not in block.labels):
                yield Feature("A validation that refers to something else", "1.9", "1.9"), node.span
        else:
            waiting += children(node)


def _in_expressions(body: Body) -> Iterator[tuple[Feature, Span]]:
    """The functions in a body and the blocks in it."""
    waiting: list[Any] = [body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Body):
            waiting += [argument.expression for argument in node.arguments.values()]
        elif isinstance(node, nodes.Call):
            name = node.name.removeprefix("core::")
            if name in _FUNCTIONS:
                yield Feature(f'The function "{name}"', *_FUNCTIONS[name]), node.span
            if "::" in node.name:
                yield Feature("A namespace of functions", *_NAMESPACES), node.span
        waiting += children(node)
