"""The results of a small company on two days: what is new, fixed, unknown, waived and not checked, in accounts of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path

from msgspec.structs import replace

from dyncheck.fleet.rows import Row, Writer, as_table

FIRST, SECOND = (datetime(2026, 12, day, 6, tzinfo=timezone.utc) for day in (1, 2))
RECOVERY, TAGS, DELETION, NAME = "no-point-in-time-recovery", "missing-tags", "no-deletion-protection", "wrong-table-name"
SEVERITIES = {RECOVERY: "error", TAGS: "warning", DELETION: "note", NAME: "warning"}

ORDERS, SEARCH, USERS, OLD, NEW, TORN, NETWORK = (
    f"s3://states/{name}/terraform.tfstate" for name in ("orders", "search", "users", "old", "new", "torn", "network")
)
# By document: the account, the environment and the number of tables.
_HOMES = {
    ORDERS: ("111111111111", "prod", 3),
    SEARCH: ("222222222222", "prod", 2),
    USERS: ("333333333333", "dev", 2),
    OLD: ("333333333333", "dev", 1),
    NEW: ("444444444444", "dev", 1),
}
# The statuses on both days, where they are not passes. What is empty is not there.
_STATUSES = {
    (ORDERS, RECOVERY, 0): ("fail", "fail"),
    (ORDERS, RECOVERY, 1): ("fail", "fail"),
    (ORDERS, RECOVERY, 2): ("pass", "fail"),
    (ORDERS, TAGS, 0): ("fail", "pass"),
    (SEARCH, RECOVERY, 0): ("fail", "pass"),
    (SEARCH, RECOVERY, 1): ("fail", "fail"),
    (SEARCH, NAME, 0): ("fail", "unknown"),
    (SEARCH, NAME, 1): ("unknown", "unknown"),
    (USERS, TAGS, 0): ("fail", "waived"),
    (USERS, TAGS, 1): ("fail", "fail"),
    (USERS, DELETION, 1): ("fail", "fail"),
    (OLD, RECOVERY, 0): ("fail", ""),
    (NEW, DELETION, 0): ("", "fail"),
}


def write_company(directory: Path) -> tuple[Path, Path]:
    """Write the results of the second and of the first day."""
    return write(directory / "results.parquet", _day(1)), write(directory / "earlier.parquet", _day(0))


def write(path: Path, rows: Iterable[Row]) -> Path:
    """Write a file of results."""
    with Writer(str(path)) as writer:
        writer.write(as_table([*rows]))
        writer.finish()
    return path


def own_row(document: str, tables: int = 0, time: datetime = SECOND) -> Row:
    """The row of a document."""
    run = f"{time:%Y-%m-%dT%H:%M:%SZ}"
    return Row(run, time, document, "0.2.0", "settings", "read", kind="state", hash="hash", tables=tables, alarms=0)


def result_row(own: Row, account: str, environment: str, rule: str, table: int, status: str, since: datetime = SECOND) -> Row:
    """The row of a result on a table of a document."""
    about = {"attribute": "point_in_time_recovery.enabled", "found": "false", "expected": "true", "message": f"{rule} on t{table}"}
    return replace(
        own,
        status=status,
        account=account,
        region="eu-central-1",
        environment=environment,
        address=f"module.app.aws_dynamodb_table.t{table}",
        rule=rule,
        severity=SEVERITIES[rule],
        contract="orders" if rule == NAME else None,
        fingerprint=f"{rule[:8]}{table:08}",
        tables=None,
        alarms=None,
        **(about | {"since": since} if status != "pass" else {}),
    )


def _day(number: int) -> Iterator[Row]:
    time = (FIRST, SECOND)[number]
    for document, (account, environment, tables) in _HOMES.items():
        if document == (NEW, OLD)[number]:
            continue
        own = own_row(document, tables, time)
        yield own
        for rule in SEVERITIES:
            for table in range(tables):
                statuses = _STATUSES.get((document, rule, table), ("pass", "pass"))
                since = FIRST if statuses[0] == statuses[1] else time
                yield result_row(own, account, environment, rule, table, statuses[number], since)
    why = f"{TORN} is truncated: the JSON has no end."
    yield replace(own_row(TORN, time=time), status="error", kind=None, tables=None, alarms=None, message=why)
    yield replace(own_row(NETWORK, time=time), status="empty", message="It has no DynamoDB table.")
