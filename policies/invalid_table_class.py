"""Invalid table class.

Why: the apply fails, or the table has another table class than intended. A table without `table_class` is STANDARD.
Fix:
    table_class = "STANDARD"
"""

from dyncheck.dynamodb import TABLE_CLASSES, Table
from dyncheck.rule import Problems, error, quoted, rule


@rule(Table, severity=error)
def check(table: Table) -> Problems:
    if table.table_class not in TABLE_CLASSES:
        expected = " or ".join(map(quoted, TABLE_CLASSES))
        yield table.problem("Invalid table class", at="table_class", expected=expected, fix='table_class = "STANDARD"')
