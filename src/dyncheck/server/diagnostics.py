"""What was checked -> the diagnostics of each file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
    Position,
    Range,
)
from msgspec import Struct

from dyncheck.errors import InputError
from dyncheck.findings import Report, Result, Status
from dyncheck.input_problems import InputProblem
from dyncheck.readers.hcl.configuration.files import read_bytes
from dyncheck.reporters.pages import page
from dyncheck.reporters.ranked import RankedFinding, of_contract, ranked
from dyncheck.rule import Severity
from dyncheck.server.buffers import LARGEST, Buffer
from dyncheck.server.session import Checked
from dyncheck.server.texts import Text, moved

SOURCE = "dyncheck"

# So many addresses are in one message.
_MOST_ADDRESSES = 5

_SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.NOTE: DiagnosticSeverity.Information,
}
_TOP = Range(Position(0, 0), Position(0, 0))

# The place at the start of a message or a notice.
_PLACE = re.compile(r"(?P<file>[^\n]+?):(?P<line>\d+):(?:(?P<column>\d+):)? ")


class Abilities(Struct, frozen=True):
    """What the editor shows of a diagnostic, and the encoding in which it counts columns."""

    encoding: str = "utf-16"
    related: bool = True
    pages: bool = True
    tags: bool = True
    versions: bool = True
    document_changes: bool = True


class Shown(Struct, frozen=True):
    """A diagnostic of a file, and the result that it shows, if it shows one. `directory` is the folder that was checked."""

    path: str
    diagnostic: Diagnostic
    directory: str
    result: Result | None = None


class Texts:
    """The texts of files by their real paths, those of open files as they are in the editor. Each is read once."""

    def __init__(self, buffers: Iterable[Buffer], encoding: str) -> None:
        self._encoding = encoding
        self._known = {each.path: Text(each.text, encoding) for each in buffers}

    def __getitem__(self, path: str) -> Text:
        if path not in self._known:
            try:
                text = read_bytes(path).decode(errors="replace")
            except InputError:
                text = ""
            self._known[path] = Text(text, self._encoding)
        return self._known[path]


class Diagnosing:
    """Makes the diagnostics of what was checked in one folder. The process must have it as its working directory."""

    def __init__(self, checked: Checked, uri_of: Callable[[str], str], abilities: Abilities) -> None:
        self._checked = checked
        self._uri_of = uri_of
        self._abilities = abilities
        self._texts = Texts(checked.buffers.values(), abilities.encoding)
        self._broken = checked.reading.settled.broken if checked.reading else {}

    def shown(self) -> Iterator[Shown]:
        """Every diagnostic, the worst first."""
        for buffer in self._checked.buffers.values():
            if buffer.is_too_large:
                text = f"This file has more than {LARGEST:,} bytes, so it is not checked in the editor. Use `dyncheck check`."
                yield self._shown(buffer.path, Diagnostic(_TOP, text, DiagnosticSeverity.Information, source=SOURCE))
        if self._checked.error is not None:
            yield from self._of_configuration(str(self._checked.error))
        report = self._checked.report
        for problems, _ in self._broken.values():
            for problem in problems:
                yield from self._of_problem(problem, is_of_now=True)
        for problem in report.problems:
            yield from self._of_problem(problem)
        for finding in ranked(report):
            if finding.result.status is not Status.UNKNOWN or self._shows_unknown:
                yield self._of_finding(finding)
        for notice in dict.fromkeys(notice for each in report.inputs for notice in each.notices):
            yield from self._of_notice(notice, report)
        for path, plan in self._checked.plans.items():
            yield from self._of_plan(path, plan)

    @property
    def _shows_unknown(self) -> bool:
        return self._checked.reading is None or self._checked.reading.shows_unknown

    def _shown(self, path: str, diagnostic: Diagnostic, result: Result | None = None) -> Shown:
        return Shown(path, diagnostic, self._checked.directory, result)

    def _range(self, path: str, line: int, column: int = 0) -> Range:
        """The first line of a place. For a broken file, the place is in the text that stands for it."""
        text = self._texts[path]
        if path in self._broken:
            line, column = moved(line, self._broken[path][1], text.text), 0
        return text.first_line(line, column)

    def _of_finding(self, finding: RankedFinding) -> Shown:
        result = finding.result
        path = os.path.realpath(finding.file)
        if result.location is None:
            path = self._first_file(finding.source)
        place = result.location
        where = self._range(path, place.line, place.column) if place else _TOP
        related = [
            DiagnosticRelatedInformation(Location(self._uri_of(real), self._range(real, each.line)), each.message)
            for each in result.related
            for real in (os.path.realpath(each.file),)
        ]
        return self._shown(path, self._diagnostic(where, finding, related), result)

    def _diagnostic(self, where: Range, finding: RankedFinding, related: list[DiagnosticRelatedInformation]) -> Diagnostic:
        result = finding.result
        message = finding.message[:1].upper() + finding.message[1:]
        addresses = ", ".join(finding.addresses(_MOST_ADDRESSES))
        url = page(result.rule)
        is_unknown = result.status is Status.UNKNOWN
        return Diagnostic(
            where,
            f"{message} ({addresses}{of_contract(result)})",
            DiagnosticSeverity.Information if is_unknown else _SEVERITIES[result.severity],
            code=result.rule,
            code_description=CodeDescription(url) if url and self._abilities.pages else None,
            source=SOURCE,
            related_information=(related or None) if self._abilities.related else None,
        )

    def _first_file(self, source: str) -> str:
        """The file that stands for a root module."""
        files = next((each.files for each in self._checked.report.inputs if each.path == source and each.files), ())
        return os.path.realpath(files[0] if files else source)

    def _of_problem(self, problem: InputProblem, *, is_of_now: bool = False) -> Iterator[Shown]:
        """A reason why something cannot be checked. Its place is in the text as it is now, or in what stands for a broken file."""
        if problem.kind == "nothing-to-check":
            return
        message = problem.message.partition("\n")[0] if problem.kind == "syntax" else problem.message
        place = _PLACE.match(message)
        file, line, column = problem.path, problem.line, problem.column
        if place and (not line or place["file"] == file):
            file, line, column = place["file"], int(place["line"]), int(place["column"] or 0)
            message = message[place.end() :]
        path = os.path.realpath(file)
        if not os.path.isfile(path) and path not in self._checked.buffers:
            path, line = next((each for each in self._checked.buffers if path in ("", os.path.dirname(each))), ""), 0
            path = path or next(iter(self._checked.buffers))
        place_of = self._texts[path].first_line if is_of_now else partial(self._range, path)
        where = place_of(line, column) if line else _TOP
        yield self._shown(path, Diagnostic(where, message, DiagnosticSeverity.Error, code=problem.kind, source=SOURCE))

    def _of_notice(self, notice: str, report: Report) -> Iterator[Shown]:
        """A notice at a line: a waiver that nothing needs, a value for an undeclared variable."""
        files = {file for each in report.inputs for file in (*each.files, *each.variable_files)}
        place = _PLACE.match(notice)
        if place and place["file"] in files:
            path = os.path.realpath(place["file"])
            tags = [DiagnosticTag.Unnecessary] if self._abilities.tags else None
            where = self._range(path, int(place["line"]))
            yield self._shown(path, Diagnostic(where, notice[place.end() :], DiagnosticSeverity.Hint, source=SOURCE, tags=tags))

    def _of_configuration(self, message: str) -> Iterator[Shown]:
        """The errors of a configuration or a contract, each at its line."""
        _, *details = message.split("\n")
        found = False
        for detail in details:
            place = re.match(r"(?P<file>.+?):(?P<line>\d+): ", detail)
            if place and os.path.isfile(place["file"]):
                found = True
                path = os.path.realpath(place["file"])
                where = self._texts[path].first_line(int(place["line"]))
                yield self._shown(
                    path, Diagnostic(where, detail[place.end() :], DiagnosticSeverity.Error, code="configuration", source=SOURCE)
                )
        if not found:
            for path in self._checked.buffers:
                yield self._shown(path, Diagnostic(_TOP, message, DiagnosticSeverity.Error, code="configuration", source=SOURCE))

    def _of_plan(self, path: str, report: Report) -> Iterator[Shown]:
        """The findings of a plan in the plan itself, at the first mention of their addresses."""
        text = self._texts[path]
        for problem in report.problems:
            if problem.kind != "nothing-to-check":
                where = text.first_line(problem.line, problem.column) if problem.line else _TOP
                yield self._shown(path, Diagnostic(where, problem.message, DiagnosticSeverity.Error, code=problem.kind, source=SOURCE))
        for finding in ranked(report):
            if finding.result.status is Status.UNKNOWN and not self._shows_unknown:
                continue
            related: list[DiagnosticRelatedInformation] = []
            if place := finding.result.location:
                real = os.path.realpath(place.file)
                code = Location(self._uri_of(real), self._texts[real].first_line(place.line, place.column))
                related.append(DiagnosticRelatedInformation(code, "the attribute is set here"))
            yield self._shown(path, self._diagnostic(_mention(text, finding.result.address), finding, related), finding.result)


def _mention(text: Text, address: str) -> Range:
    """Where a plan first has an address."""
    from msgspec.json import encode

    quoted = re.escape(encode(str(address)).decode())
    found = re.search(rf'"address"\s*:\s*({quoted})', text.text)
    return Range(text.position(found.start(1)), text.position(found.end(1))) if found else _TOP
