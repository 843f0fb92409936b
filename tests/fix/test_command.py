"""`dyncheck fix` on the command line: the diff, the files, the messages and the exit codes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dyncheck.errors import OutputError
from dyncheck.fix.diff import diff
from dyncheck.fix.verified import Content
from dyncheck.fix.writing import write_all
from tests.conftest import Dyncheck
from tests.recording.demands import DEMANDS
from tests.support.paths import SPECIFICATION

TABLE = """\
resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  deletion_protection_enabled = true

  attribute {
    name = "id"
    type = "S"
  }

  # Kept for 35 days.
  point_in_time_recovery {
    enabled = false # for now
  }

  server_side_encryption {
    enabled = true
  }
}
"""
FIXED = TABLE.replace("false # for now", "true # for now")
DIFF = """\
diff --git a/live/main.tf b/live/main.tf
--- a/live/main.tf
+++ b/live/main.tf
@@ -12,7 +12,7 @@
 \n\
   # Kept for 35 days.
   point_in_time_recovery {
-    enabled = false # for now
+    enabled = true # for now
   }
 \n\
   server_side_encryption {
"""
NEEDS_DECISION = "dyncheck: The edits for 1 finding need a decision. Add --unsafe to include them.\n"
TO_APPLY = f"{NEEDS_DECISION}dyncheck: These edits correct 1 finding in 1 file. Make them with --apply.\n"


@pytest.fixture(name="live")
def _live(tmp_path: Path) -> Path:
    """A root module with one finding of severity error, in a repository."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    live = tmp_path / "live"
    live.mkdir()
    (live / "main.tf").write_text(TABLE)
    return live


def test_it_shows_the_edits_and_changes_nothing(live: Path, dyncheck: Dyncheck) -> None:
    done = dyncheck("fix", "live")
    assert (done.stdout.decode(), done.stderr.decode(), done.returncode) == (DIFF, TO_APPLY, 1)
    assert (live / "main.tf").read_text() == TABLE


@pytest.mark.parametrize("ends", ["\n", "\r\n", ""], ids=["LF", "CRLF", "no last line end"])
def test_git_takes_the_diff(live: Path, dyncheck: Dyncheck, ends: str) -> None:
    def as_wanted(text: str) -> bytes:
        return (text.rstrip("\n") if not ends else text.replace("\n", ends)).encode()

    (live / "main.tf").write_bytes(as_wanted(TABLE))
    done = dyncheck("fix", ".", cwd=live)
    subprocess.run(["git", "apply", "-"], input=done.stdout, cwd=live, check=True, env=os.environ | {"GIT_CONFIG_GLOBAL": os.devnull})
    assert (live / "main.tf").read_bytes() == as_wanted(FIXED)


def test_git_takes_the_diff_of_a_name_with_blanks(live: Path, dyncheck: Dyncheck) -> None:
    live.rename(live.parent / 'live "é" app')
    done = dyncheck("fix", ".")
    subprocess.run(["git", "apply", "-"], input=done.stdout, cwd=live.parent, check=True)
    assert (live.parent / 'live "é" app' / "main.tf").read_text() == FIXED


def test_it_makes_the_edits_once(live: Path, dyncheck: Dyncheck) -> None:
    (live / "main.tf").chmod(0o640)
    first = dyncheck("fix", "live", "--apply")
    assert (first.stdout, first.stderr.decode(), first.returncode) == (
        b"",
        f"{NEEDS_DECISION}dyncheck: Corrected 1 finding in 1 file.\n",
        0,
    )
    assert ((live / "main.tf").read_text(), (live / "main.tf").stat().st_mode & 0o777) == (FIXED, 0o640)
    assert [path.name for path in live.iterdir()] == ["main.tf"]
    second = dyncheck("fix", "live", "--apply")
    assert (second.stdout, second.stderr.decode(), second.returncode) == (b"", NEEDS_DECISION, 0)
    assert (live / "main.tf").read_text() == FIXED


def test_without_a_finding_there_is_nothing_to_do(live: Path, dyncheck: Dyncheck) -> None:
    (live / "main.tf").write_text(FIXED)
    done = dyncheck("fix", "live", "--rule", "no-point-in-time-recovery")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", "dyncheck: There is nothing to correct.\n", 0)


def test_a_finding_that_remains_makes_the_exit_code_1(live: Path, dyncheck: Dyncheck) -> None:
    (live / "main.tf").write_text('variable "recovery" {}\n' + TABLE.replace("false", "var.recovery"))
    done = dyncheck("fix", "live", "--apply", "--var", "recovery=false")
    reason = "The value comes from elsewhere: var.recovery is set by --var. Change it there."
    assert done.stderr.decode() == (
        f"dyncheck: No edit for no-point-in-time-recovery on aws_dynamodb_table.orders at live/main.tf:16: {reason}\n{NEEDS_DECISION}"
    )
    assert (done.stdout, done.returncode) == (b"", 1)


def test_only_the_findings_of_one_rule_are_corrected(live: Path, dyncheck: Dyncheck) -> None:
    (live / "main.tf").write_text(TABLE.replace("  deletion_protection_enabled = true\n\n", ""))
    done = dyncheck("fix", "live", "--apply", "--rule", "no-deletion-protection")
    assert (done.returncode, done.stderr.decode()) == (0, "dyncheck: Corrected 1 finding in 1 file.\n")
    assert "false # for now" in (live / "main.tf").read_text()


def test_an_unknown_rule_is_a_wrong_command_line(dyncheck: Dyncheck) -> None:
    done = dyncheck("fix", "live", "--rule", "no-point-in-time-recover")
    assert (done.returncode, done.stdout) == (2, b"")
    assert "Did you mean 'no-point-in-time-recovery'?" in done.stderr.decode()


def test_standard_input_is_refused(dyncheck: Dyncheck) -> None:
    done = dyncheck("fix", "-")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("dyncheck: dyncheck fix reads a plan twice, so it cannot be standard input.")


def test_colours_are_for_people(live: Path, dyncheck: Dyncheck) -> None:
    (live / "main.tf").write_text(TABLE.replace("for now", "for \x1b[2Know"))
    plain, coloured = (dyncheck("fix", "live", "--color", choice).stdout.decode() for choice in ("never", "always"))
    assert "+    enabled = true # for \x1b[2Know\n" in plain
    assert "\x1b[32m+    enabled = true # for \\x1b[2Know\x1b[0m\n" in coloured


def test_every_environment_that_uses_a_file_decides(live: Path, dyncheck: Dyncheck) -> None:
    (live / "main.tf").write_text('variable "recovery" {}\n' + TABLE.replace("false", "var.recovery"))
    for name, value in (("dev", "false"), ("prod", "true")):
        (live / f"{name}.tfvars").write_text(f"recovery = {value}\n")
    environments = "".join(f"  {name}: {{var-files: [{name}.tfvars]}}\n" for name in ("dev", "prod"))
    (live.parent / ".dyncheck.yaml").write_text(f"environments:\n{environments}")
    done = dyncheck("fix", "live", "--apply", "--environment", "dev")
    assert done.returncode == 0, done.stderr.decode()
    assert ((live / "dev.tfvars").read_text(), (live / "prod.tfvars").read_text()) == ("recovery = true\n", "recovery = true\n")


def content(path: Path, before: bytes = b"before") -> Content:
    """The content that replaces a file."""
    return Content(str(path), before, b"after")


def test_a_file_that_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"before")
    with pytest.raises(OutputError, match=r"b changed since dyncheck read it, so it was not written."):
        write_all([content(tmp_path / "a"), content(tmp_path / "b", b"earlier")])
    assert (tmp_path / "a").read_bytes() == b"before"


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"before")
    (tmp_path / "link").symlink_to("target")
    with pytest.raises(OutputError, match=r"link is a link or no regular file, so it was not written."):
        write_all([content(tmp_path / "link")])
    assert ((tmp_path / "target").read_bytes(), (tmp_path / "link").is_symlink()) == (b"before", True)


def test_a_copy_of_the_file_under_another_name_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"before")
    os.link(tmp_path / "file", tmp_path / "other")
    write_all([content(tmp_path / "file")])
    assert ((tmp_path / "file").read_bytes(), (tmp_path / "other").read_bytes()) == (b"after", b"before")


def test_a_failure_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"before")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OutputError, match=r"file cannot be written: No space left on device."):
        write_all([content(tmp_path / "file")])
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"before")]


def test_the_findings_of_a_plan_are_corrected_in_its_sources(tmp_path: Path, dyncheck: Dyncheck) -> None:
    (demand,) = (demand for demand in DEMANDS if demand.name == "products_recovery_off")
    shutil.copytree(SPECIFICATION, tmp_path / "module")
    (tmp_path / "module" / "main.tf").write_text(demand.configuration)
    shutil.copy(demand.plan, tmp_path / "plan.json")
    done = dyncheck("fix", "plan.json", "--source", "module", "--rule", "no-point-in-time-recovery", "--rule", "no-deletion-protection")
    assert (done.returncode, done.stderr.decode()) == (
        1,
        "dyncheck: These edits correct 3 findings in 2 files. Make them with --apply.\n",
    )
    assert [line for line in done.stdout.decode().splitlines() if line[:1] in ("-", "+")] == [
        "--- a/module/main.tf",
        "+++ b/module/main.tf",
        "-    enabled = false",
        "+    enabled = true",
        "+  deletion_protection_enabled = true",
        "+",
        "--- a/module/variables.tf",
        "+++ b/module/variables.tf",
        "-  default     = false",
        "+  default     = true",
    ]


LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "}\n"]), max_size=10).map("".join)


@settings(max_examples=40, deadline=None)
@given(LINES, LINES)
def test_a_diff_leads_from_one_content_to_the_other(before: str, after: str) -> None:
    lines = list(diff(Content("f", before.encode(), after.encode()), context=20))[3:]
    body = [line for line in lines if not line.startswith("@@")]
    assert "".join(line[1:] for line in body if line[0] != "+") == (before if before != after else "")
    assert "".join(line[1:] for line in body if line[0] != "-") == (after if before != after else "")


def test_findings_with_one_reason_are_refused_together(live: Path, dyncheck: Dyncheck) -> None:
    (live / "main.tf").write_text(
        'variable "recovery" {}\n' + "".join(TABLE.replace("orders", f"t{n}").replace("false", "var.recovery") for n in range(7))
    )
    done = dyncheck("fix", "live", "--rule", "no-point-in-time-recovery", "--var", "recovery=false")
    reason = "The value comes from elsewhere: var.recovery is set by --var. Change it there."
    listed = "".join(f"  live/main.tf:{16 + 21 * n}  aws_dynamodb_table.t{n} (live)\n" for n in range(5))
    assert done.stderr.decode() == f"dyncheck: No edit for 7 findings of no-point-in-time-recovery: {reason}\n{listed}  and 2 more\n"
    assert (done.stdout, done.returncode) == (b"", 1)
