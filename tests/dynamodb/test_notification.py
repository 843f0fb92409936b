"""Whether anybody hears of an alarm: its actions, the topics, and rules of EventBridge, in short Terraform files."""

# ruff: noqa: E501

from __future__ import annotations

import pytest

from dyncheck.dynamodb import Inventory
from dyncheck.model import Unknown
from tests.dynamodb.reading import alarm, inventory_of

PROVIDERS = """
provider "aws" {
  region = "us-east-1"
}
provider "aws" {
  alias  = "west"
  region = "us-west-2"
}
provider "aws" {
  alias   = "other"
  region  = "us-east-1"
  profile = "other"
}
provider "aws" {
  alias = "anywhere"
}
resource "terraform_data" "later" {}
"""


def alarm_with(actions: str, more: str = "") -> str:
    """An alarm with these actions."""
    return f"""
resource "aws_cloudwatch_metric_alarm" "reads" {{
  alarm_name    = "reads"
  namespace     = "AWS/DynamoDB"
  metric_name   = "ReadThrottleEvents"
  alarm_actions = {actions}
  {more}
}}
"""


def topic(name: str = "t", arguments: str = "", *, subscribed: bool = True) -> str:
    """A topic with a subscription."""
    subscription = f"""
resource "aws_sns_topic_subscription" "{name}" {{
  topic_arn = aws_sns_topic.{name}.arn
  protocol  = "email"
  endpoint  = "a@example.com"
}}
"""
    return f"""
resource "aws_sns_topic" "{name}" {{
  name = "{name}"
  {arguments}
}}
{subscription if subscribed else ""}"""


def policy(service: str = "cloudwatch.amazonaws.com", action: str = "sns:Publish") -> str:
    """A policy in HCL."""
    return f'jsonencode({{ Statement = [{{ Effect = "Allow", Principal = {{ Service = "{service}" }}, Action = "{action}", Resource = "*" }}] }})'


def key(more: str = "", name: str = "k") -> str:
    """A KMS key."""
    return f'resource "aws_kms_key" "{name}" {{\n  {more}\n}}\n'


def said(text: str) -> list[str] | str:
    """The summaries of the silences, with the topics without a subscription, or the reason of `Unknown`."""
    held = inventory_of(PROVIDERS + text)
    return said_of(held)


def said_of(held: Inventory) -> list[str] | str:
    """The same of an inventory."""
    try:
        found = held.silences(alarm(held))
    except Unknown as reason:
        return f"unknown: {reason}"
    return [*(silence.summary for silence in found), *(f"{topic.address} is unheard" for topic in held.unheard_topics)]


TOPIC = "[aws_sns_topic.t.arn]"
OUTSIDE = '["arn:aws:sns:us-east-1:123456789012:t"]'
NO_ACTION = ["Alarm has no notification action"]
NO_SUCH = ["CloudWatch takes no such action"]
ACTS = ["Alarm action starts, stops or scales something, and informs no one"]
WEST = ["CloudWatch refuses the alarm: its topic is in us-west-2, and the alarm is in us-east-1"]
AWS_KEY = ["The topic of the alarm (aws_sns_topic.t) is encrypted with alias/aws/sns, a key that CloudWatch cannot use"]
KEY = ["The topic of the alarm (aws_sns_topic.t) is encrypted with aws_kms_key.k, whose policy does not let CloudWatch use the key"]
UNSUBSCRIBED = ["aws_sns_topic.t is unheard"]
BAD_POLICY = ["The topic of the alarm (aws_sns_topic.t) has a policy that does not let CloudWatch publish (aws_sns_topic.t)"]


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (OUTSIDE, []),
        ('["arn:aws:sns:us-east-1:123456789012:t.fifo"]', []),
        ('["arn:aws:lambda:us-east-1:123456789012:function:page:live"]', []),
        ('["arn:aws:ssm:us-east-1:123456789012:opsitem:1#CATEGORY=Performance"]', []),
        ('["arn:aws:ssm-incidents::123456789012:response-plan/db"]', []),
        ('["arn:aws:aiops:us-east-1:123456789012:investigation-group/g"]', []),
        ('["arn:aws:automate:us-east-1:ec2:stop"]', ACTS),
        ('["arn:aws:swf:us-east-1:123456789012:action/actions/AWS_EC2.InstanceId.Stop/1.0"]', ACTS),
        ('["arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:x:autoScalingGroupName/g:policyName/p"]', ACTS),
        ('["arn:aws:sqs:us-east-1:123456789012:q"]', NO_SUCH),
        ('["arn:aws:ssm:us-east-1:123456789012:document/d"]', NO_SUCH),
        ('["arn:aws:lambda:us-east-1:123456789012:layer:l"]', NO_SUCH),
        ('["arn:aws:sns:us-east-1:123456789012:t:6b0e71bd-7e97-4d97-80ce-4a0994e55286"]', NO_SUCH),
        ('["arn:aws:sns:us-east-1:123456789012"]', NO_SUCH),
        ('["alarms"]', NO_SUCH),
        ('["x:aws:sns:us-east-1:123456789012:t"]', NO_SUCH),
        ('["arn:aws:sns:us-west-2:123456789012:t"]', WEST),
        ('["arn:aws:sns:us-west-2:123456789012:t", "arn:aws:sns:us-east-1:123456789012:t"]', WEST),
        ('["arn:aws:automate:us-east-1:ec2:stop", "arn:aws:sns:us-east-1:123456789012:t"]', []),
        ("[aws_autoscaling_policy.p.arn]", ACTS),
        ("[aws_sqs_queue.q.arn]", NO_SUCH),
        ("[aws_lambda_function.f.arn]", []),
        ("[aws_lambda_function.f.qualified_arn]", []),
        ("[data.aws_sns_topic.d.arn]", []),
        ("[terraform_data.later.id]", "unknown: alarm_actions waits for terraform_data.later.id"),
        ("[aws_sqs_queue.q.arn, aws_lambda_function.f.arn]", NO_SUCH),
        ("[aws_autoscaling_policy.p.arn, aws_lambda_function.f.arn]", []),
        (
            'terraform_data.later.id == "x" ? [aws_autoscaling_policy.p.arn] : [aws_lambda_function.f.arn]',
            "unknown: alarm_actions waits for terraform_data.later.id; one of these informs no one",
        ),
    ],
)
def test_an_action_informs_somebody(actions: str, expected: list[str] | str) -> None:
    others = 'resource "aws_sqs_queue" "q" {}\nresource "aws_lambda_function" "f" {}\nresource "aws_autoscaling_policy" "p" {}\n'
    assert said(others + 'data "aws_sns_topic" "d" {}\n' + alarm_with(actions)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (topic(), []),
        (topic(subscribed=False), UNSUBSCRIBED),
        (
            topic(subscribed=False)
            + 'resource "aws_chatbot_slack_channel_configuration" "c" {\n  sns_topic_arns = [aws_sns_topic.t.arn]\n}\n',
            [],
        ),
        (topic(subscribed=False) + 'resource "aws_sns_topic_subscription" "s" {\n  topic_arn = terraform_data.later.id\n}\n', []),
        (topic(subscribed=False) + 'resource "aws_sns_topic_subscription" "s" {\n  topic_arn = "arn:aws:sns:us-east-1:1:t"\n}\n', []),
        (
            topic(subscribed=False) + 'resource "aws_sns_topic_subscription" "s" {\n  topic_arn = "arn:aws:sns:us-east-1:1:other"\n}\n',
            UNSUBSCRIBED,
        ),
        (topic(arguments="provider = aws.west"), WEST),
        (
            topic(arguments="provider = aws.other"),
            "unknown: alarm_actions is a topic (aws_sns_topic.t) that may be in another account than the alarm, and its default policy lets only its own account publish",
        ),
        (topic(arguments=f"provider = aws.other\n  policy = {policy()}"), []),
        (
            topic(arguments="provider = aws.anywhere"),
            "unknown: alarm_actions is the topic aws_sns_topic.t, which may be in another region than the alarm: provider differs: aws and aws.anywhere may use different regions or accounts. Give both provider configurations a constant region",
        ),
        (topic(arguments='region = "us-west-2"'), WEST),
        (topic(arguments="count = terraform_data.later.id == 1 ? 1 : 0"), "unknown: alarm_actions waits for terraform_data.later.id"),
        (topic(arguments='kms_master_key_id = "alias/aws/sns"'), AWS_KEY),
        (topic(arguments='kms_master_key_id = "arn:aws:kms:us-east-1:123456789012:alias/aws/sns"'), AWS_KEY),
        (topic(arguments='kms_master_key_id = "alias/mine"'), []),
        (topic(arguments='kms_master_key_id = ""'), []),
        (
            topic(arguments="kms_master_key_id = terraform_data.later.id"),
            "unknown: alarm_actions is a topic (aws_sns_topic.t) that is encrypted with a key that waits for terraform_data.later.id",
        ),
        (topic(arguments="kms_master_key_id = aws_kms_key.k.arn") + key(), KEY),
        (topic(arguments="kms_master_key_id = aws_kms_key.k.key_id") + key(f"policy = {policy(action='kms:*')}"), []),
        (topic(arguments="kms_master_key_id = aws_kms_key.k.id") + key(f"policy = {policy(action='kms:Decrypt')}"), KEY),
        (topic(arguments="kms_master_key_id = aws_kms_key.k.id") + key(f"policy = {policy('sns.amazonaws.com', 'kms:*')}"), KEY),
        (
            topic(arguments="kms_master_key_id = aws_kms_key.k.id") + key("policy = terraform_data.later.id"),
            "unknown: alarm_actions is a topic (aws_sns_topic.t) that is encrypted with aws_kms_key.k, whose policy (aws_kms_key.k) waits for terraform_data.later.id",
        ),
        (
            topic(arguments="kms_master_key_id = aws_kms_key.k.id")
            + key()
            + f'resource "aws_kms_key_policy" "p" {{\n  key_id = aws_kms_key.k.id\n  policy = {policy(action="kms:*")}\n}}\n',
            [],
        ),
        (
            topic(arguments="kms_master_key_id = aws_kms_key.k.id")
            + key()
            + f'resource "aws_kms_key_policy" "p" {{\n  key_id = aws_kms_key.k.id\n  policy = {policy("s3.amazonaws.com", "kms:*")}\n}}\n',
            KEY,
        ),
        (
            topic(arguments="kms_master_key_id = aws_kms_key.k.id")
            + key()
            + f'resource "aws_kms_key_policy" "p" {{\n  key_id = terraform_data.later.id\n  policy = {policy("s3.amazonaws.com", "kms:*")}\n}}\n',
            "unknown: alarm_actions is a topic (aws_sns_topic.t) that is encrypted with aws_kms_key.k, and the input does not show its policy",
        ),
        (
            topic(arguments="kms_master_key_id = aws_kms_alias.a.arn")
            + key()
            + 'resource "aws_kms_alias" "a" {\n  name = "alias/a"\n  target_key_id = aws_kms_key.k.key_id\n}\n',
            KEY,
        ),
        (
            topic(arguments='kms_master_key_id = "alias/a"')
            + key()
            + 'resource "aws_kms_alias" "a" {\n  name = "alias/a"\n  target_key_id = aws_kms_key.k.key_id\n}\n',
            KEY,
        ),
        (
            topic(arguments="kms_master_key_id = terraform_data.later.id == 1 ? aws_kms_key.k.arn : aws_kms_key.l.arn")
            + key()
            + key(name="l"),
            "unknown: alarm_actions is a topic (aws_sns_topic.t) that waits for terraform_data.later.id: one of the keys does not let CloudWatch use it",
        ),
        (topic(arguments=f"policy = {policy()}"), []),
        (topic(arguments=f"policy = {policy('s3.amazonaws.com')}"), BAD_POLICY),
        (topic(arguments='policy = ""'), []),
        (
            topic(arguments='policy = "x"'),
            "unknown: alarm_actions is a topic (aws_sns_topic.t) that has a policy (aws_sns_topic.t) that is not a JSON document",
        ),
        (
            topic() + f'resource "aws_sns_topic_policy" "p" {{\n  arn = aws_sns_topic.t.arn\n  policy = {policy("s3.amazonaws.com")}\n}}\n',
            ["The topic of the alarm (aws_sns_topic.t) has a policy that does not let CloudWatch publish (aws_sns_topic_policy.p)"],
        ),
        (
            topic(arguments=f"policy = {policy('s3.amazonaws.com')}")
            + f'resource "aws_sns_topic_policy" "p" {{\n  arn = aws_sns_topic.t.arn\n  policy = {policy()}\n}}\n',
            [],
        ),
        (
            topic()
            + f'resource "aws_sns_topic_policy" "p" {{\n  arn = terraform_data.later.id\n  policy = {policy("s3.amazonaws.com")}\n}}\n',
            "unknown: alarm_actions is a topic (aws_sns_topic.t) that may have the policy aws_sns_topic_policy.p, and the input does not show it",
        ),
        (topic() + f'resource "aws_sns_topic_policy" "p" {{\n  arn = terraform_data.later.id\n  policy = {policy()}\n}}\n', []),
        (
            topic() + f'resource "aws_sns_topic_policy" "p" {{\n  count = 13\n  arn = terraform_data.later.id\n  policy = {policy()}\n}}\n',
            "unknown: alarm_actions is a topic (aws_sns_topic.t) that has one of 13 policies, and the input does not show which",
        ),
    ],
)
def test_a_topic_delivers(text: str, expected: list[str] | str) -> None:
    assert said(text + alarm_with(TOPIC)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (topic(), []),
        (
            topic(arguments='kms_master_key_id = "alias/aws/sns"'),
            'unknown: alarm_actions is "arn:aws:sns:us-east-1:123456789012:t", which may be the topic aws_sns_topic.t, and that one may inform no one',
        ),
        (topic("other", 'kms_master_key_id = "alias/aws/sns"'), []),
        (topic(subscribed=False), []),
    ],
)
def test_a_literal_arn_may_be_a_topic_of_the_configuration(text: str, expected: list[str] | str) -> None:
    assert said(text + alarm_with(OUTSIDE)) == expected


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("[aws_sns_topic.t.arn, aws_sns_topic.bad.arn]", []),
        (
            "[aws_sns_topic.bad.arn]",
            ["The topic of the alarm (aws_sns_topic.bad) is encrypted with alias/aws/sns, a key that CloudWatch cannot use"],
        ),
        (
            "[aws_sns_topic.bad.arn, aws_sns_topic.unheard.arn]",
            ["aws_sns_topic.unheard is unheard"],
        ),
        ("[aws_sns_topic.bad.arn, terraform_data.later.id]", "unknown: alarm_actions waits for terraform_data.later.id"),
        ("[aws_sns_topic.unheard.arn, terraform_data.later.id]", ["aws_sns_topic.unheard is unheard"]),
    ],
)
def test_one_action_that_informs_is_enough(actions: str, expected: list[str] | str) -> None:
    topics = topic() + topic("bad", 'kms_master_key_id = "alias/aws/sns"') + topic("unheard", subscribed=False)
    assert said(topics + alarm_with(actions)) == expected


def composite(arguments: str, rule: str = "ALARM(reads)") -> str:
    """A composite alarm."""
    return f'resource "aws_cloudwatch_composite_alarm" "all" {{\n  alarm_name = "all"\n  alarm_rule = "{rule}"\n  {arguments}\n}}\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (composite(f"alarm_actions = {OUTSIDE}"), []),
        (composite(f"alarm_actions = {OUTSIDE}", "ALARM(writes)"), NO_ACTION),
        (composite(""), ["No one hears of aws_cloudwatch_composite_alarm.all, which the alarm raises: Alarm has no notification action"]),
        (
            composite("alarm_actions = [terraform_data.later.id]"),
            "unknown: aws_cloudwatch_composite_alarm.all: alarm_actions waits for terraform_data.later.id",
        ),
        (composite("alarm_actions = [terraform_data.later.id]", "ALARM(writes)"), NO_ACTION),
        (
            composite(f"alarm_actions = {OUTSIDE}", "${terraform_data.later.id}"),
            "unknown: aws_cloudwatch_composite_alarm.all: alarm_rule waits for terraform_data.later.id",
        ),
        (composite("", "${terraform_data.later.id}"), NO_ACTION),
    ],
)
def test_a_composite_alarm_informs_of_an_alarm_without_actions(text: str, expected: list[str] | str) -> None:
    assert said(text + alarm_with("[]")) == expected


def rule(pattern: str, arguments: str = "", *, target: str = "aws_cloudwatch_event_rule.r.name") -> str:
    """A rule of EventBridge with a target."""
    made = f'resource "aws_cloudwatch_event_rule" "r" {{\n  name = "r"\n  event_pattern = {pattern}\n  {arguments}\n}}\n'
    return made + (
        f'resource "aws_cloudwatch_event_target" "t" {{\n  rule = {target}\n  arn = "arn:aws:sns:us-east-1:1:t"\n}}\n' if target else ""
    )


ALARMS = 'jsonencode({ source = ["aws.cloudwatch"], "detail-type" = ["CloudWatch Alarm State Change"] })'
MAY = "unknown: may be reported by aws_cloudwatch_event_rule.r: "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rule(ALARMS), []),
        (rule(ALARMS, target=""), NO_ACTION),
        (rule(ALARMS, target='"r"'), []),
        (rule(ALARMS, target='"other"'), NO_ACTION),
        (rule(ALARMS, target="aws_cloudwatch_event_rule.r.id"), []),
        (rule(ALARMS, target="terraform_data.later.id"), MAY + "rule of aws_cloudwatch_event_target.t waits for terraform_data.later.id"),
        (rule(ALARMS, 'state = "DISABLED"'), NO_ACTION),
        (rule(ALARMS, 'state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"'), []),
        (rule(ALARMS, "is_enabled = false"), NO_ACTION),
        (rule(ALARMS, "is_enabled = true"), []),
        (rule(ALARMS, "state = terraform_data.later.id"), MAY + "state waits for terraform_data.later.id"),
        (rule(ALARMS, 'event_bus_name = "mine"'), NO_ACTION),
        (rule(ALARMS, 'event_bus_name = "default"'), []),
        (rule(ALARMS, 'event_bus_name = "arn:aws:events:us-east-1:1:event-bus/default"'), []),
        (rule(ALARMS, "provider = aws.west"), NO_ACTION),
        (rule(ALARMS, "provider = aws.other"), MAY + "provider differs: aws.other and aws may use different regions or accounts"),
        (
            rule(ALARMS, "count = terraform_data.later.id == 1 ? 1 : 0"),
            "unknown: may be reported by aws_cloudwatch_event_rule.r: aws_cloudwatch_event_rule.r may not exist: the number of instances waits for terraform_data.later.id",
        ),
        (rule("null", 'schedule_expression = "rate(1 day)"'), NO_ACTION),
        (rule('"x"'), MAY + "event_pattern is not a JSON document"),
        (rule("terraform_data.later.id"), MAY + "event_pattern waits for terraform_data.later.id"),
        (rule('jsonencode({ source = ["aws.s3"], detail = { bucket = { name = [terraform_data.later.id] } } })'), NO_ACTION),
        (rule('jsonencode({ detail = { state = { value = ["ALARM"] }, previousState = { value = ["OK"] } } })'), []),
        (rule('jsonencode({ detail = { state = { value = ["OK", "INSUFFICIENT_DATA"] } } })'), NO_ACTION),
        (rule('jsonencode({ detail = { alarmName = ["writes", "reads"] } })'), []),
        (rule('jsonencode({ detail = { alarmName = ["writes"] } })'), NO_ACTION),
        (rule('jsonencode({ detail = { alarmName = [{ prefix = "rea" }] } })'), []),
        (rule('jsonencode({ detail = { alarmName = [{ suffix = "ads" }] } })'), []),
        (rule('jsonencode({ detail = { alarmName = [{ wildcard = "r*s" }] } })'), []),
        (rule('jsonencode({ detail = { alarmName = [{ wildcard = "w*s" }] } })'), NO_ACTION),
        (rule('jsonencode({ detail = { alarmName = [{ anything-but = "reads" }] } })'), NO_ACTION),
        (rule('jsonencode({ detail = { alarmName = [{ equals-ignore-case = "READS" }] } })'), []),
        (rule("jsonencode({ detail = { alarmName = [{ exists = false }] } })"), NO_ACTION),
        (rule('jsonencode({ region = ["us-east-1"] })'), []),
        (rule('jsonencode({ region = ["us-west-2"] })'), NO_ACTION),
        (
            rule('jsonencode({ account = ["123456789012"] })'),
            MAY + "event_pattern account is the account of the alarm, which is known only after apply",
        ),
        (rule('jsonencode({ detail = { other = ["x"] } })'), MAY + "event_pattern detail.other may be missing from the event"),
        (rule('jsonencode({ other = ["x"] })'), NO_ACTION),
        (rule("jsonencode({ resources = [aws_cloudwatch_metric_alarm.reads.arn] })"), []),
        (rule("jsonencode({ resources = [aws_cloudwatch_metric_alarm.writes.arn] })"), NO_ACTION),
        (
            rule('jsonencode({ resources = ["arn:aws:cloudwatch:us-east-1:1:alarm:reads"] })'),
            MAY + "event_pattern resources is the ARN of the alarm, which is known only after apply",
        ),
        (rule('jsonencode({ resources = ["arn:aws:cloudwatch:us-east-1:1:alarm:writes"] })'), NO_ACTION),
        (rule('jsonencode({ resources = ["arn:aws:cloudwatch:us-west-2:1:alarm:reads"] })'), NO_ACTION),
        (rule('jsonencode({ resources = ["arn:aws:ec2:us-east-1:1:instance/i"] })'), NO_ACTION),
        (
            rule('jsonencode({ resources = [{ prefix = "arn:" }] })'),
            MAY + "event_pattern resources is the ARN of the alarm, which is known only after apply",
        ),
    ],
)
@pytest.mark.parametrize("more", ["", "actions_enabled = false"], ids=["no action", "disabled"])
def test_a_rule_of_eventbridge_informs_of_an_alarm(text: str, expected: list[str] | str, more: str) -> None:
    found = said(text + alarm_with("[]", more) + 'resource "aws_cloudwatch_metric_alarm" "writes" {\n  alarm_name = "writes"\n}\n')
    assert found == (["Alarm actions are disabled"] if more and expected == NO_ACTION else expected)


def test_an_alarm_whose_name_is_not_known_may_be_reported_by_name() -> None:
    pattern = 'jsonencode({ detail = { alarmName = ["reads"] } })'
    text = alarm_with("[]").replace('"reads"\n  namespace', "terraform_data.later.id\n  namespace")
    assert (
        said(rule(pattern) + text)
        == "unknown: alarm_name waits for terraform_data.later.id, and rules of EventBridge report alarms by name"
    )


def test_a_refused_alarm_is_not_reported_by_eventbridge() -> None:
    assert said(rule(ALARMS) + alarm_with('["arn:aws:sns:us-west-2:123456789012:t"]')) == WEST


def test_a_composite_alarm_is_reported_by_eventbridge() -> None:
    pattern = 'jsonencode({ detail = { alarmName = ["all"] } })'
    assert said(rule(pattern) + composite("") + alarm_with("[]")) == []
