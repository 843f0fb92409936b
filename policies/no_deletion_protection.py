"""Deletion protection is off.

Why: one wrong plan or one click deletes the table. With protection, DynamoDB refuses to delete it. Each replica needs protection
of its own. A `replica` block has the argument from version 6 of the provider on; in version 5 use `aws_dynamodb_table_replica`.
Fix:
    deletion_protection_enabled = true
"""

from dyncheck.dynamodb import Contract, Copy, Replica
from dyncheck.rule import Problems, each, note, rule

FRAMEWORKS = {
    "aws-fsbp": "DynamoDB.6",
    "aws-config": "dynamodb-table-deletion-protection-enabled",
    "nist-800-53-r5": "CA-9(1), CM-2, CM-2(2), CM-3, SC-5(2)",
}


@rule(Copy, Contract | None, severity=note, fix="safe", frameworks=FRAMEWORKS, demanded=lambda contract: contract.deletion_protection)
def check(copy: Copy, _: Contract | None) -> Problems:
    yield from each(copy.copies, _unprotected)


def _unprotected(copy: Copy) -> Problems:
    if not copy.deletion_protection:
        of = f" of {copy.shown}" if isinstance(copy, Replica) else ""
        yield copy.problem(f"Deletion protection{of} is off", at="deletion_protection_enabled", value="true")
