"""A local cloud for the tests of this directory, and the command line with its address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.conftest import Dyncheck
from tests.support.cloud import cloud, reset

# What boto3 finds, whatever the machine of the tests has.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
    # moto does not know all calls. Nobody has to wait for what it answers.
    "AWS_MAX_ATTEMPTS": "1",
}
_UNWANTED = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a moto server for all tests of a process."""
    with cloud() as address:
        yield address


@pytest.fixture
def moto(server: str) -> str:
    """The address of a moto server that has nothing."""
    reset(server)
    return server


@pytest.fixture
def live(dyncheck: Dyncheck, monkeypatch: pytest.MonkeyPatch) -> Dyncheck:
    """Run the command line with an endpoint: `live(address, "capture")`."""
    for name in _UNWANTED:
        monkeypatch.delenv(name, raising=False)

    def run(address: str, *arguments: Any, **environment: str) -> Any:
        return dyncheck(*arguments, **CREDENTIALS | {"AWS_ENDPOINT_URL": address} | environment)

    return run


def client(address: str, service: str = "dynamodb", region: str = "us-east-1") -> Any:
    """A client of boto3 for a local cloud."""
    return boto3.client(service, region, endpoint_url=address, aws_access_key_id="test", aws_secret_access_key="test")


def create_table(address: str, name: str, region: str = "us-east-1", **fields: Any) -> None:
    """Create a table on demand with the key `id`."""
    kind = fields.pop("type", "S")
    client(address, region=region).create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": kind}],
        BillingMode="PAY_PER_REQUEST",
        **fields,
    )
