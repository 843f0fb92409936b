"""Recordings contain no value that differs between runs, and a missing recording is an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.recording import record_checkov
from tests.support.fixtures import Fixture, planned_fixtures
from tests.support.paths import EXAMPLES, PLANS, POLICIES, SOURCES
from tests.support.terraform import keep, recording

KEY, OTHER = "147c57ee-3faf-4040-bfb5-3f53c05874b5", "d9516429-49b8-4db6-990f-926deb9ac42c"


def plan(key: str, other: str, port: int, time: str) -> bytes:
    """A plan with two generated names, an endpoint and a time; the configuration sets the key of the last entry."""
    values = {"key": f"key/{key}", "again": key, "other": other, "stream": f"stream/{time}.123456", "role": "AROARZPUZDIKLWYWPPSJH"}
    written = {"key": {"constant_value": "00c57ee0-3faf-4040-bfb5-3f53c05874b5"}, "endpoint": f"http://127.0.0.1:{port}"}
    return json.dumps(
        {
            "timestamp": f"{time}Z",
            "values": values | {"own": "00c57ee0-3faf-4040-bfb5-3f53c05874b5"},
            "configuration": {"provider_config": written["endpoint"], "root_module": written["key"]},
        }
    ).encode()


def test_values_that_differ_between_runs_are_not_recorded() -> None:
    one = recording(plan(KEY, OTHER, 33585, "2026-11-26T18:51:24"))
    assert json.loads(one) == {
        "timestamp": "2026-01-01T00:00:00Z",
        "values": {
            "key": "key/00000000-0000-0000-0000-000000000001",
            "again": "00000000-0000-0000-0000-000000000001",
            "other": "00000000-0000-0000-0000-000000000002",
            "stream": "stream/2026-01-01T00:00:00.000000",
            "role": "AROA00000000000000001",
            "own": "00c57ee0-3faf-4040-bfb5-3f53c05874b5",
        },
        "configuration": {
            "provider_config": "http://127.0.0.1",
            "root_module": {"constant_value": "00c57ee0-3faf-4040-bfb5-3f53c05874b5"},
        },
    }
    assert recording(plan(OTHER, KEY, 42383, "2026-11-30T01:36:02")) == one
    assert recording(one) == one


def test_an_equal_plan_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    written = [keep(path, plan(KEY, OTHER, 1, "2026-11-26T18:51:24")), keep(path, plan(OTHER, KEY, 2, "2026-11-30T01:36:02"))]
    assert written == [True, False]


@pytest.mark.parametrize("directory", [PLANS, POLICIES, SOURCES, EXAMPLES], ids=lambda path: path.name)
def test_the_plans_of_the_tests_are_recordings(directory: Path) -> None:
    changed = [path.name for path in sorted(directory.glob("*.json")) if recording(path.read_bytes()) != path.read_bytes()]
    assert changed == [], "Run `make plans`."


def test_every_fixture_has_a_checkov_record() -> None:
    kept = {record_checkov.file(fixture) for fixture in planned_fixtures()}
    assert set(record_checkov.DIRECTORY.iterdir()) == kept


def test_a_missing_checkov_record_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "no_such.tf").write_text('resource "aws_dynamodb_table" "on" {}\n')
    fixture = Fixture(tmp_path / "no_such.tf")
    with pytest.raises(record_checkov.Unrecorded) as missing:
        record_checkov.recorded(fixture)
    assert str(missing.value) == (
        "tests/checkov/recorded/no_such.json is missing: nothing is known of what checkov says of no_such.tf. "
        "Run `make checkov-record RULE=no-such`."
    )


def test_a_checkov_record_depends_on_the_fixture_without_comments(tmp_path: Path) -> None:
    one = Fixture(tmp_path / "one.tf")
    hashes = []
    for text in ("a = 1\n", "# more\n\na = 1 # expect: fail it is 1\n", "a = 2 # in the plan: 1\n", "a = 2\n"):
        one.path.write_text(text)
        hashes.append(record_checkov.configuration_of(one))
    assert [each == hashes[0] for each in hashes] == [True, True, True, False]
