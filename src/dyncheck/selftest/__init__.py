"""Tests the rules on the user's own input: breaks one demand at a time, which exactly one rule must find."""
