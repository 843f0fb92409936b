"""Where a finding is in the syntax trees of the files: the blocks around its attribute, and the argument that sets it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from dyncheck.files import TERRAFORM_FILES
from dyncheck.findings import Result
from dyncheck.fix.changes import LABELS
from dyncheck.fix.printed import NotFixableError
from dyncheck.fix.sources import SourceFile
from dyncheck.model import Location, Place, without_keys
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body, Literal, Span
from dyncheck.readers.hcl.places import steps


class Files:
    """The files to edit by their paths as messages show them, each read once. `overlay` replaces contents, by their real paths."""

    def __init__(self, overlay: Mapping[str, bytes] = {}) -> None:
        self._overlay = overlay
        self._known: dict[str, SourceFile | None] = {}

    def __getitem__(self, path: str) -> SourceFile:
        """A file. Raises `NotFixableError` when it is not a Terraform file that dyncheck can read."""
        from dyncheck.errors import InputError
        from dyncheck.readers.hcl.configuration.files import read_bytes
        from dyncheck.readers.hcl.language.syntax import SyntaxFault

        if path not in self._known:
            try:
                source = SourceFile(path, read_bytes(path, self._overlay))
                self._known[path] = source if source.body else None
            except (InputError, SyntaxFault):
                self._known[path] = None
        found = self._known[path]
        if found is None:
            raise NotFixableError(f"{path} cannot be read.")
        return found


class Spot(Struct, frozen=True):
    """The blocks around the attribute of a finding, the resource first, and the steps of its path from there.

    The first block has all steps inside, the second all but the first, and so on. `argument` is the one that sets the attribute, None
    where the resource does not set it.
    """

    blocks: tuple[BlockNode, ...]
    steps: tuple[tuple[str, str], ...]
    argument: Argument | None

    def container(self, name: str) -> int:
        """The number of the block that an argument or block of that name belongs into."""
        last = len(self.blocks) - 1
        fitting = [number for number, (step, _) in enumerate(self.steps) if step == name and number <= last]
        return fitting[-1] if fitting else last


def spots_of(result: Result, files: Files, *, was_edited: bool = False) -> Iterator[Spot]:
    """Where a finding is; several spots where the report does not show which of several blocks it is in. Raises `NotFixableError` when it
    does not show the resource.

    With `was_edited`, the lines may have moved since: only address and path show the place.
    """
    places = result.places
    resource = next((place for place in places if place.kind == "resource"), None)
    location = result.location
    if resource is None or location is None:
        raise NotFixableError("The report does not show the place in the Terraform files.")
    block = _resource(files[resource.file].body.blocks, resource, result, was_edited=was_edited)
    path = list(steps(result.attribute))
    if block.labels and path and result.address and block.type == "resource" and ".".join(block.labels) not in result.address:
        # The path starts in another resource, such as that of a separate replica.
        path = path[1:]
    body = block.body if location.file == resource.file else _overriding(files[location.file].body, block)
    for blocks in _chains([block], body, path, None if was_edited else location):
        argument = _argument(places[0], blocks, path, files) if places[0].kind == "argument" and not was_edited else None
        yield Spot(tuple(blocks), tuple(path), argument)


def beside(result: Result, labels: tuple[str, ...], files: Files) -> BlockNode | None:
    """The block with these labels in the module of a finding, None where the files do not show it."""
    resource = next((place for place in result.places if place.kind == "resource"), None)
    if resource is None:
        return None
    directory = os.path.dirname(resource.file)
    for name in sorted(os.listdir(directory or os.curdir)):
        if name.endswith(TERRAFORM_FILES[:4]):
            with suppress(NotFixableError):
                for block in files[f"{directory}/{name}" if directory else name].body.of_type("resource"):
                    if block.labels == labels:
                        return block
    return None


def _chains(blocks: list[BlockNode], body: Body, path: Sequence[tuple[str, str]], location: Location | None) -> Iterator[list[BlockNode]]:
    """The blocks that a path may lead through, as far as they are there. None stands for an unknown location."""
    name, key = path[len(blocks) - 1] if len(blocks) <= len(path) else ("", "")
    inner = [each for each in _inside(body) if each.type == name and (not key or _may_be(each, key.strip('[]"'), is_certain=not location))]
    if location:
        # Blocks of the JSON syntax may have one header in common.
        inner = [each for each in inner if _has(each.body.span, location)] or [each for each in inner if _has(_whole(each), location)]
    if not inner or (not location and not key and len(inner) > 1):
        yield blocks
        return
    for each in inner:
        yield from _chains([*blocks, each], each.body, path, location)


def _whole(block: BlockNode) -> Span:
    return Span(block.header.file, block.header.line, block.header.column, block.span.end_line, block.span.end_column)


def _inside(body: Body) -> Iterator[BlockNode]:
    """The blocks in a body; of a `dynamic` block, its content."""
    for block in body.blocks:
        if block.type == "dynamic":
            yield from (BlockNode(each.span, each.header, block.labels[0], (), each.body) for each in block.body.of_type("content"))
        else:
            yield block


def _overriding(file: Body, block: BlockNode) -> Body:
    """The body of the block in an override file that overrides another one."""
    return next((each.body for each in file.blocks if (each.type, each.labels) == (block.type, block.labels)), block.body)


def _resource(blocks: Iterable[BlockNode], place: Place, result: Result, *, was_edited: bool) -> BlockNode:
    """The resource of a finding. Where several are in one line of JSON, or the lines have moved, its labels decide."""
    found = list(blocks)
    if not was_edited:
        found = [each for each in found if (each.header.line, each.span.end_line) == (place.line, place.end_line)]
    if was_edited or len(found) > 1:
        address = f".{without_keys(result.address)}"
        found = [each for each in found if each.type == "resource" and address.endswith(f".{'.'.join(each.labels)}")]
    if len(found) != 1:
        raise NotFixableError("The place in the Terraform files is not clear.")
    return found[0]


def _has(span: Span, location: Location) -> bool:
    return span.file == location.file and span.line <= location.line and location.end_line <= span.end_line


def _may_be(block: BlockNode, label: str, *, is_certain: bool) -> bool:
    """Whether a block is the one with that label, or may be it. What is not a plain text may have any value."""
    labels = [block.body.arguments[name].expression for name in LABELS if name in block.body.arguments]
    if not labels:
        return True
    return any(each.value == label if isinstance(each, Literal) else not is_certain for each in labels)


def _argument(place: Place, blocks: list[BlockNode], path: list[tuple[str, str]], files: Files) -> Argument | None:
    depth = len(blocks) - 1
    name = path[depth][0] if depth < len(path) else ""
    bodies = [blocks[-1].body, *([_overriding(files[place.file].body, blocks[-1])] if place.file != blocks[-1].span.file else [])]
    found = (body.arguments.get(name) for body in bodies)
    return next((each for each in found if each and each.span.file == place.file and each.span.line == place.line), None)
