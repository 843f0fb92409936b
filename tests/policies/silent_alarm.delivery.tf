# Whether the actions of an alarm can deliver: regions, keys, policies, subscriptions, and rules of EventBridge.
resource "terraform_data" "later" {}

resource "aws_dynamodb_table" "products" {
  name         = "products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}

resource "aws_sns_topic" "heard" {
  name = "heard"
}

resource "aws_sns_topic_subscription" "heard" {
  topic_arn = aws_sns_topic.heard.arn
  protocol  = "email"
  endpoint  = "on-call@example.com"
}

resource "aws_sns_topic" "unheard" { # expect: fail Topic has no subscription in the same configuration, so perhaps no one hears of its alarms
  name = "unheard"
}

resource "aws_sns_topic" "west" { # expect: fail Topic has no subscription in the same configuration, so perhaps no one hears of its alarms
  provider = aws.west
  name     = "west"
}

resource "aws_sns_topic" "key_of_aws" { # expect: fail Topic has no subscription in the same configuration, so perhaps no one hears of its alarms
  name              = "key-of-aws"
  kms_master_key_id = "alias/aws/sns"
}

resource "aws_kms_key" "default_policy" {}

resource "aws_sns_topic" "default_policy" { # expect: fail Topic has no subscription in the same configuration, so perhaps no one hears of its alarms
  name              = "default-policy"
  kms_master_key_id = aws_kms_key.default_policy.id
}

resource "aws_kms_key" "lets" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" },
      {
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
      },
    ]
  })
}

resource "aws_kms_alias" "lets" {
  name          = "alias/lets"
  target_key_id = aws_kms_key.lets.key_id
}

resource "aws_sns_topic" "encrypted" {
  name              = "encrypted"
  kms_master_key_id = aws_kms_alias.lets.name
}

resource "aws_sns_topic_subscription" "encrypted" {
  topic_arn = aws_sns_topic.encrypted.arn
  protocol  = "email"
  endpoint  = "on-call@example.com"
}

resource "aws_sns_topic" "other_policy" { # expect: fail Topic has no subscription in the same configuration, so perhaps no one hears of its alarms
  name   = "other-policy"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }, Action = "sns:Publish", Resource = "*" }] })
}

resource "aws_sns_topic" "unknown_policy" { # expect: fail Topic has no subscription in the same configuration, so perhaps no one hears of its alarms
  name = "unknown-policy"
}

resource "aws_sns_topic_policy" "unknown_policy" {
  arn    = aws_sns_topic.unknown_policy.arn
  policy = terraform_data.later.id
}

resource "aws_cloudwatch_metric_alarm" "heard" {
  alarm_name          = "heard"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [aws_sns_topic.heard.arn]
}

resource "aws_cloudwatch_metric_alarm" "encrypted" {
  alarm_name          = "encrypted"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [aws_sns_topic.encrypted.arn]
}

resource "aws_cloudwatch_metric_alarm" "outside" {
  alarm_name          = "outside"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:elsewhere.fifo"]
}

resource "aws_cloudwatch_metric_alarm" "function" {
  alarm_name          = "function"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:lambda:us-east-1:123456789012:function:page"]
}

resource "aws_cloudwatch_metric_alarm" "unheard" {
  alarm_name          = "unheard"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [aws_sns_topic.unheard.arn]
}

resource "aws_cloudwatch_metric_alarm" "west" {
  alarm_name          = "west"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [aws_sns_topic.west.arn] # expect: fail CloudWatch refuses the alarm: its topic is in us-west-2, and the alarm is in us-east-1: alarm_actions is aws_sns_topic.west.arn; expected a topic in us-east-1
}

resource "aws_cloudwatch_metric_alarm" "literal_west" {
  alarm_name          = "literal-west"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sns:us-west-2:123456789012:west"] # expect: fail CloudWatch refuses the alarm: its topic is in us-west-2, and the alarm is in us-east-1: alarm_actions is "arn:aws:sns:us-west-2:123456789012:west"; expected a topic in us-east-1
}

resource "aws_cloudwatch_metric_alarm" "queue" {
  alarm_name          = "queue"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:sqs:us-east-1:123456789012:alarms"] # expect: fail CloudWatch takes no such action: alarm_actions is "arn:aws:sqs:us-east-1:123456789012:alarms"; expected the ARN of a topic, a Lambda function or another action that informs someone
}

resource "aws_cloudwatch_metric_alarm" "stops" {
  alarm_name          = "stops"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:automate:us-east-1:ec2:stop"] # expect: fail Alarm action starts, stops or scales something, and informs no one: alarm_actions is "arn:aws:automate:us-east-1:ec2:stop"; expected the ARN of a topic, a Lambda function or another action that informs someone
}

resource "aws_cloudwatch_metric_alarm" "stops_and_tells" {
  alarm_name          = "stops-and-tells"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = ["arn:aws:automate:us-east-1:ec2:stop", "arn:aws:sns:us-east-1:123456789012:elsewhere"]
}

resource "aws_cloudwatch_metric_alarm" "key_of_aws" {
  alarm_name          = "key-of-aws"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [aws_sns_topic.key_of_aws.arn] # expect: fail The topic of the alarm (aws_sns_topic.key_of_aws) is encrypted with alias/aws/sns, a key that CloudWatch cannot use: alarm_actions is aws_sns_topic.key_of_aws.arn; expected a customer managed key that it can use
}

resource "aws_cloudwatch_metric_alarm" "default_policy" {
  alarm_name          = "default-policy"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [aws_sns_topic.default_policy.arn] # expect: fail The topic of the alarm (aws_sns_topic.default_policy) is encrypted with aws_kms_key.default_policy, whose policy does not let CloudWatch use the key: alarm_actions is aws_sns_topic.default_policy.arn; expected a statement that allows kms:Decrypt and kms:GenerateDataKey* for the service cloudwatch.amazonaws.com
}

resource "aws_cloudwatch_metric_alarm" "other_policy" {
  alarm_name          = "other-policy"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [aws_sns_topic.other_policy.arn] # expect: fail The topic of the alarm (aws_sns_topic.other_policy) has a policy that does not let CloudWatch publish (aws_sns_topic.other_policy): alarm_actions is aws_sns_topic.other_policy.arn; expected a statement that allows sns:Publish for the service cloudwatch.amazonaws.com
}

resource "aws_cloudwatch_metric_alarm" "unknown_policy" {
  alarm_name          = "unknown-policy"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  alarm_actions       = [aws_sns_topic.unknown_policy.arn] # expect: unknown alarm_actions is a topic (aws_sns_topic.unknown_policy) that has a policy (aws_sns_topic_policy.unknown_policy) that waits for terraform_data.later.id
}

resource "aws_cloudwatch_composite_alarm" "west" {
  alarm_name    = "composite-west"
  alarm_rule    = "ALARM(\"raises-west\")"
  alarm_actions = ["arn:aws:sns:us-west-2:123456789012:west"]
}

resource "aws_cloudwatch_metric_alarm" "raises_west" { # expect: fail No one hears of aws_cloudwatch_composite_alarm.west, which the alarm raises: CloudWatch refuses the alarm: its topic is in us-west-2, and the alarm is in us-east-1
  alarm_name          = "raises-west"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_event_rule" "by_name" {
  name          = "by-name"
  event_pattern = jsonencode({ source = ["aws.cloudwatch"], detail = { alarmName = [{ prefix = "caught-" }], state = { value = ["ALARM"] } } })
}

resource "aws_cloudwatch_event_target" "by_name" {
  rule = aws_cloudwatch_event_rule.by_name.name
  arn  = aws_sns_topic.heard.arn
}

resource "aws_cloudwatch_event_rule" "without_target" {
  name          = "without-target"
  event_pattern = jsonencode({ source = ["aws.cloudwatch"] })
}

resource "aws_cloudwatch_event_rule" "when_ok" {
  name          = "when-ok"
  event_pattern = jsonencode({ source = ["aws.cloudwatch"], detail = { state = { value = ["OK"] } } })
}

resource "aws_cloudwatch_event_target" "when_ok" {
  rule = aws_cloudwatch_event_rule.when_ok.name
  arn  = aws_sns_topic.heard.arn
}

resource "aws_cloudwatch_event_rule" "strange" {
  name          = "strange"
  event_pattern = jsonencode({ source = ["aws.cloudwatch"], detail = { alarmName = [{ prefix = "strange" }], configuration = { description = ["x"] } } })
}

resource "aws_cloudwatch_event_target" "strange" {
  rule = aws_cloudwatch_event_rule.strange.name
  arn  = aws_sns_topic.heard.arn
}

resource "aws_cloudwatch_metric_alarm" "caught" {
  alarm_name          = "caught-reads"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
  actions_enabled     = false
}

resource "aws_cloudwatch_metric_alarm" "missed" { # expect: fail Alarm has no notification action: alarm_actions is not set; expected a list of at least one ARN
  alarm_name          = "missed"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}

resource "aws_cloudwatch_metric_alarm" "strange" { # expect: unknown may be reported by aws_cloudwatch_event_rule.strange: event_pattern detail.configuration may be missing from the event
  alarm_name          = "strange"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = aws_dynamodb_table.products.name }
}
