"""On-demand table has no maximum throughput.

Why: a loop in one client can use, and pay for, the whole quota of the account. With a maximum, DynamoDB throttles that table alone.
Fix: choose about twice the highest throughput that the table has had.
    on_demand_throughput {
      max_read_request_units  = 4000
      max_write_request_units = 1000
    }
"""

from dyncheck.dynamodb import Table
from dyncheck.rule import Problems, each, rule, warning


@rule(Table, severity=warning, applies=lambda table: table.billing_mode == "PAY_PER_REQUEST")
def check(table: Table) -> Problems:
    def unlimited(argument: str) -> Problems:
        limits = table.block.block("on_demand_throughput")
        # The provider writes -1 for "no maximum".
        if limits is None or (limits.number(argument) or -1) < 0:
            what = "read" if "read" in argument else "write"
            yield table.problem(
                f"On-demand table has no maximum {what} throughput", at=f"on_demand_throughput.{argument}", expected="a number"
            )

    # An argument that is unknown does not hide the problem of the other.
    yield from each(("max_read_request_units", "max_write_request_units"), unlimited)
