"""What an input shows of a table, as the demands of a contract that the table meets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from dyncheck.dynamodb import BILLING_MODES, TABLE_CLASSES, Index, IndexContract, Inventory, Key, PrimaryKey, Table, regular
from dyncheck.dynamodb.contracts import Recovery, TimeToLive
from dyncheck.model import Known, Unknown, quoted
from dyncheck.model.sensitive import Sensitive


class Facts(Struct, frozen=True):
    """The demands that a table meets, by the key of a contract, and why others are unknown.

    `name` is that of the table, None where it is unknown. A demand that is in neither is one that the table does not meet.
    """

    table: Table
    name: str | None
    met: Mapping[str, Any]
    unknown: Mapping[str, str]


def facts_of(table: Table) -> Facts:
    """What the input shows of a table. Of one that may not exist, it shows nothing."""
    met: dict[str, Any] = {}
    unknown: dict[str, str] = {}
    for key, read in _READ.items():
        try:
            if table.resource.doubt:
                raise Unknown("", table.resource.doubt)
            if value := read(table):
                met[key] = value
        except Unknown as reason:
            unknown[key] = str(reason)
    try:
        name = _open("name", table.name)
    except Unknown:
        name = None
    return Facts(table, name, met, unknown)


def _open(path: str, text: str) -> str:
    """A text that may stand in a file. Raises `Unknown` for a sensitive one."""
    if isinstance(text, Sensitive):
        raise Unknown(path, "is sensitive")
    return text


def _key(table: Table, path: str, name: str, own_types: Mapping[str, str]) -> Key:
    kind = own_types.get(name) or table.attributes.get(name)
    if kind not in ("S", "N", "B"):
        raise Unknown(path, f"is {_open(path, name)}, whose type is not declared")
    return Key(_open(path, name), kind)  # type: ignore[arg-type]


def _primary_key(table: Table) -> PrimaryKey | None:
    if not table.hash_key:
        return None
    range_key = _key(table, "range_key", table.range_key, {}) if table.range_key else None
    return PrimaryKey(_key(table, "hash_key", table.hash_key, {}), range_key)


def _indexes(table: Table) -> dict[str, IndexContract]:
    return {_open("global_secondary_index", index.name): _index(table, index) for index in table.indexes}


def _index(table: Table, index: Index) -> IndexContract:
    keys = {role: tuple(_key(table, index.key_argument(role), name, index.own_types) for name in index.keys_of(role)) for role in _ROLES}
    if index.projection not in ("ALL", "KEYS_ONLY", "INCLUDE") or not keys["HASH"]:
        raise Unknown("global_secondary_index", f"has the index {quoted(index.name)}, which is invalid")
    first, second = (found[0] if len(found) == 1 else found or None for found in keys.values())
    return IndexContract(first, second, index.projection)  # type: ignore[arg-type]


def _time_to_live(table: Table) -> TimeToLive | None:
    attribute = table.time_to_live_attribute if table.time_to_live_enabled else None
    return TimeToLive(_open("ttl.attribute_name", attribute)) if attribute else None


def _encryption(table: Table) -> str | None:
    keys = Inventory.of(table).keys
    at = "server_side_encryption.kms_key_arn"
    is_own = table.encrypted and keys.is_customer_managed(table.kms_key, at, configured=table.configures_kms_key)
    return "customer-managed" if is_own else None


def _recovery(table: Table) -> bool | Recovery:
    if not all(copy.point_in_time_recovery for copy in table.copies):
        return False
    block = table.block.block("point_in_time_recovery")
    is_set = block is not None and isinstance(block.value("recovery_period_in_days"), Known)
    return Recovery(int(table.recovery_days)) if is_set else True


def _one_of(value: str, values: Iterable[str]) -> tuple[str, ...]:
    return (value,) if value in values else ()


def _replicas(table: Table) -> tuple[str, ...]:
    return tuple(sorted(_open("replica", replica.region) for replica in table.replicas if replica.region))


def _tags(table: Table) -> dict[str, str]:
    """The tags of the table, each with a pattern of its value."""
    found = table.block.read("tags_all") if isinstance(table.block.value("tags_all"), Known) else table.block.read("tags", {})
    values = {key: table.tag(key) for key in sorted(found) if not isinstance(key, Sensitive)}
    return {key: tag_pattern(value) for key, value in values.items() if value}


def tag_pattern(*values: str) -> str:
    """A pattern that all the values of a tag match: the value itself where there is only one, and it is not sensitive, else `*`."""
    first = values[0]
    is_one = len(set(values)) == 1 and not isinstance(first, Sensitive) and "*" not in first and regular(first) is None
    return first if is_one else "*"


_ROLES = ("HASH", "RANGE")

_READ: Mapping[str, Callable[[Table], Any]] = {
    "primary_key": _primary_key,
    "indexes": _indexes,
    "encryption": _encryption,
    "point_in_time_recovery": _recovery,
    "deletion_protection": lambda table: all(copy.deletion_protection for copy in table.copies),
    "billing_modes": lambda table: _one_of(table.billing_mode, BILLING_MODES),
    "table_classes": lambda table: _one_of(table.table_class, TABLE_CLASSES),
    "time_to_live": _time_to_live,
    "stream": lambda table: table.stream_view_type if table.has_stream else None,
    "replicas": _replicas,
    "tags": _tags,
}
