"""The table's name is not <environment>-<table>.

Why: applications and dashboards find the table by that name, and an empty environment gives two environments one table.
Fix:
    name = "${var.environment_name}-products"
"""

from dyncheck.dynamodb import Contract, Table, matches
from dyncheck.rule import Problems, quoted, rule, warning


@rule(Table, Contract, severity=warning, identifies=True)
def check(table: Table, contract: Contract) -> Problems:
    if not matches(contract.name, table.name):
        yield table.problem(
            "the name does not have the contract's form",
            at="name",
            wanted=f"like {quoted(contract.name)}, with something for *",
            fix=f"name = {quoted(contract.name.replace('*', '${var.environment_name}'))}",
        )
