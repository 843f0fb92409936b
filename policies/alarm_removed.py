"""Alarm on a table is removed.

Why: the table stays, but no alarm fires any more when it throttles.
Fix: keep the alarm, or create its replacement in the same change.
    dimensions = { TableName = aws_dynamodb_table.products.name }
"""

from dyncheck.dynamodb import AlarmChange, Signal
from dyncheck.rule import Problem, Problems, rule, warning


@rule(AlarmChange, severity=warning, fix="none", applies=lambda change: not change.forgets)
def check(change: AlarmChange) -> Problems:
    for signal in change.unwatched_outside:
        yield _unwatched(change, signal, "was changed outside Terraform")
    if change.change.actions != ("no-op",):
        happens = _happens(change)
        for signal in change.unwatched:
            yield _unwatched(change, signal, happens)


def _happens(change: AlarmChange) -> str:
    if change.is_outside:
        return "was deleted outside Terraform"
    if change.removes_its_successor:
        return "is created again before the old one of the same name is destroyed, and that removes the new one"
    return "is destroyed" if change.destroys else "is changed"


def _unwatched(change: AlarmChange, signal: Signal, happens: str) -> Problem:
    return change.problem(
        f"Alarm {change.before.block.show('alarm_name')} {happens}; after the plan, no alarm watches "
        f"{signal.block.show('metric_name')} with the dimensions {signal.block.show('dimensions')}"
    )
