"""Blocks of a plan or a state with their places in the sources."""

from __future__ import annotations

from msgspec.structs import replace

from dyncheck.model import Block, Deferred, Location, Place, Related, Resource, Value
from dyncheck.readers.hcl.trees import Trees
from dyncheck.readers.plan.sources import Sources
from dyncheck.readers.reading import Reading


class LocatedBlock(Block):
    """A block with the values of a plan and the places of the sources."""

    __slots__ = ("_block", "_resource", "_sources")

    def __init__(self, block: Block, resource: Resource, sources: Sources) -> None:
        self.path = block.path
        self._block = block
        self._resource = resource
        self._sources = sources

    def value(self, name: str) -> Value:
        return self._block.value(name)

    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        blocks = self._block.nested(name)
        if isinstance(blocks, Deferred):
            return blocks
        return tuple(LocatedBlock(block, self._resource, self._sources) for block in blocks)

    def configures(self, name: str) -> bool | None:
        return self._block.configures(name)

    def locate(self, at: str) -> Location | None:
        written = self._sources.written(self._resource)
        return written.locate(self._whole(at)) if written else None

    def trace(self, at: str) -> tuple[Related, ...]:
        written = self._sources.written(self._resource)
        return written.trace(self._whole(at)) if written else ()

    def surroundings(self, at: str) -> tuple[Place, ...]:
        written = self._sources.written(self._resource)
        return written.surroundings(self._whole(at)) if written else ()

    def _whole(self, at: str) -> str:
        return self.at(at) if at else self.path


def with_places(reading: Reading, path: str, named: str, trees: Trees) -> Reading:
    """A plan or a state with the places of its blocks, if its sources are at hand.

    `path` is that of the document, `named` the directory of the sources if the user names it.
    """
    # A plan that destroys everything has no other resources to compare the sources with.
    destroyed = [change.before for change in reading.changes if change.before and change.is_of_destroy_plan]
    sources = Sources(path, named, (*reading.resources, *destroyed), reading.variables, trees)
    if not sources.are_at_hand:
        return reading

    def located(resource: Resource) -> Resource:
        return replace(resource, body=LocatedBlock(resource.body, resource, sources))

    return replace(
        reading,
        resources=tuple(map(located, reading.resources)),
        changes=tuple(replace(change, before=located(change.before)) if change.before else change for change in reading.changes),
        late_notices=sources.notices,
        comments=sources.comments,
    )
