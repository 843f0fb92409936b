"""A test of the rules on the user's own input: one demand at a time is broken, and its rule, and only it, must say so."""
