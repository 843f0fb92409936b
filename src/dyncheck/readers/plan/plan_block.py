"""Blocks as plan and state JSON hold them, with known, unset and deferred told apart.

A plan says `after_unknown: true` of what nobody set as well as of what is set to something that exists only after apply. The
configuration tells them apart: what it has an expression for is deferred, the rest is unset.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.model import UNSET, Block, Deferred, Known, Reference, Value, quoted
from dyncheck.readers.plan.configuration import Configuration, Expressions, constant, is_constant
from dyncheck.readers.references import ModulePath

# Blocks that the provider fills in where nobody wrote them: unknown in a plan then, without being deferred.
# Source: `terraform providers schema -json` of hashicorp/aws 5.100; from 6.29 on global_secondary_index is one as well.
_COMPUTED_BLOCKS = frozenset({"point_in_time_recovery", "server_side_encryption", "ttl", "warm_throughput"})
_COMPUTED_BLOCKS_SINCE_6 = _COMPUTED_BLOCKS | {"global_secondary_index", "key_schema"}

# Arguments in blocks that the provider or the service fills in where nobody wrote them.
_COMPUTED_ARGUMENTS = frozenset(
    {"kms_key_arn", "max_read_request_units", "max_write_request_units", "read_capacity", "recovery_period_in_days", "write_capacity"}
)

# What tells several blocks of one name apart, in the order of preference.
_LABELS = ("name", "id")

Marks: TypeAlias = Any


class Scope(Struct, frozen=True):
    """Where a block is read: the configuration (None when the input has none) and the module its references are relative to."""

    configuration: Configuration | None = None
    path: ModulePath = ()
    module: str = ""
    computed_blocks: frozenset[str] = _COMPUTED_BLOCKS
    uses_kms: bool = True

    @classmethod
    def of(
        cls, configuration: Configuration | None, path: ModulePath, module: str, body: dict[str, Any], unknown: Marks, uses_kms: bool
    ) -> Scope:
        """The scope of a resource; from version 6 of the provider on, each has an argument `region`."""
        is_six = "region" in body or (isinstance(unknown, dict) and "region" in unknown)
        return cls(configuration, path, module, _COMPUTED_BLOCKS_SINCE_6 if is_six else _COMPUTED_BLOCKS, uses_kms)

    def leaves_to_service(self, argument: str) -> bool:
        """Whether an unknown argument of a `dynamic` block is one that nobody wrote.

        The configuration does not describe such blocks. A key that is made in the same configuration can be seen all the
        same: `relevant_attributes` lists what the plan was computed from, references in dynamic blocks included.
        """
        return argument in _COMPUTED_ARGUMENTS and not (argument == "kms_key_arn" and self.uses_kms)

    def references(self, expression: Any) -> tuple[Reference, ...]:
        """What an expression waits for."""
        return self.configuration.references(self.path, self.module, expression) if self.configuration else ()


class PlanBlock(Block):
    """A block with its values, its marks for unknown and sensitive, and the expressions it was written with.

    `path` and `written` say where the block stands, and which of the configuration's entries may be it: none for a block
    that a `dynamic` block made.
    """

    __slots__ = ("_nested", "_read", "_scope", "_sensitive", "_unknown", "_values", "_written")

    def __init__(
        self,
        path: str,
        values: dict[str, Any],
        unknown: Marks = False,
        sensitive: Marks = False,
        written: tuple[Expressions, ...] = (),
        scope: Scope | None = None,
    ) -> None:
        self.path = path
        self._values = values
        self._unknown = unknown
        self._sensitive = sensitive
        self._written = written
        self._scope = scope or Scope()
        # Rules read the same few values again and again.
        self._read: dict[str, Value] = {}
        self._nested: dict[str, tuple[Block, ...] | Deferred] = {}

    def value(self, name: str) -> Value:
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = self._argument(name)
        return found

    def nested(self, name: str) -> tuple[Block, ...] | Deferred:
        found = self._nested.get(name)
        if found is None:
            found = self._nested[name] = self._blocks(name)
        return found

    def configures(self, name: str) -> bool | None:
        if self._scope.configuration is None or not self._written:
            return None
        return any(name in entry for entry in self._written)

    def _argument(self, name: str) -> Value:
        if _is_marked(self._unknown, name):
            return self._unknown_value(name)
        plain = self._values.get(name)
        return UNSET if plain is None else Known(plain, _is_marked(self._sensitive, name))

    def _blocks(self, name: str) -> tuple[Block, ...] | Deferred:
        marks = _mark(self._unknown, name)
        if marks is True:
            return self._unknown_blocks(name)
        bodies = self._values.get(name)
        if isinstance(bodies, dict):
            bodies = [bodies]
        if not isinstance(bodies, list):
            return ()
        return tuple(self._inner(name, position, body, len(bodies)) for position, body in enumerate(bodies) if isinstance(body, dict))

    def _unknown_value(self, name: str) -> Value:
        if self._scope.configuration is None:
            return Deferred(reason="is unknown, and the input has no configuration that says whether anybody set it")
        if not self._written:
            if self._scope.leaves_to_service(name):
                return UNSET
            return Deferred(reason="is unknown, and stands in a dynamic block, which plans do not describe")
        expressions = [entry[name] for entry in self._written if name in entry]
        references = self._scope.references(expressions)
        # An expression that waits for nothing was known to Terraform: it is null, and the provider fills in the value.
        return Deferred(references) if references else UNSET

    def _unknown_blocks(self, name: str) -> tuple[Block, ...] | Deferred:
        if self._scope.configuration is None:
            return Deferred(reason="is unknown, and the input has no configuration that says whether anybody set it")
        expressions = [entry[name] for entry in self._written if name in entry]
        if expressions:
            return Deferred(self._scope.references(expressions))
        if name in self._scope.computed_blocks:
            return ()
        return Deferred(reason="comes from a dynamic block whose for_each is known only after apply")

    def _inner(self, name: str, position: int, body: dict[str, Any], number: int) -> PlanBlock:
        marks = _item(_mark(self._sensitive, name), position)
        label = next((key for key in _LABELS if isinstance(body.get(key), str)), None)
        path = self.at(name)
        if label and not _is_marked(marks, label):
            path = f"{path}[{quoted(body[label])}]"
        elif number > 1:
            path = f"{path}[{position}]"
        unknown = _item(_mark(self._unknown, name), position)
        return PlanBlock(path, body, unknown, marks, self._written_as(name, label, body), self._scope)

    def _written_as(self, name: str, label: str | None, body: dict[str, Any]) -> tuple[Expressions, ...]:
        """The entries of the configuration that may have made this block: those whose label is the same or not a constant."""
        entries = [inner for entry in self._written for inner in _listed(entry.get(name))]
        if label is None:
            return tuple(entries)
        return tuple(entry for entry in entries if constant(entry.get(label), body[label]) == body[label])


def constants(written: Any) -> tuple[dict[str, Any], ...]:
    """The constant arguments of the blocks of one name, as the configuration spells them out."""
    return tuple(
        {name: expression["constant_value"] for name, expression in entry.items() if is_constant(expression)} for entry in _listed(written)
    )


def _listed(written: Any) -> list[dict[str, Any]]:
    if isinstance(written, dict):
        return [written]
    return [entry for entry in written if isinstance(entry, dict)] if isinstance(written, list) else []


def _mark(marks: Marks, name: str) -> Marks:
    """The mark of one member: a mark on the whole holds for each of them."""
    return marks.get(name, False) if isinstance(marks, dict) else marks is True


def _is_marked(marks: Marks, name: str) -> bool:
    """Whether the mark of one member holds a literal true."""
    mark = _mark(marks, name)
    # Most marks are false.
    return bool(mark) and _holds_true(mark)


def _item(marks: Marks, position: int) -> Marks:
    if isinstance(marks, list):
        return marks[position] if position < len(marks) else False
    return marks


def _holds_true(marks: Marks) -> bool:
    """Whether a literal true stands anywhere in the marks: `[false]` is a placeholder for a list that is fully known."""
    if isinstance(marks, dict):
        return any(map(_holds_true, marks.values()))
    if isinstance(marks, list):
        return any(map(_holds_true, marks))
    return marks is True
