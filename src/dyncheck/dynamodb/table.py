"""Tables and their indexes, in any of the provider's three spellings.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from dyncheck.dynamodb.contracts import Key
from dyncheck.dynamodb.entity import Entity, hcl_block
from dyncheck.dynamodb.place import same_place
from dyncheck.dynamodb.replica import Replica, copies_table
from dyncheck.dynamodb.types import INDEX, REPLICA, TABLE
from dyncheck.dynamodb.wiring import Hints, hints_of_table
from dyncheck.logic import first, foremost
from dyncheck.model import NOT_SET, Block, Deferred, Known, Problem, Reference, Resource, Unknown, Unset, Value, literal, quoted
from dyncheck.model.sensitive import SENSITIVE

BILLING_MODES = ("PAY_PER_REQUEST", "PROVISIONED")
TABLE_CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")


class Table(Entity):
    """A DynamoDB table as it will be after the change."""

    @cached_property
    def hints(self) -> Hints:
        """The hints by which an alarm may name the table."""
        return hints_of_table(self.resource)

    @property
    def name(self) -> str:
        """The table's name in the account."""
        return self.block.string("name")

    @property
    def billing_mode(self) -> str:
        """PROVISIONED when unset, as in the service itself."""
        return self.block.string("billing_mode", "PROVISIONED")

    @property
    def table_class(self) -> str:
        """STANDARD when unset. The provider's plan leaves STANDARD out even where it is written."""
        return self.block.text("table_class") or "STANDARD"

    @property
    def hash_key(self) -> str | None:
        """The name of the partition key."""
        return self.block.text("hash_key")

    @property
    def range_key(self) -> str | None:
        """The name of the sort key, None without one: an existing table without one reads as the empty string."""
        return self.block.text("range_key")

    @property
    def encrypted(self) -> bool:
        """Whether a KMS key is used. Without one, DynamoDB encrypts with a key that AWS owns."""
        return bool(self._in_block("server_side_encryption", "enabled"))

    @property
    def point_in_time_recovery(self) -> bool:
        """Whether the table can be restored to any second of the recovery window."""
        return bool(self._in_block("point_in_time_recovery", "enabled"))

    @property
    def deletion_protection(self) -> bool:
        """Whether DynamoDB refuses to delete the table."""
        return bool(self.block.read("deletion_protection_enabled", False))

    @property
    def time_to_live_enabled(self) -> bool:
        """Whether items expire."""
        return bool(self._in_block("ttl", "enabled"))

    @property
    def time_to_live_attribute(self) -> str | None:
        """The attribute after which items expire; an existing table without TTL reads as the empty string."""
        return self._in_block("ttl", "attribute_name") or None

    @property
    def has_stream(self) -> bool:
        """Whether DynamoDB writes the changes of items to a stream."""
        return bool(self.block.read("stream_enabled", False))

    @property
    def stream_view_type(self) -> str | None:
        """What the stream shows of each changed item; None without a stream."""
        return self.block.text("stream_view_type")

    @property
    def kms_key(self) -> Value:
        """The encryption key in the configuration, known or deferred."""
        block = self.block.block("server_side_encryption")
        return block.value("kms_key_arn") if block else Unset()

    @property
    def configures_kms_key(self) -> bool | None:
        """Whether the configuration sets the key. None when the input does not show that: DynamoDB reports its own key too."""
        block = self.block.block("server_side_encryption")
        return block.configures("kms_key_arn") if block else False

    @property
    def attributes(self) -> dict[str, str]:
        """The declared attributes: name to type."""
        return {block.string("name"): block.string("type") for block in self.block.blocks("attribute")}

    @property
    def written_attributes(self) -> dict[str, str]:
        """The attributes as the configuration writes them.

        Terraform plans no change when only the type of an attribute of an existing table changes
        (hashicorp/terraform-provider-aws#759), so written and planned attributes can differ.
        """
        written = self.resource.constant_blocks.get("attribute", ())
        pairs = ((block.get("name"), block.get("type")) for block in written)
        return {name: kind for name, kind in pairs if isinstance(name, str) and isinstance(kind, str)}

    @property
    def indexes(self) -> Iterator[Index]:
        """The global secondary indexes, including those that are separate resources.

        Ends in `Unknown` when a separate index may belong to this table. The provider forbids both kinds on one table.
        """
        inside = self.block.blocks("global_secondary_index")
        for block in inside:
            yield Index(self.resource, self.surroundings, block)
        unknown = Unknown("", self.surroundings.unseen) if INDEX in self.surroundings.incomplete and not inside else None
        for resource in self.surroundings.separate_indexes:
            index = Index(resource, self.surroundings)
            try:
                if index.belongs_to(self):
                    yield index
            except Unknown as reason:
                unknown = foremost(unknown, reason.within(resource.address))
        if unknown:
            raise unknown

    @property
    def replicas(self) -> Iterator[Replica]:
        """The replicas, including those that are separate resources. Ends in `Unknown` when there may be more."""
        separate, unknown = self._separate_replicas()
        yield from separate
        blocks = self.block.nested("replica")
        if isinstance(blocks, Deferred):
            # The provider's documentation asks to ignore the blocks of a table whose replicas are separate resources.
            if not separate:
                raise blocks.unknown(self.block.at("replica"), self.block.locate("replica"))
            blocks = ()
        # An existing table also shows its separate replicas as blocks.
        regions = {replica.region for replica in separate} if blocks else set()
        for block in blocks:
            if block.string("region_name") not in regions:
                yield Replica(self, self.resource, self.surroundings, block)
        if unknown:
            raise unknown

    def _separate_replicas(self) -> tuple[tuple[Replica, ...], Unknown | None]:
        """The separate replicas that certainly copy this table, and why there may be more."""
        unknown = Unknown("", self.surroundings.unseen) if REPLICA in self.surroundings.incomplete else None
        found = []
        for resource in self.surroundings.separate_replicas:
            try:
                if copies_table(resource, self.resource):
                    found.append(Replica(self, resource, self.surroundings))
            except Unknown as reason:
                unknown = foremost(unknown, reason.within(resource.address))
        return tuple(found), unknown

    @property
    def copies(self) -> Iterator[Copy]:
        """The table and its replicas."""
        yield self
        yield from self.replicas

    @property
    def table(self) -> Table:
        """Itself; a replica has the table that it copies here."""
        return self

    def is_home_of(self, resource: Resource) -> bool:
        """Whether a resource is in the account and the region of the table. May raise `Unknown`."""
        return same_place(resource, self.resource)

    def index(self, name: str) -> Index | None:
        """The global secondary index of that name. May raise `Unknown`."""
        return first(self.indexes, lambda index: index.name == name)

    @property
    def local_indexes(self) -> Iterator[Block]:
        """The local secondary indexes. Raises `Unknown`, like `indexes`, during the iteration."""
        yield from self.block.blocks("local_secondary_index")

    def type_problem(self, label: str, key: Key, found: str, where: str = "") -> Problem:
        """The problem that the attribute of a key is declared with another type."""
        return self.problem(
            f"{label} has {'the wrong' if found else 'no'} type {where}".rstrip(),
            at=f"attribute[{quoted(key.name)}].type",
            found=quoted(found) if found else NOT_SET,
            expected=quoted(key.type),
            fix=hcl_block("attribute", name=quoted(key.name), type=quoted(key.type)),
        )

    def sets(self, argument: str) -> bool:
        """Whether the configuration sets an argument that an existing table would otherwise keep.

        Raises `Unknown` when the plan does not show that: it shows a kept value like a set one.
        """
        if not self.resource.exists or argument in self.resource.constants:
            return self.resource.constants.get(argument, True) is not None
        if self.block.configures(argument) is False:
            return False
        shown = self.block.show(argument)
        raise Unknown(argument, f"is {shown}; the plan does not show whether the configuration sets it or the table keeps it")

    def tag(self, key: str) -> str | None:
        """The value of a tag, including the default tags of the provider.

        Raises `Unknown` when the tags are deferred, or when the default tags are not shown and may have the key.
        """
        if isinstance(self.block.value("tags_all"), Known):
            tags: dict[str, str] = self.block.read("tags_all")
            return tags.get(key)
        own: dict[str, str] = self.block.read("tags", {})
        if key not in own and self.resource.provider.has_default_tags:
            raise Unknown("tags_all", "waits for the provider's default tags")
        return own.get(key)

    def show_tag(self, key: str) -> str:
        """The value of a tag as a message may print it."""
        found = [tags for tags in map(self.block.value, ("tags_all", "tags")) if isinstance(tags, Known) and key in tags.value]
        # The provider loses the sensitive mark when it merges the tags with its default tags.
        if any(tags.sensitive for tags in found):
            return SENSITIVE
        return literal(found[0].value[key]) if found else NOT_SET

    def is_identified_by(self, value: Value) -> bool:
        """Whether a deferred value refers to the id of this table, which is its name, and to nothing else.

        Terraform does not know an id before the apply. A reference to one of several instances does not show which one it is.
        """
        if not isinstance(value, Deferred) or self.resource.address != self.resource.block_address:
            return False
        return all(each.attribute == "id" and self._is(each) for each in value.references) and len(value.references) == 1

    def is_named_by(self, value: Value) -> bool:
        """Whether a value in another resource is this table's name (or id, which is the same).

        Raises `Unknown` when the value waits for this table, or for a reference that cannot be followed.
        """
        if isinstance(value, Known):
            return bool(value.value == self.block.read("name"))
        if isinstance(value, Unset):
            return False
        candidates = [reference for reference in value.references if self._may_be(reference)]
        if value.references and not candidates:
            return False
        more = "; refer to the name of the table instead" if any(each.attribute in ("id", "arn") for each in candidates) else ""
        raise value.unknown("", more=more)

    def _may_be(self, reference: Reference) -> bool:
        # A computed value of another resource type may be any text, also the name of this table.
        if reference.resource is None or reference.type != TABLE or reference.is_data:
            return True
        return self._is(reference) or (reference.module is None and reference.resource == self.resource.block_address)

    def _is(self, reference: Reference) -> bool:
        same_instance = reference.module == self.resource.module
        return not reference.is_data and reference.resource == self.resource.block_address and same_instance

    def _in_block(self, block: str, argument: str) -> Any:
        inner = self.block.block(block)
        return inner.read(argument) if inner else None


class Index(Entity):
    """A global secondary index: a block of its table, or a separate resource."""

    @property
    def name(self) -> str:
        """The index's name; the separate resource calls it `index_name`."""
        return self.block.text("index_name") or self.block.string("name")

    @property
    def shown_name(self) -> str:
        """The name as a message may print it."""
        return self.block.show("index_name" if self.block.text("index_name") else "name")

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Pairs of key type (HASH or RANGE) and attribute name, from `key_schema` or from the two arguments."""
        if schema := self.block.blocks("key_schema"):
            return tuple((block.string("key_type"), block.string("attribute_name")) for block in schema)
        named = (("HASH", self.block.text("hash_key")), ("RANGE", self.block.text("range_key")))
        return tuple((role, name) for role, name in named if name)

    @property
    def own_types(self) -> dict[str, str]:
        """The types of key attributes that the index itself declares, as the separate resource does."""
        typed = {block.string("attribute_name"): block.text("attribute_type") for block in self.block.blocks("key_schema")}
        return {name: kind for name, kind in typed.items() if kind}

    @property
    def projection(self) -> str:
        """ALL, KEYS_ONLY or INCLUDE."""
        return (self.block.block("projection") or self.block).string("projection_type")

    @property
    def projected_attributes(self) -> frozenset[str]:
        """The attributes that an INCLUDE projection adds, in no order."""
        return frozenset((self.block.block("projection") or self.block).read("non_key_attributes") or ())

    def key_argument(self, role: str) -> str:
        """The argument or block of the index that sets the key of that role, HASH or RANGE."""
        if self.block.blocks("key_schema"):
            return "key_schema"
        return "hash_key" if role == "HASH" else "range_key"

    def projection_argument(self, name: str) -> str:
        """The path of an argument of the projection: in a block in the separate resource, else directly in the index."""
        return f"projection.{name}" if self.block.blocks("projection") else name

    @property
    def capacity_block(self) -> tuple[Block, str, str]:
        """The block with the capacity, and the names of its read and write arguments."""
        if inner := self.block.block("provisioned_throughput"):
            return inner, "read_capacity_units", "write_capacity_units"
        return self.block, "read_capacity", "write_capacity"

    def has_definition_of(self, other: Index) -> bool:
        """Whether the other index has the same keys and projection. If not, DynamoDB rebuilds the index. May raise `Unknown`."""
        return (self.keys, self.projection, self.projected_attributes) == (other.keys, other.projection, other.projected_attributes)

    def belongs_to(self, table: Table) -> bool:
        """Whether a separate index resource is on this table."""
        name = self.block.value("table_name")
        return (table.is_identified_by(name) or table.is_named_by(name)) and same_place(self.resource, table.resource)

    def key(self, role: str) -> str | None:
        """The key attribute of that role, HASH or RANGE."""
        return next((name for found, name in self.keys if found == role), None)


# A table, or a replica of one that the input does not show.
Copy = Table | Replica
