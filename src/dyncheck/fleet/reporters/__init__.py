"""The results of a fleet -> text: one module for each format."""
