"""Sends a data model to an emulator of DynamoDB, as AWS's own tool does: its tables, its items and its commands."""

from __future__ import annotations

import json
import shlex
from typing import Any

from tests.support.emulator import Emulator

# The arguments of the API that are no texts.
_FLAGS = {"consistent-read": ("ConsistentRead", True), "no-scan-index-forward": ("ScanIndexForward", False)}


def refusals(model: dict[str, Any], engine: Emulator) -> list[str | int]:
    """What the engine refuses: `table` and `item` for any of them, and the positions of access patterns."""
    found: dict[str | int, None] = {}
    for table in model["tables"]:
        # Not an argument of the request.
        request = {key: value for key, value in table.items() if key != "TimeToLiveSpecification"}
        if engine.call("CreateTable", request).error:
            found["table"] = None
    if found:
        return list(found)
    for name, writes in model["items"].items():
        if engine.call("BatchWriteItem", {"RequestItems": {name: writes}}).error:
            found["item"] = None
    for position, pattern in enumerate(model["access_patterns"]):
        if "implementation" in pattern and engine.call(*request_of(pattern["implementation"])).error:
            found[position] = None
    return list(found)


def request_of(command: str) -> tuple[str, dict[str, Any]]:
    """The operation and the request of a command of the AWS CLI."""
    _, _, operation, *words = shlex.split(command)
    request: dict[str, Any] = {}
    while words:
        option = words.pop(0).removeprefix("--")
        if option in _FLAGS:
            name, flag = _FLAGS[option]
            request[name] = flag
        else:
            text = words.pop(0)
            request[_camel(option)] = json.loads(text) if text[0] in "{[" or option == "limit" else text
    return _camel(operation), request


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))
