"""Invalid and hostile inputs: one clear sentence with advice, exit code 3, no command obeyed and no secret printed."""

from __future__ import annotations

import gzip
import json
import os
import shlex
import signal
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import dyncheck as package
from dyncheck.errors import InputError
from dyncheck.reporters.json import to_json
from dyncheck.reporters.layout import TextStyle
from dyncheck.reporters.text import to_text
from dyncheck.version import VERSION
from tests.conftest import Dyncheck
from tests.support.paths import INPUTS, PLANS, POLICIES, TESTS
from tests.support.plans import without_values
from tests.support.samples import parts

ONE_TABLE = (INPUTS / "one_table.json").read_bytes().strip()
BINARY = (INPUTS / "tfplan").read_bytes()
STATE = (INPUTS / "terraform.tfstate").read_bytes()
REFERENCE = (PLANS / "reference.json").read_bytes()

AGAIN = "Write it again with `terraform show -json tfplan`."
SHOW = "Run `terraform show -json tfplan > plan.json` and check plan.json."
NO_TABLE = "has no DynamoDB table to check."
ALLOW = "If that is intended, use --allow-empty."
EMPTY = "is empty. The command that writes it failed; read the output of that command."
TRUNCATED = f"given.json is truncated: the JSON has no end. {AGAIN}"


def with_text(old: str, new: str, plan: bytes = ONE_TABLE) -> bytes:
    """The plan with one piece of its text replaced."""
    assert old.encode() in plan
    return plan.replace(old.encode(), new.encode(), 1)


def with_value(place: str, value: Any, plan: bytes = ONE_TABLE) -> bytes:
    """The plan with one value replaced; `place` is its path, `*` standing for the change of the (first) table."""
    data = json.loads(plan)
    *outer, last = place.replace("*", "resource_changes.0.change").split(".")
    node = data
    for step in outer:
        node = node[int(step) if isinstance(node, list) else step]
    node[last] = value
    return json.dumps(data, separators=(",", ":")).encode()


REFUSED = {
    "an empty file": (b"", f"given.json {EMPTY}"),
    "nothing but white space": (b" \r\n\t\n", f"given.json {EMPTY}"),
    "an empty object": (b"{}", f"given.json is an empty JSON object, not a plan. {SHOW}"),
    "another object": (
        b'{"name":"dyncheck"}',
        f"given.json is JSON, but neither a plan nor a state of Terraform or OpenTofu. {SHOW}",
    ),
    "an empty list": (b"[]", f"given.json is not a valid plan or state: the document is not an object. {AGAIN}"),
    "a number": (b"42", f"given.json is not JSON; it starts with '42'. {SHOW}"),
    "what `terraform plan` prints": (
        b"\nTerraform used the selected providers to generate the following execution\nplan.",
        f"given.json is not JSON; it starts with 'Terraform used the selected providers to'. {SHOW}",
    ),
    "a configuration": (
        b'resource "aws_dynamodb_table" "orders" {\n}\n',
        f'given.json is not JSON; it starts with \'resource "aws_dynamodb_table" "orders" {{\'. {SHOW}',
    ),
    "JSON cut in an object": (ONE_TABLE[:-1], TRUNCATED),
    "JSON cut in a string": (ONE_TABLE[: ONE_TABLE.index(b"dev-orders") + 3], TRUNCATED),
    "JSON cut after one byte": (ONE_TABLE[:1], TRUNCATED),
    "pretty-printed JSON cut in the middle": (json.dumps(json.loads(ONE_TABLE), indent=2).encode()[:2000], TRUNCATED),
    "two plans in a row": (ONE_TABLE + ONE_TABLE, f"given.json is not JSON: trailing characters (byte {len(ONE_TABLE) + 1}). {AGAIN}"),
    "a binary plan": (
        BINARY,
        "given.json is a binary plan, which only Terraform can read. "
        "Run `terraform show -json given.json > plan.json` and check plan.json.",
    ),
    "a binary plan of Terraform 0.11": (
        b"tfplan\x02\x00\x00",
        "given.json is a binary plan, which only Terraform can read. "
        "Run `terraform show -json given.json > plan.json` and check plan.json.",
    ),
    "a compressed plan": (gzip.compress(ONE_TABLE, mtime=0), "given.json is compressed. Unpack it first."),
    "the log of `terraform plan -json`": (
        (INPUTS / "plan_log.jsonl").read_bytes(),
        f"given.json is the log of `terraform plan -json`, not a plan. {SHOW}",
    ),
    "one line of that log": (
        (INPUTS / "plan_log.jsonl").read_bytes().splitlines()[0],
        f"given.json is the log of `terraform plan -json`, not a plan. {SHOW}",
    ),
    "that log with CRLF": (
        (INPUTS / "plan_log.jsonl").read_bytes().replace(b"\n", b"\r\n"),
        f"given.json is the log of `terraform plan -json`, not a plan. {SHOW}",
    ),
    "a state file without a table": (STATE, f"given.json {NO_TABLE} It records no applied resource. {ALLOW}"),
    "what `terraform show -json` prints where there is nothing": (
        (INPUTS / "empty_directory.json").read_bytes(),
        "given.json is an empty state: nothing has been applied. Check the plan instead.",
    ),
    # Written by hand after the Go types: hashicorp/terraform, internal/cloud/cloudplan/saved_plan.go
    "a bookmark of HCP Terraform": (
        b'{"remote_plan_format":1,"run_id":"run-GXfuHMkbyHccAGUg","hostname":"app.terraform.io"}',
        "given.json is a bookmark of a plan in HCP Terraform. Run `terraform show -json given.json > plan.json` and check plan.json.",
    ),
    # Written by hand after the Go types: opentofu/opentofu, internal/encryption/base.go
    "an encrypted plan of OpenTofu": (
        b'{"meta":{"key_provider.pbkdf2.mykey":"eyJzYWx0IjoiIn0="},"encrypted_data":"AAAA","encryption_version":"v0"}',
        "given.json is encrypted by OpenTofu and needs its key. Run `tofu show -json given.json > plan.json` and check plan.json.",
    ),
    "an encrypted state of OpenTofu": (
        b'{"serial":1,"lineage":"7f6f988e","meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}',
        "given.json is encrypted by OpenTofu and needs its key. Run `tofu show -json given.json > plan.json` and check plan.json.",
    ),
    "provider schemas": (
        b'{"format_version":"1.0","provider_schemas":{}}',
        f"given.json is the schemas of providers, not a plan. {SHOW}",
    ),
    "a plan that a failed precondition stopped": (
        (INPUTS / "errored.json").read_bytes(),
        "given.json is not a complete plan: Terraform stopped with an error. It does not contain aws_dynamodb_table.sessions. "
        "Fix that error, then plan again.",
    ),
    "a plan that prevent_destroy stopped": (
        (PLANS / "change_errored.json").read_bytes(),
        "given.json is not a complete plan: Terraform stopped with an error. Any resource may be missing from it. "
        "Fix that error, then plan again.",
    ),
    "a plan without any table": (
        (INPUTS / "no_table.json").read_bytes(),
        f"given.json {NO_TABLE} It may be the plan of another root module. {ALLOW}",
    ),
    "a refresh-only plan of an empty state": (
        (PLANS / "change_refresh_only.json").read_bytes().replace(b'"prior_state"', b'"prior"'),
        f"given.json {NO_TABLE} It changes nothing (a refresh-only plan, or an empty configuration). {ALLOW}",
    ),
}


# The JSON report of a run that could check nothing, but for its errors.
NOTHING = {
    "version": 1,
    "tool": {"name": "dyncheck", "version": VERSION},
    "inputs": [],
    "summary": {"fail": {"error": 0, "warning": 0, "note": 0}, "unknown": 0, "waived": 0, "pass": 0},
    "results": [],
}


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_not_a_plan_is_refused_with_advice(
    data: bytes, message: str, format_: str, dyncheck: Dyncheck, tmp_path: Path
) -> None:
    (tmp_path / "given.json").write_bytes(data)
    done = dyncheck("given.json", "--format", format_)
    assert (done.stderr.decode(), done.returncode) == (f"dyncheck: {message}\n", 3)
    if format_ == "text":
        assert done.stdout == b""
    else:
        report = json.loads(done.stdout)
        assert [(each["message"], each.get("path")) for each in report.pop("problems")] == [(message, "given.json")]
        assert report == NOTHING | {"errors": [message]}
    assert (tmp_path / "given.json").read_bytes() == data


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.2", "1.99"])
def test_a_known_major_version_is_read(version: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(with_value("format_version", version))
    done = dyncheck("plan.json")
    assert (done.stderr, done.returncode) == (b"", 1)


@pytest.mark.parametrize("version", ["2.0", "10.0", "v1.2", "", "2.0\n::add-mask::x"])
def test_another_major_version_is_refused(version: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(with_value("format_version", version))
    done = dyncheck("plan.json")
    message = f"dyncheck: plan.json has format version {version!r}; dyncheck reads 0.x and 1.x. Look for a newer dyncheck.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


def test_a_state_is_read(dyncheck: Dyncheck) -> None:
    done = dyncheck(PLANS / "state.json")
    assert (done.stdout.splitlines()[0].decode(), done.stderr, done.returncode) == (
        f"{PLANS / 'state.json'}: state by Terraform 1.11.4",
        b"",
        1,
    )


# JSON that means more than one thing, or is none.

PLACES = {
    "at top level": ('{"format_version"', '{"new":%s,"format_version"'),
    "in a part that no rule reads": ('"planned_values":{', '"planned_values":{"new":%s,'),
    "in a resource change": ('"resource_changes":[{', '"resource_changes":[{"new":%s,'),
    "in a change": ('"change":{', '"change":{"new":%s,'),
    "in after": ('"after":{', '"after":{"new":%s,'),
    "in after_unknown": ('"after_unknown":{', '"after_unknown":{"new":%s,'),
    "in the configuration": ('"configuration":{', '"configuration":{"new":%s,'),
    "in an expression": ('"expressions":{"attribute"', '"expressions":{"new":%s,"attribute"'),
}
DEPTH = 100_000
_HALF = f"given.json is not JSON: it has a lone UTF-16 surrogate, which is half a character. {AGAIN}"
_DEEP = f"given.json nests deeper than 300 levels. {AGAIN}"
NO_JSON = {
    "NaN": ("NaN", "given.json is not JSON: invalid character (byte {}). " + AGAIN),
    "minus infinity": ("-Infinity", "given.json is not JSON: invalid character (byte {}). " + AGAIN),
    "a lone high surrogate": ('"\\ud800"', _HALF),
    "a lone low surrogate": ('"\\uDC00 x"', _HALF),
    "a lone surrogate in a key": ('{"\\ud83d":1}', _HALF),
    "surrogates the wrong way round": ('"\\udc00\\ud800"', _HALF),
    "lists 100,000 deep": ("[" * DEPTH + "]" * DEPTH, _DEEP),
    "objects 100,000 deep": ('{"a":' * DEPTH + "1" + "}" * DEPTH, _DEEP),
    "lists that never close": ("[" * DEPTH, _DEEP),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(("bad", "message"), NO_JSON.values(), ids=NO_JSON)
def test_invalid_json_is_refused_anywhere(bad: str, message: str, place: tuple[str, str], dyncheck: Dyncheck, tmp_path: Path) -> None:
    old, new = place
    data = with_text(old, new.replace("%s", bad))
    (tmp_path / "given.json").write_bytes(data)
    done = dyncheck("given.json")
    position = data.find(bad.encode()) + bad.startswith("-")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {message.format(position)}\n", 3)


TWICE = {
    "at top level": ('{"format_version"', '{"errored":true,"errored":false,"format_version"', "errored"),
    "at top level, one spelt with an escape": ('{"format_version"', '{"errored":true,"\\u0065rrored":false,"format_version"', "errored"),
    "in a resource change": ('"resource_changes":[{', '"resource_changes":[{"mode":"data",', "mode"),
    "in a resource change, with a number whose spelling hides the bytes it takes": (
        '"resource_changes":[{',
        '"resource_changes":[{"index":1e14,"name":"x",',
        "name",
    ),
    "in a change": ('"change":{', '"change":{"actions":["delete"],', "actions"),
    "in after": ('"after":{', '"after":{"name":"another",', "name"),
    "in a block of after": ('"after":{"attribute":[{', '"after":{"attribute":[{"type":"S",', "type"),
    "in after, with numbers whose spelling hides the bytes it takes": (
        '"after":{',
        '"after":{"name":"another","new":[1e15,1e3],',
        "name",
    ),
    "in the configuration": ('"configuration":{', '"configuration":{"root_module":{},', "root_module"),
    "in an expression": ('"expressions":{"attribute"', '"expressions":{"name":{},"attribute"', "name"),
}


@pytest.mark.parametrize("layout", ["one line", "pretty-printed"])
@pytest.mark.parametrize(("old", "new", "key"), TWICE.values(), ids=TWICE)
def test_a_duplicate_key_is_refused(old: str, new: str, key: str, layout: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    data = with_text(old, new)
    (tmp_path / "given.json").write_bytes(data if layout == "one line" else data.replace(b',"', b',\n  "'))
    done = dyncheck("given.json")
    message = f"dyncheck: given.json has the key '{key}' twice in one object. {AGAIN}\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


# Values of other types than Terraform writes: never a verdict on them, never a traceback.

_ORDERS = "aws_dynamodb_table.orders"
_NESTED: Any = json.loads("[" * 700 + "]" * 700)
WRONG_TYPES = {
    "resource_changes an object": ("resource_changes", {}, "resource_changes is not a list"),
    "a resource change null": ("resource_changes", [None], "a resource change is not an object"),
    "the type of a resource a list": (
        "resource_changes.0.type",
        ["aws_dynamodb_table"],
        f"type of {_ORDERS}: expected string, found array",
    ),
    "the mode of a resource null": ("resource_changes.0.mode", None, f"mode of {_ORDERS}: expected string, found null"),
    "the provider of a resource a number": (
        "resource_changes.0.provider_name",
        1,
        f"provider_name of {_ORDERS}: expected string, found number",
    ),
    "the module address a number": ("resource_changes.0.module_address", 1, f"module_address of {_ORDERS}: expected string, found number"),
    "the change a list": ("resource_changes.0.change", [], f"change of {_ORDERS}: expected object, found array"),
    "the actions a string": ("*.actions", "create", f"change.actions of {_ORDERS}: expected array, found string"),
    "the actions numbers": ("*.actions", [1], f"change.actions[0] of {_ORDERS}: expected string, found number"),
    "no action": ("*.actions", [], f"{_ORDERS} has no actions"),
    "after a list": ("*.after", [], f"after of {_ORDERS} is not an object"),
    "after a string": ("*.after", "x", f"after of {_ORDERS} is not an object"),
    "after null for a table that is created": ("*.after", None, f"after of {_ORDERS} is not an object"),
    "after_unknown a string": ("*.after_unknown", "x", f"after_unknown of {_ORDERS} is not an object"),
    "after_unknown a list": ("*.after_unknown", [True], f"after_unknown of {_ORDERS} is not an object"),
    "after_sensitive a number": ("*.after_sensitive", 1, f"after_sensitive of {_ORDERS} is not an object"),
    "the configuration a list": ("configuration", [], "configuration: expected object, found array"),
    "the root module a list": ("configuration.root_module", [], "root_module of configuration: expected object, found array"),
    "the resources of the root module an object": (
        "configuration.root_module.resources",
        {},
        "root_module.resources of configuration: expected array, found object",
    ),
    "expressions a list": (
        "configuration.root_module.resources.0.expressions",
        [1],
        "root_module.resources[0].expressions of configuration: expected object, found array",
    ),
    "provider_config_key a list": (
        "configuration.root_module.resources.0.provider_config_key",
        [1],
        "root_module.resources[0].provider_config_key of configuration: expected string, found array",
    ),
    "errored a string": ("errored", "yes", "errored: expected boolean, found string"),
    "complete a number": ("complete", 0, "complete: expected boolean, found number"),
    "tags a list": ("*.after.tags", [1], f"tags of {_ORDERS}: expected object, found array"),
    "tags_all a string": ("*.after.tags_all", "x", f"tags_all of {_ORDERS}: expected object, found string"),
    "a tag a number": ("*.after.tags_all", {"Name": 1}, f"tags_all[...] of {_ORDERS}: expected string, found number"),
    "name a number": ("*.after.name", 1, f"name of {_ORDERS}: expected string, found number"),
    "billing_mode a list": ("*.after.billing_mode", ["PROVISIONED"], f"billing_mode of {_ORDERS}: expected string, found array"),
    "hash_key a list": ("*.after.hash_key", [1], f"hash_key of {_ORDERS}: expected string, found array"),
    "read_capacity a string": ("*.after.read_capacity", "abc", f"read_capacity of {_ORDERS}: expected number, found string"),
    "deletion_protection_enabled a string": (
        "*.after.deletion_protection_enabled",
        "false",
        f"deletion_protection_enabled of {_ORDERS}: expected boolean, found string",
    ),
    "encryption enabled as a string": (
        "*.after.server_side_encryption",
        [{"enabled": "false"}],
        f"server_side_encryption[0].enabled of {_ORDERS}: expected boolean, found string",
    ),
    "recovery enabled as a string": (
        "*.after.point_in_time_recovery",
        [{"enabled": "no"}],
        f"point_in_time_recovery[0].enabled of {_ORDERS}: expected boolean, found string",
    ),
    "a block a string": (
        "*.after.server_side_encryption",
        "x",
        f"server_side_encryption of {_ORDERS}: expected object | array, found string",
    ),
    "blocks numbers": ("*.after.attribute", [1], f"attribute[0] of {_ORDERS}: expected object, found number"),
    "the name of an attribute a list": (
        "*.after.attribute",
        [{"name": ["id"], "type": "N"}],
        f"attribute[0].name of {_ORDERS}: expected string, found array",
    ),
    "marks 700 deep": ("*.after_unknown.billing_mode", _NESTED, "NESTED"),
    "sensitive marks 700 deep": ("*.after_sensitive.billing_mode", _NESTED, "NESTED"),
    "a value 700 deep": ("*.after.billing_mode", _NESTED, "NESTED"),
}
_READ_ALARM = "module.dynamodb.aws_cloudwatch_metric_alarm.products_read_throttle"
WRONG_ALARMS = {
    "dimensions a string": ("*.after.dimensions", "x", f"dimensions of {_READ_ALARM}: expected object, found string"),
    "dimensions a list": ("*.after.dimensions", [1], f"dimensions of {_READ_ALARM}: expected object, found array"),
    "threshold a string": ("*.after.threshold", "abc", f"threshold of {_READ_ALARM}: expected number, found string"),
    "period a string": ("*.after.period", "60", f"period of {_READ_ALARM}: expected number, found string"),
    "evaluation_periods a list": ("*.after.evaluation_periods", [1], f"evaluation_periods of {_READ_ALARM}: expected number, found array"),
    "datapoints_to_alarm a string": (
        "*.after.datapoints_to_alarm",
        "x",
        f"datapoints_to_alarm of {_READ_ALARM}: expected number, found string",
    ),
    "namespace true": ("*.after.namespace", True, f"namespace of {_READ_ALARM}: expected string, found boolean"),
    "metric_name a list": ("*.after.metric_name", [1], f"metric_name of {_READ_ALARM}: expected string, found array"),
    "treat_missing_data true": ("*.after.treat_missing_data", True, f"treat_missing_data of {_READ_ALARM}: expected string, found boolean"),
    "alarm_actions a string": ("*.after.alarm_actions", "x", f"alarm_actions of {_READ_ALARM}: expected array, found string"),
    "actions_enabled a string": ("*.after.actions_enabled", "false", f"actions_enabled of {_READ_ALARM}: expected boolean, found string"),
    "metric_query a string": ("*.after.metric_query", "x", f"metric_query of {_READ_ALARM}: expected object | array, found string"),
}


def _wrong_type(message: str) -> str:
    if message == "NESTED":
        return f"given.json nests deeper than 300 levels. {AGAIN}"
    return f"given.json is not a valid plan or state: {message}. {AGAIN}"


@pytest.mark.parametrize(("place", "value", "message"), WRONG_TYPES.values(), ids=WRONG_TYPES)
def test_a_value_of_the_wrong_type_is_refused(place: str, value: Any, message: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "given.json").write_bytes(with_value(place, value))
    done = dyncheck("given.json")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {_wrong_type(message)}\n", 3)


@pytest.mark.parametrize(("place", "value", "message"), WRONG_ALARMS.values(), ids=WRONG_ALARMS)
def test_an_argument_of_an_alarm_of_the_wrong_type_is_refused(
    place: str, value: Any, message: str, dyncheck: Dyncheck, tmp_path: Path
) -> None:
    (tmp_path / "given.json").write_bytes(with_value(place, value, REFERENCE))
    done = dyncheck("given.json")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {_wrong_type(message)}\n", 3)


@pytest.mark.parametrize(
    ("number", "what"),
    [
        pytest.param("1e999999", "Number out of range", id="1e999999"),
        pytest.param("-1e999999", "Number out of range", id="-1e999999"),
        pytest.param("9" * 5000, "Integer value out of range", id="5,000 digits"),
    ],
)
@pytest.mark.parametrize("place", ["in after", "in the configuration", "in an expression"])
def test_a_number_out_of_range_is_refused(place: str, number: str, what: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    old, new = PLACES[place]
    (tmp_path / "given.json").write_bytes(with_text(old, new.replace("%s", number)))
    done = dyncheck("given.json")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {_wrong_type(what)}\n", 3)


ODD: tuple[Any, ...] = (None, True, 1.5, "x", [], {}, [1], [{}], {"a": 1})
EXAMINED = ("resource_changes", "configuration", "format_version", "terraform_version", "errored", "complete", "values")


def _places(node: Any, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield before
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, inner in items:
        yield from _places(inner, (*before, step))


@pytest.mark.parametrize("part", parts(7))
@pytest.mark.parametrize("name", ["inputs/one_table.json", "plans/reference.json", "plans/state.json"])
def test_no_value_crashes_dyncheck(name: str, part: int, tmp_path: Path) -> None:
    data = json.loads((TESTS / name).read_bytes())
    path = tmp_path / "plan.json"
    broken: dict[str, str] = {}
    examined = {part: value for part, value in data.items() if part in EXAMINED}
    # One resource of each type is enough.
    if "resource_changes" in examined:
        examined["resource_changes"] = list({entry["type"]: entry for entry in examined["resource_changes"]}.values())
    if "values" in examined:
        resources = examined["values"]["root_module"]["resources"]
        examined["values"]["root_module"]["resources"] = list({entry["type"]: entry for entry in resources}.values())
    for place in list(_places(examined))[1:][part::7]:
        *outer, last = place
        node: Any = examined
        for step in outer:
            node = node[step]
        kept = node[last]
        for odd in ODD:
            node[last] = odd
            path.write_bytes(json.dumps(examined, separators=(",", ":")).encode())
            try:
                report = package.check(path, allow_empty=True)
                json.loads(to_json(report))
                to_text(report, TextStyle(verbose=True))
            except InputError as error:
                if "bug in dyncheck" in str(error):
                    broken[".".join(map(str, place))] = str(error).splitlines()[-1]
            except Exception as error:  # Whatever it is, the test is to name where.
                broken[".".join(map(str, place))] = repr(error)
        node[last] = kept
    assert [f"{place}: {why}" for place, why in broken.items()] == []


# Paths that are no plain file.


def test_a_missing_file(dyncheck: Dyncheck) -> None:
    done = dyncheck("plan.json")
    message = "dyncheck: plan.json does not exist. Make it with `terraform show -json tfplan > plan.json`.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


@pytest.mark.parametrize("name", ["my plan.json", "$(touch gone).json", "it's.json"])
def test_a_path_in_a_command_is_quoted_for_the_shell(name: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    missing = dyncheck(name)
    assert missing.stderr.decode() == (
        f"dyncheck: {name} does not exist. Make it with `terraform show -json tfplan > {shlex.quote(name)}`.\n"
    )
    (tmp_path / name).write_bytes(BINARY)
    binary = dyncheck(name)
    assert binary.stderr.decode() == (
        f"dyncheck: {name} is a binary plan, which only Terraform can read. "
        f"Run `terraform show -json {shlex.quote(name)} > plan.json` and check plan.json.\n"
    )
    assert (missing.returncode, binary.returncode) == (3, 3)


def test_the_command_does_not_overwrite_what_it_reads(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(BINARY)
    done = dyncheck("plan.json")
    what = "a binary plan, which only Terraform can read. Run `terraform show -json plan.json > shown.json` and check shown.json."
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: plan.json is {what}\n", 3)


def test_an_empty_path(dyncheck: Dyncheck) -> None:
    done = dyncheck("")
    message = "dyncheck: The path is empty. Name a file that `terraform show -json tfplan` wrote.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


@pytest.mark.parametrize("name", [".", "empty", "below/nothing"])
def test_a_directory_without_terraform(name: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / name).mkdir(parents=True, exist_ok=True)
    done = dyncheck(name)
    what = "Name a directory with Terraform files, or the output of `terraform show -json tfplan`."
    message = f"dyncheck: {name} is a directory without Terraform files. {what}\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


def test_a_path_below_a_file(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(ONE_TABLE)
    done = dyncheck("plan.json/plan.json")
    message = "dyncheck: plan.json/plan.json cannot be read: Not a directory. Check the path.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


def test_a_link_to_itself(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "plan.json").symlink_to("plan.json")
    done = dyncheck("plan.json")
    message = "dyncheck: plan.json cannot be read: Too many levels of symbolic links. Check the path.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("is_directory", [False, True], ids=["a file", "a directory"])
def test_a_file_without_read_permission(is_directory: bool, dyncheck: Dyncheck, tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.mkdir() if is_directory else path.write_bytes(ONE_TABLE)
    path.chmod(0)
    done = dyncheck("plan")
    path.chmod(0o700)
    message = "dyncheck: plan cannot be read: Permission denied. Check its permissions.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device(device: str, dyncheck: Dyncheck) -> None:
    done = dyncheck(device)
    message = f"dyncheck: {device} is not a regular file. Save the plan to a file, or pipe it in with `-`.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


def test_a_named_pipe_without_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = subprocess.run([sys.executable, "-m", "dyncheck", "pipe"], cwd=tmp_path, capture_output=True, timeout=10, check=False)
    message = "dyncheck: pipe is not a regular file. Save the plan to a file, or pipe it in with `-`.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


@pytest.mark.parametrize("name", ["my plan.json", "naïve 日本 🙂.json", "-plan.json", "a\nb.json", "a\tb.json", "%s {0} $x `x`.json"])
@pytest.mark.parametrize("format_", ["text", "json"])
def test_any_file_name_is_read(name: str, format_: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(ONE_TABLE)
    done = dyncheck(f"./{name}", "--format", format_)
    assert (done.stderr, done.returncode) == (b"", 1)
    if format_ == "json":
        assert json.loads(done.stdout)["inputs"][0]["path"] == f"./{name}"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file names")
@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_file_name_that_is_not_utf8_is_read(format_: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    name = os.fsdecode(b"plan-\xff.json")
    (tmp_path / name).write_bytes(ONE_TABLE)
    done = dyncheck(name, "--format", format_)
    assert (done.stderr, done.returncode) == (b"", 1)
    if format_ == "json":
        assert json.loads(done.stdout)["inputs"][0]["path"] == "plan-\\udcff.json"
    else:
        assert done.stdout.splitlines()[0] == b"plan-\\udcff.json: plan by Terraform 1.11.4"


# Several inputs.

_BAD = f"dyncheck: bad.json is an empty JSON object, not a plan. {SHOW}\n"


@pytest.mark.parametrize("order", [("bad.json", "good.json"), ("good.json", "bad.json")], ids=["the bad one first", "the bad one last"])
def test_other_inputs_are_checked_despite_a_bad_one(order: tuple[str, str], dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_bytes(b"{}")
    (tmp_path / "good.json").write_bytes(ONE_TABLE)
    alone = dyncheck("good.json").stdout.decode().splitlines()
    both = dyncheck(*order)
    expected = [*alone[:-1], "Exit code 3: not everything could be checked."]
    assert (both.stdout.decode().splitlines(), both.stderr.decode(), both.returncode) == (expected, _BAD, 3)


def test_a_bad_input_is_in_the_json_report(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_bytes(b"{}")
    (tmp_path / "good.json").write_bytes(ONE_TABLE)
    done = dyncheck("bad.json", "good.json", "--format", "json")
    report = json.loads(done.stdout)
    assert [each["path"] for each in report["inputs"]] == ["good.json"]
    assert report["errors"] == [_BAD.removeprefix("dyncheck: ").rstrip()]
    assert (done.stderr.decode(), done.returncode) == (_BAD, 3)


def test_every_bad_input_is_named(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_bytes(b"{}")
    done = dyncheck("bad.json", "missing.json")
    missing = "dyncheck: missing.json does not exist. Make it with `terraform show -json tfplan > missing.json`.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", _BAD + missing, 3)


# Standard streams.

STANDARD_INPUT = {
    "nothing": (b"", f"standard input {EMPTY}"),
    "a binary plan": (BINARY, f"standard input is a binary plan, which only Terraform can read. {SHOW}"),
    "a truncated plan": (ONE_TABLE[:-9], f"standard input is truncated: the JSON has no end. {AGAIN}"),
    "a state file without a table": (STATE, f"standard input {NO_TABLE} It records no applied resource. {ALLOW}"),
}


@pytest.mark.parametrize(("data", "message"), STANDARD_INPUT.values(), ids=STANDARD_INPUT)
def test_standard_input_that_is_not_a_plan(data: bytes, message: str, dyncheck: Dyncheck) -> None:
    done = dyncheck("-", stdin=data)
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {message}\n", 3)


def _shell(command: str, directory: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash in which `dyncheck` is the command line; `exit $code` returns its exit code where other commands follow."""
    wrapped = f'dyncheck() {{ {shlex.quote(sys.executable)} -m dyncheck "$@"; }}\n{command}'
    return subprocess.run(["bash", "-c", wrapped], cwd=directory, capture_output=True, timeout=20, check=False)


@pytest.fixture
def with_plan(tmp_path: Path) -> Path:
    """A directory in which plan.json is a plan with findings."""
    (tmp_path / "plan.json").write_bytes(ONE_TABLE)
    return tmp_path


def test_standard_input_is_closed(with_plan: Path) -> None:
    done = _shell("dyncheck - <&-", with_plan)
    message = "dyncheck: standard input is closed. Name a file, or pipe the plan in.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


@pytest.mark.parametrize("format_", ["text", "json"])
def test_standard_output_is_closed(format_: str, with_plan: Path) -> None:
    done = _shell(f"dyncheck plan.json --format {format_} >&-", with_plan)
    message = "dyncheck: standard output is closed. Write to a file with --output.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 3)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", ["plan.json", "plan.json --format json", "rules", "explain unencrypted-table"])
def test_standard_output_is_full(arguments: str, with_plan: Path) -> None:
    done = _shell(f"dyncheck {arguments} > /dev/full", with_plan)
    message = "dyncheck: standard output cannot be written: No space left on device. Write to a file with --output.\n"
    assert (done.stderr.decode(), done.returncode) == (message, 3)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("redirection", ["2> /dev/full", "2>&-"], ids=["full", "closed"])
def test_standard_error_cannot_be_written(redirection: str, with_plan: Path) -> None:
    assert _shell(f"dyncheck missing.json {redirection}", with_plan).returncode == 3


@pytest.mark.parametrize(
    "arguments",
    ["plan.json", "plan.json --format json", "plan.json -v", "rules", "rules --format json", "explain unencrypted-table", "--help"],
)
def test_the_reader_of_the_output_stops_reading(arguments: str, with_plan: Path) -> None:
    # The reader is gone before the first byte is written.
    done = _shell(f"set -o pipefail; {{ sleep 0.2; dyncheck {arguments}; }} | true", with_plan)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 128 + signal.SIGPIPE)


def test_the_reader_of_the_output_reads_one_line(with_plan: Path) -> None:
    done = _shell("dyncheck plan.json | head -n 1", with_plan)
    assert (done.stdout, done.stderr) == (b"plan.json: plan by Terraform 1.11.4\n", b"")


@pytest.mark.parametrize(
    ("environment", "arguments", "coloured"),
    [
        pytest.param({}, (), False, id="no terminal"),
        pytest.param({"FORCE_COLOR": "1"}, (), True, id="FORCE_COLOR"),
        pytest.param({"NO_COLOR": "1"}, (), False, id="NO_COLOR"),
        pytest.param({"NO_COLOR": "1", "FORCE_COLOR": "1"}, (), False, id="NO_COLOR goes before FORCE_COLOR"),
        pytest.param({"NO_COLOR": "", "FORCE_COLOR": "1"}, (), True, id="an empty NO_COLOR counts for nothing"),
        pytest.param({"NO_COLOR": "1"}, ("--color", "always"), True, id="the option goes before NO_COLOR"),
        pytest.param({"FORCE_COLOR": "1"}, ("--color", "never"), False, id="the option goes before FORCE_COLOR"),
        pytest.param({"FORCE_COLOR": "1"}, ("--format", "json"), False, id="JSON never has colour"),
    ],
)
def test_colour(environment: dict[str, str], arguments: tuple[str, ...], coloured: bool, dyncheck: Dyncheck, with_plan: Path) -> None:
    done = dyncheck("plan.json", *arguments, cwd=with_plan, **environment)
    assert (b"\x1b[" in done.stdout, done.stderr, done.returncode) == (coloured, b"", 1)


def test_json_is_valid_for_any_encoding_of_the_terminal(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "Zoë 🙂.json").write_bytes(ONE_TABLE)
    done = dyncheck("Zoë 🙂.json", "--format", "json", PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout)["inputs"][0]["path"] == "Zoë 🙂.json"


# Where --output goes.


@pytest.mark.parametrize(
    ("place", "why"),
    [
        pytest.param("missing/report.json", "No such file or directory", id="in a directory that does not exist"),
        pytest.param("plan.json/report.json", "Not a directory", id="below a file"),
    ],
)
def test_an_output_that_cannot_be_written(place: str, why: str, dyncheck: Dyncheck, with_plan: Path) -> None:
    done = dyncheck("plan.json", "--output", place, cwd=with_plan)
    message = f"dyncheck: {place} cannot be written: {why}. Choose another file for --output.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 2)
    assert [each.name for each in with_plan.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("how", ["its own name", "another path", "a symbolic link", "a hard link"])
def test_an_input_is_not_an_output(how: str, dyncheck: Dyncheck, with_plan: Path) -> None:
    output = {"its own name": "plan.json", "another path": "./plan.json"}.get(how, "link.json")
    if how == "a symbolic link":
        (with_plan / output).symlink_to("plan.json")
    elif how == "a hard link":
        (with_plan / output).hardlink_to(with_plan / "plan.json")
    done = dyncheck("plan.json", "--output", output, cwd=with_plan)
    message = f"dyncheck: {output} is an input, and dyncheck never overwrites inputs. Choose another file for --output.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", message, 2)
    assert (with_plan / "plan.json").read_bytes() == ONE_TABLE


def test_an_output_that_is_a_link_stays_one(dyncheck: Dyncheck, with_plan: Path) -> None:
    (with_plan / "report.txt").write_text("of yesterday")
    (with_plan / "latest.txt").symlink_to("report.txt")
    done = dyncheck("plan.json", "--output", "latest.txt", cwd=with_plan)
    assert (with_plan / "latest.txt").is_symlink()
    assert (with_plan / "report.txt").read_bytes() == dyncheck("plan.json", cwd=with_plan).stdout
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 1)


def test_an_output_that_is_not_a_regular_file_is_written_and_not_replaced(dyncheck: Dyncheck, with_plan: Path) -> None:
    os.mkfifo(with_plan / "pipe")
    reader = os.open(with_plan / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        done = dyncheck("plan.json", "--output", "pipe", cwd=with_plan)
        assert stat.S_ISFIFO((with_plan / "pipe").stat().st_mode)
        assert os.read(reader, 65536) == dyncheck("plan.json", cwd=with_plan).stdout
    finally:
        os.close(reader)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 1)


# Text from a plan that a terminal or the reader of a CI log would obey.

COMMANDS = {
    "a command of GitHub": "::add-mask::x",
    "a command of GitHub on a line of its own": "x\n::stop-commands::y\n",
    "a command of GitHub after a carriage return": "x\r::add-mask::y",
    "a command of GitHub after a next-line character": "x\u0085::add-mask::y",
    "a command of GitHub after a line separator": "x\u2028::add-mask::y\u2029::add-mask::z",
    "a command of GitHub after blanks": "\n \t\u00a0\u3000::add-mask::x",
    # .NET compares by culture: https://learn.microsoft.com/dotnet/core/extensions/globalization-icu
    "a command of GitHub after characters that .NET passes over": "\n\u00ad\u200b\ufe0f\u034f\U000e0001::add-mask::x",
    "an old command of GitHub": "x ##[add-mask]y",
    "an old command of GitHub with characters that .NET passes over": "x #\u00ad#\u00ad[add-mask]y #\u034f#\ufe0f[group]z",
    "a command of Azure": "x ##vso[task.setvariable variable=PATH]y",
    "a command of TeamCity": "x ##teamcity[setParameter name='env.PATH' value='y']",
    "a fold of GitLab": "\x1b[0Ksection_start:1:x\r\x1b[0K",
    "a window title and a clipboard": "\x1b]0;x\x07\x1b]52;c;eA==\x1b\\\x9b31m",
    "a backspace over what was said": "x\b\b\b\b\b\b\b\x7f",
    "text that runs the other way": "x\u202e\u2066y\u2069\u200f\u061c",
    "a null character": "x\0y",
}


def _obeyed(line: str) -> bool:
    """Whether a CI log's reader takes a line, or a part of it, as a command.

    Source: actions/runner, src/Runner.Common/ActionCommand.cs; microsoft/azure-pipelines-agent, CommandStringConvertor
    """
    seen = "".join(character for character in line if not _is_passed_over(character))
    return seen.lstrip().startswith("::") or "##[" in seen or "##vso[" in seen or "##teamcity[" in seen


def _is_passed_over(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Cc") or character in "\u034f\ufe0f"


def assert_harmless(printed: bytes) -> None:
    """Fails if the text moves a cursor, adds a line end, or contains a command."""
    text = printed.decode()
    assert [hex(ord(each)) for each in text if each != "\n" and unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")] == []
    assert [line for line in text.split("\n") if _obeyed(line)] == []


MAPS = ("dimensions", "tags", "tags_all")


def _hostile_addresses(plan: bytes, command: str) -> bytes:
    """The plan with the command in keys of for_each and in what is not a resource's argument."""
    data = without_values(json.loads(plan))
    key = f"[{json.dumps(command, ensure_ascii=False)}]"
    for entry in data["resource_changes"]:
        entry["index"] = command
        entry["address"] += key
        if "module_address" in entry:
            entry["module_address"] += key
            entry["address"] = entry["module_address"] + entry["address"].removeprefix(entry["module_address"].removesuffix(key))
    data["terraform_version"] += command
    return json.dumps(data).encode()


def _hostile_values(plan: bytes, command: str) -> bytes:
    """The plan with the command in every string of a resource, in every key of a map, and in every reference."""
    data = json.loads(plan)
    for entry in data["resource_changes"]:
        if entry["change"]["after"]:
            entry["change"]["after"] = _spoilt(entry["change"]["after"], command)
        entry["name"] += command
    _spoil_references(data["configuration"], command)
    return json.dumps(data).encode()


def _spoilt(value: Any, command: str) -> Any:
    if isinstance(value, str):
        return value if value in ("AWS/DynamoDB", "PAY_PER_REQUEST") else command + value + command
    if isinstance(value, list):
        return [_spoilt(item, command) for item in value]
    if isinstance(value, dict):
        return {name: _with_key(item, command) if name in MAPS else _spoilt(item, command) for name, item in value.items()}
    return value


def _with_key(value: Any, command: str) -> Any:
    """A map of strings with one more key."""
    return _spoilt(value, command) | {command: command} if isinstance(value, dict) else value


def _spoil_references(node: Any, command: str) -> None:
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        if isinstance(inner, dict) and isinstance(inner.get("references"), list):
            inner["references"] = [f"{text}{command}" for text in inner["references"]]
        _spoil_references(inner, command)


@pytest.mark.parametrize("arguments", [("-v",), ("--format", "json")], ids=["text", "JSON"])
@pytest.mark.parametrize("spoil", [_hostile_addresses, _hostile_values], ids=["in addresses", "in values"])
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("part", parts(4))
def test_nothing_in_a_plan_is_obeyed(
    part: int, command: str, spoil: Any, arguments: tuple[str, ...], dyncheck: Dyncheck, tmp_path: Path
) -> None:
    plans = sorted([*POLICIES.glob("*.plan.json"), *PLANS.glob("change_*.json")])
    # Each command has other plans in its first part, so that every plan is in one.
    first = (part + list(COMMANDS.values()).index(command)) % 4
    for plan in (*plans[first::4], INPUTS / "one_table.json", INPUTS / "errored.json"):
        if b'"resource_changes"' in plan.read_bytes():
            (tmp_path / plan.name).write_bytes(spoil(plan.read_bytes(), command))
    done = dyncheck(*sorted(each.name for each in tmp_path.iterdir()), *arguments)
    assert_harmless(done.stdout)
    assert_harmless(done.stderr)
    assert b"bug in dyncheck" not in done.stderr
    assert done.returncode == 3, "The plan with an error is refused."
    if "json" in arguments:
        addresses = {result["address"] for result in json.loads(done.stdout)["results"]}
        spelt = json.dumps(command, ensure_ascii=False)
        assert any(spelt in address for address in addresses) == (spoil is _hostile_addresses)


IN_ARGUMENTS = {name: command for name, command in COMMANDS.items() if "\0" not in command}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file names")
@pytest.mark.parametrize("command", IN_ARGUMENTS.values(), ids=IN_ARGUMENTS)
def test_nothing_in_a_file_name_is_obeyed(command: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    name = f"{command}.json"
    missing = dyncheck(name)
    (tmp_path / name).write_bytes(ONE_TABLE)
    for done in (missing, dyncheck(name), dyncheck(name, "--format", "json")):
        assert_harmless(done.stdout)
        assert_harmless(done.stderr)
    assert missing.returncode == 3


@pytest.mark.parametrize(
    "arguments",
    [
        "plan.json --no-such-option{}",
        "plan.json --format {}",
        "plan.json --select {}",
        "plan.json --require {}",
        "plan.json --policy {}",
        "plan.json --output missing/{}",
        "explain {}",
        "explain unencrypted-table {}",
    ],
)
def test_nothing_in_an_argument_is_obeyed(arguments: str, dyncheck: Dyncheck, with_plan: Path) -> None:
    hostile = "\n".join(IN_ARGUMENTS.values())
    done = dyncheck(*(argument.format(hostile) for argument in arguments.split()), cwd=with_plan)
    assert_harmless(done.stderr)
    assert (done.stdout, done.returncode) == (b"", 2)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize(
    "how",
    ["the start of a file", "a key that stands twice", "a format version", "the address of what has no actions"],
)
def test_nothing_in_an_error_message_is_obeyed(how: str, command: str, dyncheck: Dyncheck, tmp_path: Path) -> None:
    spelt = json.dumps(command)
    data = {
        "the start of a file": command.encode(),
        "a key that stands twice": with_text('"after":{', f'"after":{{{spelt}:1,{spelt}:2,'),
        "a format version": with_value("format_version", command),
        "the address of what has no actions": with_value("*.actions", 1, with_value("resource_changes.0.address", command)),
    }[how]
    (tmp_path / "plan.json").write_bytes(data)
    done = dyncheck("plan.json")
    assert_harmless(done.stderr)
    assert (done.stdout, done.stderr.count(b"\n"), done.returncode) == (b"", 1, 3)


# What a plan marks as sensitive.

CANARIES = ("canary", "31337", "1880220", "1.88022e+06")


@pytest.mark.parametrize("arguments", [("-v",), ("--format", "json"), ("--require", "products")], ids=" ".join)
def test_no_sensitive_value_of_a_plan_is_printed(arguments: tuple[str, ...], dyncheck: Dyncheck) -> None:
    done = dyncheck(INPUTS / "sensitive.json", *arguments)
    printed = done.stdout.decode() + done.stderr.decode()
    assert [line for line in printed.splitlines() if any(canary in line for canary in CANARIES)] == []
    assert done.returncode == 1


def _at(node: Any, place: tuple[str | int, ...]) -> Any:
    for step in place:
        node = node[step]
    return node


def _mark(marks: Any, place: tuple[str | int, ...], values: Any) -> Any:
    """The marks with one more value marked, in the shape of the values."""
    if not place:
        return True
    step, rest = place[0], place[1:]
    if isinstance(values, list):
        items = marks if isinstance(marks, list) else [{} for _ in values]
        return [_mark(item, rest, values[step]) if number == step else item for number, item in enumerate(items)]
    members = marks if isinstance(marks, dict) else {}
    return members | {step: _mark(members.get(step), rest, values[step])}


@pytest.mark.usefixtures("on_every_rule")
@pytest.mark.parametrize("part", parts(5))
@pytest.mark.parametrize("plan", sorted(POLICIES.glob("*.plan.json")), ids=lambda plan: plan.name.removesuffix(".plan.json"))
def test_no_sensitive_value_is_printed_wherever_it_is(plan: Path, part: int, tmp_path: Path) -> None:
    data = json.loads(plan.read_bytes())
    rule = plan.name.split(".")[0].replace("_", "-")
    path = tmp_path / "plan.json"
    printed: list[str] = []
    numbers = count()
    for entry in data["resource_changes"]:
        change = entry["change"]
        after, marks = change["after"], change["after_sensitive"]
        for place in list(_places(after or {}))[1:]:
            *outer, last = place
            holder = _at(after, tuple(outer))
            kept = holder[last]
            if isinstance(kept, bool) or not isinstance(kept, str | int) or next(numbers) % 5 != part:
                continue
            holder[last] = "canary" if isinstance(kept, str) else 31337
            change["after_sensitive"] = _mark(marks, place, after)
            path.write_bytes(json.dumps(data).encode())
            report = package.check(path, select=[rule], allow_empty=True)
            text = to_text(report, TextStyle(verbose=True)) + to_json(report)
            if "canary" in text or "31337" in text:
                printed.append(f"{entry['address']}: {'.'.join(map(str, place))}")
            holder[last], change["after_sensitive"] = kept, marks
    assert printed == []
