"""The effective settings of a run: the configuration file, and what the command line says."""
