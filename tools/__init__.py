"""Programs for development and CI, not shipped."""
