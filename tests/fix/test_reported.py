"""The edits of a report: what each one replaces, its diff, and that a part of a file stands for the whole."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Report
from dyncheck.findings.edit import Edits, Position, Replacement, VerifiedEdit
from dyncheck.fix.edits import edits_between
from dyncheck.fix.layout import changed
from dyncheck.fix.reported import _edits, edits_of
from dyncheck.fix.sources import SourceFile
from dyncheck.fix.verified import verified_edits
from tests.support.paths import TESTS

RECOVERY = "no-point-in-time-recovery"
PROTECTION = "no-deletion-protection"

TABLE = """\
# Été
resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    /* é */ enabled = false # for now
  }

  server_side_encryption {
    enabled = true
  }
}
"""


@pytest.fixture(name="here", autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, a repository."""
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "--quiet"], check=True)
    return tmp_path


def reported(*paths: str) -> tuple[Report, Edits]:
    """A report, and its edits."""
    report = run(paths, Settings())
    return report, edits_of(report, paths, Settings())


def edit_for(rule: str, *paths: str) -> VerifiedEdit:
    """The edit for the only finding of a rule."""
    report, edits = reported(*(paths or (".",)))
    (edit,) = [edits.by_finding[each.fingerprint] for each in report.results if each.rule == rule and each.fingerprint in edits.by_finding]
    return edit


def made(replacements: Iterable[Replacement]) -> dict[str, bytes]:
    """The contents of files after replacements."""
    contents: dict[str, bytes] = {}
    for each in sorted(replacements, key=lambda each: each.start.offset, reverse=True):
        data = contents.get(each.file) or Path(each.file).read_bytes()
        contents[each.file] = data[: each.start.offset] + each.text.encode() + data[each.end.offset :]
    return contents


def assert_git_makes(diff: str, contents: dict[str, bytes]) -> None:
    """Fail unless `git apply` takes the diff, and makes these contents with it."""
    subprocess.run(
        ["git", "apply", "--unidiff-zero", "-"], input=diff.encode(), check=True, env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull}
    )
    assert {file: Path(file).read_bytes() for file in contents} == contents


def test_an_edit_replaces_whole_words_and_counts_characters_and_bytes(here: Path) -> None:
    (here / "main.tf").write_text(TABLE)
    offset = TABLE.encode().index(b"false")
    expected = Replacement("main.tf", Position(13, 23, 24, offset), Position(13, 28, 29, offset + 5), "true")
    edit = edit_for(RECOVERY)
    assert (edit.replacements, edit.joined) == ((expected,), expected)


def test_each_finding_has_its_own_edit_and_the_diff_has_all(here: Path) -> None:
    (here / "main.tf").write_text(TABLE)
    report, edits = reported(".")
    by_rule = {each.rule: edits.by_finding[each.fingerprint] for each in report.results if each.fingerprint in edits.by_finding}
    assert set(by_rule) == {RECOVERY, PROTECTION}
    assert [line for line in by_rule[PROTECTION].diff.splitlines() if line[:1] == "+"] == [
        "+++ b/main.tf",
        "+  deletion_protection_enabled = true",
        "+",
    ]
    together = made(each for edit in by_rule.values() for each in edit.replacements)
    assert_git_makes(edits.diff, together)


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "byte order mark"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", ""], ids=["LF", "CRLF", "no last line end"])
@pytest.mark.parametrize("rule", [RECOVERY, PROTECTION])
def test_git_takes_the_diff_of_one_edit(here: Path, rule: str, ends: str, mark: str) -> None:
    text = TABLE.rstrip("\n") if not ends else TABLE.replace("\n", ends)
    (here / "main.tf").write_bytes((mark + "\n" * 20 + text).encode())
    edit = edit_for(rule)
    assert edit.joined
    assert made([edit.joined]) == made(edit.replacements)
    assert_git_makes(edit.diff, made(edit.replacements))


def test_an_edit_of_several_places_can_be_joined(here: Path) -> None:
    """Adding a line to a group moves the equals signs of the others."""
    (here / "main.tf").write_text(TABLE.replace('  billing_mode = "PAY_PER_REQUEST"\n  hash_key     = "id"\n', '  hash_key = "id"\n'))
    (here / "more.tf").write_text("")
    report, edits = reported(".")
    for edit in edits.by_finding.values():
        assert edit.joined
        assert made([edit.joined]) == made(edit.replacements)
    assert report.results


def test_what_comes_after_the_last_line_has_a_line(here: Path) -> None:
    (here / "main.tf").write_text(TABLE)
    source = SourceFile("main.tf", TABLE.encode())
    from dyncheck.fix.edits import Edit
    from dyncheck.fix.reported import _replacement

    end = len(source.data)
    found = _replacement(source, Edit("main.tf", end, end, b"\nlocals {}\n"))
    assert (found.start, found.text) == (Position(19, 2, 2, end - 1), "\n\nlocals {}")
    assert made([found]) == {"main.tf": TABLE.encode() + b"\nlocals {}\n"}


SECRETS = 'password = "swordfish"\nrecovery = false\ntoken    = "1234"\n'


def test_the_diff_of_a_file_that_may_have_secrets_shows_only_its_own_lines(here: Path) -> None:
    text = TABLE.replace("false", "var.recovery")
    (here / "main.tf").write_text(f'variable "recovery" {{}}\nvariable "password" {{}}\nvariable "token" {{}}\n{text}')
    (here / "terraform.tfvars").write_text(SECRETS)
    edit = edit_for(RECOVERY)
    assert [line for line in edit.diff.splitlines() if line[:1] in " +-"] == [
        "--- a/terraform.tfvars",
        "+++ b/terraform.tfvars",
        "-recovery = false",
        "+recovery = true",
    ]
    assert_git_makes(edit.diff, {"terraform.tfvars": SECRETS.replace("false", "true").encode()})


def test_a_file_that_is_not_utf_8_has_no_edits(here: Path) -> None:
    (here / "main.tf").write_bytes(TABLE.replace("Été", "x").encode() + b"# \xff\n")
    report, edits = reported(".")
    assert verified_edits(report, ["."], Settings()).offers
    assert edits == Edits()


@pytest.mark.parametrize(
    "fixture",
    [
        pytest.param(path.name, marks=() if number % 16 == 0 else pytest.mark.thorough)
        for number, path in enumerate(sorted((TESTS / "policies").glob("*.tf")))
    ],
)
def test_a_part_of_a_file_stands_for_the_whole(here: Path, fixture: str) -> None:
    (here / "main.tf").write_bytes((TESTS / "policies" / fixture).read_bytes())
    report = run(["."], Settings())
    for offer in verified_edits(report, ["."], Settings()).offers:
        source = SourceFile("main.tf", (here / "main.tf").read_bytes())
        assert _edits(source, offer.changes) == edits_between("main.tf", source.data, changed(source, offer.changes))
