"""Root modules with other contents of files than those on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dyncheck.model import Known
from dyncheck.readers.hcl.trees import Root, Trees

TABLE = 'variable "name" {}\nresource "aws_dynamodb_table" "t" {\n  name = var.name\n}\n'
CALL = 'variable "name" {}\nmodule "t" {\n  source = "../module"\n  name = var.name\n}\n'


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Root:
    """A root module that calls another one."""
    for name, text in {
        "module/main.tf": TABLE,
        "live/main.tf": CALL,
        "live/terraform.tfvars": 'name = "as written"\n',
        "linked/other.txt": 'variable "other" {}\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "module" / "variables.tf").symlink_to("../linked/other.txt")
    return Root(os.path.realpath(tmp_path / "live"), os.path.realpath(tmp_path))


def read(trees: Trees, root: Root) -> list[object]:
    """The names of the tables."""
    trees.modules.trees.add(root.tree)
    values = [resource.body.value("name") for resource in trees.read(root).resources]
    return [value.value if isinstance(value, Known) else value for value in values]


@pytest.mark.parametrize(
    ("file", "before", "after", "expected"),
    [
        pytest.param("module/main.tf", "var.name", '"of the module"', ["of the module"], id="a file of a module"),
        pytest.param("live/main.tf", "var.name", '"of the call"', ["of the call"], id="a file of the root module"),
        pytest.param("live/terraform.tfvars", "as written", "of the values", ["of the values"], id="a file of values"),
        pytest.param(
            "linked/other.txt",
            "variable",
            'resource "aws_dynamodb_table" "u" {\n  name = "u"\n}\nvariable',
            ["as written", "u"],
            id="a link",
        ),
    ],
)
def test_a_content_replaces_that_of_a_file(file: str, before: str, after: str, expected: list[str], root: Root) -> None:
    trees = Trees(())
    assert read(trees, root) == ["as written"]
    path = Path(root.tree) / file
    overlaid = trees.overlaid({str(path): path.read_text().replace(before, after).encode()})
    assert read(overlaid, root) == expected
    assert read(trees, root) == ["as written"]
    assert read(overlaid.overlaid({}), root) == ["as written"]


def test_what_is_not_replaced_is_not_read_again(root: Root) -> None:
    trees = Trees(())
    read(trees, root)
    module, live = Path(root.tree) / "module", Path(root.directory)
    overlaid = trees.overlaid({str(live / "main.tf"): b""})
    assert overlaid.modules.at(str(module)) is trees.modules.at(str(module))
    assert overlaid.modules.at(str(live)) is not trees.modules.at(str(live))
