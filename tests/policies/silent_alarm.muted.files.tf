# Mute rules exist from version 6 of the provider on.
resource "terraform_data" "later" {}

resource "aws_cloudwatch_metric_alarm" "always" {
  alarm_name          = "always"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = "products" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"] # expect: fail The actions of the alarm never run: aws_cloudwatch_alarm_mute_rule.always mutes it at all times, because its duration is not shorter than its interval, and it does not expire
}

resource "aws_cloudwatch_metric_alarm" "at_night" {
  alarm_name          = "at-night"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = "products" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "until_2027" {
  alarm_name          = "until-2027"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = "products" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "six_hours" {
  alarm_name          = "six-hours"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = "products" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"] # expect: fail The actions of the alarm never run: aws_cloudwatch_alarm_mute_rule.six_hours mutes it at all times, because its duration is not shorter than its interval, and it does not expire
}

resource "aws_cloudwatch_metric_alarm" "weekdays" {
  alarm_name          = "weekdays"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = "products" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "once" {
  alarm_name          = "once"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = "products" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_metric_alarm" "unsure" {
  alarm_name          = "unsure"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = "products" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"] # expect: unknown may be muted by aws_cloudwatch_alarm_mute_rule.unsure: rule.schedule.duration waits for terraform_data.later.id
}

resource "aws_cloudwatch_metric_alarm" "of_another_name" {
  alarm_name          = "of-another-name"
  namespace           = "AWS/DynamoDB"
  metric_name         = "ReadThrottleEvents"
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  dimensions          = { TableName = "products" }
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}

resource "aws_cloudwatch_alarm_mute_rule" "always" {
  name = "always"

  rule {
    schedule {
      expression = "cron(0 0 * * *)"
      duration   = "P1D"
    }
  }

  mute_targets {
    alarm_names = [aws_cloudwatch_metric_alarm.always.alarm_name]
  }
}

resource "aws_cloudwatch_alarm_mute_rule" "at_night" {
  name = "at-night"

  rule {
    schedule {
      expression = "cron(0 22 * * *)"
      duration   = "PT8H"
    }
  }

  mute_targets {
    alarm_names = [aws_cloudwatch_metric_alarm.at_night.alarm_name]
  }
}

resource "aws_cloudwatch_alarm_mute_rule" "until_2027" {
  name        = "until-2027"
  expire_date = "2027-01-01T00:00:00Z"

  rule {
    schedule {
      expression = "cron(0 0 * * *)"
      duration   = "P1D"
    }
  }

  mute_targets {
    alarm_names = [aws_cloudwatch_metric_alarm.until_2027.alarm_name]
  }
}

resource "aws_cloudwatch_alarm_mute_rule" "six_hours" {
  name       = "six-hours"
  start_date = "2026-12-01T00:00:00Z"

  rule {
    schedule {
      expression = "cron(0 */6 * * *)"
      duration   = "PT6H"
    }
  }

  mute_targets {
    alarm_names = [aws_cloudwatch_metric_alarm.six_hours.alarm_name]
  }
}

resource "aws_cloudwatch_alarm_mute_rule" "weekdays" {
  name = "weekdays"

  rule {
    schedule {
      expression = "cron(0 0 * * MON-FRI)"
      duration   = "P1D"
    }
  }

  mute_targets {
    alarm_names = [aws_cloudwatch_metric_alarm.weekdays.alarm_name]
  }
}

resource "aws_cloudwatch_alarm_mute_rule" "once" {
  name = "once"

  rule {
    schedule {
      expression = "at(2026-12-24T00:00:00)"
      duration   = "P15D"
    }
  }

  mute_targets {
    alarm_names = [aws_cloudwatch_metric_alarm.once.alarm_name]
  }
}

resource "aws_cloudwatch_alarm_mute_rule" "unsure" {
  name = "unsure"

  rule {
    schedule {
      expression = "cron(0 0 * * *)"
      duration   = terraform_data.later.id
    }
  }

  mute_targets {
    alarm_names = [aws_cloudwatch_metric_alarm.unsure.alarm_name]
  }
}

resource "aws_cloudwatch_alarm_mute_rule" "of_another_name" {
  name = "of-another-name"

  rule {
    schedule {
      expression = "cron(0 0 * * *)"
      duration   = "P1D"
    }
  }

  mute_targets {
    alarm_names = ["Of-another-name"]
  }
}
