"""Encryption key is managed by AWS.

Why: the policy of the AWS managed key `alias/aws/dynamodb` cannot be edited, and the key cannot be shared or revoked.
Fix:
    server_side_encryption {
      enabled     = true
      kms_key_arn = aws_kms_key.dynamodb.arn
    }
"""

from dyncheck.dynamodb import Table, hcl_block
from dyncheck.rule import Deferred, Known, Problems, Unknown, note, rule

# A key of the same configuration is customer managed. A data source may return the AWS managed key.
OWN_KEYS = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key")


@rule(Table, severity=note, frameworks={"checkov": "CKV_AWS_119", "trivy": "AVD-AWS-0025"}, applies=lambda table: table.encrypted)
def check(table: Table) -> Problems:
    argument, key = "server_side_encryption.kms_key_arn", table.kms_key
    if isinstance(key, Deferred):
        if any(reference.type in OWN_KEYS and not reference.is_data for reference in key.references):
            return
        raise key.unknown(argument)
    if isinstance(key, Known) and key.value and not key.value.endswith("alias/aws/dynamodb"):
        if table.configures_kms_key is None:
            raise Unknown(argument, "is an ARN, and an ARN does not show who manages the key")
        if table.configures_kms_key:
            return
    fix = hcl_block("server_side_encryption", enabled="true", kms_key_arn="aws_kms_key.dynamodb.arn")
    yield table.problem("Encryption key is managed by AWS", at=argument, expected="the ARN of a customer managed key", fix=fix)
