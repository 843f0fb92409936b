"""Report -> text: one module for each format, each a pure function."""
