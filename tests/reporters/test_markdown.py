"""The step summary and the comment on a pull request: their order, their limit, and that no text of the input acts as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from msgspec.structs import replace

from dyncheck.findings import Comparison, Earlier, Effect, Input, Report
from dyncheck.input_problems import InputProblem
from dyncheck.reporters.comment import to_github_comment
from dyncheck.reporters.formats import writer
from dyncheck.reporters.markdown import to_markdown
from dyncheck.reporters.markup import prose
from dyncheck.version import REPOSITORY
from tests.reporters.findings_table import BASELINE, EVERYTHING, HOSTILE, KEY_UNKNOWN, PITR, REPORTS, SILENT, checked, many
from tests.reporters.test_formats import ANY_REPORT

BOTH = pytest.mark.parametrize("format_", ["markdown", "github-comment"])


def headings(text: str) -> list[str]:
    """The headings of the sections."""
    return re.findall("^### (.*)$", text, re.MULTILINE)


# Sentences


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("No table is under the contract orders", "No table is under the contract orders"),
        ('billing_mode is "BANANA"; expected "PROVISIONED".', '`billing_mode is "BANANA"`; expected `"PROVISIONED"`.'),
        ('alarm_name is "my alarm; it is \\"red\\""', '`alarm_name is "my alarm; it is \\"red\\""`'),
        ("ttl.enabled is false; expected true", "`ttl.enabled is false`; expected `true`"),
        ("ttl.enabled is not set", "`ttl.enabled` is not set"),
        ('has ["HASH", "a b"], {a = 1, b = ["c d"]} and FILL(m1, 0)', 'has `["HASH", "a b"]`, `{a = 1, b = ["c d"]}` and `FILL(m1, 0)`'),
        ('an alarm (closest: aws_x.y["a b"]: period is 60)', 'an alarm (closest: `aws_x.y["a b"]`: period is 60)'),
        ("with enabled = false, (aws_x.y) or (see there)", "with `enabled = false`, (`aws_x.y`) or (see there)"),
        ("Run `terraform show -json a > b`, and check b.", "Run `terraform show -json a > b`, and check b."),
        ("the table's name, and 12 others", "the table's name, and 12 others"),
        ("... :smile: @team", "`... :smile`: `@team`"),
        ('"open [ quote', '`"open [` quote'),
    ],
)
def test_a_code_span_holds_a_whole_value(sentence: str, expected: str) -> None:
    assert prose(sentence) == expected


def test_what_a_message_quotes_is_one_span_also_where_it_is_plain_words() -> None:
    alarm = replace(SILENT, message="Alarm never fires: threshold is 100; expected less than 1", attribute="threshold", found="100")
    assert "Alarm never fires: `threshold is 100`; expected less than 1<br>" in to_markdown(Report((checked(alarm),)))


# The order of the sections


def test_the_summary_opens_with_what_happens_and_what_is_wrong() -> None:
    effect = Effect("aws_dynamodb_table.orders", "destroyed", '"orders"', "its name changed")
    (one,) = EVERYTHING.inputs
    report = replace(EVERYTHING, inputs=(replace(one, effects=(effect,)),), problems=(InputProblem("syntax", "x.json is not JSON."),))
    expected = ["Could not be checked", "What this plan does to your tables", "Findings", "Unknown", "Waived", "Notices"]
    assert headings(to_markdown(report)) == expected
    assert '- The table `"orders"` (`aws_dynamodb_table.orders`) is destroyed with all its items, because its name changed.' in (
        to_markdown(report).splitlines()
    )


def test_with_several_inputs_the_sentence_on_a_table_names_its_plan() -> None:
    effects = (Effect("aws_dynamodb_table.a", "forgotten"),)
    inputs = (Input("dev.json", "plan", "", effects=effects), Input("prod.json", "plan", "", environment="prod"))
    (sentence,) = re.findall("^- .*$", to_markdown(Report(inputs)), re.MULTILINE)
    assert sentence == "- `dev.json`: The table `aws_dynamodb_table.a` stays as it is, but Terraform no longer manages it."


@BOTH
def test_with_a_baseline_there_is_a_section_for_each_change(format_: str) -> None:
    expected = ["New", "New and unknown", "Now unknown", "Fixed", "Still open", "Still unknown"]
    assert headings(writer(format_)(BASELINE)) == expected


@BOTH
def test_what_the_run_waives_or_does_not_check_is_neither_fixed_nor_open(format_: str) -> None:
    waived, elsewhere = Earlier("dead-alarm", PITR.severity, "aws_x.waived"), Earlier("dead-alarm", PITR.severity, "aws_x.elsewhere")
    report = Report((), comparison=Comparison("main.json", now_waived=(waived,), not_checked=(elsewhere,)))
    text = writer(format_)(report)
    assert headings(text) == ["Now waived", "In the baseline, but not checked here"]
    assert "`aws_x.waived`" in text.split("### In the baseline")[0]
    assert "<details><summary>1 finding</summary>" in text
    assert "<!-- nothing new -->" not in text


@BOTH
def test_the_headline_counts_what_is_new(format_: str) -> None:
    assert "## dyncheck: 1 new warning, 1 new note, 1 new unknown\n" in writer(format_)(BASELINE)


# Folds and limits


def rows_outside_folds(text: str) -> list[str]:
    """The rows of tables that a reader sees at once, without their heads."""
    shown = re.sub(r"(?s)<details>.*?</details>", "", text)
    return [line for line in shown.splitlines() if line.startswith("| ") and not line.startswith(("| Severity", "| ---"))]


@BOTH
def test_ten_findings_are_shown_and_the_others_folded(format_: str) -> None:
    text = writer(format_)(Report((checked(*(replace(SILENT, address=f"x[{number}]") for number in range(12))),)))
    assert len(rows_outside_folds(text)) == 10
    assert "\n\n<details><summary>2 more</summary>\n\n|" in text
    assert text.endswith("|\n\n</details>\n")


@BOTH
def test_the_errors_are_among_what_is_shown(format_: str) -> None:
    notes = [replace(KEY_UNKNOWN, status=PITR.status, address=f"x[{number}]") for number in range(90)]
    errors = [replace(PITR, address=f"y[{number}]", location=None) for number in range(3)]
    shown = rows_outside_folds(writer(format_)(Report((checked(*notes, *errors),))))
    assert [row[:8] for row in shown[:4]] == ["| error ", "| error ", "| error ", "| note |"]


@BOTH
def test_what_is_still_open_is_folded(format_: str) -> None:
    text = writer(format_)(BASELINE)
    assert "### Still open\n\n<details><summary>2 findings</summary>\n\n|" in text
    assert "### Still unknown\n\n<details><summary>1 result</summary>\n\n|" in text


@BOTH
def test_the_worst_come_first_and_the_rest_is_counted(format_: str) -> None:
    text = writer(format_)(many(5_000))
    new, known = text.split("### Still open")
    assert new.index("| error |") < new.index("are not shown")
    assert "| error |" not in known, "New findings use up the room."
    written = len(re.findall(r"^\| error \|", new, re.MULTILINE))
    (rest,) = re.findall(r"^([\d,]+) of 1,250 findings are not shown, because GitHub limits the length of a comment\.$", new, re.MULTILINE)
    assert written + int(rest.replace(",", "")) == 1_250
    assert known.startswith("\n\n2,500 of 2,500 findings are not shown")


@BOTH
@pytest.mark.parametrize("sign", ["x", "\u202e", "é", "\U0001f600", "::", "|", "`"])
def test_any_report_is_within_the_limit(format_: str, sign: str) -> None:
    results = tuple(replace(SILENT, address=f"x{number}", message=sign * 3_000, fix=sign * 3_000) for number in range(300))
    compared = Comparison(sign * 3_000, now_unknown=(Earlier("dead-alarm", PITR.severity, sign * 3_000),) * 300)
    inputs = tuple(checked(*results, path=f"{number}{sign * 3_000}") for number in range(4))
    text = writer(format_)(Report(inputs, problems=(InputProblem("syntax", sign * 200_000),) * 100, comparison=compared))
    # GitHub counts characters, and a text has at least as many bytes. The name of the comment needs some room too.
    assert len(text) <= len(text.encode()) < 65_536 - 400


@BOTH
def test_a_huge_report_is_within_the_limit(format_: str) -> None:
    assert len(writer(format_)(many(30_000)).encode()) < 65_536 - 400


# The comment


@pytest.mark.parametrize("name", REPORTS)
def test_the_comment_starts_with_its_marker(name: str) -> None:
    first, second, *_ = to_github_comment(REPORTS[name]).splitlines()
    assert first == "<!-- dyncheck -->"
    assert (second == "<!-- nothing new -->") is (name in ("clean", "empty"))


def test_a_comment_without_anything_new_says_so() -> None:
    assert BASELINE.comparison
    known = frozenset(result.fingerprint for result in BASELINE.results)
    report = replace(BASELINE, comparison=replace(BASELINE.comparison, open=known, fixed=(), now_unknown=()))
    assert to_github_comment(report).splitlines()[:4] == ["<!-- dyncheck -->", "<!-- nothing new -->", "", "## dyncheck: nothing new"]


def test_the_comment_names_what_was_checked_and_the_baseline() -> None:
    subject = to_github_comment(BASELINE).split("\n\n")[2]
    assert subject == (
        "2 new, 2 still open, 1 fixed, 1 now unknown. 2 tables, 3 alarms, 6 checks in `plan.json`, compared with `main.json`."
    )


@BOTH
def test_the_name_of_a_baseline_is_not_a_path_of_the_runner(format_: str) -> None:
    text = writer(format_)(Report((), comparison=Comparison("/home/runner/work/_temp/dyncheck.x1/.dyncheck-baseline.json")))
    assert re.findall("[Cc]ompared with (.*)$", text, re.MULTILINE) == ["`.dyncheck-baseline.json`."]


def test_the_comment_names_three_inputs() -> None:
    subject = to_github_comment(Report(tuple(checked(path=f"{name}.json") for name in "abcde"))).split("\n\n")[2]
    assert subject.rstrip() == "10 tables, 15 alarms, 0 checks in `a.json`, `b.json`, `c.json` and 2 more."


# Hostile input

# What pipes, backticks and HTML are in GitHub Flavored Markdown, independent of the reporter.
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")
_OURS = re.compile(
    r"<br>|</?details>|<summary>[\d,]+ \w+</summary>|&#124;|^<!-- (dyncheck|nothing new) -->$"
    rf"|\[(&#124;)*\]\({re.escape(REPOSITORY)}/blob/main/docs/rules/[A-Za-z0-9%._~-]*\)"
)


def outside_code(line: str) -> str:
    """A line of Markdown without its code spans and without the reporter's own markup."""
    return _OURS.sub("", _SPAN.sub("", line))


def stray(text: str) -> Iterator[str]:
    """Lines that contain anything except words, code and the reporter's own tables and headings."""
    for line in text.splitlines():
        rest = outside_code(line)
        if not re.fullmatch(r"(#{2,3} )?[A-Za-z0-9 |,;:.()'-]*", rest):
            yield line


@BOTH
@pytest.mark.parametrize("name", REPORTS)
def test_text_of_the_input_is_code_or_plain_words(name: str, format_: str) -> None:
    assert list(stray(writer(format_)(REPORTS[name]))) == []


@settings(max_examples=100, deadline=None)
@given(ANY_REPORT)
def test_text_of_any_input_is_code_or_plain_words(report: Report) -> None:
    assert [line for text in (to_markdown(report), to_github_comment(report)) for line in stray(text)] == []


@BOTH
def test_a_second_parser_finds_only_tables_text_code_and_links_to_rules(format_: str) -> None:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    inline = [token for token in parser.parse(writer(format_)(HOSTILE)) if token.type == "inline"]
    children = [child for token in inline for child in token.children or ()]
    assert {child.type for child in children} <= {"text", "code_inline", "html_inline", "softbreak", "link_open", "link_close"}
    assert {child.content for child in children if child.type == "html_inline"} <= {"<br>"}
    links = {str(child.attrs["href"]) for child in children if child.type == "link_open"}
    assert all(link.startswith(f"{REPOSITORY}/blob/main/docs/rules/") for link in links)
    assert not any(re.search(r"[@#`<>*_~|]|://|www\.", child.content.replace("|", "")) for child in children if child.type == "text")


@BOTH
def test_the_cells_of_a_row_stay_together(format_: str) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", writer(format_)(HOSTILE), re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1
