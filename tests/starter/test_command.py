"""`dyncheck init` on the command line: what it says, and that it never changes a file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from dyncheck.errors import OutputError
from dyncheck.starter.files import write_new
from tests.conftest import Dyncheck
from tests.support.paths import PLANS

NO_FILE = "dyncheck never overwrites a file. Move what is there away; nothing was written.\n"


@pytest.fixture(name="repository")
def _repository(tmp_path: Path) -> Path:
    """The working directory of the command: a repository with a plan in a subdirectory."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "plans").mkdir()
    shutil.copy(PLANS / "specification.json", tmp_path / "plans" / "plan.json")
    return tmp_path


def files(directory: Path) -> dict[str, str]:
    """Every file below the directory with its text, and every link with its target."""
    found = {}
    for path in sorted(directory.rglob("*")):
        if path.is_symlink() or path.is_file():
            found[path.relative_to(directory).as_posix()] = os.readlink(path) if path.is_symlink() else path.read_text()
    return found


def test_it_says_what_it_wrote_and_what_to_do_next(dyncheck: Dyncheck, repository: Path) -> None:
    done = dyncheck("init", "plans/plan.json")

    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert (
        done.stdout.decode()
        == """\
Wrote 5 files from 2 tables in plans/plan.json:
  .dyncheck.yaml              the configuration, which uses the contracts
  contracts/every-table.yaml  2 tables
  contracts/products.yaml     module.dynamodb.aws_dynamodb_table.products
  contracts/sessions.yaml     module.dynamodb.aws_dynamodb_table.sessions

They demand only what the tables have for certain; comments in them say what is left out, and why.
What to do next:
  1. Read the contracts, and add what must hold: alarms, tags, more days of recovery.
  2. Run `dyncheck plans/plan.json`. It has no finding from these contracts; other findings show what to improve.
  3. Commit the files.
"""
    )
    assert [*files(repository)] == [
        ".dyncheck.yaml",
        "contracts/contract.schema.json",
        "contracts/every-table.yaml",
        "contracts/products.yaml",
        "contracts/sessions.yaml",
        "plans/plan.json",
    ]


def test_a_check_with_values_of_variables_needs_them_too(dyncheck: Dyncheck, repository: Path) -> None:
    (repository / "main.tf").write_text(
        'variable "name" {}\nresource "aws_dynamodb_table" "orders" {\n  name     = var.name\n  hash_key = "id"\n'
        '  attribute {\n    name = "id"\n    type = "S"\n  }\n}\n'
    )

    done = dyncheck("init", "--var", "name=orders")

    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert b"  2. Run `dyncheck .` with the same options. It has no finding" in done.stdout


def test_a_check_afterwards_uses_the_contracts(dyncheck: Dyncheck, repository: Path) -> None:
    dyncheck("init", "plans/plan.json")

    done = dyncheck("plans/plan.json")

    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert b"every-table on 2 tables; products on 1 table; sessions on 1 table" in b" ".join(done.stdout.split())
    assert repository.joinpath(".dyncheck.yaml").read_text().splitlines()[3:5] == ["policies:", "- contracts"]


def test_a_second_run_changes_nothing(dyncheck: Dyncheck, repository: Path) -> None:
    dyncheck("init", "plans/plan.json")
    before = files(repository)

    done = dyncheck("init", "plans/plan.json")

    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == f"dyncheck: .dyncheck.yaml and contracts exist already, and {NO_FILE}"
    assert files(repository) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows needs a permission for links.")
@pytest.mark.parametrize("name", [".dyncheck.yaml", "contracts"])
def test_no_link_is_followed_also_where_it_leads_to_nothing(name: str, dyncheck: Dyncheck, repository: Path, tmp_path: Path) -> None:
    (repository / name).symlink_to(tmp_path / "elsewhere")
    before = files(repository)

    done = dyncheck("init", "plans/plan.json")

    assert done.returncode == 2
    assert name in done.stderr.decode()
    assert files(repository) == before


def test_an_input_that_cannot_be_read_leaves_no_file(dyncheck: Dyncheck, repository: Path) -> None:
    (repository / "plans" / "plan.json").write_text("{")
    before = files(repository)

    assert dyncheck("init", "plans/plan.json").returncode == 3
    assert files(repository) == before


def test_files_that_cannot_all_be_written_are_removed_again(tmp_path: Path) -> None:
    texts = {str(tmp_path / "contracts" / "first.yaml"): "first\n", str(tmp_path / "contracts" / ("x" * 300)): "second\n"}

    with pytest.raises(OutputError) as refused:
        write_new(texts)

    assert str(refused.value).endswith("Nothing was written.")
    assert [*tmp_path.iterdir()] == []
