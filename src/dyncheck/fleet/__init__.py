"""Checks many documents in one run, and reads the results."""
