"""`python -m dyncheck` is `dyncheck`."""

from dyncheck.cli import main

main()
