# The sources of plan.json, which `make plans` makes with prod.tfvars.

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "offline"
  secret_key                  = "offline"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
}

variable "recovery" {
  type    = bool
  default = true
}

variable "environment" {
  type    = string
  default = "dev"
}

locals {
  tables = {
    orders  = { key = "order_id", recovery = var.recovery }
    returns = { key = "return_id", recovery = true }
  }
}

module "table" {
  source   = "./modules/table"
  for_each = local.tables

  name     = "${var.environment}-${each.key}"
  key      = each.value.key
  recovery = each.value.recovery
}
