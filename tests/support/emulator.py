"""Emulators of DynamoDB: one process for all processes of a test run, and requests to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock

from tests.support.paths import ROOT

_LONGEST_START = 60


class Answer(NamedTuple):
    """What the service answers: the short name of an error and its message, or neither, and a body."""

    error: str
    message: str
    body: Any


class Emulator:
    """An emulator that listens. `account` separates the tables of one test from those of another, where the emulator does so."""

    def __init__(self, port: int, account: str = "test") -> None:
        self.port = port
        self._account = account
        self._connection = HTTPConnection("127.0.0.1", port, timeout=_LONGEST_START)

    def account(self, name: str) -> Emulator:
        """The same emulator, for another account: a name of letters and digits."""
        return Emulator(self.port, name)

    def call(self, operation: str, request: dict[str, Any]) -> Answer:
        """Send a request, such as `GetItem`."""
        credential = f"Credential={self._account}/20200101/us-east-1/dynamodb/aws4_request"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=b",
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Date": "20200101T000000Z",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        }
        content = json.dumps(request).encode()
        try:
            status, body = self._answer(content, headers)
        except ConnectionError:
            # The server closes a connection that was not used for some time.
            status, body = self._answer(content, headers)
        if status < 300:
            return Answer("", "", body)
        return Answer(body["__type"].rpartition("#")[2], body.get("message") or body.get("Message") or "", body)

    def _answer(self, content: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        try:
            self._connection.request("POST", "/", content, headers)
            response = self._connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        except (OSError, HTTPException, ValueError):
            # The next request opens a new connection.
            self._connection.close()
            raise

    def done(self, operation: str, request: dict[str, Any]) -> Any:
        """The body of an answer that is no error."""
        answer = self.call(operation, request)
        assert not answer.error, f"{operation} {request}: {answer.error}: {answer.message}"
        return answer.body


@contextmanager
def running(command: Sequence[str | Path], cwd: Path, kept: Path) -> Iterator[Emulator]:
    """An emulator that runs while any process is in this context for the directory `kept`. `{port}` in the command is the port.

    A program of this module keeps it, and ends it when the last of those processes has left or has died.
    """
    users, address = kept / "users", kept / "port"
    mine = users / str(os.getpid())
    with FileLock(kept.with_suffix(".lock")):
        users.mkdir(parents=True, exist_ok=True)
        mine.touch()
        port = int(address.read_text()) if address.exists() else 0
        if not (port and _answers(port)):
            port = _free_port()
            own = [str(part).replace("{port}", str(port)) for part in command]
            # A pipe would be full one day, because nobody reads it.
            streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            keeper = [sys.executable, "-m", "tests.support.emulator", str(cwd), str(kept), *own]
            subprocess.Popen(keeper, cwd=ROOT, **streams)  # type: ignore[call-overload]
            _wait_for(port)
            address.write_text(str(port))
    try:
        yield Emulator(port)
    finally:
        mine.unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        Emulator(port).call("ListTables", {})
    except (OSError, HTTPException, ValueError):
        return False
    return True


def _wait_for(port: int) -> None:
    end = time.monotonic() + _LONGEST_START
    while not _answers(port):
        if time.monotonic() > end:
            raise TimeoutError(f"no emulator answers on port {port}")
        time.sleep(0.1)


def _is_alive(user: Path) -> bool:
    try:
        os.kill(int(user.name), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _keep(cwd: str, kept: Path, command: list[str]) -> None:
    """Run the command until it ends or no process uses it."""
    server = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL)
    try:
        while server.poll() is None:
            time.sleep(0.3)
            # A process that begins to use it holds the lock.
            with FileLock(kept.with_suffix(".lock")):
                if not any(map(_is_alive, (kept / "users").iterdir())):
                    (kept / "port").unlink(missing_ok=True)
                    return
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    _keep(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
