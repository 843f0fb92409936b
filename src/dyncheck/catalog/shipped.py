"""Where the shipped policies are: the top-level `policies/` of the repository, installed as `dyncheck.policies`."""

from importlib import import_module

PACKAGE = "dyncheck.policies"


def policies_directory() -> str:
    """The directory of the rules, the contracts being in `tables/` below it."""
    (directory,) = import_module(PACKAGE).__path__
    return str(directory)
