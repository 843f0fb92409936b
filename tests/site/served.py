"""Serves a directory on this machine, as a web server does, for the tests that look at it in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


class _Recording(SimpleHTTPRequestHandler):
    def __init__(self, *given: Any, requests: list[str], **named: Any) -> None:
        self._requests = requests
        super().__init__(*given, **named)

    def log_message(self, _: str, *values: Any) -> None:
        self._requests.append(str(values[0]))


@contextmanager
def served(directory: Path, requests: list[str] | None = None) -> Iterator[str]:
    """The address of the directory, without a slash at its end. `requests` gets each request."""
    kept = [] if requests is None else requests
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Recording, directory=str(directory), requests=kept))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
