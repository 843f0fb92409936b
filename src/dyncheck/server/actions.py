"""The verified edits of findings, as the editor applies them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    Diagnostic,
    OptionalVersionedTextDocumentIdentifier,
    Range,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)
from msgspec.structs import replace

from dyncheck.findings import Report, Result, Status
from dyncheck.findings.edit import Replacement
from dyncheck.fix.reported import edits_alone
from dyncheck.fix.verified import Fixes, verified_edits
from dyncheck.server.diagnostics import Abilities, Shown, Texts
from dyncheck.server.session import Checked
from dyncheck.server.texts import Text

FIX_ALL = f"{CodeActionKind.SourceFixAll.value}.dyncheck"

# A longer message does not fit a menu.
_LONGEST = 100


class Actions:
    """The actions for what was checked in one folder. The process must have it as its working directory."""

    def __init__(self, checked: Checked, uri_of: Callable[[str], str], abilities: Abilities) -> None:
        self._checked = checked
        self._uri_of = uri_of
        self._abilities = abilities
        self._texts = Texts(checked.buffers.values(), abilities.encoding)

    def of(self, shown: Iterable[Shown]) -> Iterator[CodeAction]:
        """The edits that correct the findings of some diagnostics; those that need a decision say so."""
        seen: list[WorkspaceEdit] = []
        for each in shown:
            result = each.result
            if result is None or result.status is not Status.FAIL or not result.fix:
                continue
            for edit, kind in self._edits(result):
                if edit in seen:
                    continue
                seen.append(edit)
                yield _action(each.diagnostic, result, edit, is_safe=kind == "safe")

    def fix_all(self, path: str) -> CodeAction | None:
        """All safe edits of one file together, as far as they are in this file alone."""

        def is_there(result: Result) -> bool:
            return result.location is not None and os.path.realpath(result.location.file) == path

        report = self._report(is_there)
        if report is None:
            return None
        replacements: dict[tuple[int, int, str], Replacement] = {}
        for offer, edit in edits_alone(self._fixes(report, unsafe=False, chosen=is_there)):
            files = {os.path.realpath(each.file) for each in edit.replacements}
            if offer.kind == "safe" and files == {path}:
                replacements |= {(each.start.offset, each.end.offset, each.text): each for each in edit.replacements}
        found = [replacements[key] for key in sorted(replacements)]
        # Two insertions at one place, or overlapping ones, are for `dyncheck fix`, which lays them out together.
        is_apart = all(one.end.offset < other.start.offset for one, other in pairwise(found))
        written = self._workspace_edit(found) if found and is_apart else None
        return CodeAction("Make all safe edits of dyncheck", FIX_ALL, edit=written) if written else None

    def _edits(self, result: Result) -> Iterator[tuple[WorkspaceEdit, str]]:
        report = self._report(lambda each: each == result)
        if report is None:
            return
        fixes = self._fixes(report, unsafe=True, chosen=lambda each: each == result)
        for offer, edit in edits_alone(fixes):
            written = self._workspace_edit(edit.replacements)
            if written:
                yield written, offer.kind

    def _fixes(self, report: Report, *, unsafe: bool, chosen: Callable[[Result], bool]) -> Fixes:
        reading = self._checked.reading
        assert reading is not None
        settings = replace(reading.by.settings, changed=True, processes=1)
        paths = tuple(each.path for each in report.inputs)
        return verified_edits(report, paths, settings, unsafe=unsafe, chosen=chosen, trees=reading.trees)

    def _report(self, chosen: Callable[[Result], bool]) -> Report | None:
        """The report on the root modules with chosen findings, None without any."""
        if self._checked.reading is None:
            return None
        report = self._checked.report
        inputs = tuple(each for each in report.inputs if any(map(chosen, each.results)))
        names = {each.path for each in inputs}
        problems = tuple(each for each in report.problems if not each.path or each.path in names)
        return replace(report, inputs=inputs, problems=problems) if inputs else None

    def _workspace_edit(self, replacements: Iterable[Replacement]) -> WorkspaceEdit | None:
        """Replacements for the editor; None where a file in it is another one than the edit was made for."""
        by_path: dict[str, list[TextEdit]] = {}
        for each in replacements:
            path = os.path.realpath(each.file)
            if self._checked.reading and path in self._checked.reading.settled.broken:
                return None
            text = self._texts[path]
            by_path.setdefault(path, []).append(TextEdit(_range(text, each), _with_newlines(text, each.text)))
        if not self._abilities.document_changes:
            return WorkspaceEdit(changes={self._uri_of(path): edits for path, edits in by_path.items()})
        return WorkspaceEdit(
            document_changes=[
                TextDocumentEdit(OptionalVersionedTextDocumentIdentifier(self._uri_of(path), self._version(path)), list(edits))
                for path, edits in by_path.items()
            ]
        )

    def _version(self, path: str) -> int | None:
        buffer = self._checked.buffers.get(path)
        return buffer.version if buffer else None


def _action(diagnostic: Diagnostic, result: Result, edit: WorkspaceEdit, *, is_safe: bool) -> CodeAction:
    what = result.summary or result.message
    title = f"Correct: {what}" if is_safe else f"Correct (unsafe, review it): {what}"
    short = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    return CodeAction(short, CodeActionKind.QuickFix, diagnostics=[diagnostic], is_preferred=is_safe or None, edit=edit)


def _range(text: Text, replacement: Replacement) -> Range:
    return Range(
        text.position(text.bytes_before(replacement.start.offset)),
        text.position(text.bytes_before(replacement.end.offset)),
    )


def _with_newlines(text: Text, added: str) -> str:
    """A text with the line ends of the file."""
    if "\r\n" in text.text:
        return added.replace("\r\n", "\n").replace("\n", "\r\n")
    return added
