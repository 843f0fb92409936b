"""An editor for tests: the client of pygls, which runs `dyncheck server` and speaks with it over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Coroutine, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

# Seconds. A busy machine needs some of them.
PATIENCE = 60

Answer = TypeVar("Answer")

CAPABILITIES = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        workspace_folders=True,
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
    ),
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
            related_information=True,
            version_support=True,
            code_description_support=True,
            tag_support=types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary]),
        )
    ),
)


def command(*options: str) -> list[str]:
    """The command that an editor starts."""
    return [sys.executable, "-m", "dyncheck", "server", "--pause", "0", *options]


class Editor:
    """One server and the files that are open in it. Every message is sent and awaited from the thread of a test."""

    def __init__(self, arguments: Iterable[str], *, encodings: Iterable[str] = (), environment: dict[str, str] | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.client = LanguageClient("tests", "1")
        self._changed = threading.Condition()
        self._published: dict[str, types.PublishDiagnosticsParams] = {}
        self.watched: list[str] = []
        self._texts: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._publish(params))
        self.client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: self._register(params))
        program, *rest = arguments
        self._wait(self.client.start_io(program, *rest, env=environment))
        general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(each) for each in encodings] or None)
        capabilities = types.ClientCapabilities(workspace=CAPABILITIES.workspace, text_document=CAPABILITIES.text_document, general=general)
        self.initialized = self._wait(
            self.client.initialize_async(types.InitializeParams(capabilities=capabilities, workspace_folders=[], process_id=os.getpid()))
        )
        self._call(lambda: self.client.initialized(types.InitializedParams()))

    # What an editor does

    def add_folder(self, path: Path) -> None:
        self._folders(added=[types.WorkspaceFolder(path.as_uri(), path.name)], removed=[])

    def remove_folder(self, path: Path) -> None:
        self._folders(added=[], removed=[types.WorkspaceFolder(path.as_uri(), path.name)])

    def open(self, path: Path, text: str | None = None, *, uri: str = "") -> list[str]:
        """Open a file with its own text or another one. Returns its diagnostics."""
        uri, text = uri or path.as_uri(), path.read_bytes().decode() if text is None else text
        self._texts[uri], self._versions[uri] = text, self._versions.get(uri, 0) + 1
        document = types.TextDocumentItem(uri, "terraform", self._versions[uri], text)
        self._call(lambda: self.client.text_document_did_open(types.DidOpenTextDocumentParams(document)))
        return self._diagnostics_of_version(uri)

    def change(self, path: Path, text: str, *, uri: str = "", waits: bool = True) -> list[str]:
        """Change the text of an open file. Returns its new diagnostics."""
        uri = uri or path.as_uri()
        self._texts[uri], self._versions[uri] = text, self._versions[uri] + 1
        document = types.VersionedTextDocumentIdentifier(version=self._versions[uri], uri=uri)
        change = types.DidChangeTextDocumentParams(document, [types.TextDocumentContentChangeWholeDocument(text)])
        self._call(lambda: self.client.text_document_did_change(change))
        return self._diagnostics_of_version(uri) if waits else []

    def close(self, path: Path, *, uri: str = "") -> None:
        document = types.TextDocumentIdentifier(uri or path.as_uri())
        self._texts.pop(document.uri)
        self._call(lambda: self.client.text_document_did_close(types.DidCloseTextDocumentParams(document)))

    def close_all(self) -> None:
        for uri in list(self._texts):
            self.close(Path(), uri=uri)

    def save(self, path: Path) -> None:
        """Write the text of an open file to the disk and say so."""
        path.write_bytes(self._texts[path.as_uri()].encode())
        document = types.TextDocumentIdentifier(path.as_uri())
        self._call(lambda: self.client.text_document_did_save(types.DidSaveTextDocumentParams(document)))

    def tell_of_files(self, *paths: Path) -> None:
        """Say that files changed on the disk."""
        changes = [types.FileEvent(each.as_uri(), types.FileChangeType.Changed) for each in paths]
        self._call(lambda: self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes)))

    def hover(self, path: Path, line: int, character: int = 4) -> str:
        """The text about a place, in Markdown; empty without one."""
        params = types.HoverParams(types.TextDocumentIdentifier(path.as_uri()), types.Position(line, character))
        found = self._wait(self.client.text_document_hover_async(params))
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    def actions(self, path: Path, first: int, last: int | None = None, only: list[str] | None = None) -> list[types.CodeAction]:
        """The actions for some lines."""
        place = types.Range(types.Position(first, 0), types.Position(first if last is None else last, 0))
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(path.as_uri()),
            place,
            types.CodeActionContext([], only=only),
        )
        found = self._wait(self.client.text_document_code_action_async(params)) or []
        return [each for each in found if isinstance(each, types.CodeAction)]

    def links(self, path: Path) -> list[tuple[str, str]]:
        """The links of a file: the linked text and the target."""
        params = types.DocumentLinkParams(types.TextDocumentIdentifier(path.as_uri()))
        found = self._wait(self.client.text_document_document_link_async(params)) or []
        return [(self._text_in(path.as_uri(), each.range), each.target or "") for each in found]

    def applied(self, path: Path, action: types.CodeAction) -> str:
        """The text of an open file after the edits of an action in it."""
        assert action.edit is not None
        text = self._texts[path.as_uri()]
        found = [
            edit
            for document in action.edit.document_changes or []
            if isinstance(document, types.TextDocumentEdit) and document.text_document.uri == path.as_uri()
            for edit in document.edits
            if isinstance(edit, types.TextEdit)
        ]
        for edit in sorted(found, key=lambda each: (each.range.start.line, each.range.start.character), reverse=True):
            start, end = self._offset(text, edit.range.start), self._offset(text, edit.range.end)
            text = text[:start] + edit.new_text + text[end:]
        return text

    def diagnostics(self, path: Path, *, uri: str = "") -> list[str]:
        """The diagnostics that were published last for a file, open or not."""
        with self._changed:
            params = self._published.get(uri or path.as_uri())
        return [rendered(each) for each in params.diagnostics] if params else []

    def wait_for(self, path: Path, expected: list[str]) -> None:
        """Wait until a file has these diagnostics, for a change that the editor did not make."""
        with self._changed:
            self._changed.wait_for(lambda: self.diagnostics(path) == expected, PATIENCE)
        found = self.diagnostics(path)
        assert found == expected, found

    def raw(self, path: Path) -> list[types.Diagnostic]:
        """The diagnostics of a file as they came."""
        with self._changed:
            return list(self._published[path.as_uri()].diagnostics)

    def end(self) -> tuple[int | None, bytes]:
        """End the session. Returns the exit code and what the server wrote to standard error."""
        server = self.client._server
        assert server is not None
        assert server.stderr is not None
        if server.returncode is None:
            self._wait(self.client.shutdown_async(None))
            self._call(lambda: self.client.exit(None))
            self._wait(server.wait())
        written = self._wait(server.stderr.read())
        self._wait(self.client.stop())  # type: ignore[no-untyped-call]
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        return server.returncode, written

    @property
    def process(self) -> int:
        """The id of the server's process."""
        assert self.client._server is not None
        return self.client._server.pid

    @property
    def is_running(self) -> bool:
        return self.client._server is not None and self.client._server.returncode is None

    # What happens below

    def _folders(self, added: list[types.WorkspaceFolder], removed: list[types.WorkspaceFolder]) -> None:
        params = types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent(added, removed))
        self._call(lambda: self.client.workspace_did_change_workspace_folders(params))

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        with self._changed:
            self._published[params.uri] = params
            self._changed.notify_all()

    def _register(self, params: types.RegistrationParams) -> None:
        self.watched += [each.method for each in params.registrations]

    def _diagnostics_of_version(self, uri: str) -> list[str]:
        def is_there() -> bool:
            found = self._published.get(uri)
            return found is not None and found.version == self._versions[uri]

        with self._changed:
            assert self._changed.wait_for(is_there, PATIENCE), f"no diagnostics for version {self._versions[uri]} of {uri}"
        return self.diagnostics(Path(), uri=uri)

    def _text_in(self, uri: str, place: types.Range) -> str:
        text = self._texts[uri]
        return text[self._offset(text, place.start) : self._offset(text, place.end)]

    def _offset(self, text: str, position: types.Position) -> int:
        lines = text.split("\n")
        before = sum(len(line) + 1 for line in lines[: position.line])
        line = lines[position.line].encode("utf-16-le")
        return before + len(line[: 2 * position.character].decode("utf-16-le"))

    def _wait(self, coroutine: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    def _call(self, function: Any) -> None:
        done: Future[None] = Future()

        def run() -> None:
            try:
                function()
                done.set_result(None)
            except BaseException as error:
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        done.result(PATIENCE)


def rendered(diagnostic: types.Diagnostic) -> str:
    """A diagnostic in one line: its place, severity, code and message, then the places it is related to."""
    start, end = diagnostic.range.start, diagnostic.range.end
    place = f"{start.line}:{start.character}-{end.line}:{end.character}"
    severity = diagnostic.severity.name.lower() if diagnostic.severity else "?"
    code = f" {diagnostic.code}" if diagnostic.code else ""
    related = [
        f"{each.location.uri.rpartition('/')[2]}:{each.location.range.start.line}:{each.location.range.start.character} {each.message}"
        for each in diagnostic.related_information or []
    ]
    tags = [each.name.lower() for each in diagnostic.tags or []]
    return " | ".join((f"{place} {severity}{code} {diagnostic.message}", *related, *tags))
