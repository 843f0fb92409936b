"""Invalid table class.

Why: the apply fails, or the table has another table class than intended. A table without `table_class` is STANDARD.
Fix:
    table_class = "STANDARD"
"""

from dyncheck.dynamodb import TABLE_CLASSES, Contract, Table
from dyncheck.rule import Problems, error, quoted, rule


@rule(Table, Contract | None, severity=error, demanded=lambda contract: contract.table_classes)
def check(table: Table, contract: Contract | None) -> Problems:
    allowed = contract.table_classes if contract else TABLE_CLASSES
    if table.table_class not in allowed:
        what = "Invalid table class" if table.table_class not in TABLE_CLASSES else "Table class is not one of the contract"
        expected = " or ".join(map(quoted, allowed))
        yield table.problem(what, at="table_class", expected=expected, fix=f"table_class = {quoted(allowed[0])}")
