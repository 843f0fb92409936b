"""The version, and where this repository is on the web, each in one place."""

VERSION = "0.1.0"
# The examples in the documentation name the same address; whoever publishes the repository replaces it everywhere.
REPOSITORY = "https://github.com/your-org/dyncheck"
