"""Arguments and blocks that Terraform refuses where they are, such as misspelt ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dyncheck.dynamodb.types import INDEX
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.configuration.schema import Names, names_of
from dyncheck.readers.hcl.evaluation import LocatedError
from dyncheck.readers.hcl.language.nodes import BlockNode, Body, TupleExpression
from dyncheck.suggestions import did_you_mean


def _own(arguments: str, blocks: str = "") -> Names:
    return Names(frozenset(arguments.split()), frozenset(blocks.split()))


_CONDITION = _own("condition error_message")

# The content of the blocks of the language itself.
_OWN: Mapping[str, Names] = {
    "assert": _CONDITION,
    "check": _own("", "data assert"),
    "dynamic": _own("for_each iterator", "content"),
    "import": _own("to id identity provider for_each"),
    "lifecycle": _own(
        "create_before_destroy prevent_destroy ignore_changes replace_triggered_by destroy enabled",
        "precondition postcondition action_trigger",
    ),
    "moved": _own("from to"),
    "output": _own("value description type sensitive ephemeral deprecated depends_on", "precondition"),
    "postcondition": _CONDITION,
    "precondition": _CONDITION,
    "removed": _own("from", "lifecycle provisioner connection"),
    "terraform": _own("required_version experiments language", "required_providers backend cloud provider_meta encryption state_store"),
    "validation": _CONDITION,
    "variable": _own("type default description sensitive nullable ephemeral const deprecated", "validation"),
}
_WITH_LIFECYCLE = frozenset({"resource", "data", "ephemeral", "module"})

# What every resource may have.
_META = _own("count depends_on for_each provider", "connection lifecycle provisioner")


def wrong_in_language(module: Module) -> Iterator[LocatedError]:
    """What is wrong in the blocks of the language itself."""
    for file in module.files:
        for block in file.body.blocks:
            if block.type in _OWN:
                yield from _of_own(block)
            elif block.type in _WITH_LIFECYCLE:
                for lifecycle in block.body.of_type("lifecycle"):
                    yield from _of_own(lifecycle)


def _of_own(block: BlockNode) -> Iterator[LocatedError]:
    yield from _unsupported(block.body, _OWN[block.type], f'"{block.type}"')
    experiments = block.body.arguments.get("experiments") if block.type == "terraform" else None
    if experiments and experiments.expression != TupleExpression(experiments.expression.span, ()):
        yield LocatedError("Module uses experimental features, which no release of Terraform allows. Remove them.", experiments.span)
    for inner in block.body.blocks:
        if inner.type in _OWN and inner.type in _OWN[block.type].blocks:
            yield from _of_own(inner)


def wrong_in_resource(block: BlockNode, majors: frozenset[int]) -> Iterator[LocatedError]:
    """What is wrong in a resource of the AWS provider, whose version has one of the major versions."""
    kind = block.labels[0]
    if kind == INDEX and majors == {5}:
        yield LocatedError(f'Invalid resource type "{kind}", which version 5 of the provider does not have.', block.header)
        return
    names = names_of(kind, "", majors)
    if names is not None:
        whole = Names(names.arguments | _META.arguments, names.blocks | _META.blocks, names.read_only)
        yield from _of_body(block.body, kind, "", whole, majors)


def _of_body(body: Body, kind: str, path: str, names: Names, majors: frozenset[int]) -> Iterator[LocatedError]:
    yield from _unsupported(body, names, f"{path.rpartition('.')[2]} of {kind}" if path else kind)
    for block in body.blocks:
        name = block.labels[0] if block.type == "dynamic" and block.labels else block.type
        below = f"{path}.{name}" if path else name
        inner = names_of(kind, below, majors)
        if block.type == "dynamic":
            # What is in its content counts only if there is an item.
            yield from _unsupported(block.body, _OWN["dynamic"], '"dynamic"')
        elif name in names.blocks and inner is not None:
            yield from _of_body(block.body, kind, below, inner, majors)


def wrong_in_content(body: Body, kind: str, path: str, majors: frozenset[int]) -> Iterator[LocatedError]:
    """What is wrong in the content of a dynamic block that makes the block at a path of a resource type."""
    names = names_of(kind, path, majors)
    if names is not None:
        yield from _of_body(body, kind, path, names, majors)


def _unsupported(body: Body, names: Names, where: str) -> Iterator[LocatedError]:
    # In JSON what is a block of an unknown type looks like an argument.
    is_json = body.span.file.endswith(".json")
    for name, argument in body.arguments.items():
        if name in names.read_only:
            yield LocatedError(f'Value for unconfigurable attribute. The provider sets "{name}" of {where}. Remove it.', argument.span)
        elif name in names.blocks:
            if not is_json:
                message = f'Unsupported argument "{name}" in {where}, which has a block of that name. Write {name} {{ ... }}.'
                yield LocatedError(message, argument.span)
        elif name not in names.arguments:
            suggestion = did_you_mean(name, names.arguments | names.blocks) or " Remove it."
            yield LocatedError(f'Unsupported argument "{name}" in {where}.{suggestion}', argument.span)
    for block in body.blocks:
        name = block.labels[0] if block.type == "dynamic" and block.labels else block.type
        if name in names.arguments:
            message = f'Unsupported block type "{name}" in {where}, which has an argument of that name. Write {name} = ...'
            yield LocatedError(message, block.header)
        elif name not in names.blocks:
            suggestion = did_you_mean(name, names.arguments | names.blocks) or " Remove it."
            yield LocatedError(f'Unsupported block type "{name}" in {where}.{suggestion}', block.header)
