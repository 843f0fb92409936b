"""The environment that checkov runs in: built once, kept in `.cache/`, and never the one of the development tools.

checkov pins what others need otherwise, and replaces python-hcl2 by a fork of it. `python -m tests.checkov.environment` builds it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from tests.support.paths import ROOT

LOCK = ROOT / "requirements-checkov.lock"

# Settings of the machine that would change what checkov does.
_UNWANTED = ("CKV_", "CHECKOV_", "BC_", "PRISMA_", "LOG_LEVEL", "PYTHONPATH", "VIRTUAL_ENV")

Done = subprocess.CompletedProcess[str]


class NotInstallable(Exception):
    """checkov cannot be installed here; the message says why."""


def environment() -> Path:
    """The environment, built if it is not there: checkov as it is pinned, and this checkout with its extra."""
    version = ".".join(map(str, sys.version_info[:2]))
    directory = ROOT / ".cache" / f"checkov-{version}-{sha256(LOCK.read_bytes() + str(ROOT).encode()).hexdigest()[:12]}"
    directory.parent.mkdir(exist_ok=True)
    with (directory.parent / "checkov.lock").open("w") as lock:
        # Several test processes may ask at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "complete").exists():
            _build(directory)
        _install_this_checkout(directory)
    return directory


def _build(directory: Path) -> None:
    for outdated in directory.parent.glob(f"{directory.name.rpartition('-')[0]}-*"):
        shutil.rmtree(outdated)
    _run(sys.executable, "-m", "venv", str(directory))
    # The lock names all there is, and Python compiles what is imported when it is: neither is worth the time of all of it now.
    _run(*_pip_install(directory), "--no-deps", "--no-compile", "--require-hashes", "--requirement", str(LOCK))
    (directory / "complete").touch()


def _install_this_checkout(directory: Path) -> None:
    """Install dyncheck as `pyproject.toml` describes it now, unless it is installed so."""
    described, installed = sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(), directory / "installed"
    if installed.exists() and installed.read_text() == described:
        return
    # All that the extra asks for is there already; pip checks that.
    _run(*_pip_install(directory), "--editable", f"{ROOT}[checkov]")
    installed.write_text(described)


def _pip_install(directory: Path) -> tuple[str, ...]:
    return (str(directory / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        raise NotInstallable(errors[-1] if errors else f"{' '.join(command)} ended with {done.returncode}")


def run(*command: str | Path, cwd: Path, **variables: str) -> Done:
    """Run a program of the environment as a user would who has activated it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}
    path = f"{environment() / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=kept | {"PATH": path} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    try:
        print(environment())
    except NotInstallable as reason:
        sys.exit(f"checkov cannot be installed here: {reason}")
