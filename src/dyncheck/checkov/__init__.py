"""The same policies inside checkov: one check for each rule, whose verdict is the one that dyncheck gives."""

from __future__ import annotations

import os

from dyncheck.errors import DyncheckError

# checkov passes over a directory without the first of these files and says nothing.
_FILES = ("__init__.py", "dyncheck_checks.py")


def external_checks_directory() -> str:
    """The directory for checkov's option --external-checks-dir.

    Raises `DyncheckError` when it is not complete: checkov would find no check in it, and end with exit code 0.
    """
    directory = os.path.join(os.path.dirname(os.path.abspath(__file__)), "external")
    for name in _FILES:
        if not os.path.isfile(os.path.join(directory, name)):
            raise DyncheckError(f"{os.path.join(directory, name)} is missing from the installation. Install dyncheck again.")
    return directory
