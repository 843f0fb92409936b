"""`dyncheck items` at the command line: inputs, exit codes and messages."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from msgspec.json import decode, encode

from tests.conftest import Dyncheck
from tests.items.test_samples import SAMPLES, sample

GOOD = SAMPLES / "products.json"
FINDING = """\
items.json:1: error invalid-item Required attribute "title" is missing; expected a text (S) (item 1)
1 error. Exit code 1: 1 error.
"""


@pytest.fixture(name="bad", autouse=True)
def bad_item(tmp_path: Path) -> Path:
    """A file with an item without its title, in the working directory."""
    item = sample("products")
    del item["title"]
    file = tmp_path / "items.json"
    file.write_bytes(encode(item))
    return file


def test_right_items_have_no_finding(dyncheck: Dyncheck) -> None:
    done = dyncheck("items", GOOD, "--contract", "products")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines()[-2:] == ["1 check: no findings", "Exit code 0: no errors."]


def test_a_finding_has_the_line_of_its_item(dyncheck: Dyncheck) -> None:
    done = dyncheck("items", "items.json", "--contract", "products", "--format", "concise")
    assert (done.returncode, done.stdout.decode()) == (1, FINDING)


def test_items_come_from_standard_input_too(dyncheck: Dyncheck, bad: Path) -> None:
    for data in (bad.read_bytes(), gzip.compress(bad.read_bytes())):
        done = dyncheck("items", "-", "--contract", "products", "--format", "json", stdin=data)
        report = decode(done.stdout)
        assert done.returncode == 1
        assert [(each["path"], each["kind"]) for each in report["inputs"]] == [("-", "items")]
        assert [(each["rule"], each["address"], each.get("location")) for each in report["results"]] == [("invalid-item", "item 1", None)]


def test_a_contract_of_ones_own_and_its_severity_hold(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text("item: { title: { type: S, required: true } }\nseverities: { invalid-item: warning }\n")
    done = dyncheck("items", "items.json", "--contract", "orders", "--policy", "orders.yaml", "--format", "concise")
    assert done.returncode == 0
    assert done.stdout.decode().startswith('items.json:1: warning invalid-item Required attribute "title" is missing')


def test_what_cannot_be_read_is_exit_code_3(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_bytes(b"")
    done = dyncheck("items", "absent.json", "empty.json", "items.json", "--contract", "products", "--format", "concise")
    assert done.returncode == 3
    assert done.stderr.decode().splitlines() == [
        "dyncheck: absent.json cannot be read: No such file or directory. Check the path.",
        "dyncheck: empty.json is empty. The command that writes it failed; read the output of that command.",
    ]
    assert FINDING.splitlines()[0] in done.stdout.decode()


def test_a_text_of_another_kind_is_one_error(dyncheck: Dyncheck, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Items\n\n" + "Some words.\n" * 400)
    done = dyncheck("items", "notes.md", "--contract", "products")
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.decode() == ("dyncheck: notes.md has no items: none of its 401 lines is JSON. Name a file of items in JSON.\n")


def test_a_finding_without_its_value_names_the_attribute(dyncheck: Dyncheck, tmp_path: Path) -> None:
    item = sample("products")
    item["updated_at"] = {"S": "yesterday"}
    (tmp_path / "items.json").write_bytes(encode(item))
    done = dyncheck("items", "items.json", "--contract", "products")
    assert b"invalid-item: Attribute is not an ISO 8601 timestamp: updated_at\n" in done.stdout


def test_an_unknown_contract_is_exit_code_2(dyncheck: Dyncheck) -> None:
    done = dyncheck("items", "items.json", "--contract", "product")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == (
        "dyncheck: No contract describes a table 'product'. Did you mean 'products'? There are: products, sessions.\n"
    )
