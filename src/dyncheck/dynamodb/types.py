"""The resource types that dyncheck knows; the readers deliver these and skip all others."""

TABLE = "aws_dynamodb_table"
INDEX = "aws_dynamodb_global_secondary_index"
REPLICA = "aws_dynamodb_table_replica"
ALARM = "aws_cloudwatch_metric_alarm"
COMPOSITE_ALARM = "aws_cloudwatch_composite_alarm"
SCALING_TARGET = "aws_appautoscaling_target"
SCALING_POLICY = "aws_appautoscaling_policy"
KINESIS_DESTINATION = "aws_dynamodb_kinesis_streaming_destination"
TAG = "aws_dynamodb_tag"
ITEM = "aws_dynamodb_table_item"
KEYS = ("aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key")

METRIC_FILTER = "aws_cloudwatch_log_metric_filter"
KEY_ALIAS = "aws_kms_alias"
KEY_POLICY = "aws_kms_key_policy"
TOPIC = "aws_sns_topic"
TOPIC_POLICY = "aws_sns_topic_policy"
SUBSCRIPTION = "aws_sns_topic_subscription"
# AWS Chatbot subscribes to the topics of its configurations by itself.
CHATS = ("aws_chatbot_slack_channel_configuration", "aws_chatbot_teams_channel_configuration")
EVENT_RULE = "aws_cloudwatch_event_rule"
EVENT_TARGET = "aws_cloudwatch_event_target"
MUTE_RULE = "aws_cloudwatch_alarm_mute_rule"

# The types that decide whether anybody hears of an alarm.
DELIVERY = frozenset({KEY_ALIAS, KEY_POLICY, TOPIC, TOPIC_POLICY, SUBSCRIPTION, *CHATS, EVENT_RULE, EVENT_TARGET, MUTE_RULE})

RESOURCE_TYPES = frozenset(
    {TABLE, INDEX, REPLICA, ALARM, COMPOSITE_ALARM, SCALING_TARGET, SCALING_POLICY, KINESIS_DESTINATION, TAG, ITEM, *KEYS, *DELIVERY}
)

# Data sources that show who manages a KMS key.
DATA_TYPES = frozenset({"aws_kms_key", KEY_ALIAS})

# The arguments that name what a new table is restored from.
RESTORES = ("restore_source_name", "restore_source_table_arn", "restore_backup_arn")
