"""Which root modules `--changed` checks: those that hold a changed file, or call a module that does."""

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

# Two environments, the modules that they call, and two roots of their own.
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


def touched(directory: Path, *changed: str, given: tuple[tuple[str, str], ...] = ()) -> list[str]:
    """The root modules that are checked, in order."""
    with inside(directory):
        report = run(changed, Settings(select=(MODE,), changed=True, allow_empty=True, given=given))
    assert report.errors == ()
    return [checked.path for checked in report.inputs]


CHANGES: dict[str, tuple[list[str], list[str]]] = {
    "a root module": (["live/dev/main.tf"], ["live/dev"]),
    "a module that one calls": (["modules/two/main.tf"], ["live/prod"]),
    "a module that two call": (["modules/one/main.tf"], ["live/dev", "live/prod"]),
    "a module of a module": (["modules/one/inner/main.tf"], ["live/dev", "live/prod"]),
    "a module that nobody calls": (["modules/unused/main.tf"], ["modules/unused"]),
    "several, in any order, one of them twice": (
        ["other/main.tf.json", "modules/two/main.tf", "other/main.tf.json"],
        ["live/prod", "other"],
    ),
    "a value of a root module": (["live/prod/terraform.tfvars"], ["live/prod"]),
    "a file of OpenTofu": (["live/dev/new.tofu"], ["live/dev"]),
    "JSON": (["other/main.tf.json"], ["other"]),
    "a file that was deleted": (["modules/two/alarms.tf"], ["live/prod"]),
    "values that were deleted": (["live/dev/terraform.tfvars"], ["live/dev"]),
    "a root module that was deleted": (["live/gone/main.tf"], []),
    "a copy that terraform init made": (["live/dev/.terraform/modules/one/main.tf"], []),
    "values in a directory without a module": (["vars/prod.tfvars"], ALL),
    "a file that any module may read": (["modules/two/README.md"], ALL),
    "a directory": (["modules/one"], ["live/dev", "live/prod"]),
    "a directory of directories": (["modules"], ["live/dev", "live/prod", "modules/unused"]),
    "a path with a detour": (["./live/../modules/two/main.tf"], ["live/prod"]),
}


@pytest.mark.parametrize(("changed", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_touches_the_modules_that_hold_it_or_call_it(changed: list[str], expected: list[str], tmp_path: Path) -> None:
    write(tmp_path, TREE)
    assert touched(tmp_path, *changed) == expected


def test_a_module_that_was_deleted_whole_touches_who_still_calls_it(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    shutil.rmtree(tmp_path / "modules/two")
    with inside(tmp_path):
        report = run(["modules/two/main.tf"], Settings(select=(MODE,), changed=True, allow_empty=True))
    assert report.errors == (
        'live/prod/main.tf:5:12: The directory of the module source "../../modules/two" does not exist. Correct the path.',
    )


def test_a_link_to_a_file_counts_like_a_call(tmp_path: Path) -> None:
    write(tmp_path, TREE | {"shared/common.tf": "locals {}\n"})
    (tmp_path / "live/dev/common.tf").symlink_to("../../shared/common.tf")
    (tmp_path / "modules/two/common.tf").symlink_to("../../shared/common.tf")
    assert touched(tmp_path, "shared/common.tf") == ["live/dev", "live/prod"]
    assert touched(tmp_path, "live/dev/common.tf") == ["live/dev"]


def test_a_module_that_is_called_by_a_linked_directory_is_found(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    (tmp_path / "live/dev/db").symlink_to("../../modules/two", target_is_directory=True)
    write(tmp_path, {"live/dev/db.tf": call("db", "./db")})
    assert touched(tmp_path, "modules/two/main.tf") == ["live/dev", "live/prod"]


def test_a_file_of_values_for_all_touches_all(tmp_path: Path) -> None:
    write(tmp_path, TREE)
    assert touched(tmp_path, "live/prod/terraform.tfvars", given=(("", "live/prod/terraform.tfvars"),)) == ALL


def test_modules_in_a_circle_touch_each_other(tmp_path: Path) -> None:
    write(tmp_path, {"a/main.tf": call("b", "../b"), "b/main.tf": call("a", "../a")})
    with inside(tmp_path):
        found = [run([file], Settings(changed=True)).errors for file in ("a/main.tf", "b/main.tf")]
    assert found[0] == found[1] != ()


def test_what_cannot_be_parsed_is_checked_when_it_changes_and_not_before(tmp_path: Path) -> None:
    write(tmp_path, TREE | {"broken/main.tf": "}\n"})
    assert touched(tmp_path, "live/dev/main.tf") == ["live/dev"]
    with inside(tmp_path):
        report = run(["broken/main.tf"], Settings(changed=True, allow_empty=True))
    assert [error.partition("\n")[0] for error in report.errors] == [
        "broken/main.tf:1:1: Argument or block definition required. An argument or block definition is required here."
    ]


CALLS = {
    "as everybody writes it": 'module "m" {\n  source = "../m"\n}\n',
    "a name without quotes": 'module m {\n  source = "../m"\n}\n',
    "no blanks": 'module"m"{\n  source = "../m"\n}\n',
    "comments in between": 'module /* of tables */ m /* here */ {\n  source = "../m"\n}\n',
    "Windows line ends": 'module "m" {\r\n  source = "../m"\r\n}\r\n',
}
CALLS_IN_JSON = {
    "JSON": '{"module": {"m": {"source": "../m"}}}',
    "JSON with blanks": '{"module" : {"m": {"source": "../m"}}}',
    "JSON with an escape": '{"\\u006dodule": {"m": {"source": "../m"}}}',
}


@pytest.mark.parametrize(
    ("name", "written"),
    [*(("main.tf", text) for text in CALLS.values()), *(("main.tf.json", text) for text in CALLS_IN_JSON.values())],
    ids=[*CALLS, *CALLS_IN_JSON],
)
def test_a_call_is_found_however_it_is_written(name: str, written: str, tmp_path: Path) -> None:
    write(tmp_path, {f"root/{name}": written, "m/main.tf": X})
    assert touched(tmp_path, "m/main.tf") == ["root"]


def test_a_variable_that_only_an_untouched_module_declares_is_no_mistake(tmp_path: Path) -> None:
    write(tmp_path, TREE | {"other/variables.tf": 'variable "environment" {}\n'})
    assert touched(tmp_path, "live/dev/main.tf", given=(("environment", "dev"),)) == ["live/dev"]
    with pytest.raises(UsageError):
        touched(tmp_path, "live/dev/main.tf", given=(("enviroment", "dev"),))


def test_the_last_terraform_file_may_be_deleted(tmp_path: Path) -> None:
    assert touched(tmp_path, "main.tf") == []


# The command line.


def test_a_file_outside_is_refused(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, TREE)
    done = dyncheck("--changed", "../dev/main.tf", cwd=tmp_path / "live/prod")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (
        b"",
        "dyncheck: ../dev/main.tf is not in ., the directory with the root modules. Run dyncheck at the top of the repository.\n",
        3,
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ([], "No changed file is given, so there is nothing to check."),
        (["gone/main.tf"], "The changed files touch no root module, so there is nothing to check."),
    ],
    ids=["no file", "no root module"],
)
def test_nothing_to_check_is_no_clean_exit_unless_that_is_intended(
    changed: list[str], said: str, dyncheck: Dyncheck, tmp_path: Path
) -> None:
    write(tmp_path, TREE)
    done = dyncheck("--changed", *changed)
    hint = " If that is intended, use --allow-empty."
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", f"dyncheck: {said}{hint}\n", 3)
    done = dyncheck("--changed", "--allow-empty", *changed)
    told = "dyncheck: The changed files affect no root module below the working directory, so nothing was checked.\n"
    assert (done.stdout, done.stderr.decode(), done.returncode) == (b"", told, 0)


def test_touched_modules_without_tables_are_nothing_to_check(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": "locals {}\n"})
    done = dyncheck("--changed", "main.tf")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (
        b"",
        "dyncheck: What the changed files touch has no DynamoDB table to check. Name the directory of the module that has them. "
        "If that is intended, use --allow-empty.\n",
        3,
    )
    assert dyncheck("--changed", "--allow-empty", "main.tf").returncode == 0


def test_required_tables_are_not_looked_for_in_a_part(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, TREE)
    done = dyncheck("--changed", "--require", "products", "live/dev/main.tf")
    assert (done.stdout, done.stderr.decode(), done.returncode) == (
        b"",
        "dyncheck: --require cannot be combined with --changed, which reads only a part of the inputs. Remove one of them. "
        "See `dyncheck check --help`.\n",
        2,
    )


def test_a_directory_that_cannot_be_read_does_not_stop_the_others(dyncheck: Dyncheck, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    write(tmp_path, TREE)
    (tmp_path / "modules/unused").chmod(0)
    done = dyncheck("--changed", "live/dev/main.tf", "--format", "json")
    (tmp_path / "modules/unused").chmod(0o755)
    assert [checked["path"] for checked in json.loads(done.stdout)["inputs"]] == ["live/dev"]
