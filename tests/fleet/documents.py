"""Any number of documents for a fleet, none of them a copy of another: plans, states, state files and captures of small deployments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.paths import INPUTS, PLANS, TESTS

ENVIRONMENTS = ("dev", "test", "stage", "prod")
REGIONS = ("us-east-1", "eu-west-1", "eu-central-1")

_RAW = TESTS / "readers" / "plan" / "states" / "version_1_11.raw.json"
_DESCRIPTION: dict[str, Any] = {
    "Table": {
        "TableName": "orders",
        "TableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "TableStatus": "ACTIVE",
    }
}


def write_documents(directory: Path, number: int) -> Path:
    """Write documents of five kinds, each with names, an account, a region and defects of its own."""
    directory.mkdir(parents=True, exist_ok=True)
    models = [
        (PLANS / "reference.json").read_text(),
        (PLANS / "state.json").read_text(),
        _RAW.read_text(),
        json.dumps(_DESCRIPTION),
        (INPUTS / "one_table.json").read_text(),
    ]
    for each in range(number):
        kind = each % len(models)
        name = "terraform.tfstate" if kind == 2 else "document.json"
        path = directory / f"{100_000_000_000 + each % 17}" / ENVIRONMENTS[each % 4] / f"service{each:05d}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_made(models[kind], each))
    return directory


def write_reference_plans(directory: Path, number: int) -> Path:
    """Write variants of the reference plan."""
    directory.mkdir(parents=True, exist_ok=True)
    model = (PLANS / "reference.json").read_text()
    for each in range(number):
        (directory / f"plan{each:05d}.json").write_text(_made(model, each))
    return directory


def _made(model: str, number: int) -> str:
    """A variant of a document, with an account, a region, names and defects of its own."""
    text = model.replace("123456789012", str(100_000_000_000 + number % 17)).replace("us-east-1", REGIONS[number % 3])
    text = text.replace('"dev-', f'"{ENVIRONMENTS[number % 4]}-').replace("table/dev-", f"table/{ENVIRONMENTS[number % 4]}-")
    if number % 3 == 1:
        text = text.replace('"point_in_time_recovery":[{"enabled":true', '"point_in_time_recovery":[{"enabled":false')
    if number % 7 == 2:
        text = text.replace('"server_side_encryption":[{"enabled":true', '"server_side_encryption":[{"enabled":false')
    # No reader asks for it, so no two documents have the same bytes.
    return text.replace("{", f'{{"document":{number},', 1)
