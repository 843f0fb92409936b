"""Replica is missing.

Why: the contract demands a copy of the table in a region. Without it, an outage of the table's region stops the application.
Fix:
    replica {
      region_name            = "eu-west-1"
      point_in_time_recovery = true
    }
"""

from dyncheck.dynamodb import Contract, Table, hcl_block
from dyncheck.rule import Problems, Unknown, each, error, first, quoted, rule


@rule(Table, Contract, severity=error, applies=lambda _, contract: contract.replicas)
def check(table: Table, contract: Contract) -> Problems:
    yield from each(contract.replicas, lambda region: _missing(table, region))


def _missing(table: Table, region: str) -> Problems:
    if table.region == region:
        return
    replica = first(table.replicas, lambda each_replica: each_replica.region == region)
    if replica:
        return
    if table.region is None:
        raise Unknown("region", "comes from the environment, and may be the region of the missing replica")
    fix = hcl_block("replica", region_name=quoted(region), point_in_time_recovery="true")
    yield table.problem(f"No replica in {quoted(region)}", at=f"replica[{quoted(region)}]", fix=fix)
