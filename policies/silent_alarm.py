"""Alarm has no notification action.

Why: an alarm that no one hears of only changes its state in the CloudWatch console. It has no action, its actions are off or
muted, or they cannot deliver: CloudWatch refuses a topic in another region, and cannot publish to one that is encrypted with
`alias/aws/sns` or whose key or policy does not let it. A rule of EventBridge on the state changes of alarms counts as an
action. A topic outside the configuration is taken to deliver, as long as nothing in the configuration speaks against it. A
topic that alarms notify is a note of its own if it has no subscription in the same configuration.
Fix: give the alarm a topic, or add a composite alarm with a topic.
    alarm_actions = [aws_sns_topic.alarms.arn]
"""

from dyncheck.dynamodb import Inventory, Notifier, Topic, hcl_block
from dyncheck.rule import Problems, note, rule, warning

FRAMEWORKS = {
    "aws-fsbp": "CloudWatch.15, CloudWatch.17",
    "aws-config": "cloudwatch-alarm-action-check",
    "nist-800-53-r5": "AU-6(1), AU-6(5), CA-7, IR-4(1), IR-4(5), SI-2, SI-20, SI-4(5), SI-4(12)",
    "checkov": "CKV_AWS_319",
}


@rule(Notifier, severity=warning, frameworks=FRAMEWORKS, fix={"actions_enabled": "safe"})
def check(notifier: Notifier) -> Problems:
    if isinstance(notifier, Topic):
        summary, fix = "Topic has no subscription in the same configuration, so perhaps no one hears of its alarms", _subscription(notifier)
        yield notifier.block.problem(notifier.address, summary, "", fix=fix, severity=note)
        return
    for silence in Inventory.of(notifier).silences(notifier):
        yield notifier.problem(silence.summary, at=silence.at, found=silence.found, expected=silence.expected, fix=silence.fix)


def _subscription(topic: Topic) -> str:
    name = topic.resource.name
    return hcl_block(
        f'resource "aws_sns_topic_subscription" "{name}"',
        topic_arn=topic.resource.reference("arn"),
        protocol='"email"',
        endpoint='"..."',
    )
