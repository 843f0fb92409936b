"""Adds to an applied state what moto does not keep: it accepts replicas and forgets them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]'


def add_to_state(state: Path, additions: Mapping[str, Mapping[str, Any]]) -> None:
    """Write arguments into the resources of a state file, by address; a resource that it does not have is added.

    The argument `provider` of an added resource is the alias of its provider configuration.
    """
    data: dict[str, Any] = json.loads(state.read_text())
    known = {f"{each['type']}.{each['name']}": each for each in data["resources"] if each["mode"] == "managed"}
    for address, arguments in additions.items():
        if address in known:
            known[address]["instances"][0]["attributes"].update(arguments)
        else:
            data["resources"].append(_resource(address, dict(arguments)))
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
