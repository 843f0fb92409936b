"""Point-in-time recovery is off.

Why: without it, only a backup can undo a bad write or a bad deploy, and later writes are lost. A replica needs its own setting.
Fix:
    point_in_time_recovery {
      enabled = true
    }
"""

from dyncheck.dynamodb import Copy, Replica
from dyncheck.rule import Problems, each, error, rule

FRAMEWORKS = {
    "aws-fsbp": "DynamoDB.2",
    "aws-config": "dynamodb-pitr-enabled",
    "nist-800-53-r5": "CP-10, CP-6(2), CP-9, SC-5(2), SI-12, SI-13(5)",
    "checkov": "CKV_AWS_28",
    "trivy": "AVD-AWS-0024",
}


@rule(Copy, severity=error, frameworks=FRAMEWORKS)
def check(copy: Copy) -> Problems:
    yield from each(copy.copies, _unrecoverable)


def _unrecoverable(copy: Copy) -> Problems:
    if copy.point_in_time_recovery:
        return
    if isinstance(copy, Replica):
        yield copy.problem(f"Point-in-time recovery of {copy.shown} is off", at="point_in_time_recovery", value="true")
    else:
        yield copy.problem("Point-in-time recovery is off", at="point_in_time_recovery.enabled", value="true")
