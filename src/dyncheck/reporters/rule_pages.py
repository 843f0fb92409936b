"""Where the documentation of the rules is: the one constant to change when it is published."""

from __future__ import annotations

PAGES = "docs/rules"


def page(rule: str) -> str:
    """The page of a rule: a path in dyncheck's repository, or a URL once there is one."""
    return f"{PAGES}/{rule}.md"
