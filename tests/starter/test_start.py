"""The first contracts of a team: a check of the same input has no finding from them, and they hold what the tables show."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest
import yaml

from dyncheck.checking.run import Settings, run
from dyncheck.errors import InputError
from dyncheck.findings import Status
from dyncheck.starter.start import Start, start
from tests.support.paths import PLANS, POLICIES, REFERENCE, ROOT
from tests.support.samples import every

# Plans and states with a table, as rules find all kinds of things in them.
INPUTS = [*sorted(PLANS.glob("*.json")), *sorted(POLICIES.glob("*.plan.json"))]


def written(started: Start, directory: Path) -> Path:
    """The files of a start, in the directory."""
    for name, text in started.texts.items():
        file = directory / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return directory / "contracts"


def others(path: Path | str, directory: Path) -> list[str]:
    """The results of a check that come from the new contracts and are no passes."""
    started = start(str(path))
    report = run((str(path),), Settings(policies=(str(written(started, directory)),)))
    assert report.errors == ()
    names = {draft.contract.table for draft in started.drafts.contracts}
    found = [result for result in report.results if names & {*result.contract.split(", ")}]
    assert any(result.status is Status.PASS for result in found)
    return [f"{result.rule} on {result.address}: {result.message}" for result in found if result.status is not Status.PASS]


def module(directory: Path, text: str) -> Path:
    (directory / "main.tf").write_text(dedent(text))
    return directory


def contract(started: Start, name: str) -> str:
    """A file without comments and empty lines."""
    lines = started.texts[f"contracts/{name}.yaml"].splitlines()
    return "\n".join(line for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("path", every(12, INPUTS), ids=lambda path: path.name)
def test_a_check_of_the_same_input_has_only_passes_from_the_new_contracts(path: Path, tmp_path: Path) -> None:
    try:
        found = others(path, tmp_path)
    except InputError:
        pytest.skip("The input has no table.")

    assert found == []


def test_a_check_of_the_same_files_has_only_passes_from_the_new_contracts(tmp_path: Path) -> None:
    assert others(ROOT / "Infrastructure", tmp_path) == []


def test_the_contracts_of_the_reference_tables_hold_what_their_files_show() -> None:
    started = start(str(REFERENCE), (("environment_name", "dev"),))

    assert sorted(started.texts) == [
        ".dyncheck.yaml",
        "contracts/contract.schema.json",
        "contracts/every-table.yaml",
        "contracts/products.yaml",
        "contracts/sessions.yaml",
    ]
    schema = json.loads(started.texts["contracts/contract.schema.json"])
    for name in ("every-table", "products", "sessions"):
        jsonschema.validate(yaml.safe_load(started.texts[f"contracts/{name}.yaml"]), schema)
    assert started.texts["contracts/every-table.yaml"] == dedent("""\
        # yaml-language-server: $schema=contract.schema.json
        # What all tables share.

        table: every-table

        # Every state of the last days can be restored. `minimum_days` is the least number of days, from 1 to 35.
        point_in_time_recovery: true

        # One of these.
        billing_modes:
        - PAY_PER_REQUEST

        # One of these.
        table_classes:
        - STANDARD

        # `*` stands for any value that is not empty. A regular expression stands between slashes.
        tags:
          Name: '*'
          Type: DynamoDB
        """)
    assert started.texts["contracts/sessions.yaml"] == dedent("""\
        # yaml-language-server: $schema=contract.schema.json
        # What aws_dynamodb_table.sessions has.

        table: sessions

        # The tables that this contract holds for. Without `match` it holds for every table.
        match: {resource: sessions}

        # The keys, which can never change on a table that exists.
        primary_key:
          hash: {name: session_id, type: S}

        # The attribute after which items expire.
        time_to_live: {attribute: expires_at}
        """)


TABLE = """\
resource "aws_dynamodb_table" "%s" {
  name         = "%s"
  hash_key     = "%s"
  billing_mode = "PAY_PER_REQUEST"
  %s
  attribute {
    name = "%s"
    type = "S"
  }
}
"""


def table(label: str, name: str, key: str, more: str = "") -> str:
    return TABLE % (label, name, key, more, key)


def test_what_only_some_tables_have_is_in_their_own_contracts(tmp_path: Path) -> None:
    protected = "deletion_protection_enabled = true"
    started = start(str(module(tmp_path, table("orders", "orders", "id", protected) + table("carts", "carts", "id"))))

    assert contract(started, "every-table") == "table: every-table\nbilling_modes:\n- PAY_PER_REQUEST\ntable_classes:\n- STANDARD"
    key = "primary_key:\n  hash: {name: id, type: S}"
    assert contract(started, "orders") == f"table: orders\nmatch: {{resource: orders}}\n{key}\ndeletion_protection: true"
    assert contract(started, "carts") == f"table: carts\nmatch: {{resource: carts}}\n{key}"
    assert started.texts["contracts/every-table.yaml"].endswith("#   deletion_protection: true for only 1 of 2 tables\n")


def test_the_shared_days_of_recovery_are_the_fewest_of_all_tables(tmp_path: Path) -> None:
    tables = [
        table(name, name, "id", f"point_in_time_recovery {{\n enabled = true\n recovery_period_in_days = {days}\n }}")
        for name, days in (("orders", 7), ("carts", 14))
    ]
    started = start(str(module(tmp_path, "".join(tables))))

    assert "point_in_time_recovery: {minimum_days: 7}" in contract(started, "every-table")
    assert "point_in_time_recovery" not in contract(started, "orders")
    assert "point_in_time_recovery: {minimum_days: 14}" in contract(started, "carts")


def test_what_is_unknown_is_left_out_with_a_comment(tmp_path: Path) -> None:
    text = 'variable "protected" {}\n' + table("orders", "orders", "id", "deletion_protection_enabled = var.protected")
    started = start(str(module(tmp_path, text)))

    assert "deletion_protection" not in contract(started, "every-table")
    reason = "deletion_protection is unknown for aws_dynamodb_table.orders: deletion_protection_enabled"
    assert reason in " ".join(started.texts["contracts/every-table.yaml"].replace("\n#", "").split())


def test_no_sensitive_value_is_written(tmp_path: Path) -> None:
    text = 'variable "owner" {\n default = "Jane Doe"\n sensitive = true\n}\n' + table(
        "orders", "orders", "id", "tags = { Owner = var.owner }"
    )
    started = start(str(module(tmp_path, text)))

    assert "Jane Doe" not in "".join(started.texts.values())


def test_a_value_of_a_tag_that_would_be_a_pattern_is_any_value(tmp_path: Path) -> None:
    tags = """tags = { Open = "a(b", Star = "a*", Slashes = "/a/", Plain = "a.b", Empty = "", "a::b" = "c" }"""
    started = start(str(module(tmp_path, table("orders", "orders", "id", tags))))

    assert contract(started, "every-table").endswith("tags:\n  Open: '*'\n  Plain: a.b\n  Slashes: '*'\n  Star: '*'\n  a::b: c")


def test_no_text_of_an_input_leaves_its_comment(tmp_path: Path) -> None:
    (tmp_path / "table").mkdir()
    module(tmp_path / "table", table("this", "orders", "id"))
    call = 'module "orders" {\n source = "./table"\n for_each = toset(["a\\ndeletion_protection: true\\n#\\u2028"])\n}\n'
    started = start(str(module(tmp_path, call)))

    assert contract(started, "this") == "table: this\nmatch: {resource: this}\nprimary_key:\n  hash: {name: id, type: S}"


def test_tables_of_several_environments_have_one_contract_with_the_form_of_their_names(tmp_path: Path) -> None:
    for environment in ("dev", "prod"):
        (tmp_path / environment).mkdir()
        module(tmp_path / environment, table("orders", f"{environment}-orders", "id"))
    started = start(str(tmp_path))

    assert contract(started, "orders") == (
        "table: orders\nmatch: {resource: orders}\nname: '{environment}-orders'\nprimary_key:\n  hash: {name: id, type: S}"
    )


def test_different_tables_of_one_block_have_contracts_by_the_address_of_their_modules(tmp_path: Path) -> None:
    (tmp_path / "table").mkdir()
    variables = 'variable "name" {}\nvariable "key" {}\n'
    module(tmp_path / "table", variables + table("this", "${var.name}", "${var.key}"))
    call = 'module "%s" {\n source = "./table"\n name = "%s"\n key = "%s"\n}\n'
    started = start(str(module(tmp_path, call % ("orders", "orders", "order_id") + call % ("carts", "carts", "cart_id"))))

    assert contract(started, "orders") == (
        "table: orders\nmatch: {resource: this, module: module.orders}\nprimary_key:\n  hash: {name: order_id, type: S}"
    )
    assert contract(started, "carts") == (
        "table: carts\nmatch: {resource: this, module: module.carts}\nprimary_key:\n  hash: {name: cart_id, type: S}"
    )


def test_different_tables_of_one_call_have_contracts_by_the_keys_of_its_instances(tmp_path: Path) -> None:
    (tmp_path / "table").mkdir()
    module(tmp_path / "table", 'variable "key" {}\nresource "random_id" "x" {}\n' + table("this", "${random_id.x.hex}", "${var.key}"))
    call = 'module "db" {\n source = "./table"\n for_each = { orders = "order_id", carts = "cart_id" }\n key = each.value\n}\n'
    started = start(str(module(tmp_path, call)))

    assert contract(started, "db-orders") == (
        "table: db-orders\nmatch: {resource: this, module: 'module.db[\"orders\"]'}\nprimary_key:\n  hash: {name: order_id, type: S}"
    )
    assert started.drafts.without == ()


def test_different_tables_of_one_module_have_contracts_by_their_names(tmp_path: Path) -> None:
    text = """\
        resource "aws_dynamodb_table" "this" {
          for_each     = { orders = "order_id", carts = "cart_id" }
          name         = each.key
          hash_key     = each.value
          billing_mode = "PAY_PER_REQUEST"
          attribute {
            name = each.value
            type = "S"
          }
        }
        """
    started = start(str(module(tmp_path, text)))

    assert contract(started, "orders") == (
        "table: orders\nmatch: {resource: this, name: orders}\nprimary_key:\n  hash: {name: order_id, type: S}"
    )
    assert started.drafts.without == ()


def test_tables_that_nothing_tells_apart_have_no_contract_of_their_own(tmp_path: Path) -> None:
    for environment, key in (("dev", "id"), ("prod", "order_id")):
        (tmp_path / environment).mkdir()
        module(tmp_path / environment, table("orders", "orders", key))
    started = start(str(tmp_path))

    assert [draft.contract.table for draft in started.drafts.contracts] == ["every-table"]
    assert started.drafts.without == ("aws_dynamodb_table.orders",)


def test_an_input_without_a_table_has_no_contracts(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        start(str(module(tmp_path, 'output "nothing" {\n  value = 1\n}\n')))

    assert str(refused.value).startswith(f"{tmp_path} has no DynamoDB table to check.")
