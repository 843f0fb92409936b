"""The documentation site: it has every page once, its links have targets, and no page asks another server for anything."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from filelock import FileLock

from dyncheck.version import VERSION
from tests.reporters.html.browser import chromium, needs_browser
from tests.reporters.html.test_browser import AXE
from tests.site.accessibility import violations
from tests.site.served import served
from tests.support.paths import ROOT
from tests.support.samples import every
from tools import playground
from tools import site as tool

if TYPE_CHECKING:
    from playwright.sync_api import Browser

needs_generator = pytest.mark.skipif(sys.version_info < (3, 11), reason="the generator of the site needs Python 3.11")

PAGES = sorted(page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md"))
LOOKED_AT = ["index.md", "contract-reference.md", "rules/dead-alarm.md", *(page for page in PAGES if page.count("/") == 0)]

# The attributes that make a browser load what they name.
_LOADED = {"img": "src", "link": "href", "script": "src", "iframe": "src", "source": "src"}


class Links(HTMLParser):
    """What a page links to, what it loads, and the places in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.places |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if (name := _LOADED.get(tag)) and name in found and found.get("rel") not in ("canonical", "next", "prev"):
            self.loaded.append(found[name])


@cache
def read(page: Path) -> Links:
    """The links of a built page."""
    return Links(page.read_text("utf-8"))


@pytest.fixture(scope="session")
def site(shared: Path) -> Path:
    """The site, built once for all processes of the test run."""
    built = shared / "site"
    with FileLock(shared / "site.lock"):
        if not built.exists():
            tool.build(built, make_playground=playground.write_page)
    return built


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The address of this version of the site."""
    with served(site) as found:
        yield f"{found}/{VERSION}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with chromium() as opened:
        yield opened


def target(page: Path, link: str) -> Path:
    """The file that a link of a built page leads to."""
    path = page.parent / unquote(urlsplit(link).path)
    found = Path(os.path.normpath(path)) if urlsplit(link).path else page
    return found / "index.html" if found.is_dir() else found


def test_the_navigation_has_every_page_once() -> None:
    assert sorted(tool.pages()) == PAGES, "Name each page of docs/ once in site/zensical.toml."


@needs_generator
def test_every_link_within_the_site_has_a_target(site: Path) -> None:
    wrong = []
    for page in sorted((site / VERSION).rglob("*.html")):
        # The server shows it at any address, so its links begin at the root.
        if page.name == "404.html":
            continue
        for link in read(page).links + read(page).loaded:
            if urlsplit(link).scheme in ("http", "https", "data", "mailto"):
                continue
            found, place = target(page, link), unquote(urldefrag(link).fragment)
            # What follows "files=" is for the playground, which opens these files.
            is_place = found.suffix == ".html" and place != "" and not place.startswith("files=")
            if not found.exists() or (is_place and place not in read(found).places):
                wrong.append(f"{page.relative_to(site)}: {link}")
    assert wrong == []


@needs_generator
def test_no_page_loads_anything_from_another_server(site: Path) -> None:
    pages = {page: read(page).loaded for page in sorted(site.rglob("*.html"))}
    assert [(page.name, link) for page, links in pages.items() for link in links if urlsplit(link).netloc] == []
    styles = "".join(file.read_text("utf-8") for file in site.rglob("*.css"))
    assert re.findall(r"url\(\s*[\"']?(?:https?:)?//[^)]*", styles) == []
    assert all("Content-Security-Policy" in page.read_text("utf-8") for page in (site / VERSION).rglob("*.html"))


@needs_generator
def test_a_new_version_stays_beside_the_older_ones(tmp_path: Path) -> None:
    for version in ("1.0.0", "1.1.0"):
        tool.list_versions(tmp_path, version)
    tool.list_versions(tmp_path, "1.1.0")
    assert (tmp_path / "versions.json").read_text() == (
        '[{"version":"1.1.0","title":"1.1.0","aliases":["latest"]},{"version":"1.0.0","title":"1.0.0","aliases":[]}]'
    )
    assert 'href="1.1.0/"' in (tmp_path / "index.html").read_text()


@needs_generator
@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", every(9, dict.fromkeys(LOOKED_AT)))
def test_a_page_fits_a_phone_is_accessible_and_asks_no_other_server(page: str, scheme: Any, address: str, browser: Browser) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("request", lambda request: complaints.append(request.url) if not request.url.startswith(address.rpartition("/")[0]) else None)
    tab.goto(f"{address}/{path_of(page)}")
    tab.add_script_tag(path=AXE)
    wide = tab.evaluate("document.documentElement.scrollWidth > innerWidth")
    broken = violations(tab)
    context.close()
    assert (wide, broken, complaints) == (False, [], [])


@needs_generator
@needs_browser
def test_a_reader_finds_a_rule_and_chooses_a_version_and_the_colours(address: str, browser: Browser) -> None:
    tab = browser.new_page(color_scheme="light", viewport={"width": 1280, "height": 800})
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{address}/")
    assert tab.get_by_role("button", name="Select version").inner_text() == VERSION
    light = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.get_by_title("Switch to light mode").first.click()
    tab.get_by_title("Switch to dark mode").first.click()
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") != light
    tab.keyboard.press("Control+k")
    tab.keyboard.type("dead-alarm")
    # The results are in a closed shadow tree, so only the keyboard reaches them, once they are there.
    found = f"{address}/rules/dead-alarm/"
    for _ in range(150):
        tab.wait_for_timeout(200)
        tab.keyboard.press("Enter")
        if tab.url.startswith(found):
            break
    assert tab.url.startswith(found)
    assert [url for url in asked if not url.startswith((address.rpartition("/")[0], "blob:"))] == []
    tab.close()


def path_of(page: str) -> str:
    """The path of a page on the site, from its file in docs/."""
    path = page.removesuffix(".md").removesuffix("README").removesuffix("index")
    return f"{path.rstrip('/')}/" if path else ""
