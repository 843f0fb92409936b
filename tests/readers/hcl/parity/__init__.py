"""Writes Terraform configurations at random, to compare what dyncheck says of the files and of their plans."""
