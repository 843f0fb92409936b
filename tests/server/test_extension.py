"""The extension for Visual Studio Code: built, packaged, and activated with the real server and a stand-in for the editor."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from dyncheck.version import VERSION
from tests.support.paths import ROOT

EXTENSION = ROOT / "editors" / "vscode"
SOURCES = sorted(path for path in EXTENSION.rglob("*") if path.is_file() and not {"node_modules", "dist"} & set(path.parts))


def npm(*arguments: str, directory: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(["npm", *arguments], cwd=directory, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built() -> Path:
    """A copy of the extension with its tools, kept in `.cache/`."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not on the path")
    tools = ROOT / ".cache" / f"vscode-{sha256((EXTENSION / 'package-lock.json').read_bytes()).hexdigest()[:12]}"
    tools.mkdir(parents=True, exist_ok=True)
    with (tools / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for source in SOURCES:
            target = tools / source.relative_to(EXTENSION)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        if not (tools / "complete").exists():
            done = subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=tools, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"npm ci: {(done.stderr.strip() or 'failed').splitlines()[0]}")
            (tools / "complete").touch()
        npm("run", "package", directory=tools)
    return tools


def test_the_lock_names_no_registry() -> None:
    """Each machine has its own, and the hashes say what is installed."""
    packages = json.loads((EXTENSION / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_the_extension_is_off_in_workspaces_that_are_not_trusted() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text())
    assert manifest["capabilities"]["untrustedWorkspaces"]["supported"] is False
    assert manifest["main"] == "./dist/extension.js"
    assert (EXTENSION / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


@pytest.mark.thorough
def test_the_package_has_only_what_the_editor_needs(built: Path) -> None:
    with ZipFile(built / "dist" / "dyncheck.vsix") as package:
        assert sorted(package.namelist()) == [
            "[Content_Types].xml",
            "extension.vsixmanifest",
            "extension/LICENSE.txt",
            "extension/dist/extension.js",
            "extension/package.json",
            "extension/readme.md",
        ]


@pytest.mark.thorough
def test_the_built_extension_starts_the_server_and_shows_its_findings(built: Path, tmp_path: Path) -> None:
    program = tmp_path / "dyncheck"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dyncheck "$@"\n')
    program.chmod(0o755)
    npm("test", directory=built, environment={**os.environ, "DYNCHECK": str(program)})


def test_its_version_is_that_of_dyncheck() -> None:
    assert json.loads((EXTENSION / "package.json").read_text())["version"] == VERSION
