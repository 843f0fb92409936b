"""Table is under no contract.

Why: contracts of your own are in use, but none of them holds for this table: what they demand is not checked on it.
Fix: write a contract for the table, or widen the `match` of one. A contract without `match` holds for every table.
"""

from dyncheck.dynamodb import Coverage, Table
from dyncheck.rule import Problems, note, rule


@rule(Table, Coverage, severity=note, fix="none")
def check(table: Table, coverage: Coverage) -> Problems:
    if coverage.contracts:
        return
    if coverage.undecided:
        raise coverage.undecided
    yield table.problem("Table is under no contract", at="")
