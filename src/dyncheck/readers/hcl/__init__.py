"""Terraform language -> resources, without a plan: syntax, evaluation, modules, and what the AWS provider makes of it."""
