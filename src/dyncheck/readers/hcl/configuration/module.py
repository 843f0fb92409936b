"""A module: the blocks of a directory's files, each where Terraform looks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.files import Directory, File, shown
from dyncheck.readers.hcl.configuration.merging import merge
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, Block, Span

# The number of labels of each block type; others are not Terraform's.
_LABELS = {
    "action": 2,
    "check": 1,
    "data": 2,
    "ephemeral": 2,
    "import": 0,
    "language": 0,
    "list": 2,
    "locals": 0,
    "module": 1,
    "moved": 0,
    "output": 1,
    "provider": 1,
    "removed": 0,
    "resource": 2,
    "terraform": 0,
    "variable": 1,
}

# What one block of a name and type may stand for.
_NAMED = ("variable", "output", "module", "resource", "data", "ephemeral")


class Module(Struct, frozen=True):
    """A module as it is written. `directory` is its real path; blocks are found by their type and labels, or by their type."""

    directory: str
    blocks: Mapping[tuple[str, ...], Block]
    by_type: Mapping[str, tuple[Block, ...]]
    locals: Mapping[str, Argument]
    providers: tuple[Block, ...]
    requirements: Mapping[str, str]
    files: tuple[File, ...]

    def of_type(self, kind: str) -> tuple[Block, ...]:
        """The blocks of a type that have names, in the order of the files."""
        return self.by_type.get(kind, ())

    def block(self, *key: str) -> Block | None:
        """The block of a type and labels."""
        return self.blocks.get(key)


class ConfigurationFault(InputError):
    """A configuration that Terraform would refuse, with the place."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(f"{span.file}:{span.line}:{span.column}: {message}")


def module_of(directory: Directory) -> Module:
    """The module that the files of a directory are. Raises `InputError`, for every file that has a fault."""
    if directory.faults:
        first, *rest = (line for fault in directory.faults for line in fault.split("\n"))
        raise InputError(first, rest)
    if not directory.primary and not directory.overrides:
        raise InputError(f"{shown(directory.path)} has no Terraform files.")
    named: dict[tuple[str, ...], Block] = {}
    local_values: dict[str, Argument] = {}
    providers: list[Block] = []
    requirements: dict[str, str] = {}
    for block in _blocks(directory.primary):
        _collect(block, named, local_values, providers, requirements, _refuse_twice)
    for block in _blocks(directory.overrides):
        _collect(block, named, local_values, providers, requirements, _override)
    files = (*directory.primary, *directory.overrides)
    by_type: dict[str, list[Block]] = {}
    for (kind, *_), block in named.items():
        by_type.setdefault(kind, []).append(block)
    blocks_by_type = {kind: tuple(blocks) for kind, blocks in by_type.items()}
    return Module(directory.path, named, blocks_by_type, local_values, tuple(providers), requirements, files)


def _blocks(files: Iterable[File]) -> Iterator[Block]:
    for file in files:
        for argument in file.body.arguments.values():
            raise ConfigurationFault(argument.span, f'Unsupported argument. An argument named "{argument.name}" is not expected here.')
        for block in file.body.blocks:
            if block.type not in _LABELS:
                raise ConfigurationFault(block.header, f'Unsupported block type. Blocks of type "{block.type}" are not expected here.')
            if len(block.labels) != _LABELS[block.type]:
                raise ConfigurationFault(
                    block.header, f"A block of type {block.type} has {_LABELS[block.type]} label(s), this one has {len(block.labels)}."
                )
            yield block


def _collect(
    block: Block,
    named: dict[tuple[str, ...], Block],
    local_values: dict[str, Argument],
    providers: list[Block],
    requirements: dict[str, str],
    again: Callable[[Block | Argument, Block | Argument], Block | Argument],
) -> None:
    if block.type in _NAMED:
        key = (block.type, *block.labels)
        earlier = named.get(key)
        merged = block if earlier is None else again(earlier, block)
        assert isinstance(merged, Block)
        named[key] = merged
    elif block.type == "locals":
        for name, argument in block.body.arguments.items():
            value = again(local_values[name], argument) if name in local_values else argument
            assert isinstance(value, Argument)
            local_values[name] = value
    elif block.type == "provider":
        _collect_provider(block, providers, again)
    elif block.type == "terraform":
        requirements.update(_requirements(block))


def _collect_provider(
    block: Block, providers: list[Block], again: Callable[[Block | Argument, Block | Argument], Block | Argument]
) -> None:
    for position, earlier in enumerate(providers):
        if provider_key(earlier) == provider_key(block):
            merged = again(earlier, block)
            assert isinstance(merged, Block)
            providers[position] = merged
            return
    providers.append(block)


def provider_key(block: Block) -> str:
    """`aws`, or with an alias `aws.west`."""
    alias = block.body.arguments.get("alias")
    name = alias.expression.value if alias and isinstance(alias.expression, nodes.Literal) else None
    return f"{block.labels[0]}.{name}" if name else block.labels[0]


def _requirements(block: Block) -> Iterator[tuple[str, str]]:
    """The local names of providers and the sources that they stand for."""
    for required in block.body.of_type("required_providers"):
        for name, argument in required.body.arguments.items():
            expression = argument.expression
            if isinstance(expression, nodes.Object):
                for key, value in expression.items:
                    if getattr(key, "value", None) == "source" and isinstance(value, nodes.Literal):
                        yield name, str(value.value)


def _refuse_twice(earlier: Block | Argument, later: Block | Argument) -> Block | Argument:
    if isinstance(later, Argument):
        raise ConfigurationFault(
            later.span,
            f'Duplicate local value definition. A local value named "{later.name}" was already defined at '
            f"{earlier.span.file}:{earlier.span.line}.",
        )
    what = " ".join(f'"{label}"' for label in later.labels)
    raise ConfigurationFault(
        later.header, f"Duplicate {later.type} {what}. It was already declared at {earlier.span.file}:{earlier.span.line}."
    )


def _override(earlier: Block | Argument, later: Block | Argument) -> Block | Argument:
    if isinstance(earlier, Block) and isinstance(later, Block):
        return merge(earlier, later)
    return later
