"""The hint on Terragrunt beside variables without a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers.hcl.configuration.test_modules import MODE, checked, table

MAIN = 'variable "mode" {}\n' + table("t", "var.mode")
UNSET = "mode has no value, so what depends on it is unknown. Set it with --var or --var-file."
HINT = (
    "Terragrunt (%s) may supply values and generated files: check its plans, "
    "which `terragrunt run --all --out-dir PLANS --json-out-dir JSON -- plan` writes."
)

PLACES: dict[str, tuple[list[str], list[str], str]] = {
    "beside the module": (["live/terragrunt.hcl"], ["."], "live/terragrunt.hcl"),
    "in JSON": (["live/terragrunt.hcl.json"], ["."], "live/terragrunt.hcl.json"),
    "a stack": (["live/terragrunt.stack.hcl"], ["."], "live/terragrunt.stack.hcl"),
    "above the module": (["root.hcl"], ["."], "root.hcl"),
    "above the named directory": (["terragrunt.hcl"], ["live"], "terragrunt.hcl"),
    "beside the module and above it": (["root.hcl", "live/terragrunt.hcl"], ["."], "live/terragrunt.hcl"),
    "beside another module": (["other/terragrunt.hcl"], ["."], ""),
    "none": ([], ["."], ""),
}


@pytest.mark.parametrize(("files", "paths", "named"), PLACES.values(), ids=PLACES)
def test_missing_value_has_a_hint_where_terragrunt_is_used(files: list[str], paths: list[str], named: str, tmp_path: Path) -> None:
    written = {"live/main.tf": MAIN, **dict.fromkeys(files, "")}
    notice = f"{UNSET} {HINT % named}" if named else UNSET
    assert checked(tmp_path, written, MODE, paths=paths).notices == [notice]


def test_configuration_of_terragrunt_outside_the_working_directory_is_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "root.hcl").touch()
    (tmp_path / "inside").mkdir()
    assert checked(tmp_path / "inside", {"main.tf": MAIN}, MODE).notices == [UNSET]


def test_module_with_all_values_has_no_hint(tmp_path: Path) -> None:
    assert checked(tmp_path, {"main.tf": MAIN, "terragrunt.hcl": ""}, MODE, given=[("mode", "X")]).notices == []
