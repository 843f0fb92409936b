"""`--changed` checks the root modules that contain a changed file or call a module that contains one."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.errors import UsageError
from tests.conftest import Dyncheck
from tests.readers.hcl.configuration.test_modules import MODE, call, inside, table, write

X = table("t", '"X"')

# Two environments, the modules that they call, and two more root modules.
TREE = {
    "live/dev/main.tf": call("one", "../../modules/one"),
    "live/prod/main.tf": call("one", "../../modules/one") + call("two", "../../modules/two"),
    "live/prod/terraform.tfvars": "",
    "modules/one/main.tf": call("inner", "./inner"),
    "modules/one/inner/main.tf": X,
    "modules/two/main.tf": X,
    "modules/unused/main.tf": X,
    "other/main.tf.json": '{"resource": {"aws_dynamodb_table": {"t": {"billing_mode": "X"}}}}',
}
ALL = ["live/dev", "live/prod", "modules/unused", "other"]


def roots(directory: Path, *changed: str, given: tuple[tuple[str, str], ...] = ()) -> list[str]:
    """The root modules that the run checks, in order."""
    with inside(directory):
        report = run(changed, Settings(select=(MODE,), changed=True, allow_empty=True, given=given))
    assert report.errors == ()
    return [checked.path for checked in report.inputs]


CHANGES: dict[str, tuple[list[str], list[str]]] = {
    "a root module": (["live/dev/main.tf"], ["live/dev"]),
    "a module that one root module calls": (["modules/two/main.tf"], ["live/prod"]),
    "a module that two root modules call": (["modules/one/main.tf"], ["live/dev", "live/prod"]),
    "a module that a module calls": (["modules/one/inner/main.tf"], ["live/dev", "live/prod"]),
    "a module that no module calls": (["modules/unused/main.tf"], ["modules/unused"]),
    "several files in any order, one of them twice": (
        ["other/main.tf.json", "modules/two/main.tf", "other/main.tf.json"],
        ["live/prod", "other"],
    ),
    "the values of a root module": (["live/prod/terraform.tfvars"], ["live/prod"]),
    "a file of OpenTofu": (["live/dev/new.tofu"], ["live/dev"]),
    "JSON": (["other/main.tf.json"], ["other"]),
    "a deleted file": (["modules/two/alarms.tf"], ["live/prod"]),
    "deleted values": (["live/dev/terraform.tfvars"], ["live/dev"]),
    "a deleted root module": (["live/gone/main.tf"], []),
    "a copy by terraform init": (["live/dev/.terraform/modules/one/main.tf"], []),
    "values in a directory without a module": (["vars/prod.tfvars"], ALL),
    "a file that any module may read": (["modules/two/README.md"], ALL),
    "a directory": (["modules/one"], ["live/dev", "live/prod"]),
    "a directory of directories": (["modules"], ["live/dev", "live/prod", "modules/unused"]),
    "a path with ..": (["./live/../modules/two/main.tf"], ["live/prod"]),
}


@pytest.mark.parametrize(("changed", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_changed_selects_the_root_modules_that_contain_or_call_the_change(changed: list[str], expected: list[str], tmp_path: Path) -> None:
    write(tmp_path, TREE)
    assert roots(tmp_path, *changed) == expected


def test_deleted_module_selects_its_remaining_callers(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    shutil.rmtree(tmp_path / "modules/two")
    with inside(tmp_path):
        report = run(["modules/two/main.tf"], Settings(select=(MODE,), changed=True, allow_empty=True))
    assert report.errors == (
        'live/prod/main.tf:5:12: The directory of the module source "../../modules/two" does not exist. Correct the path.',
    )


def test_changed_follows_links_to_files(tmp_path: Path) -> None:
    write(tmp_path, TREE | {"shared/common.tf": "locals {}\n"})
    (tmp_path / "live/dev/common.tf").symlink_to("../../shared/common.tf")
    (tmp_path / "modules/two/common.tf").symlink_to("../../shared/common.tf")
    assert roots(tmp_path, "shared/common.tf") == ["live/dev", "live/prod"]
    assert roots(tmp_path, "live/dev/common.tf") == ["live/dev"]


def test_changed_follows_links_to_module_directories(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    (tmp_path / "live/dev/db").symlink_to("../../modules/two", target_is_directory=True)
    write(tmp_path, {"live/dev/db.tf": call("db", "./db")})
    assert roots(tmp_path, "modules/two/main.tf") == ["live/dev", "live/prod"]


def test_changed_var_file_selects_all_root_modules(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    assert roots(tmp_path, "live/prod/terraform.tfvars", given=(("", "live/prod/terraform.tfvars"),)) == ALL


def test_module_cycle_is_selected_from_every_module_in_it(tmp_path: Path) -> None:
    write(tmp_path, {"a/main.tf": call("b", "../b"), "b/main.tf": call("a", "../a")})
    with inside(tmp_path):
        found = [run([file], Settings(changed=True)).errors for file in ("a/main.tf", "b/main.tf")]
    assert found[0] == found[1] != ()


def test_broken_module_is_checked_only_when_it_changes(tmp_path: Path) -> None:
    write(tmp_path, TREE | {"broken/main.tf": "}\n"})
    assert roots(tmp_path, "live/dev/main.tf") == ["live/dev"]
    with inside(tmp_path):
        report = run(["broken/main.tf"], Settings(changed=True, allow_empty=True))
    assert [error.partition("\n")[0] for error in report.errors] == [
        "broken/main.tf:1:1: Argument or block definition required. An argument or block definition is required here."
    ]


CALLS = {
    "the usual syntax": 'module "m" {\n  source = "../m"\n}\n',
    "a label without quotes": 'module m {\n  source = "../m"\n}\n',
    "no spaces": 'module"m"{\n  source = "../m"\n}\n',
    "comments between the words": 'module /* of tables */ m /* here */ {\n  source = "../m"\n}\n',
    "Windows line ends": 'module "m" {\r\n  source = "../m"\r\n}\r\n',
}
CALLS_IN_JSON = {
    "JSON": '{"module": {"m": {"source": "../m"}}}',
    "JSON with spaces": '{"module" : {"m": {"source": "../m"}}}',
    "JSON with an escape": '{"\\u006dodule": {"m": {"source": "../m"}}}',
}


@pytest.mark.parametrize(
    ("name", "written"),
    [*(("main.tf", text) for text in CALLS.values()), *(("main.tf.json", text) for text in CALLS_IN_JSON.values())],
    ids=[*CALLS, *CALLS_IN_JSON],
)
def test_changed_finds_a_call_in_any_valid_syntax(name: str, written: str, tmp_path: Path) -> None:
    write(tmp_path, {f"root/{name}": written, "m/main.tf": X})
    assert roots(tmp_path, "m/main.tf") == ["root"]


def test_variable_is_valid_when_only_an_unselected_module_declares_it(tmp_path: Path) -> None:
    write(tmp_path, TREE | {"other/variables.tf": 'variable "environment" {}\n'})
    assert roots(tmp_path, "live/dev/main.tf", given=(("environment", "dev"),)) == ["live/dev"]
    with pytest.raises(UsageError):
        roots(tmp_path, "live/dev/main.tf", given=(("enviroment", "dev"),))


def test_changed_selects_nothing_when_the_last_terraform_file_is_deleted(tmp_path: Path) -> None:
    assert roots(tmp_path, "main.tf") == []


# The command line.


def test_changed_file_outside_the_directory_is_refused(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, TREE)
    done = dyncheck("--changed", "../dev/main.tf", cwd=tmp_path / "live/prod")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (
        b"",
        "dyncheck: ../dev/main.tf is not in ., the directory with the root modules. Run dyncheck at the top of the repository.\n",
        3,
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ([], "No changed file is given, so there is nothing to check."),
        (["gone/main.tf"], "The changed files touch no root module, so there is nothing to check."),
    ],
    ids=["no file", "no root module"],
)
def test_changed_without_a_root_module_to_check_needs_allow_empty(
    changed: list[str], message: str, dyncheck: Dyncheck, tmp_path: Path
) -> None:
    write(tmp_path, TREE)
    done = dyncheck("--changed", *changed)
    hint = " If that is intended, use --allow-empty."
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {message}{hint}\n", 3)
    done = dyncheck("--changed", "--allow-empty", *changed)
    notice = "dyncheck: The changed files affect no root module below the working directory, so nothing was checked.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", notice, 0)


def test_selected_modules_without_tables_need_allow_empty(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": "locals {}\n"})
    done = dyncheck("--changed", "main.tf")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (
        b"",
        "dyncheck: What the changed files touch has no DynamoDB table to check. Name the directory of the module that has them. "
        "If that is intended, use --allow-empty.\n",
        3,
    )
    assert dyncheck("--changed", "--allow-empty", "main.tf").returncode == 0


def test_changed_cannot_be_combined_with_require(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, TREE)
    done = dyncheck("--changed", "--require", "products", "live/dev/main.tf")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (
        b"",
        "dyncheck: --require cannot be combined with --changed, which reads only a part of the inputs. Remove one of them. "
        "See `dyncheck check --help`.\n",
        2,
    )


def test_unreadable_directory_does_not_stop_the_other_modules(dyncheck: Dyncheck, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    write(tmp_path, TREE)
    (tmp_path / "modules/unused").chmod(0)
    done = dyncheck("--changed", "live/dev/main.tf", "--format", "json")
    (tmp_path / "modules/unused").chmod(0o755)
    assert [checked["path"] for checked in json.loads(done.stdout)["inputs"]] == ["live/dev"]
