"""New and odd syntax: the tables that Terraform plans, and what it refuses.

`language.jsonl` has what Terraform 1.11 said of each directory.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from dyncheck.errors import InputError
from dyncheck.model import Deferred, Known, NotChecked
from dyncheck.readers.hcl.trees import Trees
from tests.support.paths import TESTS

_TABLE = "aws_dynamodb_table"
_PROTECTION = "deletion_protection_enabled"


class Case(msgspec.Struct, frozen=True):
    """A directory; the addresses of the tables in the plan and their protection where it is set; or the title of the error."""

    name: str
    files: dict[str, Any]
    tables: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    error: str = ""


CASES = [
    msgspec.json.decode(line, type=Case)
    for line in (TESTS / "readers" / "hcl" / "configuration" / "language.jsonl").read_bytes().splitlines()
]

T, INNER = f"{_TABLE}.t", f"module.m.{_TABLE}.inner"

# What Terraform 1.11 refuses and a later version, or OpenTofu, has: the tables.
LATER: dict[str, tuple[str, ...]] = {
    "action_block": (T,),
    "convert_bool": (T,),
    "convert_object": (T,),
    "destroy_false": (T,),
    "import_identity": (T,),
    "import_in_module": (INNER,),
    "module_lifecycle": (INNER,),
    "output_type_deprecated": (T,),
    "prevent_destroy_var": (T,),
    "removed_full": (T,),
    "short_circuit": (T,),
    "source_local": (INNER,),
    "source_path_module": (INNER,),
    "source_template": (INNER,),
    "source_var": (INNER,),
    "state_store": (T,),
    "terraform_data_store": (T,),
    "variable_const_deprecated": (T,),
}

# What Terraform refuses, and dyncheck does not read: no table depends on it.
NOT_READ = {
    "bad_expression_unused": (T,),
    "import_for_each": (f'{T}["a"]',),
    "required_version_future": (T,),
    "try_unknown_attr_of_resource": (f"{_TABLE}.u", T),
    "write_only": (T,),
}

# What only OpenTofu reads, or reads in another way.
OPENTOFU = {
    "backend_var": (T,),
    "encryption": (T,),
    "language_block": (T,),
    "removed_without_lifecycle": (T,),
    "tofu_assume": (T,),
    "tofu_enabled_var": (f"{_TABLE}.on",),
    "tofu_functions": (T,),
    "tofu_provider_for_each": (f'{T}["eu-west-1"]',),
    "tofu_provider_for_each_module": (f'module.m["eu-west-1"].{_TABLE}.inner',),
    "version_null": (INNER,),
}

# Which files are read, and of which program, is tested elsewhere.
FILE_SETS = {"dot_auto_tfvars", "tofu_and_tf", "tofu_beside_tf", "tofu_override_of_tf"}

ELSEWHERE: dict[str, tuple[str, ...]] = {**LATER, **NOT_READ, **OPENTOFU}


def write(case: Case, directory: Path) -> None:
    """Write the files of a case."""
    for name, content in case.files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(content["hex"]) if isinstance(content, dict) else content.encode())


def tables_in(directory: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """The addresses of the tables with their protection, empty where it is not set; and the faults."""
    trees = Trees(())
    found: dict[str, str] = {}
    faults: list[str] = []
    # A called module with a backend is a root module as well, which the plan does not show.
    for root in (root for root in trees.roots(str(directory)) if Path(root.directory) == directory.resolve()):
        reading = trees.read(root)
        for resource in reading.resources:
            if resource.type == _TABLE:
                resource.body.value("name")
                value = resource.body.value(_PROTECTION)
                shown = str(value.value).lower() if isinstance(value, Known) else "unknown" if isinstance(value, Deferred) else ""
                found[resource.address] = "unknown" if resource.doubt else shown
        faults += (each.message for each in reading.faults())
    return found, tuple(faults)


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in FILE_SETS], ids=lambda case: case.name)
def test_a_configuration_has_the_tables_that_terraform_plans(case: Case, tmp_path: Path) -> None:
    write(case, tmp_path)
    try:
        found, faults = tables_in(tmp_path)
    except InputError as refusal:
        found, faults = {}, (str(refusal),)
    if case.name in ELSEWHERE:
        assert (sorted(found), faults) == (sorted(ELSEWHERE[case.name]), ())
    elif case.error:
        assert faults
    else:
        assert (sorted(found), faults) == (sorted(case.tables), ())
        assert [value for value in found.values() if value] in ([*case.protected], ["unknown"] * len(case.protected))


def test_each_exception_is_a_recorded_case() -> None:
    assert ELSEWHERE.keys() | FILE_SETS <= {case.name for case in CASES}


# Configurations of later versions, and the protection of the table `t` in them: `on`, `off` or `unknown`.
WRITTEN = {
    "convert of a text": ('convert("true", bool)', "on"),
    "convert with a default": ("convert({}, object({ p = optional(bool, true) })).p", "on"),
    "convert of a nested list": ('convert([1, 2], list(string))[0] == "1"', "on"),
    "convert of an unknown value": ("convert(terraform_data.later.id, bool)", "unknown"),
    "convert of null": ("convert(null, string) == null", "on"),
    "a typed output": ('module.m.number_as_text == "1"', "on"),
    "a typed output with a default": ("module.m.filled.p", "on"),
    "a function of OpenTofu": ('try(urldecode("t"), "x") == "t"', "unknown"),
    "what is disabled": ("terraform_data.off == null", "on"),
    "an attribute of what is disabled": ("try(terraform_data.off.id, null) == null", "on"),
    "a splat of what is disabled": ("length(terraform_data.off[*]) == 0", "on"),
    "a module that is disabled": ("module.off == null", "on"),
    "a resource with its prefix": ('resource.terraform_data.on.input == "x"', "on"),
}

SURROUNDINGS = """
resource "terraform_data" "later" {}
resource "terraform_data" "on" {
  input = "x"
  lifecycle {
    enabled = true
  }
}
resource "terraform_data" "off" {
  lifecycle {
    enabled = var.no
  }
}
variable "no" {
  default = "false"
}
module "m" {
  source = "./m"
}
module "off" {
  source = "./m"
  lifecycle {
    enabled = false
  }
}
"""
MODULE = """
output "number_as_text" {
  type  = string
  value = 1
}
output "filled" {
  type  = object({ p = optional(bool, true) })
  value = {}
}
"""


@pytest.mark.parametrize(("expression", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_what_later_versions_have_is_evaluated(expression: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(MODULE)
    (tmp_path / "main.tf").write_text(f'{SURROUNDINGS}resource "{_TABLE}" "t" {{\n  {_PROTECTION} = {expression}\n}}\n')
    shown = {"on": "true", "off": "false", "unknown": "unknown"}[expected]
    assert tables_in(tmp_path) == ({T: shown}, ())


REFUSED = {
    "a disabled resource has no attribute": (
        'resource "aws_dynamodb_table" "t" {\n  name = terraform_data.off.id\n}\n'
        'resource "terraform_data" "off" {\n  lifecycle {\n    enabled = false\n  }\n}\n',
        "main.tf:2:10: Attempt to get attribute from null value.",
    ),
    "enabled and count": (
        'resource "aws_dynamodb_table" "t" {\n  count = 1\n  lifecycle {\n    enabled = true\n  }\n}\n',
        'main.tf:4:5: Invalid combination of "enabled" with "count" or "for_each". Remove one of them.',
    ),
    "enabled is null": (
        'resource "aws_dynamodb_table" "t" {\n  lifecycle {\n    enabled = null\n  }\n}\n',
        "main.tf:3:15: Invalid enabled argument: found null, expected true or false.",
    ),
    "a name after try": (
        'resource "aws_dynamodb_table" "t" {\n  name = try(1, count.index)\n}\n',
        'main.tf:2:17: Invalid reference to "count". It exists only in a block with count.',
    ),
    "a name in an arm that is not chosen": (
        'resource "aws_dynamodb_table" "t" {\n  name = true ? "t" : local.nope\n}\n',
        'main.tf:2:23: Reference to undeclared local value "nope". Declare it, or correct the reference.',
    ),
    "a name in a loop over nothing": (
        'resource "aws_dynamodb_table" "t" {\n  name = join("", [for x in [] : each.key])\n}\n',
        'main.tf:2:34: Invalid reference to "each". It exists only in a block with for_each.',
    ),
    "an attribute of several": (
        'resource "aws_dynamodb_table" "t" {\n  name = try(terraform_data.a.id, "t")\n}\nresource "terraform_data" "a" {\n  count = 1\n}\n',
        "main.tf:2:14: Missing resource instance key. terraform_data.a has count or for_each, so write the key of an instance after it.",
    ),
}


@pytest.mark.parametrize(("text", "fault"), REFUSED.values(), ids=REFUSED)
def test_what_no_value_can_save_is_refused(text: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.tf").write_text(text)
    monkeypatch.chdir(tmp_path)
    _, faults = tables_in(tmp_path)
    assert fault in faults


def test_a_source_that_is_not_known_is_named_without_advice_that_cannot_help(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('variable "d" {}\nmodule "m" {\n  source = var.d\n}\n')
    trees = Trees(())
    (root,) = trees.roots(str(tmp_path))
    reading = trees.read(root)
    why = "its source depends on var.d (no value is given), which is not known here"
    remedy = "Set the variables that it depends on with --var or --var-file"
    assert reading.not_checked == (NotChecked("module.m", f"{why}. {remedy}"),)
    assert reading.nothing == ""


def test_the_escape_block_has_arguments_of_the_resource_and_inputs_of_the_module(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(
        f'variable "count" {{}}\nresource "{_TABLE}" "inner" {{\n  _ {{\n    {_PROTECTION} = var.count\n  }}\n}}\n'
    )
    (tmp_path / "main.tf").write_text('module "m" {\n  source = "./m"\n  _ {\n    count = true\n  }\n}\n')
    assert tables_in(tmp_path) == ({INNER: "true"}, ())
