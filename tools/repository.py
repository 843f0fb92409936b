"""Gives this repository another address on the web, in every file: `make repository URL=https://github.com/acme/dyncheck`.

The address is `REPOSITORY` in `src/dyncheck/version.py`. Files that are read without Python repeat it, such as pipelines and
`pyproject.toml`; `disagreeing` finds those that name another one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from dyncheck.version import REPOSITORY

ROOT = Path(__file__).parents[1]

# The action, the links to rules and to archives are written as GitHub has them.
_ADDRESS = re.compile(r"https://github\.com/([A-Za-z0-9_-]+/[A-Za-z0-9._-]+)")
_SLUG = REPOSITORY.removeprefix("https://github.com/")
_NAME = _SLUG.rpartition("/")[2]
# `github.com/OWNER/NAME` in an address, and `OWNER/NAME` alone where a pipeline or a command names a repository.
_NAMED = re.compile(rf"(?:github(?:usercontent)?\.com[/:]|\buses: |\bproject: |--repo )([\w.-]+/{re.escape(_NAME)})\b")

# What an explanation calls any address.
_EXAMPLE = "acme/dyncheck"
_GOLDEN = "tests/golden/"


def files() -> Iterator[tuple[Path, str]]:
    """The text files of the repository."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b"\0"
        if b"\0" not in data:
            yield path, data.decode("utf-8", "surrogateescape")


def disagreeing() -> list[str]:
    """The files that name this repository by another address than `REPOSITORY`, each with that address.

    Golden files are left out, because their own tests compare them with reports.
    """
    found = ((path.relative_to(ROOT).as_posix(), named) for path, text in files() for named in _NAMED.findall(text))
    return sorted({f"{name}: {named}" for name, named in found if named not in (_SLUG, _EXAMPLE) and not name.startswith(_GOLDEN)})


def move(url: str) -> int:
    """Write the address into every file that has the old one; the number of files that changed. Raises `ValueError` for a wrong one."""
    match = _ADDRESS.fullmatch(url)
    if not match:
        raise ValueError(f"The address is {url!r}. Expected one such as https://github.com/acme/dyncheck.")
    changed = 0
    for path, text in files():
        if _SLUG in text:
            path.write_bytes(text.replace(_SLUG, match[1]).encode("utf-8", "surrogateescape"))
            changed += 1
    return changed


if __name__ == "__main__":
    try:
        print(f"Wrote the address into {move(sys.argv[1])} files. Look at the difference, and run `make generate golden check`.")
    except ValueError as error:
        sys.exit(str(error))
