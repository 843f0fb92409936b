"""Complete configurations for provider 6, the plan that Terraform makes of each, and the results that are right.

The expectations were written from the documentation of AWS and of the provider, before dyncheck was run on the examples. Each table is
`dev-products` with an own KMS key, recovery, deletion protection, the contract's keys and index, tags, and four alarms with a topic, except
for what the name of the example says. `before` is the configuration that was applied first.

The examples are in `provider_6_examples.jsonl.xz`, one JSON object per line: name, main, before, plan. They come from outside: provider 6
can make their plans offline only with a simulation of DynamoDB that knows its newest features, and `make plans` does not renew them.
"""

from __future__ import annotations

import lzma
from functools import cache
from typing import Literal

from msgspec import Raw, Struct
from msgspec.json import Decoder

from tests.support.paths import POLICIES

Mode = Literal["plan", "files"]
# Rule, address and status.
Row = tuple[str, str, str]

# The expectations say nothing of other rules: a new one does not change them.
COMPARED = frozenset(
    {
        "alarm-removed",
        "attribute-mismatch",
        "aws-managed-key",
        "capacity-mismatch",
        "dead-alarm",
        "duplicate-name",
        "index-removed",
        "invalid-billing-mode",
        "invalid-table",
        "invalid-table-class",
        "key-destroyed",
        "missing-index",
        "missing-tags",
        "missing-ttl",
        "no-deletion-protection",
        "no-point-in-time-recovery",
        "no-throttle-alarm",
        "protection-removed",
        "refused-change",
        "replica-removed",
        "silent-alarm",
        "table-replacement",
        "unencrypted-table",
        "unwatched-index",
        "wrong-index",
        "wrong-primary-key",
        "wrong-table-name",
    }
)


class Example(Struct, frozen=True):
    """One example: `before` is empty for new tables, and `plan` where the provider refuses the configuration."""

    name: str
    main: str
    before: str = ""
    plan: Raw = Raw(b"")


@cache
def examples() -> tuple[Example, ...]:
    """Every example, in the order of the names."""
    text = lzma.decompress((POLICIES / "provider_6_examples.jsonl.xz").read_bytes())
    return tuple(map(Decoder(Example).decode, text.splitlines()))


PRODUCTS = "aws_dynamodb_table.products"
WEST = "aws_dynamodb_table.west"
INDEX = "aws_dynamodb_global_secondary_index.category"
ALARM = "aws_cloudwatch_metric_alarm"


def failing(address: str, *rules: str) -> frozenset[Row]:
    """These rules fail at that address."""
    return frozenset((rule, address, "fail") for rule in rules)


def unknown(address: str, *rules: str) -> frozenset[Row]:
    """These rules cannot be determined at that address."""
    return frozenset((rule, address, "unknown") for rule in rules)


CLEAN: frozenset[Row] = frozenset()
UNWATCHED = failing(PRODUCTS, "no-throttle-alarm", "unwatched-index")
AWS_KEY = failing(PRODUCTS, "aws-managed-key")
UNPROTECTED_REPLICA = AWS_KEY | failing(PRODUCTS, "no-deletion-protection", "no-point-in-time-recovery")
# The table is in one region and the alarms that name it are in another.
ELSEWHERE = UNWATCHED.union(*(failing(f"{ALARM}.{name}", "dead-alarm") for name in ("read", "read_index", "write", "write_index")))
FROM_THE_SOURCE = unknown(
    PRODUCTS, "capacity-mismatch", "invalid-table", "missing-index", "unwatched-index", "wrong-index", "wrong-primary-key"
)

# The results that are the same on the plan and on the files.
EXPECTED: dict[str, frozenset[Row]] = {
    "alarm_in_another_region": ELSEWHERE,
    "alarms_by_promql": UNWATCHED,
    "alarms_with_warm_up": CLEAN,
    "change_alarms_to_promql": failing(PRODUCTS, "no-throttle-alarm"),
    "change_index_block_added": CLEAN,
    "change_index_from_block_to_resource": CLEAN,
    "change_index_keys": failing(PRODUCTS, "wrong-index"),
    "change_index_resource_added": CLEAN,
    "change_index_resource_keys": failing(INDEX, "wrong-index"),
    "change_index_resource_removed": failing(PRODUCTS, "missing-index"),
    "change_index_to_key_schema": CLEAN,
    # The plan changes nothing, so the index stays and no one watches it; the files no longer have it.
    "change_last_index_block_removed": CLEAN,
    "change_one_of_two_index_blocks_removed": CLEAN,
    "change_primary_key": failing(PRODUCTS, "wrong-primary-key"),
    "change_protections_of_replica_off": UNPROTECTED_REPLICA,
    "change_recovery_off": failing(PRODUCTS, "no-point-in-time-recovery"),
    "change_region": ELSEWHERE,
    "change_replica_removed": AWS_KEY,
    "change_warm_throughput_lowered": CLEAN,
    "default_tags": CLEAN,
    "imported_from_s3": CLEAN,
    "index_resource_by_id": CLEAN,
    "index_resource_by_literal": CLEAN,
    "index_resource_by_reference": CLEAN,
    "index_resource_for_each": CLEAN,
    "index_resource_in_one_of_two_regions": failing(WEST, "missing-index"),
    "index_resource_keys_only": failing(INDEX, "wrong-index"),
    # The throttling of dev-orders is unwatched as well, but no contract demands alarms of it.
    "index_resource_of_another_table": failing(PRODUCTS, "missing-index"),
    "index_resource_wrong_key_type": failing(INDEX, "wrong-index"),
    # The provider refuses both forms in one index.
    "key_schema_and_hash_key_in_one_index": failing(PRODUCTS, "invalid-table"),
    "key_schema_beside_hash_key": CLEAN,
    "key_schema_four_attributes": failing(PRODUCTS, "wrong-index"),
    "key_schema_hash_and_range": CLEAN,
    "key_schema_hash_only": failing(PRODUCTS, "wrong-index"),
    "key_schema_two_range_keys": failing(PRODUCTS, "wrong-index"),
    "no_index_at_all": failing(PRODUCTS, "missing-index"),
    "on_demand_throughput": CLEAN,
    "provisioned_index_resource": CLEAN,
    "provisioned_index_resource_without_capacity": failing(INDEX, "capacity-mismatch"),
    "recovery_period_of_one_day": CLEAN,
    "replica_protections_off": UNPROTECTED_REPLICA,
    "replica_resource_protected": AWS_KEY,
    "replica_resource_unprotected": UNPROTECTED_REPLICA,
    "replica_strong_with_witness": AWS_KEY,
    "restored_from_another_table": FROM_THE_SOURCE,
    "same_name_in_two_regions": CLEAN,
    "same_name_in_two_regions_alarms_in_one": failing(WEST, "no-throttle-alarm", "unwatched-index"),
    "warm_throughput": CLEAN,
}

# Further results on the plan: what it does to existing resources, which files do not show.
ON_THE_PLAN: dict[str, frozenset[Row]] = {
    "change_alarms_to_promql": failing(f"{ALARM}.read", "alarm-removed") | failing(f"{ALARM}.write", "alarm-removed"),
    "change_index_keys": failing(PRODUCTS, "index-removed"),
    "change_index_resource_keys": failing(INDEX, "index-removed"),
    # The index exists, so DynamoDB refuses to create it; it must be imported.
    "change_index_from_block_to_resource": failing(INDEX, "refused-change"),
    "change_index_resource_removed": failing(PRODUCTS, "index-removed"),
    "change_last_index_block_removed": failing(PRODUCTS, "unwatched-index"),
    "change_one_of_two_index_blocks_removed": failing(PRODUCTS, "index-removed"),
    "change_primary_key": failing(PRODUCTS, "table-replacement"),
    "change_protections_of_replica_off": failing(PRODUCTS, "protection-removed"),
    "change_recovery_off": failing(PRODUCTS, "protection-removed"),
    "change_region": failing(PRODUCTS, "table-replacement"),
    # The replica has deletion protection, so DynamoDB refuses to delete it.
    "change_replica_removed": failing(PRODUCTS, "refused-change", "replica-removed"),
    "change_warm_throughput_lowered": failing(PRODUCTS, "table-replacement"),
}

# Further results on the files, which do not show what exists.
ON_THE_FILES: dict[str, frozenset[Row]] = {
    "change_last_index_block_removed": failing(PRODUCTS, "missing-index"),
}

# Rules that are not compared, as the examples are not about them: the region of a topic, and the attributes of a table that has none.
ASIDE: dict[str, frozenset[str]] = {
    "alarm_in_another_region": frozenset({"silent-alarm"}),
    # The key stays in the other region, and DynamoDB refuses it.
    "change_region": frozenset({"invalid-table"}),
    "restored_from_another_table": frozenset({"attribute-mismatch"}),
}


def expected(name: str, mode: Mode) -> frozenset[Row]:
    """The results of an example that are not a pass."""
    return EXPECTED[name] | (ON_THE_PLAN if mode == "plan" else ON_THE_FILES).get(name, CLEAN)
