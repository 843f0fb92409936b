"""Writes the first contracts of a team: what the tables of an input have in common, and what each of them has."""
