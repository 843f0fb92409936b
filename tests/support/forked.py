"""Runs the command line in forks of a process that has imported it: a separate process each time, without the import time.

A fork has real standard streams, arguments, environment and working directory, and ends with a real exit code. What Python itself reads
when it starts (such as `PYTHONIOENCODING`) needs a new process.
"""

from __future__ import annotations

import contextlib
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.rules import fix_the_rules

_STARTED_BY_PYTHON = ("PYTHON", "LC_", "LANG")
# Modules that a normal run imports only if it needs them. The other modules belong to other programs.
_OTHER_PROGRAMS = ("dyncheck.__main__", "dyncheck.cli.hook", "dyncheck.checkov.")


class CommandLine:
    """The process that forks, and the connection to it."""

    def __init__(self, asked: socket.socket) -> None:
        self._asked = asked

    def run(
        self, arguments: list[str], *, stdin: bytes, cwd: Path, environment: dict[str, str], processors: int = 0
    ) -> subprocess.CompletedProcess[bytes]:
        """Run `dyncheck` with these arguments and this input; returns its outputs and its exit code.

        With `processors`, the run sees a machine with this number of processors.
        """
        asked = {"arguments": arguments, "cwd": os.fspath(cwd), "environment": environment, "processors": processors}
        request = json.dumps(asked).encode()
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(stdin)
            given.seek(0)
            socket.send_fds(self._asked, [len(request).to_bytes(8, "big")], [given.fileno(), out.fileno(), err.fileno()])
            self._asked.sendall(request)
            answer = self._asked.recv(4, socket.MSG_WAITALL)
            assert len(answer) == 4, "The process that forks has ended."
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(["dyncheck", *arguments], int.from_bytes(answer, "big", signed=True), out.read(), err.read())


def needs_its_own_python(environment: dict[str, str]) -> bool:
    """Whether Python has to be started with these variables."""
    return any(name.startswith(_STARTED_BY_PYTHON) for name in environment)


@contextlib.contextmanager
def command_line() -> Iterator[CommandLine]:
    """Run the process that forks during the context."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", __name__, str(theirs.fileno())]
    with ours, subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()]) as process:
        theirs.close()
        yield CommandLine(ours)
        ours.close()
        process.wait()


def _serve(asked: socket.socket) -> None:
    fix_the_rules()
    import_module("dyncheck.cli.main")
    package = import_module("dyncheck")
    for module in pkgutil.walk_packages(package.__path__, "dyncheck."):
        if not module.name.startswith(_OTHER_PROGRAMS):
            import_module(module.name)
    while True:
        size, streams, _, _ = socket.recv_fds(asked, 8, 3)
        if not size:
            return
        request = json.loads(asked.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL))
        child = os.fork()
        if not child:
            asked.close()
            become(streams, request["cwd"], request["environment"], request["processors"])
            os._exit(ended(["dyncheck", *request["arguments"]]))
        for stream in streams:
            os.close(stream)
        asked.sendall(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]).to_bytes(4, "big", signed=True))


def become(streams: list[int], cwd: str, environment: dict[str, str], processors: int) -> None:
    """In a forked process: set the streams, the working directory, the environment and, if given, the number of processors."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    if processors:
        os.sched_getaffinity = lambda _process: set(range(processors))
    # As Python opens them: https://docs.python.org/3/library/sys.html#sys.stdin
    sys.stdin = os.fdopen(0, "r", errors=sys.stdin.errors, closefd=False)
    sys.stdout = os.fdopen(1, "w", errors=sys.stdout.errors, closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)


def ended(arguments: list[str]) -> int:
    """The exit code of the command line, as Python passes it on."""
    from traceback import print_exc

    from dyncheck.cli.main import main

    sys.argv = arguments
    code = 1
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:
        print_exc()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return 120
    return code


if __name__ == "__main__":
    # Import the installed package, not one beside this file.
    del sys.path[0]
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        _serve(connection)
