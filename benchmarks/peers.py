"""The other tools that dyncheck is compared with, each in its own environment. A tool that cannot be installed is reported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.checkov.environment import NotInstallable, environment

CACHE = Path(__file__).parents[1] / ".cache"


class Absent(Exception):
    """A tool cannot be installed here; the message says why."""


def checkov() -> tuple[str, str]:
    """The program, and its version. Raises `Absent`."""
    try:
        directory = environment()
    except NotInstallable as reason:
        raise Absent(f"checkov cannot be installed: {reason}") from None
    python = directory / "bin" / "python"
    # Without compiled byte code, start-up would take two to four times as long.
    subprocess.run([python, "-m", "compileall", "-q", directory / "lib"], check=False, capture_output=True)
    return str(directory / "bin" / "checkov"), _version(python, "checkov")


def tfparse() -> tuple[str, str]:
    """The Python that has tfparse, and its version. Raises `Absent`."""
    directory = CACHE / f"tfparse-{sys.version_info[0]}.{sys.version_info[1]}"
    python = directory / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
    installed = subprocess.run([python, "-m", "pip", "install", "--quiet", "tfparse"], check=False, capture_output=True, text=True)
    if installed.returncode:
        raise Absent(f"tfparse cannot be installed: {installed.stderr.strip().splitlines()[-1]}")
    return str(python), _version(python, "tfparse")


def _version(python: Path, name: str) -> str:
    code = f"from importlib.metadata import version; print(version({name!r}))"
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
