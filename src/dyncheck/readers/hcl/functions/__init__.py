"""Terraform's functions: one module for each subject, found by name and imported when first called.

A name is declared in exactly one module of this package; `home` says which, so that a run that calls no function imports none.
Source: https://developer.hashicorp.com/terraform/language/functions
"""
