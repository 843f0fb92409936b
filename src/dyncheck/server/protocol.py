"""The server: takes the messages of an editor, and answers from one thread that checks.

Source: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from traceback import format_exception
from typing import Any, BinaryIO, TypeVar
from urllib.parse import quote

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter

from dyncheck.errors import InputError
from dyncheck.files import CONFIGURATION, TERRAFORM_FILES
from dyncheck.readers.hcl.configuration.files import is_inside
from dyncheck.readers.hcl.language.nodes import Body
from dyncheck.server.actions import FIX_ALL, Actions
from dyncheck.server.buffers import Buffer, changed, opened
from dyncheck.server.diagnostics import Abilities, Diagnosing, Shown
from dyncheck.server.folder import SettingsOf
from dyncheck.server.hover import hover_text
from dyncheck.server.links import links
from dyncheck.server.session import CancelledError, Checked, Session, is_plan, working_in
from dyncheck.server.streams import Input
from dyncheck.server.texts import Text, moved
from dyncheck.server.uris import path_of, uri_of
from dyncheck.version import VERSION

# Seconds without a change before a check starts.
PAUSE = 0.2

# Bytes of stack for the thread that checks. The deepest evaluation needs a part of it; a thread has too little on some systems.
_STACK = 256 << 20

_WATCHED = (*(f"**/*{ending}" for ending in TERRAFORM_FILES), f"**/{CONFIGURATION}", "**/*.yaml", "**/*.yml")

Answer = TypeVar("Answer")

logger = logging.getLogger("dyncheck.server")


class _Protocol(LanguageServerProtocol):
    """Answers a request whose parameters are invalid, for which pygls has only a log."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), str | int):
                self._send_response(data["id"], error=error.to_response_error())
            raise


class Server(LanguageServer):
    """One editor's server. Handlers run in the event loop; everything about files runs in the one thread that checks."""

    def __init__(self, settings_of: SettingsOf, pause: float = PAUSE) -> None:
        super().__init__(
            "dyncheck",
            VERSION,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=_Protocol,
            converter_factory=default_converter,
            max_workers=2,
        )
        self._pause = pause
        self._session = Session(settings_of)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="check")
        self._abilities = Abilities()
        self._watches = False
        # The URIs of the editor's folders, by their real paths.
        self._folders: dict[str, str] = {}
        self._buffers: dict[str, Buffer] = {}
        self._dirty: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._cancel: threading.Event | None = None
        self._shown: dict[str, list[Shown]] = {}
        self._published: dict[str, list[types.Diagnostic]] = {}
        self._register()

    def _register(self) -> None:
        for name, handler in (
            (types.INITIALIZE, self._on_initialize),
            (types.INITIALIZED, self._on_initialized),
            (types.TEXT_DOCUMENT_DID_OPEN, self._on_open),
            (types.TEXT_DOCUMENT_DID_CHANGE, self._on_change),
            (types.TEXT_DOCUMENT_DID_CLOSE, self._on_close),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._on_files),
            (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self._on_folders),
            (types.TEXT_DOCUMENT_HOVER, self._on_hover),
        ):
            self.feature(name)(_function(handler))
        self.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))(_function(self._on_save))
        kinds = [types.CodeActionKind.QuickFix, FIX_ALL]
        self.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))(_function(self._on_action))
        self.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkOptions(resolve_provider=False))(_function(self._on_links))

    def serve(self, source: Input, target: BinaryIO) -> int:
        """Answer until the editor ends the session. Returns the exit code: 1 if it went away without ending it."""
        before = threading.stack_size(_STACK)
        self._worker.submit(int)
        threading.stack_size(before)
        self.start_io(source, target)  # type: ignore[arg-type]
        self._stop_check()
        self._worker.shutdown(wait=False, cancel_futures=True)
        return 0 if self.protocol._shutdown else 1

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Only logs: an error in one message must not interrupt who is typing."""
        logger.error("%s: %s", getattr(source, "__name__", source), error)

    # Messages of the editor

    def _on_initialize(self, params: types.InitializeParams) -> None:
        capabilities = params.capabilities
        document, workspace = capabilities.text_document, capabilities.workspace
        published = document.publish_diagnostics if document else None
        watching = workspace.did_change_watched_files if workspace else None
        editing = workspace.workspace_edit if workspace else None
        self._watches = bool(watching and watching.dynamic_registration)
        self._abilities = Abilities(
            encoding=str(ServerCapabilitiesBuilder.choose_position_encoding(capabilities)),
            related=bool(published and published.related_information),
            pages=bool(published and published.code_description_support),
            tags=bool(published and published.tag_support),
            versions=bool(published and published.version_support),
            document_changes=bool(editing and editing.document_changes),
        )
        root = params.root_uri or (uri_of(params.root_path) if params.root_path else None)
        for uri in [each.uri for each in params.workspace_folders or ()] or ([root] if root else []):
            self._add_folder(uri)

    def _on_initialized(self, _params: types.InitializedParams) -> None:
        if self._watches:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            watched = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            self.client_register_capability(types.RegistrationParams([watched]))

    def _on_open(self, params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        if path := path_of(document.uri):
            buffer = opened(document.uri, path, document.text, document.version)
            if buffer.is_terraform or is_plan(buffer):
                self._buffers[document.uri] = buffer
                self._check_soon([buffer.path], 0)

    def _on_change(self, params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        if document.uri in self._buffers and params.content_changes:
            buffer = changed(self._buffers[document.uri], params.content_changes[-1].text, document.version)
            self._buffers[document.uri] = buffer
            self._check_soon([buffer.path], self._pause)

    def _on_close(self, params: types.DidCloseTextDocumentParams) -> None:
        if buffer := self._buffers.pop(params.text_document.uri, None):
            self._check_soon([*(each.path for each in self._near(buffer)), buffer.path], 0)

    def _on_save(self, _params: types.DidSaveTextDocumentParams) -> None:
        self._on_disk()

    def _on_files(self, _params: types.DidChangeWatchedFilesParams) -> None:
        self._on_disk()

    def _on_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.removed:
            self._folders = {real: uri for real, uri in self._folders.items() if uri != folder.uri}
        for folder in params.event.added:
            self._add_folder(folder.uri)
        self._check_soon([each.path for each in self._buffers.values()], 0)

    async def _on_action(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        return await self._answer(self._actions, params.text_document.uri, params)

    async def _on_hover(self, params: types.HoverParams) -> types.Hover | None:
        return await self._answer(self._hover, params.text_document.uri, params)

    async def _on_links(self, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        return await self._answer(self._links, params.text_document.uri, params)

    # Checks

    def _add_folder(self, uri: str) -> None:
        if path := path_of(uri):
            self._folders[os.path.realpath(path)] = uri

    def _near(self, buffer: Buffer) -> Iterable[Buffer]:
        """The open files of the same directory."""
        return [each for each in self._buffers.values() if os.path.dirname(each.path) == os.path.dirname(buffer.path)]

    def _on_disk(self) -> None:
        """Files on the disk may be others now, also those that a function reads."""
        self._worker.submit(self._session.forget)
        self._check_soon([], self._pause)

    def _check_soon(self, paths: Iterable[str], pause: float) -> None:
        """Check after a pause without another change. What is checked now is no longer of use."""
        self._dirty.update(paths)
        self._stop_check()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(pause, self._start_check)

    def _stop_check(self) -> None:
        if self._cancel is not None:
            self._cancel.set()

    def _start_check(self) -> None:
        self._timer = None
        dirty, self._dirty = frozenset(self._dirty), set()
        self._cancel = threading.Event()
        work = partial(self._checked, tuple(self._buffers.values()), dirty, dict(self._folders), self._cancel)
        future = asyncio.get_running_loop().run_in_executor(self._worker, work)
        future.add_done_callback(partial(self._after_check, dirty))

    def _checked(
        self, buffers: tuple[Buffer, ...], dirty: frozenset[str], folders: dict[str, str], cancel: threading.Event
    ) -> dict[str, list[Shown]]:
        """The diagnostics of every file, in the thread that checks. Raises `CancelledError`."""
        found: dict[str, list[Shown]] = {}
        if cancel.is_set():
            raise CancelledError
        uris = _Uris(buffers, folders)
        for checked in self._session.check(buffers, dirty, folders, cancel.is_set):
            for each in Diagnosing(checked, uris.of, self._abilities).shown():
                found.setdefault(each.path, []).append(each)
        return found

    def _after_check(self, dirty: frozenset[str], future: asyncio.Future[dict[str, list[Shown]]]) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is not None:
            # The next check includes these files.
            self._dirty.update(dirty)
            if not isinstance(error, CancelledError):
                self._tell_of_bug(error)
            return
        self._publish(future.result())

    def _tell_of_bug(self, error: BaseException) -> None:
        """Write a bug to the log of the editor. What was found before stays."""
        message = f"This is a bug in dyncheck. Please report it with this trace:\n{''.join(format_exception(error))}"
        logger.error("%s", message)
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, message))

    def _publish(self, shown: dict[str, list[Shown]]) -> None:
        self._shown = shown
        uris = _Uris(self._buffers.values(), self._folders)
        new = {uri: [each.diagnostic for each in several] for path, several in shown.items() for uri in uris.all_of(path)}
        for buffer in self._buffers.values():
            new.setdefault(buffer.uri, [])
        for uri in [*(each for each in self._published if each not in new), *new]:
            diagnostics = new.get(uri, [])
            version = self._buffers[uri].version if uri in self._buffers and self._abilities.versions else None
            if uri in self._buffers or self._published.get(uri, []) != diagnostics:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))
        self._published = new

    # Answers, in the thread that checks

    async def _answer(self, make: Callable[[Checked, Buffer, Any], Answer], uri: str, params: Any) -> Answer | None:
        """An answer about an open file, None for another one, and for a text that was not checked yet."""
        buffer = self._buffers.get(uri)
        if buffer is None:
            return None

        def answer() -> Answer | None:
            checked = next((each for each in self._session.checked.values() if each.buffers.get(buffer.path) == buffer), None)
            if checked is None:
                return None
            working_in(checked.directory)
            return make(checked, buffer, params)

        return await asyncio.get_running_loop().run_in_executor(self._worker, answer)

    def _actions(self, checked: Checked, buffer: Buffer, params: types.CodeActionParams) -> list[types.CodeAction]:
        only = params.context.only
        actions = Actions(checked, self._uri_of(checked), self._abilities)
        found: list[types.CodeAction] = []
        if _asks_for(only, types.CodeActionKind.QuickFix.value, by_default=True):
            first, last = params.range.start.line, params.range.end.line
            shown = (each for each in self._shown.get(buffer.path, ()) if not each.result or not is_plan(buffer))
            found += actions.of(
                each for each in shown if each.diagnostic.range.start.line <= last and first <= each.diagnostic.range.end.line
            )
        if _asks_for(only, FIX_ALL, by_default=False) and (every := actions.fix_all(buffer.path)):
            found.append(every)
        return found

    def _hover(self, checked: Checked, buffer: Buffer, params: types.HoverParams) -> types.Hover | None:
        text = Text(buffer.text, self._abilities.encoding)
        body = _body(checked, buffer)
        if checked.reading is None or body is None:
            return None
        offset = text.offset(params.position)
        line = text.line_of(offset)
        results = [each.result for each in self._shown.get(buffer.path, ()) if each.result and _covers(each, params.position)]
        if standing := checked.reading.settled.broken.get(buffer.path):
            line = moved(line, buffer.text, standing[1])
        content = hover_text(buffer.path, line, body, results, _roots_of(checked, buffer), checked.reading, self._uri_of(checked))
        markdown = types.MarkupContent(types.MarkupKind.Markdown, content)
        return types.Hover(markdown, text.first_line(text.line_of(offset))) if content else None

    def _links(self, checked: Checked, buffer: Buffer, _params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        body = _body(checked, buffer)
        if checked.reading is None or body is None or buffer.path in checked.reading.settled.broken:
            return []
        return list(links(buffer.path, body, Text(buffer.text, self._abilities.encoding), self._uri_of(checked)))

    def _uri_of(self, checked: Checked) -> Callable[[str], str]:
        return _Uris(checked.buffers.values(), self._folders).of


class _Uris:
    """The URIs of files, as the editor writes them for open files and for those in its folders."""

    def __init__(self, buffers: Iterable[Buffer], folders: dict[str, str]) -> None:
        self._open: dict[str, list[str]] = {}
        for each in buffers:
            self._open.setdefault(each.path, []).append(each.uri)
        self._folders = folders

    def all_of(self, path: str) -> list[str]:
        """Every URI of a file with that real path: a link may be open beside it."""
        return self._open.get(path) or [self.of(path)]

    def of(self, path: str) -> str:
        """The URI of a file with that real path."""
        if path in self._open:
            return self._open[path][0]
        near = max((each for each in self._folders if is_inside(path, each)), key=len, default="")
        if not near:
            return uri_of(path)
        inside = os.path.relpath(path, near).replace(os.sep, "/")
        return f"{self._folders[near].rstrip('/')}/{quote(os.fsencode(inside))}"


def _function(method: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A method as a function: pygls keeps attributes on its handlers, which a method cannot have."""
    if inspect.iscoroutinefunction(method):

        async def wait(params: Any) -> Any:
            return await method(params)

        return wait
    return lambda params: method(params)


def _asks_for(only: Iterable[str] | None, kind: str, *, by_default: bool) -> bool:
    """Whether the editor asks for a kind of action, or for all below one that contains it."""
    if only is None:
        return by_default
    names = [each.value if isinstance(each, types.CodeActionKind) else each for each in only]
    return any(name in ("", kind) or kind.startswith(f"{name}.") for name in names)


def _covers(shown: Shown, position: types.Position) -> bool:
    return shown.diagnostic.range.start.line <= position.line <= shown.diagnostic.range.end.line


def _roots_of(checked: Checked, buffer: Buffer) -> list[Any]:
    """The checked root modules that have a file, those with an error last."""
    found = [
        root
        for root, each in checked.roots.items()
        if each.checked and any(os.path.realpath(file) == buffer.path for file in each.checked.input.files)
    ]
    return sorted(found, key=lambda root: bool(checked.roots[root].problems))


def _body(checked: Checked, buffer: Buffer) -> Body | None:
    """The syntax tree of a file of a module, or of what stands for it."""
    if checked.reading is None:
        return None
    directory = os.path.dirname(buffer.path)
    modules = checked.reading.trees.modules
    for view in (modules, modules.opentofu):
        try:
            files = view.at(directory).files
        except InputError:
            continue
        for file in files:
            if os.path.realpath(file.path) == buffer.path:
                return file.body
    return None
