"""Records what a provider's schema says of the resource types that dyncheck reads: `python -m tests.recording.record_schemas 6`.

The argument is the major version; `terraform init` finds the provider. The file has the result of `terraform providers schema -json`
without descriptions, one resource type a line.
"""

# ruff: noqa: T201

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT, TESTS
from tests.support.terraform import Root, TerraformError, installed

# A type that starts with one of these is recorded.
_STARTS = (
    "aws_appautoscaling_",
    "aws_chatbot_",
    "aws_cloudwatch_alarm_mute_rule",
    "aws_cloudwatch_composite_alarm",
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_cloudwatch_metric_alarm",
    "aws_dynamodb_",
    "aws_kms_alias",
    "aws_kms_external_key",
    "aws_kms_key",
    "aws_kms_replica_",
    "aws_sns_topic",
)

_KEPT_OF_ARGUMENTS = ("type", "required", "optional", "computed")


def file(version: int) -> Path:
    """The record of a major version."""
    return TESTS / "readers" / f"provider_{version}_schema.json"


def read(version: int) -> Mapping[str, Any]:
    """The recorded body of each resource type: `attributes`, and `block_types` with their own bodies."""
    found: Mapping[str, Any] = json.loads(file(version).read_text())
    return found


def main(version: int) -> None:
    """Record the schema of the provider of that major version."""
    with tempfile.TemporaryDirectory() as directory:
        schemas = json.loads(Root(installed(Path(directory), version)).run("providers", "schema", "-json"))["provider_schemas"]
    (provider,) = schemas.values()
    bodies = {name: _body(each["block"]) for name, each in sorted(provider["resource_schemas"].items()) if name.startswith(_STARTS)}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(body, sort_keys=True)}" for name, body in bodies.items())
    file(version).write_text(f"{{\n{lines}\n}}\n")
    print(f"wrote {file(version).relative_to(ROOT)}")


def _body(block: dict[str, Any]) -> dict[str, Any]:
    arguments = block.get("attributes", {})
    return {
        "attributes": {name: {key: each[key] for key in _KEPT_OF_ARGUMENTS if key in each} for name, each in arguments.items()},
        "block_types": {name: _nested(each) for name, each in block.get("block_types", {}).items()},
    }


def _nested(block: dict[str, Any]) -> dict[str, Any]:
    limits: dict[str, Any] = {key: block[key] for key in ("min_items", "max_items") if key in block}
    return {"nesting_mode": block["nesting_mode"], **limits, **_body(block["block"])}


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except TerraformError as error:
        sys.exit(str(error))
