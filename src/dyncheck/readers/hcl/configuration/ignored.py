"""What `ignore_changes` covers: the values that Terraform leaves as they are on a resource that exists.

Source: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from dyncheck.model import Opaque, Unknown, quoted
from dyncheck.readers.hcl.language.nodes import Body, Expression, Literal, TupleExpression
from dyncheck.readers.hcl.language.traversals import traversals

# The provider computes these again in every plan.
_WITHOUT_EFFECT = frozenset({"tags_all"})


class Ignored(Struct, frozen=True):
    """What is covered in a resource or in one of its blocks.

    `paths` are those that the configuration lists, such as `tags["Team"]`. `block` is the path of the block with its number, empty
    for the resource itself.
    """

    everything: bool = False
    paths: frozenset[str] = frozenset()
    block: str = ""

    def covers(self, name: str) -> bool:
        """Whether the whole argument, or all blocks of that name, are covered."""
        return self.everything or self.at(name) in self.paths or self.block in self.paths

    def keys(self, name: str) -> frozenset[str]:
        """The keys of a map that are covered, each as `["Team"]`."""
        path = self.at(name)
        return frozenset(each.removeprefix(path) for each in self.paths if each.startswith(f'{path}["'))

    def touches(self, name: str) -> bool:
        """Whether the argument, or a part of it, is covered."""
        return bool(self.covers(name) or self.keys(name))

    def inside(self, name: str, position: int) -> Ignored:
        """What is covered in the block of that name and number."""
        return Ignored(paths=self.paths, block=f"{self.at(name)}[{position}]") if self.paths else self

    def at(self, name: str) -> str:
        """The path of an argument or of the blocks of one name."""
        return f"{self.block}.{name}" if self.block else name


class PartlyKept(Opaque):
    """A map without the `keys` that `ignore_changes` covers: the existing resource may have any value for these, or none."""

    __slots__ = ("_entries", "_keys", "_path", "_reason")

    def __init__(self, path: str, entries: Mapping[str, Any], keys: frozenset[str], reason: str) -> None:
        self._path = path
        self._entries = entries
        self._keys = keys
        self._reason = reason

    def describe(self) -> str:
        return f"{self._path}, partly covered by ignore_changes"

    def get(self, key: str, default: Any = None) -> Any:
        """As the method of `dict`. Raises `Unknown` for a key that is covered."""
        return self._entries[key] if key in self else default

    def __contains__(self, key: object) -> bool:
        item = f"[{quoted(str(key))}]"
        if item in self._keys:
            raise Unknown(self._path + item, self._reason)
        return key in self._entries

    def __getitem__(self, key: str) -> Any:
        return self._entries[key] if key in self else self.refuse()


def ignored_by(body: Body) -> Ignored:
    """What the `ignore_changes` of a resource's body covers."""
    arguments = (block.body.arguments.get("ignore_changes") for block in body.of_type("lifecycle"))
    paths = frozenset(path for argument in arguments if argument for path in _paths(argument.expression))
    return Ignored(bool(paths & {"all", "*"}), paths - _WITHOUT_EFFECT)


def _paths(expression: Expression) -> Iterator[str]:
    """The paths in a list, in which a path may be quoted."""
    for item in expression.items if isinstance(expression, TupleExpression) else (expression,):
        if isinstance(item, Literal):
            yield str(item.value)
        else:
            yield from traversals(item)
