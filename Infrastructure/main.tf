locals {
  common_tags = {
    Environment = var.environment_name
    ManagedBy   = "terraform"
  }
}

module "dynamodb" {
  source = "./Modules/dynamodb"

  environment_name              = var.environment_name
  enable_point_in_time_recovery = var.enable_point_in_time_recovery
  alarm_actions                 = [aws_sns_topic.alarms.arn]

  tags = local.common_tags
}

# Add a subscription to this topic. Without one it delivers no notification.
resource "aws_sns_topic" "alarms" {
  # A table name may have a dot, a topic name may not.
  name              = "${replace(var.environment_name, ".", "-")}-dynamodb-alarms"
  kms_master_key_id = aws_kms_key.alarms.id

  tags = local.common_tags
}

# The topic needs a key of its own. Under alias/aws/sns every notification would fail: that key's policy does not let
# CloudWatch use it, and the policy of an AWS managed key cannot be edited.
# https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
resource "aws_kms_key" "alarms" {
  description         = "Encrypts DynamoDB alarm notifications of ${var.environment_name}"
  enable_key_rotation = true

  tags = local.common_tags
}

resource "aws_kms_key_policy" "alarms" {
  key_id = aws_kms_key.alarms.id

  # In a key policy, Resource "*" means this key only.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountAdministersTheKey"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.key_arn.partition}:iam::${local.key_arn.account}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "AlarmsUseTheKey"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
      },
    ]
  })
}

locals {
  # Account and partition come from the key's ARN (arn:partition:kms:region:account:key/id). The usual data source,
  # aws_caller_identity, calls AWS while planning.
  key_arn = {
    partition = split(":", aws_kms_key.alarms.arn)[1]
    account   = split(":", aws_kms_key.alarms.arn)[4]
  }
}
