"""Proofs over all inputs of a module: divides the inputs into cases until a rule has one answer for each case."""
