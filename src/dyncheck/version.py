"""The version, and where this repository is on the web, each in one place."""

VERSION = "0.2.0"
# The owner is a placeholder, which no account can have because of its underscore. `make repository URL=https://github.com/acme/dyncheck`
# writes the address here and into all files that repeat it.
REPOSITORY = "https://github.com/REPOSITORY_OWNER/dyncheck"
