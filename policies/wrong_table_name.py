"""Wrong table name.

Why: applications and dashboards find the table by its name. With an empty environment, two environments share one name.
Fix:
    name = "${var.environment_name}-products"
"""

from dyncheck.dynamodb import Contract, Table
from dyncheck.rule import Problems, quoted, rule, warning


@rule(Table, Contract, severity=warning, identifies=True)
def check(table: Table, contract: Contract) -> Problems:
    if not table.has_name_of(contract.name):
        yield table.problem(
            "Table name does not match the contract",
            at="name",
            expected=f"{quoted(contract.name)}, where * stands for one or more characters",
            fix=f"name = {quoted(contract.name.replace('*', '${var.environment_name}'))}",
        )
