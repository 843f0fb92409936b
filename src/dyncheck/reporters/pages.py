"""Where the documentation of a rule is on the web."""

from __future__ import annotations

from urllib.parse import quote

from dyncheck.version import REPOSITORY


def page(rule_id: str) -> str:
    """The absolute URL of a rule's page, empty for a rule of one's own (`team/name`), which has none."""
    return "" if "/" in rule_id else f"{REPOSITORY}/blob/main/docs/rules/{quote(rule_id, errors='backslashreplace')}.md"
