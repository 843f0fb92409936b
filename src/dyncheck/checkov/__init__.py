"""The same policies inside checkov: one check for each rule, with dyncheck's result."""

from __future__ import annotations

import os

from dyncheck.errors import DyncheckError

# checkov silently skips a directory without the first of these files.
_FILES = ("__init__.py", "dyncheck_checks.py")


def external_checks_directory() -> str:
    """The directory for checkov's option --external-checks-dir.

    Raises `DyncheckError` when it is incomplete: checkov would find no check in it, and end with exit code 0.
    """
    directory = os.path.join(os.path.dirname(os.path.abspath(__file__)), "external")
    for name in _FILES:
        if not os.path.isfile(os.path.join(directory, name)):
            raise DyncheckError(f"{os.path.join(directory, name)} is missing from the installation. Install dyncheck again.")
    return directory
