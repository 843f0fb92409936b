"""The report as JSON and as JSON Lines: what each key holds, and that both agree and are valid by their schemas."""

from __future__ import annotations

import json
from typing import Any, get_args

import jsonschema
import pytest
from msgspec.structs import replace

from dyncheck.findings import Comparison, Earlier, Effect, Report, Status
from dyncheck.input_problems import ProblemKind
from dyncheck.reporters.formats import parts, writer
from dyncheck.reporters.pages import page
from dyncheck.rule import Severity
from tests.conftest import Dyncheck
from tests.reporters.findings_table import BASELINE, EVERYTHING, PITR, PRODUCTS, REPORTS, SESSIONS, WAIVED, checked, many
from tests.support.paths import ROOT
from tools.reference import meanings_of

SCHEMAS = {name: json.loads((ROOT / f"src/dyncheck/schemas/{name}.schema.json").read_bytes()) for name in ("report", "report-line")}


def as_json(report: Report) -> dict[str, Any]:
    """The report as JSON."""
    found: dict[str, Any] = json.loads(writer("json")(report))
    return found


def lines(report: Report) -> list[dict[str, Any]]:
    """The report as JSON Lines."""
    text = writer("jsonl")(report)
    assert text.endswith("}\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def without(key: str, values: dict[str, Any]) -> dict[str, Any]:
    """An object without one of its keys."""
    return {name: value for name, value in values.items() if name != key}


def test_a_rule_with_results_is_described_once() -> None:
    entries = {entry["id"]: entry for entry in as_json(EVERYTHING)["rules"]}
    assert list(entries) == sorted({result.rule for result in EVERYTHING.results})
    assert entries["no-point-in-time-recovery"] == {
        "id": "no-point-in-time-recovery",
        "severity": "error",
        "title": "Point-in-time recovery is off",
        "page": page("no-point-in-time-recovery"),
        "frameworks": entries["no-point-in-time-recovery"]["frameworks"],
    }
    assert entries["no-point-in-time-recovery"]["frameworks"]["checkov"].startswith("CKV_AWS_28")


def test_a_rule_that_the_installation_does_not_have_is_there_with_its_id_alone() -> None:
    assert as_json(Report((checked(replace(PITR, rule="team/gone")),)))["rules"] == [{"id": "team/gone"}]


def test_a_result_names_its_input_and_a_required_table_has_none() -> None:
    found = Report((checked(replace(PITR, input="plan.json")),), required=(replace(PITR, rule="missing-table"),))
    assert [result.get("input") for result in as_json(found)["results"]] == ["plan.json", None]


def test_with_a_baseline_findings_and_unknowns_say_whether_they_are_new() -> None:
    results = as_json(replace(BASELINE, inputs=(checked(*BASELINE.results, WAIVED),)))["results"]
    expected = [BASELINE.is_new(each) for each in BASELINE.results]
    assert [result.get("new") for result in results] == [*expected, None]
    assert not any("new" in result for result in as_json(EVERYTHING)["results"])


def test_the_comparison_counts_findings_and_lists_what_is_gone() -> None:
    failed = [each for each in BASELINE.results if each.status is Status.FAIL]
    comparison = as_json(BASELINE)["comparison"]
    assert (comparison["baseline"], comparison["new"], comparison["still_open"]) == (
        "main.json",
        sum(map(BASELINE.is_new, failed)),
        len(failed) - sum(map(BASELINE.is_new, failed)),
    )
    assert [(each["rule"], each["severity"], each["address"]) for each in comparison["fixed"]] == [("unencrypted-table", "error", PRODUCTS)]
    assert [each["rule"] for each in comparison["now_unknown"]] == ["missing-ttl"]
    assert (comparison["now_waived"], comparison["not_checked"]) == ([], [])
    assert "comparison" not in as_json(EVERYTHING)


def test_a_waived_result_has_the_terms_of_its_waiver() -> None:
    found = Report((checked(WAIVED),))
    assert as_json(found)["results"][0]["waiver"] == {
        "reason": "sessions live for an hour",
        "source": "Infrastructure/main.tf:80",
        "owner": "@platform",
        "until": "2027-12-31",
    }


def test_an_input_says_what_its_plan_does_to_tables() -> None:
    effects = (
        Effect("aws_dynamodb_table.gone", "destroyed", name='"gone"', because="it is not in the configuration", elsewhere="module.x"),
        Effect("aws_dynamodb_table.kept", "kept"),
        Effect("aws_dynamodb_table.less", "changed", details=("a replica is removed",), loses_items=True),
    )
    assert as_json(Report((replace(checked(PITR), effects=effects),)))["inputs"][0]["effects"] == [
        {
            "address": "aws_dynamodb_table.gone",
            "happens": "destroyed",
            "name": '"gone"',
            "because": "it is not in the configuration",
            "elsewhere": "module.x",
        },
        {"address": "aws_dynamodb_table.kept", "happens": "kept"},
        {"address": "aws_dynamodb_table.less", "happens": "changed", "details": ["a replica is removed"], "loses_items": True},
    ]


def test_an_input_has_its_counts_and_its_producer() -> None:
    entry = as_json(EVERYTHING)["inputs"][0]
    assert (entry["tables"], entry["alarms"], entry["producer"]) == (2, 3, "Terraform 1.11.4")


@pytest.mark.parametrize("name", REPORTS)
def test_json_and_each_line_are_valid_by_their_published_schemas(name: str) -> None:
    jsonschema.Draft202012Validator(SCHEMAS["report"]).validate(as_json(REPORTS[name]))
    for line in lines(REPORTS[name]):
        jsonschema.Draft202012Validator(SCHEMAS["report-line"]).validate(line)


@pytest.mark.parametrize("name", REPORTS)
def test_json_lines_hold_what_json_holds(name: str) -> None:
    report, found = as_json(REPORTS[name]), lines(REPORTS[name])
    by_type = {kind: [without("type", line) for line in found if line["type"] == kind] for kind in ("input", "result", "problem")}
    assert by_type == {"input": report["inputs"], "result": report["results"], "problem": report.get("problems", [])}
    of_lines = ("inputs", "results", "summary", "errors", "problems")
    assert without("type", found[0]) == {key: value for key, value in report.items() if key not in of_lines}
    assert found[-1] == {"type": "summary", **report["summary"]}


def test_the_first_line_is_the_run_the_last_the_summary_and_results_follow_their_input() -> None:
    report = Report((checked(PITR, path="a"), checked(PITR, WAIVED, path="b")), required=(PITR,))
    assert [line["type"] for line in lines(report)] == ["run", "input", "result", "input", "result", "result", "result", "summary"]


@pytest.mark.parametrize("format_", ["json", "jsonl"])
def test_a_large_report_comes_in_pieces(format_: str) -> None:
    pieces = list(parts(format_, many(5_000)))
    assert "".join(pieces) == writer(format_)(many(5_000))
    assert len(pieces) > 5
    assert max(map(len, pieces)) < sum(map(len, pieces)) / 4


def test_the_severity_of_a_rule_is_its_own_and_that_of_a_result_may_differ() -> None:
    report = as_json(Report((checked(replace(PITR, severity=Severity.NOTE)),)))
    assert (report["rules"][0]["severity"], report["results"][0]["severity"]) == ("error", "note")


def test_what_is_gone_names_its_input_and_its_environment() -> None:
    earlier = Earlier("missing-ttl", Severity.ERROR, SESSIONS, input="live/app", environment="prod")
    comparison = as_json(Report((), comparison=Comparison("b.json", now_waived=(earlier,), not_checked=(earlier,))))["comparison"]
    expected = {"rule": "missing-ttl", "severity": "error", "address": SESSIONS, "message": "", "input": "live/app", "environment": "prod"}
    assert (comparison["now_waived"], comparison["not_checked"]) == ([expected], [expected])


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_schema_describes_every_key(name: str) -> None:
    objects = {each: found["properties"] for each, found in SCHEMAS[name]["$defs"].items() if "properties" in found}
    assert [(each, key) for each, keys in objects.items() for key, part in keys.items() if not part.get("description")] == []


def test_the_page_describes_every_kind_of_problem_and_every_object() -> None:
    meanings = meanings_of("report")
    assert [kind for kind in get_args(ProblemKind) if f"`{kind}`: " not in meanings["ProblemEntry"]["kind"]] == []
    objects = {name for name, found in SCHEMAS["report"]["$defs"].items() if "properties" in found}
    assert set(meanings) == objects, "Describe the objects of reporters/json.py in tools/keys/report.yaml, and no others."


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schema_is_printed_as_it_is_published(name: str, dyncheck: Dyncheck) -> None:
    done = dyncheck("schema", name)
    assert (done.returncode, json.loads(done.stdout)) == (0, SCHEMAS[name])
