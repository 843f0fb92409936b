"""Table is refused by the provider or by DynamoDB.

Why: `terraform plan` accepts most of these tables. Then the apply fails halfway: what the plan changes before the
table is changed, and what waits for the table is missing.
Fix: set the argument to a value that DynamoDB accepts. The message says which values these are.
    global_secondary_index {
      name               = "ByCategory"
      hash_key           = "category"
      projection_type    = "INCLUDE"
      non_key_attributes = ["price"]
    }
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from dyncheck.dynamodb import Index, Inventory, Replica, Table, is_enabled, is_symmetric, limits
from dyncheck.rule import Block, Deferred, Known, Problems, Unknown, each, error, literal, quoted, rule, some


@rule(Table, severity=error)
def check(table: Table) -> Problems:
    yield from each(CHECKS, lambda one: one(table))


def _name(table: Table) -> Problems:
    # DynamoDB has accepted the names of what exists, also one that ignore_changes keeps.
    if not table.resource.exists and (wrong := table.wrong_name) is not None:
        yield table.problem("Table has an invalid name", at="name", found=wrong, expected=limits.NAME_FORM)


def _primary_key(table: Table) -> Problems:
    if not table.hash_key:
        yield table.problem("Table has no hash key", at="hash_key", expected="the name of an attribute")
    elif table.range_key == table.hash_key:
        yield table.problem("Hash key and range key of the table are the same attribute", at="range_key", expected="another attribute")


def _attributes(table: Table) -> Problems:
    yield from each(table.block.blocks("attribute"), lambda block: _attribute(table, block))


def _attribute(table: Table, block: Block) -> Problems:
    if block.string("type") not in limits.KEY_TYPES:
        yield table.problem("Key attribute has an invalid type", at="type", inside=block, expected='"S", "N" or "B"')
    if not limits.is_attribute_name(block.string("name")):
        yield table.problem("Key attribute has an invalid name", at="name", inside=block, expected="1 to 255 bytes")


# --- indexes -------------------------------------------------------------------------------------------------------------------


def _indexes(table: Table) -> Problems:
    yield from each(_locals(table), lambda index: each(ON_INDEXES, lambda one: one(table, index)))
    yield from each(table.indexes, lambda index: each((*ON_INDEXES, _key_schema, _limits_of), lambda one: one(table, index)))


def _equal_names(table: Table) -> Problems:
    seen: dict[str, list[Index]] = {}
    yield from each(chain(_locals(table), table.indexes), lambda index: _index_again(index, seen))


def _index_name(_table: Table, index: Index) -> Problems:
    if index.is_new and not limits.is_name(index.name):
        yield index.problem("Index has an invalid name", at=_name_argument(index), expected=limits.NAME_FORM)


def _index_again(index: Index, seen: dict[str, list[Index]]) -> Problems:
    name = limits.plain(index.name)
    others = seen.setdefault(name, [])
    if others and not some(others, lambda other: _is_one_index(index, other)):
        yield index.problem(f"Two indexes of the table have the name {index.shown_name}", at=_name_argument(index), expected="another name")
    others.append(index)


def _is_one_index(one: Index, other: Index) -> bool:
    """Whether two blocks are equal, so that they are one element of the set of blocks."""
    same_capacity = all(one.block.value(name) == other.block.value(name) for name in ("read_capacity", "write_capacity"))
    return one.resource is other.resource and same_capacity and one.has_definition_of(other)


def _key_schema(_table: Table, index: Index) -> Problems:
    label, keys = f"Index {index.shown_name}", index.keys
    if beside := index.key_beside_schema:
        yield index.problem(
            f"{label} has its keys in two forms",
            at=beside,
            expected=f"key_schema or {beside}, not both",
            found="set, and key_schema too",
        )
        return
    roles, at = [role for role, _ in keys], index.key_argument("HASH")
    found = literal(roles) if at == "key_schema" else ""
    if not {*roles} <= {*limits.KEY_ROLES}:
        yield index.problem(f"{label} has a key of an invalid type", at=at, found=found, expected='"HASH" or "RANGE"')
        return
    if "HASH" not in roles:
        yield index.problem(f"{label} has no hash key", at=at, found=found, expected="the name of an attribute")
    for role in limits.KEY_ROLES:
        if roles.count(role) > limits.MOST_KEYS_OF_A_ROLE:
            expected = f"{limits.MOST_KEYS_OF_A_ROLE} at most"
            yield index.problem(f"{label} has too many {role} keys", at=at, found=found, expected=expected)
    if roles != sorted(roles):
        yield index.problem(f"{label} has a HASH key after a RANGE key", at=at, found=found, expected="HASH first")
    for name in limits.repeated(name for _, name in keys):
        found = literal([name for _, name in keys])
        yield index.problem(f"{label} has one key attribute twice", at=index.key_argument("RANGE"), found=found, expected="each once")


def _local_keys(table: Table) -> Problems:
    found = tuple(_locals(table))
    if len(found) > limits.MOST_LOCAL_INDEXES:
        most = f"{limits.MOST_LOCAL_INDEXES} at most"
        yield table.problem(
            f"Table has {len(found)} local indexes", at="local_secondary_index", found=f"{len(found)} blocks", expected=most
        )
    if found and table.imports:
        summary = "Local indexes are lost when the table is imported: ImportTable does not create them"
        yield table.problem(
            summary, at="local_secondary_index", fix="# import without local_secondary_index, or create the table and load it"
        )
    if found and not table.range_key and not table.is_restored:
        summary = f"Local index {found[0].shown_name} needs a range key on the table"
        yield table.problem(summary, at="range_key", expected="the name of an attribute")
    yield from each(found, lambda index: _local_key(table, index))


def _local_key(table: Table, index: Index) -> Problems:
    if index.block.string("range_key") == table.hash_key:
        summary = f"Range key of local index {index.shown_name} is the hash key of the table"
        yield index.problem(summary, at="range_key", expected="another attribute")


def _included_attributes(table: Table) -> Problems:
    included = 0
    for index in chain(_locals(table), table.indexes):
        included += len(index.projected_attributes)
        if included > limits.MOST_INCLUDED_OF_A_TABLE:
            most = f"{limits.MOST_INCLUDED_OF_A_TABLE} at most, each counted once for each index"
            summary = "Indexes of the table include too many attributes together"
            yield index.problem(summary, at=index.projection_argument("non_key_attributes"), found="one of them", expected=most)
            return


def _projection(_table: Table, index: Index) -> Problems:
    at, included = index.projection_argument("projection_type"), index.projection_argument("non_key_attributes")
    label, projection, number = f"Index {index.shown_name}", index.projection, len(index.projected_attributes)
    if projection not in limits.PROJECTIONS:
        yield index.problem(f"{label} has an invalid projection", at=at, expected='"ALL", "KEYS_ONLY" or "INCLUDE", in upper case')
    elif projection == "INCLUDE" and not number:
        yield index.problem(f"{label} includes attributes but names none", at=included, expected="the names of attributes")
    elif projection != "INCLUDE" and number:
        summary = f"{label} names attributes, which only the projection INCLUDE takes"
        yield index.problem(summary, at=included, expected="no value", fix='projection_type = "INCLUDE" # or remove non_key_attributes')
    elif number > limits.MOST_INCLUDED:
        found = f"a list of {number} names"
        yield index.problem(f"{label} includes too many attributes", at=included, found=found, expected=f"{limits.MOST_INCLUDED} at most")


ON_INDEXES: tuple[Callable[[Table, Index], Problems], ...] = (_index_name, _projection)


def _locals(table: Table) -> Iterator[Index]:
    yield from (Index(table.resource, table.surroundings, block) for block in table.local_indexes)


def _name_argument(index: Index) -> str:
    return "name" if index.block.path else "index_name"


# --- settings ------------------------------------------------------------------------------------------------------------------


def _time_to_live(table: Table) -> Problems:
    if not table.time_to_live_enabled:
        return
    attribute = table.time_to_live_attribute
    if not attribute:
        yield table.problem("Time to live is on without an attribute", at="ttl.attribute_name", expected="the name of an attribute")
    elif limits.is_longer(attribute, limits.LONGEST_ATTRIBUTE_NAME):
        yield table.problem("Time to live has an attribute with too long a name", at="ttl.attribute_name", expected="1 to 255 characters")


def _stream(table: Table) -> Problems:
    kinds = " or ".join(map(quoted, limits.STREAM_VIEW_TYPES))
    block = table.block
    if all(isinstance(block.value(name), Deferred) for name in ("stream_enabled", "stream_view_type")):
        # DynamoDB has accepted the stream that an existing table keeps.
        block = block.as_written()
    view_type, has_stream = block.text("stream_view_type"), block.read("stream_enabled", False)
    if view_type and view_type not in limits.STREAM_VIEW_TYPES:
        yield table.problem("Stream has an invalid view type", at="stream_view_type", expected=kinds)
    elif has_stream and not view_type:
        yield table.problem("Stream is on without a view type", at="stream_view_type", expected=kinds)
    # An existing table keeps the view type of the stream that it had.
    elif view_type and not has_stream and table.sets("stream_view_type"):
        summary = "Stream has a view type but is off: version 6 of the provider refuses that, earlier versions create no stream"
        yield table.problem(summary, at="stream_enabled", value="true")


def _recovery_period(table: Table) -> Problems:
    block = table.block.block("point_in_time_recovery")
    days = block.number("recovery_period_in_days") if block else None
    # Recovery that is off reads as 0 days on an existing table.
    if days is None or (days == 0 and table.resource.exists):
        return
    if days < 1 or days > limits.LONGEST_RECOVERY:
        yield table.problem("Recovery window is invalid", at="point_in_time_recovery.recovery_period_in_days", expected="1 to 35 days")


def _on_demand_limits(table: Table) -> Problems:
    yield from _limits_of(table, table)


def _limits_of(table: Table, owner: Table | Index) -> Problems:
    block = owner.block.block("on_demand_throughput")
    if block:
        yield from each(("max_read_request_units", "max_write_request_units"), lambda argument: _limit(table, owner, block, argument))


def _limit(table: Table, owner: Table | Index, block: Block, argument: str) -> Problems:
    units, at = block.number(argument), f"on_demand_throughput.{argument}"
    # The provider shows the maximum that an existing table does not have as 0.
    if units is None or units == limits.NO_MAXIMUM or (units == 0 and block.configures(argument) is False):
        return
    label = f"Index {owner.shown_name}" if isinstance(owner, Index) else "Table"
    if units < 1:
        yield owner.problem(f"{label} has an invalid on-demand maximum", at=at, expected="1 or more request units, or -1 for no maximum")
    elif table.billing_mode == "PROVISIONED":
        summary = f"{label} has an on-demand maximum under PROVISIONED"
        yield owner.problem(summary, at=at, expected="no value", fix=f"# remove on_demand_throughput, or set {_ON_DEMAND}")


_ON_DEMAND = 'billing_mode = "PAY_PER_REQUEST"'


def _tags(table: Table) -> Problems:
    # Terraform files do not show the default tags.
    name = "tags_all" if isinstance(table.block.value("tags_all"), Known) else "tags"
    entries = table.block.parts(name)
    tags: dict[str, Any] = entries if isinstance(entries, dict) else table.block.read(name) or {}
    if len(tags) > limits.MOST_TAGS:
        yield table.problem("Table has too many tags", at="tags", found=f"a map of {len(tags)}", expected=f"{limits.MOST_TAGS} at most")
    for key, value in tags.items():
        if not key or limits.is_longer(key, limits.LONGEST_TAG_KEY):
            found = f"a map with a key of {len(key)} characters"
            yield table.problem(
                "Tag has an invalid key", at="tags", found=found, expected=f"keys of 1 to {limits.LONGEST_TAG_KEY} characters"
            )
        elif value is not None and _is_too_long(value, f"tags[{quoted(key)}]"):
            found, most = f"{_length(value)} characters long", f"{limits.LONGEST_TAG_VALUE} characters at most"
            yield table.problem(f"Tag {quoted(key)} has too long a value", at=f"tags[{quoted(key)}]", found=found, expected=most)


def _is_too_long(value: Any, at: str) -> bool:
    """Whether the value of a tag has too many characters. What is known of a value that is not known may decide that."""
    if not isinstance(value, Deferred):
        return limits.is_longer(value if isinstance(value, str) else str(value), limits.LONGEST_TAG_VALUE)
    answer = limits.are_longer(value.pieces, limits.LONGEST_TAG_VALUE) if value.pieces else None
    if answer is None:
        raise value.unknown(at)
    return answer


def _length(value: Any) -> str:
    return f"more than {limits.LONGEST_TAG_VALUE}" if isinstance(value, Deferred) else f"{len(value)}"


def _source(table: Table) -> Problems:
    """A restore takes one source and one point in time: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html."""
    if not table.is_restored:
        return
    if table.block.text("restore_source_name") and table.block.text("restore_source_table_arn"):
        yield table.problem("Table is restored from two sources", at="restore_source_table_arn", expected="one of the two arguments")
    time, latest = table.block.text("restore_date_time"), table.block.read("restore_to_latest_time", False)
    if time and latest:
        yield table.problem("Table is restored to two points in time", at="restore_to_latest_time", expected="one of the two arguments")
    elif not time and not latest:
        yield table.problem("Table is restored without a point in time", at="restore_to_latest_time", value="true")


def _keys(table: Table) -> Problems:
    yield from each(table.copies, lambda copy: _key(table, copy))


def _key(table: Table, copy: Table | Replica) -> Problems:
    """A usable key of the same region: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-dynamodb-globaltable-replicassespecification.html."""
    if isinstance(copy, Table) and not copy.encrypted:
        return
    keys, key = Inventory.of(table).keys, copy.kms_key
    owner, at = ("Replica", "kms_key_arn") if isinstance(copy, Replica) else ("Table", "server_side_encryption.kms_key_arn")
    # Without a region of its own, a copy is in the one of the environment, which no region of a key contradicts.
    region = keys.region_of(key, copy.block.at(at)) if copy.region else None
    resource = keys.resource_of(key)
    if region and region != copy.region:
        found = "" if isinstance(key, Known) else f"a key in {literal(region)}"
        expected = f"the ARN of a key in the region of the {owner.lower()}"
        yield copy.problem(f"{owner} has a key of another region", at=at, found=found, expected=expected)
    if resource and not is_enabled(resource):
        yield copy.problem(f"{owner} has a disabled key", at=at, found=resource.address, expected="the ARN of an enabled key")
    if resource and not is_symmetric(resource):
        yield copy.problem(f"{owner} has a key that is not symmetric", at=at, found=resource.address, expected="the ARN of a symmetric key")


# --- replicas ------------------------------------------------------------------------------------------------------------------


def _replica_regions(table: Table) -> Problems:
    seen: dict[str, list[Replica]] = {}
    yield from each(_replicas(table), lambda replica: _replica_again(replica, seen))
    yield from each(table.replicas, lambda replica: _replica_region(table, replica))


def _replica_again(replica: Replica, seen: dict[str, list[Replica]]) -> Problems:
    others = seen.setdefault(limits.plain(replica.block.string("region_name")), [])
    # Equal blocks are one element of the set of blocks.
    if others and not any(all(replica.block.value(name) == other.block.value(name) for name in _OF_REPLICA) for other in others):
        yield replica.problem(f"Table has two replicas in {replica.shown_region}", at="region_name", expected="one block for each region")
    others.append(replica)


_OF_REPLICA = ("consistency_mode", "deletion_protection_enabled", "kms_key_arn", "point_in_time_recovery", "propagate_tags")


def _replica_region(table: Table, replica: Replica) -> Problems:
    if not replica.is_separate and not limits.is_region(replica.block.string("region_name")):
        yield replica.problem("Replica has an invalid region", at="region_name", expected='the name of a region, such as "eu-west-1"')
    elif table.is_home_of(replica.resource) if replica.is_separate else _home(table, replica) == replica.region:
        summary = "Replica is in the region of its table"
        yield (
            replica.problem(summary, at="")
            if replica.is_separate
            else replica.problem(summary, at="region_name", expected="another region")
        )


def _home(table: Table, replica: Replica) -> str:
    if table.region is None:
        raise Unknown(replica.block.at("region_name"), "may be the region of the table, which the input does not show")
    return table.region


def _capacity_of_replicas(table: Table) -> Problems:
    found = next(_replicas(table), None)
    if found is None or table.billing_mode != "PROVISIONED" or table.resource.exists:
        return
    if table.resource.exists is None:
        why = "is PROVISIONED, and the table has replicas: DynamoDB refuses that for a new table, and accepts it for one with autoscaling"
        raise Unknown("billing_mode", why)
    summary = (
        "A PROVISIONED table cannot be created with replicas: they need autoscaling, which needs the table. Apply in two steps: first the "
        "table with its autoscaling targets and policies for writes, then the replicas"
    )
    yield table.problem(summary, at="billing_mode", expected='"PAY_PER_REQUEST"', fix=_ON_DEMAND)


def _keys_of_replicas(table: Table) -> Problems:
    yield from each(table.replicas, lambda replica: _key_of_replica(table, replica))


def _key_of_replica(table: Table, replica: Replica) -> Problems:
    """One type of key for the whole group: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-security.html."""
    if _keeps_key(table) and _keeps_key(replica):
        return
    own = table.encrypted and _has_customer_key(table, "server_side_encryption.kms_key_arn")
    other = _has_customer_key(replica, "kms_key_arn")
    if own and not other:
        summary = "Table has a customer managed key, but its replica has none: all copies need the same type of key"
        yield replica.problem(summary, at="kms_key_arn", expected="the ARN of a key in the region of the replica")
    elif other and not own:
        summary = "Replica has a customer managed key, but its table has none: all copies need the same type of key"
        yield replica.problem(summary, at="kms_key_arn", expected="no value, or server_side_encryption.kms_key_arn on the table")


def _has_customer_key(copy: Table | Replica, argument: str) -> bool:
    keys = Inventory.of(copy).keys
    # A dynamic block, which a plan does not describe, may set the key.
    return keys.is_customer_managed(copy.kms_key, copy.block.at(argument), configured=copy.configures_kms_key is not False)


def _keeps_key(copy: Table | Replica) -> bool:
    """Whether it has a key that the configuration does not set: it exists, and DynamoDB has accepted the key."""
    return copy.configures_kms_key is False and isinstance(copy.kms_key, Known) and copy.kms_key.value != ""


def _consistency(table: Table) -> Problems:
    """Groups with strong consistency: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html."""
    replicas = tuple(_replicas(table))
    witnesses = table.block.blocks("global_table_witness")
    strong = [replica for replica in replicas if replica.consistency_mode == "STRONG"]
    if not strong:
        if witnesses:
            summary = "A witness needs replicas with the consistency mode STRONG"
            yield table.problem(summary, at="global_table_witness", found="set", expected='consistency_mode = "STRONG" in the replica')
        return
    for replica in replicas:
        if replica not in strong:
            summary = "Replicas of one table have different consistency modes"
            yield replica.problem(summary, at="consistency_mode", value='"STRONG"')
    if len(replicas) + len(witnesses) != limits.STRONG_MEMBERS:
        found = literal([block.string("region_name") for block in (*(replica.block for replica in replicas), *witnesses)])
        yield table.problem("Strong consistency needs three regions", at="replica", found=found, expected=limits.STRONG_GROUP)
    yield from each(witnesses, lambda witness: _witness(table, replicas, witness))
    if table.time_to_live_enabled:
        yield table.problem("Time to live is not possible with replicas of strong consistency", at="ttl.enabled", value="false")
    if next(_locals(table), None):
        yield table.problem("Local indexes are not possible with replicas of strong consistency", at="local_secondary_index")


def _witness(table: Table, replicas: tuple[Replica, ...], witness: Block) -> Problems:
    region = witness.string("region_name")
    if region == table.region or some(replicas, lambda replica: replica.region == region):
        summary = "Witness is in a region of the table or of a replica"
        yield table.problem(summary, at="region_name", inside=witness, expected="a third region")


def _replicas(table: Table) -> Iterator[Replica]:
    """The replicas that are blocks of the table."""
    return (replica for replica in table.replicas if not replica.is_separate)


CHECKS: tuple[Callable[[Table], Problems], ...] = (
    _name,
    _primary_key,
    _attributes,
    _indexes,
    _equal_names,
    _local_keys,
    _included_attributes,
    _time_to_live,
    _stream,
    _recovery_period,
    _on_demand_limits,
    _tags,
    _source,
    _keys,
    _replica_regions,
    _capacity_of_replicas,
    _keys_of_replicas,
    _consistency,
)
