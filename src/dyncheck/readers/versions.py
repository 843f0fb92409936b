"""Version constraints of providers.

Source: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
"""

from __future__ import annotations

import re

_LOWEST = r"\s*(?:~>|>=|=)?\s*(\d+)"


def lowest_major(constraint: str | None) -> int | None:
    """The lowest major version that a constraint accepts, None where it names no lower bound.

    >>> lowest_major("~> 6.0"), lowest_major(">= 5.0, < 7.0"), lowest_major("< 6.0")
    (6, 5, None)
    """
    found = [int(match[1]) for part in (constraint or "").split(",") if (match := re.match(_LOWEST, part))]
    return max(found, default=None)
