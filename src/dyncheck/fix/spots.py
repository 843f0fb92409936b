"""Where a finding is in the syntax trees of the files: the blocks around its attribute, and the argument that sets it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from dyncheck.findings import Result
from dyncheck.fix.printed import NotFixableError
from dyncheck.fix.sources import SourceFile
from dyncheck.model import Place
from dyncheck.readers.hcl.language.nodes import Argument, BlockNode, Body
from dyncheck.readers.hcl.places import steps


class Files:
    """The files to edit by their paths as messages show them, each read once."""

    def __init__(self) -> None:
        self._known: dict[str, SourceFile | None] = {}

    def __getitem__(self, path: str) -> SourceFile:
        """A file. Raises `NotFixableError` when it is not a Terraform file that dyncheck can read."""
        from dyncheck.errors import InputError
        from dyncheck.readers.hcl.configuration.files import read_bytes
        from dyncheck.readers.hcl.language.syntax import SyntaxFault

        if path not in self._known:
            try:
                self._known[path] = SourceFile(path, read_bytes(path))
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


def spot_of(result: Result, files: Files) -> Spot:
    """Where a finding is. Raises `NotFixableError` when the report does not show that."""
    places = result.places
    resource = next((place for place in places if place.kind == "resource"), None)
    if resource is None:
        raise NotFixableError("The report does not show the place in the Terraform files.")
    block = _one((each for each in files[resource.file].body.blocks if _is_at(each, resource)), result)
    path = list(steps(result.attribute))
    if block.labels and path and result.address and block.type == "resource" and ".".join(block.labels) not in result.address:
        # The path starts in another resource, such as that of a separate replica.
        path = path[1:]
    blocks = [block]
    inner = [place for place in reversed(places[: places.index(resource)]) if place.kind == "block"]
    for place in inner:
        body = blocks[-1].body
        if place.file != resource.file and len(blocks) == 1:
            body = _overriding(files[place.file].body, block)
        blocks.append(_one((each for each in _inside(body) if _is_at(each, place)), result, path, len(blocks)))
    argument = None
    if places[0].kind == "argument":
        argument = _argument(places[0], blocks[-1], path, len(blocks) - 1, files)
    return Spot(tuple(blocks), tuple(path), argument)


def _is_at(block: BlockNode, place: Place) -> bool:
    return block.header.file == place.file and block.header.line == place.line and block.span.end_line == place.end_line


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


def _one(found: Iterable[BlockNode], result: Result, path: list[tuple[str, str]] = [], depth: int = 0) -> BlockNode:  # noqa: B006
    """The only block that was found. Several blocks may be in one line of JSON: then type and labels decide."""
    blocks = list(found)
    if len(blocks) > 1 and depth:
        name, key = path[depth - 1] if depth <= len(path) else ("", "")
        blocks = [each for each in blocks if each.type == name and (not key or key.strip('[]"') in _texts(each))]
    elif len(blocks) > 1:
        blocks = [each for each in blocks if each.labels and ".".join(each.labels) in result.address.replace("data.", "")]
    if len(blocks) != 1:
        raise NotFixableError("The place in the Terraform files is not clear.")
    return blocks[0]


def _texts(block: BlockNode) -> list[str]:
    return [str(getattr(argument.expression, "value", "")) for argument in block.body.arguments.values()]


def _argument(place: Place, block: BlockNode, path: list[tuple[str, str]], depth: int, files: Files) -> Argument | None:
    name = path[depth][0] if depth < len(path) else ""
    found = block.body.arguments.get(name)
    if found and found.span.file == place.file and found.span.line <= place.line <= found.span.end_line:
        return found
    # An override file sets it.
    overriding = _overriding(files[place.file].body, block).arguments.get(name) if place.file != block.header.file else None
    return overriding
