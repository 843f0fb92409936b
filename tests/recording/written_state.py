"""Adds to an applied state what moto does not keep: it accepts replicas and forgets them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]'


def add_to_state(state: Path, additions: Mapping[str, Mapping[str, Any]]) -> None:
    """Write arguments into the resources of a state file, by address; a resource that it does not have is added.

    The argument `provider` of an added resource is the alias of its provider configuration. The text `@aws_kms_key.west.arn` stands for
    the attribute of a resource in the state.
    """
    data: dict[str, Any] = json.loads(state.read_text())
    known = {f"{each['type']}.{each['name']}": each for each in data["resources"] if each["mode"] == "managed"}

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [filled(inner) for inner in value]
        if isinstance(value, str) and value.startswith("@"):
            address, _, attribute = value[1:].rpartition(".")
            return known[address]["instances"][0]["attributes"][attribute]
        return value

    for address, arguments in additions.items():
        if address in known:
            known[address]["instances"][0]["attributes"].update(filled(arguments))
        else:
            data["resources"].append(_resource(address, filled(arguments)))
    state.write_text(json.dumps(data))


def _resource(address: str, arguments: dict[str, Any]) -> dict[str, Any]:
    kind, _, name = address.partition(".")
    alias = arguments.pop("provider", "")
    return {
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider": f"{_PROVIDER}.{alias}" if alias else _PROVIDER,
        "instances": [{"schema_version": 0, "attributes": arguments, "sensitive_attributes": []}],
    }
