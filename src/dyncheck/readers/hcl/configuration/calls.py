"""Module calls: where the called module's files are, in the tree or in `.terraform`, where `terraform get` downloads them.

Sources: https://developer.hashicorp.com/terraform/language/modules/sources and
https://github.com/hashicorp/terraform/blob/main/internal/modsdir/manifest.go
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.readers.hcl.configuration.files import is_configuration, is_inside, read_bytes, shown
from dyncheck.readers.hcl.configuration.inputs import as_unicode
from dyncheck.readers.hcl.configuration.module import Module, module_of
from dyncheck.readers.hcl.evaluation import LocatedError
from dyncheck.readers.hcl.language import nodes
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Span

_WORD = re.compile(r"[\w.-]*\Z")
_REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")
_IN_REGISTRY = re.compile(r"[\w-]+/[\w-]+/[\w-]+(?://.*)?\Z")

# Arguments of a call that are not inputs of the module.
_META = frozenset({"source", "version", "count", "for_each", "providers", "depends_on", "ignore_nested_deprecations"})


class ModuleCall(Struct, frozen=True):
    """A `module` block. `module` is None when its files are not available; `source`, if not empty, says where they would be from.

    `waits_for` says what a source depends on that is not known.
    """

    name: str
    block: BlockNode
    source: str
    source_span: Span
    module: Module | None
    arguments: Mapping[str, Argument]
    waits_for: str = ""

    @classmethod
    def of(cls, block: BlockNode, source: str = "", span: Span | None = None, module: Module | None = None) -> ModuleCall:
        """The call that a block makes."""
        inputs = {name: argument for name, argument in block.body.arguments.items() if name not in _META}
        # What is in the escape block is an input, whatever its name is.
        inputs |= {name: argument for inner in block.body.of_type("_") for name, argument in inner.body.arguments.items()}
        return cls(block.labels[0], block, source, span or block.header, module, inputs)


def is_local(source: str) -> bool:
    """Whether a source is a relative path."""
    return source.startswith(("./", "../", ".\\", "..\\")) or source in (".", "..")


def source_of(block: BlockNode) -> tuple[str, Span] | None:
    """The source of a call and its place, None when it is not a constant string, but for later versions an expression."""
    argument = block.body.arguments.get("source")
    if argument is None or not isinstance(argument.expression, nodes.Literal) or not isinstance(argument.expression.value, str):
        return None
    return argument.expression.value, argument.expression.span


def read_call(
    block: BlockNode, source: str, path: tuple[str, ...], caller: Module, root: str, module_at: Callable[[str], Module]
) -> ModuleCall:
    """The call that a block makes; `path` are the names of the calls that lead to it, its own included.

    `root` is the directory of the root module, whose `.terraform` has the downloaded modules; `module_at` reads a module.
    Raises `LocatedError` when there is no module at the source, and `InputError` when the module there cannot be read.
    """
    span = block.body.arguments["source"].expression.span
    if _WORD.match(source):
        raise LocatedError(f'Invalid module source "{source}". For a directory of that name write "./{source}".', span)
    directory = os.path.join(caller.directory, source.replace("\\", "/")) if is_local(source) else installed(path, source, root)
    if directory is None:
        return ModuleCall.of(block, source, span)
    _refuse_missing(directory, source, span)
    # A directory without Terraform files is an empty module.
    is_empty = not any(map(is_configuration, os.listdir(directory)))
    return ModuleCall.of(block, source, span, module_of(os.path.realpath(directory), ()) if is_empty else module_at(directory))


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
    try:
        os.listdir(directory)
    except OSError as error:
        raise LocatedError(f"{shown(directory)} cannot be read: {error.strerror}. Check its permissions.", span) from None


def workspace(root: str) -> str:
    """The name of the selected workspace."""
    selected = as_unicode(os.environ.get("TF_WORKSPACE", ""))
    try:
        return selected or _read(root, "environment").decode().strip() or "default"
    except (InputError, UnicodeError):
        return "default"


def installed(call: tuple[str, ...], source: str, root: str) -> str | None:
    """The directory of a downloaded module; None when it is not downloaded, or from another source.

    `call` are the names of the calls that lead to it, `root` is the directory of the root module.
    """
    entry = _manifest(root).get(".".join(call))
    if entry is None or not isinstance(entry.get("Dir"), str):
        return None
    # Terraform records only registry addresses in a comparable form.
    if _IN_REGISTRY.match(source) and entry.get("Source") not in (source, *(f"{registry}/{source}" for registry in _REGISTRIES)):
        return None
    try:
        directory = os.path.realpath(os.path.join(root, entry["Dir"]))
    except ValueError:
        return None
    inside = is_inside(directory, os.path.realpath(_path(root)))
    return directory if inside and os.path.isdir(directory) else None


def _path(root: str) -> str:
    return os.path.join(root, os.environ.get("TF_DATA_DIR") or ".terraform")


def _read(root: str, *names: str) -> bytes:
    """A file of the data directory. Raises `InputError` when it cannot be read, or is a link out of the root module.

    The author of the tree must not choose which other files dyncheck reads and quotes. TF_DATA_DIR is set by the user.
    """
    data = _path(root)
    path = os.path.join(data, *names)
    home = data if os.environ.get("TF_DATA_DIR") else root
    if not is_inside(os.path.realpath(path), os.path.realpath(home)):
        raise InputError(f"{path} is a link to a file outside the root module.")
    return read_bytes(path)


def _manifest(root: str) -> dict[str, dict[str, Any]]:
    """The entries of the manifest by their keys; empty when there is no readable manifest."""
    from msgspec import MsgspecError
    from msgspec.json import decode

    try:
        data = _read(root, "modules", "modules.json")
        return {entry["Key"]: entry for entry in decode(data)["Modules"]}
    except (InputError, MsgspecError, LookupError, TypeError, RecursionError, UnicodeError):
        return {}
