"""Point-in-time recovery is off.

Why: without it, only a backup can undo a bad write or a bad deploy, and later writes are lost. A replica needs its own setting.
Fix:
    point_in_time_recovery {
      enabled = true
    }
"""

from dyncheck.dynamodb import Contract, Copy, Replica, Table, hcl_block
from dyncheck.rule import Problems, each, error, rule

FRAMEWORKS = {
    "aws-fsbp": "DynamoDB.2",
    "aws-config": "dynamodb-pitr-enabled",
    "nist-800-53-r5": "CP-10, CP-6(2), CP-9, SC-5(2), SI-12, SI-13(5)",
    "checkov": "CKV_AWS_28",
    "trivy": "AVD-AWS-0024",
}


@rule(Copy, Contract | None, severity=error, fix="safe", frameworks=FRAMEWORKS, demanded=lambda contract: contract.minimum_days)
def check(copy: Copy, contract: Contract | None) -> Problems:
    yield from each(copy.copies, lambda each_copy: _unrecoverable(each_copy, contract))


def _unrecoverable(copy: Copy, contract: Contract | None) -> Problems:
    if copy.point_in_time_recovery:
        yield from _too_short(copy, contract.minimum_days or 1) if contract else ()
    elif isinstance(copy, Replica):
        yield copy.problem(f"Point-in-time recovery of {copy.shown} is off", at="point_in_time_recovery", value="true")
    else:
        yield copy.problem("Point-in-time recovery is off", at="point_in_time_recovery.enabled", value="true")


def _too_short(copy: Copy, minimum: int) -> Problems:
    if isinstance(copy, Table) and copy.recovery_days < minimum:
        at = "point_in_time_recovery.recovery_period_in_days"
        fix = hcl_block("point_in_time_recovery", enabled="true", recovery_period_in_days=str(minimum))
        yield copy.problem("Point-in-time recovery reaches back too few days", at=at, expected=f"{minimum} or more", fix=fix)
