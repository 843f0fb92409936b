"""Writes random Terraform configurations, to compare the results on the files with the results on their plans."""
