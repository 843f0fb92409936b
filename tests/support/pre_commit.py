"""Runs the real pre-commit in a temporary repository, with the hooks in the working tree of this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.rules import RULES

# git sets some of these for its hooks, and a hook may run the tests.
_UNWANTED = ("GIT_", "PRE_COMMIT", "TF_VAR_", "FORCE_COLOR", "PYTHONPATH")
_AUTHOR = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z"}
_COMMITTER = {name.replace("AUTHOR", "COMMITTER"): value for name, value in _AUTHOR.items()}


def environment(**more: str) -> dict[str, str]:
    """The environment without the developer's settings for git and pre-commit."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_UNWANTED)}
    # A hook that `git commit` runs finds `pre-commit` by the path.
    path = os.pathsep.join((str(Path(sys.executable).parent), kept["PATH"]))
    return kept | _AUTHOR | _COMMITTER | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": path} | more


def only_from(wheels: Path) -> dict[str, str]:
    """The settings that make pip install only from a directory."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}


class Repository:
    """A temporary git repository. pre-commit keeps the environments of hooks in `home`; `more` adds environment variables."""

    def __init__(self, directory: Path, home: Path, **more: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.home = home
        self.more = more
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments: str) -> str:
        """The standard output of a git command that must succeed."""
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run any command in the repository."""
        return subprocess.run(
            command,
            cwd=self.directory,
            env=environment(PRE_COMMIT_HOME=str(self.home), PRE_COMMIT_COLOR="never", **self.more),
            capture_output=True,
            text=True,
            check=False,
        )

    def pre_commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a pre-commit command."""
        return self.run(sys.executable, "-m", "pre_commit", *arguments)

    def write(self, files: Mapping[str, str]) -> None:
        """Write files and stage them."""
        for name, text in files.items():
            path = self.directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, newline="")
        self.git("add", "--", *files)

    def commit(self) -> str:
        """Commit the staged files without hooks; returns the hash of the commit."""
        self.git("commit", "--quiet", "--allow-empty", "--no-verify", "--message", "A commit")
        return self.git("rev-parse", "HEAD").strip()


def copy_of_this_repository(directory: Path) -> Path:
    """This repository as it is in the working tree, with the rules of the tests, committed."""
    made = Repository(directory, directory)
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    _copy((os.fsdecode(name) for name in names.split(b"\0") if name), directory)
    made.git("add", "--all")
    made.commit()
    return directory


def _copy(names: Iterable[str], target: Path) -> None:
    for name in names:
        # The tests are not part of the package. git may still list a deleted file.
        if not name.startswith("tests/") and (ROOT / name).is_file() and not _is_another_rule(Path(name)):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)


def _is_another_rule(file: Path) -> bool:
    """Whether a file is a rule that is not in the fixed list of the tests."""
    is_rule = file.parent.name == "policies" and file.suffix == ".py" and not file.name.startswith("_")
    return is_rule and file.stem.replace("_", "-") not in RULES
