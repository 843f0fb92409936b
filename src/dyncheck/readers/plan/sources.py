"""The Terraform files of a plan or a state: found, compared with it, and searched for the place of an argument."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dyncheck.errors import InputError, one_line
from dyncheck.files import OPENTOFU, has_terraform_files
from dyncheck.model import Block, Comment, Known, Provider, Resource, Unjudged, literal, without_keys
from dyncheck.readers.hcl.trees import Trees, root_at
from dyncheck.readers.plan.plan_block import PlanBlock
from dyncheck.readers.reading import Reading


class _Found(Struct, frozen=True):
    """The resources by address, with notices for the user and the comments in the sources. Empty without sources."""

    resources: Mapping[str, Resource] = {}
    notices: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    unjudged: Callable[[], tuple[Unjudged, ...]] = tuple


class Sources:
    """The root module of a plan or a state, read when a place is first asked for.

    `named` is the directory that the user names. Without one, it is the directory of the document or the working directory.
    `reading` is that of the document, `resources` are those to compare the sources with.
    """

    def __init__(self, document: str, named: str, reading: Reading, resources: Iterable[Resource], trees: Trees) -> None:
        self._document = document
        self._named = named
        self._is_of_opentofu = reading.producer.startswith(OPENTOFU)
        self._resources = tuple(resources)
        self._variables = reading.variables
        self._trees = trees
        around = dict.fromkeys((os.path.dirname(document) or os.curdir, os.curdir))
        # They may belong to another document.
        self.directories = (named,) if named else tuple(filter(has_terraform_files, around))

    def written(self, resource: Resource) -> Block | None:
        """The body of a resource in the sources; None when there are none, or they do not belong to the document."""
        found = self._resource(resource)
        if found is None:
            return None
        # The plan has the instance, whether or not the sources show that there is one.
        return found.body.as_written() if found.doubt else found.body

    def provider(self, resource: Resource) -> Provider:
        """The provider configuration of a resource, as the sources show it: a plan does not show the values of its arguments."""
        found = self._resource(resource)
        if found is None or found.provider.is_repeated:
            return resource.provider
        return replace(found.provider, major=resource.provider.major)

    def _resource(self, resource: Resource) -> Resource | None:
        found = self._found.resources
        return found.get(resource.address) or found.get(resource.block_address) if found else None

    def comments(self) -> tuple[Comment, ...]:
        """The comments to tools in the sources, if these were read."""
        return self._found.comments if "_found" in self.__dict__ else ()

    def unjudged(self) -> tuple[Unjudged, ...]:
        """The blocks in the sources that no rule judges, if these were read."""
        return self._found.unjudged() if "_found" in self.__dict__ else ()

    def notices(self) -> tuple[str, ...]:
        """Notices about the sources, if these were read."""
        return self._found.notices if "_found" in self.__dict__ else ()

    @cached_property
    def _found(self) -> _Found:
        if self._named:
            return self._read_named()
        for directory in self.directories:
            with suppress(InputError):
                found, difference = self._compared(directory)
                if not difference:
                    return found
        return _Found()

    def _read_named(self) -> _Found:
        try:
            found, difference = self._compared(self._named)
        except InputError as error:
            return _Found(notices=(f"The report has no lines, because the sources cannot be read: {one_line(str(error))}",))
        if difference:
            notice = f"The report has no lines, because the sources in {self._named} are not those of {self._document}: {difference}."
            return _Found(notices=(f"{notice} Check out the sources of the plan, or plan again.",))
        return found

    def _compared(self, directory: str) -> tuple[_Found, str]:
        """The sources in a directory, and their first difference to the document."""
        real = os.path.realpath(directory)
        root = root_at(real, real)
        reading = self._trees.read(root.of_opentofu if self._is_of_opentofu else root, self._variables)
        # The first instance stands for its block.
        written = {resource.block_address: resource for resource in reversed(reading.resources)}
        written |= {resource.address: resource for resource in reading.resources}
        differences = (self._difference(resource, written) for resource in self._resources)
        return _Found(written, (), reading.comments(), reading.unjudged), next(filter(None, differences), "")

    @staticmethod
    def _difference(resource: Resource, written: Mapping[str, Resource]) -> str:
        found = written.get(resource.address) or written.get(resource.block_address)
        if found is None:
            return f"{without_keys(resource.address)} does not exist"
        for name, planned in resource.constants.items():
            value = found.body.value(name)
            if isinstance(value, Known) and not value.sensitive and planned is not None and _bare(value.value) != _bare(planned):
                return f"{name} of {without_keys(resource.address)} differs"
        return ""


def _bare(value: Any) -> str:
    """A value as the provider converts it to a string, to compare `5` with `"5"`."""
    return literal(value).strip('"')


def _is_vague(provider: Provider) -> bool:
    """Whether a plan does not show all that decides the region and the account."""
    return provider.settings is None or provider.region_from is None


def with_places(reading: Reading, path: str, named: str, trees: Trees) -> Reading:
    """A plan or a state with the places of its blocks, if its sources are at hand.

    `path` is that of the document, `named` the directory of the sources if the user names it.
    """
    # A plan that destroys everything has no other resources to compare the sources with.
    destroyed = [change.before for change in reading.changes if change.before and change.is_of_destroy_plan]
    sources = Sources(path, named, reading, (*reading.resources, *destroyed), trees)
    if not sources.directories:
        return reading

    providers = {resource.provider for resource in reading.resources}
    is_vague = any(map(_is_vague, providers)) and (len(providers) > 1 or any(provider.is_repeated for provider in providers))

    def located(resource: Resource) -> Resource:
        assert isinstance(resource.body, PlanBlock)
        provider = sources.provider(resource) if is_vague else resource.provider
        return replace(resource, body=resource.body.placed(partial(sources.written, resource)), provider=provider)

    return replace(
        reading,
        resources=tuple(map(located, reading.resources)),
        changes=tuple(replace(change, before=located(change.before)) if change.before else change for change in reading.changes),
        late_notices=sources.notices,
        comments=sources.comments,
        unjudged=lambda: (*reading.unjudged(), *sources.unjudged()),
    )
