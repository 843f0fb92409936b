"""Mutation testing of the rules: every small change of their code must be noticed by a test, or be listed with the reason why none can."""
