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

  # In offline mode the provider calls no AWS API while planning. It still refuses to start without credentials, so it
  # gets placeholders: AWS rejects them, which is why an apply in this mode fails and changes nothing.
  access_key                  = var.offline ? "offline" : null
  secret_key                  = var.offline ? "offline" : null
  skip_credentials_validation = var.offline
  skip_requesting_account_id  = var.offline
}
