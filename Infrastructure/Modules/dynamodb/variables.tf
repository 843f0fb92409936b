variable "environment_name" {
  description = "Prefix of every table and alarm name, such as dev or prod."
  type        = string
  nullable    = false

  # The longest name built from it is "<env>-dynamodb-products-write-throttle"; an alarm name has at most 255 characters.
  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{1,222}$", var.environment_name))
    error_message = "The environment name must be 1 to 222 characters from a-z, A-Z, 0-9, underscore, dot and hyphen."
  }
}

variable "tags" {
  description = "Tags for every table and alarm. The tables' own Name and Type tags win over these."
  type        = map(string)
  default     = {}
}

variable "billing_mode" {
  description = "How the products table is paid for: PAY_PER_REQUEST or PROVISIONED. The sessions table is always PAY_PER_REQUEST."
  type        = string
  default     = "PAY_PER_REQUEST"

  validation {
    condition     = contains(["PAY_PER_REQUEST", "PROVISIONED"], var.billing_mode)
    error_message = "The billing mode must be PAY_PER_REQUEST or PROVISIONED."
  }
}

variable "read_capacity" {
  description = "Read capacity units of the products table, and again of its index. Used only when billing_mode is PROVISIONED."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.read_capacity >= 1
    error_message = "The read capacity must be at least 1."
  }
}

variable "write_capacity" {
  description = "Write capacity units of the products table, and again of its index. Used only when billing_mode is PROVISIONED."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.write_capacity >= 1
    error_message = "The write capacity must be at least 1."
  }
}

# dyncheck: ignore[unguarded-input] the specification lets the caller switch recovery off
variable "enable_point_in_time_recovery" {
  description = "Keep continuous backups of both tables. The specification lets the caller switch them off, so false is taken."
  type        = bool
  default     = true
}

variable "enable_deletion_protection" {
  description = "Refuse to delete the products table."
  type        = bool
  default     = false
}

variable "table_class" {
  description = "Storage class of the products table: STANDARD or STANDARD_INFREQUENT_ACCESS. The sessions table is always STANDARD."
  type        = string
  default     = "STANDARD"

  validation {
    condition     = contains(["STANDARD", "STANDARD_INFREQUENT_ACCESS"], var.table_class)
    error_message = "The table class must be STANDARD or STANDARD_INFREQUENT_ACCESS."
  }
}

# The inputs below are not in the specification. Their defaults leave the specified module as it is.

variable "alarm_actions" {
  description = "ARNs to notify when an alarm fires, usually one SNS topic. With none, an alarm changes colour and nobody is told."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.alarm_actions) <= 5
    error_message = "CloudWatch takes at most 5 actions for an alarm."
  }
}

variable "consumed_reads_threshold" {
  description = "Alarm when the products table consumes more read units than this in each of two successive five-minute periods. It is a sum, so 300 means one unit a second. Null creates no alarm."
  type        = number
  default     = null

  validation {
    condition     = var.consumed_reads_threshold == null ? true : var.consumed_reads_threshold > 0
    error_message = "The threshold of consumed reads must be greater than 0, or null for no alarm."
  }
}
