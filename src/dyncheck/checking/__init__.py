"""One run: inputs in, a report out."""
