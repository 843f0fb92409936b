"""Checks one after the other, without an editor: what is checked again, and what a cancelled check leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from dyncheck.server.buffers import Buffer, changed, opened
from dyncheck.server.folder import Effective
from dyncheck.server.session import CancelledError, Session
from dyncheck.settings.effective import of_repository
from tests.server.test_diagnostics import TABLE

ROOTS = 6


def settings() -> Effective:
    return Effective(replace(of_repository(["."]).of_run(None), changed=True, allow_empty=True, lists_passes=False))


@pytest.fixture(autouse=True)
def _same_directory() -> Iterator[None]:
    """A session works in the directories that it checks."""
    before = os.getcwd()
    yield
    os.chdir(before)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Root modules that share a module."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".dyncheck.yaml").write_text("select: [unencrypted-table]\n")
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "main.tf").write_text(TABLE % "false")
    for number in range(ROOTS):
        (tmp_path / f"r{number}").mkdir()
        (tmp_path / f"r{number}" / "main.tf").write_text('module "orders" {\n  source = "../orders"\n}\n')
    return tmp_path


class Cancel:
    """Cancels before the root module of that number."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def check(session: Session, buffer: Buffer, *dirty: Path, after: int = 1_000) -> tuple[int, list[str]]:
    """How many root modules were checked, and the root modules with a finding."""
    cancel = Cancel(after)
    (checked,) = session.check([buffer], frozenset(map(str, dirty)), [], cancel)
    return after - cancel.left, sorted(each.path for each in checked.report.inputs if each.results)


def buffer_of(path: Path) -> Buffer:
    return opened(path.as_uri(), str(path), path.read_text(), 1)


def test_a_change_checks_the_root_modules_that_the_file_touches_and_no_change_checks_none(tree: Path) -> None:
    session, main = Session(settings), tree / "orders" / "main.tf"
    every = [f"r{number}" for number in range(ROOTS)]
    buffer = buffer_of(main)
    assert check(session, buffer, main) == (ROOTS, every)
    assert check(session, buffer) == (0, every)
    assert check(session, changed(buffer, TABLE % "true", 2), main) == (ROOTS, [])
    assert check(session, buffer_of(tree / "r1" / "main.tf"), tree / "r1" / "main.tf") == (1, ["r1"])


def test_a_cancelled_check_ends_before_the_next_root_module_and_loses_nothing(tree: Path) -> None:
    session, main = Session(settings), tree / "orders" / "main.tf"
    buffer = buffer_of(main)
    with pytest.raises(CancelledError):
        check(session, buffer, main, after=2)
    assert check(session, buffer, main)[0] == ROOTS
    (tree / ".dyncheck.yaml").write_text("select: [unencrypted-table]\nseverities: {unencrypted-table: note}\n")
    with pytest.raises(CancelledError):
        check(session, buffer, after=2)
    # The configuration is not new any longer, but its results are.
    assert check(session, buffer)[0] == ROOTS


def test_a_file_on_the_disk_that_changed_is_noticed_without_a_message(tree: Path) -> None:
    session, main = Session(settings), tree / "r1" / "main.tf"
    buffer = buffer_of(main)
    assert check(session, buffer, main) == (1, ["r1"])
    (tree / "orders" / "main.tf").write_text(TABLE % "true # now")
    assert check(session, buffer) == (1, [])


def test_each_environment_of_the_configuration_is_checked(tree: Path) -> None:
    for name, value in (("prod", "false"), ("test", "true")):
        (tree / f"{name}.tfvars").write_text(f"encrypt = {value}\n")
    (tree / ".dyncheck.yaml").write_text(
        "select: [unencrypted-table]\nenvironments:\n  prod: {var-files: [prod.tfvars]}\n  test: {var-files: [test.tfvars]}\n"
        "overrides:\n  - {paths: [r1], ignore: [unencrypted-table]}\n"
    )
    for number in (1, 2):
        (tree / f"r{number}" / "main.tf").write_text('variable "encrypt" {\n  type = bool\n}\n' + TABLE % "var.encrypt")
    for number, environments in ((1, []), (2, ["prod"])):
        main = tree / f"r{number}" / "main.tf"
        (checked,) = Session(settings).check([buffer_of(main)], frozenset([str(main)]), [], Cancel(1_000))
        assert [each.environment for each in checked.report.inputs if each.results] == environments


def test_a_folder_that_is_gone_has_no_findings(tree: Path) -> None:
    session, main = Session(settings), tree / "orders" / "main.tf"
    buffer = buffer_of(main)
    check(session, buffer, main)
    for path in sorted(tree.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    tree.rmdir()
    (checked,) = session.check([buffer], frozenset([str(main)]), [], Cancel(1_000))
    assert not any(each.results for each in checked.report.inputs)
