"""The hooks, run by the real pre-commit in temporary repositories."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.paths import PLANS, ROOT
from tests.support.pre_commit import Repository, copy_of_this_repository, environment, only_from

CONFIG = """\
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: {hook}
        verbose: true
        args: {args}
"""

GOOD = """\
resource "aws_dynamodb_table" "{name}" {{
  name                        = "{name}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "id"
  deletion_protection_enabled = true

  attribute {{
    name = "id"
    type = "S"
  }}

  point_in_time_recovery {{
    enabled = true
  }}

  server_side_encryption {{
    enabled = true
  }}
}}
"""
BAD = GOOD.replace("    enabled = true", "    enabled = false", 1)
CALL = 'module "{name}" {{\n  source = "../../modules/{name}"\n}}\n'

# Two root modules, a module that both call, and a module that one calls. None has a finding.
TREE = {
    "live/dev/main.tf": CALL.format(name="orders"),
    "live/prod/main.tf": CALL.format(name="orders") + CALL.format(name="carts"),
    "modules/orders/main.tf": GOOD.format(name="orders"),
    "modules/carts/main.tf": GOOD.format(name="carts"),
    "README.md": "Shop\n",
}


@pytest.fixture(scope="session")
def offered(shared: Path) -> Path:
    """This repository, as pre-commit would clone it; made once for all processes of the test run."""
    copy = shared / "offered"
    with FileLock(shared / "offered.lock"):
        return copy if copy.exists() else copy_of_this_repository(copy)


@pytest.fixture
def repository(tmp_path: Path, shared: Path, offered: Path, wheels: Path) -> Repository:
    """A repository with the tree above, committed, that uses the hook."""
    made = Repository(tmp_path / "repository", shared / "pre-commit", **only_from(wheels))
    made.write(TREE)
    use(made, offered)
    made.commit()
    return made


def use(repository: Repository, offered: Path, hook: str = "dyncheck", args: Iterable[str] = ()) -> None:
    """Write the configuration of pre-commit."""
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=offered, capture_output=True, text=True, check=True).stdout.strip()
    text = CONFIG.format(repository=offered, revision=revision, hook=hook, args=list(args))
    repository.write({".pre-commit-config.yaml": text})


def outcome(done: subprocess.CompletedProcess[str]) -> tuple[int, str, list[str]]:
    """The exit code, the status of the hook in pre-commit, and the output of the hook."""
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("[INFO]", "- hook id", "- duration", "- exit code"))]
    hook = re.fullmatch(r"(dyncheck(?: \(plan\))?)\.+(.*)", lines[0])
    assert hook, done.stdout + done.stderr
    return done.returncode, hook[2].removeprefix("(no files to check)"), [line for line in lines[1:] if line]


def found(done: subprocess.CompletedProcess[str]) -> tuple[int, str, list[str], list[str]]:
    """The exit code, the status of the hook in pre-commit, the inputs, and the errors with their addresses."""
    code, status, lines = outcome(done)
    one = [line.partition(": ")[0] for line in lines if re.match(r"\S+: (hcl|plan)", line)]
    several = [path for line in lines if line.startswith("Inputs: ") for path in line[len("Inputs: ") : -1].split(", ")]
    rule, rows = "", []
    for line in lines:
        if match := re.match(r"(error|warning|note) +(\S+?):? ", line):
            rule = match[2] if match[1] == "error" else ""
        elif rule and (match := re.match(r" +(?:\S+:\d+  )?(?:\S+: )?((?:module\.|aws_)\S*)$", line)):
            rows.append(f"{match[1]} {rule}")
    return code, status, one or several, rows


def test_the_documented_try_repo_command_works(tmp_path: Path, offered: Path, wheels: Path) -> None:
    made = Repository(tmp_path / "repository", tmp_path / "home", **only_from(wheels))
    made.write(TREE | {"modules/carts/main.tf": BAD.format(name="carts")})
    done = made.pre_commit("try-repo", str(offered), "dyncheck", "--all-files", "--verbose")
    start = done.stdout.index("dyncheck....")
    assert found(subprocess.CompletedProcess([], done.returncode, done.stdout[start:])) == (
        1,
        "Failed",
        ["live/dev", "live/prod"],
        ["module.carts.aws_dynamodb_table.carts no-point-in-time-recovery"],
    )
    assert "live/dev" in done.stdout
    assert made.git("status", "--porcelain", "--untracked-files=all").count("??") == 0


def test_a_clean_change_passes(repository: Repository) -> None:
    repository.write({"modules/carts/main.tf": "# Carts\n" + GOOD.format(name="carts")})
    assert found(repository.pre_commit("run")) == (0, "Passed", ["live/prod"], [])


def test_a_finding_fails_in_all_roots_that_call_the_module(repository: Repository) -> None:
    repository.write({"modules/orders/main.tf": BAD.format(name="orders")})
    finding = "module.orders.aws_dynamodb_table.orders no-point-in-time-recovery"
    assert found(repository.pre_commit("run")) == (1, "Failed", ["live/dev", "live/prod"], [finding] * 2)


def test_findings_in_unchanged_roots_do_not_fail_a_commit(repository: Repository) -> None:
    repository.write({"modules/carts/main.tf": BAD.format(name="carts")})
    repository.commit()
    repository.write({"live/dev/main.tf": "# Dev\n" + TREE["live/dev/main.tf"]})
    assert found(repository.pre_commit("run")) == (0, "Passed", ["live/dev"], [])


def test_a_commit_without_terraform_files_checks_nothing(repository: Repository) -> None:
    repository.write({"modules/carts/main.tf": BAD.format(name="carts")})
    repository.commit()
    repository.write({"README.md": "The shop\n"})
    notice = "dyncheck: The changed files affect no root module below the working directory, so nothing was checked."
    assert outcome(repository.pre_commit("run")) == (0, "Passed", [notice])


def test_a_repository_without_tables_passes(tmp_path: Path, shared: Path, offered: Path, wheels: Path) -> None:
    made = Repository(tmp_path / "repository", shared / "pre-commit", **only_from(wheels))
    use(made, offered)
    made.write({"main.tf": 'resource "aws_s3_bucket" "logs" {}\n'})
    code, status, _ = outcome(made.pre_commit("run"))
    assert (code, status) == (0, "Passed")


@pytest.mark.parametrize("name", ["alarms.tf", "alarms.tofu", "alarms.tf.json", "more.auto.tfvars"])
def test_every_kind_of_file_counts(name: str, repository: Repository) -> None:
    text = "{}\n" if name.endswith(".json") else "# Nothing\n"
    repository.write({f"live/dev/{name}": text})
    assert found(repository.pre_commit("run")) == (0, "Passed", ["live/dev"], [])


def test_many_files_are_one_process(repository: Repository) -> None:
    repository.write({f"live/prod/{number}.tf": f'locals {{\n  l{number} = "{"x" * 50}"\n}}\n' for number in range(300)})
    code, status, lines = outcome(repository.pre_commit("run"))
    assert (code, status) == (0, "Passed")
    # Each process prints a sum.
    assert [line for line in lines if "checks:" in line] == ["2 tables, 0 alarms, 16 checks: 2 notes"]


def test_all_files(repository: Repository) -> None:
    repository.write({"modules/carts/main.tf": BAD.format(name="carts")})
    repository.commit()
    assert found(repository.pre_commit("run", "--all-files")) == (
        1,
        "Failed",
        ["live/dev", "live/prod"],
        ["module.carts.aws_dynamodb_table.carts no-point-in-time-recovery"],
    )


def with_recovery_in_an_override(repository: Repository) -> str:
    """Commit a module in two files, where the second one enables recovery; returns the hash of the commit."""
    repository.write(
        {"modules/carts/main.tf": BAD.format(name="carts"), "modules/carts/récupération, etc_override.tf": GOOD.format(name="carts")},
    )
    return repository.commit()


DELETED = (1, "Failed", ["live/prod"], ["module.carts.aws_dynamodb_table.carts no-point-in-time-recovery"])


def test_a_deleted_file_is_noticed(repository: Repository) -> None:
    with_recovery_in_an_override(repository)
    repository.git("rm", "--quiet", "modules/carts/récupération, etc_override.tf")
    assert found(repository.pre_commit("run")) == DELETED


def test_a_deleted_file_is_noticed_if_another_module_changes(repository: Repository) -> None:
    with_recovery_in_an_override(repository)
    repository.git("rm", "--quiet", "modules/carts/récupération, etc_override.tf")
    repository.write({"live/dev/main.tf": "# Dev\n" + TREE["live/dev/main.tf"]})
    code, status, inputs, rows = DELETED
    assert found(repository.pre_commit("run")) == (code, status, ["live/dev", *inputs], rows)


def test_a_moved_file_is_noticed_in_its_old_module(repository: Repository) -> None:
    with_recovery_in_an_override(repository)
    (repository.directory / "elsewhere").mkdir()
    repository.git("mv", "modules/carts/récupération, etc_override.tf", "elsewhere/carts.tf")
    code, status, inputs, rows = DELETED
    assert found(repository.pre_commit("run")) == (code, status, ["elsewhere", *inputs], rows)


def test_a_file_deleted_between_two_commits_is_noticed(repository: Repository) -> None:
    earlier = with_recovery_in_an_override(repository)
    repository.git("rm", "--quiet", "modules/carts/récupération, etc_override.tf")
    later = repository.commit()
    assert found(repository.pre_commit("run", "--from-ref", earlier, "--to-ref", later)) == DELETED
    notice = "dyncheck: The changed files affect no root module below the working directory, so nothing was checked."
    assert outcome(repository.pre_commit("run", "--from-ref", later, "--to-ref", later)) == (0, "Passed", [notice])


def test_a_real_commit_is_refused(repository: Repository) -> None:
    earlier = with_recovery_in_an_override(repository)
    assert repository.pre_commit("install").returncode == 0
    (repository.directory / "modules/carts/récupération, etc_override.tf").unlink()
    # With --all, git gives its hooks another index.
    done = repository.run("git", "commit", "--all", "--message", "Delete a file")
    assert done.returncode == 1, done.stderr
    assert "no-point-in-time-recovery" in done.stdout + done.stderr
    assert repository.git("rev-parse", "HEAD").strip() == earlier


def test_arguments_reach_the_command_line(repository: Repository, offered: Path) -> None:
    use(repository, offered, args=["--fail-on", "note", "--select", "aws-managed-key"])
    repository.write({"live/dev/main.tf": "# Dev\n" + TREE["live/dev/main.tf"]})
    code, status, lines = outcome(repository.pre_commit("run"))
    assert (code, status) == (1, "Failed")
    assert lines[-2:] == ["1 table, 0 alarms, 1 check: 1 note", "Exit code 1: 1 note."]


def test_a_file_that_is_not_terraform_fails(repository: Repository) -> None:
    repository.write({"live/dev/more.tf": "}\n"})
    code, status, lines = outcome(repository.pre_commit("run"))
    assert (code, status) == (1, "Failed")
    assert lines[0].startswith("dyncheck: live/dev/more.tf:1:1: Argument or block definition required.")


def test_the_hook_fails_outside_of_git(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dyncheck.cli.hook", "main.tf"],
        cwd=tmp_path,
        env=environment(GIT_CEILING_DIRECTORIES=str(tmp_path.parent), LC_ALL="C"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("dyncheck: git cannot list the deleted files: ")
    assert done.stderr.endswith(". Run the hook in a git repository that has the compared commits.\n")


# The hook for plans.


@pytest.mark.parametrize("name", ["plan.json", "plans/tfplan.json", "prod.tfplan.json", "prod-plan.json"])
def test_a_plan_is_checked(name: str, repository: Repository, offered: Path) -> None:
    use(repository, offered, hook="dyncheck-plan")
    repository.write({name: (ROOT / "examples" / "plan.json").read_text()})
    code, status, lines = outcome(repository.pre_commit("run"))
    assert (code, status, lines[0]) == (1, "Failed", f"{name}: plan by Terraform 1.11.4")


def test_a_clean_plan_passes(repository: Repository, offered: Path) -> None:
    use(repository, offered, hook="dyncheck-plan")
    repository.write({"plan.json": (PLANS / "reference.json").read_text()})
    assert outcome(repository.pre_commit("run"))[:2] == (0, "Passed")


def test_other_json_is_not_checked_as_a_plan(repository: Repository, offered: Path) -> None:
    use(repository, offered, hook="dyncheck-plan")
    repository.write({"explan.json": "{}", "plan.json.txt": "", "plans.json": "{}"})
    assert outcome(repository.pre_commit("run")) == (0, "Skipped", [])


FREE = (
    GOOD.replace("    enabled = true", "    enabled = var.recovery", 1) + 'variable "recovery" {{\n  type    = bool\n  default = true\n}}\n'
)


def test_the_prove_hook_finds_the_input_that_breaks_a_module(repository: Repository, offered: Path) -> None:
    use(repository, offered, "dyncheck-prove")
    repository.commit()
    repository.write({"modules/carts/main.tf": FREE.format(name="carts")})
    done = repository.pre_commit("run")
    assert done.returncode == 1
    assert "modules/carts: every input that its variables allow" in done.stdout
    assert "unguarded-input on var.recovery: warning" in done.stdout
    assert "modules/orders" not in done.stdout


def test_the_prove_hook_passes_if_no_input_breaks_a_module(repository: Repository, offered: Path) -> None:
    use(repository, offered, "dyncheck-prove")
    repository.commit()
    repository.write({"modules/carts/main.tf": "# Carts\n" + GOOD.format(name="carts")})
    done = repository.pre_commit("run")
    assert (done.returncode, "Passed" in done.stdout, "0 refuted" in done.stdout) == (0, True, False)


def test_the_fix_hook_corrects_the_files_and_stops_the_commit_once(repository: Repository, offered: Path) -> None:
    use(repository, offered, "dyncheck-fix")
    repository.commit()
    repository.write({"modules/carts/main.tf": BAD.format(name="carts")})
    first = repository.pre_commit("run")
    assert (first.returncode, "files were modified by this hook" in first.stdout) == (1, True)
    assert "dyncheck: Corrected 1 finding in 1 file.\n" in first.stdout
    assert (repository.directory / "modules/carts/main.tf").read_text() == GOOD.format(name="carts")
    repository.git("add", "modules/carts/main.tf")
    second = repository.pre_commit("run")
    assert (second.returncode, "Passed" in second.stdout) == (0, True), second.stdout


def test_the_fix_hook_corrects_only_what_the_commit_concerns(repository: Repository, offered: Path) -> None:
    use(repository, offered, "dyncheck-fix")
    repository.write({"modules/carts/main.tf": BAD.format(name="carts")})
    repository.commit()
    repository.write({"live/dev/main.tf": "# Dev\n" + TREE["live/dev/main.tf"]})
    assert repository.pre_commit("run").returncode == 0
    assert (repository.directory / "modules/carts/main.tf").read_text() == BAD.format(name="carts")


def test_the_fix_hook_fails_for_a_finding_that_it_cannot_correct(repository: Repository, offered: Path) -> None:
    use(repository, offered, "dyncheck-fix")
    repository.commit()
    repository.write({"modules/carts/main.tf": GOOD.format(name="carts").replace('hash_key                    = "id"', 'hash_key = "key"')})
    done = repository.pre_commit("run")
    assert (done.returncode, "files were modified" in done.stdout) == (1, False)
