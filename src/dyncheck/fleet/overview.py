"""The results of a fleet in a few numbers: the worst accounts, rules and tables, and what changed since an earlier run.

A file of any size is read in pieces. What stays in memory grows with the accounts, the documents and the findings (eight bytes each),
not with the rows.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import nsmallest

import pyarrow
import pyarrow.compute as compute
from msgspec import Struct, field

from dyncheck.findings import Status
from dyncheck.fleet.rows import ERROR, READ, opened

# The most tables, findings and documents that an overview names.
MOST_NAMED = 100
_ROWS = 1 << 16

# The worst first: the severities of findings, then the statuses.
KINDS = ("error", "warning", "note", "unknown", "waived", "pass")
# What a table's address has, and an alarm's or a replica's has not.
_TABLE = r"(^|\.)aws_dynamodb_table\."


class Counts(Struct):
    """How many results there are: findings by severity, and the others by status."""

    error: int = 0
    warning: int = 0
    note: int = 0
    unknown: int = 0
    waived: int = 0
    passed: int = 0

    def add(self, kind: str, number: int = 1) -> None:
        """Count results of a kind of `KINDS`."""
        name = "passed" if kind == "pass" else kind
        setattr(self, name, getattr(self, name) + number)

    @property
    def findings(self) -> int:
        """The number of findings."""
        return self.error + self.warning + self.note

    @property
    def rank(self) -> tuple[int, ...]:
        """Puts the most errors first, then the most warnings, and so on."""
        return -self.error, -self.warning, -self.note, -self.unknown


class Group(Struct):
    """The results of one account, rule or environment. `others` counts its findings by rule, or by account for a rule."""

    name: str
    counts: Counts = field(default_factory=Counts)
    others: Counter[str] = field(default_factory=Counter)
    tables: int = 0
    new: int = 0

    @property
    def rank(self) -> tuple[object, ...]:
        """Puts the worst first."""
        return *self.counts.rank, self.name


class Table(Struct):
    """The findings of one table."""

    document: str
    address: str
    account: str
    region: str
    counts: Counts = field(default_factory=Counts)

    @property
    def rank(self) -> tuple[object, ...]:
        """Puts the worst first."""
        return *self.counts.rank, self.document, self.address


class Named(Struct, frozen=True):
    """A finding as a list names it."""

    severity: str
    rule: str
    account: str
    document: str
    address: str
    message: str

    @property
    def rank(self) -> tuple[object, ...]:
        """Puts the most severe first."""
        return KINDS.index(self.severity), self.rule, self.account, self.document, self.address


class Changes(Struct):
    """The differences to an earlier run, an `earlier` file, or to the runs that `--since` named.

    `new` and `fixed` are findings. `unknown` and `waived` were findings, and `unchecked` too: their document was not read now, or their
    rule did not run.
    """

    earlier: str
    time: datetime | None = None
    new: Counts = field(default_factory=Counts)
    fixed: Counts = field(default_factory=Counts)
    unknown: int = 0
    waived: int = 0
    unchecked: int = 0
    named_new: tuple[Named, ...] = ()
    named_fixed: tuple[Named, ...] = ()


class Overview(Struct):
    """The results of a fleet. `accounts`, `rules` and `environments` have the worst first, `tables` are the worst ones.

    `documents` counts them by their status, and `unread` has the first ones that could not be checked, and why.
    """

    path: str
    run: str = ""
    time: datetime | None = None
    version: str = ""
    documents: dict[str, int] = field(default_factory=dict)
    number_of_tables: int = 0
    number_of_alarms: int = 0
    counts: Counts = field(default_factory=Counts)
    accounts: tuple[Group, ...] = ()
    rules: tuple[Group, ...] = ()
    environments: tuple[Group, ...] = ()
    tables: tuple[Table, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    changes: Changes | None = None


class Keys:
    """Findings by hash, in eight bytes each."""

    def __init__(self) -> None:
        self._hashes = array("q")
        self._is_sorted = True

    def add(self, document: str, fingerprint: str) -> None:
        """Add a finding."""
        self._hashes.append(hash((document, fingerprint)))
        self._is_sorted = False

    def has(self, document: str, fingerprint: str) -> bool:
        """Whether a finding was added."""
        if not self._is_sorted:
            self._hashes, self._is_sorted = array("q", sorted(self._hashes)), True
        wanted = hash((document, fingerprint))
        place = bisect_left(self._hashes, wanted)
        return place < len(self._hashes) and self._hashes[place] == wanted


def overview_of(path: str, earlier: str = "") -> Overview:
    """The overview of a file of results, and with an earlier file what changed since.

    Raises `UsageError` when a file is not one that `dyncheck fleet` wrote.
    """
    return Reading(path, before=_known(earlier) if earlier else None, earlier=earlier).overview()


def _known(path: str) -> Keys:
    """The findings of a file."""
    keys = Keys()
    for rows in pieces(path, ("document", "fingerprint", "status")):
        for document, fingerprint in _pairs(rows.filter(compute.equal(rows["status"], "fail")), "document", "fingerprint"):
            keys.add(document, fingerprint)
    return keys


def pieces(path: str, columns: Iterable[str] | None = None) -> Iterator[pyarrow.Table]:
    """The rows of a file, some thousand at a time. Raises `UsageError` as `rows.opened` does."""
    with opened(path) as file:
        for batch in file.iter_batches(batch_size=_ROWS, columns=list(columns) if columns is not None else None):
            yield pyarrow.Table.from_batches([batch])


def is_new_by(rows: pyarrow.Table, before: Keys | None) -> list[bool]:
    """For each row whether it is a finding that is new: not among those before, or without these, there since this run."""
    failed = compute.fill_null(compute.equal(rows["status"], "fail"), fill_value=False)
    if before is None:
        fresh = compute.fill_null(compute.equal(rows["since"], rows["time"]), fill_value=False)
        new: list[bool] = compute.and_(failed, fresh).to_pylist()
        return new
    found = zip(failed.to_pylist(), _pairs(rows, "document", "fingerprint"), strict=True)
    return [is_failed and not before.has(*key) for is_failed, key in found]


def _pairs(rows: pyarrow.Table, *columns: str) -> Iterator[tuple[str, ...]]:
    return zip(*(rows[name].to_pylist() for name in columns), strict=True)


class Reading:
    """Reads a file once, and an earlier one afterwards."""

    def __init__(self, path: str, before: Keys | None, earlier: str) -> None:
        self._overview = Overview(path)
        self._before = before
        self._earlier = earlier
        self._accounts: dict[str, Group] = {}
        self._rules: dict[str, Group] = {}
        self._environments: dict[str, Group] = {}
        self._documents: Counter[str] = Counter()
        self._read: set[str] = set()
        self._unread: list[tuple[str, str]] = []
        self._worst: list[Table] = []
        # The tables of the last document of a piece, which may go on in the next one.
        self._open: dict[tuple[str, ...], Table] = {}
        self._seen: set[tuple[str, ...]] = set()
        self._last = ""
        self._keys = {status: Keys() for status in ("fail", "unknown", "waived")}
        self._changes = Changes(earlier)
        self._new: list[Named] = []
        self._is_chain = False

    def overview(self) -> Overview:
        """Read the files. To be called once."""
        for rows in pieces(self._overview.path):
            self._add(rows)
        found = self._overview
        found.documents = {status: self._documents[status] for status in sorted(self._documents)}
        self._worst = nsmallest(MOST_NAMED, (*self._worst, *self._open.values()), key=lambda each: each.rank)
        found.tables = tuple(self._worst)
        for groups in (self._accounts, self._rules, self._environments):
            for group in groups.values():
                group.others = Counter(dict(sorted(group.others.items(), key=lambda each: (-each[1], each[0]))))
        found.accounts, found.rules, found.environments = (
            tuple(sorted(groups.values(), key=lambda each: each.rank)) for groups in (self._accounts, self._rules, self._environments)
        )
        found.unread = tuple(self._unread)
        if self._earlier:
            self._compare()
        if self._earlier or self._is_chain:
            found.changes = self._changes
            self._changes.named_new = tuple(self._new)
        else:
            # Everything is new in the first run, which says nothing.
            for group in (*found.accounts, *found.rules, *found.environments):
                group.new = 0
        return found

    def _add(self, rows: pyarrow.Table) -> None:
        if not rows.num_rows:
            return
        found = self._overview
        found.run, found.time, found.version = (rows[name][0].as_py() for name in ("run", "time", "version"))
        self._add_documents(rows.filter(compute.is_null(rows["rule"])))
        results = rows.filter(compute.is_valid(rows["rule"]))
        if not results.num_rows:
            return
        results = results.append_column("new", pyarrow.array(is_new_by(results, self._before), pyarrow.bool_()))
        self._add_groups(results)
        self._add_keys(results.filter(compute.not_equal(results["status"], "pass")))
        self._add_tables(results.filter(compute.match_substring_regex(results["address"].cast(pyarrow.string()), _TABLE)))
        self._last = rows["document"][-1].as_py()

    def _add_documents(self, rows: pyarrow.Table) -> None:
        columns = _pairs(rows, "document", "status", "tables", "alarms", "message")
        for document, status, tables, alarms, message in columns:
            self._documents[status] += 1
            self._overview.number_of_tables += int(tables or 0)
            self._overview.number_of_alarms += int(alarms or 0)
            if status == ERROR and len(self._unread) < MOST_NAMED:
                self._unread.append((document, message or ""))
            if status == READ:
                self._read.add(document)

    def _add_groups(self, results: pyarrow.Table) -> None:
        names = ["account", "rule", "environment", "status", "severity", "new"]
        # Arrow does not group by a dictionary of some thousand values faster than by its text.
        plain = pyarrow.table({name: _plain(results[name]) for name in names})
        for row in plain.group_by(names).aggregate([([], "count_all")]).to_pylist():
            number, kind = row["count_all"], _kind(row["status"], row["severity"])
            account, rule, environment = row["account"] or "", row["rule"], row["environment"] or ""
            self._overview.counts.add(kind, number)
            for groups, name, other in (
                (self._accounts, account, rule),
                (self._rules, rule, account),
                (self._environments, environment, rule),
            ):
                group = groups.setdefault(name, Group(name))
                group.counts.add(kind, number)
                group.new += number if row["new"] else 0
                if row["status"] == "fail":
                    group.others[other] += number

    def _add_keys(self, results: pyarrow.Table) -> None:
        columns = ("document", "fingerprint", "status", "severity", "rule", "account", "address", "message", "new")
        self._is_chain = self._is_chain or bool(
            compute.any(compute.fill_null(compute.less(results["since"], results["time"]), fill_value=False)).as_py()
        )
        new: list[Named] = []
        for document, fingerprint, status, severity, rule, account, address, message, is_new in _pairs(results, *columns):
            if self._earlier:
                self._keys[status].add(document, fingerprint)
            if is_new:
                self._changes.new.add(severity)
                new.append(Named(severity, rule, account or "", document, address or "", message or ""))
        self._new = nsmallest(MOST_NAMED, (*self._new, *new), key=lambda each: each.rank)

    def _add_tables(self, results: pyarrow.Table) -> None:
        names = ["document", "account", "region", "environment", "address", "status", "severity"]
        plain = pyarrow.table({name: _plain(results[name]) for name in names})
        last = plain["document"][-1].as_py() if plain.num_rows else self._last
        found = dict(self._open)
        seen: set[tuple[str, ...]] = set()
        for row in plain.group_by(names).aggregate([([], "count_all")]).to_pylist():
            account = row["account"] or ""
            key = (row["document"], row["address"])
            if key not in self._seen and key not in seen:
                self._accounts[account].tables += 1
                self._environments[row["environment"] or ""].tables += 1
            seen.add(key)
            if row["status"] in ("fail", "unknown"):
                table = found.setdefault(key, Table(row["document"], row["address"], account, row["region"] or ""))
                table.counts.add(_kind(row["status"], row["severity"]), row["count_all"])
        self._seen = {key for key in (*self._seen, *seen) if key[0] == last}
        self._open = {key: table for key, table in found.items() if key[0] == last}
        done = (table for key, table in found.items() if key[0] != last)
        self._worst = nsmallest(MOST_NAMED, (*self._worst, *done), key=lambda each: each.rank)

    def _compare(self) -> None:
        """What became of the findings of the earlier run."""
        changes, fixed = self._changes, list[Named]()
        columns = ("document", "fingerprint", "severity", "rule", "account", "address", "message")
        for rows in pieces(self._earlier, (*columns, "status", "time")):
            if rows.num_rows:
                changes.time = rows["time"][0].as_py()
            for named, fate in self._fates(_pairs(rows.filter(compute.equal(rows["status"], "fail")), *columns)):
                if fate == "fixed":
                    changes.fixed.add(named.severity)
                    fixed.append(named)
                elif fate:
                    setattr(changes, fate, getattr(changes, fate) + 1)
            fixed = nsmallest(MOST_NAMED, fixed, key=lambda each: each.rank)
        changes.named_fixed = tuple(fixed)

    def _fates(self, findings: Iterable[tuple[str, ...]]) -> Iterator[tuple[Named, str]]:
        for document, fingerprint, severity, rule, account, address, message in findings:
            yield (
                Named(severity, rule, account or "", document, address or "", message or ""),
                self.fate(document, fingerprint, rule),
            )

    def fate(self, document: str, fingerprint: str, rule: str) -> str:
        """What became of a finding; empty where it is still there."""
        if self._keys["fail"].has(document, fingerprint):
            return ""
        for status in ("unknown", "waived"):
            if self._keys[status].has(document, fingerprint):
                return status
        return "fixed" if document in self._read and rule in self._rules else "unchecked"


def fixed_rows(path: str, earlier: str) -> Iterator[pyarrow.Table]:
    """The rows of an earlier file with the findings that are fixed now. Raises `UsageError` as `overview_of` does."""
    reading = Reading(path, before=_known(earlier), earlier=earlier)
    reading.overview()
    for rows in pieces(earlier):
        failed = rows.filter(compute.equal(rows["status"], "fail"))
        fates = [reading.fate(*key) == "fixed" for key in _pairs(failed, "document", "fingerprint", "rule")]
        if any(fates):
            yield failed.filter(pyarrow.array(fates))


def known_in(earlier: str) -> Keys | None:
    """The findings of an earlier file, None without one."""
    return _known(earlier) if earlier else None


def _plain(column: pyarrow.ChunkedArray) -> pyarrow.ChunkedArray:
    return column.cast(pyarrow.string()) if pyarrow.types.is_dictionary(column.type) else column


def _kind(status: str, severity: str) -> str:
    return severity if status == Status.FAIL.value else status
