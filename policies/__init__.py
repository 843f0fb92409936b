"""The requirements: one rule per file, and the table contracts under `tables/`."""
