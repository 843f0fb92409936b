"""The judgement of an item that Terraform writes: what the table refuses, and what contradicts a contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from msgspec import DecodeError
from msgspec.json import decode
from msgspec.structs import replace

from dyncheck.dynamodb.contracts import Contract
from dyncheck.dynamodb.entity import Entity
from dyncheck.dynamodb.table import Table
from dyncheck.items.judging import Demands, ItemProblem, KeyAttribute, Undetermined, problems_of_item
from dyncheck.logic import each
from dyncheck.model import Deferred, Known, Opaque, Problem, Unknown, quoted
from dyncheck.model.sensitive import SENSITIVE, Sensitive


class WrittenItem:
    """The content of an item, which is a text in DynamoDB JSON, beside the table that it is in.

    `table` gives that table, None where the input certainly does not show it. It may raise `Unknown`.
    """

    def __init__(self, item: Entity, table: Callable[[], Table | None]) -> None:
        self._item = item
        self._table = table
        self._block = item.block

    def refusals(self) -> Iterator[Problem]:
        """Why DynamoDB or the provider refuses the item, or never lets it expire. May end in `Unknown`."""
        yield from each((self._wrong_keys, self._wrong_values), lambda check: check())

    def contradictions(self, contract: Contract) -> Iterator[Problem]:
        """What contradicts the item schema of a contract. May end in `Unknown`."""
        # What the table refuses about an attribute is reported once.
        of_table, _ = self._demands()
        demanded = (each for each in self._found(replace(of_table, attributes=contract.item)) if each.kind in ("schema", "unknown"))
        yield from self._problems(each for each in demanded if each.attribute in contract.item or not each.attribute)

    def _wrong_keys(self) -> Iterator[Problem]:
        """The arguments that name the keys of the table."""
        table = self._known_table()
        yield from each(("hash_key", "range_key"), lambda argument: self._wrong_key(table, argument))

    def _wrong_key(self, table: Table, argument: str) -> Iterator[Problem]:
        expected: str | None = getattr(table, argument)
        if (self._block.text(argument) or None) != (expected or None):
            summary = f"Item names another {'partition' if argument == 'hash_key' else 'sort'} key than its table has"
            yield self._item.problem(
                summary, at=argument, value=quoted(expected) if expected else "", expected="" if expected else "not set"
            )

    def _wrong_values(self) -> Iterator[Problem]:
        demands, unknown = self._demands()
        # Every problem that the demands show is certain, also where more of them are unknown.
        parts: tuple[Callable[[], Iterator[Problem]], ...] = (
            lambda: self._problems(self._found(demands)),
            lambda: _raised(unknown),
        )
        yield from each(parts, lambda check: check())

    def _known_table(self) -> Table:
        table = self._table()
        if table is None:
            raise Unknown("table_name", f"is {self._block.show('table_name')}, and the input does not show that table with its keys")
        return table

    def _demands(self) -> tuple[Demands, Unknown | None]:
        """What the table demands, as far as it is known, and why it may demand more."""
        keys: list[KeyAttribute] = []
        try:
            table = self._known_table()
        except Unknown as reason:
            return Demands(), reason
        unknown: Unknown | None = None
        time_to_live = ""
        try:
            keys += _keys_of(table)
        except Unknown as reason:
            unknown = reason.within(table.address)
        try:
            time_to_live = (table.time_to_live_enabled and table.time_to_live_attribute) or ""
        except Unknown as reason:
            unknown = unknown or reason.within(table.address)
        return Demands(tuple(keys), time_to_live), unknown

    def _found(self, demands: Demands) -> tuple[ItemProblem, ...]:
        """The problems of the item. Raises `Unknown` where nothing is known of it."""
        if isinstance(self._content, bytes):
            return (ItemProblem("value", "", "Item is not JSON", expected="an object in DynamoDB JSON"),)
        return problems_of_item(self._content, demands)

    @cached_property
    def _content(self) -> Any:
        """The item, with `Undetermined` for each part that is not known; bytes for a text that is not JSON. May raise `Unknown`."""
        value = self._block.value("item")
        if isinstance(value, Known):
            return value.value.refuse() if isinstance(value.value, Opaque) else _decoded(str.__str__(value.value))
        parts = self._block.parts("item") if isinstance(value, Deferred) and not value.question else None
        return _with_gaps(parts) if isinstance(parts, dict) else self._block.string("item")

    @property
    def _is_sensitive(self) -> bool:
        value = self._block.value("item")
        return value.sensitive if isinstance(value, Known) else _holds_sensitive(self._block.parts("item"))

    def _problems(self, found: Any) -> Iterator[Problem]:
        unknown: Unknown | None = None
        for each_found in found:
            at = f"item[{quoted(each_found.attribute)}]" if each_found.attribute and not self._is_sensitive else "item"
            path = at + each_found.inside if at != "item" else at
            if each_found.kind == "unknown":
                unknown = unknown or Unknown(path, each_found.found, self._block.locate(at))
                continue
            yield self._problem(each_found, at, path)
        if unknown:
            raise unknown

    def _problem(self, found: ItemProblem, at: str, path: str) -> Problem:
        value = "" if found.value is None else SENSITIVE if self._is_sensitive else quoted(found.value)
        made = self._item.problem(found.summary, at=at, expected=found.expected, found=found.found or value or "...")
        return replace(made, path=path, found=found.found or value)


def _keys_of(table: Table) -> Iterator[KeyAttribute]:
    """The keys of a table and of its indexes. May end in `Unknown`."""
    types = table.attributes
    own = (("HASH", table.hash_key), ("RANGE", table.range_key))
    yield from (KeyAttribute(name, types[name], role) for role, name in own if name in types)
    for block in table.local_indexes:
        name = block.string("range_key")
        yield from [KeyAttribute(name, types[name], "RANGE", block.string("name"))] if name in types else []
    for index in table.indexes:
        known = types | index.own_types
        yield from (KeyAttribute(name, known[name], role, index.name) for role, name in index.keys if name in known)


def _raised(unknown: Unknown | None) -> Iterator[Problem]:
    if unknown:
        raise unknown
    yield from ()


def _decoded(text: str) -> Any:
    try:
        return decode(text)
    except (DecodeError, RecursionError):
        return text.encode("utf-8", "surrogatepass")


def _with_gaps(part: Any) -> Any:
    if isinstance(part, Deferred):
        return Undetermined(part.describe())
    if isinstance(part, dict):
        return {name: _with_gaps(value) for name, value in part.items()}
    return [_with_gaps(value) for value in part] if isinstance(part, list) else part


def _holds_sensitive(part: Any) -> bool:
    inner: Callable[[], Any] = part.values if isinstance(part, dict) else (lambda: part if isinstance(part, list) else ())
    return isinstance(part, Sensitive) or any(map(_holds_sensitive, inner()))
