"""Many documents in one run: in several processes, from stores, with what fails, and again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeAlias

import boto3
import pyarrow
import pytest
from distributed import Client
from msgspec.structs import replace

from dyncheck.catalog.own_rules import own_rules
from dyncheck.checking.run import run as check
from dyncheck.checking.settings import Settings
from dyncheck.findings import Result, Status
from dyncheck.fleet.batches import batches
from dyncheck.fleet.cluster import local
from dyncheck.fleet.earlier import Earlier
from dyncheck.fleet.order import order_of
from dyncheck.fleet.progress import FleetProgress
from dyncheck.fleet.rows import COLUMNS, as_rows, read_rows
from dyncheck.fleet.run import PARTIAL, Fleet, Tally, run
from dyncheck.fleet.sources import documents as found_at
from tests.conftest import Dyncheck
from tests.fleet.conftest import BUCKET
from tests.fleet.documents import write_documents
from tests.support.paths import INPUTS
from tests.support.samples import THOROUGH

Results: TypeAlias = "Counter[tuple[Any, ...]]"

PLAIN = Settings()
NOW = datetime(2026, 12, 1, 6, tzinfo=timezone.utc)
_POISON = '''"""A table of this name is poison.

Why: It ends the process.

Fix: Rename it.
"""

import os

from dyncheck.dynamodb import Table
from dyncheck.rule import Problems, error, rule

from ._names import POISON


@rule(Table, severity=error)
def check(table: Table) -> Problems:
    if table.has_name_of(POISON):
        os.kill(os.getpid(), 9)
    yield from ()
'''


def checked(
    sources: list[str],
    output: Path,
    cluster: AbstractContextManager[Client],
    settings: Settings = PLAIN,
    since: tuple[Path, ...] = (),
    progress: FleetProgress | None = None,
    now: datetime = NOW,
) -> Tally:
    """A run on sources, as the command makes it."""
    order = order_of(settings, "run", now)
    found, missing = found_at(sources)
    fleet = Fleet(order, found, missing, Earlier([str(path) for path in since], order))
    return run(fleet, str(output), lambda: cluster, progress or FleetProgress(len(found), is_shown=False))


def ordered(path: Path) -> pyarrow.Table:
    """The rows of a file in an order that does not depend on the processes."""
    table = read_rows(str(path))
    plain = table.cast(
        pyarrow.schema([(name, pyarrow.string() if pyarrow.types.is_dictionary(kind) else kind) for name, kind, _ in COLUMNS])
    )
    return plain.sort_by([(name, "ascending") for name in ("document", "address", "rule", "attribute", "message", "fingerprint")])


def singly(directory: Path) -> Results:
    """The results of a run on each document of a directory by itself."""
    paths = [each.path for each in found_at([str(directory)])[0]]
    results = ((path, each) for path in paths for each in check((path,), Settings(allow_empty=True)).results)
    return Counter((path, each.address, each.rule, each.status.value, each.severity.value, *_texts(each)) for path, each in results)


def _texts(each: Result) -> tuple[str, ...]:
    return (each.attribute, f"{each.found}", f"{each.expected}", each.contract, each.message, each.fingerprint)


@pytest.fixture(scope="session")
def expected(documents: Path) -> Results:
    """The results of single runs on all documents."""
    return singly(documents)


def in_file(path: Path) -> Results:
    """The results in a file, with the same parts."""
    names = ("address", "rule", "status", "severity", "attribute", "found", "expected", "contract", "message", "fingerprint")
    return Counter((row.document, *(getattr(row, name) or "" for name in names)) for row in as_rows(read_rows(str(path))) if row.rule)


class Killing(FleetProgress):
    """Kills a process of the cluster that has work, once the first documents are done."""

    def __init__(self, client: Client) -> None:
        super().__init__(1, is_shown=False)
        self._client = client
        self.killed = 0

    def step(self, number: int) -> None:
        """Count documents, and kill."""
        super().step(number)
        busy = [worker for worker, tasks in self._client.processing().items() if tasks]
        if busy and not self.killed:
            self.killed = self._client.run(os.getpid, workers=busy[:1])[busy[0]]
            os.kill(self.killed, signal.SIGKILL)


def test_the_rows_are_those_of_single_runs_also_when_a_process_is_killed(
    cluster: Client, documents: Path, expected: Results, tmp_path: Path
) -> None:
    output, progress = tmp_path / "results.parquet", Killing(cluster)
    tally = checked([str(documents)], output, nullcontext(cluster), progress=progress)
    assert progress.killed
    assert (tally.documents(), tally.documents("read"), tally.kept) == (200, 200, 0)
    assert in_file(output) == expected
    assert [path.name for path in tmp_path.iterdir()] == ["results.parquet"]


def test_one_process_writes_the_same_rows_as_four(cluster: Client, documents: Path, tmp_path: Path) -> None:
    few = tmp_path / "documents"
    shutil.copytree(documents / "100000000003", few / "a")
    checked([str(few)], tmp_path / "four.parquet", nullcontext(cluster))
    checked([str(few)], tmp_path / "one.parquet", local(1))
    assert ordered(tmp_path / "one.parquet").equals(ordered(tmp_path / "four.parquet"))
    assert {(row.account, row.region) for row in as_rows(read_rows(str(tmp_path / "one.parquet"))) if row.rule} >= {
        ("100000000003", "us-east-1"),
        ("100000000003", "eu-west-1"),
    }


def test_a_document_that_ends_each_process_has_a_row_and_the_others_are_checked(cluster: Client, tmp_path: Path) -> None:
    team = tmp_path / "rules" / "acme"
    team.mkdir(parents=True)
    (team / "_names.py").write_text('POISON = "poison"\n')
    (team / "poison.py").write_text(_POISON)
    write_documents(tmp_path / "documents", 2)
    table = (INPUTS / "one_table.json").read_text()
    (tmp_path / "documents" / "poison.json").write_text(table.replace('"dev-orders"', '"poison"'))
    settings = Settings(own_rules=own_rules([str(tmp_path / "rules")]))
    tally = checked([str(tmp_path / "documents")], tmp_path / "results.parquet", nullcontext(cluster), settings)
    assert (tally.documents("read"), tally.documents("error")) == (2, 1)
    assert tally.errors == [
        f"{tmp_path}/documents/poison.json could not be checked: each process that checked it died. It may need more memory."
    ]
    rows = list(as_rows(read_rows(str(tmp_path / "results.parquet"))))
    assert [row.document.rpartition("/")[2] for row in rows if row.status == "error"] == ["poison.json"]
    # The rule was there in every process.
    assert "acme/poison" in {row.rule for row in rows}


def test_a_store_is_read_by_a_pattern_and_again_only_where_an_object_changed(
    cluster: Client, store: str, documents: Path, tmp_path: Path
) -> None:
    client = boto3.client("s3", endpoint_url=store)
    client.create_bucket(Bucket=BUCKET)
    states = sorted(documents.glob("100000000002/*/*/terraform.tfstate"))
    for path in states:
        client.upload_file(str(path), BUCKET, str(path.relative_to(documents)))
    client.put_object(Bucket=BUCKET, Key="other/notes.txt", Body=b"notes")
    source, first, second = f"s3://{BUCKET}/**/terraform.tfstate", tmp_path / "first.parquet", tmp_path / "second.parquet"
    tally = checked([source], first, nullcontext(cluster))
    assert (tally.documents("read"), tally.documents()) == (len(states), len(states))
    assert {row.document for row in as_rows(read_rows(str(first)))} == {f"s3://{BUCKET}/{path.relative_to(documents)}" for path in states}
    assert Counter(part[1:-1] for part in in_file(first).elements()) == Counter(
        part[1:-1] for part in singly(documents / "100000000002").elements() if part[0].endswith("terraform.tfstate")
    )
    changed = str(states[0].relative_to(documents))
    client.put_object(Bucket=BUCKET, Key=changed, Body=states[0].read_bytes() + b"\n")
    later = NOW.replace(hour=7)
    tally = checked([source], second, nullcontext(cluster), since=(first,), now=later)
    assert tally.kept == len(states) - 1
    # All findings are as old as the first run: the change has none.
    again = ordered(second)
    assert again.drop_columns(["time", "hash", "stamp"]).equals(ordered(first).drop_columns(["time", "hash", "stamp"]))
    assert set(again["time"].to_pylist()) == {later}


def test_documents_are_checked_again_when_they_or_the_settings_changed(cluster: Client, tmp_path: Path) -> None:
    write_documents(tmp_path / "documents", 5)
    (tmp_path / "documents" / "notes.json").write_text('{"a": 1}')
    (tmp_path / "documents" / "empty.tfstate").write_text('{"version": 4, "lineage": "x", "resources": []}')
    source, files = [str(tmp_path / "documents")], [tmp_path / f"{number}.parquet" for number in range(4)]
    first = checked(source, files[0], nullcontext(cluster))
    assert [first.documents(status) for status in ("read", "empty", "skipped", "error")] == [5, 1, 1, 0]
    assert checked(source, files[1], nullcontext(cluster), since=(files[0],)).kept == 7
    assert ordered(files[1]).equals(ordered(files[0]))
    assert checked(source, files[2], nullcontext(cluster), Settings(ignore=("no-deletion-protection",)), since=(files[0],)).kept == 0
    (path,) = (tmp_path / "documents").glob("*/*/service00000/document.json")
    path.write_text(path.read_text().replace('"point_in_time_recovery":[{"enabled":true', '"point_in_time_recovery":[{"enabled":false'))
    later = NOW.replace(hour=7)
    assert checked(source, files[3], nullcontext(cluster), since=(files[1], files[0]), now=later).kept == 6
    new = [row.rule for row in as_rows(read_rows(str(files[3]))) if row.since == later]
    assert new == ["no-point-in-time-recovery"] * 2


def test_what_was_checked_before_an_interruption_is_kept(cluster: Client, documents: Path, expected: Results, tmp_path: Path) -> None:
    class Interrupting(FleetProgress):
        def step(self, number: int) -> None:
            super().step(number)
            raise KeyboardInterrupt

    output, source = tmp_path / "results.parquet", [str(documents)]
    output.write_bytes(b"results of the day before")
    with pytest.raises(KeyboardInterrupt):
        checked(source, output, nullcontext(cluster), progress=Interrupting(200, is_shown=False))
    partial = Path(f"{output}{PARTIAL}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.parquet", "results.parquet.partial"]
    assert output.read_bytes() == b"results of the day before"
    kept = {row.document for row in as_rows(read_rows(str(partial)))}
    assert 0 < len(kept) < 200
    assert checked(source, output, nullcontext(cluster), since=(partial,)).kept == len(kept)
    assert in_file(output) == expected


def test_the_command_uses_the_cluster_of_a_scheduler(cluster: Client, dyncheck: Dyncheck, tmp_path: Path) -> None:
    write_documents(tmp_path / "documents", 5)
    (tmp_path / "documents" / "broken.json").write_text('{"format_version": "1.2", "planned')
    done = dyncheck("fleet", "documents", "missing.json", "-o", "results.parquet", "--scheduler", cluster.scheduler.address)
    assert done.stderr.decode() == (
        "dyncheck: missing.json cannot be read: No such file or directory.\n"
        "dyncheck: documents/broken.json is truncated: the JSON has no end. Write it again with `terraform show -json tfplan`.\n"
    )
    first, second = done.stdout.decode().splitlines()
    assert first == "results.parquet: 7 documents (5 checked, 2 not or not completely checked), 18 tables"
    assert second.endswith(" passed")
    assert done.returncode == 3


def test_ctrl_c_ends_the_command_with_what_was_checked(documents: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dyncheck", "fleet", str(documents), "-o", "results.parquet", "--workers", "1"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    for _ in range(600):
        if list(tmp_path.glob("*.tmp")):
            break
        time.sleep(0.1)
    time.sleep(0.5)
    # As a terminal does: to the command and to all processes that it started.
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    kept = "What was checked is in results.parquet.partial. Add --since results.parquet.partial to check the rest."
    assert (out, err, process.returncode) == ("", f"dyncheck: Interrupted. {kept}\n", 130)
    assert [path.name for path in tmp_path.iterdir()] == ["results.parquet.partial"]
    assert read_rows(str(tmp_path / "results.parquet.partial")).num_rows >= 0


@THOROUGH
def test_ten_thousand_documents(cluster: Client, tmp_path: Path) -> None:
    write_documents(tmp_path / "documents", 10_000)
    output = tmp_path / "results.parquet"
    tally = checked([str(tmp_path / "documents")], output, nullcontext(cluster))
    assert (tally.documents(), tally.documents("read")) == (10_000, 10_000)
    assert len(set(read_rows(str(output), ["document"])["document"].to_pylist())) == 10_000
    part = tmp_path / "documents" / "100000000005"
    inside = Counter({row: number for row, number in in_file(output).items() if row[0].startswith(str(part))})
    assert inside == singly(part)


def test_batches_have_limits_in_documents_and_in_bytes(documents: Path) -> None:
    found, _ = found_at([str(documents)])
    assert [len(batch) for batch in batches(found)] == [50] * 4
    large = [replace(found[number], size=size) for number, size in enumerate((20_000_000, 20_000_000, 90_000_000, 1, 1))]
    assert [len(batch) for batch in batches(large)] == [1, 1, 1, 2]


def test_no_sensitive_value_is_in_the_rows(cluster: Client, tmp_path: Path) -> None:
    shutil.copy(INPUTS.parent / "readers" / "plan" / "states" / "version_1_11.raw.json", tmp_path / "terraform.tfstate")
    checked([str(tmp_path / "terraform.tfstate")], tmp_path / "results.parquet", nullcontext(cluster))
    rows = list(as_rows(read_rows(str(tmp_path / "results.parquet"))))
    assert any(Status.FAIL.value == row.status and "secret" in (row.address or "") for row in rows)
    assert "hunter2" not in str(rows)
