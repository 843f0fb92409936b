"""Pairs of provider configurations: whether what they manage is in one account and region, on a plan and on Terraform files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dyncheck.dynamodb.place import same_place
from dyncheck.dynamodb.types import ALARM, TABLE
from dyncheck.model import Resource
from dyncheck.readers.hcl.configuration.inputs import Settings
from dyncheck.readers.hcl.configuration.library import Modules
from dyncheck.readers.hcl.reader import read_root
from dyncheck.readers.plan.documents import read_document
from dyncheck.readers.reading import of_input
from dyncheck.readers.source import Source
from tests.dynamodb.reading import inventory_of, outcome

UNKNOWN = "unknown: provider differs: aws.one and aws.other may use different regions or accounts"
VARIABLES = 'variable "a" {}\n\nvariable "b" {}\n\nvariable "dev" {\n  default = "dev"\n}\n'


class Written(NamedTuple):
    """An expression: its HCL, and what a plan has of it."""

    hcl: str
    plan: dict[str, Any]


def variable(name: str) -> Written:
    """A variable of the root module."""
    return Written(f"var.{name}", {"references": [f"var.{name}"]})


DEV, PROD = (Written(f'format("%s", "{name}")', {}) for name in ("dev", "prod"))
PREFIXED = Written('"x-${var.a}"', {"references": ["var.a"]})
ROLE, ROLE_IN_ANOTHER = (f"arn:aws:iam::{account}:role/deploy" for account in ("111111111111", "222222222222"))
LOCAL = {"endpoints": [{"dynamodb": "http://localhost:4566", "cloudwatch": "http://localhost:4566"}]}


def role(arn: Any) -> dict[str, Any]:
    """The arguments that assume a role."""
    return {"assume_role": [{"role_arn": arn, "session_name": "ci"}]}


# The settings of both, and the answer: on files, and on the plan where it is another one.
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any], bool | str, bool | str | None]] = {
    "nothing": ({}, {}, True, None),
    "one region": ({"region": "us-east-1"}, {"region": "us-east-1"}, True, None),
    "two regions": ({"region": "us-east-1"}, {"region": "eu-west-1"}, False, None),
    "no region in one": ({"region": "us-east-1"}, {}, UNKNOWN, None),
    "an empty region": ({"region": ""}, {}, True, None),
    "one profile": ({"profile": "dev"}, {"profile": "dev"}, True, None),
    "two profiles": ({"profile": "dev"}, {"profile": "prod"}, UNKNOWN, None),
    "two profiles, computed": ({"profile": DEV}, {"profile": PROD}, UNKNOWN, None),
    "two regions and two profiles": ({"region": "a", "profile": DEV}, {"region": "b", "profile": PROD}, False, None),
    "one profile, computed": ({"profile": DEV}, {"profile": DEV}, True, UNKNOWN),
    "one profile, as a variable with a value": ({"profile": variable("dev")}, {"profile": "dev"}, True, UNKNOWN),
    "one variable": ({"profile": variable("a")}, {"profile": variable("a")}, True, UNKNOWN),
    "two variables": ({"profile": variable("a")}, {"profile": variable("b")}, UNKNOWN, None),
    "a variable and a text with it": ({"profile": variable("a")}, {"profile": PREFIXED}, UNKNOWN, None),
    "one region, as a variable": ({"region": variable("a")}, {"region": variable("a")}, True, UNKNOWN),
    "two regions, as variables": ({"region": variable("a")}, {"region": variable("b")}, UNKNOWN, None),
    "one key by a variable": ({"access_key": variable("a")}, {"access_key": variable("a")}, True, UNKNOWN),
    "two keys": ({"access_key": "x", "secret_key": "y"}, {"access_key": "z", "secret_key": "y"}, UNKNOWN, None),
    "a profile and none": ({"profile": "dev"}, {}, UNKNOWN, None),
    "settings without an effect": ({"max_retries": 5, "skip_metadata_api_check": True}, {}, True, None),
    "default tags": ({"default_tags": [{"tags": {"Team": "shop"}}]}, {}, True, None),
    "one role": (role(ROLE), role(ROLE), True, None),
    "two roles": (role(ROLE), role(ROLE_IN_ANOTHER), False, None),
    "two roles of one account": ({"region": "a", **role(ROLE)}, {"region": "a", **role(f"{ROLE}-ci")}, True, None),
    "two profiles that assume one role": (
        {"region": "a", "profile": DEV, **role(ROLE)},
        {"region": "a", "profile": PROD, **role(ROLE)},
        True,
        None,
    ),
    "a role and none": (role(ROLE), {}, UNKNOWN, None),
    "a role of a variable": (role(variable("a")), role(variable("b")), UNKNOWN, None),
    "one role of a variable": (role(variable("a")), role(variable("a")), True, UNKNOWN),
    "a role that is empty": (role(""), {}, UNKNOWN, None),
    "a role that is no ARN": ({"region": "a", **role("deploy")}, {"region": "a", **role(ROLE)}, UNKNOWN, None),
    "two roles by web identity": (
        {"assume_role_with_web_identity": [{"role_arn": ROLE}]},
        {"assume_role_with_web_identity": [{"role_arn": ROLE_IN_ANOTHER}]},
        False,
        None,
    ),
    "a role after a role": (
        {"assume_role_with_web_identity": [{"role_arn": ROLE}], **role(ROLE_IN_ANOTHER)},
        {"assume_role_with_web_identity": [{"role_arn": ROLE}]},
        False,
        None,
    ),
    "two allowed accounts": ({"allowed_account_ids": ["1"]}, {"allowed_account_ids": ["2"]}, False, None),
    "one allowed account": (
        {"region": "a", "profile": DEV, "allowed_account_ids": ["1"]},
        {"region": "a", "profile": PROD, "allowed_account_ids": ["1"]},
        True,
        None,
    ),
    "several allowed accounts": (
        {"profile": "dev", "allowed_account_ids": ["1", "2"]},
        {"profile": "prod", "allowed_account_ids": ["1", "2"]},
        UNKNOWN,
        None,
    ),
    "allowed accounts that nobody asks for": (
        {"profile": "dev", "allowed_account_ids": ["1"], "skip_requesting_account_id": True},
        {"profile": "prod", "allowed_account_ids": ["2"], "skip_requesting_account_id": True},
        UNKNOWN,
        None,
    ),
    "other endpoints": (LOCAL, {}, UNKNOWN, None),
    "the same endpoints": (LOCAL, LOCAL, True, None),
    "endpoints and a role": ({"region": "a", **LOCAL, **role(ROLE)}, {"region": "a", **role(ROLE)}, UNKNOWN, None),
    "two shared configurations": ({"shared_config_files": ["a"]}, {"shared_config_files": ["b"]}, UNKNOWN, None),
    "one shared configuration": ({"shared_config_files": ["a"]}, {"shared_config_files": ["a"]}, True, None),
}


def hcl_of(alias: str, settings: dict[str, Any]) -> str:
    """A provider block."""
    lines = [f'provider "aws" {{\n  alias = "{alias}"']
    for name, value in settings.items():
        if isinstance(value, list) and isinstance(value[0], dict):
            lines += [f"  {name} {{\n" + "".join(f"    {key} = {_hcl(inner)}\n" for key, inner in value[0].items()) + "  }"]
        else:
            lines.append(f"  {name} = {_hcl(value)}")
    return "\n".join([*lines, "}\n"])


def _hcl(value: Any) -> str:
    return value.hcl if isinstance(value, Written) else json.dumps(value)


def _expression(value: Any) -> Any:
    if isinstance(value, Written):
        return value.plan
    if isinstance(value, list) and isinstance(value[0], dict):
        return [{name: _expression(inner) for name, inner in value[0].items()}]
    return {"constant_value": value}


RESOURCES = (
    f'resource "{TABLE}" "t" {{\n  provider = %s\n  name = "t"\n}}\n\nresource "{ALARM}" "t" {{\n  provider = %s\n  alarm_name = "t"\n}}\n'
)


def read_files(text: str) -> list[Resource]:
    """The table and the alarm of a configuration."""
    return list(inventory_of(f"{VARIABLES}\n{text}").resources)


def read_plan(configurations: dict[str, dict[str, Any]], keys: tuple[str, str]) -> list[Resource]:
    """The table and the alarm of a plan with these provider configurations, which they use by these keys."""
    addresses = (TABLE, "t", {"name": "t"}), (ALARM, "t", {"alarm_name": "t"})
    plan = {
        "format_version": "1.2",
        "resource_changes": [
            {
                "address": f"{kind}.{name}",
                "mode": "managed",
                "type": kind,
                "name": name,
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {"actions": ["create"], "before": None, "after": after, "after_unknown": {}},
            }
            for kind, name, after in addresses
        ],
        "configuration": {
            "provider_config": {key: {"name": "aws", "expressions": expressions} for key, expressions in configurations.items()},
            "root_module": {
                "resources": [
                    {"mode": "managed", "type": kind, "name": name, "provider_config_key": key}
                    for (kind, name, _), key in zip(addresses, keys, strict=True)
                ]
            },
        },
    }
    return list(read_document(Source("plan.json", json.dumps(plan).encode())).resources)


@pytest.mark.parametrize("pair", PAIRS)
def test_two_provider_configurations(pair: str) -> None:
    one, other, on_files, on_plan = PAIRS[pair]
    table, alarm = read_files(f"{hcl_of('one', one)}\n{hcl_of('other', other)}\n" + RESOURCES % ("aws.one", "aws.other"))
    expressions = {
        f"aws.{alias}": {name: _expression(value) for name, value in settings.items()}
        for alias, settings in (("one", one), ("other", other))
    }
    planned_table, planned_alarm = read_plan(expressions, ("aws.one", "aws.other"))
    found = outcome(lambda: same_place(table, alarm)), outcome(lambda: same_place(planned_table, planned_alarm))
    assert found == (on_files, on_files if on_plan is None else on_plan)


def test_a_block_of_a_provider_that_a_dynamic_block_makes_cannot_be_compared() -> None:
    dynamic = 'provider "aws" {\n  alias = "%s"\n  dynamic "assume_role" {\n    for_each = ["%s"]\n    content {}\n  }\n}\n'
    table, alarm = read_files(dynamic % ("one", "a") + dynamic % ("other", "b") + RESOURCES % ("aws.one", "aws.other"))
    assert outcome(lambda: same_place(table, alarm)) == UNKNOWN


@pytest.mark.parametrize(
    ("table_key", "alarm_key", "expected"),
    [
        ('aws.by["us-east-1"]', 'aws.by["us-east-1"]', True),
        ('aws.by["us-east-1"]', 'aws.by["eu-west-1"]', False),
        ('aws.by["us-east-1"]', "aws.by[local.home]", True),
        ('aws.by["us-east-1"]', "aws.east", True),
        ('aws.by["eu-west-1"]', "aws.east", False),
        (
            'aws.by["eu-west-1"]',
            "aws.by[var.a]",
            'unknown: provider differs: aws.by["eu-west-1"] and aws.by may use different regions or accounts',
        ),
        (
            "aws.by[var.a]",
            "aws.by[var.a]",
            "unknown: provider is aws.by, which has for_each, and the input does not show which instance of it is used",
        ),
    ],
)
def test_the_instances_of_a_provider_configuration(table_key: str, alarm_key: str, expected: bool | str) -> None:
    providers = (
        'locals {\n  home = "us-east-1"\n}\n\nprovider "aws" {\n  alias = "by"\n  for_each = toset(["us-east-1", "eu-west-1"])\n'
        '  region = each.value\n}\n\nprovider "aws" {\n  alias = "east"\n  region = "us-east-1"\n}\n'
    )
    table, alarm = read_files(f"{providers}\n" + RESOURCES % (table_key, alarm_key))
    assert outcome(lambda: same_place(table, alarm)) == expected


def test_a_plan_does_not_show_the_instance_of_a_provider_configuration() -> None:
    by_region = {"aws.by": {"region": {"references": ["each.value"]}}}
    table, alarm = read_plan(by_region, ("aws.by", "aws.by"))
    expected = "unknown: provider is aws.by, which has for_each, and the input does not show which instance of it is used"
    assert outcome(lambda: same_place(table, alarm)) == expected


def test_a_variable_of_another_root_module_may_have_another_value() -> None:
    text = hcl_of("one", {"profile": variable("a")}) + RESOURCES % ("aws.one", "aws.one")
    table, _ = _of_input("first", text)
    _, alarm = _of_input("second", text)
    assert outcome(lambda: same_place(table, alarm)) == (
        "unknown: provider differs: first: aws.one and second: aws.one may use different regions or accounts"
    )


def test_constant_settings_are_the_same_in_another_root_module() -> None:
    text = hcl_of("one", {"profile": "dev", "region": "us-east-1"}) + RESOURCES % ("aws.one", "aws.one")
    table, _ = _of_input("first", text)
    _, alarm = _of_input("second", text)
    assert same_place(table, alarm)


def _of_input(path: str, text: str) -> tuple[Resource, ...]:
    from dyncheck.readers.reading import Reading

    return of_input(Reading("hcl", "", tuple(read_files(text))), path).resources


@pytest.mark.parametrize(
    "arguments", [{"assume_role": "x"}, {"assume_role": [1]}, {"assume_role": {"references": 5}}, {"region": [1]}, {"endpoints": 1}]
)
def test_a_malformed_provider_configuration_of_a_plan_is_read(arguments: Any) -> None:
    table, alarm = read_plan({"aws.one": arguments, "aws.other": {}}, ("aws.one", "aws.other"))
    assert outcome(lambda: same_place(table, alarm)) in (UNKNOWN, True)


def test_each_instance_of_a_module_gets_its_instance_of_a_provider_configuration(tmp_path: Path) -> None:
    regions = 'for_each = toset(["us-east-1", "eu-west-1"])'
    providers = (
        f'provider "aws" {{\n  alias = "by"\n  {regions}\n  region = each.value\n}}\n\n'
        f'module "m" {{\n  source = "./m"\n  {regions}\n  providers = {{\n    aws = aws.by[each.key]\n  }}\n}}\n\n'
    )
    alarm = f'resource "{ALARM}" "a" {{\n  provider = aws.by["us-east-1"]\n  alarm_name = "a"\n}}\n'
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(f'resource "{TABLE}" "t" {{\n  name = "t"\n}}\n')
    (tmp_path / "main.tf").write_text(providers + alarm)
    found = {each.address: each for each in _read_directory(tmp_path)}
    watched = {address: same_place(found[f"{ALARM}.a"], each) for address, each in found.items() if each.type == TABLE}
    assert watched == {f'module.m["eu-west-1"].{TABLE}.t': False, f'module.m["us-east-1"].{TABLE}.t': True}


def test_the_instance_of_a_provider_configuration_in_json(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        "provider": {"aws": {"alias": "by", "for_each": '${toset(["us-east-1", "eu-west-1"])}', "region": "${each.value}"}},
        "resource": {
            TABLE: {"t": {"provider": 'aws.by["us-east-1"]', "name": "t"}},
            ALARM: {"t": {"provider": 'aws.by["eu-west-1"]', "alarm_name": "t"}},
        },
    }
    (tmp_path / "main.tf.json").write_text(json.dumps(files))
    one, other = _read_directory(tmp_path)
    assert same_place(one, other) is False


def _read_directory(directory: Path) -> tuple[Resource, ...]:
    modules = Modules()
    modules.trees.add(str(directory))
    return read_root(str(directory), str(directory), modules, Settings()).resources
