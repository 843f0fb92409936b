"""What makes a directory a root module, and the account of every directory with Terraform files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dyncheck.checking.run import Settings, run
from dyncheck.findings import Directory, Report
from tests.readers.hcl.configuration.test_modules import MODE, call, inside, table, write

X = table("t", '"X"')
ALIASES = "terraform {\n  required_providers {\n    aws = {\n      configuration_aliases = [aws.west]\n    }\n  }\n}\n"
PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'


def report_on(directory: Path, *paths: str, changed: bool = False) -> Report:
    """The report on paths in a directory."""
    with inside(directory):
        return run(paths or (".",), Settings(select=(MODE,), changed=changed, allow_empty=changed))


def roots(directory: Path) -> list[str]:
    """The root modules that the run checks."""
    report = report_on(directory)
    assert report.errors == ()
    return [checked.path for checked in report.inputs]


def account(report: Report) -> list[str]:
    """The account of the directories, one line for each."""
    lines = (f"{each.path}: {' '.join((each.state, *each.through))}: {each.reason}" for each in report.directories)
    return [line.removesuffix(": ") for line in lines]


# A directory that another one calls is a root module as well by any of these.
SIGNS = {
    "a backend": {"signs.tf": 'terraform {\n  backend "s3" {}\n}\n'},
    "a backend with a label without quotes": {"signs.tf": "terraform {\n  backend s3 {}\n}\n"},
    "a cloud block": {"signs.tf": "terraform {\n  cloud {}\n}\n"},
    "a state store": {"signs.tf": 'terraform {\n  state_store "x" {\n    provider "x" {}\n  }\n}\n'},
    "a backend in JSON": {"signs.tf.json": '{"terraform": {"backend": {"s3": {}}}}'},
    "a cloud block in JSON": {"signs.tf.json": '{"terraform": [{"cloud": {}}]}'},
    "a backend in JSON with escapes": {"signs.tf.json": '{"terraform": {"\\u0062ackend": {"s3": {}}}}'},
    "a backend that only OpenTofu reads": {"signs.tofu": 'terraform {\n  backend "s3" {}\n}\n'},
    "a provider configuration": {"signs.tf": PROVIDER},
    "a provider configuration with a block": {"signs.tf": 'provider "aws" {\n  default_tags {}\n}\n'},
    "a provider configuration with an alias": {"signs.tf": 'provider aws {\n  alias = "west"\n  region = "us-west-2"\n}\n'},
    "a provider configuration in JSON": {"signs.tf.json": '{"provider": {"aws": {"region": "us-east-1"}}}'},
    "a provider configuration that it requires itself": {
        "signs.tf": ALIASES + 'provider "aws" {\n  alias  = "west"\n  region = "us-west-2"\n}\n'
    },
    "values": {"terraform.tfvars": ""},
    "values in JSON": {"terraform.tfvars.json": "{}"},
    "automatic values": {"x.auto.tfvars": ""},
    "automatic values in a hidden file": {".x.auto.tfvars.json": "{}"},
    "values of an environment": {"prod.tfvars": ""},
    "a lock file": {".terraform.lock.hcl": ""},
    "modules that init installed": {".terraform/modules/modules.json": '{"Modules": []}'},
    "a state": {"terraform.tfstate": "{}"},
    "the state of a workspace": {"terraform.tfstate.d/prod/terraform.tfstate": "{}"},
    "a unit of Terragrunt": {"terragrunt.hcl": ""},
}

NO_SIGNS = {
    "nothing": {},
    "an empty provider configuration": {"no.tf": 'provider "aws" {}\n'},
    "a provider configuration that callers pass": {"no.tf": 'provider "aws" {\n  alias = "west"\n}\n'},
    "a provider configuration that it requires": {"no.tf": ALIASES + PROVIDER},
    "a provider configuration that it requires in JSON": {
        "no.tf.json": '{"terraform": {"required_providers": {"aws": {"configuration_aliases": ["aws.west"]}}, "backend": {"s3": {}}}}'
    },
    "values that are no file of values": {".terraform.tfvars": "", "terraform.tfvars.example": ""},
    "the words in a comment": {"no.tf": '# backend "s3" {}\n/* provider "aws" {\n  region = "x"\n} */\n'},
    "the words elsewhere": {"no.tf": 'resource "x" "y" {\n  provider = aws.west\n  backend "s3" {}\n}\nlocals {\n  cloud = "{}"\n}\n'},
    "the version of Terraform": {"no.tf": 'terraform {\n  required_version = ">= 1.0"\n}\n'},
    "a test": {"one.tftest.hcl": 'run "x" {}\n', "tests/two.tftest.hcl": 'run "x" {}\n'},
}


@pytest.mark.parametrize("files", SIGNS.values(), ids=SIGNS)
def test_called_module_with_what_only_roots_have_is_a_root_module_as_well(files: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, {"live/main.tf": call("m", "../one"), "one/main.tf": X} | {f"one/{name}": text for name, text in files.items()})
    report = report_on(tmp_path)
    assert ([checked.path for checked in report.inputs], report.errors) == (["live", "one"], ())
    assert account(report)[:2] == ["live: checked", "one: checked live"]


@pytest.mark.parametrize("files", NO_SIGNS.values(), ids=NO_SIGNS)
def test_called_module_without_a_sign_is_checked_through_its_callers(files: dict[str, str], tmp_path: Path) -> None:
    passed = "providers = { aws.west = aws }" if any("aliases" in text for text in files.values()) else ""
    write(tmp_path, {"live/main.tf": call("m", "../one", passed), "one/main.tf": X} | {f"one/{name}": text for name, text in files.items()})
    report = report_on(tmp_path)
    assert ([checked.path for checked in report.inputs], account(report)) == (["live"], ["live: checked", "one: checked through live"])


@pytest.mark.parametrize(
    "caller", ["examples/all", "example", "docs/example-usage", "test/unit", "tests", "test-fixtures/a/b", "testdata", "Demo"]
)
def test_call_by_an_example_or_a_test_makes_no_module_less_of_a_root(caller: str, tmp_path: Path) -> None:
    write(tmp_path, {f"{caller}/main.tf": call("m", os.path.relpath("one", caller)), "one/main.tf": X})
    assert sorted(roots(tmp_path)) == sorted([caller, "one"])


def test_module_inside_of_the_examples_is_checked_through_its_callers(tmp_path: Path) -> None:
    write(tmp_path, {"examples/all/main.tf": call("m", "../shared") + call("n", "./inner"), "examples/shared/main.tf": X})
    write(tmp_path, {"examples/all/inner/main.tf": X, "main.tf": X})
    assert account(report_on(tmp_path)) == [
        ".: checked",
        "examples/all: checked",
        "examples/all/inner: checked through examples/all",
        "examples/shared: checked through examples/all",
    ]


def test_names_of_directories_above_the_checked_one_do_not_count(tmp_path: Path) -> None:
    write(tmp_path, {"tests/live/main.tf": call("m", "../one"), "tests/one/main.tf": X})
    assert roots(tmp_path / "tests") == ["live"]


def test_root_of_a_generated_stack_of_cdktf_is_a_root_module(tmp_path: Path) -> None:
    generated = {"resource": {"aws_dynamodb_table": {"t": {"billing_mode": "X"}}}, "provider": {"aws": [{"region": "us-east-1"}]}}
    write(tmp_path, {"cdktf.out/stacks/orders/cdk.tf.json": json.dumps(generated)})
    assert roots(tmp_path) == ["cdktf.out/stacks/orders"]


# The account.


def test_account_has_every_directory_with_terraform_files(tmp_path: Path) -> None:
    files = {
        "live/dev/main.tf": call("m", "../../modules/one"),
        "live/prod/main.tf": call("m", "../../modules/one"),
        "modules/one/main.tf": call("m", "./inner", "count = 0"),
        "modules/one/inner/main.tf": X,
        "other/main.tf": "locals {}\n",
        "other/.terraform/modules/x/main.tf": X,
        ".terraform/modules/x/main.tf": X,
        ".git/config": "",
        "broken/main.tf": "}\n",
        "docs/readme.md": "",
    }
    write(tmp_path, files)
    report = report_on(tmp_path)
    assert account(report) == [
        "broken: not checked: broken/main.tf:1:1: Argument or block definition required. An argument or block definition is required here.",
        "live/dev: checked",
        "live/prod: checked",
        "modules/one: checked through live/dev live/prod",
        "modules/one/inner: checked through live/dev live/prod: its calls make no instance of it",
        "other: checked",
        "**/.git: excluded: the files of version control, 1 directory",
        "**/.terraform: excluded: what `terraform init` downloads, 2 directories",
    ]


def test_account_of_a_file_and_a_directory_in_one_run(tmp_path: Path) -> None:
    write(tmp_path, {"a/main.tf": X, "b/main.tf": call("m", "../a"), "c/main.tf": X})
    assert account(report_on(tmp_path, "a/main.tf", "b", "c")) == ["b: checked", "c: checked", "a: checked"]


@pytest.mark.parametrize("paths", [(".", "modules"), ("modules", ".")])
def test_account_of_two_paths_has_each_directory_once(paths: tuple[str, str], tmp_path: Path) -> None:
    write(tmp_path, {"live/main.tf": call("m", "../modules/one"), "modules/one/main.tf": call("n", "../two"), "modules/two/main.tf": X})
    assert sorted(account(report_on(tmp_path, *paths))) == [
        "live: checked",
        "modules/one: checked live",
        f"modules/two: checked through {'live modules/one' if paths[0] == '.' else 'modules/one live'}",
    ]


def test_account_of_a_plan_is_empty(tmp_path: Path) -> None:
    write(tmp_path, {"plan.json": (Path(__file__).parents[2] / "inputs/one_table.json").read_bytes()})
    assert report_on(tmp_path, "plan.json").directories == ()


TERRAGRUNT = "Terragrunt generates the Terraform files. Check its plan, or the directory that it generates in .terragrunt-cache"
STACK = "a Terraform stack has no plan, and its files are not read. Check the directories of the modules in its components"


def test_account_has_the_directories_whose_files_are_not_read(tmp_path: Path) -> None:
    files = {
        "root.hcl": "inputs = {}\n",
        "terragrunt.hcl": 'remote_state {\n  backend = "s3"\n}\n',
        "live/dev/terragrunt.hcl": 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n',
        "live/prod/terragrunt.hcl": 'terraform {\n  source = "../../modules/one"\n}\n',
        "live/units/terragrunt.stack.hcl": 'unit "x" {}\n',
        "live/dev/.terragrunt-cache/a/b/main.tf": X,
        "stack/main.tfcomponent.hcl": 'component "x" {\n  source = "../modules/one"\n}\n',
        "old/main.tfstack.hcl": "",
        "deploy/main.tfdeploy.hcl": "",
        "modules/one/main.tf": X,
    }
    write(tmp_path, files)
    report = report_on(tmp_path)
    assert ([checked.path for checked in report.inputs], report.errors) == (["modules/one"], ())
    assert account(report) == [
        "modules/one: checked",
        f"deploy: not checked: {STACK}",
        f"live/dev: not checked: {TERRAGRUNT}",
        f"live/prod: not checked: {TERRAGRUNT}",
        f"live/units: not checked: {TERRAGRUNT}",
        f"old: not checked: {STACK}",
        f"stack: not checked: {STACK}",
        "**/.terragrunt-cache: excluded: the copies that Terragrunt makes, 1 directory",
    ]
    assert report_on(tmp_path, "stack").errors == (
        f"stack is a directory without Terraform files. stack was not checked: {STACK}. "
        "Name a directory with Terraform files, or the output of `terraform show -json tfplan`.",
    )


def test_account_has_links_out_of_the_checked_directory(tmp_path: Path) -> None:
    write(tmp_path, {"tree/main.tf": X, "outside/main.tf": X, "empty/x": ""})
    (tmp_path / "tree/outside").symlink_to("../outside")
    (tmp_path / "tree/empty").symlink_to("../empty")
    assert report_on(tmp_path / "tree").directories == (
        Directory(".", "checked"),
        Directory("outside", "not checked", reason="a link out of the checked directory. Check a directory that contains both"),
    )


# Callers that cannot be checked.


@pytest.mark.parametrize(
    ("caller", "is_kept"),
    [
        ({"live/main.tf": call("m", "../one") + "}\n"}, True),
        ({"live/main.tf": call("m", "../one"), "live/terraform.tfvars": "}\n"}, True),
        ({"live/main.tf": call("m", "../one", "count = nothing.x")}, True),
        ({"live/main.tf": call("m", "../one", "unsupported = 1")}, False),
    ],
    ids=["broken", "with broken values", "with an invalid count", "with a wrong argument"],
)
def test_module_does_not_vanish_when_its_callers_cannot_be_checked(caller: dict[str, str], is_kept: bool, tmp_path: Path) -> None:
    write(tmp_path, {**caller, "one/main.tf": X + call("m", "./inner"), "one/inner/main.tf": X})
    report = report_on(tmp_path)
    assert len(report.errors) == 1
    found = {result.address for result in report.results if result.rule == MODE}
    here = "" if is_kept else "module.m."
    assert found >= {f"{here}aws_dynamodb_table.t", f"{here}module.m.aws_dynamodb_table.t"}
    states = {each.path: (each.state, each.through) for each in report.directories}
    assert states["live"] == ("not checked", ())
    assert states["one"] == (("checked", ()) if is_kept else ("checked through", ("live",)))
    assert states["one/inner"][0] == "checked through"


def test_module_that_cannot_be_a_root_module_is_not_checked_when_its_callers_cannot_be(tmp_path: Path) -> None:
    files = {
        "one/main.tf": X + ALIASES + 'resource "x" "y" {\n  provider = aws.west\n}\n' + call("m", "./inner"),
        "one/inner/main.tf": X,
        "bad/main.tf": call("m", "../one", "count = nothing.x"),
    }
    write(tmp_path, files)
    report = report_on(tmp_path)
    assert [error.partition(":")[0] for error in report.errors] == ["bad/main.tf"]
    assert account(report)[1:] == [
        "one: not checked: no root module that could be checked calls it",
        "one/inner: checked",
    ]
    assert account(report_on(tmp_path, "one/main.tf", changed=True)) == account(report)


def test_module_that_a_sound_root_module_calls_too_is_not_checked_alone(tmp_path: Path) -> None:
    write(tmp_path, {"bad/main.tf": call("m", "../one") + "}\n", "good/main.tf": call("m", "../one"), "one/main.tf": X})
    report = report_on(tmp_path)
    assert [checked.path for checked in report.inputs] == ["good"]


def test_broken_directory_does_not_keep_other_root_modules_from_their_results(tmp_path: Path) -> None:
    write(tmp_path, {"bad/main.tf": "}\n", "good/main.tf": X})
    report = report_on(tmp_path)
    assert [result.address for result in report.results] == ["aws_dynamodb_table.t"]
    assert [error.partition(":")[0] for error in report.errors] == ["bad/main.tf"]


# Changes.

CHANGES = {
    "values of a called root module": ("prod/terraform.tfvars", ["example", "prod"]),
    "the lock file of a called root module": ("prod/.terraform.lock.hcl", ["example", "prod"]),
    "a file of a called root module": ("prod/main.tf", ["example", "prod"]),
    "a module that it calls": ("one/main.tf", ["example", "prod"]),
    "another root module": ("other/main.tf", ["other"]),
}


@pytest.mark.parametrize(("changed", "expected"), CHANGES.values(), ids=CHANGES)
def test_changed_selects_the_same_root_modules(changed: str, expected: list[str], tmp_path: Path) -> None:
    files = {
        "example/main.tf": call("m", "../prod"),
        "prod/main.tf": X + PROVIDER + call("m", "../one"),
        "prod/terraform.tfvars": "",
        "one/main.tf": X,
        "other/main.tf": X,
    }
    write(tmp_path, files)
    report = report_on(tmp_path, changed, changed=True)
    assert ([checked.path for checked in report.inputs], report.errors) == (expected, ())
    assert {each.path for each in report.directories} == {*expected, *(("one",) if "prod" in expected else ())}


def test_changed_module_does_not_vanish_when_its_caller_cannot_be_checked(tmp_path: Path) -> None:
    write(tmp_path, {"live/main.tf": call("m", "../one"), "live/terraform.tfvars": "}\n", "one/main.tf": X, "other/main.tf": X})
    report = report_on(tmp_path, "one/main.tf", changed=True)
    assert [checked.path for checked in report.inputs] == ["one"]
    assert [error.partition(":")[0] for error in report.errors] == ["live/terraform.tfvars"]
