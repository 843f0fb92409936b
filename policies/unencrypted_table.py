"""Encryption with KMS is off.

Why: without `server_side_encryption`, DynamoDB encrypts with a key that AWS owns, and the account cannot audit, restrict or
revoke its use. With it, the key is in the account and CloudTrail records its use.
Fix:
    server_side_encryption {
      enabled = true
    }
"""

from dyncheck.dynamodb import Table
from dyncheck.rule import Problems, error, rule

FRAMEWORKS = {"aws-config": "dynamodb-table-encrypted-kms", "kics": "ce089fd4-1406-47bd-8aad-c259772bb294"}


@rule(Table, severity=error, fix="safe", frameworks=FRAMEWORKS)
def check(table: Table) -> Problems:
    if not table.encrypted:
        yield table.problem("Encryption with a KMS key is off", at="server_side_encryption.enabled", value="true")
