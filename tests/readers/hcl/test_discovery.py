"""HCL mode finds the root modules in a directory, ignores other files, and reports a shared finding once."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from dyncheck.reporters.json import to_json
from dyncheck.reporters.layout import TextStyle
from dyncheck.reporters.text import to_text
from tests.conftest import Dyncheck
from tests.readers.hcl.configuration.test_modules import MODE, Found, Row, call, checked, fails, inside, modes, report_of, table, write
from tests.support.paths import INPUTS

T = "aws_dynamodb_table.t"
X = table("t", '"X"')


def inputs(directory: Path, *paths: str) -> list[str]:
    """The root modules that the run checks."""
    report = report_of(directory, MODE, paths=paths or (".",))
    assert report.errors == ()
    return [checked.path for checked in report.inputs]


def text_of(directory: Path, *rules: str) -> str:
    """The text report on a directory."""
    return to_text(report_of(directory, *rules), TextStyle())


# Root modules.


def test_root_modules_are_the_modules_that_no_module_calls(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "live/dev/main.tf": call("m", "../../modules/one"),
            "live/prod/main.tf": call("m", "../../modules/one"),
            "modules/one/main.tf": call("m", "./inner"),
            "modules/one/inner/main.tf": X,
            "modules/unused/main.tf": X,
            "modules/without/main.tf": "locals {}\n",
        },
    )
    assert inputs(tmp_path) == ["live/dev", "live/prod", "modules/unused"]


def test_directory_without_dynamodb_resources_needs_allow_empty(tmp_path: Path) -> None:
    files = {"a/main.tf": "locals {}\n", "b/main.tf": "locals {}\n"}
    assert checked(tmp_path, files, allow_empty=True) == Found([], [], [])
    assert checked(tmp_path, files).errors == [
        ". has no DynamoDB table to check. Name the directory of the module that has them. If that is intended, use --allow-empty."
    ]


def test_modules_that_call_each_other_are_checked(tmp_path: Path) -> None:
    files = {
        "live/main.tf": X,
        "a/main.tf": table("a", '"A"') + call("b", "../b"),
        "b/main.tf": table("b", '"B"') + call("a", "../a"),
    }
    found = checked(tmp_path, files, MODE)
    assert fails("aws_dynamodb_table.a", '"A"') in found.rows
    assert fails(T, '"X"') in found.rows
    assert found.errors == ["b/main.tf:5:12: Module cycle: module.a calls a module that contains it."]


@pytest.mark.parametrize("name", [".git", ".hg", ".svn", ".terraform", ".terragrunt-cache"])
def test_directories_of_other_tools_are_ignored(name: str, tmp_path: Path) -> None:
    write(tmp_path, {f"{name}/main.tf": X, f"live/{name}/modules/one/main.tf": X, "live/main.tf": X})
    assert inputs(tmp_path) == ["live"]


IGNORED = ("main.tf~", ".main.tf", "#main.tf#", "main.tf.bak", "main.hcl", "main.tftest.hcl", "tf", "main.tfvars.tf.orig")


def test_files_that_terraform_does_not_read_are_ignored(tmp_path: Path) -> None:
    write(tmp_path, {**dict.fromkeys(IGNORED, "this is not HCL {"), "main.tf": X})
    assert inputs(tmp_path) == ["."]


def as_read_by(program: str, row: Row) -> Row:
    """A result that only one program has."""
    return (*row[:3], f"{row[3]} (as {program} reads the files)")


ONLY_OPENTOFU = "Only OpenTofu reads {}. The files were checked as Terraform and as OpenTofu read them; the worse result counts."


def test_files_of_opentofu_are_checked_as_both_programs_read_them(tmp_path: Path) -> None:
    files = {
        "main.tf": table("t", '"tf"'),
        "main.tofu": table("t", '"tofu"'),
        "more.tf.json": json.dumps({"resource": {"aws_dynamodb_table": {"u": {"billing_mode": "PROVISIONED"}}}}),
        "more.tofu.json": json.dumps({"resource": {"aws_dynamodb_table": {"u": {"billing_mode": "tofu"}}}}),
        "same.tf": table("v", '"same"'),
    }
    assert checked(tmp_path, files, MODE) == Found(
        [
            as_read_by("Terraform", fails(T, '"tf"')),
            as_read_by("OpenTofu", fails(T, '"tofu"')),
            as_read_by("OpenTofu", fails("aws_dynamodb_table.u", '"tofu"')),
            fails("aws_dynamodb_table.v", '"same"'),
        ],
        [ONLY_OPENTOFU.format("main.tofu and 1 more")],
        [],
    )


def test_files_of_opentofu_in_a_called_module_are_checked_as_both_programs_read_them(tmp_path: Path) -> None:
    files = {"main.tf": call("m", "./one"), "one/main.tofu": table("t", '"tofu"')}
    assert checked(tmp_path, files, MODE) == Found(
        [as_read_by("OpenTofu", fails("module.m.aws_dynamodb_table.t", '"tofu"'))], [ONLY_OPENTOFU.format("one/main.tofu")], []
    )


def test_directory_with_files_of_opentofu_only_is_checked_as_opentofu_reads_it(tmp_path: Path) -> None:
    assert checked(tmp_path, {"main.tofu": X, ".hidden.tf": "}"}, MODE) == Found([fails(T, '"X"')], [], [])


def test_broken_file_that_only_opentofu_reads_is_an_error_of_opentofu(tmp_path: Path) -> None:
    found = checked(tmp_path, {"main.tf": X, "more.tofu": "}\n"}, MODE)
    assert [error.split("\n")[0] for error in found.errors] == [
        "more.tofu:1:1: Argument or block definition required. An argument or block definition is required here. "
        "(as OpenTofu reads the files)"
    ]


def test_directory_named_like_a_file_is_read_as_a_directory(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": X, "below.tf/main.tf": table("below", '"B"'), "empty.tf/README.md": ""})
    assert inputs(tmp_path) == [".", "below.tf"]
    assert inputs(tmp_path, "below.tf") == ["below.tf"]


# Paths.


def test_file_selects_its_module(tmp_path: Path) -> None:
    files = {
        "one/main.tf": call("m", "../two"),
        "one/x.tf": table("x", '"X1"'),
        "one/terraform.tfvars": "",
        "two/main.tf": table("two", '"2"'),
    }
    expected = {"aws_dynamodb_table.x": '"X1"', "module.m.aws_dynamodb_table.two": '"2"'}
    for path in ("one/main.tf", "one/x.tf", "one/terraform.tfvars", "one/../one/main.tf"):
        assert modes(tmp_path, files, paths=[path]) == expected
    assert modes(tmp_path, files, paths=["two/main.tf"]) == {"aws_dynamodb_table.two": '"2"'}


def test_module_is_checked_once_when_it_is_named_twice(tmp_path: Path) -> None:
    write(tmp_path, {"a/main.tf": X, "a/more.tf": "", "b/main.tf": X})
    assert inputs(tmp_path, "b", "a/main.tf", "./a", "a/more.tf", ".") == ["b", "a"]


def test_plan_and_directory_are_checked_in_one_run(dyncheck: Dyncheck, tmp_path: Path) -> None:
    write(tmp_path, {"plan.json": (INPUTS / "one_table.json").read_bytes(), "a/main.tf": X})
    done = dyncheck("plan.json", "a", "--format", "json", "--select", MODE)
    report = json.loads(done.stdout)
    assert [(each["path"], each["kind"]) for each in report["inputs"]] == [("plan.json", "plan"), ("a", "hcl")]
    assert [(each["address"], each["status"]) for each in report["results"]] == [("aws_dynamodb_table.orders", "pass"), (T, "fail")]


@pytest.mark.parametrize("name", ["nothing.tf", "a/nothing.tfvars", "nothing.tf.json"])
def test_missing_file_is_refused_and_other_paths_are_checked(name: str, tmp_path: Path) -> None:
    found = checked(tmp_path, {"a/main.tf": X}, MODE, paths=[name, "a"])
    assert found == Found([fails(T, '"X"')], [], [f"{name} does not exist. Name an existing Terraform file or directory."])


NAMES = {
    "spaces": "a b/c d.tf",
    "brackets": "a[1]/{b}.tf",
    "letters beyond ASCII": "größe/ñ.tf",
    "line ends": "a\nb/c\nd.tf",
    "quotes": "a'b\"c/d.tf",
    "dashes": "-a/-b.tf",
    "a percent sign and a dollar": "a%s${x}/b.tf",
    "a very long name": "/".join(["x" * 200] * 15) + "/main.tf",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_file_name_may_contain_any_characters(name: str, tmp_path: Path) -> None:
    write(tmp_path, {name: X, "main.tf": call("m", f"./{json.dumps(os.path.dirname(name))[1:-1].replace('${', '$${')}")})
    report = report_of(tmp_path, MODE)
    assert report.errors == ()
    assert [each["location"]["file"] for each in json.loads(to_json(report))["results"]] == [name]
    assert "1 table, 0 alarms, 1 check: 1 error" in to_text(report, TextStyle())


def test_file_name_that_is_not_utf_8_is_read(dyncheck: Dyncheck, tmp_path: Path) -> None:
    directory = os.fsencode(tmp_path) + b"/a\xff"
    os.mkdir(directory)
    with open(directory + b"/main\xfe.tf", "w") as file:
        file.write(X)
    done = dyncheck(".", "--select", MODE)
    assert (b"1 table, 0 alarms, 1 check: 1 error\nExit code 1: 1 error.\n" in done.stdout, done.stderr, done.returncode) == (True, b"", 1)


# Links.


def test_links_inside_the_directory_are_followed_once(tmp_path: Path) -> None:
    write(tmp_path, {"a/main.tf": X})
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "a" / "loop").symlink_to("..")
    (tmp_path / "a" / "itself").symlink_to("itself")
    (tmp_path / "a" / "nowhere").symlink_to("nothing")
    assert inputs(tmp_path) == ["a"]


def test_links_to_directories_outside_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"tree/main.tf": X, "outside/main.tf": table("outside", '"O"')})
    (tmp_path / "tree" / "link").symlink_to("../outside")
    (tmp_path / "tree" / "up").symlink_to("..")
    with inside(tmp_path / "tree"):
        assert inputs(tmp_path / "tree") == ["."]
    assert inputs(tmp_path, "tree") == ["tree"]


SECRET = "hunter2"


@pytest.mark.parametrize("name", ["link.tf", "terraform.tfvars", "x.auto.tfvars", "link.tf.json", "x_override.tf"])
def test_link_to_a_file_outside_is_refused(name: str, tmp_path: Path) -> None:
    write(tmp_path, {"tree/main.tf": X, "outside": f"key = {SECRET} {SECRET}\n"})
    (tmp_path / "tree" / name).symlink_to("../outside")
    with inside(tmp_path / "tree"):
        report = report_of(tmp_path / "tree")
    assert report.results == ()
    assert report.errors == (
        f"{name} is a link to a file outside the checked directory. "
        "Check a directory that contains both, or replace the link with the file.",
    )


def test_link_to_a_file_inside_is_followed(tmp_path: Path) -> None:
    write(tmp_path, {"shared/provider.tf": 'locals { mode = "S" }\n', "live/main.tf": table("t", "local.mode")})
    (tmp_path / "live" / "provider.tf").symlink_to("../shared/provider.tf")
    assert modes(tmp_path, {}) == {T: '"S"'}


# Runs from different directories.


def test_report_does_not_depend_on_the_parent_directory(tmp_path: Path) -> None:
    files = {"live/dev/main.tf": call("m", "../../modules/one"), "modules/one/main.tf": X}
    for name in ("one", "a/bit/deeper"):
        write(tmp_path / name, files)
    for place, path in ((".", "."), (".", "live/dev"), ("live/dev", "."), ("modules", "../live/dev"), ("live/dev/..", "dev")):
        one, two = (to_json(report_of(tmp_path / name / place, paths=[path])) for name in ("one", "a/bit/deeper"))
        assert one == two
        assert str(tmp_path) not in one


def test_hash_covers_all_files_of_the_root_module_and_its_modules(tmp_path: Path) -> None:
    write(tmp_path, {"live/main.tf": call("m", "../modules/one"), "modules/one/main.tf": X, "modules/two/main.tf": X})

    def hash_from(place: str, path: str) -> str:
        return report_of(tmp_path / place, paths=[path]).inputs[0].sha256

    before = hash_from(".", "live")
    assert len(before) == len(hashlib.sha256().hexdigest())
    assert (hash_from("live", "."), hash_from("modules/one", "../../live")) == (before, before)
    write(tmp_path, {"modules/two/main.tf": ""})
    assert hash_from(".", "live") == before
    write(tmp_path, {"modules/one/main.tf": X + "\n"})
    assert hash_from(".", "live") != before


# Findings that several root modules or instances share.


def test_finding_of_one_block_is_reported_once_with_all_addresses(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "live/dev/main.tf": call("m", "../../one", "count = 2"),
            "live/prod/main.tf": call("m", "../../one"),
            "one/main.tf": X,
        },
    )
    assert (
        text_of(tmp_path, MODE)
        == """\
error    invalid-billing-mode: Invalid billing mode
         one/main.tf:2
           live/dev: module.m[0].aws_dynamodb_table.t
           live/dev: module.m[1].aws_dynamodb_table.t
           live/prod: module.m.aws_dynamodb_table.t
         found:    billing_mode is "X"
         expected: "PAY_PER_REQUEST" or "PROVISIONED"
         fix:      billing_mode = "PAY_PER_REQUEST"

Inputs: live/dev, live/prod.
Checked 2 root modules and 1 called module (3 files).
Contracts: none on 3 tables.
3 tables, 0 alarms, 3 checks: 3 errors
Exit code 1: 3 errors.
"""
    )


def test_report_shows_some_of_many_addresses_and_counts_the_others(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": call("m", "./one", "count = 12"), "one/main.tf": X})
    shown = [line.strip() for line in text_of(tmp_path, MODE).splitlines() if "module.m[" in line or "more" in line]
    assert shown == [
        "module.m[0].aws_dynamodb_table.t",
        "module.m[10].aws_dynamodb_table.t",
        "module.m[11].aws_dynamodb_table.t",
        "module.m[1].aws_dynamodb_table.t",
        "module.m[2].aws_dynamodb_table.t",
        "and 7 more (-v lists them)",
    ]


def test_two_findings_of_one_block_are_reported_separately(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": table("t", '"PROVISIONED"')})
    shown = text_of(tmp_path, "capacity-mismatch")
    assert [line.strip() for line in shown.splitlines() if "found:" in line] == [
        "found:    read_capacity is not set",
        "found:    write_capacity is not set",
    ]


def test_report_shows_the_value_of_each_instance_when_values_differ(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": call("m", "./one", 'for_each = { a = "A", b = "B", good = "PAY_PER_REQUEST" }', "mode = each.value"),
            "one/main.tf": 'variable "mode" {}\n' + table("t", "var.mode"),
        },
    )
    shown = text_of(tmp_path, MODE)
    lines = [line.strip() for line in shown.splitlines() if "module.m[" in line or "found:" in line]
    assert lines == [
        'module.m["a"].aws_dynamodb_table.t: billing_mode is "A"',
        'module.m["b"].aws_dynamodb_table.t: billing_mode is "B"',
    ]


def test_json_report_has_the_notices_of_an_input(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'variable "mode" {}\n' + call("m", "a/b/aws") + table("t", "var.mode")})
    report = json.loads(to_json(report_of(tmp_path)))
    assert report["inputs"][0]["notices"] == [
        "mode has no value, so what depends on it is unknown. Set it with --var or --var-file.",
        "module.m was not checked: its module (a/b/aws) is not downloaded. Run `terraform get`, which downloads it without credentials.",
    ]
