"""Tests rules on fixtures: Terraform files that have the expected results as comments."""
