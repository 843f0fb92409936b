"""Which input of dyncheck's, and which address in it, checkov means by a resource that it shows to a check.

A check is told the path of the file as seen from the directory that is scanned, and the address. Both may be the same for
several resources: two root modules that call one module. checkov's graph has a node for each, with the real path of its file and
the module calls that led there. For Terraform in JSON there is no such graph, and no modules.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from checkov.common.graph.graph_builder.graph_components.attribute_names import CustomAttributes
from msgspec import Struct

from dyncheck.checkov.verdicts import TYPES
from dyncheck.files import TERRAFORM_FILES

# checkov's name for a block `provider "aws"`: there is one in every plan, even in one that leaves no resource behind.
PROVIDER = "aws"


class Seen(Struct, frozen=True):
    """A resource as checkov sees it: the input that it belongs to, and its address there.

    `input` is the path of a plan, or the directory of a root module; `path` is what dyncheck is to read for it.
    """

    input: str
    path: str
    address: str

    @property
    def is_of_plan(self) -> bool:
        """Whether the input is a plan."""
        return self.input == self.path


class Nodes:
    """The tables, indexes and alarms of one of checkov's graphs, and the providers."""

    def __init__(self, graph: Any) -> None:
        # Held, so that no other object gets the identity of one of its configurations.
        self.graph = graph
        self._by_configuration: dict[int, Seen] = {}
        self._by_address: dict[str, list[tuple[str, Seen]]] = {}
        for attributes in _nodes(graph):
            for configuration, file, seen in _of_interest(attributes):
                self._by_configuration[id(configuration)] = seen
                self._by_address.setdefault(seen.address, []).append((file, seen))

    def with_configuration(self, configuration: dict[str, Any]) -> Seen | None:
        """The resource that has this very configuration; None when the graph does not have it."""
        return self._by_configuration.get(id(configuration))

    def find(self, scanned_file: str, configuration: dict[str, Any]) -> Seen | None:
        """The resource with that configuration or, where checkov hands out copies, with its address in that file.

        What checkov calls the file is the end of its path; the directory that is scanned being the same for all, the shortest path
        with that end is the one.
        """
        end = _slashes(scanned_file)
        named = self._by_address.get(str(configuration.get(CustomAttributes.TF_RESOURCE_ADDRESS)), ())
        in_file = ((len(file), seen) for file, seen in named if file.endswith(end))
        return self.with_configuration(configuration) or min(in_file, key=_first, default=(0, None))[1]

    def of_input(self, path: str) -> tuple[str, ...]:
        """The addresses that checkov sees in one input."""
        return tuple(address for address, named in self._by_address.items() if any(seen.input == path for _, seen in named))


def in_file(scanned_file: str, address: str, directories: Iterable[str]) -> Seen | None:
    """The resource of a root module or a plan that is in that file, below one of the directories; None if not in just one."""
    found = {os.path.realpath(os.path.join(directory, scanned_file.lstrip("/\\"))) for directory in directories}
    files = [path for path in found if os.path.isfile(path)]
    return _seen(files[0], None, address) if len(files) == 1 else None


def _nodes(graph: Any) -> Iterator[dict[str, Any]]:
    """The attributes of all nodes, of a rustworkx graph or (CHECKOV_GRAPH_FRAMEWORK=NETWORKX) a networkx one."""
    nodes = graph.nodes(data=True) if type(graph).__module__.startswith("networkx") else graph.nodes()
    return (attributes for _, attributes in nodes)


def _of_interest(attributes: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, Seen]]:
    """The configurations of a node with its file, if it is of a type that rules speak about, or a provider."""
    address, configuration = attributes.get(CustomAttributes.TF_RESOURCE_ADDRESS), attributes.get(CustomAttributes.CONFIG)
    if not isinstance(address, str) or not isinstance(configuration, dict):
        return
    bodies = [body for kind in TYPES for body in configuration.get(kind, {}).values()]
    if attributes.get(CustomAttributes.BLOCK_TYPE) == "provider" and PROVIDER in configuration:
        bodies.append(configuration[PROVIDER])
    file = os.path.abspath(attributes[CustomAttributes.FILE_PATH])
    for body in bodies:
        yield body, _slashes(file), _seen(file, attributes.get(CustomAttributes.SOURCE_MODULE_OBJECT), address)


def _slashes(path: str) -> str:
    return path.replace(os.sep, "/")


def _first(pair: tuple[int, Seen | None]) -> int:
    return pair[0]


def _seen(file: str, module: Any, address: str) -> Seen:
    if not file.endswith(TERRAFORM_FILES):
        return Seen(file, file, address)
    while module:
        # From the innermost call to the one that stands in the root module.
        call = module if isinstance(module, dict) else dict(module)
        file, module = call["path"], call["nested_tf_module"]
    return Seen(os.path.dirname(file), file, address)
