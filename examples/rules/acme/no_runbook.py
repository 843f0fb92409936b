"""Alarm names no runbook.

Why: who is on call reads the description of the alarm first, and needs the steps to take.
Fix:
    alarm_description = "Reads are throttled. https://runbooks.acme.example/dynamodb-throttling"
"""

from dyncheck.dynamodb import Alarm
from dyncheck.rule import Problems, note, rule

from ._acme import RUNBOOKS


@rule(Alarm, severity=note)
def check(alarm: Alarm) -> Problems:
    if RUNBOOKS not in (alarm.block.text("alarm_description") or ""):
        yield alarm.problem(
            "Alarm names no runbook", at="alarm_description", expected=f"a text with the address of a page below {RUNBOOKS}"
        )
