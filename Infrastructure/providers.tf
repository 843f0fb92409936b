terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0, < 7.0"
    }
  }
}

provider "aws" {
  region = var.region

  # With these two checks off, planning a first deployment calls no AWS API. The provider still refuses to start without
  # credentials, so it gets placeholders. AWS rejects them: an apply in this mode fails and creates nothing.
  access_key                  = var.offline ? "offline" : null
  secret_key                  = var.offline ? "offline" : null
  skip_credentials_validation = var.offline
  skip_requesting_account_id  = var.offline
}
