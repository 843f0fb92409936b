"""Invalid billing mode.

Why: the apply fails, or the table has another billing mode than intended. A table without `billing_mode` is PROVISIONED.
Fix:
    billing_mode = "PAY_PER_REQUEST"
"""

from dyncheck.dynamodb import BILLING_MODES, Contract, Table
from dyncheck.rule import Problems, error, quoted, rule

FRAMEWORKS = {"tflint": "aws_dynamodb_table_invalid_billing_mode"}


@rule(Table, Contract | None, severity=error, frameworks=FRAMEWORKS, demanded=lambda contract: contract.billing_modes)
def check(table: Table, contract: Contract | None) -> Problems:
    allowed = contract.billing_modes if contract else BILLING_MODES
    if table.billing_mode not in allowed:
        what = "Invalid billing mode" if table.billing_mode not in BILLING_MODES else "Billing mode is not one of the contract"
        expected = " or ".join(map(quoted, allowed))
        yield table.problem(what, at="billing_mode", expected=expected, fix=f"billing_mode = {quoted(allowed[0])}")
