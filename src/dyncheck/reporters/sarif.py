"""The report as SARIF 2.1.0, in the form that GitHub's code scanning takes.

https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from msgspec import Raw

from dyncheck.findings import Report, Status
from dyncheck.reporters.document import compact, document
from dyncheck.reporters.ranked import Shown, numbered, ranked, shortened, tidy
from dyncheck.reporters.sarif_rules import descriptors, undecided
from dyncheck.reporters.tally import notices
from dyncheck.version import VERSION

# One result or related location too many, and GitHub refuses the whole file. It also refuses what is over 10 MB when
# compressed; findings compress to less than a tenth, so this many bytes are far from that.
MOST_RESULTS = 25_000
MOST_BYTES = 20_000_000
_MOST_RELATED = 100
_MOST_ADDRESSES = 20
_MOST_CHARACTERS = 2_000

_ROOT = "%SRCROOT%"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def to_sarif(report: Report) -> str:
    """One run. Results are what failed or is unknown: GitHub ignores suppressions and kinds, and would show the rest as open alerts."""
    rules = descriptors(report)
    positions = {rule["id"]: position for position, rule in enumerate(rules)}
    found = ranked(report)
    results = _within_limits(_results(report, found, positions))
    run = {
        "tool": {"driver": {"name": "dyncheck", "semanticVersion": VERSION, "rules": rules}},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The directory that dyncheck ran in."}}},
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "toolExecutionNotifications": list(_notifications(report, len(found), len(results))),
            }
        ],
        "results": results,
    }
    return document({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, 4)


def _results(report: Report, found: tuple[Shown, ...], positions: dict[str, int]) -> Iterator[dict[str, Any]]:
    together = Counter((_rule_id(shown), shown.file, shown.line) for shown in found)
    numbers = numbered((_rule_id(shown), shown.file, shown.result.fingerprint) for shown in found)
    for shown, number in zip(found, numbers, strict=True):
        result, rule = shown.result, _rule_id(shown)
        fingerprints = {"dyncheck/v1": result.fingerprint}
        # GitHub tells alerts apart by this one alone. upload-sarif makes it of the text of the line, and warns of every other
        # value (github/codeql-action#4052), so it is given only where the line would not do: there is none, or several
        # results of one rule are on it, of which GitHub would show one.
        if not shown.line or together[rule, shown.file, shown.line] > 1:
            fingerprints["primaryLocationLineHash"] = f"{result.fingerprint}:{number}"
        yield {
            "ruleId": rule,
            "ruleIndex": positions[rule],
            **_grade(report, shown),
            "message": {"text": _message(shown)},
            "locations": [_location(shown)],
            **_related(shown),
            "partialFingerprints": fingerprints,
        }


def _rule_id(shown: Shown) -> str:
    return undecided(shown.result.rule) if shown.result.status is Status.UNKNOWN else shown.result.rule


def _grade(report: Report, shown: Shown) -> dict[str, str]:
    # What is fixed has no result: GitHub ignores the state, and would open an alert for it.
    state = {} if report.comparison is None else {"baselineState": "new" if shown.is_new else "unchanged"}
    if shown.result.status is Status.UNKNOWN:
        # "There was insufficient information to decide": SARIF 3.27.9. Its 3.27.10 demands this level then. GitHub ignores the
        # kind but has the level too, below a note: the alert is there, and weighs least.
        return {"kind": "open", "level": "none", **state}
    return {"level": shown.result.severity.value, **state}


def _message(shown: Shown) -> str:
    """What is found and where, then the way the value came; a link is `[text](id)`, and none comes from the input."""
    result = shown.result
    unknown = "Cannot be told yet: " if result.status is Status.UNKNOWN else ""
    lines = [f"{unknown}{result.message} ({result.address})."]
    if shown.also:
        rest = len(shown.also) - _MOST_ADDRESSES
        lines.append(f"Also: {', '.join(shown.also[:_MOST_ADDRESSES])}{f' and {rest} more' if rest > 0 else ''}.")
    if result.location is None:
        lines.append("The line of the .tf file is not known, so this is about the whole input.")
    text = shortened("\n".join(lines), _MOST_CHARACTERS).replace("](", "] (")
    # GitHub shows a related location only where the message links to it. Braces stay single, for there are no arguments.
    way = [_linked(number, each.file, each.line, each.message) for number, each in enumerate(result.related[:_MOST_RELATED], 1)]
    return "\n".join((text, *way))


def _linked(number: int, file: str, line: int, message: str) -> str:
    before, after = (shortened(text, _MOST_CHARACTERS).replace("](", "] (") for text in (file, message))
    return f"From {before}, [line {line}]({number}): {after}."


def _location(shown: Shown) -> dict[str, Any]:
    """Where a result is. GitHub refuses a file with a result that has no location, so one without lines names the whole input.

    https://github.com/github/codeql-action/issues/1738
    """
    location = shown.result.location
    region = {"region": {"startLine": location.line, "endLine": location.end_line}} if location else {}
    return {
        "physicalLocation": {"artifactLocation": _artifact(shown.file), **region},
        "logicalLocations": [{"fullyQualifiedName": shown.result.address, "kind": "resource"}],
    }


def _related(shown: Shown) -> dict[str, Any]:
    places = [
        {
            "id": number,
            "physicalLocation": {"artifactLocation": _artifact(tidy(related.file)), "region": {"startLine": related.line}},
            "message": {"text": shortened(related.message, _MOST_CHARACTERS)},
        }
        for number, related in enumerate(shown.result.related[:_MOST_RELATED], 1)
    ]
    return {"relatedLocations": places} if places else {}


def _artifact(path: str) -> dict[str, str]:
    if os.path.isabs(path):
        return {"uri": f"file:///{quote(path.lstrip('/'), safe='/:', errors='backslashreplace')}"}
    return {"uri": quote(path, errors="backslashreplace"), "uriBaseId": _ROOT}


def _within_limits(results: Iterable[dict[str, Any]]) -> list[Raw]:
    """As many of the results as GitHub takes, which come with the weightiest first."""
    kept: list[Raw] = []
    room = MOST_BYTES
    for result in results:
        written = compact(result)
        room -= len(written)
        if room < 0 or len(kept) == MOST_RESULTS:
            break
        kept.append(Raw(written))
    return kept


def _notifications(report: Report, found: int, kept: int) -> Iterator[dict[str, Any]]:
    for error in report.errors:
        yield {"level": "error", "message": {"text": error}}
    if kept < found:
        text = f"{found - kept} of {found} results are left out, the least severe and the known ones first: GitHub takes no more."
        yield {"level": "warning", "message": {"text": text}}
    for path, notice in notices(report):
        yield {"level": "note", "message": {"text": f"{path}: {notice}"}}
