"""The web pages of the rules: each exists in the repository, and the documentation names the same address."""

from __future__ import annotations

import re

import pytest

from dyncheck.reporters.pages import page
from dyncheck.version import REPOSITORY
from tests.support.paths import ROOT
from tests.support.rules import every_rule

FILES = [ROOT / "README.md", *(path for path in (ROOT / "docs").rglob("*") if path.is_file())]


def test_every_rule_has_its_page() -> None:
    before = f"{REPOSITORY}/blob/main/"
    pages = {rule.id: page(rule.id) for rule in every_rule()}
    assert all(url.startswith(before) for url in pages.values())
    assert [name for name, url in pages.items() if not (ROOT / url.removeprefix(before)).is_file()] == []


def test_a_rule_of_ones_own_has_no_page() -> None:
    assert page("platform/cost-centre") == ""


@pytest.mark.parametrize("rule", ["a b](http://x)", "<x>", "caf\udce9"])
def test_a_page_is_a_url_whatever_the_rule_is_called(rule: str) -> None:
    assert re.fullmatch(r"https://[A-Za-z0-9/._~%-]+", page(rule)) or page(rule) == ""


def test_the_documentation_names_the_address_that_reports_link_to() -> None:
    texts = [path.read_text() for path in FILES]
    named = {url for text in texts for url in re.findall(r"https://github\.com/[\w.-]+/dyncheck\b", text)}
    assert named == {REPOSITORY}, "Write the address of version.py everywhere."
