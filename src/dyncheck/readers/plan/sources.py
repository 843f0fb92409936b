"""The Terraform files that a plan or a state was made of: found, held against it, and asked where something is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from dyncheck.errors import InputError, one_line
from dyncheck.model import Block, Comment, Known, Resource, without_keys
from dyncheck.readers.hcl.trees import Root, Trees, has_terraform_files


class Sources:
    """The root module of a plan or a state, read when a place is first asked for.

    `named` is the directory that the user names, empty when it is to be found: beside the document, or the working directory.
    `resources` are those of the document, `variables` the values of the root module's variables that it has.
    """

    def __init__(self, document: str, named: str, resources: Iterable[Resource], variables: Mapping[str, Any], trees: Trees) -> None:
        self._document = document
        self._named = named
        self._resources = tuple(resources)
        self._variables = variables
        self._trees = trees
        self._asked = False

    @property
    def are_at_hand(self) -> bool:
        """Whether there are Terraform files where they are looked for, those of the document or not."""
        return bool(self._named) or any(map(has_terraform_files, self._places))

    @property
    def are_found(self) -> bool:
        """Whether there are sources, and they are those of the document."""
        self._asked = True
        return bool(self._found)

    def written(self, resource: Resource) -> Block | None:
        """The body of a resource as the sources have it; None when there are none, or they are not those of the document."""
        if not self.are_found:
            return None
        return self._found.get(resource.address) or self._found.get(resource.block_address)

    def comments(self) -> tuple[Comment, ...]:
        """The comments to tools in the sources, once they were needed."""
        return self._read[2] if self._asked else ()

    def notices(self) -> tuple[str, ...]:
        """What a user should know about the sources, once they were needed."""
        return self._read[1] if self._asked else ()

    @property
    def _found(self) -> Mapping[str, Block]:
        return self._read[0]

    @property
    def _places(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((os.path.dirname(self._document) or os.curdir, os.curdir)))

    @cached_property
    def _read(self) -> tuple[Mapping[str, Block], tuple[str, ...], tuple[Comment, ...]]:
        if self._named:
            return self._read_named()
        for directory in self._places:
            if has_terraform_files(directory):
                try:
                    blocks, difference, comments = self._held_against(directory)
                except InputError:
                    continue
                if not difference:
                    return blocks, (), comments
        return {}, (), ()

    def _read_named(self) -> tuple[Mapping[str, Block], tuple[str, ...], tuple[Comment, ...]]:
        try:
            blocks, difference, comments = self._held_against(self._named)
        except InputError as error:
            return {}, (f"No lines are given, because the sources cannot be read: {one_line(str(error))}",), ()
        if difference:
            notice = (
                f"The sources in {self._named} are not those of {self._document}, so no lines are given: {difference}. "
                "Check out what was planned, or plan again."
            )
            return {}, (notice,), ()
        return blocks, (), comments

    def _held_against(self, directory: str) -> tuple[Mapping[str, Block], str, tuple[Comment, ...]]:
        """The bodies by address, the first difference to the document, and the comments."""
        real = os.path.realpath(directory)
        reading = self._trees.read(Root(real, real), self._variables)
        blocks: dict[str, Block] = {}
        for resource in reading.resources:
            blocks[resource.address] = resource.body
            blocks.setdefault(resource.block_address, resource.body)
        written = {resource.address: resource for resource in reading.resources} | {
            resource.block_address: resource for resource in reversed(reading.resources)
        }
        differences = (self._difference(resource, written) for resource in self._resources)
        return blocks, next(filter(None, differences), ""), reading.comments()

    @staticmethod
    def _difference(resource: Resource, written: Mapping[str, Resource]) -> str:
        found = written.get(resource.address) or written.get(resource.block_address)
        if found is None:
            return f"{without_keys(resource.address)} is not there"
        for name, planned in resource.constants.items():
            value = found.body.value(name)
            if isinstance(value, Known) and not value.sensitive and planned is not None and _text(value.value) != _text(planned):
                return f"{name} of {without_keys(resource.address)} is another one"
        return ""


def _text(value: Any) -> str:
    """A value as the provider would convert it to a text, for comparing what is written as `5` with what is written as `"5"`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
