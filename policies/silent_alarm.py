"""Alarm has no notification action.

Why: an alarm that nobody hears of only changes its state in the CloudWatch console. It has no action, its actions are off or
muted, or they cannot deliver: CloudWatch refuses a topic in another region, and cannot publish to one that is encrypted with
`alias/aws/sns` or whose key or policy does not let it. A rule of EventBridge on the state changes of alarms counts as an action. A
topic without a subscription in the same configuration is a note. A topic outside the configuration is taken to deliver, as long as
nothing in the configuration speaks against it.
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
    for silence in Inventory.of(alarm).silences(alarm):
        found = silence.found or (alarm.block.show(silence.at) if silence.expected else "")
        yield alarm.block.problem(
            alarm.address,
            silence.summary,
            silence.at,
            found=found,
            expected=silence.expected,
            fix=silence.fix,
            severity=silence.severity,
        )
