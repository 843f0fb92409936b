"""Table loses protection.

Why: the table may still comply after the change. The lost backup, lock or key is missed only when it is needed.
What was removed outside Terraform counts as well, unless the plan restores it.
Fix: keep the protection, or remove it in a separate change that explains the reason.
    deletion_protection_enabled = true
"""

from dyncheck.dynamodb import Table, TableChange, losses
from dyncheck.rule import Problems, Unknown, error, rule


@rule(TableChange, Table, severity=error)
def check(change: TableChange, after: Table) -> Problems:
    loses_stream = not change.destroys and change.before.has_stream and not after.has_stream
    readers = change.change.stream_readers
    if loses_stream and readers:
        summary = f"Stream is switched off, but {' and '.join(readers)} still {'read' if len(readers) > 1 else 'reads'} it"
        yield after.problem(summary, at="stream_enabled", value="true")
    for loss in losses(change.before, after, key_is_own=change.change.key_is_own):
        yield after.problem(loss.summary, at=loss.at, expected=loss.expected, fix=loss.fix)
    for loss in change.lost_outside(after):
        summary = f"Outside Terraform, {loss.short} since the last apply"
        yield after.problem(summary, at=loss.at, expected=loss.expected, fix=loss.fix)
    if loses_stream and not readers:
        raise Unknown("stream_enabled", "is switched off; nothing in the plan reads the stream, but something outside the plan may read it")
