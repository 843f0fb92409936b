"""The documentation is correct: generated files are up to date, and CI runs the documented commands."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tools.generate import generated


def test_generated_files_are_up_to_date() -> None:
    done = subprocess.run([sys.executable, "tools/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.usefixtures("on_every_rule")
def test_schemas_and_pages_match_the_contracts_and_rules() -> None:
    made = takewhile(lambda file: file[0] != ROOT / "README.md", generated())
    assert [path.name for path, text in made if path.read_text("utf-8") != text] == [], "Run `make generate`, and review the difference."


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = next(line for line in (ROOT / "README.md").read_text().splitlines() if line.endswith(".venv/bin/pytest"))
    assert command in (ROOT / ".ci" / "run").read_text().splitlines()


@pytest.mark.parametrize(
    "page",
    sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")) + sorted(ROOT.glob("Infrastructure/**/*.md")),
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_links_within_the_repository_have_targets(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
