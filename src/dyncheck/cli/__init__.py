"""The commands. The command line imports only the module of the command that it runs."""
