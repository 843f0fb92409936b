"""Table loses protection.

Why: the table may still comply after the change. The lost backup, lock, key or stream is missed only when it is needed.
What was removed outside Terraform counts as well, unless the plan restores it.
Fix: keep the protection, or remove it in a separate change that explains the reason.
    deletion_protection_enabled = true
"""

from dyncheck.dynamodb import Replica, Table, TableChange, losses, replica_losses
from dyncheck.rule import Problems, Unknown, each, error, first, rule


@rule(TableChange, Table, severity=error, fix="none")
def check(change: TableChange, after: Table) -> Problems:
    replicas = each(change.before.replicas, lambda replica: _replica(replica, after))
    yield from each((_settings(change, after), replicas, _stream(change, after)), lambda part: part)


def _settings(change: TableChange, after: Table) -> Problems:
    for loss in losses(change.before, after, key_is_own=change.key_is_own):
        yield after.problem(loss.summary, at=loss.at, expected=loss.expected, fix=loss.fix)
    for loss in change.lost_outside(after):
        summary = f"Outside Terraform, {loss.short} since the last apply"
        yield after.problem(summary, at=loss.at, expected=loss.expected, fix=loss.fix)


def _replica(before: Replica, after: Table) -> Problems:
    now = first(after.replicas, before.is_same_as)
    if now:
        for loss in replica_losses(before, now):
            yield now.problem(loss.summary, at=loss.at, expected=loss.expected, fix=loss.fix)


def _stream(change: TableChange, after: Table) -> Problems:
    """A stream that is switched off or replaced: its readers keep the old one."""
    before = change.before
    if change.destroys or not before.has_stream:
        return
    at, value = ("stream_view_type", before.block.show("stream_view_type")) if after.has_stream else ("stream_enabled", "true")
    if after.has_stream and before.stream_view_type == after.stream_view_type:
        return
    happens, one = ("is replaced", "the old one") if after.has_stream else ("is switched off", "it")
    # A reader that is changed too follows the new stream.
    readers = change.change.unchanged_stream_readers if after.has_stream else change.change.stream_readers
    if next(before.replicas, None):
        summary = f"Stream {happens}, but the table has replicas: DynamoDB copies items through the stream and refuses the change"
        yield after.problem(summary, at=at, value=value)
    elif readers:
        summary = f"Stream {happens}, but {' and '.join(readers)} still {'read' if len(readers) > 1 else 'reads'} {one}"
        yield after.problem(summary, at=at, value=value)
    elif after.has_stream:
        raise Unknown(
            at, "changes, so the stream is replaced; nothing in the plan reads the old one, but something outside the plan may read it"
        )
    else:
        raise Unknown(at, "is switched off; nothing in the plan reads the stream, but something outside the plan may read it")
