"""dyncheck."""
