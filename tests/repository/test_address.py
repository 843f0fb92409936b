"""One place has the address of this repository: every file that names another one is found, and one command writes all of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from dyncheck.version import REPOSITORY
from tests.support.paths import ROOT
from tools.repository import disagreeing

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILES = (
    "pyproject.toml",
    "tools/repository.py",
    "src/dyncheck/__init__.py",
    "src/dyncheck/version.py",
    "README.md",
    "docs/ci.md",
    "docs/ci/github.yml",
    "docs/ci/gitlab.yml",
)


def test_all_files_name_one_address() -> None:
    assert disagreeing() == [], "Run `make repository URL=...`; src/dyncheck/version.py has the address."


def test_the_addresses_of_the_package_are_in_the_repository() -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
    assert {url for url in urls.values() if not url.startswith(REPOSITORY)} == set()
    paths = [re.sub(r"^/(?:blob|tree)/main/", "", url.removeprefix(REPOSITORY)) for url in urls.values()]
    assert [path for path in paths if path not in ("", "/issues") and not (ROOT / path).exists()] == []


def copied(directory: Path) -> Path:
    for name in FILES:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, directory / name)
    subprocess.run(["git", "init", "--quiet", str(directory)], check=True)
    subprocess.run(["git", "-C", str(directory), "add", "--all"], check=True)
    return directory


def move(directory: Path, url: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": f"{directory / 'src'}:{directory}"}
    command = [sys.executable, "-m", "tools.repository", url]
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)


def test_one_command_writes_the_address_into_all_files(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    done = move(directory, "https://github.com/acme/table-check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Wrote the address into 6 files. ")
    slug = REPOSITORY.removeprefix("https://github.com/")
    for name in FILES:
        before, after = (ROOT / name).read_text(), (directory / name).read_text()
        assert after == before.replace(slug, "acme/table-check")
    assert 'REPOSITORY = "https://github.com/acme/table-check"' in (directory / "src/dyncheck/version.py").read_text()


def test_an_address_that_the_files_cannot_have_is_refused(tmp_path: Path) -> None:
    directory = copied(tmp_path)
    for url in ("", "acme/dyncheck", "https://example.com/acme/dyncheck", "https://github.com/acme", "https://github.com/acme/dyncheck/"):
        done = move(directory, url)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"The address is {url!r}. Expected one such as https://github.com/acme/dyncheck.\n"
    assert (directory / "README.md").read_text() == (ROOT / "README.md").read_text()
