"""Follows docs/contracts.md as a reader does: writes its files, runs its commands, and puts what they print below them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "contracts.md"

_BLOCK = re.compile(r"^```(yaml|console)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (\S+\.yaml)\n")
_PROMPT = "$ dyncheck "


def files(text: str) -> Iterator[tuple[str, str]]:
    """The files of a page: YAML blocks that begin with their path."""
    for language, block in _BLOCK.findall(text):
        if language == "yaml" and (path := _FILE.match(block)):
            yield path[1], block


def with_outputs(text: str) -> str:
    """The page with the output of each command, where the files above it are written and those of the examples are there."""
    with TemporaryDirectory() as directory:
        home = Path(directory)
        (home / ".git").mkdir()
        shutil.copytree(ROOT / "examples", home / "examples")

        def followed(found: re.Match[str]) -> str:
            language, block = found.groups()
            for path, content in files(found[0]):
                (home / path).parent.mkdir(exist_ok=True)
                (home / path).write_text(content)
            if language == "yaml":
                return found[0]
            commands = [line for line in block.splitlines() if line.startswith(_PROMPT)]
            return "".join(("```console\n", *(f"{command}\n{_output(home, command)}" for command in commands), "```\n"))

        return _BLOCK.sub(followed, text)


def _output(home: Path, command: str) -> str:
    """What a command prints, errors included."""
    arguments = shlex.split(command.removeprefix(_PROMPT))
    run = [sys.executable, "-m", "dyncheck", *arguments]
    return subprocess.run(run, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
