"""The commands, a file for each subject; the command line imports the one that it runs."""
