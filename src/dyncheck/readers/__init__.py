"""Bytes -> resources: one module for each thing dyncheck reads."""
