"""Blocks of plan and state JSON, with known, unset and deferred values.

A plan has `after_unknown: true` both for an argument that is not set and for a value that exists only after apply. An argument with an
expression in the configuration is deferred, any other is unset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from dyncheck.dynamodb.types import RESTORES
from dyncheck.model import UNSET, Block, Deferred, Known, Location, Piece, Place, Reference, Related, Value, quoted
from dyncheck.readers.plan.configuration import Configuration, Expressions, constant, is_constant, texts_of
from dyncheck.readers.references import ModulePath, follow, is_direct

# Blocks that the provider computes where the configuration has none: unknown in a plan then, but not deferred.
# Source: `terraform providers schema -json` of hashicorp/aws 5.100; from 6.29 on global_secondary_index is one as well.
_COMPUTED_BLOCKS = frozenset({"point_in_time_recovery", "server_side_encryption", "ttl", "warm_throughput"})
_COMPUTED_BLOCKS_SINCE_6 = _COMPUTED_BLOCKS | {"global_secondary_index", "global_table_witness", "key_schema"}

# Arguments in blocks that the provider or the service computes where the configuration does not set them.
_COMPUTED_ARGUMENTS = frozenset(
    {
        "deletion_protection_enabled",
        "kms_key_arn",
        "max_read_request_units",
        "max_write_request_units",
        "read_capacity",
        "recovery_period_in_days",
        "write_capacity",
    }
)

# The argument whose origin decides a rule: who manages the key.
_TRACED = "kms_key_arn"

# The arguments that name a resource in its account.
_NAMES = ("name", "alarm_name", "index_name")

# The argument that identifies a block among others of its name, in the order of preference.
_LABELS = ("name", "id", "region_name")

Marks: TypeAlias = Any


class _All(dict[str, Any]):
    """The marks of the members where the whole is marked."""

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ARG002
        return True


_ALL = _All()


class Scope(Struct, frozen=True):
    """Where a block is read: the configuration (None when the input has none) and the module that its references are relative to.

    `exists` says that the resource exists before the change.
    """

    configuration: Configuration | None = None
    path: ModulePath = ()
    module: str = ""
    is_version_6: bool = False
    uses_kms: bool = True
    exists: bool = False

    def references(self, expression: Any) -> tuple[Reference, ...]:
        """The references that an expression waits for, followed through module calls and outputs."""
        return follow(self.configuration, self.path, texts_of(expression), self.module) if self.configuration else ()

    def is_direct(self, expression: Any) -> bool:
        """Whether an expression has one reference, which leads to a resource without any other on the way."""
        return self.configuration is not None and is_direct(self.configuration, self.path, texts_of(expression))


class PlanBlock(Block):
    """A block with its values, its marks for unknown and sensitive, and the expressions that it is written with.

    `written` has the entries of the configuration that may be this block: none for a block that a `dynamic` block made. `source` gives
    the body of the resource in the sources, which have the places.
    """

    __slots__ = ("_nested", "_read", "_scope", "_sensitive", "_source", "_unknown", "_values", "_written")

    def __init__(
        self,
        path: str,
        values: dict[str, Any],
        unknown: Marks = False,
        sensitive: Marks = False,
        written: Sequence[Expressions] = (),
        scope: Scope | None = None,
        source: Callable[[], Block | None] | None = None,
    ) -> None:
        self.path = path
        self._values = values
        self._unknown = _of_members(unknown)
        self._sensitive = _of_members(sensitive)
        self._written = written
        self._scope = scope or Scope()
        self._source = source
        # Rules read the same few values again and again.
        self._read: dict[str, Value] = {}
        self._nested: dict[str, tuple[Block, ...] | Deferred] = {}

    def placed(self, source: Callable[[], Block | None]) -> PlanBlock:
        """The same block with its places in the sources."""
        return PlanBlock(self.path, self._values, self._unknown, self._sensitive, self._written, self._scope, source)

    def locate(self, at: str) -> Location | None:
        written = self._source() if self._source else None
        return written.locate(self._from_resource(at)) if written else None

    def trace(self, at: str) -> tuple[Related, ...]:
        written = self._source() if self._source else None
        return written.trace(self._from_resource(at)) if written else ()

    def surroundings(self, at: str) -> tuple[Place, ...]:
        written = self._source() if self._source else None
        return written.surroundings(self._from_resource(at)) if written else ()

    def _from_resource(self, at: str) -> str:
        return self.at(at) if at else self.path

    def read(self, name: str, default: Any = None) -> Any:
        # Most arguments are neither unknown nor sensitive, and rules read the same few again and again.
        if self._unknown.get(name) or self._sensitive.get(name):
            return super().read(name, default)
        plain = self._values.get(name)
        return default if plain is None else plain

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

    def parts(self, name: str) -> Any:
        if not isinstance(self.value(name), Deferred):
            return None
        written = self._in_source()
        found = written.parts(name) if written else None
        if found is not None:
            return found
        # A list of a single reference has that one item, as far as a plan shows it.
        expressions = [entry[name] for entry in self._written if name in entry]
        references = self._scope.references(expressions)
        return [Deferred(references)] if len(references) == 1 and self._scope.is_direct(expressions) else None

    def _in_source(self) -> Block | None:
        """The same block in the sources."""
        source = self._source() if self._source else None
        for step in self.path.split(".") if self.path and source else ():
            inner = source.nested(step.partition("[")[0]) if source else ()
            found = inner if isinstance(inner, tuple) else ()
            source = next((each for each in found if each.path.endswith(step)), None)
        return source

    def _argument(self, name: str) -> Value:
        # Most marks are missing or false.
        mark = self._unknown.get(name)
        if mark and _holds_true(mark):
            return self._unknown_value(name)
        plain = self._values.get(name)
        if plain is None:
            return UNSET
        mark = self._sensitive.get(name)
        return Known(plain, bool(mark) and _holds_true(mark))

    def _blocks(self, name: str) -> tuple[Block, ...] | Deferred:
        unknown = self._unknown.get(name)
        if unknown is True:
            return self._unknown_blocks(name)
        bodies = _listed(self._values.get(name))
        if not bodies:
            return ()
        sensitive = self._sensitive.get(name)
        written = [inner for entry in self._written for inner in _listed(entry.get(name))]
        made = []
        for position, body in enumerate(bodies):
            marks = _item(sensitive, position)
            label = next((key for key in _LABELS if isinstance(body.get(key), str)), None)
            path = self.at(name)
            if label and not _holds_true(_of_members(marks).get(label)):
                path = f"{path}[{quoted(body[label])}]"
            elif len(bodies) > 1:
                path = f"{path}[{position}]"
            # The entries that may have made this block have the same label, or one that is not a constant.
            own = [entry for entry in written if constant(entry.get(label), body[label]) == body[label]] if label else written
            made.append(PlanBlock(path, body, _item(unknown, position), marks, own, self._scope, self._source))
        return tuple(made)

    def _unknown_value(self, name: str) -> Value:
        if self._scope.configuration is None:
            return _UNDESCRIBED
        if not self._written:
            # `relevant_attributes` also lists the references in dynamic blocks, so it shows whether a key may come from the plan.
            if name in _COMPUTED_ARGUMENTS and not (name == "kms_key_arn" and self._scope.uses_kms):
                return UNSET
            reason = "is unknown, and is in a dynamic block, which plans do not describe"
            return Deferred(reason=reason, alternatives=self._alternatives(name, [], ()))
        written = [entry[name] for entry in self._written if name in entry]
        # A change of one replica marks the keys of all of them as unknown.
        if len(written) == 1 and (fixed := constant(written[0], None)) is not None:
            return Known(fixed)
        references = self._scope.references(written)
        # An expression without references was known to Terraform: it is null, and the provider computes the value.
        if not references:
            return UNSET
        alternatives = self._alternatives(name, written, references)
        return Deferred(references, alternatives=alternatives, pieces=self._pieces(name))

    def _pieces(self, name: str) -> tuple[Piece, ...]:
        """The pieces of a name, as the sources show them."""
        source = self._source() if self._source and not self.path and name in _NAMES else None
        value = source.value(name) if source else None
        return value.pieces if isinstance(value, Deferred) else ()

    def _alternatives(self, name: str, written: list[Any], references: tuple[Reference, ...]) -> tuple[Value, ...]:
        """The values that an argument may have; empty where the plan and the sources do not show them."""
        if name != _TRACED:
            return ()
        if len(references) == 1 and self._scope.is_direct(written):
            return (Deferred(references),)
        source = self._in_source()
        value = source.value(name) if source else None
        if isinstance(value, Deferred):
            return value.alternatives
        return () if value is None else (value,)

    def _unknown_blocks(self, name: str) -> tuple[Block, ...] | Deferred:
        if self._scope.configuration is None:
            return _UNDESCRIBED
        expressions = [entry[name] for entry in self._written if name in entry]
        if expressions:
            return Deferred(self._scope.references(expressions))
        is_restored = any(self._values.get(each) or self._unknown.get(each) for each in RESTORES)
        is_computed = name in (_COMPUTED_BLOCKS_SINCE_6 if self._scope.is_version_6 else _COMPUTED_BLOCKS)
        if is_restored or (is_computed and not self._is_dynamic(name)):
            return ()
        return Deferred(reason="comes from a dynamic block whose for_each is known only after apply")

    def _is_dynamic(self, name: str) -> bool:
        """Whether only a dynamic block explains that blocks are unknown."""
        if name == "key_schema":
            # An index has keys, so without `hash_key` its `key_schema` is written.
            return bool(self._written) and self.value("hash_key") == UNSET
        # An existing resource keeps the computed blocks that the configuration does not have.
        return self._scope.exists and not self.path


_UNDESCRIBED = Deferred(reason="is unknown, and the input has no configuration that shows whether it is set")


def constants(written: Any) -> tuple[dict[str, Any], ...]:
    """The constant arguments of the blocks of one name, as the configuration has them."""
    return tuple(
        {name: expression["constant_value"] for name, expression in entry.items() if is_constant(expression)} for entry in _listed(written)
    )


def _listed(written: Any) -> list[dict[str, Any]]:
    if isinstance(written, dict):
        return [written]
    return [entry for entry in written if isinstance(entry, dict)] if isinstance(written, list) else []


def _of_members(marks: Marks) -> dict[str, Marks]:
    return marks if isinstance(marks, dict) else _ALL if marks is True else {}


def _item(marks: Marks, position: int) -> Marks:
    if isinstance(marks, list):
        return marks[position] if position < len(marks) else False
    return marks


def _holds_true(marks: Marks) -> bool:
    """Whether there is a literal true anywhere in the marks: `[false]` is a placeholder for a list that is fully known."""
    if isinstance(marks, dict):
        return any(map(_holds_true, marks.values()))
    if isinstance(marks, list):
        return any(map(_holds_true, marks))
    return marks is True
