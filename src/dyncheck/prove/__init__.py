"""Proofs over all inputs of a module: the inputs are divided into cases until a rule says the same of all of each."""
