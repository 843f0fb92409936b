"""Alarm has no notification action.

Why: without an action, the alarm only changes its state in the CloudWatch console.
Fix: give the alarm a topic, or add a composite alarm with a topic.
    alarm_actions = [aws_sns_topic.alarms.arn]
"""

from dyncheck.dynamodb import Alarm, Inventory
from dyncheck.rule import Problems, rule, warning

FRAMEWORKS = {
    "aws-fsbp": "CloudWatch.15, CloudWatch.17",
    "aws-config": "cloudwatch-alarm-action-check",
    "nist-800-53-r5": "AU-6(1), AU-6(5), CA-7, IR-4(1), IR-4(5), SI-2, SI-20, SI-4(5), SI-4(12)",
    "checkov": "CKV_AWS_319",
}


@rule(Alarm, severity=warning, frameworks=FRAMEWORKS)
def check(alarm: Alarm) -> Problems:
    if Inventory.of(alarm).is_notified(alarm):
        return
    if not alarm.block.read("actions_enabled", True):
        yield alarm.problem("Alarm actions are disabled", at="actions_enabled", value="true")
    else:
        expected, fix = "a list of at least one ARN", "alarm_actions = [aws_sns_topic.alarms.arn]"
        refused = Inventory.of(alarm).refused_notifier(alarm)
        found = f"{alarm.block.show('alarm_actions')}, and {refused}" if refused else ""
        yield alarm.problem("Alarm has no notification action", at="alarm_actions", found=found, expected=expected, fix=fix)
