"""Finds the input of dyncheck, and the address in it, for a resource that checkov passes to a check.

A check gets the address, and the path of the file relative to the scanned directory. Both may be the same for several resources,
for example when two root modules call one module. checkov's graph has a node for each, with the real path of its file and the
module calls that led there. Terraform in JSON has no graph and no modules.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from msgspec import Struct

from dyncheck.checkov.verdicts import TYPES
from dyncheck.files import TERRAFORM_FILES

# checkov's name for a block `provider "aws"`. Every plan has one, even a plan that leaves no resource.
PROVIDER = "aws"


class Seen(Struct, frozen=True):
    """A resource as checkov sees it: its input, and its address there.

    `input` is the path of a plan, or the directory of a root module; `path` is the path that dyncheck reads.
    """

    input: str
    path: str
    address: str

    @property
    def is_of_plan(self) -> bool:
        """Whether the input is a plan."""
        return self.input == self.path


class Nodes:
    """The tables, indexes, alarms and providers of one of checkov's graphs."""

    def __init__(self, graph: Any) -> None:
        # Kept, so that no other object gets the identity of one of its configurations.
        self.graph = graph
        self._by_configuration: dict[int, Seen] = {}
        self._by_address: dict[str, list[tuple[str, Seen]]] = {}
        # A rustworkx graph or (CHECKOV_GRAPH_FRAMEWORK=NETWORKX) a networkx one.
        nodes = graph.nodes(data=True) if type(graph).__module__.startswith("networkx") else graph.nodes()
        for _, attributes in nodes:
            for configuration, file, seen in _relevant(attributes):
                self._by_configuration[id(configuration)] = seen
                self._by_address.setdefault(seen.address, []).append((file, seen))

    def with_configuration(self, configuration: dict[str, Any]) -> Seen | None:
        """The resource with this very configuration object."""
        return self._by_configuration.get(id(configuration))

    def find(self, scanned_file: str, configuration: dict[str, Any]) -> Seen | None:
        """The resource with that configuration object or, where checkov passes copies, with its address in that file.

        checkov passes only the end of the file's path. The start is the same for all files, so the shortest path with that end is right.
        """
        end = scanned_file.replace(os.sep, "/")
        named = self._by_address.get(str(configuration.get(CustomAttributes.TF_RESOURCE_ADDRESS)), ())
        in_file = sorted((pair for pair in named if pair[0].endswith(end)), key=lambda pair: len(pair[0]))
        return self.with_configuration(configuration) or next((seen for _, seen in in_file), None)

    def of_input(self, path: str) -> tuple[str, ...]:
        """The addresses that checkov sees in one input."""
        return tuple(address for address, named in self._by_address.items() if any(seen.input == path for _, seen in named))


def in_file(scanned_file: str, address: str, directories: Iterable[str]) -> Seen | None:
    """The resource of a root module or a plan in that file, if exactly one of the directories has the file."""
    found = {os.path.realpath(os.path.join(directory, scanned_file.lstrip("/\\"))) for directory in directories}
    files = [path for path in found if os.path.isfile(path)]
    return _seen(files[0], None, address) if len(files) == 1 else None


def _relevant(attributes: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, Seen]]:
    """The configurations of a node with its file, if rules judge its type, or if it is a provider."""
    address, configuration = attributes.get(CustomAttributes.TF_RESOURCE_ADDRESS), attributes.get(CustomAttributes.CONFIG)
    if not isinstance(address, str) or not isinstance(configuration, dict):
        return
    bodies = [body for kind in TYPES for body in configuration.get(kind, {}).values()]
    if attributes.get(CustomAttributes.BLOCK_TYPE) == "provider" and PROVIDER in configuration:
        bodies.append(configuration[PROVIDER])
    file = os.path.abspath(attributes[CustomAttributes.FILE_PATH])
    for body in bodies:
        yield body, file.replace(os.sep, "/"), _seen(file, attributes.get(CustomAttributes.SOURCE_MODULE_OBJECT), address)


def _seen(file: str, module: Any, address: str) -> Seen:
    if not file.endswith(TERRAFORM_FILES):
        return Seen(file, file, address)
    while module:
        # From the innermost call to the one in the root module.
        call = module if isinstance(module, dict) else dict(module)
        file, module = call["path"], call["nested_tf_module"]
    return Seen(os.path.dirname(file), file, address)
