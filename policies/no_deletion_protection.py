"""Deletion protection is off.

Why: one wrong plan or one click deletes the table. With protection, DynamoDB refuses to delete it.
Fix:
    deletion_protection_enabled = true
"""

from dyncheck.dynamodb import Table
from dyncheck.rule import Problems, note, rule

FRAMEWORKS = {
    "aws-fsbp": "DynamoDB.6",
    "aws-config": "dynamodb-table-deletion-protection-enabled",
    "nist-800-53-r5": "CA-9(1), CM-2, CM-2(2), CM-3, SC-5(2)",
}


@rule(Table, severity=note, frameworks=FRAMEWORKS)
def check(table: Table) -> Problems:
    if not table.deletion_protection:
        yield table.problem("Deletion protection is off", at="deletion_protection_enabled", value="true")
