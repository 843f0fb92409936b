"""The calls of a capture: what each one asks, the permission that it needs, and what stays unknown without its answer.

Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
and the service models of botocore.
"""

from __future__ import annotations

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
    answer, which several pages add up to. `kinds` are the types of resources that may be missing without the answer.
    """

    service: str
    name: str
    subject: str = ""
    items: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    # The prefix of the permission, where it is not the name of the service.
    prefix: str = ""

    @property
    def permission(self) -> str:
        """The action that a policy must allow: `dynamodb:DescribeTable`."""
        return f"{self.prefix or self.service}:{self.name}"


LIST_TABLES = Operation("dynamodb", "ListTables", items=("TableNames",), kinds=(TABLE,))
DESCRIBE_TABLE = Operation("dynamodb", "DescribeTable", "TableName")
DESCRIBE_BACKUPS = Operation("dynamodb", "DescribeContinuousBackups", "TableName")
DESCRIBE_TIME_TO_LIVE = Operation("dynamodb", "DescribeTimeToLive", "TableName")
LIST_TAGS = Operation("dynamodb", "ListTagsOfResource", "ResourceArn", items=("Tags",))
DESCRIBE_KINESIS = Operation(
    "dynamodb", "DescribeKinesisStreamingDestination", "TableName", items=("KinesisDataStreamDestinations",), kinds=(KINESIS_DESTINATION,)
)
DESCRIBE_ALARMS = Operation("cloudwatch", "DescribeAlarms", items=("MetricAlarms", "CompositeAlarms"), kinds=(ALARM, COMPOSITE_ALARM))
LIST_MUTE_RULES = Operation("cloudwatch", "ListAlarmMuteRules", items=("AlarmMuteRuleSummaries",), kinds=(MUTE_RULE,))
GET_MUTE_RULE = Operation("cloudwatch", "GetAlarmMuteRule", "AlarmMuteRuleName", kinds=(MUTE_RULE,))
SCALABLE_TARGETS = Operation("application-autoscaling", "DescribeScalableTargets", items=("ScalableTargets",), kinds=(SCALING_TARGET,))
SCALING_POLICIES = Operation("application-autoscaling", "DescribeScalingPolicies", items=("ScalingPolicies",), kinds=(SCALING_POLICY,))
DESCRIBE_KEY = Operation("kms", "DescribeKey", "KeyId")
GET_TOPIC = Operation("sns", "GetTopicAttributes", "TopicArn", kinds=(TOPIC,))
LIST_SUBSCRIPTIONS = Operation("sns", "ListSubscriptionsByTopic", "TopicArn", items=("Subscriptions",), kinds=(SUBSCRIPTION,))
LIST_RULES = Operation("events", "ListRules", items=("Rules",), kinds=(EVENT_RULE,))
LIST_TARGETS = Operation("events", "ListTargetsByRule", "Rule", items=("Targets",), kinds=(EVENT_TARGET,))
LIST_EVENT_SOURCES = Operation("lambda", "ListEventSourceMappings", items=("EventSourceMappings",))
LIST_PIPES = Operation("pipes", "ListPipes", items=("Pipes",))

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
