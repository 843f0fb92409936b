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
from dyncheck.readers.trees import OF_A_MODULE


class Seen(Struct, frozen=True):
    """A resource as checkov sees it: the input that it belongs to, and its address there.

    `input` is the path of a plan, or the directory of a root module; `path` is what dyncheck is to read for it.
    """

    input: str
    path: str
    address: str


class Nodes:
    """The tables, indexes and alarms of one of checkov's graphs."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self._seen: list[tuple[int, str, Seen]] = [found for attributes in _nodes(graph) for found in _of_interest(attributes)]
        self._by_configuration = {identity: seen for identity, _, seen in self._seen}

    def find(self, scanned_file: str, configuration: dict[str, Any]) -> Seen | None:
        """The resource with that configuration; None when the graph does not have it."""
        if id(configuration) in self._by_configuration:
            return self._by_configuration[id(configuration)]
        # The runner for plans hands out copies. The file's path starts where the scanned directory ends, so the shortest is its.
        address = configuration.get(CustomAttributes.TF_RESOURCE_ADDRESS)
        suffix = scanned_file.replace(os.sep, "/")
        paths = sorted(
            ((len(file), seen) for _, file, seen in self._seen if seen.address == address and file.replace(os.sep, "/").endswith(suffix)),
            key=lambda found: found[0],
        )
        return paths[0][1] if paths else None

    def of_input(self, path: str) -> tuple[str, ...]:
        """The addresses that checkov sees in one input."""
        return tuple(seen.address for _, _, seen in self._seen if seen.input == path)


def in_json(scanned_file: str, kind: str, name: str, directories: Iterable[str]) -> Seen | None:
    """The resource in a .tf.json file, below one of the directories that checkov scans; None unless there is just one such file."""
    found = {os.path.realpath(os.path.join(directory, scanned_file.lstrip("/\\"))) for directory in directories}
    files = [path for path in found if path.endswith(OF_A_MODULE) and os.path.isfile(path)]
    return Seen(os.path.dirname(files[0]), files[0], f"{kind}.{name}") if len(files) == 1 else None


def _nodes(graph: Any) -> Iterator[dict[str, Any]]:
    """The attributes of all nodes, of a rustworkx graph or (CHECKOV_GRAPH_FRAMEWORK=NETWORKX) a networkx one."""
    nodes = graph.nodes(data=True) if type(graph).__module__.startswith("networkx") else graph.nodes()
    return (attributes for _, attributes in nodes)


def _of_interest(attributes: dict[str, Any]) -> Iterator[tuple[int, str, Seen]]:
    """The node as identity of its configuration, file and resource, if it is of a type that rules speak about."""
    address = attributes.get(CustomAttributes.TF_RESOURCE_ADDRESS)
    configuration = attributes.get(CustomAttributes.CONFIG)
    if not isinstance(address, str) or not isinstance(configuration, dict):
        return
    for kind in TYPES:
        for body in configuration.get(kind, {}).values():
            file = os.path.abspath(attributes[CustomAttributes.FILE_PATH])
            yield id(body), file, _seen(file, attributes.get(CustomAttributes.SOURCE_MODULE_OBJECT), address)


def _seen(file: str, module: Any, address: str) -> Seen:
    if not file.endswith(OF_A_MODULE):
        return Seen(file, file, address)
    while module:
        # From the innermost call to the one that stands in the root module.
        call = module if isinstance(module, dict) else dict(module)
        file, module = call["path"], call["nested_tf_module"]
    return Seen(os.path.dirname(file), file, address)
