"""The report as SARIF 2.1.0, in the form that GitHub's code scanning takes.

https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from msgspec import UNSET, Raw
from msgspec.structs import replace

from dyncheck.findings import Report, Status
from dyncheck.findings.edit import VerifiedEdit
from dyncheck.reporters.coverage import coverage
from dyncheck.reporters.document import compact, document
from dyncheck.reporters.json import directory_entry, input_entry
from dyncheck.reporters.ranked import RankedFinding, ranked, shortened, tidy, within_size
from dyncheck.reporters.sarif_rules import descriptors, id_of_unknown
from dyncheck.reporters.tally import notices
from dyncheck.version import VERSION

# GitHub rejects a file with more results or related locations, or with more than 10 MB when compressed. Findings compress to
# less than a tenth of their size.
MOST_RESULTS = 25_000
MOST_BYTES = 20_000_000
_MOST_RELATED = 100
_MOST_ADDRESSES = 20
_MOST_CHARACTERS = 2_000

_ROOT = "%SRCROOT%"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def to_sarif(report: Report) -> str:
    """One run. Only failed and unknown results are in it: GitHub ignores suppressions and kinds, and would show all as open alerts."""
    rules = descriptors(report)
    positions = {rule["id"]: position for position, rule in enumerate(rules)}
    found = ranked(report)
    written = within_size(map(compact, _results(report, found, positions)), MOST_BYTES)
    results = list(map(Raw, islice(written, MOST_RESULTS)))
    run = {
        "tool": {"driver": {"name": "dyncheck", "semanticVersion": VERSION, "rules": rules}},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The directory that dyncheck ran in."}}},
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "toolExecutionNotifications": list(_notifications(report, len(found), len(results))),
                **_coverage(report),
            }
        ],
        "results": results,
        # SARIF 3.14.17. Of all positions, only those of edits have columns.
        **({"columnKind": "unicodeCodePoints"} if report.edits else {}),
    }
    return document({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, 4)


def _coverage(report: Report) -> dict[str, Any]:
    """What was checked and what was not, as the report in JSON has it."""
    covered = {
        "inputs": [replace(input_entry(each), notices=UNSET) for each in report.inputs],
        "directories": [directory_entry(each) for each in report.directories],
        "not_applicable": list(report.not_applicable),
        "not_run": list(report.not_run),
    }
    return {"properties": {name: value for name, value in covered.items() if value}} if any(covered.values()) else {}


def _results(report: Report, found: tuple[RankedFinding, ...], positions: dict[str, int]) -> Iterator[dict[str, Any]]:
    together = Counter((_rule_id(each), each.file, each.line) for each in found)
    for finding in found:
        result, rule = finding.result, _rule_id(finding)
        fingerprints = {"dyncheck/v1": result.fingerprint}
        # GitHub identifies an alert by this value. upload-sarif computes it from the text of the line and warns about any other
        # value (github/codeql-action#4052). So it is set only where there is no line, or where several results of one rule are
        # on the line: GitHub would show only one of them.
        if not finding.line or together[rule, finding.file, finding.line] > 1:
            fingerprints["primaryLocationLineHash"] = f"{result.fingerprint}:1"
        yield {
            "ruleId": rule,
            "ruleIndex": positions[rule],
            **_level(report, finding),
            "message": {"text": _message(finding)},
            "locations": [_location(finding)],
            **_related(finding),
            **_fixes(report.edit_of(result)),
            "partialFingerprints": fingerprints,
        }


def _rule_id(finding: RankedFinding) -> str:
    return id_of_unknown(finding.result.rule) if finding.result.status is Status.UNKNOWN else finding.result.rule


def _level(report: Report, finding: RankedFinding) -> dict[str, str]:
    # SARIF 3.27.24. GitHub ignores the state, and compares with the alerts of the base branch itself. So a fixed finding has no result
    # ("absent"), for which GitHub would open an alert, and an old one has, because GitHub would close its alert.
    state = {} if report.comparison is None else {"baselineState": "new" if finding.is_new else "unchanged"}
    if finding.result.status is Status.UNKNOWN:
        # SARIF 3.27.9: "There was insufficient information to decide". 3.27.10 then requires the level "none". GitHub ignores
        # the kind, and shows this level below a note.
        return {"kind": "open", "level": "none", **state}
    return {"level": finding.result.severity.value, **state}


def _message(finding: RankedFinding) -> str:
    """The message and the addresses, then the related locations as links `[text](id)`. No link comes from the input."""
    result, (first, *others) = finding.result, finding.addresses(_MOST_ADDRESSES)
    lines = [f"{finding.message} ({first})."]
    if others:
        lines.append(f"Also: {', '.join(others)}.")
    if result.contract:
        lines.append(f"Contract: {result.contract}.")
    if result.location is None:
        lines.append("The line in the Terraform files is unknown, so the location is the whole input.")
    text = shortened("\n".join(lines), _MOST_CHARACTERS).replace("](", "] (")
    # GitHub shows a related location only where the message links to it. Braces stay single, because there are no arguments.
    related = [_linked(number, each.file, each.line, each.message) for number, each in enumerate(result.related[:_MOST_RELATED], 1)]
    return "\n".join((text, *related))


def _linked(number: int, file: str, line: int, message: str) -> str:
    before, after = (shortened(text, _MOST_CHARACTERS).replace("](", "] (") for text in (file, message))
    return f"From {before}, [line {line}]({number}): {after}."


def _location(finding: RankedFinding) -> dict[str, Any]:
    # GitHub rejects a file with a result without a location, so that of a result without lines is the whole input:
    # https://github.com/github/codeql-action/issues/1738
    location = finding.result.location
    region = {"region": {"startLine": location.line, "endLine": location.end_line}} if location else {}
    return {
        "physicalLocation": {"artifactLocation": _artifact(finding.file), **region},
        "logicalLocations": [{"fullyQualifiedName": finding.result.address, "kind": "resource"}],
    }


def _related(finding: RankedFinding) -> dict[str, Any]:
    places = [
        {
            "id": number,
            "physicalLocation": {"artifactLocation": _artifact(tidy(related.file)), "region": {"startLine": related.line}},
            "message": {"text": shortened(related.message, _MOST_CHARACTERS)},
        }
        for number, related in enumerate(finding.result.related[:_MOST_RELATED], 1)
    ]
    return {"relatedLocations": places} if places else {}


def _fixes(edit: VerifiedEdit | None) -> dict[str, Any]:
    """The edit as SARIF 3.55 has it."""
    if edit is None:
        return {}
    changes: dict[str, list[dict[str, Any]]] = {}
    for each in edit.replacements:
        region = {
            "startLine": each.start.line,
            "startColumn": each.start.column,
            "endLine": each.end.line,
            "endColumn": each.end.column,
        }
        changes.setdefault(tidy(each.file), []).append({"deletedRegion": region, "insertedContent": {"text": each.text}})
    artifacts = [{"artifactLocation": _artifact(file), "replacements": replacements} for file, replacements in changes.items()]
    return {"fixes": [{"description": {"text": "The edit of dyncheck fix, which was checked."}, "artifactChanges": artifacts}]}


def _artifact(path: str) -> dict[str, str]:
    if os.path.isabs(path):
        return {"uri": f"file:///{quote(path.lstrip('/'), safe='/:', errors='backslashreplace')}"}
    return {"uri": quote(path, errors="backslashreplace"), "uriBaseId": _ROOT}


def _notifications(report: Report, found: int, kept: int) -> Iterator[dict[str, Any]]:
    for error in report.errors:
        yield {"level": "error", "message": {"text": error}}
    if kept < found:
        text = f"{found - kept} of {found} results are omitted, because GitHub limits the size of the file."
        yield {"level": "warning", "message": {"text": f"{text} Those of low severity and those in the baseline are omitted first."}}
    level = "warning" if report.not_checked else "note"
    for sentence in coverage(report):
        yield {"level": level, "message": {"text": sentence}}
    for path, notice in notices(report):
        yield {"level": "note", "message": {"text": f"{path}: {notice}"}}
