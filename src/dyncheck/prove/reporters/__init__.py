"""A proof report -> text: one file a format."""
