"""Writes the results of a fleet as OCSF compliance findings, one a line, for Security Hub and Security Lake.

https://schema.ocsf.io/1.3.0/classes/compliance_finding
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pyarrow
import pyarrow.compute as compute

from dyncheck.catalog.rules import all_rules
from dyncheck.fleet.overview import fixed_rows, is_new_by, known_in, pieces
from dyncheck.reporters.document import compact_lines
from dyncheck.reporters.pages import page
from dyncheck.reporters.safe import safe_json
from dyncheck.rule import Rule
from dyncheck.version import VERSION

SCHEMA_VERSION = "1.3.0"
_CLASS = 2003

_CREATE, _UPDATE, _CLOSE = (1, "Create"), (2, "Update"), (3, "Close")
_NEW, _IN_PROGRESS, _SUPPRESSED, _RESOLVED = (1, "New"), (2, "In Progress"), (3, "Suppressed"), (4, "Resolved")
_SEVERITIES = {"error": (4, "High"), "warning": (3, "Medium"), "note": (1, "Informational")}
_COMPLIANCE = {"fail": (3, "Fail"), "waived": (3, "Fail"), "unknown": (2, "Warning"), "fixed": (1, "Pass")}

_COLUMNS = (
    *("document", "time", "account", "region", "environment", "address", "rule", "status", "severity", "attribute"),
    *("found", "expected", "contract", "message", "fingerprint", "since"),
)


def parts(path: str, earlier: str) -> Iterator[str]:
    """The findings, the unknown and the waived results, some thousand at a time; with an earlier file then those that are fixed."""
    rules = {rule.id: rule for rule in all_rules()}
    before = known_in(earlier)
    time: datetime | None = None
    for rows in pieces(path):
        time = rows["time"][0].as_py() if rows.num_rows else time
        kept = rows.filter(compute.and_(compute.is_valid(rows["rule"]), compute.not_equal(rows["status"], "pass")))
        yield _lines(_finding(row, new, rules) for row, new in zip(_rows(kept), is_new_by(kept, before), strict=True))
    if earlier:
        for rows in fixed_rows(path, earlier):
            yield _lines(
                _finding({**row, "status": "fixed", "since": row["since"] or row["time"], "time": time}, False, rules)
                for row in _rows(rows)
            )


def _rows(rows: pyarrow.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows.select(list(_COLUMNS)).to_pylist()
    return found


def _lines(findings: Iterable[dict[str, Any]]) -> str:
    return safe_json(compact_lines(list(findings)).decode())


def _finding(row: dict[str, Any], is_new: bool, rules: dict[str, Rule]) -> dict[str, Any]:
    rule, status = rules.get(row["rule"]), row["status"]
    activity, state = _lifecycle(status, is_new)
    severity, compliance = _SEVERITIES[row["severity"]], _COMPLIANCE[status]
    return {
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": _CLASS,
        "class_name": "Compliance Finding",
        "type_uid": _CLASS * 100 + activity[0],
        "type_name": f"Compliance Finding: {activity[1]}",
        "activity_id": activity[0],
        "activity_name": activity[1],
        "severity_id": severity[0],
        "severity": severity[1],
        "status_id": state[0],
        "status": state[1],
        "time": _milliseconds(row["time"]),
        "message": row["message"] or "",
        "metadata": {
            "version": SCHEMA_VERSION,
            "profiles": ["cloud"],
            "product": {"name": "dyncheck", "vendor_name": "dyncheck", "version": VERSION},
            "event_code": row["rule"],
        },
        "cloud": _given(
            provider="AWS",
            account={"uid": row["account"], "type": "AWS Account", "type_id": 10} if row["account"] else None,
            region=row["region"],
        ),
        "finding_info": _given(
            uid=f"{row['fingerprint']}:{row['document']}",
            title=rule.title if rule else row["rule"],
            desc=row["message"],
            types=["Software and Configuration Checks"],
            created_time=_milliseconds(row["since"] or row["time"]),
            first_seen_time=_milliseconds(row["since"] or row["time"]),
            last_seen_time=_milliseconds(row["time"]),
            src_url=page(row["rule"]) if rule else None,
            analytic={"name": row["rule"], "uid": row["rule"], "type": "Rule", "type_id": 1},
        ),
        "compliance": _given(
            control=row["rule"],
            standards=sorted(rule.frameworks) if rule and rule.frameworks else ["dyncheck"],
            requirements=[f"{name}: {control}" for name, control in sorted(rule.frameworks.items())] if rule else None,
            status_id=compliance[0],
            status=compliance[1],
            status_detail=_detail(row),
        ),
        "resources": [
            _given(
                uid=row["address"],
                name=row["address"],
                type=_type(row["address"] or ""),
                region=row["region"],
                namespace=row["document"],
                labels=[f"environment:{row['environment']}"] if row["environment"] else None,
            )
        ],
        "unmapped": _given(document=row["document"], attribute=row["attribute"], contract=row["contract"]),
    }


def _lifecycle(status: str, is_new: bool) -> tuple[tuple[int, str], tuple[int, str]]:
    """The activity and the status of a finding."""
    if status == "fixed":
        return _CLOSE, _RESOLVED
    if status == "waived":
        return _UPDATE, _SUPPRESSED
    return (_CREATE, _NEW) if is_new else (_UPDATE, _IN_PROGRESS)


def _detail(row: dict[str, Any]) -> str | None:
    if row["found"] is None and row["expected"] is None:
        return None
    return f"Found: {row['found'] or 'not set'}. Expected: {row['expected'] or 'not set'}."


def _type(address: str) -> str:
    """The type of a resource."""
    found: list[str] = re.findall(r"(?:^|\.)(aws_[a-z0-9_]+)\.", address)
    return found[-1] if found else "Other"


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
