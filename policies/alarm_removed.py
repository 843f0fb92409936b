"""The plan removes an alarm on a table, and nothing takes its place.

Why: the table stays, and nobody learns any more when it throttles.
Fix: keep the alarm, or create the new one in the same change.
    dimensions = { TableName = aws_dynamodb_table.products.name }
"""

from dyncheck.dynamodb import AlarmChange
from dyncheck.rule import Problems, rule, warning


@rule(AlarmChange, severity=warning, applies=lambda change: not change.forgets)
def check(change: AlarmChange) -> Problems:
    if change.change.actions == ("no-op",):
        return
    happens = "is destroyed" if change.destroys else "turns to something else"
    for signal in change.unwatched:
        yield change.problem(
            f"the alarm {change.before.block.show('alarm_name')} {happens}, and after the plan nothing watches "
            f"{signal.block.show('metric_name')} with the dimensions {signal.block.show('dimensions')}",
        )
