"""Asks axe about a page that is open in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab


def violations(tab: Tab) -> list[str]:
    """What axe finds by the rules of WCAG 2, levels A and AA, as rule and element. The page has loaded axe."""
    found = tab.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa']})")
    return [f"{each['id']}: {node['html'][:120]}" for each in found["violations"] for node in each["nodes"]]
