"""A local cloud: moto simulates AWS, and a proxy before it notes what is asked and may answer in its place."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

# Services that sign with another name than their actions have.
_SIGNED_AS = {"monitoring": "cloudwatch"}
# The calls of services whose paths name no action.
_BY_PATH = (("/event-source-mappings", "ListEventSourceMappings"), ("/v1/pipes", "ListPipes"))


@contextmanager
def cloud() -> Iterator[str]:
    """The address of a moto server that runs during the context."""
    # Not a pipe: nobody would read it, and it would be full one day.
    with tempfile.NamedTemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], stdout=log, stderr=subprocess.STDOUT, text=True
        )
        try:
            address = _address(Path(log.name))
            _wait_for(f"{address}/moto-api/")
            yield address
        finally:
            server.terminate()
            server.wait()


def reset(address: str) -> None:
    """Forget all that a moto server has."""
    urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/reset", method="POST")).close()


@dataclass
class Request:
    """A call of a service, such as `dynamodb:DescribeTable`, with its region and its body. `number` counts the calls of its action."""

    action: str
    region: str
    body: str
    number: int


@dataclass
class Proxy:
    """A server before another one. `answer` may answer a request itself, with a status and a body; it is called for one at a time."""

    address: str
    answer: Callable[[Request], tuple[int, str] | None] = lambda _: None
    requests: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def actions(self) -> set[str]:
        """The actions that were called."""
        return {request.action for request in self.requests}

    def note(self, action: str, region: str, body: str) -> tuple[int, str] | None:
        """Keep a request, and answer it where this proxy does."""
        with self.lock:
            request = Request(action, region, body, sum(each.action == action for each in self.requests) + 1)
            self.requests.append(request)
            return self.answer(request)


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """A proxy that runs during the context."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            action, region = _called(self.path, dict(self.headers), body)
            status, content, kind = (
                self._forwarded(body)
                if (own := found.note(action, region, body.decode("latin1"))) is None
                else (
                    own[0],
                    own[1].encode(),
                    "application/x-amz-json-1.0",
                )
            )
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            if "cbor" in kind:
                self.send_header("smithy-protocol", "rpc-v2-cbor")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815 - http.server looks for this name

        def _forwarded(self, body: bytes) -> tuple[int, bytes, str]:
            connection = HTTPConnection(urlsplit(target).netloc)
            connection.request(self.command, self.path, body, dict(self.headers))
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers.get("Content-Type", "")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        found = Proxy(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


def _called(path: str, headers: dict[str, str], body: bytes) -> tuple[str, str]:
    """The action of a request, and its region, which are in its signature, its headers, its path or its body."""
    by_name = {name.lower(): value for name, value in headers.items()}
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", by_name.get("authorization", ""))
    region, service = scope.groups() if scope else ("", "")
    service = _SIGNED_AS.get(service, service)
    if target := by_name.get("x-amz-target"):
        name = target.rpartition(".")[2]
    elif operation := re.search(r"/operation/(\w+)", path):
        name = operation[1]
    else:
        by_path = next((name for part, name in _BY_PATH if part in path), "")
        name = by_path or parse_qs(body.decode("latin1")).get("Action", [f"{path}"])[0]
    return f"{service}:{name}", region


def _address(log: Path) -> str:
    for _ in range(600):
        if match := re.search(r"http://127\.0\.0\.1:\d+", log.read_text()):
            return match[0]
        time.sleep(0.1)
    raise TimeoutError(f"moto does not start: {log.read_text()}")


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer")
