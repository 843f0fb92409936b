"""`dyncheck live` on a local cloud that the real Terraform filled: its verdicts are those of the state, and it finds what was changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Dyncheck
from tests.live.conftest import client
from tests.recording.make_plans import applied
from tests.support.cloud import cloud

pytestmark = pytest.mark.terraform

TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"


@pytest.fixture(scope="module", name="applied_cloud")
def _applied_cloud(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a cloud with the reference module, and its state. A test takes back what it changes."""
    with cloud() as address:
        sns = client(address, "sns")
        sns.create_topic(Name="alarms")
        sns.subscribe(TopicArn=TOPIC, Protocol="email", Endpoint="operators@example.com")
        with applied(address, ready) as root:
            state = tmp_path_factory.mktemp("applied") / "state.json"
            state.write_bytes(root.state())
        yield address, state


def results(done: Any) -> list[dict[str, Any]]:
    """The results of a report in JSON."""
    assert done.returncode in (0, 1), done.stderr.decode()
    found: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    return found


def verdicts(found: list[dict[str, Any]], names: dict[str, str]) -> set[tuple[str, ...]]:
    """Rule, status, name and attribute of each result; `names` are those of addresses."""
    return {
        (
            each["rule"],
            each["status"],
            names.get(each["address"], each["address"].rpartition(":")[2].removeprefix("table/")),
            each["attribute"],
        )
        for each in found
    }


def names_in(state: Path) -> dict[str, str]:
    """The names of tables and alarms, by their addresses in a state."""
    found = {}
    modules = [json.loads(state.read_text())["values"]["root_module"]]
    while modules:
        module = modules.pop()
        modules += module.get("child_modules", ())
        for each in module.get("resources", ()):
            found[each["address"]] = each["values"].get("name") or each["values"].get("alarm_name")
    return found


def test_the_verdicts_and_the_exit_code_are_those_of_the_state(applied_cloud: tuple[str, Path], live: Dyncheck) -> None:
    address, state = applied_cloud
    of_state = live(address, "check", str(state), "--format", "json", "--output", "text=state.txt")
    of_account = live(address, "live", "--region", "us-east-1", "--format", "json", "--output", "text=account.txt")
    assert verdicts(results(of_account), {}) == verdicts(results(of_state), names_in(state))
    assert of_account.returncode == of_state.returncode


def test_an_account_that_nobody_changed_has_no_drift(applied_cloud: tuple[str, Path], live: Dyncheck) -> None:
    address, state = applied_cloud
    assert drift(live, address, state) == []


def drift(live: Dyncheck, address: str, state: Path) -> list[tuple[str, str]]:
    """The address and message of each drift."""
    done = live(address, "live", "--region", "us-east-1", "--against", str(state), "--select", "drift", "--format", "json")
    return [(each["address"].rpartition(":")[2], each["message"]) for each in results(done) if each["status"] != "pass"]
