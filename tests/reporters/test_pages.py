"""The web pages of the rules: each exists in the repository."""

from __future__ import annotations

import re

import pytest

from dyncheck.reporters.pages import page
from dyncheck.version import REPOSITORY
from tests.support.paths import ROOT
from tests.support.rules import every_rule


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
