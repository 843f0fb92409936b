"""checkov's own checks on DynamoDB and alarms against dyncheck's rules on the same: where they agree, where not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from msgspec import Struct

from dyncheck.checkov.report_file import Record
from dyncheck.checkov.verdicts import ORDER, comparable
from dyncheck.findings import Result, Status


class Control(Struct, frozen=True):
    """One of checkov's checks: the rules that find the same, and what the check looks at.

    `asks` completes the sentence "checkov asks only ...", or says why no rule finds the same.
    """

    id: str
    rules: tuple[str, ...]
    asks: str


# Source: checkov 3.3.30, checkov/terraform/checks/resource/aws and checks/graph_checks/aws/AutoScalingEnableOnDynamoDBTables.json
CONTROLS = (
    Control("CKV_AWS_28", ("no-point-in-time-recovery",), "whether it reads enabled = true in point_in_time_recovery"),
    Control(
        "CKV_AWS_119",
        ("unencrypted-table", "aws-managed-key"),
        "whether server_side_encryption is enabled with any kms_key_arn, that of a key managed by AWS included",
    ),
    Control(
        "CKV_AWS_165",
        (),
        "The check passes on every aws_dynamodb_global_table. dyncheck does not read that type; a table's replicas stand in the table.",
    ),
    Control("CKV_AWS_271", (), "The specification demands nothing of aws_dynamodb_table_replica."),
    Control("CKV_AWS_319", ("silent-alarm",), "whether actions_enabled is false, not whether there is any action"),
    Control(
        "CKV2_AWS_16",
        (),
        "The specification demands no auto scaling. What capacity a table has is judged by capacity-mismatch, its mode by "
        "invalid-billing-mode.",
    ),
)


class Relation(Enum):
    """How two verdicts stand to each other; `apart` when only one of the two programs has any."""

    AGREE = "agree"
    DISAGREE = "disagree"
    APART = "apart"


class Row(Struct, frozen=True):
    """One check of checkov's and its rules on one resource. A verdict is empty where the program has none.

    `why` explains the relation, `said` are dyncheck's messages.
    """

    address: str
    control: Control
    checkov: str
    dyncheck: str
    relation: Relation
    why: str = ""
    said: tuple[str, ...] = ()


# The verdicts that say the same; checkov leaves out what it cannot tell.
_SAME = {("passed", "pass"), ("failed", "fail"), ("skipped", "waived"), ("", "unknown")}


def compare(records: Iterable[Record], results: Iterable[Result]) -> tuple[Row, ...]:
    """Every resource that a control or its rules speak of, in the order of the addresses."""
    said = [record for record in records if any(record.check == control.id for control in CONTROLS)]
    judged = tuple(results)
    return tuple(
        sorted(
            (row for control in CONTROLS for row in _rows(control, said, judged)),
            key=lambda row: (row.address, row.control.id),
        )
    )


def _rows(control: Control, records: Iterable[Record], results: Iterable[Result]) -> Iterator[Row]:
    addresses: dict[str, str] = {}
    verdicts: dict[str, set[str]] = {}
    judged: dict[str, list[Result]] = {}
    for result in results:
        if result.rule in control.rules:
            addresses.setdefault(comparable(result.address), result.address)
            judged.setdefault(comparable(result.address), []).append(result)
    for record in records:
        if record.check == control.id:
            addresses.setdefault(comparable(record.resource), record.resource)
            verdicts.setdefault(comparable(record.resource), set()).add(record.verdict)
    for key, address in addresses.items():
        yield _row(control, address, _worst(verdicts.get(key, set())), judged.get(key, []))


def _worst(verdicts: set[str]) -> str:
    return next((verdict for verdict in ("failed", "skipped", "passed") if verdict in verdicts), "")


def _row(control: Control, address: str, checkov: str, results: list[Result]) -> Row:
    status = min((result.status for result in results), key=ORDER.index) if results else None
    dyncheck = status.value if status else ""
    said = tuple(dict.fromkeys(result.message for result in results if result.status is status and result.message))
    if (checkov, dyncheck) in _SAME:
        return Row(address, control, checkov, dyncheck, Relation.AGREE, said=said)
    relation = Relation.DISAGREE if checkov and dyncheck else Relation.APART
    return Row(address, control, checkov, dyncheck, relation, _why(control, checkov, status), said)


def _why(control: Control, checkov: str, status: Status | None) -> str:
    if not control.rules:
        return control.asks
    if status is None:
        return "To dyncheck there is no such table, or the alarm is not on DynamoDB."
    if not checkov:
        return "checkov could not tell, was told to leave the check out, or has no such resource."
    if checkov == "skipped":
        return "A comment skips the check in checkov; it does not waive, or has nothing to waive of, what these rules find."
    if status is Status.WAIVED:
        return "The finding is waived for dyncheck alone."
    if checkov == "failed":
        return "checkov fails what it cannot read as set."
    return f"checkov asks only {control.asks}."
