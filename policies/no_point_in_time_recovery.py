"""Point-in-time recovery is off.

Why: without it, only a backup can undo a bad write or a bad deploy, and later writes are lost.
Fix:
    point_in_time_recovery {
      enabled = true
    }
"""

from dyncheck.dynamodb import Table
from dyncheck.rule import Problems, error, rule

FRAMEWORKS = {
    "aws-fsbp": "DynamoDB.2",
    "aws-config": "dynamodb-pitr-enabled",
    "nist-800-53-r5": "CP-10, CP-6(2), CP-9, SC-5(2), SI-12, SI-13(5)",
    "checkov": "CKV_AWS_28",
    "trivy": "AVD-AWS-0024",
}


@rule(Table, severity=error, frameworks=FRAMEWORKS)
def check(table: Table) -> Problems:
    if not table.point_in_time_recovery:
        yield table.problem("Point-in-time recovery is off", at="point_in_time_recovery.enabled", value="true")
