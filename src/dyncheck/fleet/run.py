"""A run on a fleet: sources in, a file of results out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

import pyarrow.compute as compute
from distributed import Client
from msgspec import Struct

from dyncheck.fleet.batches import Answer, answer, batches
from dyncheck.fleet.cluster import ClusterError, answers
from dyncheck.fleet.earlier import Earlier
from dyncheck.fleet.judging import unread
from dyncheck.fleet.order import Order
from dyncheck.fleet.progress import FleetProgress
from dyncheck.fleet.rows import ERROR, READ, Writer
from dyncheck.fleet.sources import Document, Missing

# The name of the file that an interrupted run leaves, after the name of its output.
PARTIAL = ".partial"
_MOST_ERRORS = 20


class Tally:
    """What a run has found: the rows by kind, (whether of a document, status, severity), and the first errors.

    `partial` documents were read, and a part of them was not checked. `kept` are those of an earlier run.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[bool, str, str]] = Counter()
        self.tables = self.partial = self.kept = 0
        self.errors: list[str] = []

    def add(self, found: Answer) -> None:
        """Count the rows of an answer."""
        self.counts.update(found.counts)
        self.tables += found.tables
        self.partial += found.partial
        if found.counts.get((True, ERROR, "")) and len(self.errors) < _MOST_ERRORS:
            is_error = compute.equal(found.table["status"], ERROR)
            self.errors += found.table.filter(is_error)["message"].to_pylist()

    def documents(self, status: str = "") -> int:
        """How many documents there are, or how many of a status."""
        return sum(number for (of_document, found, _), number in self.counts.items() if of_document and status in ("", found))

    def results(self, status: str, severity: str = "") -> int:
        """How many results have a status, and a severity."""
        return sum(
            number
            for (of_document, found, weight), number in self.counts.items()
            if not of_document and found == status and severity in ("", weight)
        )


class Fleet(Struct, frozen=True):
    """What a run checks: the documents, the sources without any, and the results of earlier runs."""

    order: Order
    documents: tuple[Document, ...]
    missing: tuple[Missing, ...]
    earlier: Earlier


def run(fleet: Fleet, output: str, cluster: Callable[[], AbstractContextManager[Client]], progress: FleetProgress) -> Tally:
    """Check the documents and write their rows to `output`.

    An interrupted run writes what it has to `output` with the ending `PARTIAL`, and raises what interrupted it.
    Raises `UsageError` or `OutputError` when the file cannot be written, and `ClusterError` when the cluster cannot be used.
    """
    tally = Tally()
    same = {each.name for each in fleet.documents if fleet.earlier.is_same(each)}
    others = [fleet.earlier.with_hash(each) for each in fleet.documents if each.name not in same]
    progress.skip(len(same))
    with Writer(output) as writer:

        def write(found: Answer) -> None:
            writer.write(fleet.earlier.with_since(found.table))
            tally.add(found)

        try:
            for missing in fleet.missing:
                write(answer([unread(Document(missing.name, missing.name, ""), fleet.order, missing.why)]))
            if others:
                with cluster() as client:
                    for batch, found in answers(client, fleet.order, batches(others)):
                        write(found)
                        same.update(found.unchanged)
                        progress.step(len(batch))
        except (KeyboardInterrupt, SystemExit, ClusterError):
            _keep(fleet.earlier, same, writer, tally)
            writer.finish(output + PARTIAL)
            raise
        _keep(fleet.earlier, same, writer, tally)
        writer.finish()
    return tally


def _keep(earlier: Earlier, names: set[str], writer: Writer, tally: Tally) -> None:
    """Write the rows of documents that did not change."""
    tally.kept = len(names)
    for table in earlier.rows(names):
        writer.write(table)
        columns = (table[name].to_pylist() for name in ("rule", "status", "severity", "tables", "message"))
        for rule, status, severity, tables, message in zip(*columns, strict=True):
            tally.counts[rule is None, status, severity or ""] += 1
            tally.tables += tables or 0
            tally.partial += rule is None and status == READ and message is not None


def first_errors(tally: Tally) -> Iterator[str]:
    """A line for each of the first documents that could not be checked, and one for the rest."""
    shown: Sequence[str] = tally.errors[:_MOST_ERRORS]
    yield from shown
    left = tally.documents(ERROR) - len(shown)
    if left > 0:
        yield f"{left:,} more could not be checked. They are the rows with the status {ERROR!r}."
