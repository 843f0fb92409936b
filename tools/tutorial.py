"""Follows a page as a reader does: writes its files, runs its commands, and puts what they print below them."""

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
PAGE_ON_FIXES = ROOT / "docs" / "fix.md"
FRONT_PAGE = ROOT / "docs" / "index.md"
FIRST_PAGE = ROOT / "docs" / "tutorial.md"
PAGES = (PAGE, PAGE_ON_FIXES, FRONT_PAGE, FIRST_PAGE)

_BLOCK = re.compile(r"^```(yaml|hcl|console)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (\S+\.(?:yaml|tf|tfvars))\n")
_PROMPT = "$ dyncheck "


def files(text: str) -> Iterator[tuple[str, str]]:
    """The files of a page: blocks that begin with their path."""
    for language, block in _BLOCK.findall(text):
        if language != "console" and (path := _FILE.match(block)):
            yield path[1], block


def commands(text: str) -> list[str]:
    """The commands of a page."""
    blocks = (block for language, block in _BLOCK.findall(text) if language == "console")
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith(_PROMPT)]


def with_outputs(text: str) -> str:
    """The page with the output of each command, where the files above it are written and those of the examples are there."""
    with TemporaryDirectory() as directory:
        home = Path(directory)
        (home / ".git").mkdir()
        shutil.copytree(ROOT / "examples", home / "examples")

        def followed(found: re.Match[str]) -> str:
            language = found[1]
            for path, content in files(found[0]):
                (home / path).parent.mkdir(parents=True, exist_ok=True)
                (home / path).write_text(content)
            if language != "console":
                return found[0]
            shown = (f"$ {command}\n{_output(home, command)}" for command in commands(found[0]))
            return "".join(("```console\n", *shown, "```\n"))

        return _BLOCK.sub(followed, text)


def _output(home: Path, command: str) -> str:
    """What a command prints, errors included."""
    arguments = shlex.split(command)[1:]
    run = [sys.executable, "-m", "dyncheck", *arguments]
    return subprocess.run(run, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout
