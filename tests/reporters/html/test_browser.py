"""The HTML page in a real browser: its look, filter, links, keys, accessibility, and how it prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from dyncheck.findings import Report
from dyncheck.findings.edit import Edits, VerifiedEdit
from dyncheck.reporters.html.page import to_html
from tests.reporters.html.browser import chromium, needs_browser
from tests.reporters.html.table import PITR, SMALL, large
from tests.reporters.html.test_html import PAGES
from tests.support.samples import THOROUGH

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = needs_browser

AXE = Path(__file__).parent / "axe" / "axe.min.js"

LIGHT, DARK = "rgb(255, 255, 255)", "rgb(21, 24, 28)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with chromium() as opened:
        yield opened


OPEN_ALL = "for (const each of document.querySelectorAll('details')) each.open = true"


@contextmanager
def opened(report: Report, browser: Browser, directory: Path, **options: Any) -> Iterator[Tab]:
    """A tab with the page of a report. The test fails if the page logs an error or loads anything."""
    (directory / "page.html").write_text(to_html(report), encoding="utf-8")
    context = browser.new_context(**{"color_scheme": "light", "reduced_motion": "reduce", **options})
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("request", lambda request: complaints.append(request.url) if not request.url.startswith(directory.as_uri()) else None)
    tab.goto((directory / "page.html").as_uri())
    yield tab
    context.close()
    assert complaints == []


@pytest.fixture
def tab(browser: Browser, tmp_path: Path) -> Iterator[Tab]:
    """A tab with the small report."""
    with opened(SMALL, browser, tmp_path, viewport={"width": 1280, "height": 800}) as found:
        yield found


def _background(tab: Tab) -> str:
    found: str = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


def test_the_style_is_applied_and_the_theme_can_be_chosen(tab: Tab) -> None:
    assert _background(tab) == LIGHT
    theme = tab.get_by_role("button", name="Dark")
    theme.click()
    assert (_background(tab), theme.get_attribute("aria-pressed")) == (DARK, "true")
    theme.press("Enter")
    assert (_background(tab), theme.get_attribute("aria-pressed")) == (LIGHT, "false")
    tab.emulate_media(color_scheme="dark")
    assert _background(tab) == LIGHT
    tab.reload()
    assert (_background(tab), theme.get_attribute("aria-pressed")) == (DARK, "true")


def test_the_filter_shows_only_matches_and_its_state_is_in_the_address(tab: Tab) -> None:
    from playwright.sync_api import expect

    shown = tab.locator(".finding:visible")
    expect(shown).to_have_count(6)
    tab.get_by_role("searchbox").fill("table.orders")
    expect(tab.locator("#matches")).to_have_text("3 of 7 results")
    expect(shown).to_have_count(3)
    assert tab.locator("tr[data-row]:visible").count() == 1
    tab.get_by_role("checkbox", name="unknown").uncheck()
    expect(tab.locator("#matches")).to_have_text("2 of 7 results")
    tab.get_by_role("combobox", name="Rule").select_option("no-deletion-protection")
    expect(shown).to_have_count(1)
    assert "Deletion protection is off" in shown.inner_text()
    assert tab.url.endswith("#text=table.orders&rule=no-deletion-protection&show=error%2Cwarning%2Cnote%2Cwaived")
    # The same address shows the same.
    tab.reload()
    expect(tab.locator("#matches")).to_have_text("1 of 7 results")
    assert tab.get_by_role("searchbox").input_value() == "table.orders"
    tab.get_by_role("searchbox").fill("no such thing")
    expect(tab.locator("#no-match")).to_be_visible()
    # A link to what is filtered away brings it back.
    tab.locator("#changes a").first.click()
    expect(shown).to_have_count(6)
    expect(tab.locator("#matches")).to_have_text("")


def test_the_filter_by_input_and_by_what_is_new(tab: Tab) -> None:
    from playwright.sync_api import expect

    tab.get_by_role("combobox", name="Input").select_option("Required tables")
    expect(tab.locator("#matches")).to_have_text("1 of 7 results")
    tab.get_by_role("button", name="Show all").click()
    expect(tab.locator(".finding:visible")).to_have_count(6)
    tab.get_by_role("checkbox", name="only new").check()
    expect(tab.locator("#matches")).to_have_text("5 of 7 results")
    expect(tab.locator(".finding:visible")).to_have_count(5)


def test_a_finding_opens_by_keyboard_and_a_link_opens_it(tab: Tab) -> None:
    finding = tab.locator(".finding.warning")
    assert finding.get_attribute("open") is None
    finding.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert finding.locator("dl").is_visible()
    tab.keyboard.press("Enter")
    assert not finding.locator("dl").is_visible()
    tab.locator("td.warning a").first.click()
    assert finding.locator("dl").is_visible()
    assert tab.evaluate("document.activeElement.textContent") == "plan.json module.shop.aws_cloudwatch_metric_alarm.write new"
    tab.locator("#changes a", has_text="Alarm watches").click()
    assert tab.evaluate("document.activeElement.matches('summary')")
    tab.get_by_role("button", name="Open all").click()
    assert tab.locator(".finding .body:visible").count() == 6
    tab.get_by_role("button", name="Open all").click()
    assert tab.locator(".finding .body:visible").count() == 0


def test_the_matrix_is_one_stop_and_arrows_move_in_it(tab: Tab) -> None:
    tab.locator("table.matrix tbody th a").first.focus()
    names = (("ArrowRight", "2 errors"), ("ArrowRight", "1 warning"), ("End", "1 note"), ("ArrowLeft", "1 waived"), ("Home", "plan.json"))
    for key, name in (*names, ("ArrowDown", "Required tables"), ("ArrowRight", "1 error")):
        tab.keyboard.press(key)
        assert tab.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent") == name
    assert tab.locator('table.matrix tbody a:not([tabindex="-1"])').count() == 1
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_first_tab_stop_skips_to_the_report(tab: Tab) -> None:
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the report"
    assert tab.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("name", ["small", "hostile", "everything", "errors", "empty", "many tables"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_screen(name: str, width: int, browser: Browser, tmp_path: Path) -> None:
    with opened(PAGES[name], browser, tmp_path, viewport={"width": width, "height": 740}) as tab:
        tab.evaluate(OPEN_ALL)
        assert tab.evaluate("document.documentElement.scrollWidth") == width


def test_the_heads_of_the_matrix_stay_while_it_scrolls_inside_its_box(browser: Browser, tmp_path: Path) -> None:
    with opened(large(120, 600), browser, tmp_path, viewport={"width": 360, "height": 740}) as tab:
        box = tab.locator(".scroll").first
        corner = tab.locator(".matrix th.names")
        before = corner.bounding_box()
        box.evaluate("(box) => box.scrollTo(200, 1000)")
        assert box.evaluate("(box) => [box.scrollLeft > 50, box.scrollTop]") == [True, 1000]
        assert corner.bounding_box() == before


@pytest.mark.parametrize(
    ("name", "theme"),
    [
        *product(["small", "everything", "baseline", "errors", "clean", "empty", "hostile"], ["light", "dark"]),
        ("many tables", "dark"),
        pytest.param("many tables", "light", marks=THOROUGH),
    ],
)
def test_axe_finds_nothing(name: str, theme: str, browser: Browser, tmp_path: Path) -> None:
    with opened(PAGES[name], browser, tmp_path, color_scheme=theme) as tab:
        if name != "many tables":
            tab.evaluate(OPEN_ALL)
        tab.evaluate(AXE.read_text(encoding="utf-8"))
        found = tab.evaluate("axe.run()")
        assert {each["id"]: [node["html"][:200] for node in each["nodes"][:3]] for each in found["violations"]} == {}


def test_without_scripts_everything_can_be_opened_and_no_control_is_visible(browser: Browser, tmp_path: Path) -> None:
    with opened(SMALL, browser, tmp_path, java_script_enabled=False) as tab:
        finding = tab.locator(".finding.warning")
        finding.locator("summary").click()
        assert finding.locator("dl").is_visible()
        assert tab.locator(".finding:visible").count() == 6
        assert tab.locator("button:visible, input:visible, select:visible").count() == 0


def test_ten_tables_are_printed_on_one_page(browser: Browser, tmp_path: Path) -> None:
    with opened(large(10, 80), browser, tmp_path, color_scheme="dark") as tab:
        tab.emulate_media(media="print")
        assert _background(tab) == LIGHT
        assert tab.locator("#filter").is_hidden()
        pages = re.findall(rb"/Type\s*/Page\b", tab.pdf(format="A4"))
        assert len(pages) == 1


def test_what_is_open_is_printed(tab: Tab) -> None:
    tab.locator(".finding.warning summary").click()
    tab.emulate_media(media="print")
    assert [each.get_attribute("data-verdict") for each in tab.locator(".finding:has(.body:visible)").all()] == ["warning"]


def test_no_text_of_a_drawing_exceeds_its_width(tab: Tab) -> None:
    tab.evaluate(OPEN_ALL)
    beyond = tab.evaluate(
        """[...document.querySelectorAll('svg[role=img]')].flatMap((svg) => [...svg.querySelectorAll('text')].filter((text) => {
          const box = text.getBBox();
          return box.x < 0 || box.x + box.width > 360 || box.y + box.height > svg.viewBox.baseVal.height;
        }).map((text) => text.textContent))"""
    )
    assert beyond == []


DIFF = (
    "diff --git a/main.tf b/main.tf\n--- a/main.tf\n+++ b/main.tf\n@@ -1,2 +1,2 @@\n \tx {\r\n"
    "-\t  enabled = false\r\n+\t  enabled = true # ##[x] ::y\r\n"
)


def test_an_edit_is_copied_as_it_is(browser: Browser, tmp_path: Path) -> None:
    edits = Edits({PITR.fingerprint: VerifiedEdit((), DIFF)}, DIFF)
    with opened(replace(SMALL, edits=edits), browser, tmp_path, permissions=["clipboard-read", "clipboard-write"]) as tab:
        (edit,) = tab.locator(".edit").all()
        tab.evaluate(OPEN_ALL)
        edit.get_by_role("button", name="Copy the diff").press("Enter")
        edit.get_by_text("Copied").wait_for()
        assert tab.evaluate("navigator.clipboard.readText()") == DIFF
        tab.evaluate(AXE.read_text(encoding="utf-8"))
        assert tab.evaluate("axe.run()")["violations"] == []


def test_an_edit_can_be_read_without_scripts(browser: Browser, tmp_path: Path) -> None:
    edits = Edits({PITR.fingerprint: VerifiedEdit((), DIFF)}, DIFF)
    with opened(replace(SMALL, edits=edits), browser, tmp_path, java_script_enabled=False) as tab:
        (edit,) = tab.locator(".finding .edit").all()
        assert (edit.locator("button").is_visible(), "enabled = true" in (edit.text_content() or "")) == (False, True)
