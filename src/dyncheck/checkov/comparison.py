"""Compares checkov's own checks on DynamoDB and alarms with dyncheck's rules: where they agree, where they differ, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum

from msgspec import Struct

from dyncheck.checkov.report_file import Record
from dyncheck.checkov.verdicts import ORDER, comparable
from dyncheck.findings import Result, Status


class Control(Struct, frozen=True):
    """One of checkov's checks, and the rules that find the same.

    `tests` completes the sentence "checkov tests only ...", or says why no rule finds the same.
    """

    id: str
    rules: tuple[str, ...]
    tests: str


# Source: checkov 3.3.30, checkov/terraform/checks/resource/aws and checks/graph_checks/aws/AutoScalingEnableOnDynamoDBTables.json
CONTROLS = (
    Control("CKV_AWS_28", ("no-point-in-time-recovery",), "whether point_in_time_recovery contains enabled = true"),
    Control(
        "CKV_AWS_119",
        ("unencrypted-table", "aws-managed-key"),
        "whether server_side_encryption is enabled with any kms_key_arn, which may be the ARN of an AWS managed key",
    ),
    Control(
        "CKV_AWS_165",
        (),
        "The check passes on every aws_dynamodb_global_table. dyncheck does not read that type; it reads replicas from the table.",
    ),
    Control("CKV_AWS_271", (), "The specification has no demand on aws_dynamodb_table_replica."),
    Control("CKV_AWS_319", ("silent-alarm",), "whether actions_enabled is false, not whether there is any action"),
    Control(
        "CKV2_AWS_16",
        (),
        "The specification does not demand auto scaling. capacity-mismatch judges the capacity of a table, invalid-billing-mode its mode.",
    ),
)


class Relation(Enum):
    """The relation of two results; `apart` when only one of the two programs has a result."""

    AGREE = "agree"
    DISAGREE = "disagree"
    APART = "apart"


class Row(Struct, frozen=True):
    """The results of one check of checkov and its rules on one resource, empty where a program has none.

    `why` explains the relation, `messages` are dyncheck's.
    """

    address: str
    control: Control
    checkov: str
    dyncheck: str
    relation: Relation
    why: str = ""
    messages: tuple[str, ...] = ()


# The results that mean the same. checkov omits unknown results.
_SAME = {("passed", "pass"), ("failed", "fail"), ("skipped", "waived"), ("", "unknown")}


def compare(records: Iterable[Record], results: Iterable[Result]) -> tuple[Row, ...]:
    """Every resource with a result of a control or of its rules, in the order of the addresses."""
    theirs, ours = tuple(records), tuple(results)
    rows = (row for control in CONTROLS for row in _rows(control, theirs, ours))
    return tuple(sorted(rows, key=lambda row: (row.address, row.control.id)))


def _rows(control: Control, records: Iterable[Record], results: Iterable[Result]) -> Iterator[Row]:
    addresses: dict[str, str] = {}
    theirs: defaultdict[str, set[str]] = defaultdict(set)
    ours: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        if result.rule in control.rules:
            ours[comparable(result.address)].append(result)
            addresses.setdefault(comparable(result.address), result.address)
    for record in records:
        if record.check == control.id:
            theirs[comparable(record.resource)].add(record.verdict)
            addresses.setdefault(comparable(record.resource), record.resource)
    for key, address in addresses.items():
        checkov = next((verdict for verdict in ("failed", "skipped", "passed") if verdict in theirs[key]), "")
        yield _row(control, address, checkov, ours[key])


def _row(control: Control, address: str, checkov: str, results: list[Result]) -> Row:
    status = min((result.status for result in results), key=ORDER.index, default=None)
    dyncheck = status.value if status else ""
    messages = tuple(dict.fromkeys(result.message for result in results if result.status is status and result.message))
    if (checkov, dyncheck) in _SAME:
        return Row(address, control, checkov, dyncheck, Relation.AGREE, messages=messages)
    relation = Relation.DISAGREE if checkov and dyncheck else Relation.APART
    return Row(address, control, checkov, dyncheck, relation, _why(control, checkov, status), messages)


def _why(control: Control, checkov: str, status: Status | None) -> str:
    if not control.rules:
        return control.tests
    if status is None:
        return "dyncheck finds no table here, or the alarm is not on DynamoDB."
    if status is Status.WAIVED and checkov not in ("", "skipped"):
        return "The finding is waived only in dyncheck."
    return {
        "": "checkov could not determine the result, was configured to skip the check, or does not see the resource.",
        "skipped": "A comment skips the check in checkov. It does not waive these rules in dyncheck, or they find nothing to waive.",
        "failed": "checkov fails a value that it cannot read.",
        "passed": f"checkov tests only {control.tests}.",
    }[checkov]
