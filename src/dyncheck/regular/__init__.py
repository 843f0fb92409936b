"""Regular expressions of RE2, in the syntax of Go, with time proportional to the expression and the text.

Neither Python's `re` nor `regex` matches them: docs/decisions/0016-regular-expressions.md says why.
"""
