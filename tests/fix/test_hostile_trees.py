"""A tree that nobody should trust: `dyncheck fix --apply` writes nothing outside of it, and nothing through a link."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dyncheck.errors import OutputError
from dyncheck.fix.verified import Content
from dyncheck.fix.writing import write_all
from tests.conftest import Dyncheck

TABLE = """\
resource "aws_dynamodb_table" "t" {
  name         = "t"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled = false
  }
}
"""
FIXED = TABLE.replace("false", "true")
CALL = 'module "t" {\n  source = "%s"\n}\n'
RULE = ("--rule", "no-point-in-time-recovery")


@pytest.fixture(name="outside")
def _outside(tmp_path: Path) -> Path:
    """A file that must stay as it is."""
    path = tmp_path / "outside" / "main.tf"
    path.parent.mkdir()
    path.write_text(TABLE)
    return path


@pytest.fixture(name="repository")
def _repository(tmp_path: Path) -> Path:
    """A repository with an empty root module."""
    (tmp_path / "repository" / "live").mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    return tmp_path / "repository"


def refusal(dyncheck: Dyncheck, path: str, cwd: Path) -> str:
    """Why `dyncheck fix --apply` makes no edit."""
    done = dyncheck("fix", path, "--apply", *RULE, cwd=cwd)
    assert (done.stdout, done.returncode) == (b"", 1)
    return done.stderr.decode().rpartition("main.tf:12: ")[2].rstrip()


@pytest.mark.parametrize("path", ["link", "link/."])
def test_a_named_link_out_of_the_repository(dyncheck: Dyncheck, repository: Path, outside: Path, path: str) -> None:
    (repository / "link").symlink_to(outside.parent)
    assert refusal(dyncheck, path, repository) == (
        "A link leads out of the working directory to ../outside/main.tf. Name the directory that it leads to."
    )
    assert outside.read_text() == TABLE


def test_a_module_behind_a_link_out_of_the_repository(dyncheck: Dyncheck, repository: Path, outside: Path) -> None:
    (repository / "module").symlink_to(outside.parent)
    (repository / "live" / "main.tf").write_text(CALL % "../module")
    dyncheck("fix", "live", "--apply", *RULE, cwd=repository)
    assert outside.read_text() == TABLE


@pytest.mark.parametrize("source", ["../../outside", "../../repository/../outside"])
def test_a_module_outside_of_the_repository(dyncheck: Dyncheck, repository: Path, outside: Path, source: str) -> None:
    (repository / "live" / "main.tf").write_text(CALL % source)
    assert refusal(dyncheck, "live", repository) == "../outside/main.tf is outside of the repository or directory that is checked."
    assert outside.read_text() == TABLE


def test_a_module_beside_the_directory_that_is_checked_without_a_repository(dyncheck: Dyncheck, tmp_path: Path, outside: Path) -> None:
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "main.tf").write_text(CALL % "../outside")
    assert refusal(dyncheck, "live", tmp_path) == "outside/main.tf is outside of the repository or directory that is checked."
    assert outside.read_text() == TABLE


def test_a_module_of_a_repository_in_the_repository(dyncheck: Dyncheck, repository: Path) -> None:
    inner = repository / "inner"
    (inner / ".git").mkdir(parents=True)
    (inner / "main.tf").write_text(TABLE)
    (repository / "live" / "main.tf").write_text(CALL % "../inner")
    assert refusal(dyncheck, "live", repository) == "inner/main.tf belongs to another repository. Run `dyncheck fix` in that one."
    assert (inner / "main.tf").read_text() == TABLE


def test_a_module_of_the_repository_outside_of_the_named_path_is_corrected(dyncheck: Dyncheck, repository: Path) -> None:
    (repository / "module").mkdir()
    (repository / "module" / "main.tf").write_text(TABLE)
    (repository / "live" / "main.tf").write_text(CALL % "../module")
    done = dyncheck("fix", "live", "--apply", *RULE, cwd=repository)
    assert (done.returncode, (repository / "module" / "main.tf").read_text()) == (0, FIXED)


def test_the_other_name_of_a_file_stays_as_it_is(dyncheck: Dyncheck, repository: Path, outside: Path) -> None:
    os.link(outside, repository / "live" / "main.tf")
    done = dyncheck("fix", "live", "--apply", *RULE, cwd=repository)
    assert (done.returncode, (repository / "live" / "main.tf").read_text(), outside.read_text()) == (0, FIXED, TABLE)


@pytest.mark.parametrize("name", ["pipe.tf", "pipe.tf.json", "terraform.tfvars"])
def test_a_pipe_beside_the_file_ends_the_run(dyncheck: Dyncheck, repository: Path, name: str) -> None:
    (repository / "live" / "main.tf").write_text(TABLE)
    os.mkfifo(repository / "live" / name)
    done = dyncheck("fix", "live", "--apply", "--unsafe", cwd=repository)
    assert done.returncode == 3
    assert f"live/{name} is not a readable regular file." in done.stderr.decode()
    assert (repository / "live" / "main.tf").read_text() == TABLE


def test_git_takes_the_diff_of_names_with_line_ends_and_quotes(dyncheck: Dyncheck, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    path = tmp_path / 'a\nb "c"\t' / "x\n+++ b\\etc.tf"
    path.parent.mkdir()
    path.write_text(TABLE)
    done = dyncheck("fix", ".", *RULE)
    subprocess.run(["git", "apply", "-"], input=done.stdout, cwd=tmp_path, check=True)
    assert path.read_text() == FIXED
    assert "\nb" not in done.stderr.decode()


def test_a_read_only_file_keeps_the_others_from_being_written(dyncheck: Dyncheck, repository: Path) -> None:
    for name, text in (("a.tf", TABLE), ("b.tf", TABLE.replace('"t"', '"u"'))):
        (repository / "live" / name).write_text(text)
    (repository / "live" / "b.tf").chmod(0o444)
    done = dyncheck("fix", "live", "--apply", *RULE, cwd=repository)
    assert done.returncode == 3
    assert done.stderr.decode() == "dyncheck: live/b.tf is read-only, so it was not written. Change its permissions.\n"
    assert (repository / "live" / "a.tf").read_text() == TABLE


@pytest.mark.parametrize("replacement", ["link", "pipe", "directory", "nothing"])
def test_a_file_that_became_something_else_is_not_written(repository: Path, outside: Path, replacement: str) -> None:
    path = repository / "live" / "main.tf"
    if replacement == "link":
        path.symlink_to(outside)
    elif replacement == "pipe":
        os.mkfifo(path)
    elif replacement == "directory":
        path.mkdir()
    with pytest.raises(OutputError):
        write_all([Content(str(path), TABLE.encode(), FIXED.encode())])
    assert outside.read_text() == TABLE
    assert [each.name for each in path.parent.iterdir()] == ([] if replacement == "nothing" else ["main.tf"])
