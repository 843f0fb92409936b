"""`dyncheck server` as a person may start it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.editor import Editor, command


def run(*options: str, path: str = "") -> tuple[int, str, str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (path, os.environ.get("PYTHONPATH", ""))))}
    done = subprocess.run(
        [sys.executable, "-m", "dyncheck", "server", *options], stdin=subprocess.DEVNULL, capture_output=True, env=environment, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_without_pygls_it_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "pygls.py").write_text("raise ImportError\n")
    assert run(path=str(tmp_path)) == (
        2,
        "",
        'dyncheck: This command needs pygls. Install it with `pip install "dyncheck[server]"`.\n',
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--pause", "-1"), "Invalid value for '--pause': -1 is not in the range 0<=x<=10000. See `dyncheck server --help`."),
        (("--exclude", "!a"), "Invalid --exclude !a; expected a pattern without !, because nothing is included again."),
        (("--config", "a", "--no-project-config"), "--config cannot be combined with --no-project-config. Remove one of them."),
        (("main.tf",), "Got unexpected extra argument (main.tf) See `dyncheck server --help`."),
    ],
)
def test_a_wrong_option_ends_it_with_the_reason(options: tuple[str, ...], message: str) -> None:
    code, output, errors = run(*options)
    assert (code, output) == (2, "")
    assert errors.startswith(f"dyncheck: {message}")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo terminal")
def test_at_a_terminal_it_says_that_an_editor_starts_it() -> None:
    controller, terminal = os.openpty()
    done = subprocess.run([sys.executable, "-m", "dyncheck", "server"], stdin=terminal, capture_output=True, check=False)
    os.close(controller)
    os.close(terminal)
    assert done.returncode == 2
    assert done.stderr.startswith(b"dyncheck: This command speaks the Language Server Protocol")


def test_options_count_as_those_of_check(tmp_path: Path) -> None:
    """Paths are relative to the directory where the server was started."""
    (tmp_path / "contract.yaml").write_text("table: orders\nmatch: {name: orders}\ntags: {Team: '*'}\n")
    (tmp_path / "prod.tfvars").write_text('name = "orders"\n')
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "main.tf").write_text(
        'variable "name" {\n  type = string\n}\n\nresource "aws_dynamodb_table" "orders" {\n  name = var.name\n  hash_key = "id"\n\n'
        '  attribute {\n    name = "id"\n    type = "S"\n  }\n}\n'
    )
    options = ("--stdio", "--select", "missing-tags", "--policy", "contract.yaml", "--var-file", "prod.tfvars", "--no-project-config")
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        editor = Editor(command(*options))
    finally:
        os.chdir(before)
    assert [each.split(" ")[2] for each in editor.open(tree / "main.tf")] == ["missing-tags"]
    assert editor.end() == (0, b"")
