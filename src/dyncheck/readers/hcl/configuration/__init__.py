"""Terraform's blocks: files -> modules, variables, instances."""
