"""The changes that are planned after an apply: the configuration before and after each change."""

from __future__ import annotations

from dataclasses import dataclass

_ENDPOINTS = ("cloudwatch", "dynamodb", "sns", "sts")
# If the provider can look up keys, it recognizes the AWS managed key and does not show it.
WITH_KEYS = (*_ENDPOINTS, "iam", "kms", "lambda")


def provider(address: str, region: str = "us-east-1", alias: str = "", services: tuple[str, ...] = _ENDPOINTS) -> str:
    """The provider block that sends all calls to a local cloud."""
    endpoints = "\n".join(f'    {service} = "{address}"' for service in services)
    name = f'  alias = "{alias}"\n' if alias else ""
    return f"""
provider "aws" {{
{name}  region                      = "{region}"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  endpoints {{
{endpoints}
  }}
}}
"""


MODULE = """
module "dynamodb" {
  source           = "./Modules/dynamodb"
  environment_name = "dev"
  alarm_actions    = ["arn:aws:sns:us-east-1:123456789012:alarms"]
}
"""

# Tables that match the contract of products by name, although no application uses these names.
OLD = """
resource "aws_dynamodb_table" "text" {
  name         = "text-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_dynamodb_table" "number" {
  name         = "number-products"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "N"
  }
}
"""

PROVISIONED = """
variable "billing_mode" {
  type    = string
  default = "PROVISIONED"
}

resource "aws_dynamodb_table" "orders" {
  name           = "orders"
  billing_mode   = var.billing_mode
  hash_key       = "id"
  read_capacity  = var.billing_mode == "PROVISIONED" ? 5 : null
  write_capacity = var.billing_mode == "PROVISIONED" ? 5 : null

  attribute {
    name = "id"
    type = "N"
  }

  attribute {
    name = "customer"
    type = "S"
  }

  global_secondary_index {
    name            = "ByCustomer"
    hash_key        = "customer"
    projection_type = "ALL"
    read_capacity   = var.billing_mode == "PROVISIONED" ? 5 : null
    write_capacity  = var.billing_mode == "PROVISIONED" ? 5 : null
  }
}
"""

# The same table on demand. Terraform shows the capacity that the table and its index had.
ON_DEMAND = "\n".join(line.replace("var.billing_mode", '"PAY_PER_REQUEST"') for line in PROVISIONED.splitlines() if "_capacity" not in line)

LATER = 'resource "terraform_data" "later" {}\n'
LATER_RECOVERY = """
  dynamic "point_in_time_recovery" {
    for_each = terraform_data.later.id == "" ? [] : [1]
    content {
      enabled = true
    }
  }
"""

BASE = MODULE + OLD + PROVISIONED


@dataclass(frozen=True)
class Change:
    """A configuration to plan after an apply of BASE, with the options and the allowed exit codes of the plan."""

    name: str
    configuration: str
    options: tuple[str, ...] = ()
    exits: tuple[int, ...] = (0,)
    moves_modules: bool = False


CHANGES = (
    Change("none", BASE),
    Change("update", BASE.replace('"dev"\n', '"dev"\n  enable_point_in_time_recovery = false\n')),
    Change("rename", BASE.replace('"dev"', '"qa"')),
    Change("destroy", BASE, ("-destroy",)),
    Change(
        "moved",
        BASE.replace('module "dynamodb"', 'module "store"') + "moved {\n  from = module.dynamodb\n  to   = module.store\n}\n",
        moves_modules=True,
    ),
    Change(
        "forget",
        OLD + PROVISIONED + "removed {\n  from = module.dynamodb\n  lifecycle {\n    destroy = false\n  }\n}\n",
        moves_modules=True,
    ),
    Change("removed", BASE.replace(OLD, "")),
    Change(
        "key_types",
        BASE.replace('type = "S"\n  }\n\n  point', 'type = "N"\n  }\n\n  point').replace(
            'type = "N"\n  }\n}\n\nvariable', 'type = "S"\n  }\n}\n\nvariable'
        ),
    ),
    Change("on_demand", BASE, ("-var=billing_mode=PAY_PER_REQUEST",)),
    Change("capacity_left_out", BASE.replace(PROVISIONED, ON_DEMAND)),
    Change("recovery_known_later", BASE.replace("  point_in_time_recovery {\n    enabled = true\n  }\n", LATER_RECOVERY) + LATER),
    Change("block_removed", BASE.replace("  point_in_time_recovery {\n    enabled = true\n  }\n", "")),
    Change("target", BASE.replace('"dev"', '"qa"'), ("-target=module.dynamodb.aws_dynamodb_table.products",)),
    Change("refresh_only", BASE, ("-refresh-only",)),
    Change("replace", BASE, ("-replace=aws_dynamodb_table.text",)),
    Change(
        "errored",
        BASE.replace('"text-products"', '"renamed-products"').replace(
            "  point_in_time", "  lifecycle {\n    prevent_destroy = true\n  }\n\n  point_in_time"
        ),
        exits=(1,),
    ),
)
