"""HashiCorp's own parser of HCL, from npm: installed once, kept in `.cache/`."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from tests.support.paths import ROOT

_HERE = Path(__file__).parent
_FILES = ("package.json", "package-lock.json", "parse.cjs")

# An error of the parser, as opposed to one of the conversion to JSON, which evaluates constants.
_REFUSED = "parse config: ["
_ERROR = re.compile(r"main\.tf:(\d+),(\d+)-[\d,]+: ([^;]*); ")

# Line, column and title of an error.
Error: TypeAlias = tuple[int, int, str]


class NotInstallable(Exception):
    """The parser cannot be installed here; the message says why."""


def errors(texts: Sequence[str]) -> list[tuple[Error, ...]]:
    """The errors of HashiCorp's parser in each text: none where it is HCL. Raises `NotInstallable`."""
    done = subprocess.run(["node", "parse.cjs"], cwd=installed(), input=json.dumps(texts).encode(), stdout=subprocess.PIPE, check=True)
    return [tuple(_errors(message)) for message in json.loads(done.stdout)]


def _errors(message: str) -> Iterable[Error]:
    if message.startswith(_REFUSED):
        for line, column, title in _ERROR.findall(message):
            yield int(line), int(column), title


def installed() -> Path:
    """The directory of the parser, which is installed if it is not there. Raises `NotInstallable`."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotInstallable(f"{program} is not on the path")
    content = b"".join((_HERE / name).read_bytes() for name in _FILES)
    directory = ROOT / ".cache" / f"hcl2json-{sha256(content).hexdigest()[:12]}"
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        # Several test processes may ask at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "complete").exists():
            for name in _FILES:
                shutil.copy(_HERE / name, directory)
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
            if done.returncode:
                raise NotInstallable(f"npm ci: {(done.stderr.strip() or 'failed').splitlines()[0]}")
            (directory / "complete").touch()
    return directory
