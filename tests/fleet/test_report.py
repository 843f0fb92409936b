"""`dyncheck fleet report`: the overview as text and as a page, the rows as CSV and as OCSF findings, and what changed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from dyncheck.fleet import overview as module
from dyncheck.fleet.overview import overview_of
from dyncheck.fleet.reporters.formats import NAMES, parts
from dyncheck.fleet.rows import COLUMNS, Row
from dyncheck.reporters.layout import TextStyle
from tests.conftest import Dyncheck
from tests.fleet.company import DELETION, NAME, NEW, ORDERS, RECOVERY, SEARCH, TAGS, TORN, own_row, result_row, write, write_company
from tests.reporters.html.browser import chromium, needs_browser

AXE = Path(__file__).parents[1] / "reporters" / "html" / "axe" / "axe.min.js"
SCHEMA = Path(__file__).parent / "compliance_finding.schema.json"

SCREEN = """\
results.parquet: 2026-12-02T06:00:00Z
4 accounts, 4 documents, 8 tables, 1 document not checked, 1 document without
tables: 4 errors, 1 warning, 2 notes, 2 unknown, 1 waived.
Since earlier.parquet (2026-12-01 06:00 UTC): 2 new (1 error, 1 note), 2 fixed
(1 error, 1 warning), 1 now unknown, 1 now waived, 1 not checked now.

Worst accounts   errors warnings    notes  unknown  Most often
111111111111          3                             no-point-in-time-recovery
222222222222          1                          2  no-point-in-time-recovery
333333333333                   1        1           missing-tags
  and 1 more (-v shows some)

Worst rules                 errors warnings    notes  unknown  Most often in
no-point-in-time-recovery        4                             111111111111
missing-tags                              1                    333333333333
no-deletion-protection                             2           333333333333
  and 1 more (-v shows some)

Worst tables
t1 in module.app (222222222222, eu-central-1)                 1 error, 1 unknown
t0 in module.app (111111111111, eu-central-1)                            1 error
t1 in module.app (111111111111, eu-central-1)                            1 error
  and 4 more (-v shows some)

1 document could not be checked, or not completely
  s3://states/torn/terraform.tfstate is truncated: the JSON has no end.
"""


@pytest.fixture(name="company", scope="module")
def _company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with `results.parquet` and `earlier.parquet`."""
    directory = tmp_path_factory.mktemp("company")
    write_company(directory)
    return directory


@pytest.fixture(name="shown")
def _shown(company: Path, dyncheck: Dyncheck) -> Any:
    """Runs `dyncheck fleet report` there; gives its standard output."""

    def run(*arguments: str) -> str:
        done = dyncheck("fleet", "report", *arguments, cwd=company)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout.decode()

    return run


def test_the_overview_names_the_three_worst_accounts_on_one_screen(shown: Any) -> None:
    assert shown("results.parquet", "earlier.parquet") == SCREEN
    assert max(map(len, SCREEN.splitlines())) <= 80


def test_without_an_earlier_file_the_times_of_the_findings_say_what_is_new(shown: Any) -> None:
    line = next(line for line in shown("results.parquet").splitlines() if line.startswith("Since"))
    assert line == "Since the runs before: 2 new (1 error, 1 note)."


def test_in_the_first_run_nothing_is_called_new(shown: Any) -> None:
    assert "Since" not in shown("earlier.parquet")
    assert json.loads(shown("earlier.parquet", "--format", "json"))["changes"] is None


def test_more_rows_are_shown_if_asked_for(shown: Any) -> None:
    lines = shown("results.parquet", "-v").splitlines()
    assert "444444444444                            1           no-deletion-protection" in lines
    assert "prod                4                          2  no-point-in-time-recovery" in lines
    assert [line for line in lines if "more" in line] == []


def test_json_has_all_accounts_and_what_changed(shown: Any) -> None:
    found = json.loads(shown("results.parquet", "earlier.parquet", "--format", "json"))
    assert {each["name"]: (each["tables"], each["new"]) for each in found["accounts"]} == {
        "111111111111": (3, 1),
        "222222222222": (2, 0),
        "333333333333": (2, 0),
        "444444444444": (1, 1),
    }
    assert found["documents"] == {"empty": 1, "error": 1, "read": 4}
    assert (found["number_of_tables"], found["counts"]["passed"]) == (8, 22)
    changes = found["changes"]
    assert [(each["rule"], each["document"]) for each in changes["named_new"]] == [(RECOVERY, ORDERS), (DELETION, NEW)]
    assert [(each["rule"], each["document"]) for each in changes["named_fixed"]] == [(RECOVERY, SEARCH), (TAGS, ORDERS)]
    assert (changes["unknown"], changes["waived"], changes["unchecked"]) == (1, 1, 1)
    assert [each["document"] for each in found["unread"]] == [TORN]


@pytest.mark.parametrize("name", NAMES)
def test_the_size_of_the_pieces_does_not_matter(name: str, company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(company)
    whole = "".join(parts(name, "results.parquet", "earlier.parquet", TextStyle(verbose=True)))
    monkeypatch.setattr(module, "_ROWS", 3)
    assert "".join(parts(name, "results.parquet", "earlier.parquet", TextStyle(verbose=True))) == whole


def test_a_rule_that_did_not_run_has_fixed_nothing(tmp_path: Path) -> None:
    own = own_row("a.json", 1)
    earlier = write(tmp_path / "earlier.parquet", [own, result_row(own, "1", "", RECOVERY, 0, "fail")])
    now = write(tmp_path / "now.parquet", [own, result_row(own, "1", "", TAGS, 0, "pass")])
    changes = overview_of(str(now), str(earlier)).changes
    assert changes
    assert (changes.fixed.findings, changes.unchecked) == (0, 1)


def test_csv_has_each_result_that_is_no_pass_and_each_document_that_was_not_read(shown: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(shown("results.parquet", "earlier.parquet", "--format", "csv"), newline="")))
    assert list(rows[0]) == [*(name for name, _, _ in COLUMNS), "new"]
    results = [(row["document"], row["rule"], row["status"], row["new"]) for row in rows if row["rule"]]
    assert len(results) == 10
    assert (ORDERS, RECOVERY, "fail", "true") in results
    assert (SEARCH, NAME, "unknown", "false") in results
    assert [row["status"] for row in rows if not row["rule"]] == ["error", "empty"]
    assert rows[0]["since"] == "2026-12-01T06:00:00Z"


def test_csv_has_no_formulas(tmp_path: Path) -> None:
    own = own_row("=cmd()", 1)
    path = write(tmp_path / "now.parquet", [own, result_row(own, "@1", "", RECOVERY, 0, "fail")])
    text = "".join(parts("csv", str(path), "", TextStyle()))
    assert "'=cmd()" in text
    assert "'@1" in text


def test_ocsf_has_compliance_findings_and_closes_those_that_are_fixed(shown: Any) -> None:
    findings = [json.loads(line) for line in shown("results.parquet", "earlier.parquet", "--format", "ocsf").splitlines()]
    validator = Draft202012Validator(json.loads(SCHEMA.read_bytes()))
    assert [error.message for each in findings for error in validator.iter_errors(each)] == []
    assert [(each["activity_name"], each["status"], each["compliance"]["status"]) for each in findings] == [
        *[("Update", "In Progress", "Fail")] * 2,
        ("Create", "New", "Fail"),
        ("Update", "In Progress", "Fail"),
        *[("Update", "In Progress", "Warning")] * 2,
        ("Update", "Suppressed", "Fail"),
        *[("Update", "In Progress", "Fail")] * 2,
        ("Create", "New", "Fail"),
        *[("Close", "Resolved", "Pass")] * 2,
    ]
    uids = [each["finding_info"]["uid"] for each in findings]
    assert len(set(uids)) == len(uids)
    first = findings[0]
    assert first["type_uid"] == first["class_uid"] * 100 + first["activity_id"]
    assert first["cloud"] == {
        "provider": "AWS",
        "account": {"uid": "111111111111", "type": "AWS Account", "type_id": 10},
        "region": "eu-central-1",
    }
    assert (first["resources"][0]["type"], first["compliance"]["control"]) == ("aws_dynamodb_table", RECOVERY)


def test_the_schema_is_not_met_by_anything_else() -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_bytes()))
    validator.check_schema(validator.schema)
    assert not validator.is_valid({"class_uid": 2003})


def many(documents: int) -> Iterator[Row]:
    """Documents of as many accounts, each with two tables that have findings."""
    for number in range(documents):
        own = own_row(f"s3://states/{number}/terraform.tfstate", 2)
        yield own
        for rule in (RECOVERY, TAGS):
            yield from (result_row(own, f"{number:012}", f"e{number}", rule, table, "fail") for table in range(2))


def test_the_page_is_not_larger_for_a_larger_fleet(tmp_path: Path) -> None:
    pages = []
    for documents in (150, 600):
        path = write(tmp_path / f"{documents}.parquet", many(documents))
        pages.append("".join(parts("html", str(path), "", TextStyle())))
    assert len(pages[1]) - len(pages[0]) < 1_000
    assert len(pages[1]) < 300_000
    assert "500 more accounts are not on this page." in pages[1]


HOSTILE = "<script>alert(1)</script>\n::error::\u202e"


def hostile() -> Iterator[Row]:
    own = own_row(f"s3://{HOSTILE}", 1)
    yield own
    for row in (result_row(own, HOSTILE, HOSTILE, rule, 0, "fail") for rule in (RECOVERY, TAGS, DELETION, NAME)):
        yield replace(row, address=f'module.a["{HOSTILE}"].aws_dynamodb_table.t', message=HOSTILE)
    yield replace(own, document=HOSTILE, status="error", message=HOSTILE)


@pytest.mark.parametrize("name", NAMES)
def test_no_text_of_a_document_is_a_command(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / "now.parquet", hostile())
    text = "".join(parts(name, str(path), "", TextStyle(verbose=True)))
    assert "<script>alert" not in text or name != "html"
    assert "\u202e" not in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


@needs_browser
def test_axe_finds_nothing_on_the_page(company: Path, tmp_path: Path) -> None:
    results, earlier = (str(company / name) for name in ("results.parquet", "earlier.parquet"))
    pages = {
        "company": parts("html", results, earlier, TextStyle()),
        "hostile": parts("html", str(write(tmp_path / "hostile.parquet", hostile())), "", TextStyle()),
        "empty": parts("html", str(write(tmp_path / "empty.parquet", [])), "", TextStyle()),
    }
    with chromium() as browser:
        for name, page in pages.items():
            (tmp_path / f"{name}.html").write_text("".join(page), encoding="utf-8")
            for theme in ("light", "dark"):
                context = browser.new_context(color_scheme=theme, reduced_motion="reduce")
                tab = context.new_page()
                complaints: list[str] = []
                tab.on("console", lambda message, found=complaints: found.append(message.text))
                tab.on("pageerror", lambda error, found=complaints: found.append(str(error)))
                tab.goto((tmp_path / f"{name}.html").as_uri())
                tab.evaluate(AXE.read_text(encoding="utf-8"))
                found = tab.evaluate("axe.run()")["violations"]
                assert (name, theme, complaints, [each["id"] for each in found]) == (name, theme, [], [])
                context.close()


def test_a_file_without_rows_has_no_results(tmp_path: Path) -> None:
    path = write(tmp_path / "empty.parquet", [])
    text = "".join(parts("text", str(path), "", TextStyle()))
    assert text == f"{path}: no results\n0 documents, 0 tables: no findings.\n"


def test_a_wrong_file_is_a_usage_error(company: Path, dyncheck: Dyncheck) -> None:
    (company / "wrong.parquet").write_text("no Parquet")
    for arguments, message in (
        (["wrong.parquet"], "wrong.parquet is not a Parquet file. Name a file that `dyncheck fleet` wrote."),
        (["results.parquet", "wrong.parquet"], "wrong.parquet is not a Parquet file. Name a file that `dyncheck fleet` wrote."),
        (
            ["results.parquet", "--output", "results.parquet"],
            "results.parquet is an input, and dyncheck never overwrites inputs. Choose another file for --output.",
        ),
    ):
        done = dyncheck("fleet", "report", *arguments, cwd=company)
        assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"dyncheck: {message}\n")


def test_a_report_is_written_to_a_file(company: Path, tmp_path: Path, dyncheck: Dyncheck) -> None:
    done = dyncheck("fleet", "report", "results.parquet", "earlier.parquet", "--output", str(tmp_path / "report.txt"), cwd=company)
    assert (done.returncode, done.stdout) == (0, b"")
    assert (tmp_path / "report.txt").read_text() == SCREEN
