"""Packages of npm that tests run, installed when a test asks for them, into a cache outside the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
from hashlib import sha512
from pathlib import Path

from filelock import FileLock

# A registry that does not answer must not hold up the tests.
_LONGEST = 300


class NotInstallable(Exception):
    """A program that a test needs cannot be had here; the message says why."""


def installed(name: str, version: str) -> Path:
    """The directory in which npm has installed a package with its dependencies. Raises `NotInstallable`."""
    return _kept(
        f"{name}-{version}", ("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", ".", f"{name}@{version}")
    )


def unpacked(name: str, version: str, digest: str) -> Path:
    """The directory of a package without its dependencies; its archive has that SHA-512 digest in hexadecimal. Raises `NotInstallable`."""
    directory = _kept(f"{name}-{version}-archive", ("npm", "pack", "--silent", f"{name}@{version}"))
    with FileLock(directory / "lock"):
        package = directory / "package"
        if not (directory / "unpacked").exists():
            (archive,) = directory.glob("*.tgz")
            if sha512(archive.read_bytes()).hexdigest() != digest:
                raise NotInstallable(f"{archive} is not the archive that the tests expect")
            shutil.unpack_archive(archive, directory)
            (directory / "unpacked").touch()
    return package


def _kept(name: str, command: tuple[str, ...]) -> Path:
    """A directory of the cache in which the command has run once."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise NotInstallable("npm and node are not on the path")
    directory = _cache() / name
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotInstallable(f"{directory} cannot be made: {error.strerror}") from None
    # Several test processes may ask at once.
    with FileLock(directory / "lock"):
        if not (directory / "complete").exists():
            try:
                done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, timeout=_LONGEST)
            except subprocess.TimeoutExpired:
                raise NotInstallable(f"{' '.join(command)} takes longer than {_LONGEST} seconds") from None
            if done.returncode:
                raise NotInstallable(f"{' '.join(command)}: {(done.stderr.strip() or 'failed').splitlines()[0]}")
            (directory / "complete").touch()
    return directory


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dyncheck-tests"
