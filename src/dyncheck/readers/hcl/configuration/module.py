"""A module: the blocks of its directory's files by their type and labels.

Source for override files: https://developer.hashicorp.com/terraform/language/files/override
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.files import File
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body, Span

# The number of labels of each block type.
_LABELS = {
    **dict.fromkeys(("import", "language", "locals", "moved", "removed", "terraform"), 0),
    **dict.fromkeys(("check", "module", "output", "provider", "variable"), 1),
    **dict.fromkeys(("action", "data", "ephemeral", "resource"), 2),
}

# Blocks that are unique by type and labels.
_UNIQUE = ("variable", "output", "module", "resource", "data", "ephemeral", "provider")


# Blocks that an override file may not have.
_NOT_OVERRIDDEN = ("import", "moved", "removed")

# Arguments that are not those of the resource.
_META = frozenset({"count", "depends_on", "for_each", "provider"})


class Module(Struct, frozen=True):
    """A module as it is written. `directory` is its real path; blocks are found by their type and labels, or by their type."""

    directory: str
    blocks: Mapping[tuple[str, ...], BlockNode]
    by_type: Mapping[str, tuple[BlockNode, ...]]
    locals: Mapping[str, Argument]
    providers: Mapping[str, BlockNode]
    requirements: Mapping[str, str]
    versions: Mapping[str, str]
    files: tuple[File, ...]

    def of_type(self, kind: str) -> tuple[BlockNode, ...]:
        """The blocks of a type that have names, in the order of the files."""
        return self.by_type.get(kind, ())

    def block(self, *key: str) -> BlockNode | None:
        """The block of a type and labels."""
        return self.blocks.get(key)


class ConfigurationFault(InputError):
    """A configuration that Terraform would refuse, with the place."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(f"{span.file}:{span.line}:{span.column}: {message}")


def module_of(directory: str, files: tuple[File, ...]) -> Module:
    """The module of the files of a directory. Raises `InputError`."""
    unique: dict[tuple[str, ...], BlockNode] = {}
    local_values: dict[str, Argument] = {}
    requirements: dict[str, str] = {}
    versions: dict[str, str] = {}
    for file in files:
        for block in _blocks(file):
            if block.type in _UNIQUE:
                _add_block(unique, unescaped(block), file.is_override)
            elif file.is_override and block.type in _NOT_OVERRIDDEN:
                raise ConfigurationFault(block.header, f"Cannot override '{block.type}' blocks. Move it to a file that is no override.")
            elif block.type == "locals":
                _add_locals(local_values, block, file.is_override)
            elif block.type == "terraform":
                requirements.update(_requirements(block, "source"))
                versions.update(_requirements(block, "version"))
    providers = {key[1]: unique.pop(key) for key in list(unique) if key[0] == "provider"}
    by_type: dict[str, list[BlockNode]] = {}
    for block in unique.values():
        by_type.setdefault(block.type, []).append(block)
    blocks_by_type = {kind: tuple(blocks) for kind, blocks in by_type.items()}
    return Module(directory, unique, blocks_by_type, local_values, providers, requirements, versions, files)


def _blocks(file: File) -> Iterator[BlockNode]:
    for argument in file.body.arguments.values():
        raise ConfigurationFault(argument.span, f'Unsupported argument "{argument.name}". Only blocks are allowed outside of blocks.')
    for block in file.body.blocks:
        if block.type not in _LABELS:
            raise ConfigurationFault(block.header, f'Unsupported block type "{block.type}". Correct it, or remove the block.')
        if len(block.labels) != _LABELS[block.type]:
            raise ConfigurationFault(
                block.header, f'Invalid "{block.type}" block: found {len(block.labels)} label(s), expected {_LABELS[block.type]}.'
            )
        yield block


def _add_block(unique: dict[tuple[str, ...], BlockNode], block: BlockNode, is_override: bool) -> None:
    key = (block.type, *(block.labels if block.type != "provider" else (_provider_key(block),)))
    earlier = unique.get(key)
    if earlier and not is_override:
        what = " ".join((block.type, *(f'"{label}"' for label in block.labels)))
        raise _duplicate(what, earlier.span, block.header)
    if is_override:
        _refuse_override(block, earlier)
    unique[key] = merge(earlier, block) if earlier else block


def _refuse_override(block: BlockNode, earlier: BlockNode | None) -> None:
    """Raise `ConfigurationFault` where an override file may not have a block."""
    if earlier is None and block.type != "provider":
        what = " ".join((block.type, *(f'"{label}"' for label in block.labels)))
        raise ConfigurationFault(block.header, f"Missing {what} to override. Declare it in another file, or correct the name.")
    outer = block.body.of_type("lifecycle") if block.type in ("resource", "data", "ephemeral") else (block,)
    for condition in (inner for each in outer for inner in each.body.blocks):
        if condition.type in ("precondition", "postcondition"):
            raise ConfigurationFault(condition.header, f"Can't override {condition.type} blocks. Move it to a file that is no override.")


def unescaped(block: BlockNode) -> BlockNode:
    """A block with the arguments of its escape block `_ { }`, which are never arguments of Terraform itself.

    Source: https://developer.hashicorp.com/terraform/language/v1.11.x/expressions/escape-block
    """
    escaped = block.body.of_type("_")
    if not escaped or block.type == "module":
        return block
    own = block.body
    arguments = dict(own.arguments)
    for each in escaped:
        arguments |= {name: argument for name, argument in each.body.arguments.items() if name not in _META}
    blocks = (*(inner for inner in own.blocks if inner.type != "_"), *(inner for each in escaped for inner in each.body.blocks))
    return BlockNode(block.span, block.header, block.type, block.labels, Body(own.span, arguments, blocks))


def merge(base: BlockNode, override: BlockNode) -> BlockNode:
    """A block after an override, which replaces arguments by name and nested blocks by type, except `lifecycle`."""
    return BlockNode(base.span, base.header, base.type, base.labels, _merged(base.body, override.body))


def _merged(base: Body, override: Body) -> Body:
    arguments = {**base.arguments, **override.arguments}
    if "ignore_changes" in base.arguments and not _replaces_ignored(base.arguments["ignore_changes"], arguments["ignore_changes"]):
        arguments["ignore_changes"] = base.arguments["ignore_changes"]
    if any("count" in one and "count" not in other and "for_each" in other for one, other in _both_ways(base, override)):
        # Terraform keeps both, and then looks at count only.
        arguments.pop("for_each", None)
    replaced = set(map(_made_type, override.blocks))
    inside = [block for block in override.blocks if block.type == "lifecycle"][-1:]
    blocks: list[BlockNode] = []
    for block in base.blocks:
        if block.type == "lifecycle" and inside:
            blocks.append(merge(block, inside.pop()))
        elif _made_type(block) not in replaced:
            blocks.append(block)
    blocks += (block for block in override.blocks if block.type != "lifecycle" or block in inside)
    return Body(base.span, arguments, tuple(blocks))


def _both_ways(base: Body, override: Body) -> tuple[tuple[Mapping[str, Argument], Mapping[str, Argument]], ...]:
    return (base.arguments, override.arguments), (override.arguments, base.arguments)


def _replaces_ignored(base: Argument, override: Argument) -> bool:
    """Whether one `ignore_changes` replaces another: an empty list replaces nothing, and nothing replaces `all`."""
    is_all = "all" in (getattr(base.expression, "name", ""), getattr(base.expression, "value", ""))
    return not is_all and override.expression != nodes.TupleExpression(override.expression.span, ())


def _made_type(block: BlockNode) -> str:
    """The type of nested blocks that a block makes: its own, or the label of a `dynamic` block."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _add_locals(local_values: dict[str, Argument], block: BlockNode, is_override: bool) -> None:
    for name, argument in block.body.arguments.items():
        if is_override and name not in local_values:
            raise ConfigurationFault(argument.span, f'Missing local value "{name}" to override. Declare it in another file.')
        if name in local_values and not is_override:
            raise _duplicate(f'local value "{name}"', local_values[name].span, argument.span)
        local_values[name] = argument


def _duplicate(what: str, first: Span, second: Span) -> ConfigurationFault:
    return ConfigurationFault(second, f"Duplicate {what}. The first one is at {first.file}:{first.line}. Remove or rename one of them.")


def _provider_key(block: BlockNode) -> str:
    """`aws`, or with an alias `aws.west`."""
    alias = block.body.arguments.get("alias")
    name = alias.expression.value if alias and isinstance(alias.expression, nodes.Literal) else None
    return f"{block.labels[0]}.{name}" if name else block.labels[0]


def _requirements(block: BlockNode, wanted: str) -> Iterator[tuple[str, str]]:
    """The local names of the required providers and their source or version."""
    for required in block.body.of_type("required_providers"):
        for name, argument in required.body.arguments.items():
            expression = argument.expression
            if isinstance(expression, nodes.ObjectExpression):
                for key, value in expression.items:
                    if getattr(key, "value", None) == wanted and isinstance(value, nodes.Literal):
                        yield name, str(value.value)
