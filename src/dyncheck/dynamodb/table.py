"""Tables and their indexes, in any of the provider's three spellings.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, product
from textwrap import indent
from typing import Any, TypeAlias

from dyncheck.dynamodb.arns import has_arn_of
from dyncheck.dynamodb.contracts import IndexContract, Key
from dyncheck.dynamodb.entity import Entity, hcl_block
from dyncheck.dynamodb.limits import KEY_ROLES, is_name, wrong_in_name
from dyncheck.dynamodb.place import arn_place, region_of, same_place
from dyncheck.dynamodb.replica import Replica, copies_table
from dyncheck.dynamodb.types import INDEX, KINESIS_DESTINATION, REPLICA, RESTORES, TABLE
from dyncheck.dynamodb.wiring import Hints, hints_of_table
from dyncheck.logic import first, foremost, some
from dyncheck.model import (
    NOT_SET,
    Block,
    Deferred,
    Known,
    Piece,
    Problem,
    Reference,
    Resource,
    Unknown,
    Unset,
    Value,
    has_form,
    is_itself,
    literal,
    quoted,
)
from dyncheck.model.sensitive import SENSITIVE

_INDEXES = ("global_secondary_index", "local_secondary_index")

_MOST_DAYS = 35

# Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html, which changes neither names nor keys
_MIGRATION = """\
# A table that exists keeps its name, keys and key types:
# Terraform replaces it and loses its items, or changes
# nothing. Instead:
# 1. Add a second table that is right, and copy the items
#    to it, for example with an export to S3.
# 2. Move the applications to it.
# 3. Remove the first table."""
_REBUILD = """\
# An index that exists keeps its keys and key types. Remove
# it, apply, and add it again. Queries of it fail until it
# is built."""

BILLING_MODES = ("PAY_PER_REQUEST", "PROVISIONED")
TABLE_CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")


# The name of an attribute, or the pieces of one that is not known: equal pieces are equal names.
AttributeName: TypeAlias = "str | tuple[Piece, ...]"


def name_of(block: Block, argument: str) -> AttributeName:
    """The name of an attribute in an argument; empty where it is not set. Raises `Unknown` where nothing is known of it."""
    value = block.value(argument)
    if isinstance(value, Deferred) and value.pieces and all(map(is_itself, value.pieces)):
        return value.pieces
    return block.string(argument)


def has_name(block: Block, argument: str, name: str) -> bool:
    """Whether an argument is that name. What is known of a text may decide that. Raises `Unknown` where it does not."""
    value = block.value(argument)
    if isinstance(value, Deferred) and value.pieces:
        from dyncheck.model.pieces import may_be

        if not may_be(value.pieces, name):
            return False
    return block.string(argument) == name


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

    def has_name_of(self, pattern: str) -> bool:
        """Whether the name matches a pattern, in which `*` stands for one or more characters. What is known of a name may decide that.

        Raises `Unknown` when it does not.
        """
        # Whether the table exists is another question.
        block = self.block if self.resource.question else self.resource.if_it_exists.body
        value = block.value("name")
        if isinstance(value, Deferred) and value.pieces:
            from dyncheck.model.pieces import pieces_have_form

            answer = pieces_have_form(value.pieces, pattern)
            if answer is not None:
                return answer
        return has_form(value.value if isinstance(value, Known) else block.string("name"), pattern)

    @property
    def wrong_name(self) -> str | None:
        """What DynamoDB refuses in the name, for messages: empty for a name that is known, None for one that is right.

        What is known of a name may decide that. Raises `Unknown` when it does not.
        """
        block = self.block.as_written()
        value = block.value("name")
        if isinstance(value, Deferred) and value.pieces:
            wrong = wrong_in_name(value.pieces)
            if wrong != "":
                return wrong
        return None if is_name(block.string("name")) else ""

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
        """The name of the partition key. Raises `Unknown` for a table that is restored and gets it from its source."""
        key = self.block.text("hash_key")
        if not key:
            self.from_source("hash_key")
        return key

    @property
    def range_key(self) -> str | None:
        """The name of the sort key, None without one: an existing table without one reads as the empty string."""
        key = self.block.text("range_key")
        if not key and isinstance(self.block.value("hash_key"), Unset):
            self.from_source("range_key")
        return key

    @property
    def key_names(self) -> tuple[AttributeName, ...]:
        """The names of its hash key and its range key. Some may not be known. Raises `Unknown` as `hash_key` does."""
        names = tuple(name_of(self.block, argument) for argument in ("hash_key", "range_key"))
        if not names[0]:
            self.from_source("hash_key")
        return tuple(filter(None, names))

    @property
    def unknown_name(self) -> Unknown | None:
        """Why the name of the first attribute or key that is not known is not; None where all are known."""
        indexes = [index.block for index in self.indexes]
        schemas = [block for index in indexes for block in index.blocks("key_schema")]
        named = chain(
            ((block, "name") for block in self._own_blocks("attribute")),
            product((self.block, *self.local_indexes, *indexes), ("hash_key", "range_key")),
            ((block, "attribute_name") for block in schemas),
        )
        values = ((block, argument, block.value(argument)) for block, argument in named)
        found = ((block, argument, value) for block, argument, value in values if isinstance(value, Deferred))
        return next((value.unknown(block.at(argument), block.locate(argument)) for block, argument, value in found), None)

    @property
    def region(self) -> str | None:
        """Its region; None where that comes from the environment. May raise `Unknown`."""
        place = arn_place(self.resource)
        return place[0] if place else region_of(self.resource)

    @property
    def is_restored(self) -> bool:
        """Whether the table is restored from another one, which gives it its keys and indexes."""
        return bool(self.block.text("restore_source_name") or self.block.text("restore_source_table_arn"))

    @property
    def imports(self) -> bool:
        """Whether the table is created from files in S3."""
        return bool(self.block.blocks("import_table"))

    @property
    def encrypted(self) -> bool:
        """Whether a KMS key is used. Without one, DynamoDB encrypts with a key that AWS owns."""
        self._own_blocks("server_side_encryption")
        return bool(self._in_block("server_side_encryption", "enabled"))

    @property
    def point_in_time_recovery(self) -> bool:
        """Whether the table can be restored to any second of the recovery window."""
        return bool(self._in_block("point_in_time_recovery", "enabled"))

    @property
    def recovery_days(self) -> int:
        """How many days point-in-time recovery reaches back. DynamoDB keeps 35 days unless the configuration sets less.

        Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
        """
        block = self.block.block("point_in_time_recovery")
        is_left_out = block is None or (self.resource.exists is False and block.configures("recovery_period_in_days") is False)
        return _MOST_DAYS if block is None or is_left_out else block.read("recovery_period_in_days", _MOST_DAYS)

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
    def streams_to_kinesis(self) -> bool:
        """Whether a Kinesis stream gets the changes of items. Raises `Unknown` when the input may not show all of those streams."""
        if some(self.surroundings.kinesis_destinations, self.has_part):
            return True
        if why := self.surroundings.unseen(KINESIS_DESTINATION, self.resource):
            raise Unknown("", why)
        return False

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
        # All that is known of a new table comes from the configuration.
        return block is not None and (self.resource.exists is False or block.configures("kms_key_arn"))

    @property
    def attributes(self) -> dict[str, str]:
        """The declared attributes: name to type."""
        return {block.string("name"): block.string("type") for block in self._own_blocks("attribute")}

    @property
    def named_attributes(self) -> dict[AttributeName, str]:
        """The declared attributes: name to type. Some names may not be known."""
        return {name_of(block, "name"): block.string("type") for block in self._own_blocks("attribute")}

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
        """The global secondary indexes: those of the table's own blocks, and those that are separate resources.

        Ends in `Unknown` when a separate index may belong to this table. The provider forbids both kinds on one table.
        """
        own = self.own_indexes
        separate, unknown = self._on_this_table(self.surroundings.separate_indexes)
        unknown = unknown or (None if own else self._more_indexes)
        echoed = self._echoed(separate)
        yield from (index for index in own if not echoed or index.name not in echoed)
        yield from separate
        if unknown:
            raise unknown

    @property
    def own_indexes(self) -> tuple[Index, ...]:
        """The indexes that the table's blocks show. May raise `Unknown`.

        From version 6 of the provider on, an existing table also shows the separate indexes there, as they were before the plan.
        """
        return tuple(Index(self.resource, self.surroundings, block) for block in self.block.blocks("global_secondary_index"))

    @property
    def destroyed_indexes(self) -> list[Index]:
        """The separate indexes of the table that the plan destroys, also where it creates them again."""
        return self._on_this_table(self.surroundings.destroyed_indexes)[0]

    def _echoed(self, separate: list[Index]) -> frozenset[str]:
        """The names of the blocks that only repeat what the state has of separate indexes.

        The provider computes the blocks of a table where the configuration has none.
        """
        if not self.resource.exists or self.block.configures("global_secondary_index"):
            return frozenset()
        names = (index.block.value("index_name") for index in (*separate, *self.destroyed_indexes))
        return frozenset(name.value for name in names if isinstance(name, Known))

    def _on_this_table(self, resources: Iterable[Resource]) -> tuple[list[Index], Unknown | None]:
        """Those of the separate indexes that are on this table, and why it is unknown whether there are more."""
        found: list[Index] = []
        unknown: Unknown | None = None
        for resource in resources:
            index = Index(resource, self.surroundings)
            try:
                if index.belongs_to(self):
                    found.append(index)
            except Unknown as reason:
                unknown = foremost(unknown, reason.within(resource.address))
        return found, unknown

    @property
    def _more_indexes(self) -> Unknown | None:
        """Why a table without the blocks may have indexes that the input does not show."""
        if why := self.surroundings.unseen(INDEX, self.resource):
            return Unknown("", why)
        return self._source_of("global_secondary_index")

    def from_source(self, name: str) -> None:
        """Raises `Unknown` when a new table gets an argument or block, which it does not set itself, from the table it is restored from.

        Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html
        """
        if unknown := self._source_of(name):
            raise unknown

    def _source_of(self, name: str) -> Unknown | None:
        named = (each for each in RESTORES if not self.resource.exists and not isinstance(self.block.value(each), Unset))
        argument = next(named, None)
        return Unknown(name, f"comes from the source of the restore ({argument})", self.block.locate(argument)) if argument else None

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
        why = self.surroundings.unseen(REPLICA, self.resource)
        unknown = Unknown("", why) if why else None
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

    @property
    def uses_key_schema(self) -> bool:
        """Whether an index of this table is written with `key_schema`, as from version 6 of the provider on.

        Only that version plans a region. False where the input shows neither the version nor such an index.
        """
        is_version_6 = (self.resource.provider.major or 0) > 5 or isinstance(self.block.value("region"), Known)
        blocks = self.block.nested("global_secondary_index")
        return is_version_6 or any(block.nested("key_schema") for block in (blocks if isinstance(blocks, tuple) else ()))

    def index(self, name: str) -> Index | None:
        """The global secondary index of that name. May raise `Unknown`."""
        return first(self.indexes, lambda index: index.has_name(name))

    @property
    def local_indexes(self) -> Iterator[Block]:
        """The local secondary indexes. Raises `Unknown`, like `indexes`, during the iteration."""
        yield from self._own_blocks("local_secondary_index")

    def type_problem(self, label: str, key: Key, found: str, where: str = "", *, of_index: bool = False) -> Problem:
        """The problem that the attribute of a key is declared with another type."""
        fix = hcl_block("attribute", name=quoted(key.name), type=quoted(key.type))
        return self.problem(
            f"{label} has {'the wrong' if found else 'no'} type {where}".rstrip(),
            at=f"attribute[{quoted(key.name)}].type",
            found=quoted(found) if found else NOT_SET,
            expected=quoted(key.type),
            fix=self.replacing(fix) if not of_index else _REBUILD if self.resource.exists else fix,
        )

    def replacing(self, fix: str) -> str:
        """A fix that would replace the table if it existed. For a table that may exist, it says how to migrate."""
        if self.resource.exists is False:
            return fix
        return _MIGRATION if self.resource.exists else f"# For a new table:\n{fix}\n{_MIGRATION}"

    def sets(self, argument: str) -> bool:
        """Whether the configuration sets an argument that an existing table would otherwise keep.

        Raises `Unknown` when the plan does not show that: it shows a kept value like a set one.
        """
        return _sets(self, self.block, argument, self.resource.constants)

    def tag(self, key: str) -> str | None:
        """The value of a tag, including the default tags of the provider.

        A tag that is a separate resource comes last, so it replaces the table's own. Raises `Unknown` when the tags are deferred, or when
        the default tags are not shown and may have the key.
        """
        if separate := self.separate_tag(key):
            return separate.body.string("value")
        if isinstance(self.block.value("tags_all"), Known):
            tags: dict[str, str] = self.block.read("tags_all")
            return tags.get(key)
        own: dict[str, str] = self.block.read("tags", {})
        if key not in own and self.resource.provider.has_default_tags:
            raise Unknown("tags_all", "waits for the provider's default tags")
        return own.get(key)

    def show_tag(self, key: str) -> str:
        """The value of a tag as a message may print it."""
        if separate := self.separate_tag(key):
            return f"{separate.body.show('value')} (set by {separate.address})"
        found = [tags for tags in map(self.block.value, ("tags_all", "tags")) if isinstance(tags, Known) and key in tags.value]
        # The provider loses the sensitive mark when it merges the tags with its default tags.
        if any(tags.sensitive for tags in found):
            return SENSITIVE
        return literal(found[0].value[key]) if found else NOT_SET

    def separate_tag(self, key: str) -> Resource | None:
        """The resource that sets a tag of that key on this table. May raise `Unknown`."""

        def sets(resource: Resource) -> bool:
            try:
                return resource.body.string("key") == key and has_arn_of(resource, "resource_arn", self.resource)
            except Unknown as reason:
                raise reason.within(resource.address) from None

        return first(self.surroundings.separate_tags_near(self.hints), sets)

    def is_identified_by(self, value: Value) -> bool:
        """Whether a deferred value refers to the id of this table, which is its name, and to nothing else.

        Terraform does not know an id before the apply. A reference to one of several instances does not show which one it is.
        """
        if not isinstance(value, Deferred) or not self.resource.is_single:
            return False
        return all(each.attribute == "id" and self._is(each) for each in value.references) and len(value.references) == 1

    def has_part(self, resource: Resource) -> bool:
        """Whether a separate resource, with the argument `table_name`, is a part of this table. May raise `Unknown`."""
        name = resource.body.value("table_name")
        return (self.is_identified_by(name) or self.is_named_by(name)) and same_place(resource, self.resource)

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

    def _own_blocks(self, name: str) -> tuple[Block, ...]:
        """The blocks of that name. Raises `Unknown` when there are none, and the table that it is restored from may have some."""
        blocks = self.block.blocks(name)
        if not blocks:
            self.from_source(name)
        return blocks

    def _in_block(self, block: str, argument: str) -> Any:
        inner = self.block.block(block)
        return inner.read(argument) if inner else None


class Index(Entity):
    """A global secondary index: a block of its table, or a separate resource."""

    @property
    def name(self) -> str:
        """The index's name; the separate resource calls it `index_name`."""
        return self.block.text("index_name") or self.block.string("name")

    def has_name(self, name: str) -> bool:
        """Whether it has that name. What is known of a name may decide that. Raises `Unknown` where it does not."""
        return has_name(self.block, "index_name" if self.is_separate else "name", name)

    @property
    def shown_name(self) -> str:
        """The name as a message may print it."""
        return self.block.show("index_name" if self.is_separate else "name")

    @property
    def is_separate(self) -> bool:
        """Whether the index is a resource of its own, not a block of its table."""
        return self.resource.type == INDEX

    @property
    def is_new(self) -> bool:
        """Whether the index does not exist before the change: DynamoDB has accepted what exists. May raise `Unknown`.

        An index that is rebuilt under its name counts as existing.
        """
        if self.is_separate or not self.resource.exists:
            return not self.resource.exists
        former = self.surroundings.former_tables.get(self.address)
        return former is not None and self.name not in {block.string("name") for kind in _INDEXES for block in former.body.blocks(kind)}

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Pairs of role (HASH or RANGE) and attribute name, in the written order, from `key_schema` or from the two arguments.

        Provider 6 reads an existing index into both forms, and only `key_schema` has all attributes then.
        """
        if schema := self.block.blocks("key_schema"):
            return tuple((block.string("key_type"), block.string("attribute_name")) for block in schema)
        named = (("HASH", self.block.text("hash_key")), ("RANGE", self.block.text("range_key")))
        return tuple((role, name) for role, name in named if name)

    @property
    def key_names(self) -> tuple[AttributeName, ...]:
        """The names of its key attributes. Some may not be known."""
        if schema := self.block.blocks("key_schema"):
            return tuple(name_of(block, "attribute_name") for block in schema)
        return tuple(filter(None, (name_of(self.block, argument) for argument in ("hash_key", "range_key"))))

    def keys_of(self, role: str) -> tuple[str, ...]:
        """The key attributes of that role, HASH or RANGE, in the written order. A table has one of each, an index up to four."""
        return tuple(name for found, name in self.keys if found == role)

    @property
    def key_beside_schema(self) -> str | None:
        """`hash_key` or `range_key` if the configuration has it beside `key_schema` blocks, which the provider refuses.

        In a plan and a state both can have values, but there the provider has accepted the configuration. May raise `Unknown`.
        """
        if self.resource.exists or not self.block.blocks("key_schema"):
            return None
        return first(("hash_key", "range_key"), self._is_written)

    def _is_written(self, name: str) -> bool:
        value = self.block.value(name)
        if isinstance(value, Deferred) and self.block.configures(name):
            raise value.unknown(self.block.at(name), self.block.locate(name))
        return isinstance(value, Known) and bool(value.value)

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
        return {"HASH": "hash_key", "RANGE": "range_key"}[role]

    def projection_argument(self, name: str) -> str:
        """The path of an argument of the projection: in a block in the separate resource, else directly in the index."""
        return f"projection.{name}" if self.block.blocks("projection") else name

    @property
    def capacity_block(self) -> tuple[Block, str, str]:
        """The block with the capacity, and the names of its read and write arguments."""
        if self.is_separate:
            return self.block.block("provisioned_throughput") or self.block, "read_capacity_units", "write_capacity_units"
        return self.block, "read_capacity", "write_capacity"

    def sets(self, argument: str) -> bool:
        """Whether the configuration sets a capacity that the index of an existing table would otherwise keep.

        Raises `Unknown` when the plan does not show that: it shows a kept value like a set one.
        """
        block, name = self.capacity_block[0], self.block.value("name")
        written = self.resource.constant_blocks.get("global_secondary_index", ()) if block is self.block else ()
        named = (each for each in written if isinstance(name, Known) and each.get("name") == name.value)
        return _sets(self, block, argument, next(named, {}))

    def has_definition_of(self, other: Index) -> bool:
        """Whether the other index has the same keys and projection. If not, DynamoDB rebuilds the index. May raise `Unknown`."""
        return (self.keys, self.projection, self.projected_attributes) == (other.keys, other.projection, other.projected_attributes)

    def belongs_to(self, table: Table) -> bool:
        """Whether a separate index resource is on this table."""
        return table.has_part(self.resource)


def _sets(owner: Table | Index, block: Block, argument: str, constants: Mapping[str, Any]) -> bool:
    if not owner.resource.exists or argument in constants:
        return constants.get(argument, True) is not None
    if block.configures(argument) is False:
        return False
    why = f"is {block.show(argument)}; the plan does not show whether the configuration sets it or the table keeps it"
    raise Unknown(block.at(argument), why)


def hcl_key_schema(expected: IndexContract, roles: tuple[str, ...] = KEY_ROLES, *, typed: bool = False) -> str:
    """The `key_schema` blocks of the expected keys of these roles. `typed` adds the types, which only a separate index declares itself."""
    keys = ((role, key) for role in roles for key in expected.keys_of(role))
    return "\n".join(
        hcl_block(
            "key_schema",
            attribute_name=quoted(key.name),
            **({"attribute_type": quoted(key.type)} if typed else {}),
            key_type=quoted(role),
        )
        for role, key in keys
    )


def hcl_index(name: str, expected: IndexContract, *, uses_key_schema: bool) -> str:
    """The HCL of an index, in the form of the provider. Only `key_schema` takes more than one attribute of a role."""
    arguments = {"hash_key": expected.keys_of("HASH"), "range_key": expected.keys_of("RANGE")}
    if not uses_key_schema and all(len(keys) < 2 for keys in arguments.values()):
        keys = {argument: quoted(key.name) for argument, found in arguments.items() for key in found}
        return hcl_block("global_secondary_index", name=quoted(name), **keys, projection_type=quoted(expected.projection))
    block = hcl_block("global_secondary_index", name=quoted(name), projection_type=quoted(expected.projection))
    inner = indent(hcl_key_schema(expected), "  ")
    return f"{block.removesuffix('}')}{inner}\n}}"


# A table, or a replica of one that the input does not show.
Copy = Table | Replica
