"""Key of a table is destroyed.

Why: a table without its KMS key refuses reads and writes within minutes, and DynamoDB archives it after seven days. The deletion
window of the key protects the key, not the table. Older backups need the key as well, also after the table has moved to
another one. Without its argument, the table keeps the key that it has.
Fix: keep the key. To replace it, give the table the new key in one apply, and destroy the old key when no backup needs it any more.
    resource "aws_kms_key" "dynamodb" {
      description = "The tables"

      lifecycle {
        prevent_destroy = true
      }
    }
"""

from dyncheck.dynamodb import Copy, CopyChange, LostKey, Replica
from dyncheck.rule import Problems, each, error, rule


# Seven days: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSEDescription.html (InaccessibleEncryptionDateTime).
@rule(CopyChange, severity=error, fix="none")
def check(change: CopyChange) -> Problems:
    yield from each(change.copies_with_lost_keys, lambda found: _problem(change, *found))


def _problem(change: CopyChange, copy: Copy, lost: LostKey) -> Problems:
    of = f" of {copy.shown}" if isinstance(copy, Replica) else ""
    block = copy.path if isinstance(copy, Replica) else "server_side_encryption"
    at = f"{block}.kms_key_arn" if block else "kms_key_arn"
    if lost.is_still_used:
        effect = "reads and writes fail within minutes, and DynamoDB archives the table after seven days"
        todo = "Keep the key, or give the table another key in an earlier apply"
    else:
        effect = "the table moves to another key, but its older backups can no longer be restored"
        todo = "Destroy the old key in a later change, when no backup needs it any more"
    yield change.problem(f"Key{of} is {lost.happens} by this plan ({lost.address}): {effect}. {todo}", at=at)
