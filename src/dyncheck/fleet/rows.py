"""The rows of a fleet's results, and the Parquet file that holds them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import TracebackType

import pyarrow
from msgspec import Struct
from msgspec.structs import astuple
from pyarrow import parquet

from dyncheck.errors import OutputError, UsageError
from dyncheck.streams import refuse_links
from dyncheck.version import VERSION

# The version of the columns. It rises when a column changes its meaning, not when one is added.
FORMAT = "1"
_FORMAT, _VERSION = b"dyncheck.format", b"dyncheck.version"

# The statuses of documents. Results have those of `findings.Status`.
READ, EMPTY, ERROR, SKIPPED = "read", "empty", "error", "skipped"

_TEXT, _TIME = pyarrow.string(), pyarrow.timestamp("ms", tz="UTC")
# Most rows repeat the values of these columns.
_WORD = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())

# Each column: its name, its type, and its meaning for the schema and docs/fleet.md.
COLUMNS: tuple[tuple[str, pyarrow.DataType, str], ...] = (
    ("run", _WORD, "The name of the run: `--run`, else the time when it started, such as `2026-12-01T06:00:00Z`. One for the whole file."),
    ("time", _TIME, "When the run started, in UTC. One for the whole file."),
    ("document", _WORD, "The path of the document as given or found, or its URL, without a user, a password and a query."),
    ("kind", _WORD, "`plan`, `state` or `capture`; null when the document could not be read."),
    ("version", _WORD, "The version of dyncheck that checked the document."),
    ("settings", _WORD, "A SHA-256 of all that decides the results besides the document: rules, contracts, severities, waivers."),
    ("stamp", _WORD, "The ETag that the store gives the document; null where it gives none."),
    ("hash", _WORD, "The SHA-256 of the bytes of the document; null when they could not be read."),
    ("account", _WORD, "The account of the resource; null where the document does not show it."),
    ("region", _WORD, "The region of the resource; null where the document does not show it."),
    ("environment", _WORD, "The environment that the document was checked in; null without."),
    ("address", _TEXT, "The address of the resource; null in the row of the document itself."),
    ("rule", _WORD, "The id of the rule; null in the row of the document itself."),
    (
        "status",
        _WORD,
        "Of a result: `pass`, `fail`, `unknown` or `waived`. Of a document: `read`, `empty` (read, and it has no table), `error` (it could "
        "not be checked, or not completely) or `skipped` (a file of a directory that is no document).",
    ),
    ("severity", _WORD, "`error`, `warning` or `note`; null in the row of a document."),
    ("attribute", _TEXT, "The attribute of the resource that the result is about."),
    ("found", _TEXT, "The value found; `(sensitive)` where it is sensitive."),
    ("expected", _TEXT, "The value expected."),
    ("contract", _WORD, "The contracts that demand it, separated by commas."),
    ("message", _TEXT, "The message of the result; in the row of a document, why it was not or not completely checked."),
    (
        "fingerprint",
        _TEXT,
        "Identifies the result over time, as in the other reports of dyncheck. Together with `document`, it is unique in the file.",
    ),
    (
        "since",
        _TIME,
        "When the first of the runs that followed each other by `--since` started that had this result with this status. Null for passes "
        "and for documents.",
    ),
    ("tables", pyarrow.int32(), "How many tables the document has; null in the rows of results."),
    ("alarms", pyarrow.int32(), "How many alarms the document has that are judged; null in the rows of results."),
)


class Row(Struct, frozen=True, gc=False):
    """One result of a rule on a resource of a document, or the document itself, which has no rule. `COLUMNS` has the meaning of each."""

    run: str
    time: datetime
    document: str
    version: str
    settings: str
    status: str
    kind: str | None = None
    stamp: str | None = None
    hash: str | None = None
    account: str | None = None
    region: str | None = None
    environment: str | None = None
    address: str | None = None
    rule: str | None = None
    severity: str | None = None
    attribute: str | None = None
    found: str | None = None
    expected: str | None = None
    contract: str | None = None
    message: str | None = None
    fingerprint: str | None = None
    since: datetime | None = None
    tables: int | None = None
    alarms: int | None = None


SCHEMA = pyarrow.schema(
    [pyarrow.field(name, kind, metadata={"description": meaning}) for name, kind, meaning in COLUMNS],
    metadata={_FORMAT: FORMAT.encode(), _VERSION: VERSION.encode()},
)


def as_table(rows: Sequence[Row]) -> pyarrow.Table:
    """The rows as an Arrow table."""
    columns = dict(zip(Row.__struct_fields__, zip(*map(astuple, rows), strict=True), strict=True)) if rows else {}
    return pyarrow.table([pyarrow.array(columns.get(name, ()), kind) for name, kind, _ in COLUMNS], schema=SCHEMA)


def as_rows(table: pyarrow.Table) -> Iterator[Row]:
    """The rows of a table with all columns."""
    for values in table.to_pylist():
        yield Row(**values)


class Writer:
    """Writes tables to a Parquet file, completely or not at all, and never through a link.

    The rows are in `OUTPUT.PID.tmp` until `finish`, which moves them to the output. Leaving the context without it removes them.
    Raises `UsageError` when the file cannot be written.
    """

    def __init__(self, output: str) -> None:
        self._output = output
        self._temporary = f"{output}.{os.getpid()}.tmp"
        refuse_links(output)
        try:
            # Never a link that waits there.
            self._file = open(self._temporary, "xb")  # noqa: SIM115
        except OSError as error:
            raise _unwritable(output, error) from None
        self._parquet = parquet.ParquetWriter(self._file, SCHEMA, compression="zstd")

    def write(self, table: pyarrow.Table) -> None:
        """Add the rows of a table."""
        try:
            self._parquet.write_table(table)
        except OSError as error:
            raise _unwritable(self._output, error) from None

    def finish(self, output: str = "") -> None:
        """Move the file to its place, or to another one in the same directory."""
        target = output or self._output
        try:
            self._parquet.close()
            self._file.close()
            refuse_links(target)
            os.replace(self._temporary, target)
        except OSError as error:
            raise _unwritable(target, error) from None

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._file.close()
        if os.path.lexists(self._temporary):
            os.remove(self._temporary)


def read_rows(path: str, columns: Iterable[str] | None = None) -> pyarrow.Table:
    """The rows of a results file, or some columns of it.

    Raises `UsageError` when the file is not one that `dyncheck fleet` wrote.
    """
    with opened(path) as file:
        return file.read(list(columns) if columns is not None else None)


def opened(path: str) -> parquet.ParquetFile:
    """A results file, to read it piece by piece (`iter_batches`). Raises `UsageError` as `read_rows` does."""
    try:
        # The errors of Arrow name no reason.
        with open(path, "rb"):
            file = parquet.ParquetFile(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}. Name a file that `dyncheck fleet` wrote.") from None
    except pyarrow.ArrowInvalid:
        raise UsageError(f"{path} is not a Parquet file. Name a file that `dyncheck fleet` wrote.") from None
    written = (file.schema_arrow.metadata or {}).get(_FORMAT, b"").decode("utf-8", "replace")
    if written != FORMAT:
        file.close()
        why = f"has format {written!r}, and this dyncheck reads {FORMAT!r}" if written else "has no results of dyncheck"
        raise UsageError(f"{path} {why}. Name a file that `dyncheck fleet` of this version wrote.")
    return file


def _unwritable(output: str, error: OSError) -> OutputError:
    return OutputError(f"{output} cannot be written: {error.strerror or error}. Choose another file for --output.")
