"""Plan and state JSON -> resources and changes."""
