"""The queries of docs/fleet-queries.md, run by DuckDB on the results of a small company."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.fleet.company import DELETION, NAME, NETWORK, NEW, ORDERS, RECOVERY, SEARCH, TAGS, TORN, write_company
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "fleet-queries.md"
T = "module.app.aws_dynamodb_table.t"
A, B, C, D = ("111111111111", "222222222222", "333333333333", "444444444444")
REGION = "eu-central-1"
YESTERDAY, TODAY = datetime.date(2026, 12, 1), datetime.date(2026, 12, 2)

# By the heading: what the query finds.
EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "Which tables break a rule, since when, and in which account?": [
        (A, REGION, f"{T}0", ORDERS, YESTERDAY),
        (A, REGION, f"{T}1", ORDERS, YESTERDAY),
        (B, REGION, f"{T}1", SEARCH, YESTERDAY),
        (A, REGION, f"{T}2", ORDERS, TODAY),
    ],
    "Which accounts are the worst?": [(A, 3, 0, 0), (B, 1, 0, 0), (C, 0, 1, 1)],
    "Which rules are broken most, and in how many accounts?": [
        (RECOVERY, "error", 4, 2),
        (DELETION, "note", 2, 2),
        (TAGS, "warning", 1, 1),
    ],
    "What is new since the last run?": [(A, RECOVERY, f"{T}2", ORDERS), (D, DELETION, f"{T}0", NEW)],
    "What is fixed since the last run?": [(A, TAGS, f"{T}0", ORDERS), (B, RECOVERY, f"{T}0", SEARCH)],
    "How much is unknown, by rule?": [(NAME, 2, 8, 25.0)],
    "How many tables have no point-in-time recovery, by account?": [(A, 3, 3), (B, 1, 2), (C, 0, 2), (D, 0, 1)],
    "How do the environments compare?": [("prod", 2, 4, 4), ("dev", 2, 3, 0)],
    "Which contracts are not fulfilled, or not certainly?": [("orders", "unknown", 2)],
    "Which documents were not read, and why?": [
        (TORN, "error", f"{TORN} is truncated: the JSON has no end."),
        (NETWORK, "empty", "It has no DynamoDB table."),
    ],
}


def queries() -> dict[str, str]:
    """The queries by their headings."""
    return dict(re.findall(r"^## ([^\n]+)\n(?:(?!^## ).)*?^```sql\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))


@pytest.fixture(name="company", scope="module")
def _company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("company")
    write_company(directory)
    return directory


def test_each_query_has_an_expected_result() -> None:
    assert list(queries()) == list(EXPECTED), "Add what a new query finds to EXPECTED."


@pytest.mark.parametrize("heading", EXPECTED)
def test_a_query_finds_what_the_company_has(heading: str, company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(company)
    with duckdb.connect() as database:
        assert database.execute(queries()[heading]).fetchall() == EXPECTED[heading]
