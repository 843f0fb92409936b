"""`python -m dyncheck` is `dyncheck`."""

import sys

# Python looks for modules in the working directory first, and that may be a tree that someone else wrote.
if not getattr(sys.flags, "safe_path", False) and sys.path:
    del sys.path[0]

from dyncheck.cli.main import program

program()
