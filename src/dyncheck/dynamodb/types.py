"""The resource types that dyncheck knows; the readers deliver these and skip all others."""

TABLE = "aws_dynamodb_table"
INDEX = "aws_dynamodb_global_secondary_index"
REPLICA = "aws_dynamodb_table_replica"
ALARM = "aws_cloudwatch_metric_alarm"
COMPOSITE_ALARM = "aws_cloudwatch_composite_alarm"

RESOURCE_TYPES = frozenset({TABLE, INDEX, REPLICA, ALARM, COMPOSITE_ALARM})
