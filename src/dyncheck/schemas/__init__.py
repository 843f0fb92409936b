"""The JSON Schemas of what dyncheck reads and writes."""
