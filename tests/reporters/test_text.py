"""The reports for people: text with the worst first over all inputs, one line for each finding, and counts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dyncheck.findings import Comparison, Effect, Input, Report, Result, Status
from dyncheck.model import Location
from dyncheck.reporters.concise import to_concise
from dyncheck.reporters.decision import decision
from dyncheck.reporters.layout import TextStyle
from dyncheck.reporters.statistics import to_statistics
from dyncheck.reporters.text import to_text
from dyncheck.rule import Severity
from tests.reporters.findings_table import BASELINE, ERRORS, EVERYTHING, PITR, TWO_INPUTS, checked

ERROR, WARNING, NOTE = Severity


def finding(
    rule: str,
    severity: Severity,
    summary: str,
    *,
    root: int = 0,
    table: int = 0,
    found: str = "not set",
    environment: str = "",
    status: Status = Status.FAIL,
    contract: str = "",
) -> Result:
    """A finding in the file of a root module, which has its tables 20 lines apart."""
    file = f"roots/r{root:02d}/main.tf"
    attribute = rule.removeprefix("no-").replace("-", "_")
    return Result(
        rule=rule,
        status=status,
        severity=severity,
        address=f"aws_dynamodb_table.t{table}",
        message=f"{summary}: {attribute} is {found}; expected true",
        attribute=attribute,
        summary=summary,
        found=found,
        expected="true",
        fix=f"{attribute} = true",
        table=f"aws_dynamodb_table.t{table}",
        location=Location(file, 7 + 20 * table, 7 + 20 * table, 3),
        environment=environment,
        contract=contract,
    )


def root(number: int, *results: Result, environment: str = "", **others: object) -> Input:
    """A root module with two tables."""
    module = Input(f"roots/r{number:02d}", "hcl", "", tables=2, results=results, environment=environment)
    return replace(module, **others)


RECOVERY = "Point-in-time recovery is off"
DELETION = "Deletion protection is off"


def company() -> Report:
    """30 root modules with 60 tables and 143 findings: 23 errors, 30 warnings and 90 notes."""
    modules = []
    for number in range(30):
        found = [
            finding("no-point-in-time-recovery", ERROR, RECOVERY, root=number) if number < 23 else None,
            finding("missing-tags", WARNING, f'Tag "Team{number}" is missing', root=number, table=1),
            *(finding("no-deletion-protection", NOTE, DELETION, root=number, table=table) for table in (0, 1)),
            finding("aws-managed-key", NOTE, "Encryption key is managed by AWS", root=number, found=f'"key{number}"'),
        ]
        modules.append(root(number, *filter(None, found), notices=("terraform.workspace is assumed to be default.",)))
    return Report(tuple(modules))


def test_a_company_reads_the_worst_on_the_first_screen_and_the_rest_in_one_or_two_more() -> None:
    report = company()
    lines = to_text(report, TextStyle()).splitlines()
    assert sum(report.failures.values()) == 143
    assert len(lines) < 250
    assert "\n".join(lines[:20]) == (
        """\
error    no-point-in-time-recovery: Point-in-time recovery is off
         roots/r00/main.tf:7  aws_dynamodb_table.t0
         roots/r01/main.tf:7  aws_dynamodb_table.t0
         roots/r02/main.tf:7  aws_dynamodb_table.t0
         roots/r03/main.tf:7  aws_dynamodb_table.t0
         roots/r04/main.tf:7  aws_dynamodb_table.t0
         and 18 more (-v lists them)
         found:    point_in_time_recovery is not set
         expected: true
         fix:      point_in_time_recovery = true

warning  missing-tags: Tag "Team0" is missing
         roots/r00/main.tf:27  aws_dynamodb_table.t1
         found:    missing_tags is not set
         expected: true
         fix:      missing_tags = true

warning  missing-tags: Tag "Team1" is missing
         roots/r01/main.tf:27  aws_dynamodb_table.t1
         found:    missing_tags is not set"""
    )
    assert "\n".join(lines[-11:]) == (
        """\
warning  missing-tags            roots/r11/main.tf:27 and 26 more
note     no-deletion-protection  roots/r00/main.tf:7 and 59 more
note     aws-managed-key         roots/r00/main.tf:7 and 29 more
         -v shows them in full, --format concise one line for each

Notices
  All 30 inputs: terraform.workspace is assumed to be default.

Inputs: roots/r00, roots/r01, roots/r02 and 27 more.
60 tables, 0 alarms, 143 checks: 23 errors, 30 warnings, 90 notes
Exit code 1: 23 errors."""
    )


def test_verbose_text_has_every_place_and_every_note_in_full() -> None:
    report = company()
    text = to_text(report, TextStyle(verbose=True))
    places = [f"{each.location.file}:{each.location.line}" for each in report.results if each.location]
    assert all(place in text for place in places)
    assert [line for line in text.splitlines() if "-v " in line] == []


def test_verbose_text_says_why_a_rule_passes() -> None:
    passed = finding("served", ERROR, "", status=Status.PASS)
    served = replace(passed, message="", found="by id: GetItem", attribute="", location=None)
    other = replace(served, address="aws_dynamodb_table.t1", found="")
    report = Report((root(0, served, other),))
    assert (
        to_text(report, TextStyle(verbose=True))
        .partition("\n\n")[2]
        .startswith(
            """\
pass     served  aws_dynamodb_table.t0
                   by id: GetItem
pass     served  aws_dynamodb_table.t1
"""
        )
    )
    assert to_concise(report, TextStyle(verbose=True)).splitlines()[:2] == [
        "roots/r00: pass served by id: GetItem (aws_dynamodb_table.t0)",
        "roots/r00: pass served (aws_dynamodb_table.t1)",
    ]


def test_places_say_what_was_found_where_that_differs() -> None:
    results = (finding("aws-managed-key", ERROR, "Key", root=number, found=f'"key{number}"') for number in range(2))
    text = to_text(Report(tuple(root(number, result) for number, result in enumerate(results))), TextStyle())
    assert text.partition("\n\n")[0] == (
        """\
error    aws-managed-key: Key
         roots/r00/main.tf:7  aws_dynamodb_table.t0: aws_managed_key is "key0"
         roots/r01/main.tf:7  aws_dynamodb_table.t0: aws_managed_key is "key1"
         expected: true
         fix:      aws_managed_key = true"""
    )


def test_environments_and_instances_of_one_block_are_together() -> None:
    modules = [
        root(0, finding("no-x", ERROR, "X is off", environment=environment), environment=environment) for environment in ("dev", "prod")
    ]
    text = to_text(Report(tuple(modules)), TextStyle())
    assert text.splitlines()[1] == "         roots/r00/main.tf:7  aws_dynamodb_table.t0 (dev, prod)"


def test_one_reason_of_several_unknown_results_is_said_once() -> None:
    results = [
        replace(PITR, status=Status.UNKNOWN, rule=rule, message="the plan is partial", location=None, related=()) for rule in ("b", "a")
    ]
    text = to_text(Report((checked(*results),)), TextStyle())
    assert text.split("\n\n")[1] == f"unknown  a, b: the plan is partial\n         {PITR.address}"


def test_only_what_is_new_is_shown_and_the_rest_is_counted() -> None:
    old, new = (finding("no-x", ERROR, "X is off", root=number) for number in range(2))
    modules = (root(0, old), root(1, new))
    report = Report(modules, comparison=Comparison("main.json", open=frozenset([old.fingerprint])))
    report = replace(report, inputs=(root(0, replace(old, origin="a")), root(1, replace(new, origin="b"))))
    report = replace(report, comparison=Comparison("main.json", open=frozenset([report.results[0].fingerprint])))
    assert to_text(report, TextStyle()) == (
        """\
error    no-x: X is off
         roots/r01/main.tf:7  aws_dynamodb_table.t0
         found:    x is not set
         expected: true
         fix:      x = true

since main.json: 1 new, 1 still open, 0 fixed, 0 now unknown

Inputs: roots/r00, roots/r01.
4 tables, 0 alarms, 2 checks: 2 errors
Exit code 1: 1 new error.
"""
    )
    assert to_concise(report, TextStyle()) == (
        "roots/r01/main.tf:7:3: error no-x X is off: x is not set; expected true (aws_dynamodb_table.t0)\n"
        "1 new, 1 still open, 0 fixed, 0 now unknown. Exit code 1: 1 new error.\n"
    )


def test_a_lost_table_is_never_left_out() -> None:
    kept = [Effect(f"aws_dynamodb_table.t{number:02d}", "changed") for number in range(40)]
    lost = [Effect("aws_dynamodb_table.z", "changed", loses_items=True), Effect("aws_dynamodb_table.y", "destroyed", because="x")]
    shown = to_text(Report((replace(checked(), effects=(*kept, *lost)),)), TextStyle()).split("\n\n")
    assert shown[1].splitlines()[:4] == [
        "What this plan does to your tables",
        "  The table aws_dynamodb_table.y is destroyed with all its items, because x.",
        "  The table aws_dynamodb_table.z changes in place and loses items.",
        "  The table aws_dynamodb_table.t00 keeps its items and changes in place.",
    ]
    assert shown[2] == "32 more sentences on tables that keep their items (-v shows them)"


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("verbose", [False, True])
def test_only_a_word_or_code_is_wider_than_the_text(width: int, verbose: bool) -> None:
    for report in (EVERYTHING, TWO_INPUTS, BASELINE, ERRORS, company()):
        for line in to_text(report, TextStyle(width=width, verbose=verbose)).splitlines():
            is_code = " = " in line or line.endswith("{")
            assert len(line) <= width or is_code or len(line.split()) <= 2, line


def test_concise_lines_have_the_place_severity_rule_and_message() -> None:
    report = Report((root(0, finding("no-x", NOTE, "X is off"), replace(PITR, message="line\n::error::two", location=None)),))
    assert to_concise(report, TextStyle()) == (
        f"roots/r00: error no-point-in-time-recovery line ::error::two ({PITR.address})\n"
        "roots/r00/main.tf:7:3: note no-x X is off: x is not set; expected true (aws_dynamodb_table.t0)\n"
        "1 error, 1 note. Exit code 1: 1 error.\n"
    )


def test_a_place_without_a_column_has_none() -> None:
    result = replace(finding("no-x", ERROR, "X is off"), location=Location("main.tf", 3, 3))
    assert to_concise(Report((root(0, result),)), TextStyle()).startswith("main.tf:3: error no-x ")


def test_statistics_count_by_rule_contract_and_environment() -> None:
    dev, prod = (
        root(
            0,
            finding("no-x", ERROR, "X is off", environment=environment, contract="company, protection"),
            finding("no-y", NOTE, "Y is off", environment=environment),
            environment=environment,
        )
        for environment in ("dev", "prod")
    )
    unknown = finding("no-x", ERROR, "X", table=1, environment="prod", status=Status.UNKNOWN, contract="company")
    report = Report((dev, replace(prod, results=(*prod.results, unknown))))
    assert to_statistics(report, TextStyle()) == (
        """\
Rule    error     note  unknown
no-x        2                 1
no-y                 2

Contract      error     note  unknown
company           2                 1
protection        2
(none)                     2

Environment    error     note  unknown
prod               1        1        1
dev                1        1

4 tables, 0 alarms, 5 checks: 2 errors, 2 notes, 1 unknown
Exit code 1: 2 errors.
"""
    )


def of(*results: Result, **others: object) -> Report:
    return replace(Report((root(0, *results),)), **others)


AN_ERROR, A_WARNING, A_NOTE = (finding("no-x", severity, "X is off") for severity in Severity)
AN_UNKNOWN = replace(AN_ERROR, status=Status.UNKNOWN)
KNOWN = Comparison("main.json", open=frozenset([AN_ERROR.fingerprint]))

DECISIONS = {
    "errors": (of(AN_ERROR, AN_ERROR, A_WARNING), "Exit code 1: 2 errors."),
    "nothing": (of(), "Exit code 0: no errors."),
    "lesser": (of(A_WARNING, A_NOTE, A_NOTE), "Exit code 0: no errors; 1 warning and 2 notes are below --fail-on error."),
    "one that is less": (of(A_NOTE), "Exit code 0: no errors; 1 note is below --fail-on error."),
    "--fail-on warning": (of(A_WARNING, fail_on=WARNING), "Exit code 1: 1 warning."),
    "below --fail-on warning": (of(A_NOTE, fail_on=WARNING), "Exit code 0: no errors or warnings; 1 note is below --fail-on warning."),
    "--fail-on note": (of(fail_on=NOTE), "Exit code 0: no findings."),
    "unknown": (of(AN_UNKNOWN), "Exit code 0: no errors; 1 unknown does not count."),
    "--unknown fail": (of(AN_UNKNOWN, AN_ERROR, unknown_fails=True), "Exit code 1: 1 error and 1 unknown."),
    "a baseline": (of(AN_ERROR, comparison=KNOWN), "Exit code 0: no new errors; 1 in the baseline."),
    "new": (of(AN_ERROR, comparison=Comparison("main.json")), "Exit code 1: 1 new error."),
}


@pytest.mark.parametrize(("report", "expected"), DECISIONS.values(), ids=DECISIONS)
def test_one_sentence_says_what_decides_the_exit_code(report: Report, expected: str) -> None:
    assert decision(report) == expected


def test_a_run_that_could_not_check_everything_says_so() -> None:
    assert decision(ERRORS).startswith("Exit code 3: not everything could be checked")
