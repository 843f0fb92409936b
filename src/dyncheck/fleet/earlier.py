"""The results of earlier runs: which documents need not be checked again, and since when findings are there."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import datetime

import pyarrow
import pyarrow.compute as compute
from msgspec.structs import replace

from dyncheck.fleet.order import Order
from dyncheck.fleet.rows import EMPTY, READ, SCHEMA, SKIPPED, opened
from dyncheck.fleet.sources import Document
from dyncheck.version import VERSION

_OF_DOCUMENTS = ("document", "version", "settings", "stamp", "hash", "rule", "status", "fingerprint", "since")


class Earlier:
    """The files of earlier runs. Of a document that several have, the last one counts."""

    def __init__(self, paths: Sequence[str], order: Order) -> None:
        """Raises `UsageError` when a file is not one that `dyncheck fleet` wrote."""
        self._paths = tuple(paths)
        self._order = order
        self._known: dict[str, tuple[str, str, str]] = {}
        self._since: dict[tuple[str, str, str], datetime] = {}
        for path in paths:
            self._add(path)

    def _add(self, path: str) -> None:
        with opened(path) as file:
            for batch in file.iter_batches(columns=list(_OF_DOCUMENTS)):
                kept = batch.filter(compute.or_(compute.is_null(batch["rule"]), compute.is_valid(batch["since"])))
                for row in kept.to_pylist():
                    if row["rule"] is not None:
                        self._since[row["document"], row["fingerprint"], row["status"]] = row["since"]
                    elif (row["version"], row["settings"]) == (VERSION, self._order.key) and row["status"] in (READ, EMPTY, SKIPPED):
                        self._known[row["document"]] = (row["hash"] or "", row["stamp"] or "", path)
                    else:
                        self._known.pop(row["document"], None)

    def is_same(self, document: Document) -> bool:
        """Whether the store says that the document is as it was when it was checked."""
        return bool(document.stamp) and self._known.get(document.name, ("", "", ""))[1] == document.stamp

    def with_hash(self, document: Document) -> Document:
        """The document with the hash that it had when it was checked."""
        known = self._known.get(document.name)
        return replace(document, known=known[0]) if known else document

    def with_since(self, table: pyarrow.Table) -> pyarrow.Table:
        """Rows of this run with the time since when each finding is there."""
        if not self._since:
            return table
        names = zip(*(table[name].to_pylist() for name in ("document", "fingerprint", "status", "since")), strict=True)
        since = [self._since.get((document, fingerprint, status), now) if now else now for document, fingerprint, status, now in names]
        return _with(table, "since", pyarrow.array(since, SCHEMA.field("since").type))

    def rows(self, names: Container[str]) -> Iterator[pyarrow.Table]:
        """The rows of the documents with those names, as rows of this run."""
        for path in self._paths:
            wanted = pyarrow.array([name for name, known in self._known.items() if known[2] == path and name in names], pyarrow.string())
            if not len(wanted):
                continue
            with opened(path) as file:
                for batch in file.iter_batches():
                    is_wanted = compute.is_in(batch["document"].cast(pyarrow.string()), wanted)
                    found = pyarrow.Table.from_batches([batch]).filter(is_wanted)
                    if found.num_rows:
                        yield self._of_this_run(found)

    def _of_this_run(self, table: pyarrow.Table) -> pyarrow.Table:
        for name, value in (("run", self._order.run), ("time", self._order.time)):
            table = _with(table, name, pyarrow.array([value] * table.num_rows, SCHEMA.field(name).type))
        return table.select(SCHEMA.names).cast(SCHEMA)


def _with(table: pyarrow.Table, name: str, column: pyarrow.Array) -> pyarrow.Table:
    return table.set_column(table.schema.get_field_index(name), SCHEMA.field(name), column)
