"""What no version has that a configuration requires is refused, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from dyncheck.readers.hcl.trees import Trees
from tests.readers.hcl.configuration.test_language import CASES, T, tables_in, write

TABLE = 'resource "aws_dynamodb_table" "t" {\n  name = "orders"\n}\n'
BY_NAME = {case.name: case for case in CASES}


def required(constraint: str) -> str:
    """A block that requires a version."""
    return f'terraform {{\n  required_version = "{constraint}"\n}}\n'


# Recorded configurations that Terraform 1.11 refuses or does not read, and what they need.
NEEDED = {
    "action_block": "Terraform 1.14",
    "convert_bool": "Terraform 1.15 or OpenTofu 1.13",
    "convert_object": "Terraform 1.15 or OpenTofu 1.13",
    "destroy_false": "Terraform 1.16 or OpenTofu 1.12",
    "import_identity": "Terraform 1.12 or OpenTofu 1.12",
    "import_in_module": "Terraform 1.16",
    "module_lifecycle": "OpenTofu 1.11",
    "output_type_deprecated": "Terraform 1.15",
    "prevent_destroy_var": "OpenTofu 1.12",
    "removed_full": "Terraform 1.7 or OpenTofu 1.7",
    "source_local": "Terraform 1.15 or OpenTofu 1.8",
    "source_path_module": "Terraform 1.15 or OpenTofu 1.8",
    "source_template": "Terraform 1.15 or OpenTofu 1.8",
    "source_var": "Terraform 1.15 or OpenTofu 1.8",
    "state_store": "Terraform 1.17",
    "variable_const_deprecated": "Terraform 1.15 or OpenTofu 1.12",
    "encryption": "OpenTofu 1.7",
    "tofu_assume": "OpenTofu 1.13",
    "tofu_enabled_var": "OpenTofu 1.11",
    "tofu_functions": "OpenTofu 1.7",
    "tofu_provider_for_each": "OpenTofu 1.9",
}


@pytest.mark.parametrize(("name", "needed"), NEEDED.items(), ids=NEEDED)
def test_a_feature_of_a_later_version_is_refused_where_the_configuration_excludes_it(name: str, needed: str, tmp_path: Path) -> None:
    write(BY_NAME[name], tmp_path)
    suffix = "tofu" if (tmp_path / "main.tofu").exists() else "tf"
    versions = tmp_path / f"versions.{suffix}"
    versions.write_text(required("~> 1.6.0"))
    _, faults = tables_in(tmp_path)
    assert [fault for fault in faults if f' needs {needed}, but the configuration requires "~> 1.6.0" (' in fault]
    versions.write_text(required(">= 1.6"))
    assert tables_in(tmp_path)[1] == ()


def faults_of(directory: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> tuple[str, ...]:
    """What is wrong with a directory of these files; `__` in a name stands for a dot."""
    monkeypatch.chdir(directory)
    for name, text in files.items():
        (directory / name.replace("__", ".")).write_text(text)
    return tables_in(directory)[1]


OUTPUT = 'output "o" {\n  type  = string\n  value = "x"\n}\n'
ENABLED = 'resource "terraform_data" "x" {\n  lifecycle {\n    enabled = false\n  }\n}\n'
CALL = 'module "m" {\n  source = "./m"\n}\n'
NEEDS = 'main.tf:2:3: The argument "type" in "output" needs Terraform 1.15, but the configuration requires'


@pytest.mark.parametrize(
    ("constraint", "is_refused"),
    {
        "~> 1.11.0": True,
        "~> 1.11": False,
        ">= 1.5, < 1.15": True,
        ">= 1.5, < 1.15.1": False,
        "<= 1.15": False,
        "1.14.9": True,
        "= 1.15.0-beta1": False,
        "!= 1.15.0": False,
        ">= 1.5": False,
        "< 2": False,
    }.items(),
)
def test_constraints(constraint: str, is_refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = faults_of(tmp_path, monkeypatch, main__tf=OUTPUT + TABLE + required(constraint))
    allow = f'"{constraint}" (main.tf:9). Remove it, or allow a newer version.'
    assert faults == ((f"{NEEDS} {allow}",) if is_refused else ())


def test_a_feature_that_either_program_has_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults_of(tmp_path, monkeypatch, main__tf=ENABLED + TABLE + required("~> 1.11.0")) == ()
    assert faults_of(tmp_path, monkeypatch, main__tf=ENABLED + TABLE + required("~> 1.10.0")) == (
        'main.tf:3:5: The argument "enabled" in "lifecycle" needs OpenTofu 1.11, but the configuration requires "~> 1.10.0" (main.tf:10). '
        "Remove it, or allow a newer version.",
    )


def test_the_constraints_of_all_modules_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(required("< 1.15"))
    assert faults_of(tmp_path, monkeypatch, main__tf=OUTPUT + TABLE + CALL + required(">= 1.14")) == (
        f'{NEEDS} "< 1.15" (m/main.tf:2). Remove it, or allow a newer version.',
    )
    (tmp_path / "m" / "main.tf").write_text(required("< 1.14"))
    assert faults_of(tmp_path, monkeypatch) == (
        'm/main.tf:2:22: No version satisfies ">= 1.14" (main.tf:12) and "< 1.14" (m/main.tf:2). Correct one of them.',
    )


def test_an_override_file_replaces_the_constraints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"main__tf": OUTPUT + TABLE, "versions__tf": required("~> 1.11.0"), "override__tf": required(">= 1.15")}
    assert faults_of(tmp_path, monkeypatch, **files) == ()


def test_what_is_no_constraint_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults_of(tmp_path, monkeypatch, main__tf=TABLE + required("1.x")) == (
        'main.tf:5:22: Invalid version constraint "1.x". Write it like ">= 1.5, < 2.0".',
    )


LANGUAGE = 'language {\n  compatible_with {\n    opentofu = "%s"\n  }\n}\n'


@pytest.mark.parametrize(("constraint", "is_refused"), {">= 1.12": False, "~> 1.12.0": True}.items())
def test_opentofu_reads_its_own_constraints_only(constraint: str, is_refused: bool, tmp_path: Path) -> None:
    convert = 'locals {\n  x = convert("a", string)\n}\n'
    (tmp_path / "main.tf").write_text(convert + TABLE + required("~> 1.5.0"))
    (tmp_path / "language.tofu").write_text(LANGUAGE % constraint)
    trees = Trees(())
    (root,) = trees.roots(str(tmp_path))
    faults = tuple(each.message for each in trees.read(root.of_opentofu).faults())
    assert [fault.partition(": ")[2].partition(" (")[0] for fault in faults] == [
        f'The function "convert" needs OpenTofu 1.13, but the configuration requires "{constraint}"'
    ] * is_refused


def test_a_removed_block_may_keep_what_it_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    removed = "removed {\n  from = terraform_data.x\n  lifecycle {\n    destroy = false\n  }\n}\n"
    assert faults_of(tmp_path, monkeypatch, main__tf=removed + TABLE + required("~> 1.7.0")) == ()


def test_the_table_is_read_nevertheless(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(OUTPUT + TABLE + required("~> 1.11.0"))
    assert list(tables_in(tmp_path)[0]) == [T]
