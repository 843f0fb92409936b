"""Module calls: where the called module's files are, in the tree or in `.terraform`, where `terraform get` downloads them.

Source: https://developer.hashicorp.com/terraform/language/modules/sources
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from dyncheck.readers.hcl.configuration.files import shown
from dyncheck.readers.hcl.configuration.installed import Manifest, is_of_registry, relative_path
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.evaluation import LocatedError
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Span

# One or two words: no registry and no server has such a source.
_WORD = re.compile(r"[\w.-]*(?:/[\w.-]+)?\Z")

# Arguments of a call that are not inputs of the module.
_META = frozenset({"source", "version", "count", "for_each", "providers", "depends_on", "ignore_nested_deprecations"})


class ModuleCall(Struct, frozen=True):
    """A `module` block. `module` is None when its files are not available; `source`, if not empty, says where they would be from.

    `path` is `path.module` in it, empty where that follows from its directory. `stale` says why what is installed is not its module.
    `waits_for` says what a source depends on that is not known.
    """

    name: str
    block: BlockNode
    source: str
    source_span: Span
    module: Module | None
    arguments: Mapping[str, Argument]
    path: str = ""
    stale: str = ""
    waits_for: str = ""

    @classmethod
    def of(
        cls, block: BlockNode, source: str = "", span: Span | None = None, module: Module | None = None, path: str = "", stale: str = ""
    ) -> ModuleCall:
        """The call that a block makes."""
        return cls(block.labels[0], block, source, span or block.header, module, arguments_of(block), path, stale)


def arguments_of(block: BlockNode) -> dict[str, Argument]:
    """The arguments of a call that are inputs of its module."""
    inputs = {name: argument for name, argument in block.body.arguments.items() if name not in _META}
    # What is in the escape block is an input, whatever its name is.
    return inputs | {name: argument for inner in block.body.of_type("_") for name, argument in inner.body.arguments.items()}


def is_local(source: str) -> bool:
    """Whether a source is a relative path."""
    return source.startswith(("./", "../", ".\\", "..\\")) or source in (".", "..")


def local_directory(caller: str, source: str) -> str:
    """The directory of a relative source in a module. `..` goes back one word of the path, also after a link, as in Terraform."""
    return os.path.normpath(os.path.join(caller, relative_path(source)))


def source_of(block: BlockNode) -> tuple[str, Span] | None:
    """The source of a call and its place, None when it is not a constant string, but for later versions an expression."""
    argument = block.body.arguments.get("source")
    if argument is None or not isinstance(argument.expression, nodes.Literal) or not isinstance(argument.expression.value, str):
        return None
    return argument.expression.value, argument.expression.span


def read_call(
    block: BlockNode, source: str, path: tuple[str, ...], caller: Module, manifest: Manifest, module_at: Callable[[str], Module]
) -> ModuleCall:
    """The call that a block makes; `path` are the names of the calls that lead to it, its own included.

    `manifest` has the installed modules of the root module; `module_at` reads a module.
    Raises `LocatedError` when there is no module at the source, and `InputError` when the module there cannot be read.
    """
    span = block.body.arguments["source"].expression.span
    if _WORD.match(source) and not is_local(source):
        raise LocatedError(f'Invalid module source "{source}". For a directory of that name write "./{source}".', span)
    key, version = ".".join(path), _version_of(block)
    if version is not None and not is_of_registry(source):
        raise LocatedError(f'Invalid version for the module source "{source}". Only a registry has versions. Remove the version.', span)
    directory = local_directory(caller.directory, source)
    found = manifest.local(key, source, directory) if is_local(source) else manifest.remote(key, source, version)
    if found is None or found.stale:
        return ModuleCall.of(block, source, span, stale=found.stale if found else "")
    _refuse_missing(found.directory, source, span)
    return ModuleCall.of(block, source, span, module_at(found.directory), found.path)


def _version_of(block: BlockNode) -> str | None:
    """The version constraint of a call, None without one. Nothing satisfies one that is not a constant string."""
    argument = block.body.arguments.get("version")
    if argument is None or argument.expression == nodes.Literal(argument.expression.span, None):
        return None
    value = argument.expression.value if isinstance(argument.expression, nodes.Literal) else None
    return value if isinstance(value, str) else "?"


def mismatches(call: ModuleCall) -> Iterator[LocatedError]:
    """The arguments of a call that its module does not declare, and the required inputs that the call does not set."""
    if call.module is None:
        return
    if not call.block.body.arguments.keys().isdisjoint(("count", "depends_on", "for_each")):
        for block in call.module.providers.values():
            if block.body.blocks or block.body.arguments.keys() - {"alias", "version"}:
                message = "Module is incompatible with count, for_each, and depends_on: it has its own provider configuration."
                yield LocatedError(message, call.block.header)
                break
    for name, argument in call.arguments.items():
        if call.module.block("variable", name) is None:
            yield LocatedError(
                f'Unsupported argument. The module has no variable "{name}". Declare it, or remove the argument.', argument.span
            )
    for block in call.module.of_type("variable"):
        if "default" not in block.body.arguments and block.labels[0] not in call.arguments:
            yield missing_argument(block.labels[0], call.block)


def missing_argument(name: str, block: BlockNode) -> LocatedError:
    """A block does not set a required argument."""
    return LocatedError(f'Missing required argument. The argument "{name}" is required.', block.header)


def _refuse_missing(directory: str, source: str, span: Span) -> None:
    if not os.path.isdir(directory):
        raise LocatedError(f'The directory of the module source "{source}" does not exist. Correct the path.', span)
    if not os.access(directory, os.R_OK | os.X_OK):
        raise LocatedError(f"{shown(directory)} cannot be read: Permission denied. Check its permissions.", span)
