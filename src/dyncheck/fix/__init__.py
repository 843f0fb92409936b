"""Edits of Terraform files that correct findings, each checked before it is offered."""
