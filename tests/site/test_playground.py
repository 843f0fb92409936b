"""The playground: it answers as the command line does, in a real browser, and nothing leaves the page."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.reporters.html.browser import chromium, needs_browser
from tests.reporters.html.test_browser import AXE
from tests.site.accessibility import violations
from tests.site.served import served
from tests.support.paths import ROOT
from tools import playground

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

EXAMPLES: dict[str, Any] = {each["id"]: each["files"] for each in playground.examples()}  # type: ignore[misc]
FAILING = EXAMPLES["failing"]["main.tf"]

Answer = Callable[[dict[str, str]], dict[str, Any]]

# Python starts within this time, also on a machine that does much else. Playwright counts in milliseconds.
PATIENCE = 180_000
ANSWERED = "body:is([data-state=answered], [data-state=problems], [data-state=empty], [data-state=failed])"


@pytest.fixture
def answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """The answer of the Python in the page, run by this Python."""
    specification = importlib.util.spec_from_file_location("playground", ROOT / "site" / "playground" / "playground.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "HOME", str(tmp_path / "home"))
    return lambda files: json.loads(module.answer(json.dumps(files)))


def found(given: dict[str, Any]) -> list[tuple[str, str, int]]:
    """The rule and the line of each finding of an answer."""
    results = [each for each in given["report"]["results"] if each["status"] != "pass"]
    return [(each["rule"], each["location"]["file"], each["location"]["line"]) for each in results]


def test_the_failing_example_fails_at_its_lines(answer: Answer) -> None:
    assert found(answer(EXAMPLES["failing"])) == [
        ("dead-alarm", "main.tf", 79),
        ("no-point-in-time-recovery", "main.tf", 20),
        ("unwatched-index", "main.tf", 20),
        ("unwatched-index", "main.tf", 20),
    ]


def test_the_reference_module_has_no_error(answer: Answer) -> None:
    assert answer(EXAMPLES["reference"])["report"]["summary"]["fail"]["error"] == 0


def test_the_contracts_of_the_shop_hold_through_its_configuration(answer: Answer) -> None:
    results = answer(EXAMPLES["shop"])["report"]["results"]
    assert sorted({each["contract"] for each in results if each["status"] == "fail"}) == ["every-table", "production"]


def test_contracts_hold_without_a_configuration(answer: Answer) -> None:
    files = {**EXAMPLES["failing"], "mine.yaml": "match: { name: dev-* }\ntags: { Owner: x }\n"}
    assert ("missing-tags", "main.tf") in {(rule, file) for rule, file, _ in found(answer(files))}


def test_a_plan_has_the_lines_of_the_files_beside_it(answer: Answer) -> None:
    given = answer({**EXAMPLES["plan"], **EXAMPLES["failing"]})
    assert [each["kind"] for each in given["report"]["inputs"]] == ["plan"]
    assert {file for _, file, _ in found(given)} == {"main.tf"}


def test_data_beside_terraform_files_is_no_plan(answer: Answer) -> None:
    assert answer({**EXAMPLES["failing"], "data.json": "{}"})["report"]["inputs"][0]["kind"] == "hcl"


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        pytest.param({"main.tf": 'resource "a" {'}, {"file": "main.tf", "line": 1}, id="half a file"),
        pytest.param({"plan.json": "{"}, {"file": "plan.json"}, id="half a plan"),
        pytest.param({"main.tf": FAILING, "c.yaml": "point_in_time_recovery: { days: 1 }"}, {}, id="a wrong contract"),
        pytest.param({"../main.tf": FAILING}, {}, id="a name outside"),
        pytest.param({"/etc/main.tf": FAILING}, {}, id="an absolute name"),
    ],
)
def test_what_cannot_be_checked_is_a_problem(files: dict[str, str], problem: dict[str, Any], answer: Answer) -> None:
    (first, *_) = answer(files)["problems"]
    assert first["message"]
    assert {name: first[name] for name in problem} == problem


@pytest.mark.parametrize("setting", ["rules: [own]", "plugins: [own]", "<<: { rules: [own] }"])
def test_a_link_cannot_bring_code(setting: str, answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path / "home")
    code = f"open({str(tmp_path / 'ran')!r}, 'w')"
    given = answer({**EXAMPLES["failing"], ".dyncheck.yaml": f"{setting}\n", "own/__init__.py": code, "own/no_stream.py": code})
    assert [each["message"] for each in given["problems"]]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("files", [{"readme.txt": "x"}, {"main.tf": ""}, {"main.tf": 'resource "aws_sns_topic" "a" {}'}], ids=str)
def test_files_without_a_table_are_empty(files: dict[str, str], answer: Answer) -> None:
    assert list(answer(files)) == ["empty"]


def test_the_stand_in_for_rpds_names_the_same_errors_of_a_contract(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("point_in_time_recovery: { minimum_dayz: 14 }\nreplicas: [Ireland]\ntags: { CostCenter: 4711 }\n")
    printed = []
    for path in ((), (str(ROOT / "site" / "playground" / "standins"),)):
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([*path, *sys.path])}
        command = [sys.executable, "-m", "dyncheck", "--policy", "wrong.yaml", str(ROOT / "examples" / "plan.json")]
        printed.append(subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False).stderr)
    assert "minimum_dayz" in printed[0]
    assert printed[0] == printed[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with chromium() as opened:
        yield opened


@needs_browser
def test_a_page_that_cannot_load_python_says_so(browser: Browser, tmp_path: Path) -> None:
    playground.write_page(tmp_path / "play")
    with served(tmp_path) as address:
        tab = browser.new_page(viewport={"width": 360, "height": 740})
        tab.goto(f"{address}/play/")
        tab.wait_for_selector("body[data-state=failed]")
        assert tab.inner_text("#status").startswith("dyncheck cannot run here.")
        assert tab.get_by_role("button", name="Try again").is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert tab.get_by_role("tab").count() == len(EXAMPLES["reference"])
        tab.close()


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    """What the console says, and the requests to other servers."""
    return []


@pytest.fixture(scope="module")
def play(browser: Browser, complaints: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """The playground with Python in it. A test that needs no page of its own uses it on."""
    directory = tmp_path_factory.mktemp("site")
    try:
        playground.make(directory / "play")
    except playground.Unobtainable as error:
        pytest.skip(f"the playground cannot be made here: {error}")
    with served(directory) as address:
        context = browser.new_context(color_scheme="light", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE)
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        context.on("request", lambda request: complaints.append(request.url) if not request.url.startswith((address, "blob:")) else None)
        tab.goto(f"{address}/play/#failing")
        tab.wait_for_selector(ANSWERED)
        yield tab
        context.close()
    assert complaints == []


def status(tab: Tab) -> str:
    """What the page says of its files, once it has checked them."""
    tab.wait_for_selector("body:not([data-state=checking])")
    tab.wait_for_selector(ANSWERED)
    return tab.inner_text("#status")


def opened(tab: Tab, example: str) -> str:
    """What the page says of an example."""
    tab.evaluate("document.body.dataset.state = 'checking'")
    tab.select_option("#example", example)
    return status(tab)


def edit(tab: Tab, text: str) -> str:
    """What the page says of another text of the file that is edited."""
    tab.evaluate("document.body.dataset.state = 'checking'")
    tab.fill("#text", text)
    return status(tab)


@needs_browser
@pytest.mark.thorough
def test_findings_are_at_their_lines_and_lead_there(play: Tab) -> None:
    assert opened(play, "failing").startswith("1 error, 1 warning, ")
    marked = play.evaluate("[...document.querySelectorAll('#margin span')].map(e => [e.textContent, e.className])")
    assert marked == [["20", "error"], ["79", "warning"]]
    play.get_by_role("button", name="main.tf:79").click()
    assert play.evaluate("document.activeElement.id") == "text"
    assert play.evaluate("text.value.slice(0, text.selectionStart).split('\\n').length") == 79
    assert play.locator(".answer-list a").first.get_attribute("href", timeout=1000).endswith("/rules/no-point-in-time-recovery/")  # type: ignore[union-attr]


@needs_browser
@pytest.mark.thorough
def test_the_answer_follows_the_text_and_draws_the_table(play: Tab) -> None:
    opened(play, "failing")
    assert "dead-alarm" in play.inner_text("#answer")
    assert edit(play, FAILING.replace("WriteThrottledEvents", "WriteThrottleEvents")).startswith("1 error, ")
    assert "dead-alarm" not in play.inner_text("#answer")
    assert "WriteThrottleEvents" in (play.locator(".drawing svg").get_attribute("aria-label") or "")
    assert play.evaluate("getComputedStyle(document.querySelector('.drawing .wire.whole')).stroke") != "none"


@needs_browser
@pytest.mark.thorough
def test_a_link_carries_the_files_and_sends_nothing(play: Tab) -> None:
    opened(play, "failing")
    text = 'output "länge" { value = length("é") }\n' + FAILING
    edit(play, text)
    play.get_by_role("button", name="Copy a link to this").click()
    play.wait_for_selector("#shared:has-text('The link is copied.')")
    link = play.evaluate("navigator.clipboard.readText()")
    other = play.context.new_page()
    other.goto(link)
    other.wait_for_selector("[role=tab]")
    assert other.input_value("#text") == text
    assert other.get_by_role("tab").all_inner_texts() == ["main.tf"]
    other.close()


@needs_browser
@pytest.mark.thorough
def test_a_link_of_the_documentation_opens_its_example(play: Tab) -> None:
    link = playground.fragment({"main.tf": "# länge\n", "a/b.yaml": ""})
    play.evaluate("link => { location.hash = link }", link)
    play.wait_for_selector("[role=tab]:has-text('a/b.yaml')")
    status(play)
    assert play.get_by_role("tab").all_inner_texts() == ["main.tf", "a/b.yaml"]
    assert play.input_value("#text") == "# länge\n"


@needs_browser
@pytest.mark.thorough
@pytest.mark.parametrize("link", ["#files=AAAA", "#files=%00", "#files=q1YqU7JSqgUA"])
def test_a_damaged_link_opens_an_example(link: str, play: Tab) -> None:
    play.evaluate("link => { history.replaceState(null, '', link); dispatchEvent(new HashChangeEvent('hashchange')) }", link)
    play.wait_for_selector("#shared:has-text('The link is damaged, so this is an example.')")
    status(play)
    assert play.get_by_role("tab").count() == len(EXAMPLES["reference"])


@needs_browser
@pytest.mark.thorough
def test_files_are_added_named_and_removed_by_the_keyboard(play: Tab) -> None:
    opened(play, "failing")
    play.get_by_role("button", name="Add a file").press("Enter")
    assert play.evaluate("document.activeElement.id") == "name"
    play.keyboard.type("contracts/mine.yaml")
    play.keyboard.press("Tab")
    assert play.get_by_role("tab").all_inner_texts() == ["main.tf", "contracts/mine.yaml"]
    edit(play, "tags: { Owner: x }\nnonsense: 1\n")
    assert status(play) == "dyncheck could not check this."
    assert "nonsense is not a key of a contract" in play.inner_text("#answer")
    edit(play, "tags: { Owner: x }\n")
    assert "missing-tags" in play.inner_text("#answer")
    play.get_by_role("tab", name="contracts/mine.yaml").focus()
    play.keyboard.press("Home")
    assert play.get_by_role("tab", selected=True).inner_text() == "main.tf"
    play.fill("#name", "../x.tf")
    play.keyboard.press("Tab")
    assert play.inner_text("#name-problem") == "A name is a relative path, such as modules/table/main.tf."
    play.get_by_role("button", name="Remove this file").press("Enter")
    assert play.get_by_role("tab").all_inner_texts() == ["contracts/mine.yaml"]


@needs_browser
@pytest.mark.thorough
def test_a_pasted_plan_is_checked_as_a_plan(play: Tab) -> None:
    opened(play, "failing")
    edit(play, EXAMPLES["plan"]["plan.json"])
    assert play.get_by_role("tab").all_inner_texts() == ["plan.json"]
    assert "no-point-in-time-recovery" in play.inner_text("#answer")


@needs_browser
@pytest.mark.thorough
def test_visible_characters_are_counted_as_terraform_does(play: Tab) -> None:
    opened(play, "failing")
    text = FAILING.replace("threshold           = 0", 'threshold           = length(substr("👨‍👩‍👧é", 0, 2)) - length("👨‍👩‍👧é")')
    assert "dyncheck failed" not in edit(play, text) + play.inner_text("#answer")


@needs_browser
@pytest.mark.thorough
def test_no_table_is_a_state_of_its_own(play: Tab) -> None:
    opened(play, "failing")
    assert edit(play, "") == "There is no DynamoDB table and no alarm on one in these files."


@needs_browser
@pytest.mark.thorough
def test_the_worker_cannot_ask_another_server(play: Tab, complaints: list[str]) -> None:
    (worker,) = play.workers
    received: list[str] = []
    with served(ROOT / "site" / "playground", received) as other:
        assert worker.evaluate(_ASKED, f"{other}/index.html") == "refused"
        assert "Failed to fetch" in worker.evaluate("url => import(url).then(() => 'imported', String)", f"{other}/worker.js")
        # The browser reports what it refuses, too.
        assert [each.removeprefix(other) for each in complaints] == ["/index.html", "/worker.js"]
    complaints.clear()
    assert received == []


_ASKED = """url => new Promise((done) => {
  const asked = new XMLHttpRequest();
  asked.onload = () => done("answered");
  asked.onerror = () => done("refused");
  asked.open("GET", url);
  asked.send();
})"""


@needs_browser
@pytest.mark.thorough
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_page_fits_a_phone_and_is_accessible(example: str, scheme: Any, play: Tab) -> None:
    play.emulate_media(color_scheme=scheme)
    play.set_viewport_size({"width": 360, "height": 740})
    opened(play, example)
    if not play.evaluate("'axe' in globalThis"):
        play.evaluate(AXE.read_text("utf-8"))
    assert (play.evaluate("document.documentElement.scrollWidth > innerWidth"), violations(play)) == (False, [])
    play.set_viewport_size({"width": 1280, "height": 900})
