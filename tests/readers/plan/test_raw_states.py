"""State files are read as `terraform show -json` shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dyncheck.errors import InputError
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.reading import Reading
from dyncheck.readers.source import Source
from tests.support.terraform import Root

STATES = Path(__file__).parent / "states"
# Applied to moto by Terraform 1.11, and the same as an older Terraform and provider wrote it, with a tainted and a deposed object.
VERSIONS = ("version_0_13", "version_1_11")

# Each key of an instance, and how addresses have it.
KEYS = {
    "a.b": '"a.b"',
    'x"y\\': '"x\\"y\\\\"',
    "${a} %{b} $${": '"$${a} %%{b} $$${"',
    "<&'>": '"<&\'>"',
    "1\n2\r3\t": '"1\\n2\\r3\\t"',
    "é\U0001f600": '"é\U0001f600"',
    "\x01\x7f\u2028\xa0": '"\\u0001\\u007f\\u2028\\u00a0"',
}


def raw(version: str = "version_1_11") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((STATES / f"{version}.raw.json").read_bytes())
    return found


def reading(state: dict[str, Any]) -> Reading:
    return read_document(Source("terraform.tfstate", json.dumps(state).encode()))


def shown(found: Reading) -> list[tuple[Any, ...]]:
    """All that a reading has, without the marks of values that are not sensitive."""
    resources = (*found.resources, *found.data())
    return [(each.address, each.type, each.name, each.module, each.exists, *_values(each.body)) for each in resources] + [
        (found.kind, found.producer, found.not_checked)
    ]


def _values(body: Any) -> tuple[Any, Any]:
    return body._values, _true(body._sensitive)


def _true(marks: Any) -> Any:
    if isinstance(marks, dict):
        return {name: kept for name, inner in marks.items() if (kept := _true(inner))}
    return [_true(inner) for inner in marks] if isinstance(marks, list) and any(map(_true, marks)) else marks is True


@pytest.mark.parametrize("version", VERSIONS)
def test_a_state_file_has_the_resources_that_terraform_shows_of_it(version: str) -> None:
    read, expected = (
        read_document(Source("terraform.tfstate", (STATES / f"{version}.{kind}.json").read_bytes())) for kind in ("raw", "shown")
    )
    found = shown(read)
    if version == "version_0_13":
        # Terraform adds the arguments that its provider has, without a value.
        assert [(*row[:5], {name: row[5].get(name) for name in there[5]}, row[6]) for row, there in _pairs(found, shown(expected))] == [
            *shown(expected)[:-1]
        ]
    else:
        assert found == shown(expected)
    assert found[-1] == shown(expected)[-1]


def _pairs(found: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]) -> zip[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    return zip(found[:-1], expected[:-1], strict=True)


@pytest.mark.terraform
@pytest.mark.parametrize("version", VERSIONS)
def test_the_recorded_states_are_shown_as_recorded(version: str, ready: Path) -> None:
    made = Root(ready).run("show", "-json", str(STATES / f"{version}.raw.json"))
    assert json.loads(made) == json.loads((STATES / f"{version}.shown.json").read_bytes())


def of_keys() -> dict[str, Any]:
    state = raw()
    (topic,) = (each for each in state["resources"] if each["type"] == "aws_sns_topic")
    topic["instances"] = [topic["instances"][0] | {"index_key": key} for key in (*KEYS, 7)]
    return state | {"resources": [topic]}


def test_keys_of_instances_are_in_the_addresses_as_terraform_writes_them() -> None:
    found = [each.address for each in reading(of_keys()).resources]
    assert found == [f"aws_sns_topic.t[{key}]" for key in (*KEYS.values(), 7)]


@pytest.mark.terraform
def test_terraform_writes_the_keys_in_this_way(ready: Path, tmp_path: Path) -> None:
    # Terraform takes keys of one kind only.
    state = of_keys()
    state["resources"][0]["instances"].pop()
    (tmp_path / "state.json").write_text(json.dumps(state))
    made = json.loads(Root(ready).run("show", "-json", str(tmp_path / "state.json")))
    found = {each["address"] for each in made["values"]["root_module"]["resources"]}
    assert found == {f"aws_sns_topic.t[{key}]" for key in KEYS.values()}


@pytest.mark.parametrize(
    ("written", "is_read"),
    [
        ('provider["registry.terraform.io/hashicorp/aws"].west', True),
        ('module.m["a.provider[b]"].provider["registry.opentofu.org/hashicorp/aws"]', True),
        ('provider["registry.opentofu.org/hashicorp/aws"].by_region["eu-west-1"]', True),
        ("provider.aws.west", True),
        ("module.m.provider.aws", True),
        ('provider["example.com/acme/aws"]', False),
        ("provider.acme", False),
    ],
)
def test_the_provider_decides_whether_a_resource_is_read(written: str, is_read: bool) -> None:
    state = raw()
    (table,) = (each for each in state["resources"] if each["name"] == "plain")
    table["provider"] = written
    assert len(reading(state | {"resources": [table]}).resources) == is_read


@pytest.mark.parametrize(
    ("path", "is_sensitive"),
    [
        ([{"type": "get_attr", "value": "name"}], True),
        ([{"type": "get_attr", "value": "name"}, {"type": "index", "value": {"value": 0, "type": "number"}}], True),
        # A form that no Terraform writes today conceals all of the resource.
        ([{"type": "step", "value": 5}], True),
        ([], True),
        ([{"type": "get_attr", "value": "tags"}, {"type": "index", "value": {"value": "Name", "type": "string"}}], False),
    ],
)
def test_sensitive_values_are_marked(path: list[Any], is_sensitive: bool) -> None:
    state = raw()
    (table,) = (each for each in state["resources"] if each["name"] == "plain")
    table["instances"][0]["sensitive_attributes"] = [path]
    (found,) = reading(state | {"resources": [table]}).resources
    assert str(found.body.text("name")) == ("(sensitive)" if is_sensitive else "plain")


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"version": 4, "lineage": "x", "resources": []}, "is an empty state: nothing has been applied. Check the plan instead."),
        (
            {"version": 3, "lineage": "x", "modules": []},
            "is a state file of version 3; dyncheck reads version 4, which Terraform writes from 0.12 on. Apply it with a newer Terraform.",
        ),
        (
            {"version": 3, "lineage": "x", "backend": {"type": "s3"}},
            "is the record of a working directory's backend, not a state. Get the state with `terraform state pull`.",
        ),
        (
            {
                "version": 4,
                "resources": [
                    {
                        "mode": "managed",
                        "type": "aws_dynamodb_table",
                        "name": "t",
                        "provider": "provider.aws",
                        "instances": [{"attributes_flat": {}}],
                    }
                ],
            },
            "has aws_dynamodb_table.t as Terraform 0.11 wrote it. Apply the state with a newer Terraform, which writes it as JSON.",
        ),
        (
            {"version": 4, "resources": [{"mode": "managed", "type": "aws_dynamodb_table", "name": "t", "instances": {}}]},
            "is not a valid plan or state: instances of a resource: expected array, found object. "
            "Write it again with `terraform state pull`.",
        ),
    ],
)
def test_other_state_files_are_refused(state: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as error:
        reading(state)
    assert str(error.value) == f"terraform.tfstate {message}"
