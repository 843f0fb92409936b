"""Invalid billing mode.

Why: the apply fails, or the table has another billing mode than intended. A table without `billing_mode` is PROVISIONED.
Fix:
    billing_mode = "PAY_PER_REQUEST"
"""

from dyncheck.dynamodb import BILLING_MODES, Table
from dyncheck.rule import Problems, error, quoted, rule


@rule(Table, severity=error, frameworks={"tflint": "aws_dynamodb_table_invalid_billing_mode"})
def check(table: Table) -> Problems:
    if table.billing_mode not in BILLING_MODES:
        expected = " or ".join(map(quoted, BILLING_MODES))
        yield table.problem("Invalid billing mode", at="billing_mode", expected=expected, fix='billing_mode = "PAY_PER_REQUEST"')
