variable "environment_name" {
  description = "Prefix of every name, such as dev or prod."
  type        = string
  default     = "dev"
}

variable "region" {
  description = "AWS region of the tables and their alarms."
  type        = string
  default     = "us-east-1"
}

# dyncheck: ignore[unguarded-input] the specification lets the caller switch recovery off
variable "enable_point_in_time_recovery" {
  description = "Keep continuous backups of both tables."
  type        = bool
  default     = true
  nullable    = false
}

# True lets a fresh clone run `terraform plan` with no AWS account. For real use:
#   terraform apply -var offline=false
# The provider then finds credentials in its usual places: environment, shared config files, instance role.
variable "offline" {
  description = "Plan a first deployment without AWS credentials and without calling AWS. Must be false to apply, and to plan once something is deployed."
  type        = bool
  default     = true
  nullable    = false
}
