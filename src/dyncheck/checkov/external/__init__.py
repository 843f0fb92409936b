"""The directory that checkov loads; without this file it would load nothing."""
