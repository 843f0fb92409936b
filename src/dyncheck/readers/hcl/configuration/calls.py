"""Module calls: where the called module's files are.

Source: https://developer.hashicorp.com/terraform/language/modules/sources
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from dyncheck.readers.hcl.configuration.data_directory import installed
from dyncheck.readers.hcl.configuration.files import is_configuration, shown
from dyncheck.readers.hcl.configuration.module import Module
from dyncheck.readers.hcl.evaluation import LocatedProblem
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, Block, Span

_WORD = re.compile(r"[\w.-]*\Z")

# Arguments of a call that are not inputs of the module.
_META = frozenset({"source", "version", "count", "for_each", "providers", "depends_on"})


class ModuleCall(Struct, frozen=True):
    """A `module` block. `module` is None when its files are not at hand; `source`, if not empty, says where they would be from."""

    name: str
    block: Block
    source: str
    source_span: Span
    module: Module | None
    arguments: Mapping[str, Argument]


def is_local(source: str) -> bool:
    """Whether a source is a path of the tree."""
    return source.startswith(("./", "../", ".\\", "..\\")) or source in (".", "..")


def source_of(block: Block) -> tuple[str, Span] | None:
    """The source of a call and its place, None when it is none that could be read."""
    argument = block.body.arguments.get("source")
    if argument is None or not isinstance(argument.expression, nodes.Literal) or not isinstance(argument.expression.value, str):
        return None
    return argument.expression.value, argument.expression.span


def read_call(block: Block, path: tuple[str, ...], caller: Module, root: str, module_at: Callable[[str], Module]) -> ModuleCall:
    """The call that a block makes; `path` are the names of the calls that lead to it, its own included.

    `root` is the directory of the root module, where `terraform get` leaves what it downloaded; `module_at` reads a module.
    Raises `LocatedProblem` when there is no source or nothing at it, and `InputError` when the module there cannot be read.
    """
    found = source_of(block)
    if found is None:
        argument = block.body.arguments.get("source")
        if argument is not None:
            return ModuleCall(block.labels[0], block, "a source that is not a constant", argument.span, None, _inputs(block))
        raise LocatedProblem('Missing required argument. The argument "source" is required.', block.header)
    source, span = found
    if _WORD.match(source):
        raise LocatedProblem(
            f"Invalid module source address. {source} is no source; for the directory of that name write ./{source}.", span
        )
    directory = os.path.join(caller.directory, source.replace("\\", "/")) if is_local(source) else installed(path, source, root)
    if directory is None:
        return ModuleCall(block.labels[0], block, source, span, None, _inputs(block))
    _refuse_missing(directory, source, span)
    return ModuleCall(block.labels[0], block, source, span, module_at(directory), _inputs(block))


def unread(block: Block) -> ModuleCall:
    """A call of a module that is there and cannot be read."""
    return ModuleCall(block.labels[0], block, "", block.header, None, _inputs(block))


def _inputs(block: Block) -> dict[str, Argument]:
    return {name: argument for name, argument in block.body.arguments.items() if name not in _META}


def misfits(call: ModuleCall) -> Iterator[LocatedProblem]:
    """The arguments of a call that its module does not declare, and the inputs of the module that the call leaves out."""
    if call.module is None:
        return
    for name, argument in call.arguments.items():
        if call.module.block("variable", name) is None:
            yield LocatedProblem(f'Unsupported argument. An argument named "{name}" is not expected here.', argument.span)
    for block in call.module.of_type("variable"):
        name = block.labels[0]
        if "default" not in block.body.arguments and name not in call.arguments:
            yield LocatedProblem(
                f'Missing required argument. The argument "{name}" is required, but no definition was found.', call.block.header
            )


def _refuse_missing(directory: str, source: str, span: Span) -> None:
    if not os.path.isdir(directory):
        raise LocatedProblem(f"Unreadable module directory. The module source {source} does not exist. Correct the path.", span)
    try:
        names = os.listdir(directory)
    except OSError as error:
        raise LocatedProblem(f"Unreadable module directory. {shown(directory)} cannot be read: {error.strerror}.", span) from None
    if not any(map(is_configuration, names)):
        raise LocatedProblem(
            f"Empty module directory. {shown(os.path.normpath(directory))} has no Terraform files. Correct the path.", span
        )
