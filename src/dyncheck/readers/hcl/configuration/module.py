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

# What override files must not have.
_NEVER_OVERRIDE = ("check", "import", "moved")
_CONDITIONS = ("postcondition", "precondition", "validation")

_REPETITIONS = {"count", "for_each"}

# Arguments that are not those of the resource.
_META = frozenset({"count", "depends_on", "for_each", "provider"})


class Module(Struct, frozen=True):
    """A module as it is written. `directory` is its real path; blocks are found by their type and labels, or by their type.

    `tofu` are the paths of all `.tofu` files in the directory, read or not.
    """

    directory: str
    blocks: Mapping[tuple[str, ...], BlockNode]
    by_type: Mapping[str, tuple[BlockNode, ...]]
    locals: Mapping[str, Argument]
    providers: Mapping[str, BlockNode]
    requirements: Mapping[str, str]
    versions: Mapping[str, str]
    files: tuple[File, ...]
    tofu: tuple[str, ...]

    def of_type(self, kind: str) -> tuple[BlockNode, ...]:
        """The blocks of a type that have names, in the order of the files."""
        return self.by_type.get(kind, ())

    def block(self, *key: str) -> BlockNode | None:
        """The block of a type and labels."""
        return self.blocks.get(key)


class ConfigurationFault(InputError):
    """A configuration that Terraform would refuse, with the place."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(
            f"{span.file}:{span.line}:{span.column}: {message}", kind="invalid", path=span.file, line=span.line, column=span.column
        )


def module_of(directory: str, files: tuple[File, ...], tofu: tuple[str, ...] = ()) -> Module:
    """The module of the files of a directory; `tofu` are the paths of all `.tofu` files in it. Raises `InputError`."""
    unique: dict[tuple[str, ...], BlockNode] = {}
    local_values: dict[str, Argument] = {}
    requirements: dict[str, str] = {}
    versions: dict[str, str] = {}
    for file in files:
        for block in _blocks(file):
            if file.is_override:
                _refuse_override(block)
            if block.type in _UNIQUE:
                _add_block(unique, unescaped(block), file.is_override)
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
    return Module(directory, unique, blocks_by_type, local_values, providers, requirements, versions, files, tofu)


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
    lifecycles = block.body.of_type("lifecycle")
    if len(lifecycles) > 1:
        raise _duplicate("lifecycle block", lifecycles[0].span, lifecycles[1].header)
    what = " ".join((block.type, *(f'"{label}"' for label in block.labels)))
    if earlier and not is_override:
        raise _duplicate(what, earlier.span, block.header)
    if is_override and earlier is None:
        if block.type == "ephemeral":
            # Terraform leaves it out without a word.
            return
        if block.type != "provider" or "alias" in block.body.arguments:
            raise _missing_base(what, block.header)
    unique[key] = merge(earlier, block) if earlier else block


def _refuse_override(block: BlockNode) -> None:
    """Raise `ConfigurationFault` when a block of an override file has what overrides nothing."""
    if block.type in _NEVER_OVERRIDE:
        raise ConfigurationFault(
            block.header, f'Cannot override "{block.type}" blocks. Move the block to a file that is not an override file.'
        )
    if block.type not in _UNIQUE:
        return
    for inner in (*block.body.blocks, *(each for lifecycle in block.body.of_type("lifecycle") for each in lifecycle.body.blocks)):
        if inner.type in _CONDITIONS:
            raise ConfigurationFault(
                inner.header, f'Cannot override "{inner.type}" blocks. Move the condition to a file that is not an override file.'
            )
    depends_on = block.body.arguments.get("depends_on")
    if depends_on and depends_on.expression != nodes.TupleExpression(depends_on.expression.span, ()):
        raise ConfigurationFault(depends_on.span, "Unsupported override. An override file must not set depends_on.")


def _missing_base(what: str, span: Span) -> ConfigurationFault:
    return ConfigurationFault(
        span, f"Missing {what} to override. Declare it in a file that is not an override file, or rename the override file."
    )


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
    if "count" in arguments and not any(body.arguments.keys() >= _REPETITIONS for body in (base, override)):
        # Terraform keeps both, and uses the count.
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


def _replaces_ignored(base: Argument, override: Argument) -> bool:
    """Whether one `ignore_changes` replaces another: an empty list replaces nothing, and nothing replaces `all`."""
    is_all = "all" in (getattr(base.expression, "name", ""), getattr(base.expression, "value", ""))
    return not is_all and override.expression != nodes.TupleExpression(override.expression.span, ())


def _made_type(block: BlockNode) -> str:
    """The type of nested blocks that a block makes: its own, or the label of a `dynamic` block."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _add_locals(local_values: dict[str, Argument], block: BlockNode, is_override: bool) -> None:
    for name, argument in block.body.arguments.items():
        if name in local_values and not is_override:
            raise _duplicate(f'local value "{name}"', local_values[name].span, argument.span)
        if name not in local_values and is_override:
            raise _missing_base(f'local value "{name}"', argument.span)
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
