"""What Terraform would refuse to evaluate."""

from __future__ import annotations


class Problem(Exception):
    """What Terraform would refuse: a function's or an operator's error, a wrong type, an attribute that is not there."""


class UnsureError(Exception):
    """What dyncheck does not compute, although Terraform does. Functions, operators and conversions make it an unknown value."""
