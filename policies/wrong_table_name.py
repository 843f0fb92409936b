"""Wrong table name.

Why: applications and dashboards find the table by its name. With an empty environment, two environments share one name.
Fix:
    name = "${var.environment_name}-products"
"""

from dyncheck.dynamodb import Contract, Table, placeholders
from dyncheck.rule import Problems, quoted, rule, some, warning


@rule(Table, Contract, severity=warning, fix="none", identifies=True, applies=lambda _, contract: contract.name)
def check(table: Table, contract: Contract) -> Problems:
    if not some(contract.names, table.has_name_of):
        yield table.problem("Table name does not match the contract", at="name", expected=_expected(contract), fix=_fix(table, contract))


def _expected(contract: Contract) -> str:
    pattern = contract.name or ""
    parts = ["* stands for one or more characters"] if "*" in pattern else []
    for name in placeholders(pattern):
        values = " or ".join(map(quoted, contract.values.get(name, ())))
        parts.append(f"{{{name}}} stands for {values or 'one or more characters'}")
    return f"{quoted(pattern)}, where {' and '.join(parts)}" if parts else quoted(pattern)


def _fix(table: Table, contract: Contract) -> str:
    name = contract.name or ""
    for each in placeholders(name):
        name = name.replace(f"{{{each}}}", _part(table, each, each))
    return table.replacing(f"name = {quoted(name.replace('*', _part(table, 'environment_name', '...')))}")


def _part(table: Table, variable: str, otherwise: str) -> str:
    """A part of the name: the variable if it exists, else what no name may contain, so that it cannot stay there."""
    return f"${{var.{variable}}}" if table.has_variable(variable) else f"<{otherwise}>"
