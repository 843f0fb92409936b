"""The plan takes protection away from an existing table.

Why: afterwards the table may still comply, and what is lost shows only on the day it is needed: the backup, the lock, the key.
Fix: keep what was there, or take it away in a change of its own that says why.
    deletion_protection_enabled = true
"""

from dyncheck.dynamodb import Table, TableChange, losses
from dyncheck.rule import Problems, Unknown, error, rule


@rule(TableChange, Table, severity=error)
def check(change: TableChange, after: Table) -> Problems:
    loses_stream = not change.destroys and change.before.has_stream and not after.has_stream
    if loses_stream and change.stream_readers:
        read = f"{' and '.join(change.stream_readers)} {'read' if len(change.stream_readers) > 1 else 'reads'} it"
        summary = f"the stream is switched off, and {read}: changes of items do not arrive there any more"
        yield after.problem(summary, "stream_enabled", wanted="true", fix="stream_enabled = true")
    for loss in losses(change.before, after, key_is_own=change.change.key_is_own):
        yield after.problem(loss.summary, loss.at, wanted=loss.wanted, fix=loss.fix)
    if loses_stream and not change.stream_readers:
        raise Unknown("stream_enabled", "was true and will not be; nothing in the plan reads the stream, but something outside it may")
