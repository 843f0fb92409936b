"""Alarm on a table is removed.

Why: the table stays, but no alarm fires any more when it throttles.
Fix: keep the alarm, or create its replacement in the same change.
    dimensions = { TableName = aws_dynamodb_table.products.name }
"""

from dyncheck.dynamodb import AlarmChange
from dyncheck.rule import Problems, rule, warning


@rule(AlarmChange, severity=warning, applies=lambda change: not change.forgets)
def check(change: AlarmChange) -> Problems:
    if change.change.actions == ("no-op",):
        return
    happens = "is destroyed" if change.destroys else "is changed"
    for signal in change.unwatched:
        yield change.problem(
            f"Alarm {change.before.block.show('alarm_name')} {happens}; after the plan, no alarm watches "
            f"{signal.block.show('metric_name')} with the dimensions {signal.block.show('dimensions')}"
        )
