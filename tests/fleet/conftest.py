"""A Dask cluster of separate processes, and a store, for all tests of a fleet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import dask.config
import pytest
from distributed import Client, LocalCluster

from tests.fleet.documents import write_documents
from tests.support.cloud import cloud

BUCKET = "states"


@pytest.fixture(scope="session")
def store() -> Iterator[str]:
    """The address of a store like S3, for this process and all that it starts."""
    before = dict(os.environ)
    with cloud() as address:
        os.environ |= {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        yield address
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def cluster(store: str) -> Iterator[Client]:
    """A cluster of four processes beside this one, in which a batch fails when its process dies."""
    assert store
    settings = {"distributed.scheduler.allowed-failures": 0, "distributed.scheduler.worker-saturation": 1.0}
    with (
        dask.config.set(settings),
        LocalCluster(n_workers=4, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0") as made,  # type: ignore[no-untyped-call]
        Client(made) as client,  # type: ignore[no-untyped-call]
    ):
        yield client


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with 200 documents."""
    return write_documents(tmp_path_factory.mktemp("fleet"), 200)
