"""The report as Checkstyle's XML, which reviewdog, Jenkins and many other tools read.

There is no schema. The format is what Checkstyle writes: https://checkstyle.org/apidocs/com/puppycrawl/tools/checkstyle/XMLLogger.html
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from dyncheck.findings import Report, Status
from dyncheck.reporters.ranked import RankedFinding, of_contract, ranked
from dyncheck.reporters.xml import allowed, document
from dyncheck.rule import Severity

# The version of Checkstyle whose format this is. Readers expect the attribute, and none evaluates it.
_VERSION = "4.3"
_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info"}


def to_checkstyle(report: Report) -> str:
    """One error for each new finding, grouped by files; an unknown has the severity `info`."""
    root = Element("checkstyle", version=_VERSION)
    files: dict[str, Element] = {}
    for finding in ranked(report):
        if finding.is_new:
            if finding.file not in files:
                files[finding.file] = SubElement(root, "file", name=allowed(finding.file))
            files[finding.file].append(_error(finding))
    return document(root)


def _error(finding: RankedFinding) -> Element:
    result, location = finding.result, finding.result.location
    return Element(
        "error",
        # Checkstyle writes the line 0 and no column for what concerns the whole file.
        {"line": str(finding.line), **({"column": str(location.column)} if location and location.column else {})},
        severity="info" if result.status is Status.UNKNOWN else _SEVERITIES[result.severity],
        message=allowed(f"{finding.message} ({', '.join((finding.address, *finding.also))}{of_contract(result)})"),
        # Jenkins takes the part after the last dot as the type, and the part before it as the category.
        source=allowed(f"dyncheck.{result.rule}"),
    )
