"""The calls of a capture: what each one asks, the permission that it needs, and what stays unknown without its answer.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
and the service models of botocore.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from dyncheck.dynamodb.types import (
    ALARM,
    COMPOSITE_ALARM,
    EVENT_RULE,
    EVENT_TARGET,
    KINESIS_DESTINATION,
    MUTE_RULE,
    SCALING_POLICY,
    SCALING_TARGET,
    SUBSCRIPTION,
    TABLE,
    TOPIC,
)


class Operation(Struct, frozen=True):
    """One call of a service, by the names that botocore gives to both.

    `subject` is the parameter that says what the call is about, empty where it is about a whole region. `items` are the lists of the
    answer, which several pages add up to. `kinds` are the types of resources that may be missing without the answer. `fixed` are the
    parameters that are always the same. `kept` are the fields of an answer, or of its items, that a capture keeps, all without it: others
    may be secrets, such as the addresses of subscribers. `rate` is how many calls a second the service allows, 0 where it says nothing.
    """

    service: str
    name: str
    subject: str = ""
    items: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    fixed: tuple[tuple[str, Any], ...] = ()
    kept: tuple[str, ...] = ()
    rate: float = 0

    @property
    def permission(self) -> str:
        """The action that a policy must allow: `dynamodb:DescribeTable`. Every service here has the name of its actions' prefix."""
        return f"{self.service}:{self.name}"


LIST_TABLES = Operation("dynamodb", "ListTables", items=("TableNames",), kinds=(TABLE,))
DESCRIBE_TABLE = Operation("dynamodb", "DescribeTable", "TableName")
# Source of the rates: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
DESCRIBE_BACKUPS = Operation("dynamodb", "DescribeContinuousBackups", "TableName", rate=10)
DESCRIBE_TIME_TO_LIVE = Operation("dynamodb", "DescribeTimeToLive", "TableName")
LIST_TAGS = Operation("dynamodb", "ListTagsOfResource", "ResourceArn", items=("Tags",), rate=10)
DESCRIBE_KINESIS = Operation(
    "dynamodb", "DescribeKinesisStreamingDestination", "TableName", items=("KinesisDataStreamDestinations",), kinds=(KINESIS_DESTINATION,)
)
DESCRIBE_ALARMS = Operation(
    "cloudwatch",
    "DescribeAlarms",
    items=("MetricAlarms", "CompositeAlarms"),
    kinds=(ALARM, COMPOSITE_ALARM),
    fixed=(("AlarmTypes", ("MetricAlarm", "CompositeAlarm")), ("MaxRecords", 100)),
    kept=(
        *("AlarmName", "AlarmArn", "ActionsEnabled", "AlarmActions", "AlarmRule", "ActionsSuppressor", "ComparisonOperator"),
        *("DatapointsToAlarm", "EvaluationPeriods", "Threshold", "ThresholdMetricId", "TreatMissingData", "Statistic"),
        *("ExtendedStatistic", "MetricName", "Namespace", "Dimensions", "Period", "Unit", "Metrics"),
    ),
    rate=9,
)
LIST_MUTE_RULES = Operation("cloudwatch", "ListAlarmMuteRules", items=("AlarmMuteRuleSummaries",), kinds=(MUTE_RULE,))
GET_MUTE_RULE = Operation("cloudwatch", "GetAlarmMuteRule", "AlarmMuteRuleName", kinds=(MUTE_RULE,))
SCALABLE_TARGETS = Operation(
    "application-autoscaling",
    "DescribeScalableTargets",
    items=("ScalableTargets",),
    kinds=(SCALING_TARGET,),
    fixed=(("ServiceNamespace", "dynamodb"),),
)
SCALING_POLICIES = Operation(
    "application-autoscaling",
    "DescribeScalingPolicies",
    items=("ScalingPolicies",),
    kinds=(SCALING_POLICY,),
    fixed=(("ServiceNamespace", "dynamodb"),),
)
DESCRIBE_KEY = Operation("kms", "DescribeKey", "KeyId", kept=("Arn", "KeyId", "KeyManager", "KeyState", "Enabled", "DeletionDate"))
GET_TOPIC = Operation("sns", "GetTopicAttributes", "TopicArn", kinds=(TOPIC,), kept=("TopicArn", "Policy", "KmsMasterKeyId"))
LIST_SUBSCRIPTIONS = Operation(
    "sns",
    "ListSubscriptionsByTopic",
    "TopicArn",
    items=("Subscriptions",),
    kinds=(SUBSCRIPTION,),
    kept=("TopicArn", "Protocol", "SubscriptionArn"),
)
LIST_RULES = Operation(
    "events", "ListRules", items=("Rules",), kinds=(EVENT_RULE,), kept=("Name", "Arn", "EventBusName", "EventPattern", "State")
)
LIST_TARGETS = Operation("events", "ListTargetsByRule", "Rule", items=("Targets",), kinds=(EVENT_TARGET,), kept=("Id", "Arn"))
LIST_EVENT_SOURCES = Operation(
    "lambda", "ListEventSourceMappings", items=("EventSourceMappings",), kept=("UUID", "EventSourceArn", "FunctionArn", "State")
)
LIST_PIPES = Operation("pipes", "ListPipes", items=("Pipes",), kept=("Arn", "Name", "Source", "Target", "CurrentState"))

OPERATIONS = (
    LIST_TABLES,
    DESCRIBE_TABLE,
    DESCRIBE_BACKUPS,
    DESCRIBE_TIME_TO_LIVE,
    LIST_TAGS,
    DESCRIBE_KINESIS,
    DESCRIBE_ALARMS,
    LIST_MUTE_RULES,
    GET_MUTE_RULE,
    SCALABLE_TARGETS,
    SCALING_POLICIES,
    DESCRIBE_KEY,
    GET_TOPIC,
    LIST_SUBSCRIPTIONS,
    LIST_RULES,
    LIST_TARGETS,
    LIST_EVENT_SOURCES,
    LIST_PIPES,
)

# The parameters that say what a call is about.
SUBJECTS = ("EventBusName", *dict.fromkeys(operation.subject for operation in OPERATIONS if operation.subject))
