"""What a client may do wrong, what the server never does, and how long it takes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from dyncheck.server.buffers import LARGEST
from dyncheck.server.streams import LARGEST_MESSAGE
from tests.server.conftest import Write
from tests.server.test_diagnostics import ADDRESS, FOUND, ONE_RULE, TABLE
from tests.support.editor import Editor, command
from tests.support.paths import ROOT

# Runs the server, and writes the events of Python that no check may cause to the first argument.
WATCHED = """
import sys
output, sys.argv = open(sys.argv[1], "w"), ["dyncheck", *sys.argv[2:]]
FORBIDDEN = ("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "pty.", "socket.connect",
    "socket.bind", "socket.getaddrinfo", "socket.sendto", "urllib.", "http.", "ftplib.", "smtplib.", "os.remove", "os.rename", "os.mkdir")
def hook(event, arguments):
    path, mode = (*arguments, "", "")[:2]
    writes = event == "open" and isinstance(path, str) and isinstance(mode, str) and set("wax+") & set(mode)
    # A proof takes too long for an editor.
    proves = event == "import" and str(arguments[0]).startswith("dyncheck.prove")
    if event.startswith(FORBIDDEN) or writes or proves:
        print(event, arguments, file=output, flush=True)
sys.addaudithook(hook)
from dyncheck.cli.main import program
program()
"""


PRINTING_RULE = '''\
"""Prints.

Why: it prints.

Fix: do not.
"""

from dyncheck.dynamodb import Table
from dyncheck.rule import Problems, error, rule

print("loaded")


@rule(Table, severity=error)
def check(table: Table) -> Problems:
    print("checked")
    yield table.problem("It prints", "")
'''


class Raw:
    """A client that may send anything."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def send(self, data: bytes) -> None:
        assert self._process.stdin
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def message(self, **content: Any) -> None:
        self.body(json.dumps({"jsonrpc": "2.0", **content}).encode())

    def body(self, data: bytes) -> None:
        self.send(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))

    def answer(self) -> dict[str, Any]:
        """The next message of the server."""
        assert self._process.stdout
        length = 0
        while (line := self._process.stdout.readline()).strip():
            if found := re.match(rb"Content-Length: (\d+)", line):
                length = int(found[1])
        found_message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return found_message

    def answers(self) -> bool:
        """Whether the server still answers."""
        self.message(
            id=999, method="textDocument/hover", params={"textDocument": {"uri": "file:///x.tf"}, "position": {"line": 0, "character": 0}}
        )
        while (found := self.answer()).get("id") != 999:
            pass
        return found == {"jsonrpc": "2.0", "id": 999, "result": None}

    def end(self) -> tuple[int, bytes, bytes]:
        """Close the connection. Returns the exit code and what came after the last message."""
        output, errors = self._process.communicate(timeout=60)
        return self._process.returncode, output, errors


@pytest.fixture(scope="module")
def raw() -> Iterator[Raw]:
    client = Raw()
    client.message(id=1, method="initialize", params={"processId": None, "rootUri": None, "capabilities": {}})
    assert client.answer()["result"]["serverInfo"]["name"] == "dyncheck"
    client.message(method="initialized", params={})
    yield client
    # A client that goes away without ending the session.
    assert client.end() == (1, b"", b"")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "1.0", "id": 1, "method": "shutdown"}',
        b'{"jsonrpc": "2.0", "method": "no/such/notification", "params": {"a": 1}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///never.tf", "version": 1}, '
        b'"contentChanges": [{"text": ""}]}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///never.tf"}}}',
        b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 5}}',
        b'{"jsonrpc": "2.0", "id": {"a": 1}, "method": "textDocument/hover", "params": {}}',
        b'{"jsonrpc": "2.0", "id": 4, "result": {}}',
        b"[" * 100_000,
        b'{"a":' * 20_000,
    ],
    ids=lambda body: body[:60].decode(errors="replace"),
)
def test_a_message_that_is_none_does_not_end_the_server(raw: Raw, body: bytes) -> None:
    raw.body(body)
    assert raw.answers()


@pytest.mark.parametrize(
    "header",
    [
        b"\r\n",
        b"Content-Length: nine\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"x" * 100_000 + b"\r\n",
        b"Content-Length: " + b"9" * 10_000 + b"\r\n\r\n",
        b"Content-Length: %d\r\n\r\n" % (LARGEST_MESSAGE + 1) + b" " * (LARGEST_MESSAGE + 1),
    ],
    ids=["empty", "no number", "negative", "long", "long number", "large"],
)
def test_a_header_that_is_none_does_not_end_the_server(raw: Raw, header: bytes) -> None:
    raw.send(header)
    assert raw.answers()


def test_a_request_with_invalid_parameters_is_answered_with_an_error(raw: Raw) -> None:
    raw.message(id=7, method="textDocument/hover", params={"textDocument": 1})
    assert raw.answer()["error"]["code"] in (-32602, -32603)
    raw.message(id=8, method="no/such/request", params={})
    assert raw.answer()["error"]["code"] == -32601
    assert raw.answers()


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "git:/main.tf?ref",
        "https://example.com/main.tf",
        "file://[",
        "file:///a%00b.tf",
        "file:///%ff.tf",
        "",
        "main.tf",
        "file:///no/such/directory/main.tf",
        "file://server/share/main.tf",
    ],
)
def test_any_uri_may_be_opened(raw: Raw, uri: str) -> None:
    raw.message(
        method="textDocument/didOpen",
        params={"textDocument": {"uri": uri, "languageId": "terraform", "version": 1, "text": 'resource "a" "b" {}\n'}},
    )
    assert raw.answers()
    raw.message(method="textDocument/didClose", params={"textDocument": {"uri": uri}})
    assert raw.answers()


def test_lone_surrogates_are_characters_like_others(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"}) / "main.tf"
    editor.open(main)
    broken = editor.change(main, "# \ud800\n" + TABLE % "false")
    assert broken[-1] == FOUND.replace("10:4-10:19", "11:4-11:19")


def test_a_file_that_is_too_large_is_not_checked_and_says_so(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "true"}) / "main.tf"
    editor.open(main)
    found = editor.change(main, TABLE % "false" + "#" * LARGEST)
    assert found == [
        "0:0-0:0 information This file has more than 2,000,000 bytes, so it is not checked in the editor. Use `dyncheck check`."
    ]
    assert editor.change(main, TABLE % "false") == [FOUND]


def test_brackets_without_end_are_one_error(folder: Write, editor: Editor) -> None:
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "false"}) / "main.tf"
    editor.open(main)
    (error, finding) = editor.change(main, TABLE % "false" + "locals {\n  a = " + "[" * 50_000)
    assert "nests deeper" in error
    assert finding == FOUND


def test_the_server_starts_no_program_writes_nothing_and_connects_to_nothing(tmp_path: Path) -> None:
    log, tree = tmp_path / "events", tmp_path / "tree"
    copytree(ROOT / "Infrastructure", tree)
    editor = Editor([sys.executable, "-c", WATCHED, str(log), "server", "--pause", "0"])
    main = tree / "Modules" / "dynamodb" / "main.tf"
    editor.open(main)
    editor.change(main, main.read_text().replace("enabled     = true", "enabled     = false"))
    editor.actions(main, 0, 200)
    editor.hover(main, 0)
    editor.links(tree / "main.tf")
    assert editor.end() == (0, b"")
    assert log.read_text() == ""


def test_what_rules_print_does_not_get_into_the_protocol(tmp_path: Path) -> None:
    rules = tmp_path / "rules" / "acme"
    rules.mkdir(parents=True)
    (rules / "prints.py").write_text(PRINTING_RULE)
    (tmp_path / "main.tf").write_text(TABLE % "true")
    editor = Editor(command("--rules", str(tmp_path / "rules"), "--select", "acme/prints"))
    assert editor.open(tmp_path / "main.tf") == [f"0:0-0:40 error acme/prints It prints ({ADDRESS})"]
    assert editor.end() == (0, b"")


def test_a_repository_of_200_modules_checks_only_what_a_file_touches(folder: Write) -> None:
    """The log has a line for each root module that is checked."""
    call = 'module "orders" {\n  source = "../../modules/m%d"\n}\n'
    files = {f"modules/m{number}/main.tf": TABLE % "false" for number in range(100)}
    files |= {f"live/r{number}/main.tf": call % number for number in range(100)}
    root = folder({".dyncheck.yaml": ONE_RULE, **files})
    log = Editor(command("--log"))
    log.add_folder(root)
    log.open(root / "modules/m7/main.tf")
    log.change(root / "modules/m7/main.tf", TABLE % "true")
    log.open(root / "live/r8/main.tf")
    log.change(root / "live/r8/main.tf", "# changed\n" + call % 8)
    log.change(root / "live/r8/main.tf", call % 7)
    log.change(root / "modules/m7/main.tf", TABLE % "false")
    code, written = log.end()
    checked = re.findall(r"dyncheck: INFO: Checked (\S+)", written.decode())
    assert code == 0
    assert checked == ["live/r7", "live/r7", "live/r8", "live/r8", "live/r8", "live/r7", "live/r8"]


def test_the_reference_module_is_answered_in_less_than_100_ms(editor: Editor, tmp_path: Path) -> None:
    """The time of the server's processor, because other programs may use the machine as well."""
    copytree(ROOT / "Infrastructure", tmp_path / "tree")
    main = tmp_path / "tree" / "Modules" / "dynamodb" / "main.tf"
    text = main.read_text()
    editor.open(main)
    editor.change(main, text + "\n")
    before, changes = _processor_time(editor.process), 10
    for number in range(changes):
        editor.change(main, text + f"\n# {number}\n")
    taken = (_processor_time(editor.process) - before) / changes
    assert taken < 0.1, f"A change takes {taken * 1000:.0f} ms of processor time."


def _processor_time(process: int) -> float:
    """The seconds that a process has used the processor. Source: proc_pid_stat(5)."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        pytest.skip("The system does not show the time of a process.")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_change_cancels_the_check_before(folder: Write, editor: Editor) -> None:
    """Of many changes, the last one is answered soon, and no version is answered after a later one."""
    main = folder({".dyncheck.yaml": ONE_RULE, "main.tf": TABLE % "true"}) / "main.tf"
    editor.open(main)
    for number in range(50):
        editor.change(main, TABLE % "true" + f"# {number}\n", waits=False)
    assert editor.change(main, TABLE % "false") == [FOUND]
