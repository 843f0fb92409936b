"""The HTML page: the whole page, its structure, hostile input, and its behaviour in a browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import dyncheck
from dyncheck.checking.run import Settings, run
from dyncheck.dynamodb import Inventory
from dyncheck.dynamodb import diagrams as diagram
from dyncheck.dynamodb.drawing import PartKind, State, TableDrawing, Wire
from dyncheck.findings import Comparison, Input, Report, Result, Status
from dyncheck.input_problems import InputProblem
from dyncheck.model import Location
from dyncheck.model.sensitive import SensitiveText
from dyncheck.readers.hcl.trees import Trees
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.source import read
from dyncheck.reporters.html import findings, overview, view
from dyncheck.reporters.html.page import to_html
from dyncheck.reporters.safe import safe_text
from dyncheck.rule import Severity
from dyncheck.version import REPOSITORY, VERSION
from tests.reporters.findings_table import POISON, REPORTS, poisoned
from tests.reporters.html.page import Page
from tests.reporters.html.table import DEAD, MAIN, ORDERS, PITR, SMALL, STRAY, TABLE, UNKNOWN, WAIVED, large
from tests.support.golden import assert_golden
from tests.support.paths import TESTS

GOLDEN = TESTS / "golden" / "formats" / "html_small.html"
RULE_PAGES = f"{REPOSITORY}/blob/main/docs/rules/"
TEMPLATES = TESTS.parent / "src" / "dyncheck" / "reporters" / "html" / "templates"
REWRITE = os.environ.get("DYNCHECK_REWRITE_GOLDEN") == "1"

# Without a comparison: what identifies a finding cannot be made of halves of characters.
HOSTILE = replace(REPORTS["hostile"], comparison=None)
PAGES = {**REPORTS, "hostile": HOSTILE, "small": SMALL, "many tables": large(120, 600)}


@pytest.fixture(params=PAGES, scope="module")
def page(request: pytest.FixtureRequest) -> str:
    """The page of each report."""
    return to_html(PAGES[request.param])


# ---- the whole page


@pytest.mark.golden
def test_the_page_matches_the_golden_file() -> None:
    assert_golden(GOLDEN, _without_assets(to_html(SMALL)))


def _without_assets(page: str) -> str:
    """The page without its style and script, with one element on each line."""
    for name in ("style", "script"):
        page = re.sub(f"<{name}>.*</{name}>", f"<{name}></{name}>", page, flags=re.DOTALL)
    return re.sub("sha256-[^']*", "sha256-", page).replace(VERSION, "VERSION").replace("><", ">\n<")


def test_the_same_report_gives_the_same_bytes() -> None:
    script = "from tests.reporters.html.table import SMALL; from dyncheck.reporters.html.page import to_html; print(ascii(to_html(SMALL)))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=TESTS.parent,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(outputs) == 1


# ---- well made


def test_ids_are_unique_and_every_link_has_a_target(page: str) -> None:
    parsed = Page(page)
    ids = [element.get("id") for element in parsed.elements if element.get("id")]
    assert len(ids) == len(set(ids))
    links = {element.get("href").removeprefix("#") for element in parsed.elements if "href" in element.attributes}
    labels = {name for element in parsed.elements for kind in ("aria-labelledby", "aria-controls") for name in element.get(kind).split()}
    assert {link for link in links if not link.startswith(RULE_PAGES)} | labels <= set(ids)


def test_headings_skip_no_level(page: str) -> None:
    levels = [int(element.name[1]) for element in Page(page).elements if re.fullmatch("h[1-6]", element.name)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_landmarks_buttons_and_table_heads_exist(page: str) -> None:
    parsed = Page(page)
    for landmark in ("header", "main", "footer", "nav"):
        parsed.one(landmark)
    assert {button.get("type") for button in parsed.all("button")} == {"button"}
    assert all(head.get("scope") in ("row", "col", "colgroup") for head in parsed.all("th"))
    assert all(drawing.get("aria-label") for drawing in parsed.all("svg", role="img"))


def test_without_scripts_everything_is_visible(page: str) -> None:
    hidden = [element for element in Page(page).elements if "hidden" in element.attributes]
    assert {element.get("id") or element.get("class") for element in hidden} <= {"theme", "filter", "keys", "no-match", "open-all"}


def test_only_the_script_of_the_policy_runs_and_nothing_is_loaded(page: str) -> None:
    parsed = Page(page)
    policy = parsed.one("meta", http_equiv="Content-Security-Policy").get("content")
    style, script = parsed.one("style"), parsed.one("script")
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src '{_hash(style.text)}'",
        f"script-src '{_hash(script.text)}'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    assert (style.attributes, script.attributes) == ({}, {})
    names = {name for element in parsed.elements for name in element.attributes}
    assert names & {"src", "srcset", "style", "action", "data", "poster", "background", "xlink:href"} == set()
    assert [name for name in names if name.startswith("on")] == []
    # A link to another page loads nothing; a link of SVG might.
    links = {(element.name, element.get("href")) for element in parsed.elements if "href" in element.attributes}
    assert all(target.startswith(("#", RULE_PAGES) if name == "a" else "#") for name, target in links)
    assert "@import" not in style.text
    assert "url(" not in style.text


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def test_a_page_has_no_command_for_a_log(page: str) -> None:
    assert safe_text(page) == page


# ---- its content


def test_each_row_of_the_matrix_is_an_input_and_each_cell_leads_to_the_worst_finding() -> None:
    cells = _matrix(Page(to_html(SMALL)))
    assert cells == {
        "plan.json": ["", "2 errors", "1 warning", "1 unknown", "1 waived", "1 note", "5"],
        "Required tables": ["1 error", "", "", "", "", "", "0"],
        "live/eu": ["", "", "", "", "", "", "1"],
    }


def test_the_matrix_of_one_input_has_its_tables() -> None:
    cells = _matrix(Page(to_html(replace(SMALL, inputs=SMALL.inputs[:1], required=()))))
    assert cells == {
        "dev-productsmodule.shop": ["1 error", "1 warning", "✓", "✓", "1 note", "5"],
        'orders["eu"]': ["1 error", "", "1 unknown", "1 waived", "", "0"],
        "prodcutsalarm": ["", "✓", "", "", "", "0"],
    }


def _matrix(parsed: Page) -> dict[str, list[str]]:
    """The cells of each row as a screen reader says them. Each link must lead to a finding with the verdict of its cell."""
    rows: dict[str, list[str]] = {}
    for row in (row for row in parsed.all("tr") if row.get("data-row")):
        (head,) = [element for element in parsed.inside(row) if element.name == "th"]
        shown = rows[head.text] = []
        for cell in (element for element in parsed.inside(row) if element.name == "td"):
            links = [element for element in parsed.inside(cell) if element.name == "a"]
            shown.append(links[0].get("aria-label") if links else cell.text)
            for link in links:
                assert parsed.one(id=link.get("href")[1:]).classes == ["finding", cell.get("class")]
    return rows


def test_the_environments_of_inputs_are_a_column_of_the_matrix() -> None:
    inputs = [replace(SMALL.inputs[0], environment=name, diagrams=()) for name in ("dev", "prod")]
    parsed = Page(to_html(Report(tuple(inputs))))
    assert [cell.text for cell in parsed.all("td", class_="environment")] == ["dev", "prod"]
    assert "2 environments" in parsed.one("section", class_="verdict").text


def test_an_input_says_in_which_accounts_and_regions_its_tables_are() -> None:
    plan = str(TESTS / "plans" / "change_capacity_left_out.json")
    (bare,) = run([plan], Settings()).inputs
    assert bare.places == (), "Only a report that names them asks for them."
    parsed = Page(to_html(run([plan], Settings(illustrated=True))))
    assert [element.text for element in parsed.inside(parsed.one(id="i-0")) if element.name == "bdi"][
        -1
    ] == "account 123456789012 in us-east-1"


def test_the_findings_are_there_once_with_the_worst_first() -> None:
    parsed = Page(to_html(SMALL))
    assert [(finding.get("data-verdict"), finding.get("data-rule")) for finding in parsed.all("details", class_="finding")] == [
        ("error", "no-point-in-time-recovery"),
        ("error", "missing-table"),
        ("warning", "dead-alarm"),
        ("note", "unwatched-index"),
        ("unknown", "wrong-table-name"),
        ("waived", "no-deletion-protection"),
    ]


def test_a_finding_says_whether_it_is_new_or_still_open() -> None:
    reported = replace(SMALL.inputs[0], results=(PITR, DEAD, UNKNOWN, WAIVED))
    known = Comparison("main.json", frozenset({PITR.fingerprint}))
    parsed = Page(to_html(Report((reported,), comparison=known)))
    said = [
        [element.text for element in parsed.inside(finding) if set(element.classes) & {"new", "open"}]
        for finding in parsed.all("details", class_="finding")
    ]
    # A new finding says so again at its place.
    assert said == [["still open"], ["new", "new"], ["new", "new"], []]


def test_a_rule_links_to_its_page_and_an_own_rule_to_none() -> None:
    own = replace(PITR, rule="team/no-owner")
    parsed = Page(to_html(Report((replace(SMALL.inputs[0], results=(PITR, own)),))))
    outside = {link.get("href") for link in parsed.all("a") if not link.get("href").startswith("#")}
    assert outside == {f"{RULE_PAGES}no-point-in-time-recovery.md"}


def test_the_date_is_that_of_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert ", 2026-01-01 00:00 UTC" in Page(to_html(SMALL)).one("section", class_="verdict").text
    for nothing in ("", "soon", "-5", "9" * 30):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", nothing)
        assert "UTC" not in to_html(SMALL)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (replace(SMALL, comparison=None), "3 results make the run fail."),
        (SMALL, "2 results make the run fail."),
        (replace(SMALL, comparison=None, fail_on=Severity.NOTE, unknown_fails=True), "6 results make the run fail."),
        (Report((replace(SMALL.inputs[0], results=(PITR,)),)), "1 result makes the run fail."),
    ],
    ids=["errors", "new errors", "everything", "one"],
)
def test_the_page_says_how_many_results_make_the_run_fail(report: Report, sentence: str) -> None:
    assert Page(to_html(report)).one("p", class_="decides").text == sentence


def test_a_table_without_findings_says_so() -> None:
    page = Page(to_html(REPORTS["clean"]))
    assert page.one("h1").text == "No findings"
    assert [element.text for element in page.all("p", class_="nothing")] == ["No findings.", "No findings."]


@pytest.mark.parametrize(
    ("changed", "headline"),
    [
        ((PITR, DEAD), "1 error, 1 warning"),
        ((DEAD, replace(DEAD, severity=Severity.NOTE)), "1 warning, 1 note"),
        ((replace(PITR, status=Status.UNKNOWN),), "1 unknown"),
        ((replace(PITR, status=Status.WAIVED),), "1 waived"),
        ((), "Nothing was checked"),
    ],
    ids=["errors", "lesser ones", "unknown", "waived", "nothing"],
)
def test_the_headline_counts_the_findings(changed: tuple[Result, ...], headline: str) -> None:
    assert Page(to_html(Report((replace(SMALL.inputs[0], results=changed),)))).one("h1").text == headline


def test_errors_come_first() -> None:
    parsed = Page(to_html(REPORTS["errors"]))
    assert parsed.one("h1").text == "Could not check everything"
    assert "broken.json is not JSON" in parsed.one("section", class_="errors").text


def test_a_finding_on_many_instances_of_a_block_is_shown_in_full_once() -> None:
    parsed = Page(to_html(Report((replace(SMALL.inputs[0], results=(*_instances(20),), diagrams=()),))))
    (finding,) = parsed.all("details", class_="finding")
    assert (finding.text.count("Fix"), finding.text.count("var.recovery has its default here")) == (1, 1)
    assert [element.text for element in parsed.inside(finding) if element.classes == ["at"]] == [
        f'aws_dynamodb_table.t["{position:02}"]' for position in range(20)
    ]


def test_a_block_of_several_inputs_is_shown_once_with_its_inputs() -> None:
    inputs = tuple(replace(SMALL.inputs[0], path=path, results=(PITR,), diagrams=()) for path in ("dev", "prod"))
    parsed = Page(to_html(Report(inputs)))
    (finding,) = parsed.all("details", class_="finding")
    assert "1 table of 2 inputs" not in finding.text
    assert "2 tables of 2 inputs" in finding.text
    assert [element.text for element in parsed.inside(finding) if element.classes == ["file"]] == [f"{MAIN}:57-59"]
    assert [element.text for element in parsed.inside(finding) if element.classes == ["at"]] == [f"dev {TABLE}", f"prod {TABLE}"]


def test_what_differs_between_the_places_of_a_finding_is_said_at_the_place() -> None:
    other = replace(PITR, address=ORDERS, table=ORDERS, location=None, found="not set", fix="enabled = true", excerpt=(), related=())
    parsed = Page(to_html(Report((replace(SMALL.inputs[0], results=(PITR, other), diagrams=()),))))
    (finding,) = parsed.all("details", class_="finding")
    assert [element.text for element in parsed.inside(finding) if element.classes == ["at"]] == [
        f"{ORDERS} is not set",
        f"{TABLE} is false",
    ]
    assert [element.text for element in parsed.inside(finding) if element.name == "pre" and not element.classes] == [other.fix, PITR.fix]


def _instances(number: int) -> Iterator[Result]:
    for position in range(number):
        address = f'aws_dynamodb_table.t["{position:02}"]'
        yield replace(PITR, address=address, table=address)


def test_the_lines_of_the_source_are_shown_where_the_result_has_them() -> None:
    alone = Page(to_html(Report((replace(SMALL.inputs[0], results=(PITR,)),))))
    assert alone.one("pre", class_="source").text.splitlines() == [
        "  57  point_in_time_recovery {",
        "  58    enabled = var.recovery",
        "  59  }",
    ]


# ---- no input becomes markup


@pytest.mark.parametrize("template", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_a_template_leaves_escaping_alone_and_quotes_what_is_in_a_tag(template: Path) -> None:
    text = template.read_text()
    assert re.findall(r"\|\s*safe\b|autoescape|Markup", text) == []
    assert re.findall(r"=\s*\{\{", text) == []


def test_hostile_values_add_no_element_and_no_attribute() -> None:
    harmless = Report(
        tuple(replace(SMALL.inputs[0], results=poisoned("harmless\ntext", number)) for number in range(3)),
        problems=(InputProblem("syntax", "x\ny"), InputProblem("syntax", "x")),
    )
    expected, found = _makings(to_html(harmless)), _makings(to_html(HOSTILE))
    assert found - expected - _makings(to_html(SMALL)) == set()


def _makings(page: str) -> set[tuple[str, str]]:
    return {(element.name, name) for element in Page(page).elements for name in (*element.attributes, "")}


@pytest.mark.parametrize("text", POISON, ids=ascii)
def test_a_hostile_value_is_shown_as_text(text: str) -> None:
    results = poisoned(text, 1)
    parsed = Page(to_html(Report((replace(SMALL.inputs[0], path=text, results=results, diagrams=()),))))
    # A single character is no command.
    shown = "".join(map(safe_text, text))
    (finding,) = [element for element in parsed.all("details", class_="finding") if "warning" in element.classes]
    codes = [element.text for element in parsed.inside(finding) if element.name == "code"]
    assert codes.count(shown) >= 3
    assert shown in parsed.one("details", class_="waived").text
    assert text.strip() not in parsed.one("script").text
    assert text.strip() not in parsed.one("style").text


@pytest.mark.parametrize("text", POISON, ids=ascii)
def test_a_hostile_value_in_a_drawing_is_shown_as_text(text: str) -> None:
    parts = SMALL.inputs[0].diagrams[0].parts
    poison = tuple(_poisoned(part, text) for part in parts)
    checked = replace(SMALL.inputs[0], results=(), diagrams=(TableDrawing(text, poison, (text,)),))
    page = to_html(Report((checked,)))
    assert safe_text(page) == page
    assert _makings(page) <= _makings(to_html(SMALL))


def _poisoned(value: Any, text: str) -> Any:
    """The value with that text in place of each of its texts."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(_poisoned(item, text) for item in value)
    fields = getattr(value, "__struct_fields__", ())
    return replace(value, **{name: _poisoned(getattr(value, name), text) for name in fields}) if fields else value


def test_no_sensitive_value_is_shown() -> None:
    secret = SensitiveText("hunter2")
    result = Result("missing-tags", Status.FAIL, Severity.ERROR, secret, secret, secret, secret, secret, secret, secret, secret)
    unknown = replace(result, status=Status.UNKNOWN, location=Location(secret, 1, 1))
    parts = tuple(_poisoned(part, secret) for part in SMALL.inputs[0].diagrams[0].parts)
    drawings = (TableDrawing(secret, parts, (secret,)),)
    page = to_html(
        Report(
            (Input(secret, "plan", secret, results=(result, unknown), notices=(secret,), diagrams=drawings),),
            problems=(InputProblem("syntax", secret),),
        )
    )
    assert "hunter2" not in page
    assert "(sensitive)" in page


# ---- size


def test_five_thousand_tables_with_thirty_thousand_findings_are_a_page_of_less_than_ten_megabytes() -> None:
    reported = large(5000, 30_000)
    start = time.perf_counter()
    page = to_html(reported)
    # It takes 2 seconds of a processor; the machine may be busy.
    assert time.perf_counter() - start < 30
    assert len(page.encode()) < 10_000_000


def test_a_page_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "_MOST_TEXT", 6_000)
    monkeypatch.setattr(findings, "_MOST_TEXT_OF_PLACES", 8_000)
    monkeypatch.setattr(overview, "_MOST_ROWS", 5)
    monkeypatch.setattr(view, "_MOST_DRAWN", 3)
    parsed = Page(to_html(large(40, 320)))
    assert [element.text for element in parsed.all("p", class_="bound")] == [
        "35 more tables are not in this matrix, which has the 5 worst.",
        "27 of 40 results are not listed here. The JSON report has them all.",
        *["40 of 40 results are not listed here. The JSON report has them all."] * 5,
        "40 more errors are not on this page. The JSON report has them all.",
        "40 more warnings are not on this page. The JSON report has them all.",
    ]
    assert len(parsed.all("svg", role="img")) == 3
    assert "The 3 worst are drawn, the others are named below." in parsed.one("section", id="tables").text


def test_the_access_patterns_of_a_table_are_under_it_with_what_serves_them() -> None:
    fixture = TESTS / "policies" / "unserved_access.plan.json"
    parsed = Page(to_html(dyncheck.check(fixture, policies=[fixture.with_name("unserved_access.yaml")], reference=False)))
    lists = [[item.text for item in parsed.inside(element) if item.name == "li"] for element in parsed.all("ul", class_="access")]
    served = [
        "an order GetItem on the key of the table",
        'orders of a customer Query on index "ByCustomer"',
        "all orders Scan on the table",
    ]
    assert served in lists
    assert [served[0], 'orders of a customer Query, which is not served: the table has no index "ByCustomer"', served[2]] in lists
    waits = 'global_secondary_index["ByCustomer"].projection_type waits for terraform_data.later.id'
    assert [served[0], f"orders of a customer Query, which may not be served: {waits}", served[2]] in lists
    marks = {
        element.get("class") for item in parsed.all("ul", class_="access") for element in parsed.inside(item) if element.name == "span"
    }
    assert marks == {"mark pass", "mark error", "mark unknown", ""}


# ---- the drawings


def drawn(path: Path) -> dict[str, TableDrawing]:
    """The drawings of a plan, by address."""
    reading = read_document(read(str(path)))
    drawings = diagram.diagrams(Inventory(reading.resources, incomplete=reading.incomplete, why_incomplete=reading.why_incomplete))
    return {drawing.address: drawing for drawing in drawings}


def test_a_dead_alarm_has_a_broken_wire() -> None:
    (table, *indexes) = drawn(TESTS / "policies" / "dead_alarm.plan.json")["aws_dynamodb_table.products"].parts
    wires = {alarm.name: (alarm.watches.state.value, alarm.watches.why) for alarm in table.alarms}
    assert wires["fine"] == ("whole", "")
    assert wires["latency"] == ("whole", "")
    assert wires["later"] == ("unknown", "dimensions waits for aws_dynamodb_table.products.id")
    assert wires["misspelt"] == ("broken", "CloudWatch has no such metric (nearest: ReadThrottleEvents)")
    assert wires["namespace"] == ("broken", 'namespace is "AWS/Dynamodb"')
    assert wires["no_index"] == ("broken", 'the table has no index "Nope"')
    assert wires["unit"] == ("broken", 'unit is "Bytes"')
    assert wires["below_zero"] == ("broken", 'comparison_operator is "LessThanThreshold"')
    assert wires["too_many"] == ("broken", "datapoints_to_alarm (3) is more than evaluation_periods (2)")
    (index,) = indexes
    assert [(alarm.name, alarm.watches.state) for alarm in index.alarms] == [("index", State.WHOLE)]
    assert [(gap.metric, gap.path) for gap in index.gaps] == [("WriteThrottleEvents", 'alarm["WriteThrottleEvents"]["CategoryIndex"]')]


def test_a_silent_alarm_has_a_broken_wire_to_its_action() -> None:
    drawings = drawn(TESTS / "policies" / "silent_alarm.plan.json").values()
    tells = {alarm.address.rpartition(".")[2]: alarm.tells for drawing in drawings for part in drawing.parts for alarm in part.alarms}
    by_rule = _verdicts(TESTS / "policies" / "silent_alarm.plan.json", "silent-alarm")
    for name, wire in tells.items():
        expected = {State.WHOLE: Status.PASS, State.BROKEN: Status.FAIL, State.UNKNOWN: Status.UNKNOWN}[wire.state]
        assert by_rule[name] is expected, (name, wire)
    assert {wire.state for wire in tells.values()} == set(State)


def _verdicts(path: Path, rule: str) -> dict[str, Status]:
    report = run([str(path)], Settings(select=(rule,)))
    return {result.address.rpartition(".")[2]: result.status for result in report.results}


@pytest.mark.parametrize("path", sorted((TESTS / "policies").glob("*.plan.json")), ids=lambda path: path.name.partition(".")[0])
def test_a_missing_alarm_is_drawn_as_a_gap(path: Path) -> None:
    found = run([str(path)], Settings(select=("no-throttle-alarm", "unwatched-index")))
    drawings = drawn(path)
    for result in found.results:
        if result.status is not Status.FAIL:
            continue
        metric = result.attribute.split('"')[1]
        index = result.attribute.split('"')[3] if result.rule == "unwatched-index" else None
        for part in drawings[result.address].parts:
            if part.name == index or (index is None and part.kind is PartKind.TABLE):
                gaps = {gap.path: gap.wire.state for gap in part.gaps}
                whole = [alarm.metric for alarm in part.alarms if alarm.watches.state is State.WHOLE]
                assert metric not in whole
                assert gaps.get(result.attribute, State.BROKEN) is State.BROKEN


@pytest.mark.parametrize("path", sorted((TESTS / "policies").glob("*.plan.json")), ids=lambda path: path.name.partition(".")[0])
def test_a_dead_alarm_never_has_only_connected_wires(path: Path) -> None:
    found = run([str(path)], Settings(select=("dead-alarm",)))
    dead = {result.address for result in found.results if result.status is Status.FAIL}
    whole: dict[str, bool] = {}
    for drawing in drawn(path).values():
        for part in drawing.parts:
            for alarm in part.alarms:
                whole[alarm.address] = whole.get(alarm.address, True) and alarm.watches.state is State.WHOLE
    assert [address for address in dead if whole.get(address)] == []


TABLES = """
variable "name" {}

resource "aws_dynamodb_table" "t" {
  count    = 3
  name     = "dev-t${count.index}"
  hash_key = "id"

  attribute {
    name = "id"
    type = "N"
  }

  global_secondary_index {
    name            = var.name
    hash_key        = "id"
    projection_type = "ALL"
  }
}
"""


def alarm(name: str, arguments: str, count: int = 1) -> str:
    """A throttle alarm without its metric."""
    return f"""
resource "aws_cloudwatch_metric_alarm" "{name}" {{
  count               = {count}
  alarm_name          = "{name}${{count.index}}"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 2
  period              = 60
  {arguments}
}}
"""


READS = 'namespace = "AWS/DynamoDB"\n  metric_name = "ReadThrottleEvents"\n  statistic = "Sum"\n'


def drawn_of(directory: Path, text: str) -> dict[str, TableDrawing]:
    """The drawings of a root module, by address."""
    (directory / "main.tf").write_text(text)
    trees = Trees(())
    (root,) = trees.roots(str(directory))
    return {drawing.address: drawing for drawing in diagram.diagrams(Inventory(trees.read(root).resources))}


def test_an_alarm_that_may_be_on_any_table_is_unknown_and_drawn_a_limited_number_of_times(tmp_path: Path) -> None:
    for drawing in drawn_of(tmp_path, TABLES + alarm("a", READS + "dimensions = { TableName = var.name }", count=40)).values():
        table, index = drawing.parts
        assert len(table.alarms) == diagram.MOST_ALARMS
        assert drawing.notes == ("16 more alarms are or may be on this table.",)
        wires = [*(each.watches for each in table.alarms), *(gap.wire for part in (table, index) for gap in part.gaps)]
        assert {wire.state for wire in wires} == {State.UNKNOWN}
        assert (index.name, [gap.metric for gap in index.gaps]) == (None, ["ReadThrottleEvents", "WriteThrottleEvents"])


SEARCH = """
  metric_query {
    id          = "e"
    return_data = true
    expression  = "SELECT SUM(ReadThrottleEvents) FROM SCHEMA(\\"AWS/DynamoDB\\", TableName) WHERE TableName != 'x'"
    period      = 300
  }
"""
QUERIES = """
  dynamic "metric_query" {
    for_each = var.name
    content {
      id = "m"
    }
  }
"""
RATE = """
  metric_query {
    id          = "e"
    return_data = true
    expression  = "RATE(m)"
  }
  metric_query {
    id = "m"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ConsumedReadCapacityUnits"
      stat        = "Sum"
      period      = 300
      dimensions  = { TableName = "dev-t0" }
    }
  }
"""
BELOW = """
  namespace   = "AWS/DynamoDB"
  metric_name = "ConsumedReadCapacityUnits"
  dimensions  = { TableName = "dev-t0" }
"""


@pytest.mark.parametrize(
    "arguments", [SEARCH, QUERIES, RATE], ids=["a search", "unknown queries", "an expression of which we know nothing"]
)
def test_the_metric_of_an_alarm_may_be_unknown(arguments: str, tmp_path: Path) -> None:
    drawing = drawn_of(tmp_path, TABLES + alarm("a", arguments))["aws_dynamodb_table.t[0]"]
    (watcher,) = drawing.parts[0].alarms
    assert watcher.watches.state is State.UNKNOWN
    assert watcher.watches.why


def test_an_alarm_on_a_negative_value_is_drawn_dead(tmp_path: Path) -> None:
    text = TABLES + alarm("a", BELOW).replace("GreaterThan", "LessThan")
    (watcher,) = drawn_of(tmp_path, text)["aws_dynamodb_table.t[0]"].parts[0].alarms
    assert watcher.watches == Wire(State.BROKEN, "the metric is never below 0")


def test_an_alarm_is_drawn_at_the_table_of_its_own_region(tmp_path: Path) -> None:
    west = 'provider "aws" {\n  region = "us-east-1"\n}\n\nprovider "aws" {\n  alias  = "west"\n  region = "us-west-2"\n}\n'
    far = TABLES.replace('variable "name" {}', "").replace('"t"', '"far"').replace("count    =", "provider = aws.west\n  count    =")
    here = alarm("a", READS + 'dimensions = { TableName = "dev-t0" }')
    drawings = drawn_of(tmp_path, west + TABLES + far + here)
    assert [each.watches.state for each in drawings["aws_dynamodb_table.t[0]"].parts[0].alarms] == [State.WHOLE]
    assert drawings["aws_dynamodb_table.far[0]"].parts[0].alarms == ()


@pytest.mark.parametrize(
    ("arguments", "name", "wire"),
    [
        (READS + 'dimensions = { TableName = "dev-tt" }', "dev-tt", Wire(State.UNKNOWN, "no table of this input has that name")),
        ('namespace = "AWS/DynamoDB"\n  metric_name = "UserErrors"', None, Wire(State.WHOLE)),
        ('namespace = "AWS/DynamoDB"\n  metric_name = "Reads"', None, Wire(State.BROKEN, "CloudWatch has no such metric")),
    ],
    ids=["another table", "the account", "no metric"],
)
def test_an_alarm_on_none_of_the_tables_has_a_drawing_of_its_own(arguments: str, name: str | None, wire: Wire, tmp_path: Path) -> None:
    (part,) = drawn_of(tmp_path, TABLES + alarm("a", arguments))["aws_cloudwatch_metric_alarm.a[0]"].parts
    assert (part.name, [each.watches for each in part.alarms]) == (name, [wire])


def test_sensitive_values_are_not_drawn() -> None:
    drawings = drawn(TESTS / "inputs" / "sensitive.json")
    page = to_html(Report((Input("sensitive.json", "plan", "", diagrams=tuple(drawings.values())),)))
    assert "(sensitive)" in page
    assert re.findall(r"canary[\w-]*|31337", page + to_html(run([str(TESTS / "inputs" / "sensitive.json")], Settings()))) == []


# All but those that Terraform could not finish.
FINISHED = sorted(path for path in (TESTS / "plans").glob("*.json") if "errored" not in path.stem)


@pytest.mark.parametrize("path", FINISHED, ids=lambda path: path.stem)
def test_every_plan_can_be_drawn(path: Path) -> None:
    drawings = drawn(path)
    Page(to_html(Report((Input(path.name, "plan", "", diagrams=tuple(drawings.values())),))))


def test_the_addresses_of_the_small_report_are_on_the_page() -> None:
    page = Page(to_html(SMALL)).one("main").text
    assert [address for address in (TABLE, ORDERS, STRAY) if address not in page] == []
