"""Replica is removed.

Why: DynamoDB deletes the items and the backups of the replica in its region, and applications there no longer find the table.
Terraform shows this as an update of the table in place. Another KMS key or consistency mode also makes the provider delete the
replica and create it again: the region has no table until all items are copied.
Fix: keep the block, or move the applications of the region first, and remove the replica in a separate change.
    replica {
      region_name            = "eu-west-1"
      point_in_time_recovery = true
    }
"""

from dyncheck.dynamodb import CopyChange, LostReplica
from dyncheck.rule import Problems, each, error, rule


@rule(CopyChange, severity=error, fix="none")
def check(change: CopyChange) -> Problems:
    yield from each(change.lost_replicas, lambda lost: _problem(change, lost))


def _problem(change: CopyChange, lost: LostReplica) -> Problems:
    start = f"The replica in {lost.before.shown_region}"
    because = f" because {lost.because}" if lost.because else ""
    if lost.now:
        effect = "the region has no table until all items are copied to it again"
        summary = f"{start} is deleted and created again{because}: {effect}"
    else:
        summary = f"{start} is deleted{because}, with its items and backups there: applications in that region no longer find the table"
    yield change.problem(summary, at=lost.before.path)
