"""Mutation testing of the rules: a test must fail for every small change of their code, or a list gives the reason why none can."""
