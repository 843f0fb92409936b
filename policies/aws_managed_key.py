"""Encryption key is managed by AWS.

Why: the policy of the AWS managed key `alias/aws/dynamodb` cannot be edited, and the key cannot be shared or revoked. A replica
has a key of its own region.
Fix:
    server_side_encryption {
      enabled     = true
      kms_key_arn = aws_kms_key.dynamodb.arn
    }
"""

from dyncheck.dynamodb import Contract, Copy, Inventory, Replica, Table, hcl_block
from dyncheck.rule import Problems, each, note, rule

FRAMEWORKS = {"checkov": "CKV_AWS_119", "trivy": "AVD-AWS-0025"}


def is_encrypted(copy: Copy, contract: Contract | None) -> bool:
    """Whether a KMS key is used at all, or must be; a replica is encrypted as its table is."""
    return contract is not None or not isinstance(copy, Table) or copy.encrypted


@rule(Copy, Contract | None, severity=note, frameworks=FRAMEWORKS, applies=is_encrypted, demanded=lambda contract: contract.encryption)
def check(copy: Copy, _: Contract | None) -> Problems:
    yield from each(copy.copies, _managed)


def _managed(copy: Copy) -> Problems:
    block, argument = ("", "kms_key_arn") if isinstance(copy, Replica) else ("server_side_encryption", "server_side_encryption.kms_key_arn")
    keys = Inventory.of(copy).keys
    if keys.is_customer_managed(copy.kms_key, copy.block.at(argument), configured=copy.configures_kms_key):
        return
    of = f" of {copy.shown}" if isinstance(copy, Replica) else ""
    key = "aws_kms_key.dynamodb.arn"
    fix = hcl_block(block, enabled="true", kms_key_arn=key) if block else f"kms_key_arn = {key} # a key of that region"
    yield copy.problem(f"Encryption key{of} is managed by AWS", at=argument, expected="the ARN of a customer managed key", fix=fix)
