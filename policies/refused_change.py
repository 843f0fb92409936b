"""Change is refused by AWS.

Why: Terraform plans the change as an update in place, and DynamoDB refuses it. The apply fails halfway: what it changes before the refusal
stays changed, and what waits for the table is not done.
Fix: make the change in the steps that the message names, one apply for each step.
    # first apply
    deletion_protection_enabled = false

    # second apply
    stream_enabled = false
"""

from collections.abc import Callable

from dyncheck.dynamodb import Index, Inventory, LostReplica, Table, TableChange
from dyncheck.rule import Block, Problems, Unknown, each, error, literal, quoted, rule, some


@rule(TableChange, Table, severity=error, fix="none")
def check(change: TableChange, after: Table) -> Problems:
    if not change.destroys and not change.forgets:
        yield from each(CHECKS, lambda one: one(change.before, after))
        yield from each(change.lost_replicas, lambda lost: _protected_replica(lost, after))


# --- settings that the provider sends in one request ---------------------------------------------------------------------------


# Settings that DynamoDB changes in one UpdateTable request, alone or with few others: what a message calls them, and whether they change.
Concern = tuple[str, Callable[[Table, Table], bool]]


def _changes_protection(before: Table, after: Table) -> bool:
    return before.deletion_protection != after.deletion_protection


def _changes_stream(before: Table, after: Table) -> bool:
    return before.has_stream != after.has_stream


def _changes_capacity(before: Table, after: Table) -> bool:
    if before.billing_mode != after.billing_mode:
        return True
    return after.billing_mode == "PROVISIONED" and _differs(before.block, after.block, "read_capacity", "write_capacity")


def _changes_fixed_capacity(before: Table, after: Table) -> bool:
    return after.billing_mode == "PROVISIONED" and _changes_capacity(before, after)


def _changes_limits(before: Table, after: Table) -> bool:
    return _limits(before) != _limits(after)


def _changes_limits_alone(before: Table, after: Table) -> bool:
    return before.billing_mode == after.billing_mode and _changes_limits(before, after)


def _changes_indexes(before: Table, after: Table) -> bool:
    old = {index.name: index for index in before.own_indexes}
    kept = (index for index in after.own_indexes if index.name in old)
    return some(kept, lambda index: _changes_index(old[index.name], index, after))


def _changes_index(old: Index, new: Index, table: Table) -> bool:
    if table.billing_mode == "PROVISIONED":
        return _differs(old.block, new.block, "read_capacity", "write_capacity")
    return _limits(old) != _limits(new)


def _differs(old: Block, new: Block, *arguments: str) -> bool:
    return some(arguments, lambda argument: old.number(argument) != new.number(argument))


def _limits(owner: Table | Index) -> tuple[float, float] | None:
    block = owner.block.block("on_demand_throughput")
    return (block.number("max_read_request_units") or -1, block.number("max_write_request_units") or -1) if block else None


PROTECTION: Concern = ("deletion_protection_enabled", _changes_protection)
STREAM: Concern = ("stream_enabled", _changes_stream)
CAPACITY: Concern = ("billing_mode or capacity", _changes_capacity)
FIXED_CAPACITY: Concern = ("billing_mode or capacity", _changes_fixed_capacity)
LIMITS: Concern = ("on_demand_throughput", _changes_limits)
LIMITS_ALONE: Concern = ("on_demand_throughput", _changes_limits_alone)
INDEXES: Concern = ("the capacity of an index", _changes_indexes)

# The pairs that DynamoDB refuses, which the provider sends in one request, the one to change first at the start.
# Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html ("You can only perform one of the following
# operations at once"), and `resourceTableUpdate` in the provider's internal/service/dynamodb/table.go.
REFUSED_TOGETHER = (
    (PROTECTION, STREAM),
    (PROTECTION, CAPACITY),
    (PROTECTION, LIMITS),
    (PROTECTION, INDEXES),
    (FIXED_CAPACITY, STREAM),
    (LIMITS_ALONE, STREAM),
)


def _together(before: Table, after: Table) -> Problems:
    yield from each(REFUSED_TOGETHER, lambda pair: _pair(before, after, *pair))


def _pair(before: Table, after: Table, one: Concern, other: Concern) -> Problems:
    if not some((one, other), lambda concern: not concern[1](before, after)):
        summary = f"DynamoDB refuses to change {one[0]} and {other[0]} in one update. Apply in two steps: first {one[0]}, then {other[0]}"
        yield after.problem(summary, at=one[0] if one is PROTECTION else "stream_enabled")


# --- settings that have to change in steps -------------------------------------------------------------------------------------


def _time_to_live(before: Table, after: Table) -> Problems:
    """One attribute at a time: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html."""
    attribute = before.time_to_live_attribute if before.time_to_live_enabled else None
    if not attribute or after.time_to_live_attribute == attribute:
        return
    off = f"ttl with enabled = false and attribute_name = {quoted(attribute)}"
    if after.time_to_live_enabled:
        summary = (
            f"DynamoDB refuses to move time to live to another attribute. Apply in two steps: first {off}, "
            "and after about an hour the other attribute"
        )
        yield after.problem(summary, at="ttl.attribute_name", expected=quoted(attribute))
    else:
        summary = "DynamoDB refuses to switch time to live off without the attribute that it uses"
        yield after.problem(summary, at="ttl.attribute_name", value=quoted(attribute))


def _removed_limits(before: Table, after: Table) -> Problems:
    """The provider sends an update without content: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_OnDemandThroughput.html."""
    if _limits(before) is None or _limits(after) is not None:
        return
    if not some((PROTECTION, STREAM, CAPACITY), lambda concern: concern[1](before, after)):
        summary = "DynamoDB refuses the update without content that the provider sends for a removed on_demand_throughput block"
        fix = "on_demand_throughput {\n  max_read_request_units  = -1\n  max_write_request_units = -1\n}"
        yield after.problem(summary, at="on_demand_throughput", found="removed", expected="maxima of -1, which mean no maximum", fix=fix)


def _moved_indexes(before: Table, after: Table) -> Problems:
    stays = _block_names(before) & _block_names(after)
    if not stays:
        return
    # An existing table also shows its separate indexes as blocks.
    stays -= {index.name for index in before.indexes if not index.block.path}
    yield from each(after.indexes, lambda index: _moved_index(index, stays))


def _moved_index(index: Index, stays: set[str]) -> Problems:
    if not index.resource.exists and index.name in stays:
        summary = (
            f"DynamoDB refuses to create index {index.shown_name}, which the table has already. "
            f"Apply in two steps: first import the index into {index.resource.address}, then plan again"
        )
        yield index.problem(summary, at="index_name")


def _block_names(table: Table) -> set[str]:
    return {block.string("name") for block in table.block.blocks("global_secondary_index")}


# --- replicas: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html -----------------


def _stream_of_replicas(before: Table, after: Table) -> Problems:
    if not before.has_stream or not next(before.replicas, None):
        return
    shown = before.block.show("stream_view_type")
    if not after.has_stream:
        summary = "DynamoDB refuses to switch the stream of a table with replicas off. Apply in two steps: first remove the replicas"
        yield after.problem(f"{summary}, then the stream", at="stream_enabled", value="true")
    elif before.stream_view_type != after.stream_view_type:
        summary = "DynamoDB refuses to replace the stream of a table with replicas. Apply in two steps: first remove the replicas"
        yield after.problem(f"{summary}, then change the view type", at="stream_view_type", value=shown)


def _group(before: Table, after: Table) -> Problems:
    old, new = _modes(before), _modes(after)
    if not new:
        return
    for region, mode in old.items():
        if new.get(region, mode) != mode:
            summary = (
                f"DynamoDB refuses to change the consistency mode of the existing replica in {literal(region)}. "
                "Apply in two steps: first remove all replicas, then create them with the other mode"
            )
            yield after.problem(
                summary, at=f"replica[{literal(region)}].consistency_mode", found=literal(new[region]), expected=literal(mode)
            )
            return
    if "STRONG" in old.values() and (set(old) != set(new) or _witnesses(before) != _witnesses(after)):
        summary = (
            "DynamoDB refuses to add or remove single members of a group with strong consistency. "
            "Apply in two steps: first remove all replicas and the witness, then create the new group"
        )
        yield after.problem(summary, at="replica")


def _modes(table: Table) -> dict[str, str]:
    return {block.string("region_name"): block.text("consistency_mode") or "EVENTUAL" for block in table.block.blocks("replica")}


def _witnesses(table: Table) -> set[str]:
    return {block.string("region_name") for block in table.block.blocks("global_table_witness")}


def _added_replicas(before: Table, after: Table) -> Problems:
    added = {} if _modes(before) else _modes(after)
    if added and after.billing_mode == "PROVISIONED" and not _scales_writes(before):
        why = (
            "is added to a PROVISIONED table; DynamoDB refuses that unless autoscaling manages the write capacity of the table and of "
            "every index, which the plan does not show"
        )
        raise Unknown("replica", why)
    # Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/example_dynamodb_Scenario_MRSCGlobalTables_section.html
    if "STRONG" in added.values():
        why = "is added with strong consistency to an existing table; DynamoDB refuses that unless the table is empty, which no plan shows"
        raise Unknown("replica", why)
    yield from ()


def _scales_writes(table: Table) -> bool:
    """Whether autoscaling manages the write capacity of a table and of its indexes. May raise `Unknown`.

    A policy that exists has a target: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html.
    """
    inventory = Inventory.of(table)
    is_scaled = inventory.has_scaling_policy(table, "Write")
    return is_scaled and not some(table.indexes, lambda index: not inventory.has_scaling_policy(table, "Write", index.name))


def _protected_replica(lost: LostReplica, after: Table) -> Problems:
    if lost.before.deletion_protection:
        summary = (
            f"DynamoDB refuses to delete {lost.before.shown}, which has deletion protection. Apply in two steps: first "
            "deletion_protection_enabled = false in the replica, then remove it"
        )
        yield after.problem(summary, at=lost.before.path)


CHECKS: tuple[Callable[[Table, Table], Problems], ...] = (
    _together,
    _time_to_live,
    _removed_limits,
    _moved_indexes,
    _stream_of_replicas,
    _group,
    _added_replicas,
)
