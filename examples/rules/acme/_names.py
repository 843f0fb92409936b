"""Names that say nothing about what they name."""

GENERIC = ("id", "key", "pk")
