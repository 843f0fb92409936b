"""Reads each format back: the rule, the address, the place and the severity of each finding, and whether it is new."""

from __future__ import annotations

import csv
import html
import io
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree

from dyncheck.findings import Report, Result, Status
from dyncheck.reporters.safe import safe_text
from tests.reporters.html.page import Element, Page
from tests.support.runner import Command, commands


class Row(NamedTuple):
    """A finding on one address, in the words of the text format.

    `place` is `main.tf:12`, or the path of the input where no line is known. `severity` is `unknown` or `waived` for such a result.
    None stands for what a format does not have.
    """

    rule: str
    address: str | None
    place: str | None
    severity: str | None
    is_new: bool | None


def rows_of(report: Report) -> set[Row]:
    """What the report has: a row for each result that is not a pass."""
    sources = [(each.path, each.results) for each in report.inputs] + [(source_of_required(report), report.required)]
    return {
        Row(
            result.rule,
            safe_text(result.address),
            place_of(result, source),
            result.severity.value if result.status is Status.FAIL else result.status.value,
            result.status is not Status.WAIVED and report.is_new(result),
        )
        for source, results in sources
        for result in results
        if result.status is not Status.PASS
    }


def source_of_required(report: Report) -> str:
    """A required table is missing from all inputs; formats that need a file name the first one."""
    return report.inputs[0].path if report.inputs else "."


def place_of(result: Result, source: str) -> str:
    return safe_text(f"{result.location.file}:{result.location.line}") if result.location else tidy(source)


def tidy(path: str) -> str:
    """A path without `./`, and as text shows it."""
    return safe_text(path.removeprefix("./"))


class Known:
    """The names in a report, which are found again in prose."""

    def __init__(self, report: Report) -> None:
        rows = rows_of(report)
        self.required = tidy(source_of_required(report))
        self.titles = {safe_text(each.title): tidy(each.path) for each in report.inputs}
        self._paths = {safe_text(each.path) for each in report.inputs}
        self._rules = {row.rule for row in rows}
        self.addresses = {row.address for row in rows if row.address}
        self._places = {row.place for row in rows if row.place}
        self._lines = {place for place in self._places if re.search(r":\d+$", place)}

    def rows(self, text: str, severity: str | None, is_new: bool | None, *, rule: str = "", place: str | None = "") -> Iterator[Row]:
        """The rows for a text on one finding: one for each address in it. What is not given is in the text as well."""
        text = safe_text(text)
        named = rule or _only(_names(text, self._rules), text)
        where = _only(_names(text, self._lines) or _names(text, self._places), text) if place == "" else place
        addresses = _names(text, self.addresses)
        assert addresses, f"There is no address in {text!r}."
        yield from (Row(named, address, where, severity, is_new) for address in addresses)

    def places_in(self, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The addresses in lines, each with its place: a line of a file above it, else the path of the input before it."""
        place, source = "", ""
        for line in map(str.strip, lines):
            place = next(iter(_names(line, self._lines)), place)
            source = next((tidy(path) for path in self._paths if line.startswith(f"{path}:")), source)
            for address in _names(line, self.addresses):
                yield address, place or source or self.required
                source = ""


def _names(text: str, names: Iterable[str]) -> list[str]:
    """The names in a text that are not parts of longer ones."""
    found: list[str] = []
    for name in sorted(names, key=len, reverse=True):
        pattern = rf"(?<![\w./-]){re.escape(name)}(?![\w/-]|\.\w|\[)"
        if re.search(pattern, text):
            found.append(name)
            text = re.sub(pattern, " ", text)
    return found


def _only(names: list[str], text: str) -> str:
    assert len(names) == 1, f"There is not one name in {text!r}, but {names}."
    return names[0]


def _line(path: str, line: Any) -> str:
    return tidy(path) if line in (None, "", "0", 0) else f"{tidy(path)}:{line}"


# JSON formats


def read_json(text: str, known: Known) -> Iterator[Row]:
    for result in json.loads(text)["results"]:
        yield from _of_result(result, known)


def _of_result(result: dict[str, Any], known: Known) -> Iterator[Row]:
    if result["status"] != "pass":
        location = result["location"]
        place = _line(location["file"], location["line"]) if location else tidy(result.get("input", known.required))
        severity = result["severity"] if result["status"] == "fail" else result["status"]
        yield Row(result["rule"], safe_text(result["address"]), place, severity, result.get("new", result["status"] != "waived"))


def read_jsonl(text: str, known: Known) -> Iterator[Row]:
    for line in map(json.loads, text.splitlines()):
        if line["type"] == "result":
            yield from _of_result(line, known)


def read_sarif(text: str, known: Known) -> Iterator[Row]:
    for result in json.loads(text)["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        yield from known.rows(
            result["message"]["text"].split(".\nFrom ")[0],
            "unknown" if result.get("kind") == "open" else result["level"],
            result.get("baselineState", "new") == "new",
            rule=result["ruleId"].removesuffix("/unknown"),
            place=_line(unquote(place["artifactLocation"]["uri"]), place.get("region", {}).get("startLine")),
        )


def read_gitlab(text: str, known: Known) -> Iterator[Row]:
    for entry in json.loads(text):
        line = None if "line unknown" in entry["description"] else entry["location"]["lines"]["begin"]
        severity = {"critical": "error", "major": "warning", "minor": "note", "info": "unknown"}[entry["severity"]]
        place = _line(entry["location"]["path"], line)
        yield from known.rows(entry["description"], severity, True, rule=entry["check_name"], place=place)


def read_rdjson(text: str, known: Known) -> Iterator[Row]:
    for diagnostic in json.loads(text)["diagnostics"]:
        severity = {"ERROR": "error", "WARNING": "warning", "INFO": "note"}[diagnostic["severity"]]
        place = _line(diagnostic["location"]["path"], diagnostic["location"].get("range", {}).get("start", {}).get("line"))
        message = diagnostic["message"]
        yield from known.rows(message, _unknown_or(severity, message), True, rule=diagnostic["code"]["value"], place=place)


def _unknown_or(severity: str, message: str) -> str:
    return "unknown" if message.startswith("unknown: ") else severity


# XML formats


def read_checkstyle(text: str, known: Known) -> Iterator[Row]:
    for file in ElementTree.fromstring(text):
        for error in file:
            severity = {"info": "note"}.get(error.attrib["severity"], error.attrib["severity"])
            message = error.attrib["message"]
            rule = error.attrib["source"].removeprefix("dyncheck.")
            place = _line(file.attrib["name"], error.attrib["line"])
            yield from known.rows(message, _unknown_or(severity, message), True, rule=rule, place=place)


def read_junit(text: str, known: Known) -> Iterator[Row]:
    """The severity of what fails the run is that of the worst finding of a test, so it is read as `fail`."""
    for suite in ElementTree.fromstring(text).iter("testsuite"):
        source = known.titles.get(suite.attrib["name"], known.required)
        for case in suite.iter("testcase"):
            if case.find("error") is None:
                yield from _of_case(case, source)


def _of_case(case: ElementTree.Element, source: str) -> Iterator[Row]:
    for element in case:
        for finding in (element.text or "").split("\n\n"):
            heading, *others = finding.removeprefix("skipped: ").split("\n")
            place = next((line.removeprefix("at ") for line in others if line.startswith("at ")), source)
            status = heading.split(":")[0].split(",")[0]
            severity = status if status in ("unknown", "waived") else "fail"
            is_new = status != "waived" and "in the baseline" not in heading.split(":")[0]
            yield Row(case.attrib["name"], case.attrib["classname"], place, severity, is_new)


# Text formats


_PARTS = re.compile(r" +(from|found|expected|contract|fix|why): ")


def read_text(text: str, known: Known) -> Iterator[Row]:
    """The text with `--verbose`: a block for each problem, with its places and the addresses below them."""
    for block in re.split(r"\n\n", text):
        head = re.match(r"(error|warning|note|unknown|waived) +([^:]+): ", block)
        if head:
            lines = list(itertools.takewhile(lambda line: not _PARTS.match(line), block.split("\n")))
            is_new = head[1] != "waived" and not block[head.end() :].startswith("Still open: ")
            for rule in head[2].split(", "):
                yield from (Row(rule, address, place, head[1], is_new) for address, place in known.places_in(lines[1:]))


def read_concise(text: str, known: Known) -> Iterator[Row]:
    """One line for each finding. It counts the other addresses of a block, so no address is read."""
    for line in text.splitlines():
        finding = re.match(r"(.+?)(:\d+)?(:\d+)?: (error|warning|note|unknown) (\S+) (.*)", line)
        if finding:
            file, number, _, severity, rule, message = finding.groups()
            (row,) = known.rows(message, severity, True, rule=rule, place=f"{file}{number or ''}")
            yield row._replace(address=None)


def read_csv(text: str, known: Known) -> Iterator[Row]:
    for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        severity = row["severity"] if row["status"] == "fail" else row["status"]
        place = f"{row['file']}:{row['line']}" if row["file"] else tidy(row["input"] or known.required)
        yield Row(row["rule"], row["address"], place, severity, row["new"] == "true")


def read_github(text: str, known: Known) -> Iterator[Row]:
    """The annotations. One without a line has no place."""
    for command in commands(text):
        if command.properties["title"] == "could not be checked":
            continue
        file, line = command.properties.get("file"), command.properties.get("line")
        place = _line(file, line) if file else None
        if re.match(r"\d+ findings: ", command.properties["title"]):
            for finding in command.data.split("\n"):
                yield from _of_line(finding, known, place)
        else:
            yield from _of_annotation(command, known, place)


def _of_line(finding: str, known: Known, place: str | None) -> Iterator[Row]:
    severity, rest = finding.split(" ", 1)
    rule = re.split(r": | \(", rest, maxsplit=1)[0]
    yield from known.rows(rest, severity, True, rule=rule, place=place)


def _of_annotation(command: Command, known: Known, place: str | None) -> Iterator[Row]:
    severity = _unknown_or({"notice": "note"}.get(command.name, command.name), command.data)
    yield from known.rows(command.data.split("\nfrom ")[0], severity, True, rule=command.properties["title"], place=place)


# The sections of Markdown, and whether what they list is unknown and is new.
_SECTIONS = {
    "Findings": ("", True),
    "New": ("", True),
    "New and unknown": ("unknown", True),
    "Still open": ("", False),
    "Unknown": ("unknown", True),
    "Still unknown": ("unknown", False),
    "Waived": ("waived", False),
}


def read_markdown(text: str, known: Known) -> Iterator[Row]:
    for section in re.split("^### ", text, flags=re.MULTILINE)[1:]:
        status, is_new = _SECTIONS.get(section.split("\n")[0], (None, None))
        for line in section.splitlines() if status is not None else ():
            if line.startswith("| ") and not line.startswith(("| ---", "| Severity")):
                severity, *cells = line.strip("| ").split(" | ")
                yield from known.rows(_plain(" ".join(cells)), status or severity, is_new)


def _plain(markdown: str) -> str:
    """A row of a table without the marks around code, links and line breaks."""
    text = re.sub(r"\[(`+[^`]*`+)\]\(https://[^)]*\)", r"\1", markdown)
    text = re.sub(r"(?<!`)(`+) ?(.*?) ?(?<!`)\1(?!`)", r"\2", text.replace("<br>", "  "))
    return html.unescape(text)


def read_html(text: str, known: Known) -> Iterator[Row]:
    """The findings, each with its places and the addresses there. Without a baseline none is marked as new, and all are."""
    page = Page(text)
    is_compared = bool(page.all(id="changes"))
    for finding in page.all("details", class_="finding"):
        for place in page.inside(finding):
            if place.name == "p" and "at" in place.classes:
                yield from _of_place(page, finding, place, known, is_compared)


def _of_place(page: Page, finding: Element, place: Element, known: Known, is_compared: bool) -> Iterator[Row]:
    inside = page.inside(place)
    source = next((each.text for each in inside if each.name == "bdi"), "")
    files = [each.text for each in page.inside(place.parent) if each.name == "p" and "file" in each.classes] if place.parent else []
    verdict = finding.get("data-verdict")
    where = re.sub(r"-\d+$", "", files[0]) if files else known.titles.get(source, known.required)
    is_new = verdict != "waived" and (not is_compared or bool(place.get("data-new")))
    # What was found there is code as well.
    codes = [each.text for each in inside if each.name == "code" and each.text in known.addresses]
    yield from (Row(finding.get("data-rule"), address, where, verdict, is_new) for address in codes)


# The edits: the content of each file after the edit of a finding, with the rule of the finding.


def edits_in_json(text: str) -> Iterator[tuple[str, dict[str, bytes]]]:
    for result in json.loads(text)["results"]:
        if "edit" in result:
            yield (
                result["rule"],
                _replaced((each["file"], each["start"], each["end"], each["text"]) for each in result["edit"]["replacements"]),
            )


def edits_in_sarif(text: str) -> Iterator[tuple[str, dict[str, bytes]]]:
    (run,) = json.loads(text)["runs"]
    for result in run["results"]:
        for fix in result.get("fixes", ()):
            assert run["columnKind"] == "unicodeCodePoints"
            yield result["ruleId"], _replaced(_of_sarif(fix))


def _of_sarif(fix: dict[str, Any]) -> Iterator[tuple[str, int, int, str]]:
    for change in fix["artifactChanges"]:
        file = unquote(change["artifactLocation"]["uri"])
        lines = Path(file).read_bytes().decode("utf-8-sig").split("\n")
        mark = len(Path(file).read_bytes()) - len("\n".join(lines).encode())
        for each in change["replacements"]:
            start, end = (
                mark + len("\n".join((*lines[: line - 1], lines[line - 1][: column - 1])).encode())
                for line, column in (
                    (each["deletedRegion"][f"{side}Line"], each["deletedRegion"][f"{side}Column"]) for side in ("start", "end")
                )
            )
            yield file, start, end, each["insertedContent"]["text"]


def edits_in_rdjson(text: str) -> Iterator[tuple[str, dict[str, bytes]]]:
    for diagnostic in json.loads(text)["diagnostics"]:
        for suggestion in diagnostic.get("suggestions", ()):
            file = diagnostic["location"]["path"]
            lines = Path(file).read_bytes().split(b"\n")
            places = (suggestion["range"][side] for side in ("start", "end"))
            start, end = (
                len(b"\n".join((*lines[: place["line"] - 1], lines[place["line"] - 1][: place["column"] - 1]))) for place in places
            )
            yield diagnostic["code"]["value"], _replaced([(file, start, end, suggestion["text"])])


def edits_in_html(text: str) -> Iterator[tuple[str, str]]:
    """The rule and the diff of each edit."""
    page = Page(text)
    for finding in page.all("details", class_="finding"):
        for element in page.inside(finding):
            if element.name == "div" and "edit" in element.classes:
                yield finding.get("data-rule"), next(each.text for each in page.inside(element) if each.name == "pre")


def diff_in_comment(text: str) -> str:
    """The diff of all edits."""
    (found,) = re.findall(r"(?ms)^(`{3,})diff\n(.*?)^\1$", text)
    return str(found[1])


def _replaced(replacements: Iterable[tuple[str, int, int, str]]) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    for file, start, end, text in sorted(replacements, reverse=True):
        data = contents.get(file) or Path(file).read_bytes()
        contents[file] = data[:start] + text.encode() + data[end:]
    return contents


READERS: dict[str, Callable[[str, Known], Iterator[Row]]] = {
    "text": read_text,
    "concise": read_concise,
    "json": read_json,
    "jsonl": read_jsonl,
    "sarif": read_sarif,
    "github": read_github,
    "github-comment": read_markdown,
    "markdown": read_markdown,
    "gitlab": read_gitlab,
    "junit": read_junit,
    "rdjson": read_rdjson,
    "checkstyle": read_checkstyle,
    "csv": read_csv,
    "html": read_html,
}
